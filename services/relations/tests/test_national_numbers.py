"""National numbers: off by default, a right of their own, masked, read whole by a call of their own."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from relations.app import create_app
from relations.national_numbers.models import NationalNumber
from relations.testing.examples import a_company, a_person
from shared.secrets import Vault
from shared.settings import SettingsMissing
from shared.testing.kit import ServiceKit

RRN = "85.07.30-033 28"


@pytest.fixture
def keeping(relations: ServiceKit, monkeypatch: pytest.MonkeyPatch) -> ServiceKit:
    """An office that keeps national numbers."""
    monkeypatch.setitem(relations.app.extensions, "settings", replace(relations.settings, national_number=True))
    monkeypatch.setitem(relations.app.extensions, "vault", Vault(relations.settings.data_key))
    return relations


def url_of(relations: ServiceKit, body: dict[str, object]) -> str:
    return f"/relations/{relations.as_user().post('/relations', json=body).json['id']}/national-number"


def test_an_office_that_did_not_switch_them_on_keeps_none(relations: ServiceKit) -> None:
    url, anna = url_of(relations, a_person()), relations.as_user()
    for answer in (anna.put(url, json={"kind": "rrn", "value": RRN}), anna.get(url), anna.post(f"{url}/readings")):
        assert (answer.status_code, answer.json["type"]) == (403, "not-kept")


def test_it_is_checked_shown_masked_and_read_whole_by_a_call_of_its_own(keeping: ServiceKit) -> None:
    url, anna = url_of(keeping, a_person()), keeping.as_user()
    assert anna.put(url, json={"kind": "rrn", "value": "85.07.30-033 29"}).json["errors"].keys() == {"value"}
    assert anna.put(url, json={"kind": "rrn", "value": RRN}).json == {"kind": "rrn", "masked": "•••••••••28"}
    assert anna.get(url).json == {"kind": "rrn", "masked": "•••••••••28"}
    assert anna.post(f"{url}/readings").json == {"kind": "rrn", "value": "85073003328"}
    whole = anna.get(url.removesuffix("/national-number"))
    changes = anna.get(url.replace("national-number", "changes"))
    assert "85073003328" not in whole.get_data(True) + changes.get_data(True)
    assert anna.delete(url).status_code == 204
    assert anna.get(url).status_code == 404


def test_it_lies_sealed_in_the_database_and_its_owner_reads_it_in_the_report(keeping: ServiceKit) -> None:
    url = url_of(keeping, a_person())
    keeping.as_user().put(url, json={"kind": "rrn", "value": RRN})
    with keeping.database.reading() as connection:
        stored = connection.execute(select(NationalNumber.__table__)).one()
    assert "850730" not in str(stored)
    relation_id = url.split("/")[2]
    report = keeping.as_service("gdpr").post("/privacy/export", json={"relation_ids": [relation_id]}).json
    (row,) = report[relation_id]["national_number"]
    assert (row["kind"], row["value"], "sealed_value" in row) == ("rrn", "85073003328", False)


def test_an_office_that_keeps_them_needs_a_key(keeping: ServiceKit) -> None:
    with pytest.raises(SettingsMissing, match="DATA_KEY"):
        create_app(replace(keeping.settings, national_number=True, data_key=""))


def test_only_persons_have_one_and_only_the_right_reads_it(keeping: ServiceKit) -> None:
    company = url_of(keeping, a_company())
    assert keeping.as_user().put(company, json={"kind": "rrn", "value": RRN}).json["errors"].keys() == {"kind"}
    url = url_of(keeping, a_person())
    keeping.as_user().put(url, json={"kind": "rrn", "value": RRN})
    without = keeping.as_user(rights=["read", "write", "admin"])
    for answer in (without.get(url), without.post(f"{url}/readings"), without.delete(url)):
        assert answer.status_code == 403
