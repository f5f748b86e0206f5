"""Two users at once: entity tags and If-Match (RFC 9110), so that nobody overwrites what they have not seen."""

from flask import Response, request

from shared.errors import ChangedMeanwhile


def etag(version: int) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def refuse_lost_update(version: int) -> None:
    """Raise ``ChangedMeanwhile`` when the request names, in If-Match, another version than the present one."""
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if etag(version) not in [tag.strip() for tag in wanted.split(",")]:
        raise ChangedMeanwhile


def with_etag(response: Response, version: int) -> Response:
    """Put the entity tag of a version on a response."""
    response.headers["ETag"] = etag(version)
    return response
