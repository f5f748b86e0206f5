"""What a merge would do in mailboxes, and which relations no run may bring there because of one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from m365_sync.merging.models import SecondCopy
from m365_sync.runs.models import Link
from m365_sync.tables import Tables
from shared.merging.following import hold_id
from shared.merging.http import Remarks
from shared.merging.tables import FOLLOWED


def under_merge(session: Session, relation_ids: Sequence[UUID]) -> set[UUID]:
    """Return those that live on in another one, and those whose contact is about to be put back.

    Until this transaction ends no merge of them begins.
    """
    for relation_id in sorted(relation_ids):
        hold_id(session, relation_id)
    followed = Tables.metadata.tables[FOLLOWED]
    merged = select(followed.c.from_id).where(followed.c.from_id.in_(relation_ids), followed.c.phase == "merged")
    coming = select(SecondCopy.old_id).where(SecondCopy.old_id.in_(relation_ids), SecondCopy.wanted == "back")
    return {*session.scalars(merged), *session.scalars(coming)}


def remarks(session: Session, from_id: UUID, into_id: UUID) -> Remarks:
    """Tell out of how many mailboxes, as they have both, the contact of one would be taken."""
    theirs = aliased(Link)
    both = (
        select(func.count())
        .select_from(Link)
        .join(theirs, theirs.mailbox_id == Link.mailbox_id)
        .where(Link.relation_id == from_id, theirs.relation_id == into_id)
    )
    number = session.scalar(both) or 0
    return Remarks(counts=[{"what": "second_copy", "count": number, "detail": "out"}] if number else [])
