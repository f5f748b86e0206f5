"""Where columns go by their headers: as offices name them in three languages, and as Outlook and Google export them."""

import re
from collections.abc import Sequence

from relations.imports.domain import is_place
from relations.record.domain import plain

NAMES: dict[str, str] = {
    "person.title": "titel|titre|title|aanspreektitel|name prefix|prefix|aanhef|civilite|suffix titel",
    "person.initials": "initialen|voorletters|initiales|initials",
    "person.first_names": "voornaam|voornamen|prenom|prenoms|first name|first names|given name|firstname",
    "person.call_name": "roepnaam|nickname|surnom|bijnaam|prenom usuel|call name",
    "person.prefix": "voorvoegsel|tussenvoegsel|tussenvoegsels|particule|name particle",
    "person.last_name": "achternaam|familienaam|last name|family name|surname|nom de famille|lastname",
    "person.birth_name": "geboortenaam|meisjesnaam|nom de naissance|nom de jeune fille|birth name|maiden name",
    "person.suffix": "achtervoegsel|suffixe|suffix|name suffix",
    "person.birth_date": "geboortedatum|geboren|verjaardag|date de naissance|anniversaire|birth date|birthday"
    "|date of birth",
    "entity.legal_name": "bedrijf|bedrijfsnaam|firma|firmanaam|onderneming|vennootschap|organisatie|societe|entreprise"
    "|raison sociale|denomination|company|company name|organization|organisation|organization name"
    "|organization 1 name|legal name",
    "entity.short_name": "korte naam|afkorting|abreviation|sigle|short name",
    "entity.trade_names": "handelsnaam|handelsnamen|nom commercial|trade name|trade names",
    "entity.legal_form": "rechtsvorm|forme juridique|legal form",
    "identifiers.kbo": "kbo|kbo nummer|ondernemingsnummer|bce|numero bce|numero d entreprise|no entreprise"
    "|enterprise number|company number",
    "identifiers.kvk": "kvk|kvk nummer|handelsregisternummer|kamer van koophandel",
    "identifiers.rsin": "rsin",
    "identifiers.vat": "btw|btw nummer|btwnummer|btw nr|tva|numero de tva|no tva|n tva|vat|vat number",
    "identifiers.establishment": "vestigingsnummer|vestigingseenheid|numero d etablissement|establishment number",
    "communications.email": "e mail|email|mail|e mailadres|mailadres|emailadres|courriel|adresse e mail"
    "|adresse de messagerie|adresse email|adresse mail|e mail address|email address|e mail 2 address|e mail 3 address"
    "|e mail 1 value|e mail 2 value|e mail 3 value|e mailadres 2|e mailadres 3|adresse de messagerie 2"
    "|adresse de messagerie 3",
    "communications.mobile": "gsm|mobiel|gsm nummer|mobiele telefoon|mobile|mobile phone|portable|tel mobile"
    "|telephone mobile|cell|cell phone|gsmnummer",
    "communications.phone": "telefoon|tel|telefoonnummer|telefoon werk|telefoon thuis|telephone|phone|phone number"
    "|business phone|business phone 2|home phone|home phone 2|primary phone|other phone|company main phone"
    "|phone 1 value|phone 2 value|phone 3 value|tel bureau|telephone bureau|telephone domicile"
    "|telephone professionnel|tel domicile|telefoon werk 2|telefoon thuis 2|telephone bureau 2|telephone 2 domicile"
    "|hoofdtelefoon|hoofdnummer bedrijf|vaste telefoon|vast nummer",
    "communications.fax": "fax|faxnummer|telecopie|telecopieur|business fax|home fax|fax werk|telecopie bureau",
    "communications.web": "website|web|webpagina|site web|site internet|page web|web page|url|website 1 value",
    "communications.ebox": "ebox|e box",
    "communications.peppol": "peppol|peppol id",
    "addresses.street": "straat|adres|straatnaam|werkadres straat|werkadres|rue|adresse|street|address|street address"
    "|business street|rue bureau|bureau rue|straat werk|address 1 street",
    "addresses.number": "nr|huisnummer|huisnr|nummer|numero|no|n|house number|number|num",
    "addresses.box": "bus|busnummer|toevoeging|huisnummertoevoeging|boite|bte|box",
    "addresses.zip": "postcode|zip|zip code|zipcode|postal code|code postal|cp|pc|business postal code"
    "|postcode werk|code postal bureau|bureau code postal|address 1 postal code",
    "addresses.city": "gemeente|stad|plaats|woonplaats|ville|localite|commune|city|town|business city|plaats werk"
    "|ville bureau|bureau ville|address 1 city",
    "addresses.country": "land|pays|country|business country region|business country|land werk|land regio werk"
    "|pays region bureau|pays bureau|address 1 country",
    "addresses.building": "gebouw|batiment|building",
    "addresses.contact_person": "contactpersoon|t a v|tav|contact|personne de contact|contact person|attn",
    "addresses.recipient_lines": "aan|recipient|destinataire",
    "addresses.mailing": "mailing|mailing adres|mailingadres",
    "addresses.matter_correspondence": "zaken briefwisseling|briefwisseling|correspondance|matter correspondence",
    "addresses.2.street": "home street|straat thuis|huisadres straat|rue domicile|domicile rue|address 2 street",
    "addresses.2.zip": "home postal code|postcode thuis|code postal domicile|domicile code postal"
    "|address 2 postal code",
    "addresses.2.city": "home city|plaats thuis|ville domicile|domicile ville|address 2 city",
    "addresses.2.country": "home country region|home country|land thuis|land regio thuis|pays region domicile"
    "|pays domicile|address 2 country",
    "groups": "groep|groepen|persoonsgroep|persoonsgroepen|groupe|groupes|group|groups",
    "kind": "soort|genre|kind",
    "language": "taal|langue|language|taalcode",
    "display_name": "weergavenaam|nom affiche|display name|file as|volledige naam|nom complet|full name",
    "memo": "memo|notitie|notities|opmerking|opmerkingen|note|notes|remarque|remarques|commentaire|comments|remarks",
    "warning": "waarschuwing|avertissement|warning",
}
PLACE_BY_NAME = {name: place for place, names in NAMES.items() for name in names.split("|")}

BARE_NAMES = ("naam", "nom", "name")
"""A last name where first names have a column of their own, else the name of an entity."""

ONE_EACH = ("communications.", "groups")
"""Where several columns may go; elsewhere the first one has it."""


def proposed(headers: Sequence[str]) -> list[str | None]:
    """Return a place for each header, or None where none comes to mind."""
    taken: set[str] = set()
    found: list[str | None] = []
    bare = [_bare(header) for header in headers]
    has_first_names = any(PLACE_BY_NAME.get(name) == "person.first_names" for name in bare)
    for header, name in zip(headers, bare, strict=True):
        place = PLACE_BY_NAME.get(name)
        if name in BARE_NAMES:
            place = "person.last_name" if has_first_names else "entity.legal_name"
        elif place is None and is_place(header.strip()):
            place = header.strip()  # our own paths
        if place in taken and not place.startswith(ONE_EACH):
            place = None
        if place:
            taken.add(place)
        found.append(place)
    return found


def _bare(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", plain(header)))
