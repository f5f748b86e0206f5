"""What an office does with a relation, through the public API, on both kinds of system."""

from __future__ import annotations

from typing import Any

import pytest

from shared.clock import utc_now
from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, company, person, word
from shared.testing.proofs import paid_by_number
from shared.testing.stack import LocalStack, eventually

pytestmark = pytest.mark.slow


def test_a_client_is_registered_and_everything_about_them_is_on_the_card(stack: LocalStack, anna: ApiClient) -> None:
    mark = word()
    client = anna.register(person(mark))
    anna.send("POST", "/contact-moments", moment(client["id"], subject=f"Kennismaking {mark}"))
    parties = [{"relation_id": client["id"], "role": "client"}]
    anna.send("PUT", f"/matters/J-{mark}", {"title": f"Zaak {mark}", "status": "active", "parties": parties})

    card = anna.get(f"/relations/{client['id']}/card")
    assert card["relation"]["display_name"] == client["display_name"]
    assert card["relation"]["communications"][0]["value"] == f"lies.{mark}@example.com"
    assert [one["subject"] for one in card["panels"]["contact_moments"]["content"]["items"]] == [f"Kennismaking {mark}"]
    assert [one["number"] for one in card["panels"]["matters"]["content"]["items"]] == [f"J-{mark}"]
    assert card["panels"]["gdpr"]["content"] == {"requests": []}
    assert card["panels"]["m365"]["content"]["mailboxes"] == 0

    version = anna.call("GET", f"/relations/{client['id']}").headers["ETag"]
    anna.send("PATCH", f"/relations/{client['id']}", {"memo": f"na 17 u {mark}"}, headers={"If-Match": version})
    assert anna.get(f"/relations/{client['id']}/card")["relation"]["memo"] == f"na 17 u {mark}"
    assert (
        anna.call("PATCH", f"/relations/{client['id']}", json={"memo": "x"}, headers={"If-Match": version}).status_code
        == 412
    )
    for piece in (f"jAnssens{mark[:8]}", f"lies.{mark}@example.com", str(client["number"])):
        found = anna.get("/relations", q=piece)["items"]
        assert client["id"] in [one["id"] for one in found], piece


def test_a_company_gets_its_profile_by_itself_and_is_paid_once(stack: LocalStack, anna: ApiClient) -> None:
    number = FIRST_MADE_UP_COMPANY + 50_000
    relation = anna.register(company(number))

    def profiles() -> list[dict[str, Any]]:
        shown = anna.get(f"/relations/{relation['id']}/card")["panels"]["register"]["content"].get("profiles", [])
        return [profile for profile in shown if profile["status"] == "found"]

    (profile,) = eventually(profiles, "the profile comes")
    assert (profile["provider"], profile["number"]) == ("companyinfo", str(number))
    assert str(number) in profile["facts"]["legal_name"]

    looked_up = anna.send("POST", f"/relations/{relation['id']}/register-lookups", {"provider": "companyinfo"})
    assert looked_up["charge"]["outcome"] == "cached"
    assert paid_by_number(stack)[str(number)] == 1


def test_a_bankrupt_company_raises_a_red_alert_on_its_card(stack: LocalStack, anna: ApiClient) -> None:
    relation = anna.register(company(90_990_222))
    alerts = eventually(lambda: anna.get(f"/relations/{relation['id']}/card")["alerts"], "the alert is on the card")
    assert "bankruptcy" in {alert["code"] for alert in alerts}
    assert {alert["provider"] for alert in alerts} == {"companyinfo"}


def test_a_synchronised_group_is_in_the_mailbox_after_sync(stack: LocalStack, anna: ApiClient) -> None:
    mark = word()
    relation = anna.register(person(mark, groups=["bailiff"]))
    sync = f"/users/{anna.get('/me')['id']}/m365-sync"
    anna.send("PUT", sync, {"enabled": True, "synchronised_groups": ["bailiff"], "excluded_groups": []})
    run = anna.send("POST", f"{sync}/runs", {})

    def ended() -> Any:
        seen = anna.get(f"{sync}/runs/{run['id']}")
        return seen if seen["status"] in ("done", "failed") else None

    done = eventually(ended, "the run ends", seconds=60)
    assert (done["status"], done["failed"], done["errors"]) == ("done", 0, [])
    assert done["added"] >= 1
    panel = eventually(
        lambda: anna.get(f"/relations/{relation['id']}/card")["panels"]["m365"]["content"]["mailboxes"],
        "the card knows of the copy",
    )
    assert panel == 1


def test_a_user_who_may_only_read_creates_changes_and_erases_nothing(stack: LocalStack, anna: ApiClient) -> None:
    relation = anna.register(person(word()))
    gast = ApiClient(stack.url, "gast")
    assert gast.get(f"/relations/{relation['id']}")["id"] == relation["id"]
    erasure = {"kind": "anonymise", "relation_ids": [relation["id"]], "reason": "x"}
    for method, path, body in (
        ("POST", "/relations", person(word())),
        ("PATCH", f"/relations/{relation['id']}", {"memo": "x"}),
        ("DELETE", f"/relations/{relation['id']}", None),
        ("POST", "/gdpr/requests", erasure),
    ):
        assert gast.call(method, path, json=body).status_code == 403, path


def moment(relation_id: str, *, subject: str) -> dict[str, Any]:
    """Return a contact moment of today."""
    return {
        "relation_id": relation_id,
        "date": utc_now().date().isoformat(),
        "subject": subject,
        "from_user": "anna",
        "for_user": "karel",
        "status": "open",
    }
