"""Every event this service handles."""

from sqlalchemy.orm import Session

from contracts.gdpr import ErasureRequested, RequestFinished
from m365_sync.erasure import actions
from shared.clock import utc_now
from shared.subscriptions import Subscriptions

subscriptions = Subscriptions("m365_sync")


@subscriptions.on(ErasureRequested)
def remove_copies_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Order the copies in users' mailboxes to be removed; the answer follows when they are gone."""
    actions.begin_erasure(session, event)


@subscriptions.on(RequestFinished)
def allow_runs_again_when_a_request_was_finished(session: Session, event: RequestFinished) -> None:
    """From now on the owner of the relations says who may be in a mailbox."""
    actions.lift_marks(session, event.request_id, at=utc_now())
