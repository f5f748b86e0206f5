"""Every field group of the record: names, addressing, accounting, varia, shared addresses, photo and links."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from relations.testing.examples import a_company, a_person
from relations.testing.pictures import bomb, drawn
from relations.varia import reindexing
from shared.testing.kit import ServiceKit

LABELS = {"nl": "Kerstkaart", "fr": "Carte de Noël", "en": "Christmas card"}
WEB = {"kind": "web", "value": "www.example.be"}


def register(relations: ServiceKit, body: dict[str, Any]) -> Any:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json


def define(relations: ServiceKit, key: str, type_: str = "text", **more: Any) -> None:
    body = {"key": key, "level": "relation", "type": type_, "labels": LABELS, **more}
    answer = relations.as_user().post("/varia-definitions", json=body)
    assert answer.status_code == 201, answer.json


def test_everything_that_is_written_at_once_is_read_back(relations: ServiceKit) -> None:
    whole = {
        "aliases": [{"kind": "former", "name": "Oude Naam", "valid_from": "2000-01-01", "valid_to": "2010-12-31"}],
        "address_form": {"form": "mrs", "salutation": "Barones", "letter_opening": "", "letter_closing": ""},
        "responsible": "anna",
        "warning": "Belt liefst na 17 u",
        "warning_colour": "orange",
        "accounting": {
            "debtor_number": "400123", "creditor_number": "", "vat_regime": "reverse_charge", "payment_term_days": 30,
            "invoice_language": "fr", "invoice_email": "facturen@example.com", "invoice_address_id": None,
            "credit_block": True,
        },
    }  # fmt: skip
    account = {"iban": "be68 5390 0754 7034", "bic": "kredbebb", "holder": "Lies", "purpose": "derden"}
    made = register(relations, a_person(**whole, bank_accounts=[account]))
    read = relations.as_user().get(f"/relations/{made['id']}").json
    assert {**made, "duplicates": None} == {**read, "duplicates": None}
    for name in ("address_form", "responsible", "warning_colour", "accounting"):
        assert read[name] == whole[name]
    assert [alias["name"] for alias in read["aliases"]] == ["Oude Naam"]
    assert (read["bank_accounts"][0]["iban"], read["bank_accounts"][0]["bic"]) == ("BE68539007547034", "KREDBEBB")
    assert read["confidentiality"] == {"level": "open", "users": []}
    assert set(read["groups_since"]) == {"client"}
    assert [item["id"] for item in relations.as_user().get("/relations?q=oude").json["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (a_person(bank_accounts=[{"iban": "BE68539007547035"}]), "bank_accounts.0.iban"),
        (a_person(bank_accounts=[{"iban": "BE68539007547034", "bic": "KB"}]), "bank_accounts.0.bic"),
        (a_person(aliases=[{"kind": "nickname", "name": "X"}]), "aliases.0.kind"),
        (a_person(accounting={"invoice_email": "nee"}), "accounting.invoice_email"),
        (a_person(accounting={"payment_term_days": 999}), "accounting.payment_term_days"),
        (a_person(address_form={"form": "sir"}), "address_form.form"),
        (a_person(warning_colour="pink"), "warning_colour"),
        (a_person(confidentiality={"level": "secret"}), "confidentiality.level"),
        (a_person(addresses=[{"phone": "1"}]), "addresses.0.phone"),
        (a_person(addresses=[{"email": "nee"}]), "addresses.0.email"),
        (a_person(communications=[{**WEB, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}]),
         "communications.0.valid_to"),
        (a_person(varia={"kleur": "rood"}), "varia.kleur"),
        (a_person(addresses=[{"varia": {"kleur": "rood"}}]), "addresses.0.varia.kleur"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(relations: ServiceKit, body: dict[str, Any], field: str) -> None:
    answer = relations.as_user().post("/relations", json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("language", "form", "salutation", "opening", "closing"),
    [
        ("nl", "mr", "De heer Jan van den Berg", "Geachte heer Van den Berg,", "Met de meeste hoogachting,"),
        ("nl", "", "Jan van den Berg", "Geachte heer, mevrouw,", "Met de meeste hoogachting,"),
        ("fr", "mrs", "Madame Jan van den Berg", "Madame,",
         "Veuillez agréer, Madame, l'expression de mes sentiments distingués."),
        ("en", "mr", "Mr Jan van den Berg", "Dear Mr van den Berg,", "Yours sincerely,"),
        ("en", "", "Jan van den Berg", "Dear Sir or Madam,", "Yours faithfully,"),
        ("de", "mrs", "Frau Jan van den Berg", "Sehr geehrte Frau van den Berg,", "Mit freundlichen Grüßen"),
    ],
)  # fmt: skip
def test_a_letter_addresses_somebody_by_form_and_language(
    relations: ServiceKit, language: str, form: str, salutation: str, opening: str, closing: str
) -> None:
    person = {"first_names": "Jan", "prefix": "van den", "last_name": "Berg"}
    made = register(relations, a_person(person=person, language=language, address_form={"form": form}))
    assert made["address_form_generated"] == {
        "salutation": salutation, "letter_opening": opening, "letter_closing": closing,
    }  # fmt: skip


def test_an_invoice_address_is_one_of_the_relation_and_forgotten_with_it(relations: ServiceKit) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    url, address = f"/relations/{made['id']}", made["addresses"][0]["id"]
    changed = anna.patch(url, json={"accounting": {"invoice_address_id": address, "debtor_number": "7"}})
    assert changed.json["accounting"]["invoice_address_id"] == address
    refused = anna.patch(url, json={"accounting": {"invoice_address_id": made["id"]}})
    assert list(refused.json["errors"]) == ["accounting.invoice_address_id"]
    anna.delete(f"{url}/addresses/{address}")
    left = anna.get(url).json["accounting"]
    assert (left["invoice_address_id"], left["debtor_number"]) == (None, "7")


@pytest.mark.parametrize(
    ("type_", "options", "right", "wrong"),
    [
        ("check", [], True, "ja"),
        ("text", [], "blauw", 7),
        ("number", [], 2.5, True),
        ("date", [], "2026-12-25", "2026-13-01"),
        ("list", ["rood", "wit"], "wit", "geel"),
        ("multi_list", ["rood", "wit"], ["wit", "rood"], ["wit", "geel"]),
    ],
)
def test_varia_are_of_the_type_the_office_defined(
    relations: ServiceKit, type_: str, options: list[str], right: Any, wrong: Any
) -> None:
    define(relations, "vak", type_, **({"options": options} if options else {}))
    assert register(relations, a_person(varia={"vak": right}))["varia"] == {"vak": right}
    refused = relations.as_user().post("/relations", json=a_person(varia={"vak": wrong}))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["varia.vak"])


def test_varia_are_for_their_groups_searched_taken_away_and_retired(relations: ServiceKit) -> None:
    define(relations, "bijnaam", searchable=True, groups=["client"])
    anna = relations.as_user()
    assert anna.post("/relations", json=a_company(groups=["supplier"], varia={"bijnaam": "x"})).status_code == 422
    made = register(relations, a_person(varia={"bijnaam": "Zonnebloem"}))
    url = f"/relations/{made['id']}"
    assert [item["id"] for item in anna.get("/relations?q=zonnebl").json["items"]] == [made["id"]]
    assert anna.patch("/varia-definitions/relation/bijnaam", json={"retired": True}).json["retired"] is True
    assert anna.patch(url, json={"varia": {"bijnaam": "Roos"}}).status_code == 422
    assert anna.patch(url, json={"varia": {"bijnaam": "Zonnebloem"}, "memo": "blijft"}).status_code == 200
    assert anna.patch(url, json={"varia": {"bijnaam": None}}).json["varia"] == {}
    assert anna.get("/relations?q=zonnebl").json["items"] == []
    assert anna.patch("/varia-definitions/relation/bijnaam", json={"type": "date"}).status_code == 422
    assert relations.as_user(rights=["read", "write"]).post("/varia-definitions", json={}).status_code == 403


def test_a_field_that_becomes_searchable_or_no_longer_is_finds_what_was_filled_in_before(
    relations: ServiceKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 2)
    define(relations, "bijnaam")
    define(relations, "bel", level="address")
    anna = relations.as_user()
    ids = {register(relations, a_person(varia={"bijnaam": "Zonnebloem"}))["id"] for _ in range(3)}
    at_home = register(relations, a_person(addresses=[{"street": "Markt", "varia": {"bel": "Tulpenzaal"}}]))["id"]
    for key, level, words, found in (
        ("bijnaam", "relation", "zonnebl", ids), ("bel", "address", "tulpenz", {at_home}),
    ):  # fmt: skip
        for searchable, expected in ((True, found), (False, set())):
            anna.patch(f"/varia-definitions/{level}/{key}", json={"searchable": searchable})
            reindexing.reindex_varia(relations.database)
            assert {item["id"] for item in anna.get(f"/relations?q={words}").json["items"]} == expected


def test_what_is_being_typed_is_shown_as_it_will_be_printed_and_addressed(relations: ServiceKit) -> None:
    anna = relations.as_user(rights=["read"])
    typed = {"street": "Rue Haute", "number": "3", "zip": "75001", "city": "Paris", "country": "FR"}
    lines = anna.post("/addresses/preview", json={**typed, "addressee": "Zoë", "language": "fr"}).json["lines"]
    assert lines == ["Zoë", "Rue Haute 3", "75001 Paris", "FRANCE"]
    somebody = {"form": "mrs", "language": "nl", "name": "Zoë de Wit", "last_name": "de Wit"}
    assert anna.post("/address-forms/preview", json=somebody).json["letter_opening"] == "Geachte mevrouw De Wit,"
    assert anna.post("/address-forms/preview", json={"form": "sir"}).status_code == 422


def test_an_address_has_varia_phone_and_email_of_its_own(relations: ServiceKit) -> None:
    define(relations, "kerstkaart", "check", level="address")
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/addresses/{made['addresses'][0]['id']}"
    more = {"varia": {"kerstkaart": True}, "phone": "09 123 45 67", "email": "thuis@example.com"}
    assert anna.patch(url, json=more).json.items() >= more.items()
    assert anna.patch(url, json={"varia": {"kerstkaart": "ja"}}).json["errors"].keys() == {"varia.kerstkaart"}
    assert anna.patch(url, json={"varia": {"kerstkaart": None}}).json["varia"] == {}


def test_whether_a_display_name_follows_the_house_rule_is_told(relations: ServiceKit) -> None:
    anna, made = relations.as_user(), register(relations, a_person())
    url = f"/relations/{made['id']}"
    assert made["display_name_is_own"] is False
    assert anna.patch(url, json={"display_name": "Lies J."}).json["display_name_is_own"] is True
    renamed = anna.patch(url, json={"display_name": None, "person": {"last_name": "Peeters"}}).json
    assert (renamed["display_name_is_own"], renamed["display_name"]) == (False, "Lies Peeters")


def test_an_invoice_address_is_named_by_its_place_in_the_same_body(relations: ServiceKit) -> None:
    anna, places = relations.as_user(), [{"street": "Markt", "city": "Gent"}, {"street": "Kaai", "city": "Brugge"}]
    made = register(relations, a_person(addresses=places, accounting={"invoice_address": 1}))
    url = f"/relations/{made['id']}"
    assert made["accounting"]["invoice_address_id"] == made["addresses"][1]["id"]
    assert anna.get(url).json["accounting"] == made["accounting"]
    swapped = {"addresses": [{"street": "Dok"}, *made["addresses"]], "accounting": {"invoice_address": 0}}
    moved = anna.patch(url, json=swapped).json
    assert moved["accounting"]["invoice_address_id"] == moved["addresses"][0]["id"]
    for body in ({"accounting": {"invoice_address": 0}}, {"addresses": places, "accounting": {"invoice_address": 2}}):
        refused = anna.patch(url, json=body)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["accounting.invoice_address"])


def test_who_shares_an_address_is_told_and_moves_along(relations: ServiceKit) -> None:
    one, two, three = (register(relations, a_person(name)) for name in ("Aerts", "Baert", "Claes"))
    register(relations, a_person("Elders", addresses=[{"street": "Kerkstraat", "number": "14", "zip": "9000"}]))
    anna = relations.as_user()
    url = f"/relations/{one['id']}/addresses/{one['addresses'][0]['id']}"
    shared = anna.get(f"{url}/shared").json["items"]
    assert [(item["display_name"], item["address_id"]) for item in shared] == [
        (each["display_name"], each["addresses"][0]["id"]) for each in (two, three)
    ]
    place = {"street": "Nieuwstraat", "number": "1", "box": "", "zip": "1012lg", "city": "Amsterdam", "country": "NL"}
    stranger = anna.post(f"{url}/move", json={"fields": place, "relation_ids": [one["id"]]})
    assert (stranger.status_code, list(stranger.json["errors"])) == (422, ["relation_ids"])
    moved = anna.post(f"{url}/move", json={"fields": place, "relation_ids": [two["id"]]}, headers={"If-Match": '"1"'})
    assert {item["relation_id"] for item in moved.json["items"]} == {one["id"], two["id"]}
    for each, street in ((one, "Nieuwstraat"), (two, "Nieuwstraat"), (three, "Kerkstraat")):
        address = anna.get(f"/relations/{each['id']}").json["addresses"][0]
        assert (address["street"], address["mailing"]) == (street, True)
    assert anna.get(f"{url}/shared").json["items"][0]["id"] == two["id"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40, b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        drawn((64, 64), "JPEG")[:300], bomb(5_001), bomb(60_000), drawn((9, 9), "PNG") + b"\0" * 3 * 1024 * 1024,
        drawn((16_000, 3_000), "PNG", mode="1"), b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\xff" * 64,
    ],
    ids=["empty", "svg", "gif", "hollow", "cut off", "bomb", "large bomb", "too long", "too wide", "false lengths"],
)  # fmt: skip
def test_what_is_no_sound_picture_is_refused(relations: ServiceKit, content: bytes) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/photo"
    answer = anna.put(url, data=content, headers={"Content-Type": "image/png"})
    assert (answer.status_code, anna.get(url).status_code) == (422, 404)


@pytest.mark.parametrize(
    ("content", "kept_as"),
    [
        (drawn((900, 600), "PNG", mode="RGBA"), "PNG"), (drawn((900, 600), "PNG", mode="P", transparency=0), "PNG"),
        (drawn((900, 600), "PNG", mode="I;16"), "JPEG"), (drawn((900, 600), "JPEG", mode="CMYK"), "JPEG"),
        (drawn((900, 600), "WEBP") + b"<script>alert(1)</script>", "JPEG"),
    ],
    ids=["clear", "palette", "deep", "cmyk", "script behind it"],
)  # fmt: skip
def test_a_picture_is_made_anew_small_and_alone(relations: ServiceKit, content: bytes, kept_as: str) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/photo"
    assert anna.put(url, data=content).status_code == 204
    kept = anna.get(url).data
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size, b"script" in kept) == (kept_as, (512, 341), False)


def test_where_and_when_a_photo_was_taken_is_forgotten_and_it_stands_upright(relations: ServiceKit) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"  # turned a quarter by the camera
    content = drawn((80, 40), "JPEG", exif=exif)
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/photo"
    anna.put(url, data=content)
    with Image.open(BytesIO(anna.get(url).data)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 80), {})


def test_a_photo_is_kept_and_removed(relations: ServiceKit) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/photo"
    assert anna.put(url, data=drawn((8, 8), "PNG")).status_code == 204
    photo = anna.get(url)
    assert (photo.mimetype, photo.headers["Content-Disposition"]) == ("image/jpeg", "attachment")
    assert anna.get(f"/relations/{made['id']}").json["has_photo"] is True
    assert anna.delete(url).status_code == 204
    assert anna.get(url).status_code == 404


def test_a_link_is_corrected_from_either_end_and_the_correction_can_be_taken_back(relations: ServiceKit) -> None:
    director, company = register(relations, a_person()), register(relations, a_company())
    anna = relations.as_user()
    link = {"other_id": company["id"], "type": "director", "from": "2020-01-01"}
    made = anna.post(f"/relations/{director['id']}/links", json=link).json
    url = f"/relations/{company['id']}/links/{made['id']}"
    assert anna.patch(url, json={"to": "2019-01-01"}).json["errors"].keys() == {"to"}
    assert anna.patch(url, json={"type": "twin"}).json["errors"].keys() == {"type"}
    assert anna.patch(url, json={"other_id": director["id"]}).status_code == 422
    ended = anna.patch(url, json={"to": "2025-12-31", "note": "ontslag"}).json
    assert ended == {**made, "to": "2025-12-31", "note": "ontslag"}
    (change,) = anna.get(f"/relations/{company['id']}/changes").json["items"]
    assert (change["old"]["to"], change["new"]["to"], change["revertible"]) == (None, "2025-12-31", True)
    reverted = anna.post(f"/relations/{company['id']}/changes/{change['id']}/revert")
    assert reverted.status_code == 200, reverted.json
    (seen,) = anna.get(f"/relations/{director['id']}/links").json["items"]
    assert (seen["to"], seen["note"]) == (None, "")


def test_a_link_has_a_name_at_either_end_and_keeps_the_other_from_being_deleted(relations: ServiceKit) -> None:
    director, company = register(relations, a_person()), register(relations, a_company())
    anna = relations.as_user()
    link = {"other_id": company["id"], "type": "director", "from": "2020-01-01", "to": None, "note": "alleen"}
    made = anna.post(f"/relations/{director['id']}/links", json=link)
    assert (made.status_code, made.json.items() >= link.items()) == (201, True)
    (seen,) = anna.get(f"/relations/{director['id']}/links").json["items"]
    assert (seen["label"]["nl"], seen["other"]["display_name"]) == ("is bestuurder van", "Test BV Donald")
    (back,) = anna.get(f"/relations/{company['id']}/links").json["items"]
    assert (back["label"]["nl"], back["other_id"], back["from"]) == (
        "heeft als bestuurder", director["id"], "2020-01-01",
    )  # fmt: skip
    refused = anna.delete(f"/relations/{company['id']}")
    assert refused.json["reasons"] == [f"Relation {director['number']} is linked to it"]
    assert anna.delete(f"/relations/{company['id']}/links/{made.json['id']}").status_code == 204
    assert anna.delete(f"/relations/{company['id']}").status_code == 204


def test_a_link_goes_to_a_relation_that_is_there_and_is_of_a_known_kind(relations: ServiceKit) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    url = f"/relations/{made['id']}/links"
    assert anna.post(url, json={"other_id": made["id"], "type": "spouse"}).json["errors"].keys() == {"other_id"}
    other = register(relations, a_person("Peeters"))
    assert anna.post(url, json={"other_id": other["id"], "type": "friend"}).json["errors"].keys() == {"type"}
    kind = {"code": "friend", "labels": LABELS, "labels_reverse": LABELS}
    assert anna.post("/link-types", json=kind).status_code == 201
    assert anna.post("/link-types", json=kind).status_code == 409
    assert anna.post(url, json={"other_id": other["id"], "type": "friend"}).status_code == 201
    assert anna.get("/link-types").json["items"][-1] == kind
