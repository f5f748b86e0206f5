"""Words: what codes are called, and what services' sentences say in the reader's language."""

import re
from typing import Any

from flask_babel import get_locale, lazy_gettext, pgettext
from flask_babel import gettext as _

from gateway.web.record_sentences import SENTENCES_OF_THE_RECORD
from shared.errors import Invalid

KINDS = {
    "natural_person": lazy_gettext("Natuurlijke persoon"),
    "legal_entity": lazy_gettext("Rechtspersoon"),
    "public_body": lazy_gettext("Overheid of rechtbank"),
    "other": lazy_gettext("Andere"),
}
STATUSES = {
    "draft": lazy_gettext("Kladversie"),
    "active": lazy_gettext("Actief"),
    "inactive": lazy_gettext("Niet actief"),
    "deceased": lazy_gettext("Overleden"),
    "dissolved": lazy_gettext("Ontbonden"),
    "merged": lazy_gettext("Samengevoegd"),
    "anonymised": lazy_gettext("Geanonimiseerd"),
}
CHOOSABLE_STATUSES = ("draft", "active", "inactive", "deceased", "dissolved")
WORK_KINDS = {
    "import": lazy_gettext("Import"),
    "scan": lazy_gettext("Dubbels nakijken"),
    "merge": lazy_gettext("Samenvoegen"),
    "gdpr": lazy_gettext("GDPR-verzoek"),
    "m365": lazy_gettext("Outlook synchroniseren"),
}
LANGUAGES = {
    "nl": lazy_gettext("Nederlands"),
    "fr": lazy_gettext("Frans"),
    "en": lazy_gettext("Engels"),
    "de": lazy_gettext("Duits"),
}
GROUPS = {
    "client": lazy_gettext("Cliënt"),
    "prospect": lazy_gettext("Prospect"),
    "counterparty": lazy_gettext("Tegenpartij"),
    "court": lazy_gettext("Rechtbank"),
    "lawyer": lazy_gettext("Advocaat/confrater"),
    "bailiff": lazy_gettext("Gerechtsdeurwaarder"),
    "notary": lazy_gettext("Notaris"),
    "expert": lazy_gettext("Deskundige"),
    "supplier": lazy_gettext("Leverancier"),
    "employee": lazy_gettext("Medewerker"),
    "own_office": lazy_gettext("Eigen kantoor"),
}
COMMUNICATION_KINDS = {
    "phone": lazy_gettext("Telefoon"),
    "mobile": lazy_gettext("Gsm"),
    "fax": lazy_gettext("Fax"),
    "email": lazy_gettext("E-mail"),
    "web": lazy_gettext("Website"),
    "ebox": lazy_gettext("eBox"),
    "peppol": lazy_gettext("Peppol"),
}
ADDRESS_LABELS = {
    "seat": lazy_gettext("Zetel"),
    "residence": lazy_gettext("Woonplaats"),
    "chosen_domicile": lazy_gettext("Gekozen woonplaats"),
    "establishment": lazy_gettext("Vestiging"),
    "po_box": lazy_gettext("Postbus"),
    "billing": lazy_gettext("Facturatie"),
    "private": lazy_gettext("Privé"),
    "other": lazy_gettext("Andere"),
}
IDENTIFIERS = {
    "kbo": lazy_gettext("KBO-nummer"),
    "kvk": lazy_gettext("KVK-nummer"),
    "rsin": lazy_gettext("RSIN"),
    "vat": lazy_gettext("Btw-nummer"),
    "establishment": lazy_gettext("Vestigingsnummer"),
}
MOMENT_STATUSES = {
    "open": lazy_gettext("Open"),
    "in_progress": lazy_gettext("Bezig"),
    "done": lazy_gettext("Afgewerkt"),
    "cancelled": lazy_gettext("Geannuleerd"),
}
MATTER_STATUSES = {"active": lazy_gettext("Actief"), "closed": lazy_gettext("Afgesloten")}
GDPR_KINDS = {
    "access": lazy_gettext("Rapport"),
    "anonymise": lazy_gettext("Anonimiseren"),
    "erase": lazy_gettext("Wissen"),
}
REQUEST_STATUSES = {
    "scheduled": lazy_gettext("Gepland"),
    "running": lazy_gettext("Bezig"),
    "done": lazy_gettext("Klaar"),
    "failed": lazy_gettext("Mislukt"),
    "cancelled": lazy_gettext("Geannuleerd"),
    "refused": lazy_gettext("Geweigerd"),
    "queued": lazy_gettext("In de wachtrij"),
    "pending": lazy_gettext("In de wachtrij"),
    "undoing": lazy_gettext("Wordt ongedaan gemaakt"),
    "undone": lazy_gettext("Ongedaan gemaakt"),
    "cancelling": lazy_gettext("Wordt gestopt"),
    "rolling_back": lazy_gettext("Wordt teruggedraaid"),
    "rolled_back": lazy_gettext("Teruggedraaid"),
}
REFUSALS = {
    "active_matter": lazy_gettext("Is partij in een lopend dossier"),
    "employee": lazy_gettext("Is medewerker van het kantoor"),
    "unknown": lazy_gettext("Bestaat niet (meer)"),
    "already_anonymised": lazy_gettext("Is al geanonimiseerd"),
    "merged": lazy_gettext("Is samengevoegd met een andere relatie"),
}
PARTICIPANTS = {
    "relations": lazy_gettext("Relaties"),
    "contacts": lazy_gettext("Contactoverzicht"),
    "enrichment": lazy_gettext("Registergegevens"),
    "gdpr": lazy_gettext("GDPR-rapporten"),
    "m365_sync": lazy_gettext("Outlook-contacten"),
    "gateway": lazy_gettext("Fiches in het geheugen"),
}
MOVED_THINGS = {
    "relation": lazy_gettext("de relatie zelf"),
    "fields": lazy_gettext("gekozen velden"),
    "alias": lazy_gettext("aliassen"),
    "communication": lazy_gettext("communicatiegegevens"),
    "address": lazy_gettext("contactadressen"),
    "membership": lazy_gettext("groepen"),
    "identifier": lazy_gettext("nummers"),
    "legal_identity": lazy_gettext("versies van de gerechtelijke identiteit"),
    "national_number": lazy_gettext("rijksregisternummers"),
    "link": lazy_gettext("verbanden"),
    "accounting": lazy_gettext("boekhouding"),
    "bank_account": lazy_gettext("bankrekeningen"),
    "photo": lazy_gettext("foto’s"),
    "matter_party": lazy_gettext("partijen in dossiers"),
    "opened": lazy_gettext("historie"),
    "change": lazy_gettext("wijzigingen"),
    "register_state": lazy_gettext("stand van de registers"),
    "hygiene_finding": lazy_gettext("punten om aan te vullen"),
    "duplicate_pair": lazy_gettext("mogelijke dubbels"),
    "moment": lazy_gettext("contactmomenten"),
    "profile": lazy_gettext("registergegevens"),
    "lookup": lazy_gettext("opvragingen"),
    "charge": lazy_gettext("kosten"),
    "alert": lazy_gettext("alerts"),
    "request_relation": lazy_gettext("GDPR-verzoeken"),
    "report": lazy_gettext("GDPR-rapporten"),
    "removal": lazy_gettext("te wissen Outlook-contacten"),
    "m365_sync.link": lazy_gettext("Outlook-contacten"),
    "second_copy": lazy_gettext("dubbele Outlook-contacten"),
    "draft": lazy_gettext("kladversies"),
}
MOVING = {
    "merged": lazy_gettext("leidt voortaan naar de andere"),
    "chosen": lazy_gettext("komt in de plaats"),
    "moved": lazy_gettext("verhuist"),
    "aside": lazy_gettext("gaat opzij: de andere heeft het al"),
    "out": lazy_gettext("gaat uit de mailbox en komt bij ongedaan maken terug"),
    "unavailable": lazy_gettext("antwoordt nu niet; verhuist zodra de dienst er weer is"),
}
MERGE_REFUSALS = {
    "same": lazy_gettext("Een relatie kan niet met zichzelf samengevoegd worden."),
    "merged": lazy_gettext("Een van beide is al samengevoegd."),
    "kind": lazy_gettext("Een persoon en een organisatie kunnen niet dezelfde relatie zijn."),
    "conflict": lazy_gettext("Dit kan nu niet: een van beide is geanonimiseerd."),
    "erasure_running": lazy_gettext(
        "Een van beide wordt op dit moment gewist of geanonimiseerd. Wacht tot dat verzoek klaar is."
    ),
    "confidential": lazy_gettext("Een van beide is vertrouwelijk en u bent niet aangeduid om ze te zien."),
    "changed_since": lazy_gettext("is sindsdien gewijzigd"),
    "too_late": lazy_gettext("De 30 dagen om dit ongedaan te maken zijn voorbij."),
    "deleted": lazy_gettext("Een van beide relaties is intussen verwijderd."),
    "erased": lazy_gettext("De relatie is intussen geanonimiseerd."),
    "merged_further": lazy_gettext(
        "De relatie is intussen zelf in een andere opgegaan: maak eerst die samenvoeging ongedaan."
    ),
}
SEVERITIES = {
    "high": lazy_gettext("Dringend"),
    "medium": lazy_gettext("Aan te vullen"),
    "low": lazy_gettext("Kan wachten"),
}
HYGIENE_RULES = {
    "client_reachable": lazy_gettext("Cliënt bereikbaar"),
    "client_address": lazy_gettext("Adres van cliënt"),
    "entity_number": lazy_gettext("Ondernemingsnummer"),
    "first_name": lazy_gettext("Voornaam"),
    "group": lazy_gettext("Groep"),
    "language": lazy_gettext("Taal"),
    "name_case": lazy_gettext("Hoofdletters"),
    "name_order": lazy_gettext("Volgorde van de naam"),
    "old_draft": lazy_gettext("Oude kladversies"),
    "no_mailing_address": lazy_gettext("Mailing-adres"),
    "wrong_number": lazy_gettext("Foute nummers"),
    "wrong_postcode": lazy_gettext("Foute postcodes"),
    "wrong_communication": lazy_gettext("Foute telefoon of e-mail"),
    "old_register_data": lazy_gettext("Oude registergegevens"),
    "dissolved_with_open_matter": lazy_gettext("Ontbonden met lopend dossier"),
    "possible_duplicate": lazy_gettext("Mogelijke dubbels"),
}
HYGIENE_MESSAGES = {
    "client_reachable": lazy_gettext("Geen adres, telefoon of e-mail"),
    "client_address": lazy_gettext("Geen contactadres"),
    "entity_number": lazy_gettext("Geen ondernemingsnummer"),
    "first_name": lazy_gettext("Geen voornaam, voorletters of roepnaam"),
    "group": lazy_gettext("Geen groep"),
    "case.no_capitals": lazy_gettext("De naam heeft geen hoofdletters"),
    "case.all_capitals": lazy_gettext("De naam staat helemaal in hoofdletters"),
    "name_order.person": lazy_gettext("De familienaam staat voor de voornaam"),
    "name_order.entity": lazy_gettext("De rechtsvorm staat voor de naam"),
    "draft_age": lazy_gettext("Nog een kladversie: zet op actief"),
    "mailing_flag": lazy_gettext("Geen mailing-adres aangeduid"),
    "invalid_number": lazy_gettext("Een nummer kan niet kloppen"),
    "invalid_postcode": lazy_gettext("Een postcode kan niet kloppen"),
    "invalid_communication": lazy_gettext("Een telefoonnummer of e-mailadres kan niet kloppen"),
    "register_age": lazy_gettext("De registergegevens zijn oud: vraag ze opnieuw op"),
    "dissolved_open_matter": lazy_gettext("Bestaat niet meer, maar is partij in een lopend dossier"),
    "duplicate": lazy_gettext("Bestaat misschien twee keer"),
}
RULE_PARAMETERS = {
    "any_of": lazy_gettext("Minstens één van"),
    "kinds": lazy_gettext("Voor de soorten"),
    "days": lazy_gettext("Na hoeveel dagen"),
    "months": lazy_gettext("Na hoeveel maanden"),
    "score": lazy_gettext("Vanaf score"),
    "longest_abbreviation": lazy_gettext("Langste afkorting in hoofdletters"),
}
CHANGE_SOURCES = {
    "user": lazy_gettext("ingevoerd"),
    "import": lazy_gettext("import"),
    "register": lazy_gettext("register"),
    "merge": lazy_gettext("samenvoeging"),
    "revert": lazy_gettext("teruggezet"),
}
MISSING = {
    "late": lazy_gettext("Dit deel antwoordde niet op tijd."),
    "unavailable": lazy_gettext("Dit deel is even niet bereikbaar."),
    "forbidden": lazy_gettext("U hebt geen recht om dit te zien."),
    "not_licensed": lazy_gettext("De licentie hiervoor staat uit."),
}
RIGHTS = {
    "read": lazy_gettext("Lezen"),
    "write": lazy_gettext("Schrijven"),
    "delete": lazy_gettext("Verwijderen"),
    "merge": lazy_gettext("Samenvoegen"),
    "export": lazy_gettext("Exporteren"),
    "gdpr": lazy_gettext("GDPR"),
    "audit": lazy_gettext("Audit"),
    "admin": lazy_gettext("Beheer"),
    "key_user": lazy_gettext("Key user"),
    "national_number": lazy_gettext("Rijksregisternummer"),
}
LICENCES = {
    "crm": lazy_gettext("CRM"),
    "companyweb": lazy_gettext("CompanyWeb"),
    "companyinfo": lazy_gettext("Company.info"),
    "graydon": lazy_gettext("Graydon"),
    "m365": lazy_gettext("Microsoft 365"),
}
DUPLICATE_REASONS = {
    "name": lazy_gettext("naam"),
    "number": lazy_gettext("ondernemingsnummer"),
    "identifier": lazy_gettext("ondernemingsnummer"),
    "kbo": lazy_gettext("KBO-nummer"),
    "kvk": lazy_gettext("KVK-nummer"),
    "vat": lazy_gettext("btw-nummer"),
    "rsin": lazy_gettext("RSIN"),
    "birth_date": lazy_gettext("geboortedatum"),
    "communication": lazy_gettext("telefoon of e-mail"),
    "phone": lazy_gettext("telefoon"),
    "email": lazy_gettext("e-mail"),
    "address": lazy_gettext("adres"),
}
ROLES = {**GROUPS, "party": lazy_gettext("Partij")}

