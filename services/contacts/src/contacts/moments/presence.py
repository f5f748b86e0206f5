"""Whether a relation exists, as its owner says."""

from uuid import UUID

import structlog
from flask import current_app

from shared.errors import Invalid, Unavailable
from shared.http import ServiceClient

log = structlog.get_logger("contacts")


def refuse_unknown_relation(relation_id: UUID) -> None:
    """Raise ``Invalid`` when the service relations knows no such relation.

    While that service is down the moment is accepted: a call must be noted down when it happens.
    """
    relations: ServiceClient = current_app.extensions["relations"]
    try:
        answer = relations.request("GET", f"/relations/{relation_id}/presence", timeout=3)
    except Unavailable:
        log.warning("relation not checked, its owner does not answer")
        return
    if answer.status_code == 404:
        raise Invalid({"relation_id": ["There is no such relation"]})
