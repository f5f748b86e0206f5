"""What is imported is what posting it would have made, and what is refused is refused in the same words."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from relations.testing.importing import a_table, imported
from shared.testing.kit import ServiceKit

SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters=",;|`")
TEXTS = st.text(SIGNS, min_size=1, max_size=12).filter(str.strip)
NAMES = st.sampled_from(["Janssens", "Peeters-Dubois", "d'Hondt", "ÇELİK", "Straße", "Øster", "van de Velde"]) | TEXTS
PLACES: dict[str, st.SearchStrategy[str]] = {
    "person.title": TEXTS,
    "person.first_names": NAMES,
    "person.prefix": st.sampled_from(["van", "de la"]),
    "person.last_name": NAMES,
    "person.birth_name": NAMES,
    "person.birth_date": st.dates(date(1900, 1, 1), date(2020, 1, 1)).map(date.isoformat) | st.just("1900-13-01"),
    "entity.legal_name": NAMES,
    "entity.legal_form": st.sampled_from(["BV", "NV"]),
    "identifiers.kbo": st.sampled_from(["0999.990.123", "0999990124"]),
    "identifiers.vat": st.sampled_from(["BE 0999.990.123", "NL1"]),
    "communications.email": st.emails() | st.sampled_from(["Lies.Jans@Example.com", "a@b", "@", "x..y@example.com"]),
    "communications.mobile": st.sampled_from(["0470 12 34 56", "+31612345678", "12"]),
    "communications.web": st.sampled_from(["www.example.be", "nergens"]),
    "addresses.street": st.just("Kerkstraat") | TEXTS,
    "addresses.number": st.integers(1, 400).map(str),
    "addresses.zip": st.sampled_from(["9000", "1234 ab", "999999"]),
    "addresses.city": NAMES,
    "addresses.country": st.sampled_from(["BE", "NL", "Nergensland"]),
    "groups": st.sampled_from(["client", "notary", "nobody"]),
    "kind": st.sampled_from(["natural_person", "legal_entity", "public_body", "other"]),
    "language": st.sampled_from(["nl", "fr", "xx"]),
    "display_name": NAMES,
    "memo": TEXTS,
    "warning": TEXTS,
    "varia.shoe": TEXTS,
}
ROWS = st.lists(st.fixed_dictionaries({}, optional=PLACES).filter(bool), min_size=1, max_size=12)
OWN_WORDS = "SELECT array_agg(word ORDER BY word) FROM search_word WHERE relation_id = r.id"
WHOLE_ROW = text(f"SELECT to_jsonb(r) AS own, ({OWN_WORDS}) AS words FROM relation r WHERE id = ANY(:ids)")
DIFFERS = ("id", "number", "created_at", "updated_at", "duplicates")


def posted(row: dict[str, str]) -> dict[str, Any]:
    """Return the body by which a user would register what a row says."""
    body: dict[str, Any] = {}
    for place in PLACES:  # in the order of the columns
        cell = row.get(place)
        if cell is None:
            continue
        first, _, rest = place.partition(".")
        if first in ("person", "entity", "identifiers", "varia"):
            body.setdefault(first, {})[rest] = cell.strip()
        elif first == "communications":
            body.setdefault(first, []).append({"kind": rest, "value": cell.strip()})
        elif first == "addresses":
            body.setdefault(first, [{}])[0][rest] = cell.strip()
        else:
            body[first] = [cell.strip()] if first == "groups" else cell.strip()
    return body


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what differs between any two relations."""
    return {
        name: [bare(part) if isinstance(part, dict) else part for part in value] if isinstance(value, list) else value
        for name, value in document.items()
        if name not in DIFFERS
    }


def kept(relations: ServiceKit, relation_id: str) -> Any:
    """Return the row of a relation and its search words, without what differs between any two."""
    with relations.database.reading() as connection:
        row = connection.execute(WHOLE_ROW, {"ids": [UUID(relation_id)]}).one()
    return bare(row.own), row.words


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to make a failing table small takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS)
def test_an_imported_row_is_the_relation_that_posting_it_makes(
    relations: ServiceKit, rows: list[dict[str, str]]
) -> None:
    anna = relations.as_user()
    define = {"key": "shoe", "level": "relation", "type": "text", "searchable": True,
              "labels": {"nl": "x", "fr": "x", "en": "x"}}  # fmt: skip
    assert anna.post("/varia-definitions", json=define).status_code in (201, 409)
    for row in rows:
        row.setdefault("kind", "natural_person")
        other = "entity" if row["kind"] == "natural_person" else "person"
        for place in [place for place in row if place.startswith(f"{other}.")]:
            del row[place]  # the import puts the other name into the memo
        if "addresses.street" in row:
            row.setdefault("addresses.number", "1")  # else the import takes the street apart
    places = list(PLACES)
    table = a_table([[row.get(place, "") for place in places] for row in rows], header=places)
    report = imported(relations, table, mapping={place: place for place in places})
    with relations.database.reading() as connection:
        made = dict(
            connection.execute(
                text("SELECT row, relation_id::text FROM import_created WHERE import_id = :id"), {"id": report["id"]}
            ).all()
        )
    for number, row in enumerate(rows, start=2):
        answer = anna.post("/relations", json=posted(row))
        if answer.status_code == 201:
            alone = answer.json["id"]
            assert bare(anna.get(f"/relations/{made[number]}").json) == bare(anna.get(f"/relations/{alone}").json)
            assert kept(relations, made[number]) == kept(relations, alone)
        else:
            said = {error["message"] for error in report["errors"] if error["row"] == number}
            assert said == {message for messages in answer.json["errors"].values() for message in messages}
