"""Countries by their names in the languages of the house."""

from functools import cache

from babel import Locale

LANGUAGES = ("nl", "fr", "en", "de")
CALLED = {"holland": "NL", "the netherlands": "NL", "b": "BE", "nl": "NL", "uk": "GB", "usa": "US", "england": "GB"}


def country_code(name: str) -> str:
    """Return the ISO 3166-1 code of a country by its name or code; another text comes back as it is."""
    bare = " ".join(name.split())
    if len(bare) == 2 and bare.isalpha():
        return bare.upper()
    return _codes().get(bare.casefold(), bare)


def country_name(code: str, *, language: str) -> str:
    """Return the name of a country in a language; the code itself when there is no such country."""
    names = Locale.parse(language if language in LANGUAGES else "en").territories
    return str(names.get(code, code))


@cache
def _codes() -> dict[str, str]:
    names = {
        str(name).casefold(): str(code)
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if len(str(code)) == 2 and str(code).isalpha()
    }
    return {**names, **CALLED}
