"""What reads notifications."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gateway.notifications.domain import ALERT, ALERT_LICENCES, UNDER_WAY
from gateway.notifications.models import Notification
from gateway.users.domain import User
from shared.db import Database
from shared.errors import Unavailable, Unknown
from shared.paging import id_of_cursor, in_order, place_is_gone
from shared.sight import is_seen

UNREAD = """
    SELECT count(*) FROM notification
     WHERE user_id = %s AND read_at IS NULL AND NOT status = ANY (%s) AND (kind <> %s OR %s)
"""


def count_unread(database: Database, user: User) -> int:
    """Return how many notifications a user has not seen; work under way is none yet."""
    row = database.row(UNREAD, (user.id, list(UNDER_WAY), ALERT, _may_see_alerts(user.licences)))
    return int(row[0]) if row else 0


def list_notifications(session: Session, user: User, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of what there is to tell a user, latest first; the cursor is the id of the last one seen."""
    keys = (Notification.at, Notification.id)
    visible, last = _visible_to(user), None
    if query["cursor"]:
        seen = select(*keys).where(Notification.id == id_of_cursor(query["cursor"]), Notification.user_id == user.id)
        last = session.execute(seen).first()
        if last is None:
            raise place_is_gone()
    matching = select(Notification).where(*visible)
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(matching.subquery()))
    rows = list(session.scalars(in_order(matching, "-at", keys, after=last).limit(query["limit"] + 1)))
    page["items"] = rows[: query["limit"]]
    page["next_cursor"] = str(page["items"][-1].id) if len(rows) > query["limit"] else None
    return page


def notification_by_id(session: Session, user: User, notification_id: UUID) -> Notification:
    """Return a user's own notification; raises ``Unknown``."""
    found = session.scalar(select(Notification).where(Notification.id == notification_id, *_visible_to(user)))
    if found is None:
        raise Unknown
    return found


def _visible_to(user: User) -> list[ColumnElement[bool]]:
    """Return the conditions on what a user may be told; no alerts while nobody tells which relations are hidden."""
    mine = [Notification.user_id == user.id]
    if not _may_see_alerts(user.licences):
        return [*mine, Notification.kind != ALERT]
    try:
        return [*mine, or_(Notification.kind != ALERT, is_seen(Notification.subject_id))]
    except Unavailable:
        return [*mine, Notification.kind != ALERT]


def _may_see_alerts(licences: Collection[str]) -> bool:
    return not ALERT_LICENCES.isdisjoint(licences)
