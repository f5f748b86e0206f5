"""What can be wrong about a draft."""

from shared.errors import Unknown


class UnknownDraft(Unknown):
    """There is no such draft, or it is another user's, or it has become a relation."""
