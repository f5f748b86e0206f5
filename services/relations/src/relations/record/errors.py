"""What can be wrong about a relation."""

from collections.abc import Sequence

from shared.errors import Conflict, Invalid, Unknown


class UnknownRelation(Unknown):
    """There is no such relation."""


class UnknownPart(Unknown):
    """The relation has no such address or communication."""


class UnknownGroup(Invalid):
    """A group code that the office does not have."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__({"groups": [f"There is no group with code {code}" for code in codes]})


class GroupExists(Conflict):
    """The office has a group with this code."""

    title = "There is a group with this code: choose another"


class StillReferredTo(Conflict):
    """The relation cannot be deleted; ``reasons`` say what refers to it."""

    type = "still-referred-to"
    title = "Something still refers to this relation"


class Anonymised(Conflict):
    """An anonymised relation cannot be filled again."""

    title = "This relation was anonymised: register a new one"
