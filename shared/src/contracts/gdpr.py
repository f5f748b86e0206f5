"""Orders and facts about data-protection requests, owned by the service ``gdpr``."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts import erasure, merging
from contracts.declaration import event

REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c01"


@event(
    "gdpr.erasure.requested",
    example={
        "request_id": REQUEST,
        "batch": 1,
        "kind": "anonymise",
        "relation_ids": ["01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"],
    },
)
@dataclass(frozen=True)
class ErasureRequested:
    """Every participant must erase these relations and answer with its own ``erasure.completed``."""

    request_id: UUID
    batch: int
    kind: Literal["anonymise", "erase"]
    relation_ids: tuple[UUID, ...]


@event(
    "gdpr.request.finished", example={"request_id": REQUEST, "kind": "anonymise", "status": "done", "relation_ids": []}
)
@dataclass(frozen=True)
class RequestFinished:
    """A data-protection request came to its end."""

    request_id: UUID
    kind: Literal["access", "anonymise", "erase"]
    status: Literal["done", "failed", "cancelled", "refused"]
    relation_ids: tuple[UUID, ...]


@event("gdpr.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class GdprErasureCompleted(erasure.ErasureAnswer):
    """The service gdpr removed its own reports about one batch of relations."""


@event("gdpr.merge.followed", example=merging.EXAMPLE)
@dataclass(frozen=True)
class GdprMergeFollowed(merging.MergeFollowed):
    """The service gdpr moved what it holds of a merged relation, or moved it back."""
