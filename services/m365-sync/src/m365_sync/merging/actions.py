"""What a merge, its undoing and an erasure order about contacts of relations that live on in another one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from m365_sync.merging.models import SecondCopy
from m365_sync.runs.models import Link
from m365_sync.tables import Tables
from shared.merging.following import survivor_of
from shared.merging.forgetting import ON_ITS_WAY, UNDO_DAYS
from shared.merging.tables import FOLLOWED, MOVED


def leave_one_copy(session: Session, relation_ids: Iterable[UUID]) -> None:
    """Give contacts of relations that live on in another one to the survivor, or order them out where it has its own.

    Safe to be asked again, and in the same transaction as whatever wrote such a link.
    """
    followed = Tables.metadata.tables[FOLLOWED]
    of_old_ids = (
        select(Link, followed.c.merge_id)
        .join(followed, followed.c.from_id == Link.relation_id)
        .where(Link.relation_id.in_(list(relation_ids)), followed.c.phase == "merged")
        .with_for_update(of=Link)
    )
    for link, merge_id in session.execute(of_old_ids).all():
        survivor_id = survivor_of(session, Tables.metadata, link.relation_id)
        theirs = session.get(Link, (link.mailbox_id, survivor_id), with_for_update=True)
        if theirs is None:
            link.relation_id = survivor_id
        elif theirs.contact_id is None and link.contact_id is not None:
            theirs.contact_id, theirs.fingerprint = link.contact_id, link.fingerprint
            session.delete(link)
        elif theirs.contact_id != link.contact_id:
            _order_out(session, link, survivor_id=survivor_id, merge_id=merge_id)
    session.flush()


def order_back(session: Session, merge_id: UUID) -> None:
    """Order what a merge took out of mailboxes, or was about to, to stand there again; no run makes it meanwhile."""
    back = (
        update(SecondCopy)
        .where(SecondCopy.merge_id == merge_id, SecondCopy.wanted == "out")
        .values(relation_id=SecondCopy.old_id, wanted="back", status="pending", tries=0, next_try_at=func.now())
        .returning(SecondCopy.mailbox_id, SecondCopy.old_id, SecondCopy.user_id)
    )
    for mailbox_id, old_id, user_id in session.execute(back).all():
        there = {"mailbox_id": mailbox_id, "relation_id": old_id, "user_id": user_id}
        row = {**there, "fingerprint": "", "outcome": "sent", "sent_at": func.now()}
        session.execute(insert(Link).values(row).on_conflict_do_nothing())


def try_again(session: Session, mailbox_id: str) -> None:
    """Order out once more what a mailbox did not let go of, now that it answers."""
    failed = (SecondCopy.mailbox_id == mailbox_id, SecondCopy.wanted == "out", SecondCopy.status == "failed")
    session.execute(update(SecondCopy).where(*failed).values(status="pending", tries=0, next_try_at=func.now()))


def forget_what_merges_kept(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Delete what is kept for undoing merges of relations that are erased."""
    moved = Tables.metadata.tables[MOVED]
    session.execute(delete(SecondCopy).where(SecondCopy.relation_id.in_(relation_ids)))
    session.execute(delete(moved).where(moved.c.relation_id.in_(relation_ids)))


def forget_old_copies(session: Session, *, now: datetime) -> None:
    """Forget what stood in contacts whose merge nobody can undo any more."""
    too_late = now - timedelta(days=UNDO_DAYS) - ON_ITS_WAY
    session.execute(delete(SecondCopy).where(SecondCopy.wanted == "out", SecondCopy.noted_at < too_late))


def _order_out(session: Session, link: Link, *, survivor_id: UUID, merge_id: UUID) -> None:
    row = {
        "mailbox_id": link.mailbox_id, "old_id": link.relation_id, "relation_id": survivor_id, "merge_id": merge_id,
        "user_id": link.user_id,
    }  # fmt: skip
    again = {"relation_id": survivor_id, "merge_id": merge_id, "wanted": "out", "status": "pending", "tries": 0}
    session.execute(
        insert(SecondCopy)
        .values(row)
        .on_conflict_do_update(
            index_elements=["mailbox_id", "old_id"],
            set_={**again, "next_try_at": func.now(), "noted_at": func.now()},
            where=SecondCopy.merge_id != merge_id,
        )
    )
