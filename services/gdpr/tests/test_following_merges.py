"""Data-protection requests follow a merge once they are finished; those under way stay with the id they name."""

from uuid import UUID

from sqlalchemy import insert, select

from contracts.relations import RelationMerged, RelationUnmerged
from gdpr.requests.models import Request, RequestRelation
from gdpr.subscriptions import subscriptions
from gdpr.tables import Tables
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import ServiceKit
from shared.testing.merging import check_follower, check_old_ids, rows_of

EXPLAINED = {
    "failure": "tells of what a participant answered about the id it was asked about",
    "ledger_entry": "never changed, never deleted: it proves what was ordered about which id",
}


def asked(kit: ServiceKit, relation_id: UUID, *, finished: bool) -> UUID:
    request_id, now = new_id(), utc_now()
    request = {"kind": "anonymise", "status": "done" if finished else "running", "actor": "anna", "created_at": now}
    with kit.database.transaction() as session:
        session.execute(insert(Request).values(id=request_id, finished_at=now if finished else None, **request))
        session.execute(
            insert(RequestRelation).values(
                request_id=request_id, relation_id=relation_id, position=0, state="accepted", reason="vraag"
            )
        )
    return request_id


def requests_of(kit: ServiceKit, relation_id: UUID) -> list[UUID]:
    statement = select(RequestRelation.request_id).where(RequestRelation.relation_id == relation_id)
    with kit.database.transaction() as session:
        return list(session.scalars(statement))


def test_finished_requests_move_and_come_back_and_those_under_way_stay(gdpr_kit: ServiceKit) -> None:
    gdpr_kit.clean()
    old, into, merge_id = new_id(), new_id(), new_id()
    finished, running = asked(gdpr_kit, old, finished=True), asked(gdpr_kit, old, finished=False)
    before = rows_of(gdpr_kit.database, Tables.metadata)
    assert gdpr_kit.deliver(subscriptions, RelationMerged(merge_id, old, into)) == "handled"
    assert (requests_of(gdpr_kit, into), requests_of(gdpr_kit, old)) == ([finished], [running])
    assert gdpr_kit.deliver(subscriptions, RelationUnmerged(merge_id, old, into)) == "handled"
    assert rows_of(gdpr_kit.database, Tables.metadata) == before


def test_every_table_is_moved_and_restored_or_says_why_not(gdpr_kit: ServiceKit) -> None:
    gdpr_kit.clean()
    check_follower(gdpr_kit, subscriptions, explained=EXPLAINED)


def test_every_path_of_an_old_id_leads_to_the_survivor(gdpr_kit: ServiceKit) -> None:
    gdpr_kit.clean()
    old, into = new_id(), new_id()
    gdpr_kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    check_old_ids(gdpr_kit, old, into)
