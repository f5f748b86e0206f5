"""Contacts in mailboxes follow a merge; where both were in one mailbox, the copy of the old one stays reachable."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from contracts.gdpr import ErasureRequested
from contracts.relations import RelationMerged, RelationUnmerged
from m365_sync.erasure.models import Removal
from m365_sync.runs.models import Link
from m365_sync.subscriptions import subscriptions
from m365_sync.tables import Tables
from shared.clock import utc_now
from shared.ids import new_id
from shared.merging.testing import rows_of
from shared.testing.kit import ANNA, ServiceKit

TO_DO = ("copy_check", "erasure_mark")
"""What sees to it that no mailbox keeps what is not for its user."""


def linked(kit: ServiceKit, relation_id: UUID, mailbox: str) -> None:
    values: dict[str, Any] = {"user_id": ANNA, "contact_id": "c", "fingerprint": "f", "outcome": "added"}
    with kit.database.transaction() as session:
        session.execute(insert(Link).values(relation_id=relation_id, mailbox_id=mailbox, sent_at=utc_now(), **values))


def mailboxes_of(kit: ServiceKit, relation_id: UUID) -> list[str]:
    with kit.database.transaction() as session:
        return sorted(session.scalars(select(Link.mailbox_id).where(Link.relation_id == relation_id)))


def test_a_contact_follows_where_the_survivor_has_none_and_comes_back(m365_kit: ServiceKit) -> None:
    m365_kit.clean()
    old, into, merge_id = new_id(), new_id(), new_id()
    linked(m365_kit, old, "anna"), linked(m365_kit, old, "karel"), linked(m365_kit, into, "karel")
    before = rows_of(m365_kit.database, Tables.metadata, leave_out=TO_DO)
    assert m365_kit.deliver(subscriptions, RelationMerged(merge_id, old, into)) == "handled"
    assert (mailboxes_of(m365_kit, into), mailboxes_of(m365_kit, old)) == (["anna", "karel"], ["karel"])
    assert m365_kit.deliver(subscriptions, RelationUnmerged(merge_id, old, into)) == "handled"
    assert rows_of(m365_kit.database, Tables.metadata, leave_out=TO_DO) == before


def test_erasing_the_survivor_takes_every_copy_of_both_out_of_the_mailboxes(m365_kit: ServiceKit) -> None:
    m365_kit.clean()
    old, into = new_id(), new_id()
    linked(m365_kit, old, "karel"), linked(m365_kit, into, "karel")
    m365_kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    m365_kit.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (into,)))
    with m365_kit.database.transaction() as session:
        assert set(session.scalars(select(Removal.relation_id))) == {old, into}