SENTENCES = {
    "This username is taken: choose another one": lazy_gettext("Deze gebruikersnaam bestaat al."),
    "Use small letters, digits, dot, dash and underscore": lazy_gettext(
        "Gebruik kleine letters, cijfers, punt, koppelteken en liggend streepje."
    ),
    "Choose a password of 10 to 200 characters": lazy_gettext("Kies een wachtwoord van 10 tot 200 tekens."),
    "Length must be between 1 and 120.": lazy_gettext("Vul dit in, hoogstens 120 tekens."),
    "Give the relation its number first: the register is asked by it": lazy_gettext(
        "Vul eerst een KVK-nummer in: Company.info zoekt op dat nummer."
    ),
    "Missing data for required field.": lazy_gettext("Vul dit in."),
    "Field may not be null.": lazy_gettext("Vul dit in."),
    "Shorter than minimum length 1.": lazy_gettext("Vul dit in."),
    "Length must be between 1 and 200.": lazy_gettext("Vul dit in, hoogstens 200 tekens."),
    "Length must be between 1 and 254.": lazy_gettext("Vul dit in, hoogstens 254 tekens."),
    "Not a valid date.": lazy_gettext("Dit is geen geldige datum."),
    "Not a valid time.": lazy_gettext("Dit is geen geldig uur, bv. 14:30."),
    "Not a valid integer.": lazy_gettext("Geef een geheel getal."),
    "Not a valid UUID.": lazy_gettext("Kies er een uit de lijst."),
    "Give a username": lazy_gettext("Geef een gebruikersnaam: kleine letters, cijfers, punt en streepje."),
    "Give at least a last name": lazy_gettext("Geef minstens een familienaam."),
    "Give the name": lazy_gettext("Geef de naam."),
    "Write this on one line, without control characters": lazy_gettext("Schrijf dit op één regel."),
    "Two capitals, such as BE or NL": lazy_gettext("Kies een land."),
    "This is before the first day": lazy_gettext("Deze dag ligt vóór de eerste dag."),
    "Another address has this use already": lazy_gettext("Een ander adres heeft dit gebruik al."),
    "Not a valid KBO number: check the ten digits (0 or 1 first)": lazy_gettext(
        "Geen geldig KBO-nummer: kijk de tien cijfers na (beginnend met 0 of 1)."
    ),
    "A KVK number has eight digits": lazy_gettext("Een KVK-nummer heeft acht cijfers."),
    "Not a valid RSIN: check the nine digits": lazy_gettext("Geen geldig RSIN: kijk de negen cijfers na."),
    "Not a valid VAT number: give the country and all its digits, such as BE0999990123": lazy_gettext(
        "Geen geldig btw-nummer: geef de landcode en alle cijfers, bv. BE0999990123."
    ),
    "An establishment number has twelve digits (NL), or ten with a check (BE)": lazy_gettext(
        "Een vestigingsnummer heeft twaalf cijfers (NL) of tien (BE)."
    ),
    "Not a phone number: give the digits, abroad with + and the country": lazy_gettext(
        "Geen telefoonnummer: geef de cijfers, voor het buitenland met + en de landcode."
    ),
    "This phone number has too many or too few digits": lazy_gettext(
        "Dit telefoonnummer heeft te veel of te weinig cijfers."
    ),
    "Not an e-mail address: it looks like name@example.be": lazy_gettext(
        "Geen e-mailadres: het ziet eruit als naam@voorbeeld.be."
    ),
    "Not a web address: it looks like www.example.be": lazy_gettext(
        "Geen webadres: het ziet eruit als www.voorbeeld.be."
    ),
    "Not a valid IBAN: check its digits": lazy_gettext("Geen geldig IBAN: kijk het rekeningnummer na."),
    "A BIC has eight or eleven letters and digits, such as KREDBEBB": lazy_gettext(
        "Geen geldige BIC: acht of elf letters en cijfers."
    ),
    "A Belgian postcode has four digits": lazy_gettext("Een Belgische postcode heeft vier cijfers."),
    "A Dutch postcode has four digits and two letters": lazy_gettext(
        "Een Nederlandse postcode heeft vier cijfers en twee letters."
    ),
}

