"""The words of a document in one language; what has no word yet is shown by its own name, readably."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from babel.dates import format_date, format_datetime

LANGUAGES = ("nl", "fr", "en")
LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}
OFFICE_TIME = ZoneInfo("Europe/Brussels")
FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Texts:
    """The words of one language."""

    language: str
    words: dict[str, dict[str, str]]

    def page(self, key: str, **values: str) -> str:
        """Return a text of the page, filled in; raises ``KeyError`` for one that nobody wrote."""
        return self.words["page"][key].format(**values)

    def name(self, section: str, key: str) -> str:
        """Return the name of a source, table, field, category or reason."""
        return self.words[section].get(key) or key.replace("_", " ").capitalize()

    def value(self, value: Any) -> str:
        """Return a value as a person would write it; lists and structures become lines."""
        if isinstance(value, bool):
            return self.page("yes" if value else "no")
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            lines = [self.value(each) for each in value if _says_something(each)]
            return ("\n" if any("\n" in line or ": " in line for line in lines) else ", ").join(lines)
        if isinstance(value, dict):
            told = {key: inner for key, inner in value.items() if _says_something(inner)}
            return "\n".join(f"{self.name('fields', key)}: {self.value(inner)}" for key, inner in told.items())
        return str(value)

    def moment(self, moment: datetime) -> str:
        """Return a moment in the office's time."""
        return format_datetime(moment.astimezone(OFFICE_TIME), "d MMMM y, HH:mm", locale=LOCALES[self.language])

    def _text(self, text: str) -> str:
        if text in self.words["values"]:
            return self.words["values"][text]
        if len(text) < 10 or not (text[:4].isdecimal() and text[4] == "-" == text[7]):
            return text
        try:
            if len(text) == 10:
                return format_date(date.fromisoformat(text), "d MMMM y", locale=LOCALES[self.language])
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return self.moment(moment) if moment.tzinfo else text


def _says_something(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


@cache
def texts_in(language: str) -> Texts:
    """Return the words of a language; of Dutch for a language that has none."""
    known = language if language in LANGUAGES else "nl"
    return Texts(known, orjson.loads((FOLDER / f"{known}.json").read_bytes()))
