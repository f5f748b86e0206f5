"""Access reports, certificates, and what is left of them after an erasure."""

from typing import Any
from uuid import UUID

import orjson
import typst
from sqlalchemy import select

from contracts.gdpr import ErasureRequested, GdprErasureCompleted
from gdpr.reports.document import report_document
from gdpr.reports.models import Report
from gdpr.reports.printing import TEMPLATES, print_document
from gdpr.reports.texts import LANGUAGES, texts_in
from gdpr.requests.models import RequestRelation
from gdpr.subscriptions import ANSWERS, subscriptions
from gdpr.testing.house import OTHERS, House
from shared.ids import new_id

NOBODY = new_id()


def a_life(house: House, relation_id: UUID) -> None:
    relation = {"id": str(relation_id), "display_name": "Élise Janssens", "kind": "natural_person", "language": "nl"}
    moment = {"relation_id": str(relation_id), "date": "2026-03-02", "subject": "Kennismaking", "memo": ""}
    house.neighbours.held = {
        "relations": {relation_id: {"relation": [relation], "address": [{"street": "Kerkstraat", "city": "Gent"}]}},
        "contacts": {relation_id: {"moment": [moment]}},
    }
    house.neighbours.catalogues = {
        "relations": [{"table": "relation", "field": "display_name", "category": "name", "on_erase": "blank"}]
    }


def open_access(house: House, *relation_ids: UUID) -> str:
    body = {"kind": "access", "relation_ids": [str(each) for each in relation_ids], "reason": "vraag per brief"}
    opened = house.kit.as_user().post("/gdpr/requests", json=body)
    assert opened.status_code == 202
    request_id: str = opened.json["id"]
    return request_id


def state(house: House, request_id: str) -> dict[str, Any]:
    found: dict[str, Any] = house.kit.as_user().get(f"/gdpr/requests/{request_id}").json
    return found


