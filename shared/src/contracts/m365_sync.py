"""Facts about Microsoft 365 contact synchronisation, owned by the service ``m365_sync``."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts import erasure, merging
from contracts.declaration import event

RUN = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e01"
USER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e02"


@event("m365_sync.run.finished", example={"run_id": RUN, "user_id": USER, "status": "done", "relation_ids": []})
@dataclass(frozen=True)
class RunFinished:
    """A synchronisation run ended; ``relation_ids`` are those it added or updated."""

    run_id: UUID
    user_id: UUID
    status: Literal["done", "failed", "cancelled"]
    relation_ids: tuple[UUID, ...]


@event("m365_sync.connection.lost", example={"user_id": USER})
@dataclass(frozen=True)
class ConnectionLost:
    """A mailbox refused the stored sign-in; its user must connect again."""

    user_id: UUID


@event("m365_sync.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class M365SyncErasureCompleted(erasure.ErasureAnswer):
    """The service m365_sync removed its copies, those in users' mailboxes included."""


@event("m365_sync.merge.followed", example=merging.EXAMPLE)
@dataclass(frozen=True)
class M365SyncMergeFollowed(merging.MergeFollowed):
    """The service m365_sync moved what it holds of a merged relation, or moved it back."""
