"""Tokens: only a fresh one, signed by who it says, gives what its signer may give."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.auth import LEEWAY, LIFETIME, KeyRing, Principal, TokenIssuer, TokenVerifier
from shared.errors import NotSignedIn
from shared.ids import new_id

TRUSTS = {"contacts": frozenset({"read"})}
USER = Principal("u", frozenset({"read", "write"}), frozenset({"crm"}), user_id=new_id(), username="anna")


def signed(keys: Path, by: str, **claims: Any) -> str:
    now = int(time.time())
    given = {**USER.claims(), "iss": by, "iat": now, "exp": now + LIFETIME, **claims}
    return jwt.encode({"alg": "Ed25519"}, given, KeyRing(keys, by).private, algorithms=["Ed25519"])


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.fixture
def verifier(keys: Path) -> TokenVerifier:
    return TokenVerifier(KeyRing(keys, "probe"), TRUSTS)


def test_a_user_arrives_with_the_rights_the_gateway_gave(keys: Path, verifier: TokenVerifier) -> None:
    assert verifier.principal(TokenIssuer(KeyRing(keys, "gateway")).token_for(USER)) == USER


def test_a_service_has_only_the_rights_it_is_trusted_with_here(keys: Path, verifier: TokenVerifier) -> None:
    trusted = verifier.principal(TokenIssuer(KeyRing(keys, "contacts")).own_token())
    assert (trusted.actor, trusted.rights) == ("service:contacts", {"read"})
    stranger = verifier.principal(TokenIssuer(KeyRing(keys, "gdpr")).own_token())
    assert (stranger.actor, stranger.rights) == ("service:gdpr", frozenset())


def test_no_service_but_the_gateway_can_speak_for_a_user_or_give_rights(keys: Path, verifier: TokenVerifier) -> None:
    principal = verifier.principal(signed(keys, "contacts", rights=["admin"], sub="somebody"))
    assert (principal.actor, principal.rights, principal.user_id) == ("service:contacts", {"read"}, None)


def test_a_token_is_refused_once_it_has_expired(keys: Path, verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert verifier.principal(signed(keys, "gateway", exp=now + 60)) == USER
    with pytest.raises(NotSignedIn):
        verifier.principal(signed(keys, "gateway", exp=now - LEEWAY - 5))


def test_a_token_that_never_expires_is_refused(keys: Path, verifier: TokenVerifier) -> None:
    claims = {key: value for key, value in USER.claims().items() if key != "exp"}
    token = jwt.encode(
        {"alg": "Ed25519"}, {**claims, "iss": "gateway"}, KeyRing(keys, "gateway").private, algorithms=["Ed25519"]
    )
    with pytest.raises(NotSignedIn):
        verifier.principal(token)


def test_a_token_signed_by_another_than_it_says_is_refused(keys: Path, verifier: TokenVerifier) -> None:
    with pytest.raises(NotSignedIn):
        verifier.principal(signed(keys, "contacts", iss="gateway"))


def test_a_token_of_a_signer_nobody_knows_is_refused(keys: Path, verifier: TokenVerifier) -> None:
    claims = {**USER.claims(), "iss": "stranger", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "Ed25519"}, claims, OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"])
    with pytest.raises(NotSignedIn):
        verifier.principal(token)


def test_a_token_that_was_tampered_with_is_refused(keys: Path, verifier: TokenVerifier) -> None:
    header, body, signature = signed(keys, "gateway").split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = encoded({**claims, "rights": ["admin"]})
    for token in (
        f"{header}.{forged}.{signature}",
        f"{header}.{body}.",
        f"{encoded({'alg': 'none'})}.{forged}.",
        f"{header}.{body}",
        "",
        "é.é.é",
    ):
        with pytest.raises(NotSignedIn):
            verifier.principal(token)


def test_a_public_key_cannot_be_used_as_a_shared_secret(keys: Path, verifier: TokenVerifier) -> None:
    secret = OctKey.import_key((keys / "gateway.public.json").read_text())
    claims = {**USER.claims(), "iss": "gateway", "exp": int(time.time()) + 60}
    with pytest.raises(NotSignedIn):
        verifier.principal(jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"]))


def test_private_keys_are_for_their_owner_only(keys: Path) -> None:
    assert {path.stat().st_mode & 0o077 for path in keys.glob("*.private.json")} == {0}


def test_an_endpoint_is_open_only_to_who_has_its_right_and_licence(client: FlaskClient, keys: Path) -> None:
    issuer = TokenIssuer(KeyRing(keys, "gateway"))

    def status(path: str, *rights: str, licences: tuple[str, ...] = ()) -> int:
        user = Principal("u", frozenset(rights), frozenset(licences), user_id=new_id())
        return client.get(path, headers={"Authorization": f"Bearer {issuer.token_for(user)}"}).status_code

    assert client.get("/mine").status_code == 401
    assert (status("/mine", "write"), status("/mine", "read")) == (403, 200)
    assert (status("/licensed", "read"), status("/licensed", "read", licences=("crm",))) == (403, 200)


def test_an_endpoint_that_states_no_right_is_open_to_nobody(client: FlaskClient, anna: dict[str, str]) -> None:
    assert client.get("/forgotten", headers=anna).status_code == 403
