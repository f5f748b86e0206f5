"""How a relation is addressed: on the envelope, at the beginning of a letter and at its end, in four languages.

What is generated follows the form of address; without one a letter stays neutral. French openings and closings name
the title alone, as good manners ask there.
"""

from dataclasses import dataclass

FORMS = ("mr", "mrs", "mx", "couple", "sirs", "master", "doctor", "professor")


@dataclass(frozen=True)
class Addressing:
    """What a letter calls somebody: ``salutation`` on the envelope, ``opening`` and ``closing`` of the letter."""

    salutation: str
    letter_opening: str
    letter_closing: str


@dataclass(frozen=True)
class Style:
    """One form of address in one language; ``{name}`` is the full name, ``{last}`` the last name with its prefix."""

    salutation: str
    opening: str


STYLES: dict[str, dict[str, Style]] = {
    "nl": {
        "mr": Style("De heer {name}", "Geachte heer {last},"),
        "mrs": Style("Mevrouw {name}", "Geachte mevrouw {last},"),
        "mx": Style("{name}", "Geachte {name},"),
        "couple": Style("De heer en mevrouw {last}", "Geachte heer en mevrouw {last},"),
        "sirs": Style("{name}", "Geachte heren,"),
        "master": Style("Meester {name}", "Geachte confrater,"),
        "doctor": Style("Dokter {name}", "Geachte dokter {last},"),
        "professor": Style("Professor {name}", "Geachte professor {last},"),
    },
    "fr": {
        "mr": Style("Monsieur {name}", "Monsieur,"),
        "mrs": Style("Madame {name}", "Madame,"),
        "mx": Style("{name}", "Madame, Monsieur,"),
        "couple": Style("Monsieur et Madame {last}", "Madame, Monsieur,"),
        "sirs": Style("{name}", "Messieurs,"),
        "master": Style("Maître {name}", "Cher Confrère,"),
        "doctor": Style("Docteur {name}", "Docteur,"),
        "professor": Style("Professeur {name}", "Professeur,"),
    },
    "en": {
        "mr": Style("Mr {name}", "Dear Mr {last},"),
        "mrs": Style("Ms {name}", "Dear Ms {last},"),
        "mx": Style("{name}", "Dear {name},"),
        "couple": Style("Mr and Mrs {last}", "Dear Mr and Mrs {last},"),
        "sirs": Style("{name}", "Dear Sirs,"),
        "master": Style("{name}", "Dear Colleague,"),
        "doctor": Style("Dr {name}", "Dear Dr {last},"),
        "professor": Style("Professor {name}", "Dear Professor {last},"),
    },
    "de": {
        "mr": Style("Herrn {name}", "Sehr geehrter Herr {last},"),
        "mrs": Style("Frau {name}", "Sehr geehrte Frau {last},"),
        "mx": Style("{name}", "Guten Tag {name},"),
        "couple": Style("Herrn und Frau {last}", "Sehr geehrte Frau {last}, sehr geehrter Herr {last},"),
        "sirs": Style("{name}", "Sehr geehrte Herren,"),
        "master": Style("{name}", "Sehr geehrte Kollegin, sehr geehrter Kollege,"),
        "doctor": Style("Dr. {name}", "Guten Tag Dr. {last},"),
        "professor": Style("Professor {name}", "Guten Tag Professor {last},"),
    },
}

NEUTRAL = {
    "nl": Style("{name}", "Geachte heer, mevrouw,"),
    "fr": Style("{name}", "Madame, Monsieur,"),
    "en": Style("{name}", "Dear Sir or Madam,"),
    "de": Style("{name}", "Sehr geehrte Damen und Herren,"),
}

CLOSINGS = {
    "nl": "Met de meeste hoogachting,",
    "fr": "Veuillez agréer, {title}, l'expression de mes sentiments distingués.",
    "en": "Yours sincerely,",
    "de": "Mit freundlichen Grüßen",
}

NO_NAME_IN_ENGLISH = "Yours faithfully,"
"""English letters that open without a name close like this."""


def address_somebody(*, form: str, language: str, name: str, last_name: str) -> Addressing:
    """Return how somebody is addressed in a language; ``last_name`` comes with its prefix and may be empty."""
    style = STYLES[language].get(form, NEUTRAL[language])
    called = last_name or name
    if language == "nl":  # in the middle of a line, where no first name precedes it, the prefix gets its capital
        called = called[:1].upper() + called[1:]
    opening = style.opening.format(name=name, last=called)
    return Addressing(style.salutation.format(name=name, last=called), opening, _closing(language, style, opening))


def _closing(language: str, style: Style, opening: str) -> str:
    if language == "en" and "{" not in style.opening and style.opening != STYLES["en"]["master"].opening:
        return NO_NAME_IN_ENGLISH
    return CLOSINGS[language].format(title=opening.removesuffix(","))
