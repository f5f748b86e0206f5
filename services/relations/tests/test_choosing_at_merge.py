"""What of two relations is chosen at their merge: field by field, gaps filled, lists joined without doubles."""

from typing import Any

import pytest

from relations.merging.fields import choosable, rows_chosen_whole
from relations.tables import Tables
from relations.testing.examples import a_company, a_person
from relations.testing.pictures import drawn
from shared.testing.kit import ServiceKit
from shared.testing.merging import rows_of

PICTURES = drawn((40, 30), "PNG"), drawn((30, 40), "JPEG")
LOGS = ("change", "merge", "merge_participant", "hygiene_due")


@pytest.fixture
def anna(relations: ServiceKit) -> Any:
    return relations.as_user()


def pair_of(anna: Any, this: dict[str, Any], into: dict[str, Any]) -> tuple[str, str]:
    made = [anna.post("/relations", json=body) for body in (this, into)]
    assert [answer.status_code for answer in made] == [201, 201], [answer.json for answer in made]
    return made[0].json["id"], made[1].json["id"]


def after(anna: Any, pair: tuple[str, str], **choose: str) -> dict[str, Any]:
    """Merge the pair and return the survivor."""
    answer = anna.post(f"/relations/{pair[0]}/merge", json={"into": pair[1], "choose": choose})
    assert answer.status_code == 200, answer.json
    return {**anna.get(f"/relations/{pair[1]}").json, "merge_id": answer.json["merge_id"]}


def with_money(name: str, **accounting: Any) -> dict[str, Any]:
    return a_company(name, identifiers={}, accounting=accounting)


LEFT = {"debtor_number": "D1", "creditor_number": "C1", "vat_regime": "exempt", "payment_term_days": 14,
        "invoice_language": "fr", "invoice_email": "links@example.com", "credit_block": True}  # fmt: skip
RIGHT = {"debtor_number": "D2", "creditor_number": "C2", "vat_regime": "standard", "payment_term_days": 30,
         "invoice_language": "nl", "invoice_email": "rechts@example.com", "credit_block": False}  # fmt: skip


@pytest.mark.parametrize("field", LEFT)
def test_each_field_of_the_accounting_is_chosen_by_itself_and_comes_back(
    relations: ServiceKit, anna: Any, field: str
) -> None:
    pair = pair_of(anna, with_money("Alfa", **LEFT), with_money("Beta", **RIGHT))
    before = rows_of(relations.database, Tables.metadata, leave_out=LOGS)
    left = after(anna, pair, **{"accounting.credit_block": "into", f"accounting.{field}": "this"})
    assert left["accounting"] == {"invoice_address_id": None, **RIGHT, field: LEFT[field]}
    assert anna.post(f"/merges/{left['merge_id']}/undo", json={}).status_code == 200
    assert rows_of(relations.database, Tables.metadata, leave_out=LOGS) == before


def test_the_accounting_as_a_whole_is_chosen_too_and_gaps_are_filled_without_asking(anna: Any) -> None:
    whole = after(anna, pair_of(anna, with_money("Alfa", **LEFT), with_money("Beta", **RIGHT)), accounting="this")
    assert {**whole["accounting"], "invoice_address_id": None} == {**LEFT, "invoice_address_id": None}
    poor = {"debtor_number": "D2", "credit_block": False}
    filled = after(anna, pair_of(anna, with_money("Alfa", **LEFT), with_money("Beta", **poor)))
    assert filled["accounting"] == {**LEFT, "debtor_number": "D2", "invoice_address_id": None}
    only = after(anna, pair_of(anna, with_money("Alfa", **LEFT), a_company("Beta", identifiers={})))
    assert only["accounting"] == {**LEFT, "invoice_address_id": None}


@pytest.mark.parametrize("the_same_address", [False, True])
def test_the_invoice_address_is_one_of_the_survivors_also_where_both_had_the_same_one(
    relations: ServiceKit, anna: Any, the_same_address: bool
) -> None:
    house = {"label": "billing", "street": "Markt", "number": "1", "city": "Gent", "country": "BE"}
    other = {**house, "number": "1" if the_same_address else "2"}
    pair = pair_of(anna, with_money("Alfa", **LEFT) | {"addresses": [house]},
                   with_money("Beta", **RIGHT) | {"addresses": [other]})  # fmt: skip
    for relation_id in pair:
        (address,) = anna.get(f"/relations/{relation_id}").json["addresses"]
        billed = {"accounting": {"invoice_address_id": address["id"]}}
        assert anna.patch(f"/relations/{relation_id}", json=billed).status_code == 200
    before = rows_of(relations.database, Tables.metadata, leave_out=LOGS)
    left = after(anna, pair, **{"accounting.invoice_address_id": "this"})
    (billed_to,) = [each for each in left["addresses"] if each["id"] == left["accounting"]["invoice_address_id"]]
    assert (billed_to["number"], len(left["addresses"])) == ("1", 1 if the_same_address else 2)
    assert anna.post(f"/merges/{left['merge_id']}/undo", json={}).status_code == 200
    assert rows_of(relations.database, Tables.metadata, leave_out=LOGS) == before


