"""The relation card: composed of panels, dropped by events, never older than what is known."""

from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from contracts.contacts import ContactsErasureCompleted, MomentCreated, MomentDeleted
from contracts.enrichment import AlertRaised, ProfileUpdated
from contracts.gateway import GatewayErasureCompleted, RelationsOpened
from contracts.gdpr import ErasureRequested, RequestFinished
from contracts.m365_sync import RunFinished
from contracts.relations import MatterChanged, RelationChanged, RelationDeleted
from gateway.app import stop
from gateway.audit.buffer import ReadLog
from gateway.audit.domain import CARD_OPENED, Entry
from gateway.audit.models import AuditEntry
from gateway.card.models import PanelRow
from gateway.subscriptions import subscriptions
from shared.ids import new_id

ALERT = {"severity": "red", "code": "bankruptcy", "text": "Faillissement", "provider": "companyinfo", "since": None}


def card_path(relation_id: UUID) -> str:
    return f"/relations/{relation_id}/card"


def rows_of(gateway: Any, relation_id: UUID) -> int:
    with gateway.kit.database.transaction() as session:
        held = PanelRow.content.is_not(None)
        return int(session.scalar(select(func.count()).where(PanelRow.relation_id == relation_id, held)) or 0)


def test_a_card_shows_every_panel_and_the_second_opening_asks_nobody(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id, register={"profiles": [{"number": "68750110"}], "alerts": [ALERT]})
    client = gateway.as_user()
    first = client.get(card_path(relation_id))
    assert first.json["relation"]["display_name"] == "Test BV Donald"
    assert list(first.json["panels"]) == ["contact_moments", "register", "matters", "gdpr", "m365"]
    assert first.json["panels"]["register"]["content"]["profiles"] == [{"number": "68750110"}]
    assert first.json["alerts"] == [ALERT]
    assert len(services.calls) == 6
    assert client.get(card_path(relation_id)).data == first.data
    assert len(services.calls) == 6


def test_what_was_fetched_on_an_earlier_day_is_asked_again_as_dates_turn_late_at_midnight(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id)
    gateway.as_user().get(card_path(relation_id))
    with gateway.kit.database.transaction() as session:
        session.execute(text("UPDATE panel SET fetched_at = fetched_at - interval '1 day'"))
    gateway.as_user().get(card_path(relation_id))
    assert len(services.calls) == 12


def test_each_user_sees_only_what_rights_and_licences_allow(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.fill(relation_id, register={"alerts": [ALERT]})
    gateway.as_user().get(card_path(relation_id))
    shown = gateway.as_user(rights=("read",), licences=("companyweb",)).get(card_path(relation_id)).json
    assert shown["panels"]["contact_moments"] == {"missing": "not_licensed"}
    assert shown["panels"]["m365"] == {"missing": "not_licensed"}
    assert shown["panels"]["gdpr"] == {"missing": "forbidden"}
    assert "content" in shown["panels"]["register"]
    assert shown["alerts"] == [ALERT]
    without = gateway.as_user(licences=("crm",)).get(card_path(relation_id)).json
    assert (without["panels"]["register"], without["alerts"]) == ({"missing": "not_licensed"}, [])
    assert gateway.as_user(rights=("write",)).get(card_path(relation_id)).status_code == 403
    assert gateway.browser().get(f"/api/v1{card_path(relation_id)}").status_code == 401


def test_a_confidential_relation_shows_its_name_alone_to_who_is_not_named(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    named, unnamed = new_id(), ("read", "write", "gdpr")
    secret = {
        "id": str(relation_id), "number": 1001, "display_name": "Test BV Donald", "kind": "legal_entity",
        "status": "active", "memo": "geheim",
        "confidentiality": {"level": "restricted", "users": [f"user-{named.hex[-12:]}"]},
    }  # fmt: skip
    services.fill(relation_id, relation=secret, register={"alerts": [ALERT]}, matters={"items": [{"title": "geheim"}]})
    other = gateway.as_user(rights=unnamed)
    for _ in range(2):  # fetched, then held
        card = other.get(card_path(relation_id))
        assert "geheim" not in card.text
        assert card.json["relation"] == {
            "id": str(relation_id), "number": 1001, "display_name": "Test BV Donald", "kind": "legal_entity",
            "status": "active", "restricted": True,
        }  # fmt: skip
        assert set(map(str, card.json["panels"].values())) == {"{'missing': 'forbidden'}"}
        assert card.json["alerts"] == []
    for whole in (gateway.as_user(rights=unnamed, user_id=named), gateway.as_user(rights=("read", "admin"))):
        assert whole.get(card_path(relation_id)).json["relation"]["memo"] == "geheim"
        assert whole.get(card_path(relation_id)).json["alerts"] == [ALERT]
    services.fill(relation_id, relation={**secret, "confidentiality": {"level": "open", "users": []}})
    gateway.kit.deliver(subscriptions, RelationChanged(relation_id, ("confidentiality",), (), 2))
    assert other.get(card_path(relation_id)).json["relation"]["memo"] == "geheim"


def test_a_panel_whose_service_is_broken_is_missing_and_comes_back_by_itself(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id)
    services.broken = {"register"}
    client = gateway.as_user()
    assert client.get(card_path(relation_id)).json["panels"]["register"] == {"missing": "unavailable"}
    services.broken = set()
    assert client.get(card_path(relation_id)).json["panels"]["register"] == {"content": {}}


def test_a_late_panel_does_not_hold_up_the_card_and_is_kept_for_the_next(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id)
    _, release = services.hold_up("m365")
    client = gateway.as_user()
    assert client.get(card_path(relation_id)).json["panels"]["m365"] == {"missing": "late"}
    release.set()
    services.held_up.clear()
    assert "content" in client.get(card_path(relation_id)).json["panels"]["m365"]


def test_without_relations_there_is_a_card_only_if_the_relation_is_held(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id)
    services.broken = {"relation"}
    client = gateway.as_user()
    assert client.get(card_path(relation_id)).status_code == 503
    services.broken = set()
    client.get(card_path(relation_id))
    services.broken = {"relation", "matters"}
    assert client.get(card_path(relation_id)).status_code == 200


def test_a_merged_relation_leads_to_the_card_of_its_survivor(gateway: Any, services: Any, relation_id: UUID) -> None:
    survivor = new_id()
    services.fill(relation_id)
    moved = (301, {}, {"Location": f"/panels/relation/{survivor}"})
    services.answers["GET", f"/panels/relation/{relation_id}"] = moved
    answer = gateway.as_user().get(card_path(relation_id))
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/api/v1/relations/{survivor}/card")
    assert rows_of(gateway, relation_id) == 0


def test_an_unknown_relation_is_404_and_leaves_no_row(gateway: Any, relation_id: UUID) -> None:
    assert gateway.as_user().get(card_path(relation_id)).status_code == 404
    with gateway.kit.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PanelRow)) == 0


