"""Whether a relation exists, as its owner says."""

from uuid import UUID

import structlog
from flask import current_app

from shared.auth import bearer_token
from shared.errors import Confidential, Invalid, Unavailable
from shared.http import ServiceClient

log = structlog.get_logger("contacts")


def present_relation(relation_id: UUID) -> UUID:
    """Return the id under which a relation lives: its own, or that of the one it was merged into.

    The service relations is asked in the caller's name. Raises ``Invalid`` when it knows no such relation, and
    ``Confidential`` when the caller may see no more of it than the name. While that service is down the moment is
    accepted: a call must be noted down when it happens, and the answer tells its writer nothing new.
    """
    relations: ServiceClient = current_app.extensions["relations"]
    try:
        answer = relations.request("GET", f"/relations/{relation_id}/presence", token=bearer_token(), timeout=3)
    except Unavailable:
        log.warning("relation not checked, its owner does not answer")
        return relation_id
    if answer.status_code == 404:
        raise Invalid({"relation_id": ["There is no such relation"]})
    if answer.status_code == 403:
        raise Confidential
    return UUID(answer.json()["into"]) if answer.status_code == 301 else relation_id
