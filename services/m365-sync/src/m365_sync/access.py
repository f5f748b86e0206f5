"""Whose settings a caller may see and change."""

from uuid import UUID

from shared.auth import principal
from shared.errors import Forbidden

FOR_ANOTHER = frozenset({"key_user", "admin"})


def refuse_strangers(user_id: UUID) -> None:
    """Raise ``Forbidden`` unless the settings are the caller's own, or the caller may do it for another."""
    caller = principal()
    if caller.user_id != user_id and not FOR_ANOTHER & caller.rights:
        raise Forbidden("This needs the right 'key_user' or 'admin'")
