"""Settings, scheduled jobs and identifiers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep
from uuid import UUID

import pytest

from shared.db import Database
from shared.ids import new_id
from shared.jobs import Job, Scheduler
from shared.settings import ServiceSettings, SettingsMissing, load_settings

COMPLETE = {
    "DATABASE_URL": "postgresql://u:geheim@db/x",
    "BROKER_URL": "amqp://u:geheim@bus//",
    "KEYS_DIR": "/keys",
    "PORT": "8001",
    "SECRET": "geheim",
}
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ProbeSettings(ServiceSettings):
    """Settings of every type."""

    secret: str = field(repr=False)
    patience: float = 2.5
    names: tuple[str, ...] = ()
    demo: bool = False


def test_settings_are_read_with_their_types() -> None:
    settings = load_settings(ProbeSettings, {**COMPLETE, "NAMES": "a, b,,c", "DEMO": "1", "PATIENCE": "0.5"})
    assert (settings.port, settings.keys_dir, settings.names) == (8001, Path("/keys"), ("a", "b", "c"))
    assert (settings.demo, settings.patience, settings.host) == (True, 0.5, "127.0.0.1")


def test_everything_missing_or_unreadable_is_reported_at_once_without_the_values() -> None:
    environ: Mapping[str, str] = {"PORT": "geheim", "PATIENCE": "soon", "BROKER_URL": "x"}
    with pytest.raises(SettingsMissing) as refused:
        load_settings(ProbeSettings, environ)
    for name in ("DATABASE_URL", "KEYS_DIR", "SECRET", "PORT", "PATIENCE"):
        assert name in str(refused.value)
    assert "BROKER_URL" not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_settings_can_be_shown_without_giving_a_secret_away() -> None:
    shown = repr(load_settings(ProbeSettings, COMPLETE))
    assert "geheim" not in shown
    assert "8001" in shown


def scheduler(store: Database, now: list[datetime], *, job: Job | None = None) -> Scheduler:
    return Scheduler(store, job or Job("sweep", timedelta(hours=1), lambda: None), clock=lambda: now[0])


def test_a_turn_is_claimed_by_one_of_two_schedulers_and_the_next_one_when_it_is_due(store: Database) -> None:
    now = [NINE]
    first, second = scheduler(store, now), scheduler(store, now)
    assert (first.claim(), second.claim()) == (True, False)
    now[0] += timedelta(minutes=59, seconds=59)
    assert (first.claim(), second.claim()) == (False, False)
    now[0] += timedelta(seconds=1)
    assert (second.claim(), first.claim()) == (True, False)


def test_of_many_schedulers_at_the_same_moment_exactly_one_claims(store: Database) -> None:
    claimed, together = [], Barrier(6)

    def claim() -> None:
        together.wait(10)
        claimed.append(scheduler(store, [NINE]).claim())

    threads = [Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(claimed) == [False] * 5 + [True]


def test_a_turn_that_fails_does_not_end_the_schedule(store: Database) -> None:
    turns, enough = [], Event()

    def fail_first() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise RuntimeError
        enough.set()

    stop = Event()
    job = Job("often", timedelta(milliseconds=10), fail_first)
    thread = Thread(target=Scheduler(store, job).run, args=(stop,))
    thread.start()
    assert enough.wait(20)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made: list[UUID] = []
    for _ in range(5):
        made += [new_id() for _ in range(200)]
        sleep(0.002)
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {id_.version for id_ in made} == {7}