@pytest.mark.parametrize(
    ("event", "dropped"),
    [
        (lambda r: RelationChanged(r, ("memo",), (), 2), {"relation", "matters"}),
        (lambda r: MatterChanged("2026/1", "active", (r,)), {"matters"}),
        (lambda r: MomentCreated(new_id(), r), {"contact_moments"}),
        (lambda r: MomentDeleted(new_id(), r), {"contact_moments"}),
        (lambda r: ProfileUpdated(r, "companyinfo", "found"), {"register"}),
        (lambda r: AlertRaised(r, "companyinfo", "bankruptcy", "red"), {"register"}),
        (lambda r: RequestFinished(new_id(), "access", "done", (r,)), {"gdpr"}),
        (lambda r: RunFinished(new_id(), new_id(), "done", (r,)), {"m365"}),
        (
            lambda r: RelationDeleted(r),
            {"relation", "contact_moments", "register", "matters", "gdpr", "m365"},
        ),
        (
            lambda r: ContactsErasureCompleted(new_id(), 1, (r,), ()),
            {"relation", "contact_moments", "register", "matters", "gdpr", "m365"},
        ),
    ],
)
def test_an_event_drops_exactly_the_panels_it_made_untrue(
    gateway: Any, services: Any, relation_id: UUID, event: Any, dropped: set[str]
) -> None:
    services.fill(relation_id)
    client = gateway.as_user()
    client.get(card_path(relation_id))
    services.calls.clear()
    assert gateway.kit.deliver(subscriptions, event(relation_id)) == "handled"
    client.get(card_path(relation_id))
    assert {call.path.split("/")[2] for call in services.calls} == dropped


