"""Logs: one JSON object a line, with request and event ids, and no personal data.

Exceptions are logged as their kind and place only, because their words may quote what a user typed.
"""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict

from shared.context import acting


def configure_logs(service: str, *, level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_trace,
            _exception_without_words,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_ToStructlog(service)]
    root.setLevel(logging.WARNING)
    global _service
    _service = service


_service = ""


def _add_trace(_: Any, __: str, event: EventDict) -> EventDict:
    event.setdefault("service", _service)
    who = acting()
    if who.request_id:
        event["request_id"] = who.request_id
        event["trace_id"] = who.traceparent[3:35]
        event["actor"] = who.actor
    return event


def _exception_without_words(_: Any, __: str, event: EventDict) -> EventDict:
    failure = event.pop("exc_info", None)
    if isinstance(failure, BaseException):
        event["error"] = type(failure).__name__
        event["at"] = [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
            for frame in traceback.extract_tb(failure.__traceback__)
        ][-6:]
    return event


class _ToStructlog(logging.Handler):
    """Brings the lines of libraries into the same form; only their name and level, as their words are not ours."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._log = structlog.get_logger(service)

    def emit(self, record: logging.LogRecord) -> None:
        self._log.log(record.levelno, "library message", logger=record.name, template=str(record.msg)[:200])
