"""Why a merge or its undoing cannot be."""

from shared.errors import Conflict, Unknown


class UnknownMerge(Unknown):
    """There is no such merge."""


class CannotMerge(Conflict):
    """The two relations cannot be merged; ``reason`` says why."""

    type = "cannot-merge"
    title = "These two relations cannot be merged"


class CannotUndo(Conflict):
    """The merge cannot be undone; ``reasons`` name what changed since."""

    type = "cannot-undo"
    title = "This merge cannot be undone: something that it decided was changed since"
