"""What can be wrong about an import."""

from shared.errors import Conflict, Unknown


class UnknownImport(Unknown):
    """There is no such import, or it is another user's."""


class UnknownUpload(Unknown):
    """There is no such uploaded file (any more), or it is another user's."""

    title = "The uploaded file is not there any more: upload it again"


class NotRunning(Conflict):
    """Only an import that waits or runs can be cancelled."""

    title = "This import has ended already"


class StillRunning(Conflict):
    """An import can be rolled back when it has ended."""

    title = "This import still runs: cancel it first"


class NothingToRollBack(Conflict):
    """It was a dry run, or was rolled back before."""

    title = "This import has nothing to roll back"
