"""What makes a relation findable: its search text and the words it is looked up by, kept with every change."""

from collections.abc import Iterable

from relations.record.domain import Name, plain, words_of
from relations.record.models import Relation, SearchWord

LONGEST_WORD = 80


def name_of(relation: Relation) -> Name:
    """Return the name parts of a relation."""
    columns = (
        "first_names", "call_name", "initials", "prefix", "last_name", "birth_name", "suffix",
        "legal_name", "short_name", "trade_names",
    )  # fmt: skip
    return Name(relation.kind, {column: getattr(relation, column) for column in columns})


def refresh_names(relation: Relation, *, also: Iterable[str] = ()) -> None:
    """Derive display name, sort name, search text and search words anew; ``also`` are other texts to be found by."""
    name = name_of(relation)
    if not relation.display_name_is_own:
        relation.display_name = name.display()[:300]
    relation.sort_name = name.sort(relation.display_name)[:300]
    cities = [address.city for address in relation.addresses]
    emails = [entry.normalised for entry in relation.communications if entry.kind == "email"]
    forms = [relation.display_name, *name.all_forms(), *(alias.name for alias in relation.aliases), *also]
    relation.search_text = " | ".join(dict.fromkeys(plain(text) for text in (*forms, *cities, *emails) if text))
    wanted = {word[:LONGEST_WORD] for word in words_of((*forms, *cities))}
    relation.words = [entry for entry in relation.words if entry.word in wanted] + [
        SearchWord(word=word) for word in sorted(wanted - {entry.word for entry in relation.words})
    ]