def test_bank_accounts_links_and_versions_of_an_identity_are_joined_without_doubles(anna: Any) -> None:
    accounts = [{"iban": "BE68539007547034", "bic": ""}, {"iban": "NL91ABNA0417164300", "bic": ""}]
    this, into = pair_of(anna, a_company("Alfa", identifiers={}, bank_accounts=accounts),
                         a_company("Beta", identifiers={}, bank_accounts=accounts[:1]))  # fmt: skip
    third = anna.post("/relations", json=a_person()).json["id"]
    kind = anna.get("/link-types").json["items"][0]["code"]
    for relation_id in (this, into):
        made = anna.post(f"/relations/{relation_id}/links", json={"other_id": third, "type": kind})
        assert made.status_code == 201, made.json
        anna.post(f"/relations/{relation_id}/legal-identities", json={"valid_from": "2020-01-01", "seat": "Gent"})
    anna.post(f"/relations/{this}/legal-identities", json={"valid_from": "2019-01-01", "seat": "Aalst"})
    left = after(anna, (this, into))
    assert sorted(each["iban"] for each in left["bank_accounts"]) == ["BE68539007547034", "NL91ABNA0417164300"]
    assert len(anna.get(f"/relations/{into}/links").json["items"]) == 1
    seats = [each["seat"] for each in anna.get(f"/relations/{into}/legal-identities").json["items"]]
    assert seats == ["Gent", "Aalst"]


@pytest.mark.parametrize("side", [None, "into", "this"])
def test_the_legal_identity_that_holds_is_the_survivors_unless_the_other_is_chosen(
    relations: ServiceKit, anna: Any, side: str | None
) -> None:
    this, into = pair_of(anna, a_company("Alfa", identifiers={}), a_company("Beta", identifiers={}))
    for relation_id, day, seat in ((this, "2022-01-01", "Aalst"), (into, "2021-01-01", "Gent")):
        anna.post(f"/relations/{relation_id}/legal-identities", json={"valid_from": day, "seat": seat})
    before = rows_of(relations.database, Tables.metadata, leave_out=LOGS)
    left = after(anna, (this, into), **({"legal_identity": side} if side else {}))
    versions = anna.get(f"/relations/{into}/legal-identities").json["items"]
    assert [each["seat"] for each in versions if each["current"]] == ["Aalst" if side == "this" else "Gent"]
    assert {each["seat"] for each in versions} == {"Aalst", "Gent"}
    assert anna.post(f"/merges/{left['merge_id']}/undo", json={}).status_code == 200
    assert rows_of(relations.database, Tables.metadata, leave_out=LOGS) == before


def test_a_photo_is_the_survivors_unless_the_other_is_chosen_and_both_are_there_after_an_undo(anna: Any) -> None:
    pair = pair_of(anna, a_person(), a_person())
    for relation_id, picture in zip(pair, PICTURES, strict=True):
        assert anna.put(f"/relations/{relation_id}/photo", data=picture).status_code == 204
    held = [anna.get(f"/relations/{each}/photo").data for each in pair]
    assert held[0] != held[1]
    kept = after(anna, pair)
    assert anna.get(f"/relations/{pair[1]}/photo").data == held[1]
    anna.post(f"/merges/{kept['merge_id']}/undo", json={})
    chosen = after(anna, pair, photo="this")
    assert anna.get(f"/relations/{pair[1]}/photo").data == held[0]
    anna.post(f"/merges/{chosen['merge_id']}/undo", json={})
    assert [anna.get(f"/relations/{each}/photo").data for each in pair] == held


def test_a_memo_or_name_that_the_survivor_lacks_is_taken_over_unless_its_empty_one_is_chosen(anna: Any) -> None:
    rich = a_person(memo="belt liever", warning="let op", warning_colour="blue", responsible="anna")
    poor = a_person(person={"last_name": "Janssens"})
    left = after(anna, pair_of(anna, rich, poor))
    assert (left["memo"], left["warning"], left["warning_colour"]) == ("belt liever", "let op", "blue")
    assert (left["display_name"], left["responsible"]) == ("Lies Janssens", "anna")
    left = after(anna, pair_of(anna, rich, poor), memo="into", warning="into", display_name="into")
    assert (left["memo"], left["warning"], left["display_name"]) == ("", "", "Janssens")
    assert left["person"]["first_names"] == "Lies"


