"""Settings of the service gdpr."""

from dataclasses import dataclass, field
from datetime import timedelta

from shared.settings import ServiceSettings

EVERYBODY = ("relations", "contacts", "enrichment", "m365_sync", "gateway", "gdpr")


@dataclass(frozen=True, kw_only=True)
class GdprSettings(ServiceSettings):
    """Who takes part, how patient this service is, and the key that seals stored reports.

    ``data_key`` seals stored reports (``shared.secrets``). A report source is a service of the house, or ``name=url``.
    """

    data_key: str = field(repr=False)
    gateway_url: str = "http://127.0.0.1:8000"
    erasure_participants: tuple[str, ...] = EVERYBODY
    report_sources: tuple[str, ...] = EVERYBODY
    ask_again_seconds: tuple[str, ...] = ("30", "120", "600", "3600")
    gather_again_seconds: tuple[str, ...] = ("2", "5", "15", "60")
    batches_per_turn: int = 4
    report_days: int = 30

    @property
    def erasure_pauses(self) -> tuple[timedelta, ...]:
        """Pauses after which a participant that did not answer is asked again; the last one repeats."""
        return _pauses(self.ask_again_seconds)

    @property
    def report_pauses(self) -> tuple[timedelta, ...]:
        """Pauses after which a source that was down is asked again; after the last one the report is not complete."""
        return _pauses(self.gather_again_seconds)

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names of the report sources."""
        return tuple(source.partition("=")[0] for source in self.report_sources)

    def source_url(self, source: str) -> str:
        """Return where a report source listens; raises ``AttributeError`` for a name without a URL."""
        name, _, url = source.partition("=")
        return url or str(getattr(self, f"{name}_url"))


def _pauses(seconds: tuple[str, ...]) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=float(pause)) for pause in seconds)
