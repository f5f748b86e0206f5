"""French and English say everything that Dutch says."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import gateway.web

PAGES = Path(gateway.web.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACES = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def texts() -> set[tuple[str | None, str]]:
    """Gather every text of the pages, with its context."""
    found = extract_from_dir(PAGES, METHODS, keywords=KEYWORDS)
    return {(context, text[0] if isinstance(text, tuple) else text) for _, _, text, _, context in found}


def catalogue(language: str) -> Catalog:
    """Return a catalogue of the pages."""
    with (PAGES / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_is_translated_and_nothing_is_left_over_or_fuzzy(
    language: str, texts: set[tuple[str | None, str]]
) -> None:
    messages = [message for message in catalogue(language) if message.id]
    known = {(message.context, message.id[0] if message.pluralizable else message.id) for message in messages}
    assert not texts - known
    assert not known - texts
    assert not [message.id for message in messages if message.fuzzy or not message.string]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_translation_keeps_the_places_for_values(language: str) -> None:
    for message in catalogue(language):
        if message.id and not message.pluralizable:
            assert set(PLACES.findall(str(message.id))) == set(PLACES.findall(str(message.string))), message.id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_compiled_catalogue_says_what_the_written_one_says(language: str) -> None:
    with (PAGES / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in catalogue(language):
        if message.pluralizable:
            assert [compiled.ngettext(*message.id, number) for number in (1, 2)] == list(message.string)
        elif message.context:
            assert compiled.pgettext(message.context, message.id) == message.string
        elif message.id:
            assert compiled.gettext(message.id) == message.string
