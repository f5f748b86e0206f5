"""What makes a relation findable: its search text and the words it is looked up by, kept with every change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from relations.record.domain import Name, plain
from relations.record.models import Relation, SearchWord

LONGEST_WORD = 80
LONGEST_NAME = 300
WORD = re.compile(r"[^\W_]+")


def name_of(relation: Relation) -> Name:
    """Return the name parts of a relation."""
    columns = (
        "first_names", "call_name", "initials", "prefix", "last_name", "birth_name", "suffix",
        "legal_name", "short_name", "trade_names",
    )  # fmt: skip
    return Name(relation.kind, {column: getattr(relation, column) for column in columns})


@dataclass(frozen=True)
class Findable:
    """What a relation is listed under and found by."""

    display_name: str
    sort_name: str
    search_text: str
    words: list[str]


def findable(
    name: Name, *, own: str | None, aliases: Iterable[str], cities: Iterable[str], emails: Iterable[str],
    also: Iterable[str] = (),
) -> Findable:  # fmt: skip
    """Return what a relation is found by; ``own`` is its own display name, ``also`` are other texts."""
    display = own or name.display()[:LONGEST_NAME]
    looked_up = [plain(text) for text in (display, *name.all_forms(), *aliases, *also, *cities) if text]
    return Findable(
        display,
        name.sort(display)[:LONGEST_NAME],
        " | ".join(dict.fromkeys((*looked_up, *(plain(email) for email in emails if email)))),
        sorted({word[:LONGEST_WORD] for word in WORD.findall(" ".join(looked_up))}),
    )


def refresh_names(relation: Relation, *, also: Iterable[str] = ()) -> None:
    """Derive display name, sort name, search text and search words anew; ``also`` are other texts to be found by."""
    found = findable(
        name_of(relation),
        own=relation.display_name if relation.display_name_is_own else None,
        aliases=[alias.name for alias in relation.aliases],
        cities=[address.city for address in relation.addresses],
        emails=[entry.normalised for entry in relation.communications if entry.kind == "email"],
        also=also,
    )
    relation.display_name, relation.sort_name = found.display_name, found.sort_name
    relation.search_text = found.search_text
    present = {entry.word for entry in relation.words}
    relation.words = [entry for entry in relation.words if entry.word in found.words] + [
        SearchWord(word=word) for word in found.words if word not in present
    ]
