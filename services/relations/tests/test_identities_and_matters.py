"""Legal identities by date, party descriptions, and the matter register told by API and by event."""

from uuid import UUID

from contracts.matters import MatterReported, Party
from contracts.relations import MatterChanged
from relations.subscriptions import subscriptions
from relations.testing.examples import a_company, a_person
from shared.ids import new_id
from shared.testing.kit import ServiceKit


def test_versions_stay_and_the_last_begun_is_current(relations: ServiceKit) -> None:
    anna = relations.as_user()
    url = f"/relations/{anna.post('/relations', json=a_company()).json['id']}/legal-identities"
    for day, name in (("2020-01-01", "Oud BV"), ("2999-01-01", "Later NV"), ("2024-05-01", "Nu BV")):
        assert anna.post(url, json={"valid_from": day, "legal_name": name, "source": "companyinfo"}).status_code == 201
    versions = anna.get(url).json["items"]
    assert [(version["legal_name"], version["current"]) for version in versions] == [
        ("Later NV", False), ("Nu BV", True), ("Oud BV", False),
    ]  # fmt: skip
    assert anna.post(url, json={"kbo": "0999990124"}).json["errors"].keys() == {"kbo"}


def test_a_party_is_described_as_at_the_day_in_three_languages(relations: ServiceKit) -> None:
    anna = relations.as_user()
    made = anna.post("/relations", json=a_company("Bouwwerken", identifiers={"kbo": "0999.990.123"})).json
    url = f"/relations/{made['id']}"
    version = {"valid_from": "2025-01-01", "legal_name": "Bouwwerken Peeters", "legal_form": "NV",
               "seat": "9000 Gent, Markt 1", "register_court": "Gent"}  # fmt: skip
    anna.post(f"{url}/legal-identities", json=version)

    def described(**query: str) -> str:
        return str(anna.get(f"{url}/party-description", query_string=query).json["text"])

    assert described(language="nl", date="2026-01-01") == (
        "NV Bouwwerken Peeters, met zetel te 9000 Gent, Markt 1, "
        "ingeschreven in de KBO onder nummer 0999.990.123, RPR Gent"
    )
    assert described(language="nl", date="2024-12-31").startswith("BV Bouwwerken, ingeschreven in de KBO")
    assert "inscrite à la BCE sous le numéro 0999.990.123" in described(language="fr")
    assert "Crossroads Bank for Enterprises" in described(language="en")


def test_a_person_is_described_by_birth_and_home(relations: ServiceKit) -> None:
    anna = relations.as_user()
    made = anna.post("/relations", json=a_person()).json
    anna.post(f"/relations/{made['id']}/legal-identities", json={"birth_date": "1980-02-03", "birth_place": "Brugge"})
    text = anna.get(f"/relations/{made['id']}/party-description").json["text"]
    assert text == "Lies Janssens, geboren te Brugge op 03-02-1980, wonende te Kerkstraat 12 bus 3, 9000 Gent"


def test_a_version_tells_of_register_people_and_papers(relations: ServiceKit) -> None:
    anna = relations.as_user()
    url = f"/relations/{anna.post('/relations', json=a_company('Bouwwerken', identifiers={})).json['id']}"
    version = {
        "valid_from": "2025-01-01", "legal_name": "Bouwwerken", "legal_form": "NV", "register_court": "Gent",
        "register_division": "Dendermonde", "establishments": ["2.000.000.339"],
        "representatives": [
            {"name": "Lies Janssens", "function": "bestuurder", "from": "2025-01-01"},
            {"name": "Jan Peeters", "function": "bestuurder", "to": "2024-12-31"},
        ],
    }  # fmt: skip
    made = anna.post(f"{url}/legal-identities", json=version)
    assert made.status_code == 201, made.json
    assert (made.status_code, made.json["establishments"]) == (201, ["2000000339"])
    assert made.json["representatives"] == version["representatives"]
    text = anna.get(f"{url}/party-description?date=2026-01-01").json["text"]
    assert text == "NV Bouwwerken, RPR Gent, afdeling Dendermonde, vertegenwoordigd door Lies Janssens (bestuurder)"
    wrong = {"establishments": ["1"], "civil_status": "complicated", "capacity": "x"}
    assert anna.post(f"{url}/legal-identities", json=wrong).json["errors"].keys() == {"civil_status", "capacity"}


def test_a_matter_told_by_event_and_by_api_is_one_matter(relations: ServiceKit) -> None:
    anna = relations.as_user()
    one, two = (UUID(anna.post("/relations", json=a_person()).json["id"]) for _ in range(2))
    assert relations.deliver(subscriptions, MatterReported("2026/9", "active", (Party(one, "client"),))) == "handled"
    body = {
        "title": "Echtscheiding",
        "status": "active",
        "parties": [{"relation_id": str(two), "role": "counterparty"}],
    }
    assert anna.put("/matters/2026/9", json=body).status_code == 200
    relations.deliver(subscriptions, MatterReported("2026/9", "closed", (Party(two, "counterparty"),)))
    assert anna.get(f"/relations/{one}/matters").json["items"] == []
    assert anna.get(f"/relations/{two}/matters").json["items"] == [
        {"number": "2026/9", "title": "Echtscheiding", "status": "closed", "roles": ["counterparty"]}
    ]
    assert set(relations.events(MatterChanged)[1].relation_ids) == {one, two}
    assert anna.get("/matters?q=scheid").json["items"][0]["number"] == "2026/9"


def test_a_matter_with_an_unknown_party_is_a_dead_letter_or_a_field_error(relations: ServiceKit) -> None:
    assert relations.deliver(subscriptions, MatterReported("2026/9", "active", (Party(new_id(), "client"),))) == "dead"
    body = {"status": "active", "parties": [{"relation_id": str(new_id()), "role": "client"}]}
    assert relations.as_user().put("/matters/2026/9", json=body).json["errors"].keys() == {"parties"}
