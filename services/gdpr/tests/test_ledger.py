"""The ledger: kept apart, taken in again, replayed."""

from pathlib import Path
from uuid import UUID

import pytest

from contracts.gdpr import ErasureRequested
from gdpr.__main__ import export_ledger, replay_ledger
from gdpr.subscriptions import ANSWERS, subscriptions
from gdpr.tables import Tables
from gdpr.testing.house import House
from shared.ids import new_id
from shared.migrations import differences
from shared.privacy import personal_columns, tables_without_subject, unmarked_columns


def carry_out(house: House, kind: str, relation_id: UUID) -> str:
    body = {"kind": kind, "relation_ids": [str(relation_id)], "reason": "op verzoek van Élise"}
    request_id: str = house.kit.as_user().post("/gdpr/requests", json=body).json["id"]
    if kind == "access":
        house.gatherer.run()
        return request_id
    house.sender.send_due()
    answer_all(house, request_id, relation_id)
    return request_id


def answer_all(house: House, request_id: str, relation_id: UUID) -> None:
    for answer in ANSWERS:
        answered = answer(request_id=UUID(request_id), batch=1, done=(relation_id,), failed=())
        house.kit.deliver(subscriptions, answered)


def status(house: House, request_id: str) -> str:
    return str(house.kit.as_user().get(f"/gdpr/requests/{request_id}").json["status"])


def test_after_a_restore_every_erasure_is_ordered_again_and_counted_again(house: House) -> None:
    relation_id = new_id()
    request_id = carry_out(house, "anonymise", relation_id)
    carry_out(house, "access", new_id())
    assert status(house, request_id) == "done"
    replay_ledger(house.kit.settings, [])  # type: ignore[arg-type]
    assert status(house, request_id) == "running"
    house.clock.forward(seconds=1)
    house.sender.ask_again()
    assert [order.relation_ids for order in house.kit.events(ErasureRequested)] == [(relation_id,), (relation_id,)]
    answer_all(house, request_id, relation_id)
    assert status(house, request_id) == "done"


def test_an_exported_ledger_brings_back_erasures_that_the_restored_database_never_knew(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    relation_id = new_id()
    request_id = carry_out(house, "erase", relation_id)
    export_ledger(house.kit.settings, [])  # type: ignore[arg-type]
    kept = tmp_path / "ledger.jsonl"
    kept.write_text(capsys.readouterr().out)
    assert "Élise" not in kept.read_text()
    house.kit.clean()
    for _ in range(2):
        replay_ledger(house.kit.settings, [str(kept)])  # type: ignore[arg-type]
    house.clock.forward(seconds=1)
    house.sender.ask_again()
    (order,) = house.kit.events(ErasureRequested)
    assert (str(order.request_id), order.kind, order.relation_ids) == (request_id, "erase", (relation_id,))
    answer_all(house, request_id, relation_id)
    assert status(house, request_id) == "done"
    assert house.kit.as_user().get(f"/gdpr/requests/{request_id}/certificate.pdf").status_code == 200


def test_only_a_reason_and_a_report_are_personal_and_every_column_says_what_it_is() -> None:
    assert unmarked_columns([Tables.metadata]) == []
    assert tables_without_subject(Tables.metadata) == []
    marked = [column for table in Tables.metadata.sorted_tables for column in personal_columns(table)]
    assert {str(column) for column in marked} == {
        "request_relation.reason", "report.sealed", "moved_by_merge.before", "moved_by_merge.after",
    }  # fmt: skip


def test_the_migrations_make_what_the_models_say(house: House) -> None:
    assert differences(house.kit.database.engine, [Tables.metadata]) == []
