"""Duplicates among 100,000: one relation checked while it is typed, and the scan of the whole office."""

import random
import time
from typing import Any

from bench.house import House
from bench.load import LoadFailed
from bench.office import a_body

OFFICE = 100_000
CHECKS = 400
LONGEST_SCAN = 600.0
"""Seconds after which a scan is given up."""


def measure_check(house: House) -> list[float]:
    """Return how long each check of one relation took through the gateway, in milliseconds, shortest first."""
    house.fill_up_to(OFFICE)
    chance = random.Random(17)
    bodies = [a_body(number, chance) for number in range(CHECKS)]
    times = []
    for body in bodies:
        began = time.perf_counter()
        house.client.send("POST", "/duplicates/check", body)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times[CHECKS // 10 :])


def measure_scan(house: House) -> tuple[float, float, dict[str, Any]]:
    """Return the seconds from the order of a scan to its end, those of processor time, and what it said at its end."""
    house.fill_up_to(OFFICE)
    worked, began = house.worked(), time.monotonic()
    scan = house.client.send("POST", "/duplicates/scans")
    while scan["status"] in ("queued", "running"):
        if time.monotonic() - began > LONGEST_SCAN:
            raise LoadFailed(f"the scan is still {scan['status']} with {scan['done']} of {scan['total']} pairs")
        time.sleep(0.5)
        scan = house.client.get(f"/duplicates/scans/{scan['id']}")
    if scan["status"] != "done":
        raise LoadFailed(f"the scan ended as {scan['status']}")
    return time.monotonic() - began, house.worked() - worked, scan
