"""A contact moment as it stands in a list."""

from typing import Any

from flask import url_for

from gateway.web.formats import OFFICE_ZONE, as_date, day
from gateway.web.known import relation_url
from gateway.web.marks import moment_mark
from shared.clock import utc_now

Row = dict[str, Any]


def moment_row(
    item: Row, *, users: dict[str, str], card: Row | None = None, relation: str = "", may_write: bool = False
) -> Row:
    """Return a moment with everything a row leads to; ``card`` is the relation whose card it is on."""
    row = {
        "id": item["id"],
        "day": day(item["date"]),
        "time": (item.get("time") or "")[:5],
        "subject": item["subject"],
        "memo": item.get("memo", ""),
        "from_user": users.get(item["from_user"], item["from_user"]),
        "for_user": users.get(item["for_user"], item["for_user"]),
        "matter": item.get("matter_number") or "",
        "status": moment_mark(item["status"]),
        "late": is_late(item),
        "relation": (card or {}).get("display_name") or relation,
        "relation_url": relation_url(item["relation_id"]),
        "next_touch": day(item.get("next_touch")),
        "edit_url": "",
    }
    if may_write:
        from_card = "card" if card else None
        for name in ("edit", "swap", "remove"):
            row[f"{name}_url"] = url_for(f"web.moments.{name}", moment_id=item["id"], back=from_card)
        finished = item["status"] in ("done", "cancelled")
        row["done_url"] = "" if finished else url_for("web.moments.done", moment_id=item["id"], back=from_card)
    return row


def is_late(item: Row) -> bool:
    """Tell whether a moment is late today; a card that was composed yesterday does not know."""
    on = as_date(item["date"])
    return (
        item["status"] in ("open", "in_progress") and on is not None and on < utc_now().astimezone(OFFICE_ZONE).date()
    )
