"""The office's account: secrets stay secret, addresses stay inside the list, the balance is asked."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from enrichment.accounts.demo import seed
from enrichment.accounts.models import Account
from enrichment.app import create_app
from enrichment.providers.companyinfo import CompanyInfoSettings
from enrichment.tables import Tables
from shared.migrations import differences
from shared.privacy import tables_without_subject, unmarked_columns
from shared.secrets import Vault
from shared.service import openapi_of
from shared.settings import SettingsMissing

URL = "/settings/registers/companyinfo"
SECRET = "een-heel-geheim-wachtwoord"


def test_the_password_goes_in_sealed_and_never_comes_out(stage: Any, capfd: pytest.CaptureFixture[str]) -> None:
    saved = stage.anna.put(URL, json={"username": "demo", "password": SECRET})
    stage.sandbox.account(password="another")
    refused = stage.anna.get("/registers/companyinfo/companies/68750110")
    assert refused.json["type"] == "credentials-refused"
    read = stage.anna.get(URL)
    for answer in (saved, read, refused):
        assert SECRET not in answer.text
        assert "password" not in answer.json
    with stage.kit.database.transaction() as session:
        account = session.get_one(Account, "companyinfo")
        row = str(session.execute(text("SELECT account::text FROM account")).scalar())
    assert SECRET not in row
    assert Vault(stage.kit.settings.data_key).open(account.sealed_password) == SECRET
    printed = capfd.readouterr()
    assert SECRET not in printed.out + printed.err
    assert SECRET not in repr(CompanyInfoSettings(username="demo", password=SECRET)) + repr(stage.kit.settings)


def test_an_account_saved_without_a_password_keeps_the_one_it_had(stage: Any) -> None:
    changed = stage.anna.put(URL, json={"username": "demo", "monthly_cap": 25})
    assert (changed.json["monthly_cap"], changed.json["auto_enrich"]) == (25, False)
    assert stage.anna.get(f"{URL}/balance").status_code == 200


def test_an_account_needs_a_password_the_first_time_and_is_described_before_it_exists(stage: Any) -> None:
    stage.kit.clean()
    assert stage.anna.get(URL).json["configured"] is False
    answer = stage.anna.put(URL, json={"username": "demo"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["password"])
    asked = stage.anna.get("/registers/companyinfo/companies/68750110")
    assert (asked.status_code, asked.json["type"]) == (409, "no-account")


def test_requests_go_to_no_address_outside_the_list(stage: Any) -> None:
    allowed = stage.anna.get(URL).json["allowed_urls"]
    refused = stage.anna.put(URL, json={"username": "demo", "base_urls": ["http://169.254.169.254/latest"]})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["base_urls"])
    assert stage.anna.put(URL, json={"username": "demo", "base_urls": allowed[1:]}).json["base_urls"] == allowed[1:]
    stage.sandbox.behave(ws1="unavailable")
    assert stage.anna.get(f"{URL}/balance").status_code == 200


def test_an_account_is_not_saved_over_what_another_administrator_saved(stage: Any) -> None:
    seen = stage.anna.get(URL).headers["ETag"]
    assert stage.anna.put(URL, json={"username": "demo"}, headers={"If-Match": seen}).status_code == 200
    assert stage.anna.put(URL, json={"username": "x"}, headers={"If-Match": seen}).status_code == 412


def test_the_balance_is_what_the_register_says(stage: Any) -> None:
    stage.sandbox.account(balance=12.5)
    answer = stage.anna.get(f"{URL}/balance")
    assert (answer.json["balance"], answer.json["currency"]) == ("12.50", "EUR")


def test_a_licence_switched_off_at_the_office_stops_everybody(stage: Any) -> None:
    stage.anna.put(URL, json={"username": "demo", "licensed": False})
    answer = stage.anna.get("/registers/companyinfo/companies/68750110")
    assert (answer.status_code, answer.json["type"]) == (403, "licence-required")


@pytest.mark.parametrize("path", [URL, f"{URL}/balance"])
def test_only_an_administrator_sees_the_account(stage: Any, path: str) -> None:
    user = stage.kit.as_user(rights=["read", "write", "key_user"])
    assert user.get(path).status_code == 403
    assert user.put(URL, json={"username": "x", "password": "x"}).status_code == 403


def test_a_data_key_that_was_changed_is_told_as_refused_credentials(stage: Any) -> None:
    with stage.kit.database.transaction() as session:
        account = session.get_one(Account, "companyinfo")
        account.sealed_password = Vault("another-key-of-at-least-32-characters").seal("demo")
    answer = stage.anna.get("/registers/companyinfo/companies/68750110")
    assert (answer.status_code, answer.json["type"]) == (409, "credentials-refused")
    assert stage.ledger() == [("refused", 0)]


def test_the_example_office_gets_its_account_once_and_a_real_one_gets_none(stage: Any) -> None:
    stage.kit.clean()
    seed(stage.kit.settings, stage.kit.database)
    assert stage.rows(Account) == 0
    demo = replace(stage.kit.settings, demo=True)
    seed(demo, stage.kit.database)
    stage.anna.put(URL, json={"username": "demo", "price_cents": 99, "auto_enrich": False})
    seed(demo, stage.kit.database)
    assert stage.anna.get(URL).json["price_cents"] == 99
    assert stage.anna.get("/registers/companyinfo/companies/68750110").status_code == 200


def test_the_migrations_make_the_tables_of_the_models_and_every_column_is_marked(stage: Any) -> None:
    assert differences(stage.kit.database.engine, [Tables.metadata]) == []
    assert unmarked_columns([Tables.metadata]) == []
    assert tables_without_subject(Tables.metadata) == []


def test_a_lease_that_ends_during_a_call_and_a_weak_key_are_refused_at_the_start(stage: Any) -> None:
    with pytest.raises(SettingsMissing, match="LOOKUP_LEASE"):
        replace(stage.kit.settings, lookup_lease=28.0)
    with pytest.raises(SettingsMissing, match="DATA_KEY"):
        create_app(replace(stage.kit.settings, data_key="short"))


def test_every_endpoint_is_described(stage: Any) -> None:
    described = openapi_of(stage.kit.app)["paths"]
    for path in (
        "/registers/{provider}/companies/{number}",
        "/registers/{provider}/search",
        "/relations/{relation_id}/register-lookups",
        "/relations/{relation_id}/register-profiles",
        "/panels/register/{relation_id}",
        "/alerts",
        "/charges",
        "/settings/registers/{provider}",
        "/settings/registers/{provider}/balance",
    ):
        assert path in described
