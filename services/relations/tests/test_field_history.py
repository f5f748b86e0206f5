"""The field history: every change of every field, by whom and from where, and putting one field back."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.relations import RelationChanged
from relations.record.actions import edit_relation
from relations.record.changing import changing_as
from relations.record.domain import EditRelation
from relations.testing.examples import a_company, a_person
from relations.testing.pictures import drawn
from shared.testing.kit import ANNA, ServiceKit


def register(relations: ServiceKit, body: dict[str, Any]) -> str:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return f"/relations/{answer.json['id']}"


def history(relations: ServiceKit, url: str) -> list[dict[str, Any]]:
    answer = relations.as_user().get(f"{url}/changes?limit=200")
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def test_every_change_tells_old_new_author_and_source(relations: ServiceKit) -> None:
    url, anna = register(relations, a_person(memo="eerst")), relations.as_user()
    assert history(relations, url) == []
    anna.patch(url, json={"memo": "daarna", "person": {"last_name": "Jansen"}, "groups": ["client", "expert"]})
    told = {change["field"]: (change["old"], change["new"]) for change in history(relations, url)}
    assert told.pop("groups.expert")[0] is None
    assert told == {"memo": ("eerst", "daarna"), "person.last_name": ("Janssens", "Jansen")}
    assert {(each["actor"], each["source"], each["revertible"]) for each in history(relations, url)} == {
        (str(ANNA), "user", True)
    }


def test_parts_identities_links_and_accounting_are_in_it_and_a_photo_without_the_picture(
    relations: ServiceKit,
) -> None:
    url, anna = register(relations, a_company()), relations.as_user()
    other = register(relations, a_person()).removeprefix("/relations/")
    entry = anna.post(f"{url}/communications", json={"kind": "phone", "value": "02 555 12 12"}).json
    anna.patch(f"{url}/communications/{entry['id']}", json={"label": "onthaal"})
    anna.post(f"{url}/links", json={"other_id": other, "type": "contact_person"})
    anna.post(f"{url}/legal-identities", json={"seat": "Markt 1", "source": "companyinfo", "valid_from": "2026-01-01"})
    anna.patch(url, json={"accounting": {"debtor_number": "400"}})
    anna.put(f"{url}/photo", data=drawn((8, 8), "JPEG"))
    told = [
        (change["field"].split(".")[0], change["source"], change["revertible"]) for change in history(relations, url)
    ]
    assert told == [
        ("photo", "user", False), ("accounting", "user", True), ("legal_identities", "register", False),
        ("links", "user", True), ("communications", "user", True), ("communications", "user", False),
    ]  # fmt: skip
    assert history(relations, url)[0]["new"]["media_type"] == "image/jpeg"


def test_the_history_comes_in_pages_newest_first(relations: ServiceKit) -> None:
    url, anna = register(relations, a_person()), relations.as_user()
    for number in range(5):
        anna.patch(url, json={"memo": str(number)})
    seen, cursor = [], ""
    while True:
        page = anna.get(f"{url}/changes?limit=2{cursor}").json
        seen += [change["new"] for change in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["4", "3", "2", "1", "0"]


def test_what_an_import_or_a_merge_changes_says_so(relations: ServiceKit) -> None:
    url = register(relations, a_person())
    with relations.app.test_request_context(), relations.database.transaction() as session, changing_as("import"):
        edit_relation(session, UUID(url.removeprefix("/relations/")), command=EditRelation({"memo": "uit een bestand"}))
    assert [(change["source"], change["new"]) for change in history(relations, url)] == [("import", "uit een bestand")]


def test_putting_a_field_back_is_a_change_itself_and_is_announced(relations: ServiceKit) -> None:
    url, anna = register(relations, a_person(memo="goed")), relations.as_user()
    anna.patch(url, json={"memo": "fout", "warning": "blijft"})
    change = next(each for each in history(relations, url) if each["field"] == "memo")
    back = anna.post(f"{url}/changes/{change['id']}/revert")
    assert (back.status_code, back.json["memo"], back.json["warning"]) == (200, "goed", "blijft")
    latest = history(relations, url)[0]
    assert (latest["field"], latest["old"], latest["new"], latest["source"]) == ("memo", "fout", "goed", "revert")
    assert relations.events(RelationChanged)[-1].fields == ("memo",)
    version = back.json["version"]
    again = anna.post(f"{url}/changes/{change['id']}/revert")
    assert (again.status_code, again.json["version"]) == (200, version)


def test_what_changed_since_or_is_gone_is_not_put_back_and_the_reason_is_told(relations: ServiceKit) -> None:
    url, anna = register(relations, a_person()), relations.as_user()
    address = anna.get(url).json["addresses"][0]["id"]
    anna.patch(url, json={"memo": "een"})
    anna.patch(url, json={"memo": "twee"})
    anna.patch(f"{url}/addresses/{address}", json={"city": "Brugge"})
    anna.delete(f"{url}/addresses/{address}")
    changes = {(each["field"].partition(".")[0], str(each["new"])): each for each in history(relations, url)}
    first, moved = changes["memo", "een"], changes["addresses", "Brugge"]
    for change, reason in ((first, "changed again since"), (moved, "no longer there")):
        assert change["revertible"] is False
        refused = anna.post(f"{url}/changes/{change['id']}/revert")
        assert (refused.status_code, refused.json["type"]) == (409, "cannot-be-put-back")
        assert reason in refused.json["detail"]
    removal = changes["addresses", "None"]
    assert anna.post(f"{url}/changes/{removal['id']}/revert").json["addresses"][0]["id"] == address
    assert anna.post(f"{url}/changes/{moved['id']}/revert").json["addresses"][0]["city"] == "Gent"
    elsewhere = register(relations, a_person("Peeters"))
    assert anna.post(f"{elsewhere}/changes/{first['id']}/revert").status_code == 404


def test_a_link_that_was_removed_comes_back_as_it_was(relations: ServiceKit) -> None:
    url, anna = register(relations, a_company()), relations.as_user()
    other = register(relations, a_person()).removeprefix("/relations/")
    anna.post(f"{url}/links", json={"other_id": other, "type": "contact_person", "from": "2020-01-01", "note": "x"})
    (link,) = anna.get(f"{url}/links").json["items"]
    anna.delete(f"{url}/links/{link['id']}")
    removal = history(relations, url)[0]
    assert anna.post(f"{url}/changes/{removal['id']}/revert").status_code == 200
    assert anna.get(f"{url}/links").json["items"] == [link]


WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
LANGUAGE = st.sampled_from(("nl", "fr", "en", "de"))
PATCH = st.fixed_dictionaries(
    {},
    optional={
        "memo": WORD,
        "warning": WORD,
        "warning_colour": st.sampled_from(("red", "blue")),
        "language": LANGUAGE,
        "status": st.sampled_from(("active", "inactive", "deceased")),
        "responsible": st.none() | WORD,
        "display_name": st.none() | WORD,
        "person": st.fixed_dictionaries(
            {}, optional={"last_name": WORD, "title": WORD, "birth_date": st.none() | st.just("1980-02-03")}
        ),
        "address_form": st.fixed_dictionaries({}, optional={"form": st.sampled_from(("", "mr")), "salutation": WORD}),
        "groups": st.lists(st.sampled_from(("client", "expert", "court")), unique=True),
        "identifiers": st.fixed_dictionaries({}, optional={"kvk": st.none() | st.just("68750110")}),
        "confidentiality": st.fixed_dictionaries(
            {"level": st.sampled_from(("open", "restricted")), "users": st.just(["anna"])}
        ),
        "varia": st.dictionaries(st.sampled_from(("kleur", "maat.twee")), st.none() | WORD),
        "accounting": st.fixed_dictionaries({}, optional={"debtor_number": WORD, "credit_block": st.booleans()}),
        "aliases": st.lists(st.fixed_dictionaries({"kind": st.just("former"), "name": WORD}), max_size=3),
        "bank_accounts": st.lists(st.just({"iban": "BE68539007547034"}), max_size=2),
    },
)
"""Changes of fields; those of parts are drawn below, as they name the parts that are there."""

ENTRY = st.sampled_from(
    (
        {"kind": "phone", "value": "02 555 12 12"},
        {"kind": "email", "value": "Nieuw@example.com", "preferred": True},
        {"kind": "web", "value": "www.example.be", "label": "werk"},
    )
)
PLACE = st.fixed_dictionaries(
    {"city": WORD, "mailing": st.just(False), "valid_from": st.none() | st.just("2026-01-01")}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patch=PATCH, data=st.data())
def test_putting_back_every_field_of_a_patch_gives_the_exact_relation_before(
    relations: ServiceKit, patch: dict[str, Any], data: st.DataObject
) -> None:
    for key in ("kleur", "maat_twee"):
        definition = {"key": key, "level": "relation", "type": "text", "labels": {"nl": "k", "fr": "k", "en": "k"}}
        relations.as_user().post("/varia-definitions", json=definition)
    patch = {**patch, "varia": {key.replace(".", "_"): value for key, value in patch.get("varia", {}).items()}}
    url, anna = (
        register(relations, a_person(varia={"kleur": "rood"}, aliases=[{"kind": "trade", "name": "Oud"}])),
        (relations.as_user()),
    )
    before = anna.get(url).json
    patch |= _changes_of_parts(before, data)
    changed = anna.patch(url, json=patch)
    assert changed.status_code == 200, changed.json
    changes = history(relations, url)
    for change in data.draw(st.permutations(changes)):
        back = anna.post(f"{url}/changes/{change['id']}/revert")
        assert back.status_code == 200, (change, back.json)
    assert _without_counters(anna.get(url).json) == _without_counters(before)


def _changes_of_parts(before: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Draw which parts stay, changed or not and in which order, and which ones come with them."""
    patch: dict[str, Any] = {}
    for name, new in (("communications", ENTRY), ("addresses", PLACE)):
        if data.draw(st.booleans()):
            present = [{key: value for key, value in part.items() if key != "normalised"} for part in before[name]]
            kept = data.draw(st.lists(st.sampled_from(present), unique_by=lambda part: str(part["id"])))
            changed = [{**part, **(data.draw(new) if data.draw(st.booleans()) else {})} for part in kept]
            patch[name] = data.draw(st.permutations([*changed, *data.draw(st.lists(new, max_size=2))]))
    return patch


def _without_counters(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in ("version", "updated_at")}


@pytest.mark.parametrize("right", ["read", "write"])
def test_reading_and_putting_back_need_their_rights(relations: ServiceKit, right: str) -> None:
    url = register(relations, a_person())
    relations.as_user().patch(url, json={"memo": "x"})
    (change,) = history(relations, url)
    caller = relations.as_user(rights=[right])
    assert caller.get(f"{url}/changes").status_code == (200 if right == "read" else 403)
    assert caller.post(f"{url}/changes/{change['id']}/revert").status_code == (200 if right == "write" else 403)
