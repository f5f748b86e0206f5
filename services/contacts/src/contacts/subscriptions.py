"""Every event this service handles."""

from sqlalchemy.orm import Session

from contacts.moments import actions
from contacts.tables import Tables
from contracts.contacts import ContactsErasureCompleted
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationDeleted
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
