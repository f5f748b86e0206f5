"""The one shape in which every participant of a merge answers."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

EXAMPLE = {"merge_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e01", "phase": "merged"}

Phase = Literal["merged", "unmerged"]


@dataclass(frozen=True)
class MergeFollowed:
    """A participant moved what it holds to the survivor, or back."""

    merge_id: UUID
    phase: Phase
