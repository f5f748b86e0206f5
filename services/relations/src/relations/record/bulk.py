"""Many new relations registered at once, each table with one COPY."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy.orm import Session

from contracts.relations import Kind, RelationRegistered
from relations.record.composing import Composed
from relations.record.copying import copy_rows
from relations.record.models import (
    Accounting,
    Address,
    Alias,
    BankAccount,
    Communication,
    Identifier,
    Membership,
    Relation,
    SearchWord,
)
from shared.outbox import record

PARTS = (Identifier, Membership, Communication, Address, Alias, Accounting, BankAccount, SearchWord)


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
