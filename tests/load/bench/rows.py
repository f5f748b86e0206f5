"""The rows of the table, each with its reference in the same run."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from bench.doubles import OFFICE, measure_check, measure_scan
from bench.house import LARGE, SMALL, House
from bench.importing import IMPORTED, run_import
from bench.load import Load, LoadFailed, get, post
from bench.office import PIECES, a_body
from bench.relaying import measure_relay
from shared.testing.stack import LocalStack

WARM_CARDS = 200


@dataclass(frozen=True)
class Row:
    """One line of the table; ``ratio`` is rate / reference."""

    name: str
    rate: float | None
    reference: float | None
    ratio: float | None
    p50_ms: float | None
    p99_ms: float | None
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the row as ``bench.json`` keeps it."""
        return asdict(self)


def _against(name: str, load: Load, reference: Load, note: str = "") -> Row:
    return Row(name, load.rate, reference.rate, load.rate / reference.rate, load.p50_ms, load.p99_ms, note)


def card_warm(house: House) -> Row:
    """Warm cards through the gateway, token and right checked."""
    house.fill_up_to(SMALL)
    paths = [f"/api/v1/relations/{relation_id}/card" for relation_id in house.ids[:WARM_CARDS]]
    get(house.stack.url, paths, folder=house.folder, token=house.token, seconds=3)
    bare = house.bare()
    load = get(house.stack.url, paths, folder=house.folder, token=house.token, seconds=6)
    return _against("card_warm", load, bare, f"p99 is {load.p99_ms / bare.p99_ms:.1f} x the reference's")


def card_cold(house: House) -> Row:
    """Cards never opened before, composed from every service."""
    house.fill_up_to(SMALL)
    ids = house.ids[WARM_CARDS:]
    house.rest()
    owner = get(
        house.relations_url,
        [f"/relations/{relation_id}" for relation_id in ids],
        folder=house.folder,
        token=house.service_token(),
        seconds=4,
    )
    paths = [f"/api/v1/relations/{relation_id}/card" for relation_id in ids]
    load = get(house.stack.url, paths, folder=house.folder, token=house.token, seconds=5)
    return _against("card_cold", load, owner, "reference: the GET of a relation at its own service")


def create(house: House) -> Row:
    """Relations with an address and two communications, registered through the gateway."""
    house.fill_up_to(SMALL)
    chance = random.Random(11)
    bodies = [json.dumps(a_body(number, chance)) for number in range(20_000)]
    bare = house.bare()
    load = post(house.stack.url, "/api/v1/relations", bodies, folder=house.folder, token=house.token, seconds=6)
    return _against("create", load, bare)


def import_20k(house: House) -> Row:
    """20,000 relations imported from a table, events included, against registering them one by one."""
    house.fill_up_to(SMALL)
    chance = random.Random(17)
    house.rest()
    bodies = [json.dumps(a_body(7_000_000 + number, chance)) for number in range(20_000)]
    single = post(house.stack.url, "/api/v1/relations", bodies, folder=house.folder, token=house.token, seconds=6)
    with psycopg.connect(house.database_url("relations"), autocommit=True) as connection:
        _wait_until_sent(connection, seconds=60)
        worked = house.worked()
        seconds = run_import(house.client, count=IMPORTED)
        lag, worked = _wait_until_sent(connection, seconds=120), house.worked() - worked
    rate = IMPORTED / seconds
    note = (
        f"reference: single creates; all events confirmed {lag:.1f} s after the end (aim 30);"
        f" {worked / IMPORTED * 1000:.2f} ms of processor time a row"
    )
    return Row("import_20k", rate, single.rate, rate / single.rate, None, None, note)


def _wait_until_sent(connection: psycopg.Connection[Any], *, seconds: float) -> float:
    """Wait until the outbox is empty and return how long that took."""
    started = time.monotonic()
    while connection.execute("SELECT FROM outbox WHERE sent_at IS NULL LIMIT 1").fetchone():
        if time.monotonic() - started > seconds:
            raise LoadFailed(f"some events were not confirmed within {seconds:g} s")
        time.sleep(0.1)
    return time.monotonic() - started


