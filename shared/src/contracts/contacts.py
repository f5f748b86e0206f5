"""Facts about contact moments, owned by the service ``contacts``."""

from dataclasses import dataclass
from uuid import UUID

from contracts import erasure, merging
from contracts.declaration import Code, event

MOMENT = {"moment_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9d01", "relation_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"}


@event("contacts.moment.created", example=MOMENT)
@dataclass(frozen=True)
class MomentCreated:
    """A contact moment of a relation was written down."""

    moment_id: UUID
    relation_id: UUID


@event("contacts.moment.changed", example={**MOMENT, "fields": ["status", "for_user"]})
@dataclass(frozen=True)
class MomentChanged:
    """Fields of a contact moment changed."""

    moment_id: UUID
    relation_id: UUID
    fields: tuple[Code, ...]


@event("contacts.moment.deleted", example=MOMENT)
@dataclass(frozen=True)
class MomentDeleted:
    """A contact moment was deleted."""

    moment_id: UUID
    relation_id: UUID


@event("contacts.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class ContactsErasureCompleted(erasure.ErasureAnswer):
    """The service contacts carried out one batch of an erasure."""


@event("contacts.merge.followed", example=merging.EXAMPLE)
@dataclass(frozen=True)
class ContactsMergeFollowed(merging.MergeFollowed):
    """The service contacts moved what it holds of a merged relation, or moved it back."""
