"""Every event this service handles."""

from sqlalchemy.orm import Session

from contacts.moments import actions
from contacts.tables import Tables
from contracts.contacts import ContactsErasureCompleted, ContactsMergeFollowed
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationDeleted, RelationMerged, RelationUnmerged
from shared.merging.following import follow_merge, follow_unmerge
from shared.participation import erase_and_answer
from shared.subscriptions import Subscriptions

subscriptions = Subscriptions("contacts")


@subscriptions.on(RelationDeleted)
def delete_moments_when_a_relation_was_deleted(session: Session, event: RelationDeleted) -> None:
    """Delete what was written about a relation that no longer exists."""
    actions.delete_moments_of(session, event.relation_id)


@subscriptions.on(ErasureRequested)
def forget_moments_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Blank subjects and memos, keep dates and statuses."""
    erase_and_answer(session, event, Tables.metadata, answer=ContactsErasureCompleted)


@subscriptions.on(RelationMerged)
def follow_when_a_relation_was_merged(session: Session, event: RelationMerged) -> None:
    """Move what is held of it to the survivor, and answer."""
    follow_merge(session, event, Tables.metadata, answer=ContactsMergeFollowed)


@subscriptions.on(RelationUnmerged)
def move_back_when_a_merge_was_undone(session: Session, event: RelationUnmerged) -> None:
    """Give it back what was moved, and answer."""
    follow_unmerge(session, event, Tables.metadata, answer=ContactsMergeFollowed)