SENTENCES |= {
    "Give a file whose name ends in .csv, .txt, .xlsx or .vcf": lazy_gettext(
        "Geef een bestand waarvan de naam eindigt op .csv, .txt, .xlsx of .vcf."
    ),
    "The file is empty": lazy_gettext("Het bestand is leeg."),
    "The file holds no card": lazy_gettext("Er staat geen kaartje in dit bestand."),
    "The table has no rows below its header": lazy_gettext("Onder de kopregel staan geen rijen."),
    "The workbook has a password: save it without one": lazy_gettext(
        "Dit Excel-bestand heeft een wachtwoord: bewaar het zonder."
    ),
    "The workbook has no sheet with cells": lazy_gettext("In dit Excel-bestand staat geen blad met gegevens."),
    "This is an old or protected Office file: save it as .xlsx without a password": lazy_gettext(
        "Dit is een oud of beveiligd Office-bestand: bewaar het als .xlsx zonder wachtwoord."
    ),
    "This is neither a table nor business cards: give a CSV, XLSX or vCard file": lazy_gettext(
        "Dit is geen tabel en geen vCard: geef een CSV-, XLSX- of vCard-bestand."
    ),
    "This is no text: save it as CSV in UTF-8": lazy_gettext("Dit is geen tekst: bewaar het als CSV in UTF-8."),
    "The text is damaged: save it again as CSV in UTF-8": lazy_gettext(
        "De tekst is beschadigd: bewaar het opnieuw als CSV in UTF-8."
    ),
    "This is no workbook: save it as .xlsx": lazy_gettext("Dit is geen Excel-bestand: bewaar het als .xlsx."),
    "A cell is too long, or a quotation mark is left open: save the table again": lazy_gettext(
        "Een cel is te lang of een aanhalingsteken staat nog open: bewaar de tabel opnieuw."
    ),
    "Give a file, or the upload_id of one that was uploaded for a preview": lazy_gettext("Kies eerst een bestand."),
    "It was changed since": lazy_gettext("Is sindsdien gewijzigd."),
    "It is a party to a matter": lazy_gettext("Is partij in een dossier."),
}

