"""Calls to Webservices.nl: SOAP 1.1 document/literal with the credentials in the header.

Requests are written by zeep from our own WSDL. Answers are read by local name: whether the provider qualifies the
children is not documented, and an element out of order must not hide a bankruptcy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from typing import Any

import requests
import zeep
from lxml import etree
from urllib3.exceptions import MaxRetryError, NewConnectionError
from zeep.transports import Transport

from enrichment.providers.companyinfo.endpoints import Endpoints
from enrichment.providers.port import (
    CredentialsRefused,
    NotInSubscription,
    OutOfCredit,
    ProviderFault,
    RegisterProblem,
    Unavailable,
)

PROVIDER = "companyinfo"
_BINDING = "{http://www.webservices.nl/soap/}WebservicesBinding"
_ERROR_HEADER = "X-WS-ErrorCode"
# Matched by prefix, because the provider may add children to any code.
_PROBLEMS: tuple[tuple[str, type[RegisterProblem]], ...] = (
    ("Client.Authentication", CredentialsRefused),
    ("Client.Authorization", NotInSubscription),
    ("Client.Payment", OutOfCredit),
    ("Server.Unavailable", Unavailable),
)


class Unreached(Exception):
    """The request certainly was not carried out, so that another address may be tried without paying twice."""


class QuietTransport(Transport):
    """Sends an envelope once and logs nothing: it holds a password, and the answer may hold names."""

    def __init__(self, connect_timeout: float, response_timeout: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep is typed in part
        self._timeout = (connect_timeout, response_timeout)

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Post an envelope; a redirect is not followed, as it would carry the password elsewhere."""
        return self.session.post(address, data=message, headers=headers, timeout=self._timeout, allow_redirects=False)

    def _load_remote_data(self, url: str) -> bytes:
        raise ValueError("schemas are part of the package and are never fetched")


class SoapClient:
    """Makes calls under one account, on the first address that works."""

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        username: str,
        password: str,
        connect_timeout: float,
        response_timeout: float,
    ) -> None:
        self._endpoints = endpoints
        self._header = {"HeaderLogin": {"username": username, "password": password}}
        with as_file(files(__package__) / "companyinfo.wsdl") as wsdl:
            self._client = zeep.Client(  # type: ignore[no-untyped-call]  # zeep is typed in part
                str(wsdl),
                transport=QuietTransport(connect_timeout, response_timeout),
                settings=zeep.Settings(raw_response=True),
            )

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make a call and return the answer as nested dicts and lists of texts.

        Raises RegisterProblem. Tries the next address only if the call certainly was not carried out.
        """
        for address in self._endpoints.in_order():
            try:
                return self._call_at(address, operation, parameters)
            except Unreached:
                self._endpoints.failed(address)
        raise Unavailable(PROVIDER)

    def _call_at(self, address: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        service = self._client.create_service(_BINDING, address)  # type: ignore[no-untyped-call]  # as above
        perform: Callable[..., requests.Response] = service[operation]
        try:
            response = perform(**parameters, _soapheaders=self._header)
        except requests.RequestException as silence:
            if never_arrived(silence):
                raise Unreached from None
            # It may have been carried out and paid for: avoid the address, but do not ask again.
            self._endpoints.failed(address)
            raise Unavailable(PROVIDER, "Answer.Missing") from None
        body = read_body(response.content)
        if code := _error_code(response, body):
            raise _problem(code)
        if response.status_code == requests.codes.service_unavailable:
            raise Unreached
        if body is None or response.status_code != requests.codes.ok:
            self._endpoints.failed(address)
            raise Unavailable(PROVIDER, "Answer.Unreadable")
        return body


def never_arrived(error: requests.RequestException) -> bool:
    """Whether no connection was made at all, as opposed to one that broke or fell silent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def read_body(content: bytes) -> dict[str, Any] | None:
    """The content of the SOAP body's only child, by local names; None when this is no envelope."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        envelope = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    body = next((child for child in envelope if _name(child) == "Body"), None)
    if body is None or len(body) != 1:
        return None
    value = _value(body[0])
    return value if isinstance(value, dict) else {}


def _error_code(response: requests.Response, body: Mapping[str, Any] | None) -> str:
    if code := response.headers.get(_ERROR_HEADER, ""):
        return code
    detail = (body or {}).get("detail")
    return str(detail.get("errorcode", "")) if isinstance(detail, dict) else ""


def _problem(code: str) -> Exception:
    for prefix, problem in _PROBLEMS:
        if code == prefix or code.startswith(f"{prefix}."):
            return Unreached() if problem is Unavailable else problem(PROVIDER, code)
    return ProviderFault(PROVIDER, code)


def _value(element: etree._Element) -> Any:
    children = list(element.iterchildren("{*}*"))  # elements only, no comments
    if not children:
        return (element.text or "").strip()
    if all(_name(child) == "item" for child in children):
        return [_value(child) for child in children]
    return {_name(child): _value(child) for child in children}


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
