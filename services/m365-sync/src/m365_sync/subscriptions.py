"""Every event this service handles."""

from sqlalchemy.orm import Session

from contracts.gdpr import ErasureRequested, RequestFinished
from contracts.m365_sync import M365SyncMergeFollowed
from contracts.relations import RelationChanged, RelationMerged, RelationUnmerged
from m365_sync.erasure import actions
from m365_sync.sight.actions import doubt_copies
from m365_sync.tables import Tables
from shared.clock import utc_now
from shared.merging.following import follow_merge, follow_unmerge
from shared.subscriptions import Subscriptions

CONFIDENTIALITY = frozenset({"confidentiality", "restricted", "confidants"})
"""Names under which it changes: as a field of the API, and as columns that a merge decided."""

subscriptions = Subscriptions("m365_sync")


@subscriptions.on(ErasureRequested)
def remove_copies_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Order the copies in users' mailboxes to be removed; the answer follows when they are gone."""
    actions.begin_erasure(session, event)


@subscriptions.on(RequestFinished)
def allow_runs_again_when_a_request_was_finished(session: Session, event: RequestFinished) -> None:
    """From now on the owner of the relations says who may be in a mailbox."""
    actions.lift_marks(session, event.request_id, at=utc_now())


@subscriptions.on(RelationChanged)
def doubt_copies_when_the_confidentiality_of_a_relation_changed(session: Session, event: RelationChanged) -> None:
    """See to it that no mailbox has what is not for its user (any more)."""
    if not CONFIDENTIALITY.isdisjoint(event.fields):
        doubt_copies(session, [event.relation_id])


@subscriptions.on(RelationMerged)
def follow_when_a_relation_was_merged(session: Session, event: RelationMerged) -> None:
    """Move what is held of it to the survivor, whose confidants are others perhaps, and answer."""
    doubt_copies(session, [event.into_id])
    follow_merge(session, event, Tables.metadata, answer=M365SyncMergeFollowed)


@subscriptions.on(RelationUnmerged)
def move_back_when_a_merge_was_undone(session: Session, event: RelationUnmerged) -> None:
    """Give it back what was moved, and answer."""
    doubt_copies(session, [event.from_id, event.into_id])
    follow_unmerge(session, event, Tables.metadata, answer=M365SyncMergeFollowed)
