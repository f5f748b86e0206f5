"""What the service relations says of the wider record, in the reader's language."""

from flask_babel import lazy_gettext

SENTENCES_OF_THE_RECORD = {
    "Choose one of the addresses of this relation": lazy_gettext("Kies een van de adressen van deze relatie."),
    "There is no address at this place in the body": lazy_gettext("Dit adres is er niet meer: kies een ander."),
    "There is no such field: define it first": lazy_gettext("Dit veld bestaat niet (meer)."),
    "This field is retired: it takes no new values": lazy_gettext(
        "Dit veld is buiten gebruik: laat het zoals het was."
    ),
    "Give true or false": lazy_gettext("Kies ja of nee."),
    "Give a number": lazy_gettext("Geef een getal."),
    "Give a date, such as 2026-01-31": lazy_gettext("Dit is geen geldige datum."),
    "Not a valid number.": lazy_gettext("Geef een getal."),
    "Not a valid number of this kind: check its digits": lazy_gettext(
        "Geen geldig nummer van deze soort: kijk het na."
    ),
    "Only a natural person has a national number": lazy_gettext("Alleen een natuurlijke persoon heeft dit nummer."),
    "A relation is not linked to itself": lazy_gettext("Een relatie heeft geen verband met zichzelf."),
    "There is no such relation": lazy_gettext("Deze relatie bestaat niet (meer)."),
    "Must be greater than or equal to 0 and less than or equal to 365.": lazy_gettext("Geef een aantal dagen tot 365."),
    "Give at least one option to choose from": lazy_gettext("Geef minstens één keuze."),
    "The picture was left out: it is damaged, too large, or neither PNG, JPEG nor WebP": lazy_gettext(
        "De foto is weggelaten: ze is beschadigd, te groot of geen PNG, JPEG of WebP."
    ),
}
