"""Bodies read quickly are read as the schema reads them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from relations.record.home import at_home_in
from relations.record.schemas import RelationIn

TEXTS = st.text(max_size=12)


def outcome(read: Callable[[Any], Any], body: Any) -> Any:
    try:
        return read(body)
    except ValidationError as error:
        return error.messages


WRONG = st.sampled_from([None, 1, "", [], {}, "x" * 400, "a\nb", True, [None]])
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["email", "phone", "former", "shout"]),
        "value": st.sampled_from(["a@example.com", "0470123456", ""]) | WRONG,
        "name": TEXTS | WRONG,
        "street": TEXTS | WRONG,
        "zip": st.sampled_from(["9000", "1"]),
        "country": st.sampled_from(["BE", "be", ""]),
        "mailing": st.booleans() | WRONG,
        "valid_from": st.sampled_from(["2020-01-01", "2030-01-01"]),
        "valid_to": st.sampled_from(["2025-01-01", "never"]),
        "surprise": WRONG,
    },
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["natural_person", "legal_entity", "ghost"]) | WRONG,
        "person": st.fixed_dictionaries({}, optional={"last_name": TEXTS | WRONG, "birth_date": WRONG}) | WRONG,
        "entity": st.fixed_dictionaries({"legal_name": TEXTS}, optional={"trade_names": st.lists(TEXTS)}) | WRONG,
        "identifiers": st.fixed_dictionaries({}, optional={"kvk": st.sampled_from(["68750110", "1"]) | WRONG}),
        "communications": st.lists(PARTS, max_size=3) | WRONG,
        "addresses": st.lists(PARTS, max_size=3) | WRONG,
        "aliases": st.lists(PARTS, max_size=3) | WRONG,
        "groups": st.lists(st.sampled_from(["client", "Client!"])) | WRONG,
        "varia": st.dictionaries(st.sampled_from(["a", "A b"]), WRONG) | WRONG,
        "accounting": st.fixed_dictionaries({}, optional={"payment_term_days": st.integers(-1, 400) | WRONG}),
        "memo": WRONG,
        "surprise": WRONG,
    },
)


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_reading_quickly_finds_the_same_as_the_schema_and_the_same_complaints(body: dict[str, Any]) -> None:
    schema = RelationIn()
    with at_home_in("BE"):
        assert outcome(schema.load, body) == outcome(partial(Schema.load, schema), body)
