"""Facts about relations and the matter register, owned by the service ``relations``."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts import erasure
from contracts.declaration import Code, MatterNumber, event

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
MERGE = {
    "merge_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e01",
    "from_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03",
    "into_id": RELATION,
}

MatterStatus = Literal["active", "closed"]
Kind = Literal["natural_person", "legal_entity", "public_body", "other"]


@event(
    "relations.relation.registered",
    example={
        "relation_id": RELATION,
        "kind": "legal_entity",
        "groups": ["client"],
        "identifiers": ["kvk"],
        "version": 1,
    },
)
@dataclass(frozen=True)
class RelationRegistered:
    """A relation was registered; ``identifiers`` names the kinds of number it has."""

    relation_id: UUID
    kind: Kind
    groups: tuple[Code, ...]
    identifiers: tuple[Code, ...]
    version: int


@event(
    "relations.relation.changed",
    example={"relation_id": RELATION, "fields": ["memo", "addresses"], "identifiers": ["kvk"], "version": 7},
)
@dataclass(frozen=True)
class RelationChanged:
    """Fields of a relation changed; the values are to be asked of the owner."""

    relation_id: UUID
    fields: tuple[Code, ...]
    identifiers: tuple[Code, ...]
    version: int


@event("relations.relation.deleted", example={"relation_id": RELATION})
@dataclass(frozen=True)
class RelationDeleted:
    """A relation to which nothing referred was deleted."""

    relation_id: UUID


@event("relations.relation.merged", example=MERGE)
@dataclass(frozen=True)
class RelationMerged:
    """A relation was merged into another: whoever holds something under ``from_id`` moves it to ``into_id``.

    Participants answer with their own ``merge.followed``; who stays silent is told again.
    """

    merge_id: UUID
    from_id: UUID
    into_id: UUID


@event("relations.relation.unmerged", example=MERGE)
@dataclass(frozen=True)
class RelationUnmerged:
    """A merge was undone: whoever followed it moves back what it moved, and nothing that came since."""

    merge_id: UUID
    from_id: UUID
    into_id: UUID


@event(
    "relations.matter.changed",
    example={"matter_number": "2026/00123", "status": "active", "relation_ids": [RELATION]},
)
@dataclass(frozen=True)
class MatterChanged:
    """The matter register was told of a matter; every party it has or had is named by id."""

    matter_number: MatterNumber
    status: MatterStatus
    relation_ids: tuple[UUID, ...]


@event("relations.merge.settled", example={"merge_id": MERGE["merge_id"], "status": "done"})
@dataclass(frozen=True)
class MergeSettled:
    """Everybody followed a merge, or its undoing."""

    merge_id: UUID
    status: Literal["done", "undone"]


@event(
    "relations.import.finished",
    example={
        "import_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e05",
        "status": "done",
        "dry_run": False,
        "created": 1200,
        "skipped": 40,
        "removed": 0,
    },
)
@dataclass(frozen=True)
class ImportFinished:
    """An import came to its end, or its rolling back did; the counts are of relations, ``skipped`` of rows."""

    import_id: UUID
    status: Literal["done", "failed", "cancelled", "rolled_back"]
    dry_run: bool
    created: int
    skipped: int
    removed: int


@event(
    "relations.duplicate_scan.finished",
    example={"scan_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9e06", "status": "done", "found": 12},
)
@dataclass(frozen=True)
class DuplicateScanFinished:
    """A scan for duplicates came to its end; ``found`` are the pairs that wait for a decision."""

    scan_id: UUID
    status: Literal["done", "failed", "cancelled"]
    found: int


@event("relations.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class RelationsErasureCompleted(erasure.ErasureAnswer):
    """The service relations carried out one batch of an erasure."""