def test_an_own_write_is_on_the_card_before_its_answer_arrives(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.fill(relation_id)
    client = gateway.as_user()
    client.get(card_path(relation_id))
    services.panels["relation", str(relation_id)] = {"memo": "nieuw"}
    client.patch(f"/relations/{relation_id}", json={"memo": "nieuw"})
    assert client.get(card_path(relation_id)).json["relation"] == {"memo": "nieuw"}
    moment = {"id": str(new_id()), "relation_id": str(relation_id)}
    for method, path in (("post", "/contact-moments"), ("delete", f"/contact-moments/{moment['id']}")):
        services.answers["GET", path] = (200, moment, {})
        services.panels["contact_moments", str(relation_id)] = {"items": [path]}
        getattr(client, method)(path, json=moment)
        assert client.get(card_path(relation_id)).json["panels"]["contact_moments"] == {"content": {"items": [path]}}


def test_a_slow_fetch_never_buries_a_newer_fact(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.fill(relation_id, matters={"items": ["old"]})
    arrived, release = services.hold_up("matters")
    client, other = gateway.as_user(), gateway.as_user()
    shown: list[Any] = []
    opening = Thread(target=lambda: shown.append(client.get(card_path(relation_id)).json))
    opening.start()
    assert arrived.wait(5)
    services.panels["matters", str(relation_id)] = {"items": ["new"]}
    gateway.kit.deliver(subscriptions, MatterChanged("2026/1", "active", (relation_id,)))
    release.set()
    opening.join()
    services.held_up.clear()
    assert shown[0]["panels"]["matters"]["content"] == {"items": ["old"]}
    assert other.get(card_path(relation_id)).json["panels"]["matters"]["content"] == {"items": ["new"]}


def test_a_fetch_that_was_on_its_way_during_an_erasure_is_not_kept(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    services.fill(relation_id)
    arrived, release = services.hold_up("relation")
    opening = Thread(target=gateway.as_user().get, args=(card_path(relation_id),))
    opening.start()
    assert arrived.wait(5)
    order = ErasureRequested(new_id(), 1, "anonymise", (relation_id,))
    assert gateway.kit.deliver(subscriptions, order) == "handled"
    release.set()
    opening.join()
    assert rows_of(gateway, relation_id) == 0


CHANGES = {
    "relation": lambda r: RelationChanged(r, ("memo",), (), 2),
    "contact_moments": lambda r: MomentCreated(new_id(), r),
    "register": lambda r: ProfileUpdated(r, "companyinfo", "found"),
    "matters": lambda r: MatterChanged("2026/1", "active", (r,)),
    "gdpr": lambda r: RequestFinished(new_id(), "access", "done", (r,)),
    "m365": lambda r: RunFinished(new_id(), new_id(), "done", (r,)),
}
STEPS = st.lists(
    st.tuples(st.sampled_from((*CHANGES, "open", "delete", "break", "mend")), st.integers(0, 9)), max_size=12
)


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_kept_card_equals_a_freshly_composed_one_after_any_sequence_of_changes(
    gateway: Any, services: Any, steps: list[tuple[str, int]]
) -> None:
    kept, client = new_id(), gateway.as_user()
    services.broken = set()
    services.fill(kept)
    for step, value in steps:
        if step in CHANGES:
            services.panels[step, str(kept)] = {"alerts": [ALERT] * value, "value": value}
            gateway.kit.deliver(subscriptions, CHANGES[step](kept))
        elif step == "delete":
            gateway.kit.deliver(subscriptions, RelationDeleted(kept))
        elif step == "break":
            services.broken = {"contact_moments", "m365"}
        elif step == "mend":
            services.broken = set()
        else:
            client.get(card_path(kept))
    services.broken = set()
    shown = client.get(card_path(kept)).data
    with gateway.kit.database.transaction() as session:
        session.execute(text("TRUNCATE panel"))
    assert shown == client.get(card_path(kept)).data


def test_erasure_deletes_the_panels_and_answers(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.fill(relation_id)
    gateway.as_user().get(card_path(relation_id))
    told = gateway.kit.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(relation_id)]})
    assert "Test BV Donald" in told.text
    order = ErasureRequested(new_id(), 1, "erase", (relation_id,))
    event_id = new_id()
    for _ in range(2):
        assert gateway.kit.deliver(subscriptions, order, event_id=event_id) == "handled"
    (answer,) = gateway.kit.events(GatewayErasureCompleted)
    assert answer.done == (relation_id,)
    assert rows_of(gateway, relation_id) == 0


def test_what_is_held_is_told_to_the_service_gdpr_alone(gateway: Any, relation_id: UUID) -> None:
    order = {"relation_ids": [str(relation_id)]}
    assert gateway.kit.as_service("contacts").post("/privacy/export", json=order).status_code == 403
    assert gateway.as_user().client.post("/privacy/export", json=order).status_code == 401
    assert gateway.kit.as_service("gdpr").get("/api/v1/me").status_code == 401


def test_openings_are_logged_and_told_in_batches(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.fill(relation_id)
    client = gateway.as_user()
    for _ in range(3):
        client.get(card_path(relation_id))
    stop_writing = gateway.kit.app.extensions["read_log"]
    stop_writing.flush()
    (event,) = gateway.kit.events(RelationsOpened)
    assert [(opening.user_id, opening.relation_id) for opening in event.openings] == [(client.user_id, relation_id)]
    with gateway.kit.database.transaction() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == CARD_OPENED)) == 3


def test_a_graceful_stop_loses_no_read_and_no_event_names_more_than_two_hundred(gateway: Any) -> None:
    log = ReadLog(lambda: gateway.kit.database)
    actor, now = new_id(), datetime(2026, 1, 5, tzinfo=UTC)
    for _ in range(450):
        log.note(Entry(now, actor, CARD_OPENED, new_id()))
    log.close()
    assert sorted(len(event.openings) for event in gateway.kit.events(RelationsOpened)) == [50, 200, 200]
    with gateway.kit.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 450


def test_stopping_the_application_writes_what_was_read(gateway: Any, services: Any, relation_id: UUID) -> None:
    app = gateway.kit.service.create_app(gateway.kit.settings)
    services.fill(relation_id)
    client = gateway.as_user()
    client.client = app.test_client()
    client.get(card_path(relation_id))
    stop(app)
    app.extensions["database"].close()
    with gateway.kit.database.transaction() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.actor == client.user_id)) == 1
