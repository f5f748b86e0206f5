"""Business cards: ours read back whole, and those of Outlook, Google and Apple understood."""

import base64
import io
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from relations.exchange.card_lines import cards_of
from relations.exchange.card_pictures import picture_of
from relations.exchange.card_reading import NoRelation, body_of
from relations.exchange.card_writing import cards_of as written
from relations.record.domain import GROUPS
from relations.testing.examples import a_company, a_person
from relations.testing.importing import imported, work
from relations.testing.pictures import drawn
from shared.clock import utc_now
from shared.testing.kit import ServiceKit

OUTLOOK_21 = b"""BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;Zo=EB;;Mevr.\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB M=C3=BCller\r
ORG:Advocaten NV;Afdeling Fiscaal\r
TITLE:Vennoot\r
TEL;WORK;VOICE:+32 9 123 45 67\r
TEL;CELL;VOICE:0470 12 34 56\r
TEL;WORK;FAX:09 123 45 68\r
ADR;WORK;PREF;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Korte Meer 12 bus 3=0D=0A;Gent;;9000;Belgi=C3=AB\r
LABEL;WORK;ENCODING=QUOTED-PRINTABLE:Korte Meer 12=0D=0A=\r
9000 Gent\r
EMAIL;PREF;INTERNET:zoe@example.com\r
NOTE;ENCODING=QUOTED-PRINTABLE:Regel =3D =\r
een=0D=0Aregel twee\r
PHOTO;TYPE=JPEG;ENCODING=BASE64:\r
 /9j/4AAQSkZJRgABAQEAYABgAAD\r
 /2wBDAAgGBgcGBQgHBwcJCQgKDBQ=\r
\r
REV:20260102T030405Z\r
END:VCARD\r
"""

GOOGLE_30 = """BEGIN:VCARD
VERSION:3.0
FN:Jan van der Berg
N:van der Berg;Jan;Pieter;Mr.;
EMAIL;TYPE=INTERNET;TYPE=HOME:jan@example.nl
item1.EMAIL;TYPE=INTERNET:kantoor@example.nl
item1.X-ABLabel:Kantoor
TEL;TYPE=CELL:06 12345678
ADR;TYPE=HOME:;;Damrak 1;Amsterdam;;1012LG;Nederland;
BDAY:1980-02-03
item2.URL:https\\://www.example.nl
item2.X-ABLabel:_$!<HomePage>!$_
CATEGORIES:Cliënt,myContacts,Golfclub
NOTE:Belt liever\\, mailt niet\\nnooit op vrijdag
END:VCARD
""".replace("\n", "\r\n").encode()

APPLE_ORG = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14.0//EN
N:;;;;
FN:Bouwwerken Peeters BV
ORG:Bouwwerken Peeters BV;
X-ABShowAs:COMPANY
item1.TEL;type=pref:+32 3 123 45 67
item1.X-ABLabel:_$!<Main>!$_
item2.ADR;type=WORK;type=pref:;;12 rue de la Loi;Bruxelles;;1000;Belgique
item2.X-ABADR:be
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD/4QBMRXhpZgAATU0AKgAAAAgAAgESAAMAAAAB
 AAEAAIdpAAQAAAABAAAAJgAAAAAAAqACAAQAAAABAAAAoKADAAQAAAABAAAAoAAAAAD/
END:VCARD
""".replace("\n", "\r\n").encode()

VCARD_40 = """BEGIN:VCARD
VERSION:4.0
KIND:individual
FN:Lies Janssens
N:Janssens;Lies;;;
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+3291234567
EMAIL;TYPE=work:lies@exam
 ple.com
