"""The worker process killed in the middle of a question."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest

from contracts.relations import RelationRegistered
from enrichment.subscriptions import subscriptions

DONALD = "68750110"


@contextmanager
def a_worker(stage: Any) -> Iterator[subprocess.Popen[bytes]]:
    settings = stage.kit.settings
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": stage.kit.database.url,
        "BROKER_URL": settings.broker_url,
        "KEYS_DIR": str(settings.keys_dir),
        "DATA_DIR": str(settings.data_dir),
        "PORT": "0",
        "DATA_KEY": settings.data_key,
        "RELATIONS_URL": settings.relations_url,
        "COMPANYINFO_URLS": ",".join(settings.companyinfo_urls),
        "REGISTER_CONNECT_TIMEOUT": "0.5",
        "REGISTER_RESPONSE_TIMEOUT": "2",
        "LOOKUP_LEASE": "5.5",
    }
    process = subprocess.Popen([sys.executable, "-m", "enrichment", "work"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.05)


@pytest.mark.slow
@pytest.mark.faults
def test_a_worker_killed_while_asking_is_succeeded_by_another_and_the_ledger_is_honest(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    stage.sandbox.behave(slow_ms=1000)
    stage.kit.deliver(subscriptions, RelationRegistered(relation_id, "legal_entity", (), ("kvk",), 1))
    with a_worker(stage) as first:
        wait_for(lambda: stage.ledger() == [("asked", 85)])
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert stage.panel(relation_id) == {}
    with a_worker(stage) as second:
        wait_for(lambda: [each["status"] for each in stage.panel(relation_id).get("profiles", [])] == ["found"])
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=20) == 0
    assert stage.ledger() == [("answer_lost", 85), ("found", 85)]
