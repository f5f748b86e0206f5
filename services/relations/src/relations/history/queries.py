"""What reads for Historie."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from relations.history.actions import KEEP_DAYS
from relations.history.models import Opened
from relations.record.confidentiality import viewer
from relations.record.domain import plain
from relations.record.models import Communication, Relation
from relations.record.queries import GONE
from shared.paging import id_of_cursor, in_order, place_is_gone

SORTS = {"opened_at": Opened.opened_at, "name": Relation.sort_name}


def opened_by(
    reader: Connection, query: dict[str, Any], *, user_id: UUID | None
) -> tuple[dict[UUID, dt.datetime], str | None]:
    """Return one page of what a user opened, by id and with when; and the cursor, the id of the last one."""
    piece = plain(query["q"]).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    keys = (SORTS[query["sort"].lstrip("-")], Opened.relation_id)
    opened = (
        select(Opened.relation_id, Opened.opened_at)
        .join(Relation, Relation.id == Opened.relation_id)
        .where(Opened.user_id == user_id)
    )
    last = None
    if query["cursor"]:
        seen = Opened.relation_id == id_of_cursor(query["cursor"])
        last = reader.execute(opened.with_only_columns(*keys).where(seen)).first()
        if last is None:
            raise place_is_gone()
    matching = opened.where(
        Opened.opened_at > func.now() - text(f"interval '{KEEP_DAYS} days'"),
        Relation.status.not_in(GONE),
        viewer().condition(),
        Relation.search_text.like(f"%{piece}%"),
    )
    rows = reader.execute(in_order(matching, query["sort"], keys, after=last).limit(query["limit"] + 1)).all()
    page = {row.relation_id: row.opened_at for row in rows[: query["limit"]]}
    return page, str(list(page)[-1]) if len(rows) > query["limit"] else None


def communications_of(reader: Connection, relation_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return how each relation is reached, preferred ways first; what is not to be used says so."""
    rows = reader.execute(
        select(
            Communication.relation_id, Communication.id, Communication.kind, Communication.value,
            Communication.normalised, Communication.label, Communication.preferred, Communication.do_not_use,
        )
        .where(Communication.relation_id.in_(relation_ids))
        .order_by(Communication.do_not_use, Communication.preferred.desc(), Communication.position)
    ).mappings()  # fmt: skip
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["relation_id"]].append({name: value for name, value in row.items() if name != "relation_id"})
    return found
