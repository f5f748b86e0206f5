"""The first page: what asks for attention now."""

from flask import Blueprint, render_template, url_for

from gateway.users.sessions import current_user
from gateway.web.asking import fetch_or
from gateway.web.hygiene import score_shown
from gateway.web.known import office_groups, office_users, summary_row
from gateway.web.moment_rows import is_late
from gateway.web.moments import rows_of
from gateway.web.registers import alert_rows
from gateway.web.wizard_panel import draft_rows
from gateway.web.wording import MISSING, word
from shared.auth import requires

blueprint = Blueprint("dashboard", __name__)

MOST = 15
ALERTS = 5
RECENT = 10


@blueprint.get("/")
@requires("read")
def show() -> str:
    """Show my open moments with the late ones first, the alerts, and the relations opened last."""
    user = current_user()
    moments, alerts = None, None
    if "crm" in user.licences:
        mine = {"for_user": user.username, "limit": 100}
        found = [
            fetch_or("contacts", "/contact-moments", None, **mine, status=status) for status in ("open", "in_progress")
        ]
        if all(found):
            items = sorted(
                (item for page in found for item in page["items"]), key=lambda item: (item["date"], item["time"] or "")
            )
            moments = {"rows": rows_of(items[:MOST], office_users()), "late": sum(is_late(item) for item in items)}
    if user.licences & {"companyinfo", "companyweb"}:
        page = fetch_or("enrichment", "/alerts", None, limit=ALERTS)
        alerts = {"rows": alert_rows(page["items"])} if page else None
    groups = office_groups()
    recent = fetch_or("relations", "/history", None, limit=RECENT)
    return render_template(
        "dashboard.html",
        drafts=draft_rows() if "write" in user.rights else [],
        has_moments="crm" in user.licences,
        moments=moments,
        has_alerts=bool(user.licences & {"companyinfo", "companyweb"}),
        alerts=alerts,
        recent=[summary_row(item, groups) for item in recent["items"][:RECENT]] if recent else None,
        hygiene=score_shown(),
        mine_url=url_for("web.moments.overview", for_user=user.username, status="open"),
        unreachable={"text": word(MISSING, "unavailable"), "retry": url_for("web.dashboard.show")},
    )