def test_a_warning_is_chosen_with_its_colour(anna: Any) -> None:
    this, into = (a_person(warning=colour, warning_colour=colour) for colour in ("green", "orange"))
    left = after(anna, pair_of(anna, this, into), warning="this")
    assert (left["warning"], left["warning_colour"]) == ("green", "green")


def test_varia_are_joined_and_each_value_is_chosen_by_itself(anna: Any) -> None:
    for key in ("kleur", "maat", "geur"):
        labels = {"nl": key, "fr": key, "en": key}
        made = anna.post("/varia-definitions", json={"key": key, "level": "relation", "type": "text", "labels": labels})
        assert made.status_code == 201, made.json
    this, into = a_person(varia={"kleur": "rood", "maat": "M"}), a_person(varia={"kleur": "blauw", "geur": "roos"})
    assert after(anna, pair_of(anna, this, into))["varia"] == {"kleur": "blauw", "maat": "M", "geur": "roos"}
    pair = pair_of(anna, this, into)
    chosen = after(anna, pair, **{"varia.kleur": "this", "varia.maat": "into"})
    assert chosen["varia"] == {"kleur": "rood", "geur": "roos"}
    anna.patch(f"/relations/{pair[1]}", json={"varia": {"kleur": "groen"}})
    refused = anna.post(f"/merges/{chosen['merge_id']}/undo", json={})
    assert refused.json["reasons"] == [{"code": "changed_since", "field": "varia"}]


RESTRICTED = {"confidentiality": {"level": "restricted", "users": ["anna", "karel"]}}
MORE_RESTRICTED = {"confidentiality": {"level": "restricted", "users": ["anna", "gast"]}}


def test_the_stricter_confidentiality_wins_unless_another_is_chosen_by_somebody_who_may_write(
    relations: ServiceKit, anna: Any
) -> None:
    secret, open_ = a_person(**RESTRICTED), a_person()
    assert after(anna, pair_of(anna, secret, a_person(**MORE_RESTRICTED)))["confidentiality"]["users"] == ["anna"]
    assert after(anna, pair_of(anna, open_, secret))["confidentiality"]["level"] == "restricted"
    assert after(anna, pair_of(anna, secret, open_), confidentiality="into")["confidentiality"]["level"] == "open"
    assert after(anna, pair_of(anna, open_, secret), confidentiality="this")["confidentiality"]["level"] == "open"
    merger = relations.as_user(rights=("read", "merge"))
    this, into = pair_of(anna, secret, open_)
    asked = {"into": into, "choose": {"confidentiality": "into"}}
    assert merger.post(f"/relations/{this}/merge", json=asked).status_code == 403
    assert merger.post(f"/relations/{this}/merge", json={"into": into}).status_code == 200


def test_only_who_may_write_national_numbers_chooses_between_them(relations: ServiceKit, anna: Any) -> None:
    this, into = pair_of(anna, a_person(), a_person())
    asked = {"into": into, "choose": {"national_number": "this"}}
    merger = relations.as_user(rights=("read", "write", "merge"))
    assert merger.post(f"/relations/{this}/merge", json=asked).status_code == 403
    assert anna.post(f"/relations/{this}/merge", json=asked).status_code == 200


def test_an_unknown_field_is_refused_with_the_ones_that_are_possible(anna: Any) -> None:
    pair = pair_of(anna, a_person(), a_person())
    refused = anna.post(f"/relations/{pair[0]}/merge", json={"into": pair[1], "choose": {"haarkleur": "this"}})
    assert refused.status_code == 422
    (_, one_of) = refused.json["errors"]["choose.haarkleur"]
    for field in (
        "memo",
        "person.last_name",
        "accounting.debtor_number",
        "photo",
        "confidentiality",
        "identifiers.kbo",
    ):
        assert field in one_of.removeprefix("Choose one of: ").split(", ")


def test_every_field_of_the_record_that_holds_one_value_is_choosable(anna: Any) -> None:
    for body in (a_person(), a_company()):
        made = anna.get(f"/relations/{anna.post('/relations', json=body).json['id']}").json
        own = {"id", "number", "kind", "sort_name", "version", "created_at", "updated_at", "address_form_generated"}
        own.add("display_name_is_own")  # goes with the name it tells of
        lists = {"communications", "addresses", "aliases", "bank_accounts", "groups", "groups_since", "identifiers"}
        assert set(made) - own - lists - {"has_photo"} <= set(choosable(()))
    assert rows_chosen_whole() == ["national_number", "photo"]
