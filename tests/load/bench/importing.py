"""A large table, imported through the public API."""

import csv
import io
import random
import time

from bench.load import LoadFailed
from bench.office import a_body
from shared.testing.client import ApiClient

IMPORTED = 20_000
HEADER = ("voornaam", "naam", "e-mail", "gsm", "straat", "nr", "postcode", "gemeente", "land", "groep")
PATIENCE = 600.0


def run_import(client: ApiClient, *, count: int) -> float:
    """Import so many relations with an address and two communications each; return the seconds it took."""
    content = _table(count)
    started = time.monotonic()
    answer = client.call("POST", "/imports", files={"file": ("kantoor.csv", content, "text/csv")})
    if answer.status_code != 202:
        raise LoadFailed(f"the import was answered with {answer.status_code}")
    while True:
        report = client.get(f"/imports/{answer.json()['id']}")
        if report["status"] not in ("queued", "running"):
            break
        if time.monotonic() - started > PATIENCE:
            raise LoadFailed(f"{report['done']} of {count} rows within {PATIENCE:g} s")
        time.sleep(0.2)
    if report["created"] != count:
        raise LoadFailed(f"{report['created']} of {count} relations were made")
    return time.monotonic() - started


def _table(count: int) -> bytes:
    chance = random.Random(19)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADER)
    for number in range(9_000_000, 9_000_000 + count):
        body = a_body(number, chance)
        (address,), (email, mobile) = body["addresses"], body["communications"]
        writer.writerow(
            (
                body["person"]["first_names"], body["person"]["last_name"], email["value"], mobile["value"],
                address["street"], address["number"], address["zip"], address["city"], address["country"], "client",
            )
        )  # fmt: skip
    return text.getvalue().encode()
