"""A person asks what is known of them, and then to be forgotten: in every service, and nowhere is anything left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from shared.clock import utc_now
from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.kit import SERVICES
from shared.testing.proofs import assert_bus_comes_to_rest
from shared.testing.stack import LocalStack, eventually

pytestmark = pytest.mark.slow


def test_a_person_sees_all_that_is_known_and_is_then_forgotten_everywhere(stack: LocalStack, anna: ApiClient) -> None:
    mark = word()
    client = known_everywhere(anna, mark)

    access = ended(anna, anna.send("POST", "/gdpr/requests", order("access", client, reason=f"verzoek {mark}")))
    report = anna.call("GET", f"/gdpr/requests/{access['id']}/report.json").text
    for told in (f"Janssens{mark}", f"{mark}straat", f"Kennismaking {mark}", f"memo {mark}", f"Zaak {mark}"):
        assert told in report, told
    assert anna.call("GET", f"/gdpr/requests/{access['id']}/report.pdf").content.startswith(b"%PDF-")
    assert {service for service in SERVICES if traces(stack, service, mark)} >= {
        "relations", "contacts", "gateway", "gdpr"
    }, "the planted texts are found by looking for them"  # fmt: skip

    refused = anna.send("POST", "/gdpr/requests", order("anonymise", client, reason=f"te vroeg {mark}"))
    assert (refused["status"], refused["refused"]) == (
        "refused", [{"relation_id": client["id"], "reason": "active_matter"}]
    )  # fmt: skip
    put_matter(anna, client, title=f"Zaak {mark}", status="closed")
    erasure = ended(anna, anna.send("POST", "/gdpr/requests", order("anonymise", client, reason=f"einde {mark}")))
    assert set(erasure["participants"]) == set(SERVICES)
    assert {part["failed"] for part in erasure["participants"].values()} == {0}
    assert {part["done"] for part in erasure["participants"].values()} == {1}

    assert_bus_comes_to_rest(stack)
    assert {service: traces(stack, service, mark) for service in SERVICES} == {service: [] for service in SERVICES}
    assert files_with(stack, mark) == []
    card = anna.get(f"/relations/{client['id']}/card")
    assert mark not in str(card)
    assert card["relation"]["status"] == "anonymised"
    assert anna.get("/relations", q=f"Janssens{mark}")["items"] == []
    assert anna.call("GET", f"/gdpr/requests/{erasure['id']}/certificate.pdf").content.startswith(b"%PDF-")


def test_no_event_and_no_log_names_anybody(stack: LocalStack, anna: ApiClient) -> None:
    mark = word()
    known_everywhere(anna, mark)
    anna.call("GET", f"/relations?q=Janssens{mark}")
    anna.call("POST", "/relations", json=person(mark, favourite_colour=mark))
    assert_bus_comes_to_rest(stack)

    on_the_bus = {
        service: [place for place in traces(stack, service, mark) if place.startswith(("outbox.", "inbox."))]
        for service in SERVICES
    }
    assert on_the_bus == {service: [] for service in SERVICES}
    assert [name for name, text in stack.logs().items() if mark in text] == []


def known_everywhere(anna: ApiClient, mark: str) -> dict[str, Any]:
    """Register somebody with a matter, a moment, a copy in a mailbox, and a card that was opened."""
    client = anna.register(person(mark, groups=["expert"]))
    body = {
        "relation_id": client["id"], "date": utc_now().date().isoformat(), "subject": f"Kennismaking {mark}",
        "memo": f"gesprek {mark}", "from_user": "anna", "for_user": "anna", "status": "open",
    }  # fmt: skip
    anna.send("POST", "/contact-moments", body)
    put_matter(anna, client, title=f"Zaak {mark}", status="active")
    sync = f"/users/{anna.get('/me')['id']}/m365-sync"
    anna.send("PUT", sync, {"enabled": True, "synchronised_groups": ["expert"], "excluded_groups": []})
    run = anna.send("POST", f"{sync}/runs", {})["id"]
    eventually(lambda: anna.get(f"{sync}/runs/{run}")["status"] == "done", "the mailbox has a copy", seconds=60)
    assert mark in str(anna.get(f"/relations/{client['id']}/card"))
    return client


def put_matter(anna: ApiClient, client: dict[str, Any], *, title: str, status: str) -> None:
    """Tell the matter register of a matter of the client, as the matters module does."""
    parties = [{"relation_id": client["id"], "role": "client"}]
    anna.send("PUT", f"/matters/E-{client['number']}", {"title": title, "status": status, "parties": parties})


def order(kind: str, client: dict[str, Any], *, reason: str) -> dict[str, Any]:
    """Return a data-protection request about one relation."""
    return {"kind": kind, "relation_ids": [client["id"]], "reason": reason}


def ended(anna: ApiClient, request: dict[str, Any]) -> dict[str, Any]:
    """Return a request once it is done."""

    def look() -> dict[str, Any] | None:
        seen: dict[str, Any] = anna.get(f"/gdpr/requests/{request['id']}")
        return seen if seen["status"] in ("done", "failed") else None

    assert not request["refused"], request
    seen = eventually(look, f"the {request['id']} ends", seconds=60)
    assert seen["status"] == "done", seen
    return seen


def traces(stack: LocalStack, service: str, mark: str) -> list[str]:
    """Return the tables of a service, and the columns in them, that hold a text in any case of letters."""
    columns = (
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    found = []
    with stack.connect(service) as connection:
        for place in connection.execute(columns).fetchall():
            query = sql.SQL("SELECT 1 FROM {} WHERE {}::text ILIKE %s LIMIT 1").format(
                sql.Identifier(place["table_name"]), sql.Identifier(place["column_name"])
            )
            if connection.execute(query, (f"%{mark}%",)).fetchone():
                found.append(f"{place['table_name']}.{place['column_name']}")
    return found


def files_with(stack: LocalStack, mark: str) -> list[str]:
    """Return the files of the system that hold a text: logs, messages, reports; not the servers' own."""
    elsewhere = {"postgres", "sandbox"}
    return [
        str(file.relative_to(stack.data))
        for file in sorted(stack.data.rglob("*"))
        if file.is_file() and file.relative_to(stack.data).parts[0] not in elsewhere and mark in _text(file)
    ]


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""  # a message that was just taken
