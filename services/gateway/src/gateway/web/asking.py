"""What pages ask of the services: an answer, or the problem it stands for."""

from typing import Any
from uuid import UUID

from gateway.backends import ask
from gateway.card.composition import Merged, survivor_of
from shared.concurrency import etag
from shared.errors import (
    ChangedMeanwhile,
    Confidential,
    Conflict,
    Forbidden,
    Invalid,
    LicenceRequired,
    NotSignedIn,
    Problem,
    TooMany,
    Unavailable,
    Unknown,
)
from shared.http import Answer

MOVED = (301, 308)
PROBLEMS: dict[int, type[Problem]] = {
    401: NotSignedIn,
    403: Forbidden,
    404: Unknown,
    409: Conflict,
    412: ChangedMeanwhile,
    429: TooMany,
}


class Refused(Problem):
    """A service refused for a reason of its own."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(str(told.get("detail") or told.get("title") or ""))
        self.status = status
        self.told = told
        self.type = str(told.get("type") or "refused")


def fetch(service: str, path: str, **params: Any) -> Any:
    """Return the JSON of a GET; raises the problem the service answered."""
    given = {name: value for name, value in params.items() if value not in (None, "")}
    return answered(ask(service, "GET", path, params=given)).json()


def fetch_whole(relation_id: UUID) -> Any:
    """Return a relation with all its parts; raises ``Confidential`` where the user may see no more than its name."""
    relation = fetch("relations", f"/relations/{relation_id}")
    if relation.get("restricted"):
        raise Confidential
    return relation


def fetch_or(service: str, path: str, otherwise: Any, **params: Any) -> Any:
    """Return the JSON of a GET, or something else when the service does not answer or may not tell."""
    try:
        return fetch(service, path, **params)
    except (Unavailable, Forbidden, Unknown):
        return otherwise


def send(
    service: str, method: str, path: str, body: Any = None, *, version: str | int = "", once: str = ""
) -> dict[str, Any]:
    """Send a change and return the answer; raises the problem. ``version`` guards against a lost update."""
    headers = {}
    if version != "":
        headers["If-Match"] = etag(int(version))
    if once:
        headers["Idempotency-Key"] = once
    more = {} if body is None else {"json": body}
    answer = answered(ask(service, method, path, headers=headers, **more))
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def answered(answer: Answer) -> Answer:
    """Return a good answer; raises the problem it stands for, ``Merged`` for a relation that lives on in another."""
    if answer.status_code in MOVED:
        raise Merged(survivor_of(answer.headers.get("Location", "")))
    if answer.ok:
        return answer
    told = _told(answer)
    if told.get("type") == "merged" and told.get("into"):
        raise Merged(UUID(str(told["into"])))
    if answer.status_code == 422 and told.get("errors"):
        raise Invalid(told["errors"], str(told.get("detail", "")))
    if told.get("type") == "licence-required":
        raise LicenceRequired(str(told.get("detail", "")))
    if told.get("type") == "confidential":
        raise Confidential
    if told.get("type") in (None, "not-found", "forbidden", "changed-meanwhile") and answer.status_code in PROBLEMS:
        raise PROBLEMS[answer.status_code](str(told.get("detail", "")))
    raise Refused(answer.status_code, told)


def _told(answer: Answer) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
