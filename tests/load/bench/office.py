"""A large office, written straight into the database of relations: as many relations as wanted, all made up."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from relations.record.domain import Name, plain, words_of
from shared.ids import new_id

FIRST = ("Lies", "Jan", "Éloïse", "Karel", "Fatima", "Tom", "Hilde", "Pieter", "Sofie", "Marc", "Anke", "Bram", "Noor")
STARTS = ("Van ", "De ", "", "", "", "Ver", "Van den ", "Ter ", "", "")
MIDDLES = (
    "Jans", "Peet", "Maer", "Wout", "Claes", "Goos", "Merten", "Jacob", "Michiel", "Dubois", "Lambert", "Martens",
    "Willem", "Hermans", "Smet", "Bosch", "Meul", "Berg", "Hoeve", "Brug", "Kerk", "Dijk", "Velde", "Broeck", "Heuvel",
)  # fmt: skip
ENDS = ("sens", "ers", "mans", "s", "ens", "aert", "inck", "houdt", "", "el", "ema", "stra", "ink", "ghe")
CITIES = (("9000", "Gent"), ("2000", "Antwerpen"), ("8000", "Brugge"), ("1000", "Brussel"), ("3000", "Leuven"))

PIECES = ("jan", "peet", "verm", "broe", "kerk", "lamb", "mertens", "hoev", "claes", "dub", "michiel", "woute")
"""Pieces of names a secretary might type."""


def fill(url: str, *, count: int, seed: int = 7) -> list[UUID]:
    """Add relations until there are ``count`` more; return the ids of the first 20,000 added."""
    chance = random.Random(seed)
    ids: list[UUID] = []
    with psycopg.connect(url) as connection:
        # No triggers: to have a million rows held against the house rules is not what is being measured.
        connection.execute("SET session_replication_role = replica")
        while count > 0:
            batch = [_relation(chance) for _ in range(min(count, 50_000))]
            _copy(connection, batch)
            connection.commit()
            ids += [relation["id"] for relation in batch][: max(0, 20_000 - len(ids))]
            count -= len(batch)
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return ids


def a_body(number: int, chance: random.Random) -> dict[str, Any]:
    """Return a relation with an address and two communications, to be registered through the API."""
    first, last = chance.choice(FIRST), _last_name(chance)
    zip_code, city = chance.choice(CITIES)
    return {
        "kind": "natural_person",
        "person": {"first_names": first, "last_name": last},
        "groups": ["client"],
        "communications": [
            {"kind": "email", "value": f"bench{number}@example.com"},
            {"kind": "mobile", "value": f"+3247{number % 10_000_000:07d}"},
        ],
        "addresses": [
            {"label": "residence", "street": "Kerkstraat", "number": str(number % 300), "zip": zip_code, "city": city,
             "country": "BE", "matter_correspondence": True, "mailing": True}
        ],
    }  # fmt: skip


def _last_name(chance: random.Random) -> str:
    second = chance.choice(("", "", "-" + chance.choice(MIDDLES)))
    return chance.choice(STARTS) + chance.choice(MIDDLES) + chance.choice(ENDS) + second


def _relation(chance: random.Random) -> dict[str, Any]:
    name = Name("natural_person", {"first_names": chance.choice(FIRST), "last_name": _last_name(chance)})
    zip_code, city = chance.choice(CITIES)
    return {"id": new_id(), "name": name, "zip": zip_code, "city": city, "phone": f"+3248{chance.randrange(10**7):07d}"}


def _copy(connection: psycopg.Connection[Any], batch: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    columns = (
        "id, kind, status, language, display_name, display_name_is_own, sort_name, search_text, title, initials,"
        " first_names, call_name, prefix, last_name, birth_name, suffix, legal_name, trade_names, short_name,"
        " legal_form, memo, warning, varia, version, created_by, created_at, updated_at"
    )
    _copy_rows(connection, f"relation ({columns})", (_relation_row(relation, now) for relation in batch))
    words = ((word, one["id"]) for one in batch for word in words_of([one["name"].display(), one["city"]]))
    _copy_rows(connection, "search_word (word, relation_id)", words)
    _copy_rows(connection, "membership (relation_id, code)", ((one["id"], "client") for one in batch))
    phones = ((new_id(), one["id"], 0, "mobile", one["phone"], one["phone"], "", False, False) for one in batch)
    _copy_rows(
        connection,
        "communication (id, relation_id, position, kind, value, normalised, label, preferred, do_not_use)",
        phones,
    )
    addresses = (
        (new_id(), one["id"], 0, "residence", [], "", "", "", "Kerkstraat", str(one["id"].int % 300 + 1), "",
         one["zip"], one["city"], "BE", True, True, "{}")
        for one in batch
    )  # fmt: skip
    _copy_rows(
        connection,
        "address (id, relation_id, position, label, recipient_lines, contact_person, title, building, street, number,"
        " box, zip, city, country, matter_correspondence, mailing, varia)",
        addresses,
    )


def _relation_row(relation: dict[str, Any], now: datetime) -> tuple[Any, ...]:
    name: Name = relation["name"]
    display = name.display()
    searched = " | ".join(plain(text) for text in (display, *name.all_forms(), relation["city"]))
    first, last = name.parts["first_names"], name.parts["last_name"]
    return (
        relation["id"], "natural_person", "active", "nl", display, False, name.sort(display), searched, "", "", first,
        "", "", last, "", "", "", [], "", "", "", "", "{}", 1, "bench", now, now,
    )  # fmt: skip


def _copy_rows(connection: psycopg.Connection[Any], target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
