"""Importing tables: mapping, errors, doubles, dry run, cancelling, rolling back, and going on after a kill."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import text, update

from contracts.relations import ImportFinished, RelationDeleted, RelationRegistered
from relations.imports import running
from relations.imports.actions import forget_old_imports
from relations.imports.models import Import, Upload
from relations.testing.examples import a_company, a_person
from relations.testing.importing import HEADER, a_table, count, imported, send, some_clients, work
from shared.clock import utc_now
from shared.testing.kit import ServiceKit
from shared.testing.stack import eventually

MAPPING = {
    "naam": "person.last_name", "voornaam": "person.first_names", "e-mail": "communications.email",
    "gsm": "communications.mobile", "straat": "addresses.street", "nr": "addresses.number",
    "postcode": "addresses.zip", "gemeente": "addresses.city",
}  # fmt: skip
BAD = ["Kapot", "Eva", "geen-mail", "12", "Markt", "1", "8000", "Brugge"]
OTHER = UUID("01936f2e-0000-7000-8000-00000000b22b")


def bare(last_name: str, first_names: str = "Lies", **more: Any) -> dict[str, Any]:
    return {"kind": "natural_person", "person": {"last_name": last_name, "first_names": first_names}, **more}


def outcome(report: Any) -> tuple[Any, ...]:
    return tuple(report[name] for name in ("status", "total", "done", "created", "skipped"))


def test_good_rows_become_relations_and_a_bad_one_is_named_with_its_row_and_fields(relations: ServiceKit) -> None:
    report = imported(relations, a_table([*some_clients(50), BAD]), mapping=MAPPING)
    assert outcome(report) == ("done", 51, 51, 50, 1)
    assert [(error["row"], error["field"]) for error in report["errors"]] == [
        (52, "communications.email"), (52, "communications.mobile"),
    ]  # fmt: skip
    events = relations.events(RelationRegistered)
    assert len(events) == 50
    end = ImportFinished(UUID(report["id"]), "done", False, 50, 1, 0)
    assert [event for event in relations.events() if event not in events] == [end]
    (found,) = relations.as_user().get("/relations?q=eva7@example.com").json["items"]
    whole = relations.as_user().get(f"/relations/{found['id']}").json
    assert whole["person"]["last_name"] == "Klant7"
    assert {entry["kind"]: entry["normalised"] for entry in whole["communications"]} == {
        "email": "eva7@example.com", "mobile": "+32470000007",
    }  # fmt: skip
    assert [whole["addresses"][0][part] for part in ("street", "number", "zip", "city")] == [
        "Markt",
        "8",
        "8000",
        "Brugge",
    ]


def test_a_row_gets_the_very_messages_of_a_relation_posted_alone(relations: ServiceKit) -> None:
    body = a_person(identifiers={"vat": "BE1"}, communications=[{"kind": "phone", "value": "1"}])
    alone = relations.as_user().post("/relations", json=body).json["errors"]
    report = imported(
        relations,
        a_table([["Janssens", "BE1", "1"]], header=("familienaam", "btw", "telefoon")),
    )
    said = {error["field"]: error["message"] for error in report["errors"]}
    assert said["identifiers.vat"] == alone["identifiers.vat"][0]
    assert said["communications.phone"] == alone["communications.0.value"][0]


def test_unknown_groups_and_values_of_no_group_name_their_row(relations: ServiceKit) -> None:
    table = a_table([["A", "cliënt, Notaris"], ["B", "Vrienden"], ["C", "vrienden"]], header=("achternaam", "groep"))
    report = imported(relations, table)
    assert (report["created"], {(error["row"], error["field"]) for error in report["errors"]}) == (
        1, {(3, "groups"), (4, "groups")},
    )  # fmt: skip
    assert relations.as_user().get("/relations?group=notary&total=true").json["total"] == 1


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (HEADER, list(MAPPING.values())),
        (
            ("First Name", "Last Name", "Company", "E-mail Address", "E-mail 2 Address", "Business Phone",
             "Mobile Phone", "Business Street", "Business City", "Business Postal Code",
             "Business Country/Region", "Home Street"),
            ["person.first_names", "person.last_name", "entity.legal_name", "communications.email",
             "communications.email", "communications.phone", "communications.mobile", "addresses.street",
             "addresses.city", "addresses.zip", "addresses.country", "addresses.2.street"],
        ),
        (
            ("Given Name", "Family Name", "E-mail 1 - Value", "Phone 1 - Value", "Organization 1 - Name", "Birthday"),
            ["person.first_names", "person.last_name", "communications.email", "communications.phone",
             "entity.legal_name", "person.birth_date"],
        ),
        (
            ("Nom", "Prénom", "Courriel", "Tél. mobile", "Rue", "Numéro", "Code postal", "Localité", "Nº TVA", "Pays"),
            ["person.last_name", "person.first_names", "communications.email", "communications.mobile",
             "addresses.street", "addresses.number", "addresses.zip", "addresses.city", "identifiers.vat",
             "addresses.country"],
        ),
        (
            ("Naam", "Ondernemingsnummer", "Rechtsvorm", "kleur", "identifiers.rsin"),
            ["entity.legal_name", "identifiers.kbo", "entity.legal_form", None, "identifiers.rsin"],
        ),
    ],
)  # fmt: skip
def test_a_mapping_is_proposed_from_the_headers(
    relations: ServiceKit, header: tuple[str, ...], places: list[str | None]
) -> None:
    answer = send(relations.as_user(), a_table([["x"] * len(header)], header=header), path="/imports/preview").json
    assert [answer["mapping"].get(column) for column in answer["columns"]] == places
    assert answer["remembered"] is False


def test_a_mapping_is_remembered_for_files_of_the_same_shape_and_the_preview_shows_what_becomes_of_rows(
    relations: ServiceKit,
) -> None:
    table = a_table([["Jan Jans", "Gent"], ["", "Brugge"]], header=("wie", "waar"))
    imported(relations, table, mapping={"wie": "person.last_name", "waar": "addresses.city"})
    again = send(relations.as_user(), table, path="/imports/preview").json
    assert (again["mapping"], again["remembered"]) == ({"wie": "person.last_name", "waar": "addresses.city"}, True)
    seen = [(row["row"], row["display_name"], [error["field"] for error in row["errors"]]) for row in again["rows"]]
    assert seen == [(2, "Jan Jans", []), (3, "", ["entity.legal_name"])]
    answer = relations.as_user().post("/imports", data={"upload_id": again["upload_id"]})
    work(relations)
    assert relations.as_user().get(f"/imports/{answer.json['id']}").json["created"] == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"mapping": {"nergens": "memo"}}, "mapping.nergens"),
        ({"mapping": {"naam": "person.shoe_size"}}, "mapping.naam"),
        ({"mapping": {}}, "mapping"),
        ({"mapping": "geen json"}, "mapping"),
        ({"defaults": {"colour": "red"}}, "defaults.colour"),
        ({"on_duplicate": "explode"}, "on_duplicate"),
        ({"surprise": "1"}, "surprise"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused_at_once(
    relations: ServiceKit, form: dict[str, Any], field: str
) -> None:
    answer = send(relations.as_user(), a_table(some_clients(1)), **form)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_cells_are_read_as_people_write_them(relations: ServiceKit) -> None:
    header = (
        "achternaam", "geboortedatum", "taal", "land", "mailing", "straat", "soort", "bedrijf", "opmerking", "telefoon",
        "telefoon werk",
    )  # fmt: skip
    row = [
        "Peeters", "3/2/1980", "Frans", "België", "ja", "Lange Kerkstraat 12A bus 3", "natuurlijk persoon", "Acme NV",
        "a\nb", "09 123 45 67", "02 123 45 67",
    ]  # fmt: skip
    report = imported(
        relations, a_table([row], header=header), defaults={"groups": "Cliënt", "addresses.label": "thuis"}
    )
    assert report["errors"] == []
    (found,) = relations.as_user().get("/relations?q=Peeters").json["items"]
    whole = relations.as_user().get(f"/relations/{found['id']}").json
    address = whole["addresses"][0]
    assert (whole["person"]["birth_date"], whole["language"], whole["groups"]) == ("1980-02-03", "fr", ["client"])
    assert whole["memo"] == "a\nb\nAcme NV"
    assert [address[part] for part in ("street", "number", "box", "country", "mailing", "label")] == [
        "Lange Kerkstraat", "12A", "3", "BE", True, "residence",
    ]  # fmt: skip
    assert [entry["kind"] for entry in whole["communications"]] == ["phone", "phone"]


def test_a_dry_run_finds_the_same_errors_and_creates_nothing(relations: ServiceKit) -> None:
    table = a_table([*some_clients(3), BAD])
    report = imported(relations, table, dry_run="true")
    assert (report["status"], report["created"], report["valid"], report["skipped"]) == ("done", 0, 3, 1)
    assert count(relations) == 0
    assert relations.events() == [ImportFinished(UUID(report["id"]), "done", True, 0, 1, 0)]
    assert {error["row"] for error in report["errors"]} == {5}
    answer = relations.as_user().post(f"/imports/{report['id']}/rollback")
    assert answer.status_code == 409


@pytest.mark.parametrize(("on_duplicate", "created"), [("create", 4), ("skip", 2)])
def test_doubles_are_reported_and_skipped_when_asked(relations: ServiceKit, on_duplicate: str, created: int) -> None:
    imported(relations, a_table(some_clients(1)))
    rows = [*some_clients(3), some_clients(3)[2]]
    report = imported(relations, a_table(rows), on_duplicate=on_duplicate)
    first, second = report["duplicates"]
    assert (first["row"], first["display_name"], first["same_as_row"]) == (2, "Eva Klant0", None)
    assert (second["row"], second["relation_id"], second["same_as_row"]) == (5, None, 4)
    assert (report["created"], report["skipped"]) == (created, 4 - created)


def test_an_import_finds_a_confidential_double_by_its_name_alone(relations: ServiceKit) -> None:
    secret = {"confidentiality": {"level": "restricted", "users": ["anna"]}}
    (row,) = some_clients(1)
    imported(relations, a_table([row]))
    (there,) = relations.as_user().get("/relations").json["items"]
    same, alike = a_table([row]), a_table([[row[0], "Evarist", *row[2:]]])
    assert imported(relations, alike, dry_run=True)["duplicate_count"] == 1
    assert relations.as_user().patch(f"/relations/{there['id']}", json=secret).status_code == 200
    assert imported(relations, alike, dry_run=True)["duplicate_count"] == 0
    assert imported(relations, same, dry_run=True)["duplicates"][0]["display_name"] == "Eva Klant0"


def test_a_row_is_a_double_of_whom_the_check_at_entry_finds_first(relations: ServiceKit) -> None:
    anna = relations.as_user()
    for body in (a_person(), a_person("Janssens", "Lies", communications=[]), a_company("Bouwwerken De Lijn")):
        assert anna.post("/relations", json=body).status_code == 201
    header = ("naam", "voornaam", "bedrijf", "kvk", "gsm", "gemeente")
    rows = [
        ["", "", "De Lijn Bouw", "68750110", "", ""],
        ["Jansens", "Lies", "", "", "0470123456", ""],
        ["Janssens", "Lies", "", "", "", "Brugge"],
        ["Peeters", "Jan", "", "", "", "Gent"],
    ]
    bodies = [
        {"kind": "legal_entity", "entity": {"legal_name": "De Lijn Bouw"}, "identifiers": {"kvk": "68750110"}},
        bare("Jansens", communications=[{"kind": "mobile", "value": "0470123456"}]),
        bare("Janssens", addresses=[{"city": "Brugge"}]),
        bare("Peeters", "Jan", addresses=[{"city": "Gent"}]),
    ]
    report = imported(relations, a_table(rows, header=header), dry_run="true")
    found = {one["row"]: (one["relation_id"], one["score"]) for one in report["duplicates"]}
    for number, body in enumerate(bodies, start=2):
        at_entry = anna.post("/duplicates/check", json=body).json["items"]
        first = (at_entry[0]["relation_id"], at_entry[0]["score"]) if at_entry else None
        assert found.get(number) == first
    assert set(found) == {2, 3, 4}


def test_the_rows_left_out_come_back_as_a_workbook_in_which_nothing_is_a_formula(relations: ServiceKit) -> None:
    report = imported(relations, a_table([*some_clients(1), ["=1+1", "@SUM(A1)", "geen-mail"]]))
    answer = relations.as_user().get(f"/imports/{report['id']}/errors.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    header, row = load_workbook(io.BytesIO(answer.data)).active.iter_rows()
    assert [cell.value for cell in header] == [*HEADER, "rij", "reden"]
    assert [cell.value for cell in row][:3] == ["=1+1", "@SUM(A1)", "geen-mail"]
    assert [cell.value for cell in row][-2:] == [
        "3",
        "communications.email: Not an e-mail address: it looks like name@example.be",
    ]
    assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
    assert row[0].quotePrefix


def test_rolling_back_deletes_what_was_created_but_not_what_was_changed_or_used_since(relations: ServiceKit) -> None:
    report = imported(relations, a_table(some_clients(4)))
    ids = [
        relations.as_user().get(f"/relations?q=eva{number}@example.com").json["items"][0]["id"] for number in range(4)
    ]
    relations.as_user().patch(f"/relations/{ids[1]}", json={"memo": "gebeld"})
    parties = [{"relation_id": ids[2], "role": "client"}]
    matter = relations.as_user().put("/matters/2026-1", json={"title": "Zaak", "status": "active", "parties": parties})
    assert matter.status_code in (200, 201, 204)
    relations.as_user().delete(f"/relations/{ids[3]}")
    assert relations.as_user().post(f"/imports/{report['id']}/rollback").status_code == 202
    work(relations)
    after = relations.as_user().get(f"/imports/{report['id']}").json
    assert (after["status"], after["removed"]) == ("rolled_back", 1)
    assert [(one["row"], one["relation_id"], one["reason"]) for one in after["kept"]] == [
        (3, ids[1], "It was changed since"), (4, ids[2], "It is a party to a matter"),
    ]  # fmt: skip
    assert relations.as_user().get(f"/relations/{ids[0]}").status_code == 404
    assert [str(event.relation_id) for event in relations.events(RelationDeleted)] == [ids[3], ids[0]]
    assert [event.status for event in relations.events(ImportFinished)] == ["done", "rolled_back"]
    assert relations.as_user().post(f"/imports/{report['id']}/rollback").status_code == 409


def test_a_cancelled_import_stops_and_what_it_created_can_be_rolled_back(
    relations: ServiceKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    made = send(relations.as_user(), a_table(some_clients(6))).json["id"]
    checks = running.Checker.check

    def cancel_in_between(checker: Any, rows: Any) -> Any:
        checked = checks(checker, rows)
        if checked[0].row.number == 4:
            assert relations.as_user().post(f"/imports/{made}/cancel").status_code == 200
        return checked

    monkeypatch.setattr(running.Checker, "check", cancel_in_between)
    work(relations)
    report = relations.as_user().get(f"/imports/{made}").json
    assert (report["status"], report["created"], count(relations)) == ("cancelled", 2, 2)
    assert relations.as_user().post(f"/imports/{made}/cancel").status_code == 409
    relations.as_user().post(f"/imports/{made}/rollback")
    work(relations)
    assert count(relations) == 0


WORKER = """
import sys
from relations.imports.running import ImportRunner
from shared.db import Database
for small in (True, False):
    ImportRunner(Database(sys.argv[1]), home_country="BE", small=small).run()