def test_a_report_tells_what_every_service_holds_as_data_and_as_a_document(house: House) -> None:
    relation_id = new_id()
    a_life(house, relation_id)
    request_id = open_access(house, relation_id)
    house.gatherer.run()
    done = state(house, request_id)
    assert (done["status"], len(done["participants"])) == ("done", 6)
    report = house.kit.as_user().get(f"/gdpr/requests/{request_id}/report.json").json
    assert (report["complete"], report["missing"]) == (True, [])
    (told,) = report["relations"]
    assert set(told["sources"]) == {*OTHERS, "gdpr"}
    assert told["sources"]["contacts"]["tables"]["moment"][0]["subject"] == "Kennismaking"
    assert told["sources"]["relations"]["categories"] == {"relation.display_name": "name"}
    assert told["sources"]["gdpr"]["tables"]["request_relation"][0]["reason"] == "vraag per brief"
    pdf = house.kit.as_user().get(f"/gdpr/requests/{request_id}/report.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.data
    again = house.kit.as_user().get(f"/gdpr/requests/{request_id}/report.pdf")
    assert again.data == pdf.data, "the same report is the same file"


def test_a_report_without_every_source_says_so_and_a_retry_completes_it(house: House) -> None:
    relation_id = new_id()
    a_life(house, relation_id)
    house.neighbours.down = {"contacts"}
    request_id = open_access(house, relation_id)
    anna = house.kit.as_user()
    house.gatherer.run()
    assert state(house, request_id)["participants"]["contacts"]["pending"] == 1
    assert anna.get(f"/gdpr/requests/{request_id}/report.json").status_code == 409
    for seconds in (3, 6, 16, 61):
        house.clock.forward(seconds=seconds)
        house.gatherer.run()
    failed = state(house, request_id)
    assert (failed["status"], failed["counts"]["failed"]) == ("failed", 1)
    assert failed["failures"] == [{"participant": "contacts", "relation_id": str(relation_id), "reason": "unavailable"}]
    report = anna.get(f"/gdpr/requests/{request_id}/report.json").json
    assert (report["complete"], report["missing"]) == (False, [{"source": "contacts", "reason": "unavailable"}])
    assert "contacts" not in report["relations"][0]["sources"]
    house.neighbours.down = set()
    assert anna.post(f"/gdpr/requests/{request_id}/retry").status_code == 202
    house.clock.forward(seconds=1)
    house.gatherer.run()
    assert anna.get(f"/gdpr/requests/{request_id}/report.json").json["complete"] is True


def test_the_document_carries_readable_values_the_missing_source_and_no_steering_fields(house: House) -> None:
    relation = {"id": str(NOBODY), "display_name": "Élise", "birth_date": "1971-03-05", "kind": "natural_person"}
    told = {NOBODY: {"relations": {"tables": {"relation": [relation]}, "categories": {"relation.birth_date": "birth"}}}}
    now = house.clock.now
    document = report_document(
        texts_in("fr"), told, request_id=NOBODY, requested_at=now, finished_at=now, sources=("relations", "contacts")
    )
    (chapter,) = document["chapters"]
    assert chapter["sections"][0]["tables"][0]["records"] == [
        [["Nom affiché", "Élise"], ["Date de naissance", "5 mars 1971"], ["Type", "personne physique"]]
    ]
    assert document["verdict"]["good"] is False
    assert "Moments de contact" in document["verdict"]["text"]
    assert chapter["sections"][1]["note"] == "Cette partie n’a pas répondu."


def test_a_personal_field_is_shown_even_when_it_is_an_identifier(house: House) -> None:
    link = {"contact_id": "AAMk-1", "user_id": str(NOBODY), "fingerprint": "f00"}
    told = {NOBODY: {"m365_sync": {"tables": {"link": [link]}, "categories": {"link.contact_id": "copy_in_mailbox"}}}}
    now = house.clock.now
    document = report_document(
        texts_in("en"), told, request_id=NOBODY, requested_at=now, finished_at=now, sources=("m365_sync",)
    )
    (table,) = document["chapters"][0]["sections"][0]["tables"]
    assert table["records"] == [[["Identifier in the mailbox", "AAMk-1"]]]
    assert document["verdict"]["good"] is True


def test_what_the_template_draws_is_what_was_told_even_when_it_looks_like_markup(house: House) -> None:
    nasty = '#panic("no") $x$ *b* [c] <label> @ref \\ " 中文 😀'
    told = {NOBODY: {"relations": {"tables": {"relation": [{"display_name": nasty}]}, "categories": {}}}}
    now = house.clock.now
    document = report_document(
        texts_in("en"), told, request_id=NOBODY, requested_at=now, finished_at=now, sources=("relations",)
    )
    assert print_document("report", document, made_at=now).startswith(b"%PDF-")
    headings = typst.query(
        TEMPLATES / "report.typ", "heading", root=TEMPLATES, ignore_system_fonts=True,
        sys_inputs={"document": orjson.dumps(document).decode()},
    )  # fmt: skip
    assert nasty in [heading["body"].get("text") for heading in orjson.loads(headings)]


def test_a_stored_report_is_sealed_and_goes_with_its_relation(house: House) -> None:
    erased, kept = new_id(), new_id()
    a_life(house, erased)
    request_id = open_access(house, erased, kept)
    house.gatherer.run()
    with house.kit.database.transaction() as session:
        assert all("Janssens" not in sealed for sealed in session.scalars(select(Report.sealed)))
    order = ErasureRequested(request_id=new_id(), batch=1, kind="erase", relation_ids=(erased,))
    assert house.kit.deliver(subscriptions, order) == "handled"
    assert house.kit.events(GdprErasureCompleted)[0].done == (erased,)
    left = house.kit.as_user().get(f"/gdpr/requests/{request_id}/report.json").json["relations"]
    assert [each["relation_id"] for each in left] == [str(kept)]
    with house.kit.database.transaction() as session:
        reasons = dict(session.execute(select(RequestRelation.relation_id, RequestRelation.reason)).all())
    assert reasons == {erased: "", kept: "vraag per brief"}


def test_a_report_on_its_way_when_its_relation_is_erased_brings_nobody_back(house: House) -> None:
    relation_id = new_id()
    a_life(house, relation_id)
    order = ErasureRequested(request_id=new_id(), batch=1, kind="erase", relation_ids=(relation_id,))

    def erase_meanwhile(service: str) -> None:
        if service == "relations":
            house.kit.deliver(subscriptions, order)

    house.neighbours.while_told = erase_meanwhile
    request_id = open_access(house, relation_id)
    house.gatherer.run()
    assert state(house, request_id)["status"] == "done"
    gone = house.kit.as_user().get(f"/gdpr/requests/{request_id}/report.json")
    assert gone.status_code == 404
    assert "erased" in gone.json["detail"]


def test_a_report_is_kept_for_thirty_days(house: House) -> None:
    request_id = open_access(house, new_id())
    house.gatherer.run()
    anna = house.kit.as_user()
    for days, status in ((29, 200), (2, 404)):
        house.clock.forward(days=days)
        house.gatherer.forget_expired()
        assert anna.get(f"/gdpr/requests/{request_id}/report.json").status_code == status


def test_an_employee_may_ask_for_access_and_an_unknown_relation_is_refused(house: House) -> None:
    employee, unknown = new_id(), new_id()
    house.neighbours.verdicts = {employee: "employee", unknown: "unknown"}
    found = state(house, open_access(house, employee, unknown))
    assert found["refused"] == [{"relation_id": str(unknown), "reason": "unknown"}]
    assert found["counts"]["pending"] == 1


def test_the_certificate_comes_after_the_last_answer_and_names_relations_by_id_only(house: House) -> None:
    anna, relation_id = house.kit.as_user(), new_id()
    body = {"kind": "erase", "relation_ids": [str(relation_id)], "reason": "geheim"}
    request_id = anna.post("/gdpr/requests", json=body).json["id"]
    house.sender.send_due()
    assert anna.get(f"/gdpr/requests/{request_id}/certificate.pdf").status_code == 409
    for answer in ANSWERS:
        house.kit.deliver(subscriptions, answer(request_id=UUID(request_id), batch=1, done=(relation_id,), failed=()))
    for language in LANGUAGES:
        pdf = anna.get(f"/gdpr/requests/{request_id}/certificate.pdf?language={language}")
        assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
        assert b"<pdfaid:part>2</pdfaid:part>" in pdf.data
    assert anna.get(f"/gdpr/requests/{request_id}/report.pdf").status_code == 409


def test_the_three_languages_have_the_same_words() -> None:
    dutch, *others = (texts_in(language).words for language in LANGUAGES)
    for other in others:
        assert {section: set(words) for section, words in other.items()} == {
            section: set(words) for section, words in dutch.items()
        }


def test_a_report_of_a_confidential_relation_is_read_by_who_is_named_and_by_administrators(house: House) -> None:
    secret, other = new_id(), new_id()
    a_life(house, secret)
    karel = house.kit.as_user(rights=["gdpr"], username="karel")
    body = {"kind": "access", "relation_ids": [str(secret), str(other)], "reason": "vraag per brief"}
    url = f"/gdpr/requests/{karel.post('/gdpr/requests', json=body).json['id']}"
    house.gatherer.run()
    house.neighbours.confidants.named[secret] = {"anna"}
    for report in ("report.json", "report.pdf", f"report.json?relation_id={secret}"):
        refused = karel.get(f"{url}/{report}")
        assert (refused.status_code, refused.json["type"]) == (403, "confidential")
    named = house.kit.as_user(rights=["gdpr"])
    for reader in (named, house.kit.as_user(rights=["gdpr", "admin"], username="chef")):
        assert len(reader.get(f"{url}/report.json").json["relations"]) == 2
    assert len(karel.get(f"{url}/report.json?relation_id={other}").json["relations"]) == 1
    house.neighbours.confidants.down = True
    assert named.get(f"{url}/report.json").status_code == 503


def test_who_handles_requests_may_order_and_follow_them_for_every_relation(house: House) -> None:
    secret = new_id()
    house.neighbours.confidants.named[secret] = {"anna"}
    house.neighbours.candidates = [secret]
    karel = house.kit.as_user(rights=["gdpr"], username="karel")
    assert [each["relation_id"] for each in karel.get("/gdpr/candidates").json["items"]] == [str(secret)]
    body = {"kind": "anonymise", "relation_ids": [str(secret)], "reason": "op verzoek"}
    assert karel.post("/gdpr/requests", json=body).status_code == 202
    assert len(karel.get(f"/gdpr/requests?relation_id={secret}").json["items"]) == 1
