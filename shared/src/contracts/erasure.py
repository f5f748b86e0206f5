"""The one shape in which every participant of an erasure answers."""

from dataclasses import dataclass
from uuid import UUID

from contracts.declaration import Code

EXAMPLE = {
    "request_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c01",
    "batch": 1,
    "done": ["01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"],
    "failed": [{"relation_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03", "reason": "active_matter"}],
}


@dataclass(frozen=True)
class ErasureFailure:
    """A relation that a participant could not erase, and the reason."""

    relation_id: UUID
    reason: Code


@dataclass(frozen=True)
class ErasureAnswer:
    """What a participant did with one batch of an erasure request."""

    request_id: UUID
    batch: int
    done: tuple[UUID, ...]
    failed: tuple[ErasureFailure, ...]
