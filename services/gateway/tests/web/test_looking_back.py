"""The audit log and one's own API tokens as a browser gets them."""

import re
from pathlib import Path
from typing import Any

import pytest

import gateway.api
from gateway.api.routes import ROUTES
from gateway.web.audit_words import DEEDS, OBJECTS

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
OWN_DEEDS = re.compile(r'"([a-z_0-9]+\.(?:signed|rights|[a-z_]+ed)(?:_[a-z]+)?)"')


def test_the_log_says_who_read_which_card_by_name_and_only_to_those_who_may_look_back(browser_of: Any) -> None:
    karel = browser_of("karel")
    karel.get(f"/relations/{RELATION}")
    assert karel.get("/audit").status_code == 403
    assert ">Audit<" not in karel.get("/").text
    page = browser_of("anna").get("/audit").text
    for words in ("Karel Maes", "Fiche: geopend", f'href="/relations/{RELATION}"'):
        assert words in page


def test_the_log_is_filtered_by_person_relation_and_day(browser_of: Any) -> None:
    browser_of("karel").get(f"/relations/{RELATION}")
    anna = browser_of("anna")
    assert "Fiche: geopend" in anna.get(f"/audit?actor=karel&relation_id={RELATION}").text
    assert "Fiche: geopend" not in anna.get("/audit?actor=gast").text
    assert "Fiche: geopend" not in anna.get("/audit?to=01-01-2020").text
    assert "Fiche: geopend" in anna.get("/audit?from=01-01-2020").text
    assert anna.get("/audit?from=nooit&relation_id=x").status_code == 200


def test_every_deed_that_is_logged_has_its_words() -> None:
    source = Path(gateway.api.__file__).parent.parent
    deeds = {route.audit for route in ROUTES if route.audit}
    deeds |= {deed for path in source.rglob("*.py") for deed in OWN_DEEDS.findall(path.read_text(encoding="utf-8"))}
    for of_what, deed in (one.split(".") for one in sorted(deeds)):
        assert of_what in OBJECTS, of_what
        assert deed in DEEDS, deed


def test_a_token_is_shown_once_opens_the_api_and_is_worth_nothing_once_revoked(anna: Any) -> None:
    page = anna.post("/preferences/tokens", {"label": "boekhouding"}).text
    found = re.search(r'readonly value="([^"]+)"', page)
    assert found
    bearer = {"Authorization": f"Bearer {found.group(1)}"}
    assert anna.client.get("/api/v1/me", headers=bearer).json["username"] == "anna"
    page = anna.get("/preferences/tokens").text
    assert "boekhouding" in page
    assert found.group(1) not in page
    revoke = re.search(r'action="(/preferences/tokens/[0-9a-f]+/revoke)"', page)
    assert revoke
    assert "Nee, terug" in anna.post(revoke.group(1)).text
    assert anna.post(revoke.group(1), {"confirmed": "1"}).location.endswith("done=token-revoked")
    assert anna.client.get("/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize("label", ["", "  ", "x" * 81])
def test_a_token_needs_a_name_that_fits(anna: Any, label: str) -> None:
    answer = anna.post("/preferences/tokens", {"label": label})
    assert answer.status_code == 422
    assert "hoogstens 80 tekens" in answer.text


def test_nobody_revokes_the_token_of_another(gateway: Any) -> None:
    anna, bert = gateway.as_user(), gateway.as_user()
    (token,) = anna.get("/tokens").json["items"]
    assert set(token) == {"id", "label", "created_at", "expires_at"}
    assert bert.delete(f"/tokens/{token['id']}").status_code == 404
    assert bert.delete("/tokens/zzz").status_code == 404
    assert anna.delete(f"/tokens/{token['id']}").status_code == 204
    assert anna.get("/me").status_code == 401
