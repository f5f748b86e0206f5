"""Registers new relations and announces them: one at a time, or many with a COPY for each table."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from contracts.relations import Kind, RelationRegistered
from relations.record.composing import PARTS, Composed, compose, definitions
from relations.record.copying import copy_rows
from relations.record.document import document_of
from relations.record.domain import RegisterRelation
from relations.record.models import Identifier, Membership, Relation
from relations.record.writing import write_relation
from shared.clock import utc_now
from shared.outbox import record


def register_relation(session: Session, command: RegisterRelation) -> dict[str, Any]:
    """Register a relation with all its parts and return it as a document; raises ``UnknownGroup`` and ``Invalid``."""
    varia = definitions(session) if _has_varia(command.fields) else {}
    relation = compose(command, varia=varia, now=utc_now())
    written = write_relation(session, relation)
    record(session, _registered(relation))
    return document_of(written)


def _has_varia(fields: dict[str, Any]) -> bool:
    return bool(fields.get("varia")) or any(address.get("varia") for address in fields.get("addresses", ()))


def register_many(session: Session, relations: Sequence[Composed]) -> None:
    """Write new relations with all their parts and announce them; raises what ``copy_rows`` does."""
    copy_rows(session, Relation, [relation.own for relation in relations])
    for part in PARTS:
        copy_rows(session, part, [row for relation in relations for row in relation.parts[part.__tablename__]])
    record(session, *(_registered(relation) for relation in relations))


def _registered(relation: Composed) -> RelationRegistered:
    return RelationRegistered(
        relation_id=relation.id,
        kind=cast(Kind, relation.own["kind"]),
        groups=tuple(row["code"] for row in relation.parts[Membership.__tablename__]),
        identifiers=tuple(sorted(row["kind"] for row in relation.parts[Identifier.__tablename__])),
        version=relation.own["version"],
    )