SENTENCES |= SENTENCES_OF_THE_RECORD

ONE_OF = re.compile(r"^Choose (?:one|any) of: (.*)$")
ONLY_FOR = re.compile(r"^This field is only for the groups (.*)$")
LONGER = re.compile(r"^Longer than maximum length (\d+)\.$")


def all_told(problem: Invalid) -> str:
    """Return everything that is wrong with what was sent, one after the other."""
    return " ".join(told(message) for messages in problem.errors.values() for message in messages)


def told(sentence: str) -> str:
    """Return a service's sentence in the reader's language; one we do not know is left as it is."""
    if sentence in SENTENCES:
        return str(SENTENCES[sentence])
    if longer := LONGER.match(sentence):
        return str(_("Hoogstens %(most)s tekens.", most=longer.group(1)))
    if choices := ONE_OF.match(sentence):
        return str(_("Kies uit: %(choices)s.", choices=choices.group(1)))
    if groups := ONLY_FOR.match(sentence):
        names = ", ".join(word(GROUPS, code) for code in groups.group(1).split(", "))
        return str(_("Dit veld is alleen voor: %(groups)s.", groups=names))
    return sentence


def word(words: dict[str, Any], code: Any) -> str:
    """Return what a code is called; an unknown code is shown as it is."""
    return str(words.get(code, code or ""))


def group_names(groups: list[dict[str, Any]]) -> dict[str, str]:
    """Return the office's own names of groups by code, in the reader's language."""
    language = str(get_locale())
    return {
        group["code"]: str((group.get("labels") or {}).get(language) or word(GROUPS, group["code"])) for group in groups
    }


def choices_of(words: dict[str, Any], *, first: Any = None) -> list[tuple[str, Any]]:
    """Return codes and their words to choose from; ``first`` names the choice of none."""
    chosen = [(code, str(name)) for code, name in words.items()]
    return chosen if first is None else [("", str(first)), *chosen]


def anybody() -> str:
    """Return what a filter on people is called when it filters nothing."""
    return str(pgettext("filter", "iedereen"))
