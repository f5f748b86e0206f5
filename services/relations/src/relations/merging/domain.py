"""What a merge is asked to do, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

PATIENCE = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1))
"""Pauses after which a participant that did not answer is told again; the last one repeats."""

UNDER_WAY = {"running": "merged", "undoing": "unmerged"}
"""What participants have to answer while a merge is in a state in which it waits for them."""

SETTLED = {"running": "done", "undoing": "undone"}

UNDOABLE = ("running", "done")


@dataclass(frozen=True)
class MergeRelations:
    """Merge a relation into another; ``choose`` says of fields whose value is kept: of ``this`` one or of ``into``."""

    from_id: UUID
    into_id: UUID
    choose: Mapping[str, str]

    @property
    def preferred(self) -> frozenset[str]:
        """The fields whose value comes from the relation that is merged away."""
        return frozenset(field for field, side in self.choose.items() if side == "this")
