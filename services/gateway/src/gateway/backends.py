"""The services behind the gateway, and calls to them for the user at hand."""

from dataclasses import dataclass
from typing import Any

from flask import current_app

from gateway.api.effects import apply_effects, relations_before
from gateway.api.routes import match
from gateway.settings import GatewaySettings
from shared.auth import TokenIssuer, principal
from shared.http import Answer, ServiceClient


@dataclass(frozen=True)
class Backends:
    """A client for each service; without another token each call speaks for the gateway itself."""

    relations: ServiceClient
    contacts: ServiceClient
    enrichment: ServiceClient
    gdpr: ServiceClient
    m365_sync: ServiceClient

    def by_name(self, name: str) -> ServiceClient:
        """Return the client of a service."""
        client: ServiceClient = getattr(self, name)
        return client


SERVICES = tuple(Backends.__dataclass_fields__)


def connect_backends(settings: GatewaySettings, tokens: TokenIssuer) -> Backends:
    """Return clients for the services at their configured addresses."""
    return Backends(
        **{name: ServiceClient(getattr(settings, f"{name}_url"), token=tokens.own_token) for name in SERVICES}
    )


def backends() -> Backends:
    """Return the services behind the gateway that answers the current request."""
    found: Backends = current_app.extensions["backends"]
    return found


def user_token() -> str:
    """Return a signed token that carries the user who makes this request."""
    tokens: TokenIssuer = current_app.extensions["tokens"]
    return tokens.token_for(principal())


def ask(service: str, method: str, path: str, **arguments: Any) -> Answer:
    """Call a service for the user at hand and return whatever it answers below 500; raises ``Unavailable``.

    What the public API would drop and log for the same call is dropped and logged here too, so a page's own write is
    on the card at once.
    """
    client = backends().by_name(service)
    matched = match(method, path)
    if matched is None:
        return client.request(method, path, token=user_token(), **arguments)
    before = relations_before(matched.route, lambda: read_if_there(client, path))
    answer = client.request(method, path, token=user_token(), **arguments)
    if answer.ok:
        apply_effects(matched.route, matched.values, body=arguments.get("json"), before=before, answer=answer)
    return answer


def read_if_there(client: ServiceClient, path: str) -> Any:
    """Return the JSON of something, or None when the user finds nothing there."""
    answer = client.request("GET", path, token=user_token())
    return answer.json() if answer.ok else None
