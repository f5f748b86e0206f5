"""The bell: work one started and may have left, and what happened meanwhile; said in the reader's language."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.notifications import actions, queries
from gateway.notifications.domain import ALERT, LOST_MAILBOX, UNDER_WAY, WORK
from gateway.notifications.models import Notification
from gateway.users.sessions import current_user
from gateway.web.asking import fetch_or
from gateway.web.formats import moment, whole
from gateway.web.known import relation_names
from gateway.web.long_work import Progress
from gateway.web.marks import Mark, Page, request_mark
from gateway.web.wording import WORK_KINDS, word
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("notifications", __name__)

PAGE = 50
LATEST = 8


@blueprint.get("/notifications")
@requires("read")
def show() -> str:
    """Show all there is to tell of the last 30 days, latest first."""
    found = _found(request.args.get("cursor"), PAGE)
    page = Page.of(found, "web.notifications.show", {})
    return render_template("notifications/list.html", rows=_rows(found["items"]), page=page)


@blueprint.get("/notifications/latest")
@requires("read")
def latest() -> str:
    """Show the latest under the bell, work under way with how far it is."""
    return render_template("notifications/latest.html", rows=_rows(_found(None, LATEST)["items"]))


@blueprint.get("/notifications/<uuid:notification_id>")
@requires("read")
def follow(notification_id: UUID) -> Response:
    """Go where a notification leads; it is read then."""
    user = current_user()
    with database().transaction() as session:
        page = queries.notification_by_id(session, user, notification_id).page
        actions.mark_read(session, user.id, ids=[notification_id])
    return redirect(page)


@blueprint.post("/notifications/read")
@requires("read")
def mark_read() -> Response:
    """Note that everything was seen."""
    with database().transaction() as session:
        actions.mark_read(session, current_user().id)
    return redirect(url_for(".show"), 303)


def unread() -> int:
    """Return how many notifications the reader has not seen."""
    return queries.count_unread(database(), current_user())


def _found(cursor: str | None, limit: int) -> dict[str, Any]:
    query = {"cursor": cursor, "limit": limit, "total": False}
    with database().transaction() as session:
        return queries.list_notifications(session, current_user(), query)


def _rows(items: list[Notification]) -> list[dict[str, Any]]:
    names = relation_names(str(item.subject_id) for item in items if item.kind == ALERT)
    return [_row(item, names) for item in items]


def _row(item: Notification, names: dict[str, str]) -> dict[str, Any]:
    progress = _progress(item) if item.status in UNDER_WAY else None
    is_running = progress is not None and progress.is_running
    return {
        "url": url_for("web.notifications.follow", notification_id=item.id),
        "text": text_of(item, names),
        "mark": Mark(_("Alert"), "red") if item.kind == ALERT else request_mark(item.status),
        "at": moment(item.at),
        "is_new": item.read_at is None and not is_running,
        "progress": progress if is_running else None,
    }


def _progress(item: Notification) -> Progress | None:
    """Return how far work under way is; an end that nobody told of yet is noted. None while nobody can tell."""
    work = fetch_or(WORK[item.kind].service, item.path, None)
    if work is None:
        return None
    if work["status"] not in UNDER_WAY:
        with database().transaction() as session:
            actions.settle_work(session, item.kind, item.subject_id, status=work["status"], counts={})
    item.status = work["status"]
    return Progress.of(work)


def text_of(item: Notification, names: dict[str, str]) -> str:
    """Return what a notification says."""
    if item.kind == ALERT:
        name = names.get(str(item.subject_id))
        return str(_("Rode alert: %(name)s", name=name) if name else _("Rode alert over een relatie"))
    if item.kind == LOST_MAILBOX:
        return str(_("De verbinding met de postbus is verbroken. Meld u opnieuw aan bij Microsoft."))
    said = word(WORK_KINDS, item.kind)
    details = _details(item.counts)
    return f"{said}: {details}" if details else said


def _details(counts: dict[str, int]) -> str:
    """Return what came of work, in words; what is nought is left out."""
    made, left_out, taken_back, found, changed = (
        counts.get(name, 0) for name in ("created", "skipped", "removed", "found", "changed")
    )
    if taken_back:
        made = left_out = 0
    said = [
        (counts.get("trial"), _("proefdraai")),
        (made, ngettext("%(count)s relatie aangemaakt", "%(count)s relaties aangemaakt", made, count=whole(made))),
        (
            taken_back,
            ngettext(
                "%(count)s relatie teruggedraaid", "%(count)s relaties teruggedraaid", taken_back,
                count=whole(taken_back),
            ),
        ),
        (
            left_out,
            ngettext("%(count)s rij overgeslagen", "%(count)s rijen overgeslagen", left_out, count=whole(left_out)),
        ),
        (
            found,
            ngettext(
                "%(count)s mogelijke dubbel gevonden", "%(count)s mogelijke dubbels gevonden", found,
                count=whole(found),
            ),
        ),
        (changed, _("%(count)s in Outlook gezet of bijgewerkt", count=whole(changed))),
    ]  # fmt: skip
    return ", ".join(str(words) for applies, words in said if applies)