def _search(house: House, name: str) -> Row:
    paths = [f"/api/v1/relations?q={quote(piece)}&limit=20" for piece in PIECES]
    get(house.stack.url, paths, folder=house.folder, token=house.token, seconds=1)
    bare = house.bare()
    load = get(house.stack.url, paths, folder=house.folder, token=house.token, seconds=5)
    return _against(name, load, bare)


def search_20k(house: House) -> Row:
    """The quick search among 20,000 relations."""
    house.fill_up_to(SMALL)
    return _search(house, "search_20k")


def search_1m(house: House) -> Row:
    """The quick search among 1,000,000 relations; the reference is the one among 20,000."""
    small = search_20k(house)
    house.fill_up_to(LARGE)
    large = _search(house, "search_1m")
    among_small, among_large = small.rate or 0.0, large.rate or 0.0
    return Row("search_1m", among_large, among_small, among_large / among_small, large.p50_ms, large.p99_ms,
               "reference: the rate among 20,000")  # fmt: skip


LAG = """
    SELECT percentile_cont(array[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - happened_at) * 1000)
           AS times, count(*) AS handled
    FROM inbox WHERE type = 'relations.relation.registered.v1' AND happened_at > %s
"""


def event_latency(house: House) -> Row:
    """From happening in relations to handled in enrichment, at 50 registrations a second."""
    chance, count, pace = random.Random(13), 500, 50.0
    with psycopg.connect(house.database_url("enrichment"), autocommit=True) as connection:
        (began,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
        started = time.monotonic()
        senders = []
        for number in range(count):
            time.sleep(max(0.0, started + number / pace - time.monotonic()))
            sender = threading.Thread(target=house.client.register, args=(a_body(5_000_000 + number, chance),))
            sender.start()
            senders.append(sender)
        for sender in senders:
            sender.join()
        deadline = time.monotonic() + 30
        while True:
            (times, handled) = connection.execute(LAG, (began,)).fetchone() or (None, 0)
            if handled >= count or time.monotonic() > deadline:
                break
            time.sleep(0.2)
    if times is None or handled < count:
        raise LoadFailed(f"{handled} of {count} events arrived")
    return Row("event_latency", pace, None, None, times[0], times[1])


def relay(house: House) -> Row:
    """From the outbox to confirmed, against the bare pipelined publishing of the same bytes."""
    rate, raw = measure_relay(house)
    return Row("relay", rate, raw, rate / raw, None, None, "reference: the same envelopes published without a database")


def duplicate_check(house: House) -> Row:
    """The likely doubles of one relation among 100,000, asked one after another through the gateway."""
    times = measure_check(house)
    p50, p95, p99 = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99))
    return Row("duplicate_check", 1000 / p50, None, None, p50, p99, f"p95 {p95:.1f} ms (aim 60)")


def duplicate_scan(house: House) -> Row:
    """The scan of 100,000 relations for duplicates, in the worker, with everything else running."""
    seconds, worked, scan = measure_scan(house)
    note = f"{seconds:.1f} s (aim 60), {worked:.1f} s of processor time, {scan['done']} pairs, {scan['found']} kept"
    return Row("duplicate_scan", OFFICE / seconds, None, None, seconds * 1000, None, note)


def cold_start(house: House) -> Row:
    """The second start of the embedded stack, and the memory of all its processes (proportional set size)."""
    with LocalStack() as stack:
        stack.stop()
        seconds = stack.start()
        memory = sum(_memory_of(process) for process in stack.family())
    note = f"start {seconds:.1f} s (aim 10), memory {memory / 2**30:.2f} GiB (aim 1.2)"
    return Row("cold_start", None, None, None, seconds * 1000, None, note)


def _memory_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


ROWS: dict[str, Callable[[House], Row]] = {
    "card_warm": card_warm,
    "card_cold": card_cold,
    "create": create,
    "import_20k": import_20k,
    "search_20k": search_20k,
    "event_latency": event_latency,
    "relay": relay,
    "cold_start": cold_start,
    "duplicate_check": duplicate_check,
    "duplicate_scan": duplicate_scan,
    "search_1m": search_1m,
}
"""In the order they are measured: the one that needs a million relations last."""
