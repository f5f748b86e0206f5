"""Several contact moments at once: finished, or given to somebody else."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.keeping import safe_way
from gateway.web.known import office_users
from shared.auth import requires
from shared.errors import ChangedMeanwhile, Invalid, Unknown

blueprint = Blueprint("moments_at_once", __name__)

MOST = 200


@blueprint.post("/contact-moments/chosen")
@requires("write", licence="crm")
def change() -> Response:
    """Finish the chosen moments, or give them to somebody; one that is gone or changed meanwhile is left as it is."""
    chosen, for_user = request.form.getlist("moment_ids")[:MOST], request.form.get("for_user", "")
    if not chosen:
        raise Invalid({"moment_ids": [_("Kies eerst een of meer contactmomenten.")]})
    if request.form.get("act") == "done":
        changes, told = {"status": "done"}, "moments-done"
    elif for_user in office_users():
        changes, told = {"for_user": for_user}, "moments-given"
    else:
        raise Invalid({"for_user": [_("Kies eerst voor wie.")]})
    for moment_id in chosen:
        path = f"/contact-moments/{moment_id}"
        try:
            send("contacts", "PATCH", path, changes, version=fetch("contacts", path)["version"])
        except (Unknown, ChangedMeanwhile):
            continue
    way = safe_way(request.form.get("next", "") or url_for("web.moments.overview"))
    return redirect(f"{way}{'&' if '?' in way else '?'}done={told}", 303)
