"""Marks on columns drive what is reported and what is forgotten."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import JSON, Column, ForeignKey, Integer, MetaData, Table, Text, Uuid, insert, select

from shared import privacy
from shared.db import Database
from shared.ids import new_id
from shared.privacy import belongs_through, belongs_to_relation, not_personal, personal

metadata = MetaData()
letter = Table(
    "letter",
    metadata,
    Column("id", Uuid, primary_key=True, info=not_personal()),
    Column("relation_id", Uuid, info=not_personal()),
    Column("words", Text, nullable=False, info=personal("letter", on_erase="blank")),
    Column("note", Text, info=personal("letter", on_erase="blank")),
    Column("facts", JSON, nullable=False, info=personal("letter", on_erase="blank")),
    Column("tags", JSON, nullable=False, default=list, info=personal("letter", on_erase="blank")),
    Column("year", Integer, nullable=False, info=not_personal()),
    info=belongs_to_relation(),
)
page = Table(
    "page",
    metadata,
    Column("id", Uuid, primary_key=True, info=not_personal()),
    Column("letter_id", ForeignKey("letter.id"), info=not_personal()),
    Column("words", Text, nullable=False, info=personal("letter", on_erase="delete_row")),
    info=belongs_through("letter_id", "letter"),
)
scribble = Table(
    "scribble",
    metadata,
    Column("id", Uuid, primary_key=True, info=not_personal()),
    Column("page_id", ForeignKey("page.id", ondelete="CASCADE"), info=not_personal()),
    Column("words", Text, nullable=False, info=personal("letter", on_erase="delete_row")),
    info=belongs_through("page_id", "page"),
)
price = Table(
    "price",
    metadata,
    Column("id", Uuid, primary_key=True, info=not_personal()),
    Column("relation_id", Uuid, info=not_personal()),
    info=belongs_to_relation(),
)


@pytest.fixture
def archive(store: Database) -> Iterator[Database]:
    metadata.create_all(store.engine)
    yield store
    metadata.drop_all(store.engine)


def keep(archive: Database, relation_id: UUID) -> None:
    letter_id, page_id = new_id(), new_id()
    with archive.transaction() as session:
        row = {
            "id": letter_id,
            "relation_id": relation_id,
            "words": "Beste",
            "note": "x",
            "facts": {"a": 1},
            "tags": ["b"],
        }
        session.execute(insert(letter).values(**row, year=2026))
        session.execute(insert(page).values(id=page_id, letter_id=letter_id, words="Jan"))
        session.execute(insert(scribble).values(id=new_id(), page_id=page_id, words="bel terug"))
        session.execute(insert(price).values(id=new_id(), relation_id=relation_id))


def rows(archive: Database, table: Table) -> list[dict[str, Any]]:
    with archive.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_erasure_blanks_or_deletes_as_marked_through_parents_and_leaves_others_alone(archive: Database) -> None:
    forgotten, other = new_id(), new_id()
    keep(archive, forgotten)
    keep(archive, other)
    with archive.transaction() as session:
        touched = privacy.erase(session, metadata, relation_ids=[forgotten])
    assert touched == 3
    blanked = next(row for row in rows(archive, letter) if row["relation_id"] == forgotten)
    kept = next(row for row in rows(archive, letter) if row["relation_id"] == other)
    assert (blanked["words"], blanked["note"], blanked["facts"], blanked["tags"]) == ("", None, {}, [])
    assert blanked["year"] == 2026
    assert (kept["words"], kept["note"], kept["facts"]) == ("Beste", "x", {"a": 1})
    assert [row["letter_id"] for row in rows(archive, page)] == [kept["id"]]
    assert len(rows(archive, scribble)) == 1
    assert len(rows(archive, price)) == 2


def test_a_report_holds_every_row_of_the_relation_and_of_nobody_else(archive: Database) -> None:
    asked, other = new_id(), new_id()
    keep(archive, asked)
    keep(archive, other)
    with archive.transaction() as session:
        found = privacy.export(session, metadata, relation_id=asked)
        privacy.erase(session, metadata, relation_ids=[asked])
        after = privacy.export(session, metadata, relation_id=asked)
    assert {table: len(held) for table, held in found.items()} == {"letter": 1, "page": 1, "scribble": 1, "price": 1}
    assert found["letter"][0]["relation_id"] == asked
    assert set(after) == {"letter", "price"}


def test_a_forgotten_mark_and_a_table_without_subject_are_found() -> None:
    careless = MetaData()
    Table("a", careless, Column("id", Uuid, primary_key=True), Column("b", Text, info=not_personal()))
    Table("c", careless, Column("d", Text, info=personal("x", on_erase="blank")))
    assert privacy.unmarked_columns([careless, metadata]) == ["a.id"]
    assert privacy.tables_without_subject(careless) == ["c"]
    assert privacy.tables_without_subject(metadata) == []


def test_the_catalogue_names_every_personal_field_and_its_fate() -> None:
    fates = {(entry["table"], entry["field"]): entry["on_erase"] for entry in privacy.catalogue(metadata)}
    assert fates == {
        ("letter", "words"): "blank",
        ("letter", "note"): "blank",
        ("letter", "facts"): "blank",
        ("letter", "tags"): "blank",
        ("page", "words"): "delete_row",
        ("scribble", "words"): "delete_row",
    }
