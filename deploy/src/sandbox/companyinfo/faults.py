"""The provider's error codes, a dotted hierarchy."""

from __future__ import annotations

AUTHENTICATION = "Client.Authentication"
WRONG_USERNAME = "Client.Authentication.Username"
WRONG_PASSWORD = "Client.Authentication.Password"  # noqa: S105  # an error code, not a secret
NOT_ALLOWED = "Client.Authorization"
WRONG_FORMAT = "Client.Input.FormatIncorrect"
INCOMPLETE = "Client.Input.Incomplete"
INVALID = "Client.Input.Invalid"
PAYMENT = "Client.Payment"
NOT_FOUND = "Server.Data.NotFound"
PAGE_NOT_FOUND = "Server.Data.PageNotFound"
TEMPORARY = "Server.Unavailable.Temporary"


class Fault(Exception):
    """A call that is answered with an error code."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
