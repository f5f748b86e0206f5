"""Facts about users and what they read, owned by the service ``gateway``."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts import erasure, merging
from contracts.declaration import event

OPENING = {
    "user_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e02",
    "relation_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02",
    "opened_at": "2026-01-05T08:30:00Z",
}


@dataclass(frozen=True)
class Opening:
    """One user opened one relation's card."""

    user_id: UUID
    relation_id: UUID
    opened_at: datetime


@event("gateway.relations.opened", example={"openings": [OPENING]})
@dataclass(frozen=True)
class RelationsOpened:
    """Users opened cards; told in batches up to a second old."""

    openings: tuple[Opening, ...]


@event("gateway.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class GatewayErasureCompleted(erasure.ErasureAnswer):
    """The gateway dropped its card panels of one batch of relations."""


@event("gateway.merge.followed", example=merging.EXAMPLE)
@dataclass(frozen=True)
class GatewayMergeFollowed(merging.MergeFollowed):
    """The service gateway moved what it holds of a merged relation, or moved it back."""