LANG;PREF=1:fr-BE
ADR;GEO="geo:12.3457,78.910";LABEL="Markt 1: Gent":;;Markt 1;Gent;;9000;België
BDAY:19790203
GENDER:F
END:VCARD
""".replace("\n", "\r\n").encode()


def group_of(name: str) -> str | None:
    return next((code for code, labels in GROUPS.items() if name in (code, *labels.values())), None)


def read(content: bytes) -> list[dict[str, Any]]:
    return [body_of(card, group_of=group_of) for card in cards_of(io.BytesIO(content))]


def reach(body: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(entry["kind"], entry["value"], entry["label"]) for entry in body["communications"]]


def test_a_card_of_outlook_with_quoted_printable_and_a_picture_is_understood() -> None:
    (body,) = read(OUTLOOK_21)
    assert (body["person"]["last_name"], body["person"]["first_names"], body["person"]["title"]) == (
        "Müller", "Zoë", "Mevr.",
    )  # fmt: skip
    assert reach(body) == [
        ("phone", "+32 9 123 45 67", ""), ("mobile", "0470 12 34 56", ""), ("fax", "09 123 45 68", ""),
        ("email", "zoe@example.com", ""),
    ]  # fmt: skip
    (address,) = body["addresses"]
    assert [address[part] for part in ("street", "number", "box", "zip", "city", "country")] == [
        "Korte Meer", "12", "3", "9000", "Gent", "BE",
    ]  # fmt: skip
    assert body["memo"] == "Regel = een\nregel twee\nAdvocaten NV · Afdeling Fiscaal · Vennoot"


def test_a_card_of_google_keeps_labels_particles_and_unknown_categories() -> None:
    (body,) = read(GOOGLE_30)
    person = body["person"]
    assert (person["prefix"], person["last_name"], person["first_names"]) == ("van der", "Berg", "Jan Pieter")
    assert (person["birth_date"], body["groups"]) == ("1980-02-03", ["client"])
    assert ("email", "kantoor@example.nl", "Kantoor") in reach(body)
    assert ("web", "https://www.example.nl", "HomePage") in reach(body)
    assert body["memo"] == "Belt liever, mailt niet\nnooit op vrijdag\nGolfclub"


def test_a_card_of_apple_for_a_company_is_an_entity_with_its_french_street() -> None:
    (body,) = read(APPLE_ORG)
    assert (body["kind"], body["entity"]["legal_name"]) == ("legal_entity", "Bouwwerken Peeters BV")
    assert (body["addresses"][0]["number"], body["addresses"][0]["street"]) == ("12", "rue de la Loi")
    assert body["communications"] == [{"kind": "phone", "value": "+32 3 123 45 67", "label": "Main", "preferred": True}]


def test_a_card_of_version_four_is_understood_folded_quoted_and_with_uris() -> None:
    (body,) = read(VCARD_40)
    assert reach(body) == [("phone", "+3291234567", ""), ("email", "lies@example.com", "")]
    assert (body["language"], body["person"]["birth_date"], body["addresses"][0]["country"]) == (
        "fr",
        "1979-02-03",
        "BE",
    )


def test_a_fold_inside_a_sign_of_several_bytes_is_mended() -> None:
    line = b"NOTE:caf\xc3\r\n \xa9 noir\r\n"
    (body,) = read(b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:A;B;;;\r\n" + line + b"END:VCARD\r\n")
    assert body["memo"] == "café noir"


def test_a_picture_of_megabytes_on_one_line_is_let_go_by() -> None:
    photo = b"PHOTO;ENCODING=b:" + b"A" * 5_000_000 + b"\r\n" + b" " + b"B" * 3_000_000 + b"\r\n"
    (body,) = read(b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + photo + b"N:Jans;Jan;;;\r\nEND:VCARD\r\n")
    assert body["person"]["last_name"] == "Jans"


def test_damaged_cards_are_named_by_their_place_and_the_others_are_imported(relations: ServiceKit) -> None:
    parts = [
        OUTLOOK_21, b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Open;Jan;;;\r\n", GOOGLE_30,
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nFN:\r\nEND:VCARD\r\n",
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Golfers\r\nEND:VCARD\r\n",
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Mail;Jan;;;\r\nEMAIL:geen-mail\r\nEND:VCARD\r\n", APPLE_ORG,
    ]  # fmt: skip
    report = imported(relations, b"".join(parts), filename="kaartjes.vcf")
    assert (report["status"], report["total"], report["created"]) == ("done", 7, 3)
    assert [(error["row"], error["field"]) for error in report["errors"]] == [
        (1, "photo"), (2, ""), (4, "person.last_name"), (5, ""), (6, "communications.email"), (7, "photo"),
    ]  # fmt: skip
    left_out = relations.as_user().get(f"/imports/{report['id']}/errors.csv").get_data(True)
    assert "picture" not in left_out, "a row that is imported without its picture need not be imported again"


def test_a_card_that_is_a_list_is_no_relation() -> None:
    with pytest.raises(NoRelation):
        read(b"BEGIN:VCARD\r\nVERSION:3.0\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nN:Golf\r\nEND:VCARD\r\n")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40).map(str.strip)
SOME_TEXT = TEXT.filter(bool)
COMMUNICATION = st.fixed_dictionaries(
    {"kind": st.sampled_from(["phone", "mobile", "fax", "email", "web", "ebox", "peppol"]),
     "value": SOME_TEXT.filter(lambda text: not text.startswith("tel:")),
     "label": TEXT.filter(lambda text: not text.startswith("_$!<")), "preferred": st.booleans()}
)  # fmt: skip
ADDRESS = st.fixed_dictionaries(
    {"label": st.sampled_from(["seat", "residence", "po_box", "other"]),
     "recipient_lines": st.lists(SOME_TEXT, max_size=3),
     **dict.fromkeys(("contact_person", "title", "building", "street", "number", "box", "zip"), TEXT),
     "city": SOME_TEXT, "country": st.sampled_from(["", "BE", "NL", "FR"]),
     "matter_correspondence": st.booleans(), "mailing": st.booleans()}
)  # fmt: skip
PERSON = st.fixed_dictionaries(
    {**dict.fromkeys(("title", "initials", "first_names", "call_name", "prefix", "birth_name", "suffix"), TEXT),
     "last_name": SOME_TEXT, "birth_date": st.none() | st.dates().map(str)}
)  # fmt: skip
ENTITY = st.fixed_dictionaries(
    {"legal_name": SOME_TEXT, "short_name": TEXT, "legal_form": TEXT, "trade_names": st.lists(SOME_TEXT, max_size=3)}
)


@st.composite
def relations_to_write(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["natural_person", "legal_entity", "public_body", "other"]))
    is_person = kind == "natural_person"
    return {
        "id": UUID(int=7), "kind": kind, "display_name": draw(SOME_TEXT),
        "language": draw(st.sampled_from(["nl", "de"])),
        "person" if is_person else "entity": draw(PERSON if is_person else ENTITY),
        "communications": [{**one, "do_not_use": False} for one in draw(st.lists(COMMUNICATION, max_size=4))],
        "addresses": draw(st.lists(ADDRESS, max_size=3)), "identifiers": {"kbo": "0999990123"},
        "groups": draw(st.lists(st.sampled_from(sorted(GROUPS)), unique=True, max_size=3).map(sorted)),
        "memo": draw(TEXT), "updated_at": utc_now(),
    }  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(relations_to_write(), st.sampled_from(["3.0", "4.0"]))
def test_a_relation_comes_back_whole_from_its_own_card(document: dict[str, Any], version: Any) -> None:
    text = written([document], version=version)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (body,) = read(text.encode())
    name = "person" if document["kind"] == "natural_person" else "entity"
    kept = ("kind", "language", "identifiers", "groups", "memo")
    assert {key: body[key] for key in kept} == {key: document[key] for key in kept}
    assert body[name] == document[name]
    reached = [{key: value for key, value in one.items() if key != "do_not_use"} for one in document["communications"]]
    assert body["communications"] == reached
    assert body["addresses"] == document["addresses"]


def test_one_relation_and_a_selection_are_exported(relations: ServiceKit) -> None:
    anna = relations.as_user()
    person = anna.post("/relations", json=a_person(communications=[
        {"kind": "email", "value": "lies@example.com"}, {"kind": "phone", "value": "09 123 45 67", "do_not_use": True},
    ])).json  # fmt: skip
    company = anna.post("/relations", json=a_company()).json
    one = anna.get(f"/relations/{person['id']}.vcf")
    assert (one.mimetype, one.headers["Content-Disposition"]) == ("text/vcard", 'attachment; filename="1001.vcf"')
    assert b"lies@example.com" in one.data
    assert b"123 45 67" not in one.data, "what must not be used leaves the house with nobody"
    both = anna.post("/relations/vcf?version=4.0", json={"relation_ids": [company["id"], person["id"]]})
    assert [body["kind"] for body in read(both.data)] == ["legal_entity", "natural_person"]
    assert both.data.count(b"VERSION:4.0\r\n") == 2


def test_exporting_a_selection_is_a_right_of_its_own_and_unknown_ones_are_not_found(relations: ServiceKit) -> None:
    made = relations.as_user().post("/relations", json=a_person()).json["id"]
    reader = relations.as_user(rights=["read"])
    assert reader.get(f"/relations/{made}.vcf").status_code == 200
    assert reader.post("/relations/vcf", json={"relation_ids": [made]}).status_code == 403
    unknown = {"relation_ids": [made, str(UUID(int=1))]}
    assert relations.as_user().post("/relations/vcf", json=unknown).status_code == 404
    assert relations.as_user().get(f"/relations/{UUID(int=1)}.vcf").status_code == 404
    assert relations.as_user().get(f"/relations/{made}.vcf?version=2.1").status_code == 422


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_photo_travels_with_the_card(relations: ServiceKit, version: str) -> None:
    anna = relations.as_user()
    made = anna.post("/relations", json=a_person()).json
    assert anna.put(f"/relations/{made['id']}/photo", data=drawn((60, 40), "JPEG")).status_code == 204
    card = anna.get(f"/relations/{made['id']}.vcf?version={version}").data
    assert all(len(line) <= 75 for line in card.split(b"\r\n"))
    report = imported(relations, card.replace(b"Janssens", b"Terug"), filename="een.vcf")
    assert (report["created"], report["errors"]) == (1, [])
    (found,) = anna.get("/relations?q=Terug").json["items"]
    with Image.open(io.BytesIO(anna.get(f"/relations/{found['id']}/photo").data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (60, 40))
    anna.post(f"/imports/{report['id']}/rollback")
    work(relations)
    assert anna.get(f"/relations/{found['id']}/photo").status_code == 404


def test_a_logo_in_a_group_counts_and_a_picture_at_an_address_is_never_fetched() -> None:
    head, tail = b"BEGIN:VCARD\r\nPHOTO;VALUE=uri:http://127.0.0.1:9/spy.png\r\n", b"END:VCARD\r\n"
    (card,) = cards_of(io.BytesIO(head + tail))
    assert picture_of(card) is None
    logo = b"item1.LOGO;ENCODING=b:" + base64.b64encode(drawn((8, 8), "PNG")) + b"\r\n"
    (card,) = cards_of(io.BytesIO(head + logo + tail))
    picture = picture_of(card)
    assert picture is not None
    assert picture.media_type == "image/jpeg"


def test_an_exported_card_imports_as_the_same_relation(relations: ServiceKit) -> None:
    made = relations.as_user().post("/relations", json=a_person(memo="Belt\nniet")).json
    card = relations.as_user().get(f"/relations/{made['id']}.vcf").data
    report = imported(relations, card.replace(b"Janssens", b"Terug"), filename="een.vcf")
    assert (report["status"], report["created"], report["errors"]) == ("done", 1, [])
    (found,) = relations.as_user().get("/relations?q=Terug").json["items"]
    again = relations.as_user().get(f"/relations/{found['id']}").json
    reached = [[(entry["kind"], entry["normalised"]) for entry in one["communications"]] for one in (made, again)]
    assert reached[1] == [(kind, value.replace("janssens", "terug")) for kind, value in reached[0]]
    parts = ("street", "number", "box", "zip", "city", "country", "label", "mailing", "matter_correspondence")
    assert [again["addresses"][0][part] for part in parts] == [made["addresses"][0][part] for part in parts]
    assert (again["memo"], again["groups"]) == ("Belt\nniet", ["client"])
