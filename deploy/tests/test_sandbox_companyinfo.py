"""The stand-in of Company.info, driven by zeep from its own strict WSDL over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import pytest
import requests
import zeep
from zeep.exceptions import Fault

from sandbox.settings import Settings
from sandbox.testing import RunningSandbox, running_sandbox

BINDING = "{http://www.webservices.nl/soap/}WebservicesBinding"
LOGIN = {"HeaderLogin": {"username": "demo", "password": "demo"}}
ANY = {"street": "", "postcode": "", "house_number_addition": "", "telephone_number": "", "domain_name": ""}
SEARCH = {**ANY, "city": "", "strict_search": False, "page": 1}


@pytest.fixture(scope="module")
def _served() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_served: RunningSandbox) -> RunningSandbox:
    _served.reset()
    return _served


@pytest.fixture(scope="module")
def client() -> zeep.Client:
    return zeep.Client(str(files("sandbox.companyinfo") / "service.wsdl"))


@pytest.fixture
def service(sandbox: RunningSandbox, client: zeep.Client) -> Any:
    return client.create_service(BINDING, f"{sandbox.url}/ws1/soap_doclit")


def refused(call: Any, *arguments: Any, **keywords: Any) -> str:
    with pytest.raises(Fault) as caught:
        call(*arguments, **{"_soapheaders": LOGIN, **keywords})
    return str(caught.value.detail.findtext("errorcode"))


def test_a_dossier_obeys_the_order_of_the_contract_and_a_missing_company_is_not_found(service: Any) -> None:
    dossier = service.dutchBusinessGetDossierV3("68750110", "", _soapheaders=LOGIN)
    assert (dossier.legal_name, dossier.establishment_address.formatted.city) == ("Test BV Donald", "Lollum")
    assert dossier.founding_date.year == 2017
    assert dossier.annual_financial_statement_summary.turnover.currency == "EUR"
    assert refused(service.dutchBusinessGetDossierV3, "12345678", "") == "Server.Data.NotFound"


@pytest.mark.parametrize("number", ["69599084", "68727720", "69599068", "90001354", "69599076", "55344526", "80099999"])
def test_a_sound_company_has_no_alarm(service: Any, number: str) -> None:
    dossier = service.dutchBusinessGetDossierV3(number, "", _soapheaders=LOGIN)
    assert (dossier.indication_bankruptcy, dossier.indication_dip, dossier.insolvencies) == (False, False, None)


def test_bankruptcy_and_suspension_of_payments_are_told_apart(service: Any) -> None:
    bankrupt = service.dutchBusinessGetDossierV3("90990222", "", _soapheaders=LOGIN)
    suspended = service.dutchBusinessGetDossierV3("90990333", "", _soapheaders=LOGIN)
    assert (bankrupt.indication_bankruptcy, bankrupt.indication_dip) == (True, False)
    assert (suspended.indication_bankruptcy, suspended.indication_dip) == (False, True)


def test_an_error_code_travels_in_the_header_and_in_the_detail(sandbox: RunningSandbox) -> None:
    answer = requests.post(f"{sandbox.url}/ws2/soap_doclit.php", data=b"not xml", timeout=10)
    assert answer.status_code == 500
    assert answer.headers["X-WS-ErrorCode"] == "Client.Input.FormatIncorrect"
    assert b"<errorcode>Client.Input.FormatIncorrect</errorcode>" in answer.content


def test_a_session_works_until_it_expires_or_is_ended(sandbox: RunningSandbox, service: Any) -> None:
    def balance(reactid: str) -> float:
        return float(service.accountViewBalance(0, _soapheaders={"HeaderAuthenticate": {"reactid": reactid}}))

    first, second = service.login("demo", "demo"), service.login("demo", "demo")
    assert len(first) == 32
    assert balance(first) == balance(second) == 500
    service.logout(_soapheaders={"HeaderAuthenticate": {"reactid": first}})
    header = {"HeaderAuthenticate": {"reactid": first}}
    assert refused(service.accountViewBalance, 0, _soapheaders=header) == "Client.Authentication"
    sandbox.advance(1801)
    header = {"HeaderAuthenticate": {"reactid": second}}
    assert refused(service.accountViewBalance, 0, _soapheaders=header) == "Client.Authentication"


def test_a_wrong_password_and_an_unknown_user_have_their_own_codes(service: Any) -> None:
    wrong = {"HeaderLogin": {"username": "demo", "password": "guess"}}
    unknown = {"HeaderLogin": {"username": "nobody", "password": "demo"}}
    assert refused(service.accountViewBalance, 0, _soapheaders=wrong) == "Client.Authentication.Password"
    assert refused(service.accountViewBalance, 0, _soapheaders=unknown) == "Client.Authentication.Username"


def test_the_balance_falls_per_answer_and_nothing_is_given_without_it(sandbox: RunningSandbox, service: Any) -> None:
    sandbox.control("PATCH", "/companyinfo/accounts/demo", balance=1.0)
    refused(service.dutchBusinessGetDossierV3, "12345678", "")
    assert service.accountViewBalance(0, _soapheaders=LOGIN) == pytest.approx(1.0)
    service.dutchBusinessGetDossierV3("68750110", "", _soapheaders=LOGIN)
    assert service.accountViewBalance(0, _soapheaders=LOGIN) == pytest.approx(0.15)
    assert refused(service.dutchBusinessGetDossierV3, "68750110", "") == "Client.Payment"
    assert sandbox.paid("dutchBusinessGetDossierV3") == {"68750110": 1}


def test_callers_at_the_same_moment_never_overdraw_the_account(sandbox: RunningSandbox, client: zeep.Client) -> None:
    sandbox.control("PATCH", "/companyinfo/accounts/demo", balance=2.0)
    service = client.create_service(BINDING, f"{sandbox.url}/ws1/soap_doclit")

    def look_up(number: int) -> bool:
        try:
            service.dutchBusinessGetDossierV3(str(80_000_000 + number), "", _soapheaders=LOGIN)
        except Fault:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look_up, range(8))) == 2
    assert service.accountViewBalance(0, _soapheaders=LOGIN) == pytest.approx(0.30)


def test_search_finds_a_piece_of_a_name_without_accents_and_pages(service: Any) -> None:
    found = service.dutchBusinessSearchParametersV2(trade_name="GOUDEN KLOMP", **SEARCH, _soapheaders=LOGIN)
    assert [hit.dossier_number for hit in found.results.item] == ["55344526"]
    found = service.dutchBusinessSearch(dossier_number="90990222", trade_name="cafe", **SEARCH, _soapheaders=LOGIN)
    assert found.results.item[0].trade_name == "Café De Laatste Ronde"
    beyond = {**SEARCH, "page": 2, "trade_name": "klomp"}
    assert refused(service.dutchBusinessSearchParametersV2, **beyond) == "Server.Data.PageNotFound"


def test_fetching_a_dossier_subscribes_and_clears_what_was_pending(sandbox: RunningSandbox, service: Any) -> None:
    def pending() -> list[str]:
        page = service.dutchBusinessUpdateGetDossiers({"item": []}, 1, _soapheaders=LOGIN)
        return [reference.dossier_number for reference in (page.results.item if page.results else [])]

    service.dutchBusinessGetDossierV3("68727720", "", _soapheaders=LOGIN)
    assert pending() == []
    told = sandbox.control("POST", "/companyinfo/companies/68727720", facts={"city": "Urk"}, update_types=["Address"])
    assert told == {"subscribers": 1}
    assert pending() == pending() == ["68727720"]
    changed = service.dutchBusinessGetDossierV3("68727720", "", _soapheaders=LOGIN)
    assert changed.establishment_address.formatted.city == "Urk"
    assert changed.update_info.update_types.item == ["Address"]
    assert pending() == []


def test_a_removed_subscription_is_not_told_and_the_type_test_always_answers(
    sandbox: RunningSandbox, service: Any
) -> None:
    service.dutchBusinessUpdateAddDossier("69599068", "", _soapheaders=LOGIN)
    service.dutchBusinessUpdateRemoveDossier("69599068", "", _soapheaders=LOGIN)
    assert sandbox.control("POST", "/companyinfo/companies/69599068", facts={"personnel": 9}) == {"subscribers": 0}
    assert refused(service.dutchBusinessUpdateCheckDossier, "69599068", "") == "Server.Data.NotFound"
    probe = service.dutchBusinessUpdateCheckDossier("69599068", "", {"item": ["Test"]}, _soapheaders=LOGIN)
    assert probe.update_types.item == ["Test"]


def test_one_host_can_be_down_while_the_other_is_up(sandbox: RunningSandbox, client: zeep.Client) -> None:
    sandbox.behave("companyinfo", ws1="unavailable")
    first, second = (client.create_service(BINDING, f"{sandbox.url}/{host}/soap_doclit") for host in ("ws1", "ws2"))
    assert refused(first.accountViewBalance, 0) == "Server.Unavailable.Temporary"
    assert second.accountViewBalance(0, _soapheaders=LOGIN) == 500


def test_the_wsdl_is_handed_out_with_the_address_of_the_host(sandbox: RunningSandbox) -> None:
    client = zeep.Client(f"{sandbox.url}/ws2/soap_doclit?wsdl")
    sandbox.behave("companyinfo", ws1="unavailable")
    assert client.service.accountViewBalance(0, _soapheaders=LOGIN) == 500


def test_a_knob_that_does_not_exist_is_refused(sandbox: RunningSandbox) -> None:
    with pytest.raises(requests.HTTPError, match="422"):
        sandbox.behave("companyinfo", explode=True)
    with pytest.raises(requests.HTTPError, match="422"):
        sandbox.behave("companyinfo", ws1="gone")
