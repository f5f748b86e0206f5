"""What there is to tell somebody, where it leads, and when it is news."""

from dataclasses import dataclass
from datetime import timedelta

KEEP_DAYS = 30
"""Days after which a notification vanishes."""

SOON = timedelta(seconds=10)
"""Work that ends this soon ends before the eyes of who started it, and is no news."""

UNDER_WAY = ("queued", "pending", "scheduled", "running", "cancelling", "undoing", "rolling_back")
ALERT = "alert"
LOST_MAILBOX = "lost_mailbox"
ALERT_LICENCES = frozenset({"companyinfo", "companyweb"})


@dataclass(frozen=True)
class Work:
    """A kind of long work: who does it, and under which paths it is followed by a program and by a person."""

    service: str
    path: str
    page: str


WORK = {
    "import": Work("relations", "/imports/{id}", "/imports/{id}"),
    "scan": Work("relations", "/duplicates/scans/{id}", "/duplicates"),
    "merge": Work("relations", "/merges/{id}", "/merges/{id}"),
    "gdpr": Work("gdpr", "/gdpr/requests/{id}", "/gdpr/requests/{id}"),
    "m365": Work("m365_sync", "/users/{user_id}/m365-sync/runs/{id}", "/users/{user_id}/m365/runs/{id}"),
}
