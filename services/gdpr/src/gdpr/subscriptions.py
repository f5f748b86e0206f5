"""Every event this service handles."""

from sqlalchemy.orm import Session

from contracts import all_events
from contracts.erasure import ErasureAnswer
from contracts.gdpr import ErasureRequested, GdprErasureCompleted, GdprMergeFollowed
from contracts.relations import RelationMerged, RelationUnmerged
from gdpr.requests.answers import count_answer
from gdpr.requests.merging import wishes
from gdpr.tables import Tables
from shared.clock import utc_now
from shared.merging.following import follow_merge, follow_unmerge
from shared.participation import erase_and_answer
from shared.subscriptions import Subscriptions

ANSWERS = [contract.cls for contract in all_events() if issubclass(contract.cls, ErasureAnswer)]
"""Whoever declares an ``erasure.completed`` can be a participant."""

subscriptions = Subscriptions("gdpr")


@subscriptions.on(ErasureRequested)
def forget_reports_and_reasons_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Delete what was gathered about the relations, and blank the reasons typed about them."""
    erase_and_answer(session, event, Tables.metadata, answer=GdprErasureCompleted)


@subscriptions.on(*ANSWERS)
def count_the_answer_when_a_participant_completed_an_erasure(session: Session, event: ErasureAnswer) -> None:
    """Count it; the last answer closes the request."""
    participant: str = type(event).contract.owner  # type: ignore[attr-defined]  # set where events are declared
    count_answer(session, event, participant=participant, now=utc_now())


@subscriptions.on(RelationMerged)
def follow_when_a_relation_was_merged(session: Session, event: RelationMerged) -> None:
    """Move what is held of it to the survivor, and answer."""
    follow_merge(session, event, Tables.metadata, answer=GdprMergeFollowed, wishes=wishes)


@subscriptions.on(RelationUnmerged)
def move_back_when_a_merge_was_undone(session: Session, event: RelationUnmerged) -> None:
    """Give it back what was moved, and answer."""
    follow_unmerge(session, event, Tables.metadata, answer=GdprMergeFollowed)
