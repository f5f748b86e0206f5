"""Long work as pages show it: how far it is, how long it may still take, whether it goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from gateway.notifications.domain import UNDER_WAY
from gateway.web.marks import Mark, request_mark
from shared.clock import utc_now

SETTLED_PARTS = ("added", "updated", "unchanged", "failed")
"""What a run of a mailbox counts, as every relation comes to one end or another."""

SURE_AFTER = 3.0
"""Seconds of work before the remaining time is worth telling."""


@dataclass(frozen=True)
class Progress:
    """How far a piece of long work is."""

    done: int
    total: int
    mark: Mark
    is_running: bool
    remaining: str = ""

    @classmethod
    def of(cls, work: dict[str, Any]) -> "Progress":
        """Return the progress that a service tells: its status, how much of how much, and when it started."""
        done, total = counts_of(work)
        status = str(work["status"])
        running = status in UNDER_WAY
        since = work.get("started_at") or work.get("created_at")
        left = remaining_seconds(done, total, since=since) if running else None
        return cls(done, total, request_mark(status), running, "" if left is None else duration(left))


def counts_of(work: dict[str, Any]) -> tuple[int, int]:
    """Return how much is done of how much, however its service counts."""
    counts = work.get("counts")
    if counts:
        return counts["total"] - counts["pending"], counts["total"]
    if "added" in work:
        return sum(work[name] or 0 for name in SETTLED_PARTS), work.get("total") or 0
    return int(work.get("done") or 0), int(work.get("total") or 0)


def remaining_seconds(done: int, total: int, *, since: str | None) -> float | None:
    """Return the seconds that are left at the pace so far; None while nobody can tell."""
    if not since or not done or done >= total:
        return None
    passed = (utc_now() - datetime.fromisoformat(since)).total_seconds()
    return passed / done * (total - done) if passed >= SURE_AFTER else None


def duration(seconds: float) -> str:
    """Return a length of time in words, no more precise than anybody can know."""
    if seconds < 60:
        return str(_("minder dan een minuut"))
    minutes = round(seconds / 60)
    return str(ngettext("ongeveer %(num)s minuut", "ongeveer %(num)s minuten", minutes))
