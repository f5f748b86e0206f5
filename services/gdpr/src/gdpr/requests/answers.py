"""What participants answer, counted."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.erasure import ErasureAnswer
from gdpr.requests.models import Participation, Request
from gdpr.requests.progress import finish_when_complete, settle


def count_answer(session: Session, answer: ErasureAnswer, *, participant: str, now: datetime) -> None:
    """Count what a participant did with a batch; an answer to nothing that was asked changes nothing."""
    request = session.scalar(select(Request).where(Request.id == answer.request_id).with_for_update())
    part = session.get(Participation, (answer.request_id, answer.batch, participant), with_for_update=True)
    if request is None or part is None:
        return
    failed = {failure.relation_id: failure.reason for failure in answer.failed}
    settle(session, part, done=answer.done, failed=failed, now=now)
    finish_when_complete(session, request, now=now)
