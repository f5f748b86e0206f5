"""Verdicts and erasure of relations."""

from uuid import UUID

from contracts.gateway import Opening, RelationsOpened
from contracts.gdpr import ErasureRequested
from contracts.matters import MatterReported, Party
from contracts.relations import MatterChanged, RelationDeleted, RelationsErasureCompleted
from relations.subscriptions import subscriptions
from relations.tables import Tables
from relations.testing.examples import a_person
from relations.testing.pictures import drawn
from shared.clock import utc_now
from shared.ids import new_id
from shared.privacy import tables_without_subject, unmarked_columns
from shared.testing.kit import ANNA, ServiceKit


def registered(relations: ServiceKit, **more: object) -> UUID:
    return UUID(relations.as_user().post("/relations", json=a_person(**more)).json["id"])  # type: ignore[arg-type]


def order(*relation_ids: UUID, kind: str = "anonymise") -> ErasureRequested:
    return ErasureRequested(request_id=new_id(), batch=1, kind=kind, relation_ids=relation_ids)  # type: ignore[arg-type]


def test_every_column_is_marked_and_every_table_says_whose_it_is() -> None:
    assert unmarked_columns([Tables.metadata]) == []
    assert tables_without_subject(Tables.metadata) == []


def test_verdicts_name_the_reason_of_each_refusal(relations: ServiceKit) -> None:
    free, busy, staff, nobody = (
        registered(relations),
        registered(relations),
        registered(relations, groups=["employee"]),
        new_id(),
    )
    relations.deliver(subscriptions, MatterReported("2026/7", "active", (Party(busy, "client"),)))
    verdict = relations.as_service("gdpr").post(
        "/erasure-verdicts", json={"relation_ids": [str(each) for each in (free, busy, staff, nobody)]}
    )
    assert verdict.json["allowed"] == [str(free)]
    assert {refusal["relation_id"]: refusal["reason"] for refusal in verdict.json["refused"]} == {
        str(busy): "active_matter", str(staff): "employee", str(nobody): "unknown",
    }  # fmt: skip
    candidates = relations.as_service("gdpr").get("/erasure-candidates").json["items"]
    assert [candidate["relation_id"] for candidate in candidates] == [str(free)]


def test_anonymising_leaves_number_and_matters_and_no_trace_of_the_person(relations: ServiceKit) -> None:
    relation_id, anna = registered(relations, memo="heel persoonlijk"), relations.as_user()
    anna.post(f"/relations/{relation_id}/legal-identities", json={"birth_date": "1980-02-03", "birth_place": "Gent"})
    anna.put(
        "/matters/M-1",
        json={
            "title": "Janssens tegen de rest",
            "status": "closed",
            "parties": [{"relation_id": str(relation_id), "role": "client"}],
        },
    )
    relations.deliver(subscriptions, RelationsOpened((Opening(ANNA, relation_id, utc_now()),)))
    assert len(anna.get("/history?q=janssens").json["items"]) == 1

    assert relations.deliver(subscriptions, order(relation_id)) == "handled"

    (answer,) = relations.events(RelationsErasureCompleted)
    assert (answer.done, answer.failed) == ((relation_id,), ())
    left = anna.get(f"/relations/{relation_id}").json
    assert (left["status"], left["display_name"]) == ("anonymised", f"Geanonimiseerd {left['number']}")
    (matter,) = anna.get(f"/relations/{relation_id}/matters").json["items"]
    assert (matter["number"], matter["title"]) == ("M-1", "")
    assert relations.events(MatterChanged)[-1].relation_ids == (relation_id,)
    assert anna.get("/history").json["items"] == []
    assert anna.get("/relations?q=janssens").json["items"] == []
    held = (
        relations.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(relation_id)]}).get_data(True)
    )
    for trace in ("anssens", "0470", "Kerkstraat", "persoonlijk", "1980"):
        assert trace not in held
    assert anna.patch(f"/relations/{relation_id}", json={"memo": "terug"}).status_code == 409