"""


@pytest.mark.slow
def test_a_worker_killed_half_way_loses_nothing_and_doubles_nothing(relations: ServiceKit) -> None:
    rows = 1700
    made = send(relations.as_user(), a_table(some_clients(rows))).json["id"]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, relations.settings.database_url])
    try:
        progress = lambda: relations.as_user().get(f"/imports/{made}").json["done"]  # noqa: E731
        eventually(lambda: progress() >= running.BATCH, "a first batch")
        with relations.database.transaction() as session:
            session.execute(text("SELECT FROM import_run FOR UPDATE"))  # it can settle nothing more
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        half = relations.as_user().get(f"/imports/{made}").json
        assert half["status"] == "running"
        assert 0 < half["done"] < rows
        assert count(relations) == half["created"] == half["done"]
        eventually(lambda: work(relations) or progress() == rows, "the rest")
    finally:
        worker.kill()
        worker.wait()
    report = relations.as_user().get(f"/imports/{made}").json
    assert outcome(report) == ("done", rows, rows, rows, 0)
    with relations.database.reading() as connection:
        names = connection.scalars(text("SELECT last_name FROM relation")).all()
    assert sorted(names) == sorted(f"Klant{number}" for number in range(rows))
    registered = relations.events(RelationRegistered)
    assert len(registered) == len({event.relation_id for event in registered}) == rows


def test_a_row_that_only_the_database_refuses_takes_no_other_row_with_it(
    relations: ServiceKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with relations.database.transaction() as session:
        session.execute(text("ALTER TABLE relation ADD CONSTRAINT no_five CHECK (last_name <> 'Klant5')"))
    try:
        report = imported(relations, a_table(some_clients(9)))
    finally:
        with relations.database.transaction() as session:
            session.execute(text("ALTER TABLE relation DROP CONSTRAINT no_five"))
    assert outcome(report) == ("done", 9, 9, 8, 1)
    assert [error["row"] for error in report["errors"]] == [7]
    assert len(relations.events(RelationRegistered)) == 8


def test_an_import_is_its_users_own(relations: ServiceKit) -> None:
    made = send(relations.as_user(), a_table(some_clients(1))).json["id"]
    other = relations.as_user(username="karel", user_id=OTHER)
    for method, path in (("get", ""), ("get", "/errors.xlsx"), ("post", "/cancel"), ("post", "/rollback")):
        assert getattr(other, method)(f"/imports/{made}{path}").status_code == 404
    assert other.get("/imports").json["items"] == []
    assert [one["id"] for one in relations.as_user().get("/imports").json["items"]] == [made]
    assert relations.as_user(rights=["read"]).get("/imports").status_code == 403


def test_the_same_upload_sent_twice_with_one_key_is_imported_once(relations: ServiceKit) -> None:
    caller, data = relations.as_user(), a_table(some_clients(2))
    answers = [
        caller.post("/imports", data={"file": (io.BytesIO(content), "a.csv")}, headers={"Idempotency-Key": "k"})
        for content in (data, data, data + b"x;y\n")
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 409]
    assert answers[0].json["id"] == answers[1].json["id"]


def test_a_file_goes_when_it_was_imported_and_an_import_after_thirty_days(relations: ServiceKit) -> None:
    report = imported(relations, a_table([*some_clients(1), BAD]))
    left = send(relations.as_user(), a_table(some_clients(2)), path="/imports/preview").json["upload_id"]
    with relations.database.transaction() as session:
        assert [str(one) for one in session.scalars(text("SELECT id FROM import_upload"))] == [left]
        session.execute(update(Upload).values(created_at=utc_now() - timedelta(days=2)))
    forget_old_imports(relations.database)
    assert relations.as_user().get(f"/imports/{report['id']}").json["error_count"] == 2
    assert relations.as_user().post("/imports", data={"upload_id": left}).status_code == 404
    with relations.database.transaction() as session:
        session.execute(update(Import).values(finished_at=utc_now() - timedelta(days=31)))
    forget_old_imports(relations.database)
    assert relations.as_user().get(f"/imports/{report['id']}").status_code == 404
    with relations.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM import_remark")) == 0
