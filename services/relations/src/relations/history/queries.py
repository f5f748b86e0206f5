"""What reads for Historie."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from relations.record.models import Communication


def communications_of(reader: Connection, relation_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return how each relation is reached, preferred ways first; what is not to be used says so."""
    rows = reader.execute(
        select(
            Communication.relation_id, Communication.kind, Communication.value, Communication.normalised,
            Communication.label, Communication.preferred, Communication.do_not_use,
        )
        .where(Communication.relation_id.in_(relation_ids))
        .order_by(Communication.do_not_use, Communication.preferred.desc(), Communication.position)
    ).mappings()  # fmt: skip
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["relation_id"]].append({name: value for name, value in row.items() if name != "relation_id"})
    return found
