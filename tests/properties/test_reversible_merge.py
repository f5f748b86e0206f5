"""Whatever two relations hold in any service: to merge them and undo it leaves every row as it was."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from contacts.moments.models import Moment
from contracts.gateway import Opening, RelationsOpened
from contracts.matters import MatterReported, Party
from contracts.merging import MergeFollowed
from contracts.relations import RelationMerged, RelationUnmerged
from enrichment.alerts.models import AlertRow
from enrichment.charges.models import Charge
from enrichment.profiles.models import Profile
from gateway.card.models import PanelRow
from gdpr.reports.models import Report
from gdpr.requests.models import Request, RequestRelation
from m365_sync.runs.models import Link
from relations.seed import seed
from shared.clock import utc_now
from shared.ids import new_id
from shared.merging.testing import rows_of
from shared.testing.kit import ANNA, SERVICES, ServiceKit

Kits = dict[str, ServiceKit]

FOLLOWERS = ("contacts", "enrichment", "gdpr", "m365_sync", "gateway")
LOGS = ("change", "merge", "merge_participant", "hygiene_due", "panel", "copy_check", "erasure_mark")
"""What is written of every change, by its nature, and copies that are only there to be shown quickly."""

WORDS = st.sampled_from(["Alfa", "Beta", "Élan & Zn", "De Smet", "12'tje", 'Zo "zo"', "ß–straße"])
EMAILS = st.sampled_from(["a@example.com", "b@example.com", "C@example.com"])
PHONES = st.sampled_from(["0470 12 34 56", "0470123456", "09 222 33 44"])

COMMUNICATIONS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("email"), "value": EMAILS, "preferred": st.booleans(), "label": WORDS}),
    st.fixed_dictionaries({"kind": st.just("phone"), "value": PHONES, "do_not_use": st.booleans()}),
)
ADDRESSES = st.fixed_dictionaries(
    {
        "label": st.sampled_from(["residence", "seat", "other"]),
        "street": WORDS,
        "number": st.sampled_from(["1", "2 bis"]),
        "city": WORDS,
        "country": st.just("BE"),
        "mailing": st.booleans(),
    }
)
IDENTIFIERS = {"kbo": st.sampled_from(["0403019261", "0202239951"]), "kvk": st.sampled_from(["68750110", "90001354"])}
RELATIONS = st.fixed_dictionaries(
    {
        "kind": st.just("legal_entity"),
        "entity": st.fixed_dictionaries({"legal_name": WORDS, "trade_names": st.lists(WORDS, max_size=2, unique=True)}),
        "memo": WORDS,
        "language": st.sampled_from(["nl", "fr"]),
        "groups": st.lists(st.sampled_from(["client", "prospect", "court"]), unique=True, max_size=3),
        "identifiers": st.fixed_dictionaries({}, optional=IDENTIFIERS),
        "communications": st.lists(COMMUNICATIONS, max_size=2, unique_by=lambda each: each["kind"]),
        "addresses": st.lists(ADDRESSES, max_size=2, unique_by=lambda each: each["mailing"]),
        "aliases": st.lists(
            st.fixed_dictionaries({"kind": st.sampled_from(["former", "trade"]), "name": WORDS}), max_size=2
        ),
        "accounting": st.fixed_dictionaries({}, optional={"debtor_number": WORDS, "payment_term_days": st.just(30)}),
    }
)
AROUND = st.fixed_dictionaries(
    {
        "moments": st.integers(0, 3),
        "opened": st.booleans(),
        "matters": st.sets(st.sampled_from(["2026/1", "2026/2"])),
        "identities": st.integers(0, 2),
        "profiles": st.sets(st.sampled_from(["companyinfo", "companyweb"])),
        "charges": st.integers(0, 2),
        "mailboxes": st.sets(st.sampled_from(["anna", "karel"])),
        "requests": st.lists(st.booleans(), max_size=2),
        "panels": st.booleans(),
    }
)
CHOICES = st.dictionaries(
    st.sampled_from(
        ["memo", "language", "display_name", "entity.legal_name", "identifiers.kbo", "identifiers.kvk", "accounting"]
    ),
    st.sampled_from(["this", "into"]),
)


def surround(kits: Kits, relation_ids: dict[UUID, dict[str, Any]]) -> None:
    """Let every service hold of the relations what was drawn."""
    ticks = count(1)
    parties: dict[str, list[Party]] = {}
    for relation_id, drawn in relation_ids.items():
        for table, rows in rows_around(relation_id, drawn, ticks).items():
            service = str(table.__module__).partition(".")[0]
            with kits[service].database.transaction() as session:
                for row in rows:
                    session.execute(insert(table).values(row))
        for matter in drawn["matters"]:
            parties.setdefault(matter, []).append(Party(relation_id, "client"))
        if drawn["opened"]:
            deliver(kits, "relations", RelationsOpened((Opening(ANNA, relation_id, utc_now()),)))
        for number in range(drawn["identities"]):
            kits["relations"].as_user().post(
                f"/relations/{relation_id}/legal-identities", json={"valid_from": f"202{number}-01-01", "seat": "Gent"}
            )
    for matter, named in parties.items():
        deliver(kits, "relations", MatterReported(matter, "active", tuple(named)))


def rows_around(relation_id: UUID, drawn: dict[str, Any], ticks: Iterator[int]) -> dict[Any, list[dict[str, Any]]]:
    """Return, by table, rows about a relation in the services around it."""
    now, of = utc_now(), {"relation_id": relation_id}
    request_ids = [(new_id(), finished) for finished in drawn["requests"]]
    asked = {"kind": "access", "actor": "anna", "created_at": now}
    return {
        Moment: [
            {**of, "date": date(2026, 1, 1), "subject": f"s{next(ticks)}", "from_user": "anna", "for_user": "karel",
             "person_ids": [relation_id]}
            for _ in range(drawn["moments"])
        ],
        Profile: [
            {**of, "provider": each, "status": "found", "number": "1", "facts": {"rate": 1.10}, "asked_by": "anna"}
            for each in drawn["profiles"]
        ],
        AlertRow: [
            {**of, "provider": each, "code": "bankruptcy", "severity": "red", "raised_at": now}
            for each in drawn["profiles"]
        ],
        Charge: [
            {**of, "actor": "anna", "provider": "companyinfo", "operation": "company", "price_cents": next(ticks),
             "outcome": "found", "asked_at": now}
            for _ in range(drawn["charges"])
        ],
        Link: [
            {**of, "mailbox_id": each, "user_id": ANNA, "contact_id": f"c{next(ticks)}", "fingerprint": "f",
             "outcome": "added", "sent_at": now}
            for each in drawn["mailboxes"]
        ],
        Request: [
            {**asked, "id": request_id, "status": "done" if finished else "running",
             "finished_at": now if finished else None}
            for request_id, finished in request_ids
        ],
        RequestRelation: [
            {**of, "request_id": request_id, "position": 0, "state": "accepted", "reason": "vraag"}
            for request_id, _ in request_ids
        ],
        Report: [
            {**of, "request_id": request_id, "sealed": "x", "expires_at": now + timedelta(days=1)}
            for request_id, _ in request_ids
        ],
        PanelRow: [{**of, "name": "matters", "generation": 1, "content": "{}"}] if drawn["panels"] else [],
    }  # fmt: skip


def deliver(kits: Kits, service: str, event: Any) -> None:
    """Deliver an event to a service, which must be able to handle it."""
    module = __import__(f"{service}.subscriptions", fromlist=["subscriptions"])
    assert kits[service].deliver(module.subscriptions, event) == "handled"


def spread(kits: Kits, event: Any) -> None:
    """Tell every follower, and bring its answer back."""
    for service in FOLLOWERS:
        deliver(kits, service, event)
        deliver(kits, "relations", kits[service].events(MergeFollowed)[-1])


def everything(kits: Kits) -> dict[str, dict[str, list[str]]]:
    """Return every row of every service."""
    return {name: rows_of(kit.database, kit.service.metadata, leave_out=LOGS) for name, kit in kits.items()}


@pytest.fixture
def house(kits: Kits) -> Kits:
    """Give the test every service, empty; what one example leaves is there for the next one to leave alone."""
    for name in SERVICES:
        kits[name].clean()
    seed(kits["relations"].settings, kits["relations"].database)  # type: ignore[arg-type]
    return kits


@given(bodies=st.tuples(RELATIONS, RELATIONS), around=st.tuples(AROUND, AROUND), choose=CHOICES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_merge_then_undo_gives_the_exact_state_before(
    house: Kits, bodies: tuple[Any, Any], around: tuple[Any, Any], choose: dict[str, str]
) -> None:
    anna = house["relations"].as_user()
    made = [anna.post("/relations", json=body) for body in bodies]
    assert [answer.status_code for answer in made] == [201, 201], [answer.json.get("errors") for answer in made]
    this, into = (UUID(answer.json["id"]) for answer in made)
    surround(house, dict(zip((this, into), around, strict=True)))
    before = everything(house)

    merged = anna.post(f"/relations/{this}/merge", json={"into": str(into), "choose": choose})
    assert merged.status_code == 200, merged.json
    merge_id = UUID(merged.json["merge_id"])
    spread(house, RelationMerged(merge_id, this, into))
    assert anna.get(f"/merges/{merge_id}").json["status"] == "done"
    assert everything(house) != before

    assert anna.post(f"/merges/{merge_id}/undo", json={}).status_code == 200
    spread(house, RelationUnmerged(merge_id, this, into))
    assert anna.get(f"/merges/{merge_id}").json["status"] == "undone"
    assert everything(house) == before
