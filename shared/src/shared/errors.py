"""Errors that mean something to the caller, each turned into problem+json (RFC 9457) in one place."""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """What went wrong, as a type word, an HTTP status and a sentence that says what to do; never personal data."""

    status = 500
    type = "internal-error"
    title = "Something went wrong on our side"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra


class Unknown(Problem):
    """There is nothing with this id, or the caller may not know of it."""

    status, type, title = 404, "not-found", "Not found"


class NotSignedIn(Problem):
    """The caller did not say who they are."""

    status, type, title = 401, "not-signed-in", "Sign in first"


class Forbidden(Problem):
    """The caller may not do this."""

    status, type, title = 403, "forbidden", "You do not have the right for this"


class LicenceRequired(Forbidden):
    """The office has not switched on the licence this needs."""

    type, title = "licence-required", "This needs a licence that is switched off"


class Confidential(Forbidden):
    """The relation is confidential and the caller is not among those who may see more than its name."""

    type, title = "confidential", "This relation is confidential: ask one of the users named on it"


class Conflict(Problem):
    """The state of things does not allow it."""

    status, type, title = 409, "conflict", "This cannot be done now"


class ChangedMeanwhile(Problem):
    """Somebody else saved first."""

    status, type, title = 412, "changed-meanwhile", "Somebody else changed this meanwhile: read it again, then save"


class Invalid(Problem):
    """Some fields are not right; ``errors`` names each with what to do."""

    status, type, title = 422, "invalid", "Some fields need attention"

    def __init__(self, errors: Mapping[str, Sequence[str]], detail: str = "") -> None:
        super().__init__(detail, errors={field: list(messages) for field, messages in errors.items()})
        self.errors = self.extra["errors"]


class TooMany(Problem):
    """Too many tries in a short time."""

    status, type, title = 429, "too-many-requests", "Too many tries: wait a moment"


class Unavailable(Problem):
    """Something this depends on does not answer; trying later may help."""

    status, type, title = 503, "unavailable", "A part of the system does not answer: try again later"
