"""What the registers said follows a merge; of one register there is one profile, with its own warnings."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from contracts.gdpr import ErasureRequested
from contracts.relations import RelationMerged, RelationUnmerged
from enrichment.alerts.models import AlertRow
from enrichment.profiles.models import Profile
from enrichment.subscriptions import subscriptions
from enrichment.tables import Tables
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import ServiceKit
from shared.testing.merging import check_follower, check_old_ids, rows_of


def known(kit: ServiceKit, relation_id: UUID, provider: str, *, alert: str) -> None:
    profile = {"status": "found", "number": "68750110", "facts": {"rate": 1.10}, "figures": {}, "asked_by": "anna"}
    with kit.database.transaction() as session:
        session.execute(insert(Profile).values(relation_id=relation_id, provider=provider, **profile))
        session.execute(
            insert(AlertRow).values(
                relation_id=relation_id, provider=provider, code=alert, severity="red", raised_at=utc_now()
            )
        )


def alerts_of(kit: ServiceKit, relation_id: UUID) -> list[Any]:
    with kit.database.transaction() as session:
        rows = session.execute(select(AlertRow.provider, AlertRow.code).where(AlertRow.relation_id == relation_id))
        return sorted(tuple(row) for row in rows)


def test_a_profile_the_survivor_lacks_moves_and_one_it_has_is_put_aside_with_its_warnings(
    kit: ServiceKit,
) -> None:
    kit.clean()
    old, into, merge_id = new_id(), new_id(), new_id()
    known(kit, old, "companyinfo", alert="bankruptcy")
    known(kit, old, "companyweb", alert="suspension")
    known(kit, into, "companyinfo", alert="closed")
    before = rows_of(kit.database, Tables.metadata)

    assert kit.deliver(subscriptions, RelationMerged(merge_id, old, into)) == "handled"
    assert alerts_of(kit, into) == [("companyinfo", "closed"), ("companyweb", "suspension")]
    assert alerts_of(kit, old) == []
    moved = kit.as_user().get(f"/relations/{old}/register-profiles")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/relations/{into}/register-profiles")

    assert kit.deliver(subscriptions, RelationUnmerged(merge_id, old, into)) == "handled"
    assert rows_of(kit.database, Tables.metadata) == before


def test_erasing_the_survivor_erases_what_was_put_aside(kit: ServiceKit) -> None:
    kit.clean()
    old, into = new_id(), new_id()
    for relation_id in (old, into):
        known(kit, relation_id, "companyinfo", alert="bankruptcy")
    kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    kit.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (into,)))
    held = kit.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(old), str(into)]})
    assert held.json == {str(old): {}, str(into): {}}


def test_every_table_is_moved_and_restored_or_says_why_not(kit: ServiceKit) -> None:
    kit.clean()
    check_follower(kit, subscriptions, explained={})


def test_every_path_of_an_old_id_leads_to_the_survivor(kit: ServiceKit) -> None:
    kit.clean()
    old, into = new_id(), new_id()
    kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    check_old_ids(kit, old, into)