def test_who_must_stay_is_answered_with_the_reason_and_untouched(relations: ServiceKit) -> None:
    free, busy = registered(relations), registered(relations)
    relations.deliver(subscriptions, MatterReported("2026/7", "active", (Party(busy, "client"),)))
    relations.deliver(subscriptions, order(free, busy))
    (answer,) = relations.events(RelationsErasureCompleted)
    assert answer.done == (free,)
    assert [(failure.relation_id, failure.reason) for failure in answer.failed] == [(busy, "active_matter")]
    assert relations.as_user().get(f"/relations/{busy}").json["display_name"] == "Lies Janssens"


def test_asking_again_is_answered_again_and_harmless(relations: ServiceKit) -> None:
    relation_id = registered(relations)
    for _ in range(2):
        relations.deliver(subscriptions, order(relation_id))
    answers = relations.events(RelationsErasureCompleted)
    assert [answer.done for answer in answers] == [(relation_id,), (relation_id,)]
    assert relations.as_user().get(f"/relations/{relation_id}").json["version"] == 2


def test_erasing_what_no_matter_refers_to_deletes_it(relations: ServiceKit) -> None:
    relation_id = registered(relations)
    relations.deliver(subscriptions, order(relation_id, kind="erase"))
    assert relations.as_user().get(f"/relations/{relation_id}").status_code == 404
    assert relations.events(RelationDeleted) == [RelationDeleted(relation_id)]


def test_the_report_holds_every_part(relations: ServiceKit) -> None:
    relation_id = registered(relations)
    held = relations.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(relation_id)]}).json
    assert {"relation", "communication", "address", "search_word"} <= set(held[str(relation_id)])
    assert relations.as_user().post("/privacy/export", json={"relation_ids": [str(relation_id)]}).status_code == 403


def test_names_money_links_photo_and_field_history_are_forgotten(relations: ServiceKit) -> None:
    anna = relations.as_user()
    relation_id = registered(
        relations,
        aliases=[{"kind": "former", "name": "Oudenaam"}],
        bank_accounts=[{"iban": "BE68539007547034"}],
        accounting={"debtor_number": "DEB-77"},
        address_form={"form": "mrs", "salutation": "Barones"},
    )
    url, other = f"/relations/{relation_id}", registered(relations)
    anna.patch(url, json={"memo": "eerst geheim"})
    anna.patch(url, json={"memo": "daarna"})
    anna.put(f"{url}/photo", data=drawn((8, 8), "JPEG"))
    anna.post(f"/relations/{other}/links", json={"other_id": str(relation_id), "type": "spouse", "note": "sinds kort"})
    own = anna.post(f"{url}/links", json={"other_id": str(other), "type": "spouse"}).json["id"]
    anna.patch(f"/relations/{other}/links/{own}", json={"note": "wil scheiden"})
    anna.delete(f"/relations/{other}/links/{own}")
    party = {"relation_id": str(relation_id), "role": "client"}
    anna.put("/matters/M-1", json={"status": "closed", "parties": [party]})
    relations.deliver(subscriptions, order(relation_id))
    held = relations.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(relation_id), str(other)]})
    for trace in ("Oudenaam", "BE68", "DEB-77", "Barones", "geheim", "sinds kort", "wil scheiden"):
        assert trace not in held.get_data(True)
    left = anna.get(url).json
    assert (left["status"], left["has_photo"], left["aliases"]) == ("anonymised", False, [])
    assert anna.get(f"{url}/changes").json["items"] == []
    assert anna.get(f"/relations/{other}/links").json["items"] == []


def test_a_field_of_the_office_that_is_not_personal_keeps_its_value(relations: ServiceKit) -> None:
    anna, labels = relations.as_user(), {"nl": "Vak", "fr": "Case", "en": "Box"}
    for key, is_personal in (("herkomst", False), ("hobby", True)):
        definition = {"key": key, "level": "relation", "type": "text", "labels": labels, "personal": is_personal}
        assert anna.post("/varia-definitions", json=definition).status_code == 201
    relation_id = registered(relations, varia={"herkomst": "beurs", "hobby": "zeilen"})
    for _asked_again in range(2):
        relations.deliver(subscriptions, order(relation_id))
        left = anna.get(f"/relations/{relation_id}").json
        assert (left["status"], left["varia"]) == ("anonymised", {"herkomst": "beurs"})
