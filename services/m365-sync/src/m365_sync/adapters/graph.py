"""Mailboxes over Microsoft Graph v1.0 (learn.microsoft.com/graph/api/resources/contact).

Ids are immutable ids, so that a contact a user moved to another folder is still found; the id of the relation
travels in a single-value extended property, so that a contact we made is known as ours without any list of our own.
"""

import email.utils
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlsplit
from uuid import UUID

import requests

from m365_sync.adapters.mailbox import (
    Change,
    Copy,
    MailboxAway,
    MailboxRefused,
    Outcome,
    Throttled,
    TokenRejected,
)

RELATION_ID = "String {3f0a8a52-6c1e-4a57-9d0b-5f2d8f0c7b41} Name CrmRelationId"
"""Our extended property. Its name is case-sensitive, and it may never change: mailboxes are full of it."""

CATEGORY = "CRM"
PAGE = 200
TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to answer; together well under the lease of a run."""

IMMUTABLE_IDS = 'IdType="ImmutableId"'
SHORTEST_PAUSE = 1.0
GIVEN = ("id", "changeKey", "createdDateTime", "lastModifiedDateTime", "parentFolderId")
"""Properties that the mailbox gives a contact, so that nobody can write them."""

NOT_FOUND_CODES = ("ErrorItemNotFound", "itemNotFound", "ResourceNotFound")


class AccessTokens(Protocol):
    """Where the bearer token of a mailbox comes from."""

    def current(self) -> str:
        """Return a token that is probably valid; raises ``ReconnectNeeded`` or ``MailboxAway``."""

    def renew(self) -> None:
        """Fetch a fresh one; raises ``ReconnectNeeded`` or ``MailboxAway``."""


class GraphMailbox:
    """The default contact folder of the user whose tokens these are."""

    def __init__(self, base_url: str, tokens: AccessTokens) -> None:
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._session = requests.Session()
        self._session.trust_env = False

    def renew_token(self) -> None:
        """Fetch a fresh access token."""
        self._tokens.renew()

    def pages_of_copies(self) -> Iterator[list[Copy]]:
        """Yield the contacts that carry the id of a relation, a page at a time."""
        expand = f"singleValueExtendedProperties($filter=id eq '{RELATION_ID}')"
        url: str | None = f"/me/contacts?$top={PAGE}&$select=id&$expand={quote(expand, safe='$()')}"
        while url:
            page = self._send("GET", url)
            yield [copy for contact in page["value"] if (copy := _copy_of(contact))]
            url = self._own(page.get("@odata.nextLink"))

    def push(self, changes: Sequence[Change]) -> list[Outcome]:
        """Write contacts in one ``$batch``, all at once."""
        batch = [_request_of(str(number), change) for number, change in enumerate(changes)]
        try:
            answer = self._send("POST", "/$batch", {"requests": batch})
        except MailboxAway:
            return [Outcome("unknown") for _ in changes]
        replies = {reply["id"]: reply for reply in answer.get("responses", [])}
        return [_outcome(replies.get(str(number))) for number in range(len(changes))]

    def find(self, relation_id: UUID) -> list[str]:
        """Return the ids of the contacts that carry the id of this relation."""
        condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{RELATION_ID}' and ep/value eq '{relation_id}')"
        answer = self._send("GET", f"/me/contacts?$select=id&$filter={quote(condition, safe='$()')}")
        return [str(contact["id"]) for contact in answer["value"]]

    def read(self, contact_id: str) -> dict[str, Any] | None:
        """Return what stands in a contact, whoever wrote it; None for one that is gone."""
        answer = self._send("GET", _address_of(contact_id), gone_is_fine=True)
        return {name: value for name, value in answer.items() if name not in GIVEN and name[0] != "@"} or None

    def add(self, relation_id: UUID, content: dict[str, Any]) -> str:
        """Make a contact of what stood in one, with the id of this relation; return its id."""
        return str(self._send("POST", "/me/contacts", {**content, **_carrying(relation_id)})["id"])

    def remove(self, contact_id: str) -> None:
        """Delete a contact; one that is gone already is no error."""
        self._send("DELETE", _address_of(contact_id), gone_is_fine=True)

    def _own(self, link: str | None) -> str | None:
        """Return a link to a next page relative to Graph; the token goes to no other host."""
        if link is None:
            return None
        if not link.startswith(self._base_url + "/") or urlsplit(link).netloc != urlsplit(self._base_url).netloc:
            raise MailboxRefused("foreign_link")
        return link.removeprefix(self._base_url)

    def _send(self, method: str, path: str, body: Any = None, *, gone_is_fine: bool = False) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._tokens.current()}", "Prefer": IMMUTABLE_IDS}
        try:
            answer = self._session.request(
                method, self._base_url + path, headers=headers, json=body, timeout=TIMEOUT, allow_redirects=False
            )
            content = answer.json() if answer.content else {}
        except (requests.RequestException, ValueError) as error:
            raise MailboxAway from error
        if answer.status_code == HTTPStatus.NOT_FOUND and gone_is_fine and _code(content) in NOT_FOUND_CODES:
            return {}
        _raise_for(answer.status_code, content, answer.headers.get("Retry-After"))
        return content if isinstance(content, dict) else {}


def _raise_for(status: int, body: Any, retry_after: str | None) -> None:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == HTTPStatus.UNAUTHORIZED:
        raise TokenRejected
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after):
        raise Throttled(pause_asked(retry_after))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise MailboxAway
    raise MailboxRefused(_our_code(status, body))


def _outcome(reply: dict[str, Any] | None) -> Outcome:
    """Return what one reply of a batch means; a reply that is missing tells nothing."""
    if reply is None:
        return Outcome("unknown")
    status, body, headers = int(reply["status"]), reply.get("body") or {}, reply.get("headers") or {}
    if status == HTTPStatus.NOT_FOUND and _code(body) in NOT_FOUND_CODES:
        return Outcome("gone")
    try:
        _raise_for(status, body, next((v for k, v in headers.items() if k.lower() == "retry-after"), None))
    except Throttled as throttled:
        return Outcome("throttled", retry_after=throttled.seconds)
    except TokenRejected:
        return Outcome("unauthorised")
    except MailboxAway:
        return Outcome("unknown")
    except MailboxRefused as refused:
        if status == HTTPStatus.FORBIDDEN or refused.code == "no_mailbox":
            raise  # this is said of the mailbox, not of the one contact
        return Outcome("refused", code=refused.code)
    return Outcome("done", contact_id=str(body["id"]))


def _request_of(number: str, change: Change) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Prefer": IMMUTABLE_IDS}
    mine = _carrying(change.relation_id)
    if change.contact_id is not None:
        # The user's own categories are left alone: ours was put there when the contact was made.
        url, body = _address_of(change.contact_id), {**change.contact, **mine}
        return {"id": number, "method": "PATCH", "url": url, "headers": headers, "body": body}
    body = {**change.contact, **mine, "categories": [CATEGORY]}
    return {"id": number, "method": "POST", "url": "/me/contacts", "headers": headers, "body": body}


def _carrying(relation_id: UUID) -> dict[str, Any]:
    return {"singleValueExtendedProperties": [{"id": RELATION_ID, "value": str(relation_id)}]}


def _address_of(contact_id: str) -> str:
    return f"/me/contacts/{quote(contact_id, safe='')}"


def _copy_of(contact: dict[str, Any]) -> Copy | None:
    for entry in contact.get("singleValueExtendedProperties", []):
        try:
            return Copy(UUID(entry["value"]), str(contact["id"]))
        except ValueError:
            continue
    return None


def _code(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _our_code(status: int, body: Any) -> str:
    """Return our own word for an error; Graph's words may quote what was sent, so they go nowhere."""
    if _code(body) == "MailboxNotEnabledForRESTAPI":
        return "no_mailbox"
    if status == HTTPStatus.FORBIDDEN:
        return "access_denied"
    return {400: "not_acceptable", 412: "changed_meanwhile", 413: "too_large", 507: "mailbox_full"}.get(
        status, f"status_{status}"
    )


def pause_asked(retry_after: str | None) -> float:
    """Return the seconds of a Retry-After header (RFC 9110: seconds or a date), never less than one."""
    if retry_after is None:
        return SHORTEST_PAUSE
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        except ValueError:
            seconds = SHORTEST_PAUSE
    return max(SHORTEST_PAUSE, seconds)
