"""Which requests are let in: ordered faults, throttling and the concurrency limit of a mailbox."""

from __future__ import annotations

from sandbox.behaviour import delay
from sandbox.microsoft.cloud import Cloud
from sandbox.microsoft.graph import answer, owner_of
from sandbox.microsoft.messages import Ask, GraphError, Reply


def answer_together(cloud: Cloud, asks: list[Ask]) -> list[Reply]:
    """Answer requests that arrive at the same moment; those the mailbox has no room for get 429."""
    admitted: list[tuple[str, str]] = []
    replies: list[Reply] = []
    waiting: list[tuple[int, Ask]] = []
    try:
        for place, ask in enumerate(asks):
            replies.append(Reply())
            try:
                admitted.append(_admit(cloud, ask))
                waiting.append((place, ask))
            except GraphError as error:
                replies[place] = error.reply()
        delay(cloud.behaviours.microsoft.slow_ms)
        for place, ask in waiting:
            replies[place] = _answered(cloud, ask)
    finally:
        for key in admitted:
            cloud.gate.leave(*key)
    return replies


def _admit(cloud: Cloud, ask: Ask) -> tuple[str, str]:
    mailbox = owner_of(cloud, ask).address
    cloud.counters.count("microsoft", "requests", mailbox)
    behaviour = cloud.behaviours.microsoft
    if cloud.behaviours.use_up("microsoft", "fail_next"):
        raise GraphError(behaviour.fail_status, "ServiceUnavailable", message="As told.")
    if cloud.behaviours.use_up("microsoft", "throttle_next"):
        cloud.counters.count("microsoft", "throttled", mailbox)
        raise _throttled("Too many requests.", behaviour.retry_after)
    key = (ask.grant.client_id, mailbox)
    if not cloud.gate.enter(*key):
        cloud.counters.count("microsoft", "throttled", mailbox)
        raise _throttled("Application is over its MailboxConcurrency limit.", behaviour.retry_after)
    return key


def _answered(cloud: Cloud, ask: Ask) -> Reply:
    try:
        return answer(cloud, ask, owner_of(cloud, ask))
    except GraphError as error:
        return error.reply()


def _throttled(message: str, retry_after: int) -> GraphError:
    return GraphError(429, "ApplicationThrottled", message=message, retry_after=retry_after)
