"""The Company.info adapter over real HTTP, and the contract that every company register keeps."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from enrichment.providers.alerts import alerts_of
from enrichment.providers.circuit import Circuit, Guarded
from enrichment.providers.companyinfo import CompanyInfo, CompanyInfoSettings
from enrichment.providers.companyinfo.endpoints import Endpoints
from enrichment.providers.companyinfo.soap import read_body
from enrichment.providers.memory import MemoryRegister
from enrichment.providers.port import (
    CompanyFacts,
    CompanyRegister,
    CredentialsRefused,
    InvalidNumber,
    NotInSubscription,
    OutOfCredit,
    ProviderFault,
    RegisterProblem,
    Unavailable,
)
from sandbox.settings import Settings
from sandbox.testing import RunningSandbox, running_sandbox

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DOSSIER = "dutchBusinessGetDossierV3"
DONALD = CompanyFacts(
    provider="companyinfo", fetched_at=NOW, number="68750110", number_kind="kvk", legal_name="Test BV Donald"
)


class Stopwatch:
    """Monotonic seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def _served() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_served: RunningSandbox) -> RunningSandbox:
    _served.reset()
    return _served


@pytest.fixture
def settings(sandbox: RunningSandbox) -> CompanyInfoSettings:
    urls = (f"{sandbox.url}/ws1/soap_doclit", f"{sandbox.url}/ws2/soap_doclit")
    return CompanyInfoSettings(base_urls=urls, username="demo", password="demo", response_timeout=3)


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def adapter(settings: CompanyInfoSettings, stopwatch: Stopwatch) -> CompanyInfo:
    return CompanyInfo(settings, lambda: NOW, monotonic=stopwatch)


@pytest.fixture(params=["memory", "companyinfo", "guarded"])
def register(request: pytest.FixtureRequest, adapter: CompanyInfo, stopwatch: Stopwatch) -> CompanyRegister:
    if request.param == "memory":
        return MemoryRegister([DONALD], provider="companyinfo", balance=Decimal(500))
    circuit = Circuit(failures=3, rest_seconds=30, monotonic=stopwatch)
    return Guarded(adapter, circuit) if request.param == "guarded" else adapter


def test_every_register_knows_a_company_or_says_that_there_is_none(register: CompanyRegister) -> None:
    facts = register.look_up("68750110")
    assert facts is not None
    assert (facts.provider, facts.number, facts.legal_name) == ("companyinfo", "68750110", "Test BV Donald")
    assert facts.fetched_at == NOW
    assert register.look_up("12345678") is None


@pytest.mark.parametrize(
    "number", ["", "1234567", "123456789", "ABCDEFGH", "6875011O", "６８７５０１１０", "68750110\n"]
)
def test_every_register_refuses_what_is_no_number(register: CompanyRegister, number: str) -> None:
    with pytest.raises(InvalidNumber):
        register.look_up(number)


def test_every_register_finds_a_piece_of_a_name_and_an_unknown_name_is_an_empty_answer(
    register: CompanyRegister,
) -> None:
    assert [hit.number for hit in register.search("donald")] == ["68750110"]
    assert list(register.search("no company is called so")) == []


def test_every_register_tells_its_balance(register: CompanyRegister) -> None:
    assert register.balance() == Decimal(500)


def test_all_facts_of_a_dossier_are_read(adapter: CompanyInfo) -> None:
    facts = adapter.look_up("68750110")
    assert facts is not None
    assert facts.trade_names == ("Test BV Donald", "Donald Testdiensten")
    assert facts.visiting_address is not None
    assert (facts.visiting_address.street, facts.visiting_address.house_number) == ("Hizzaarderlaan", "3")
    assert (facts.founded_on, facts.discontinued_on) == (date(2017, 5, 16), None)
    assert [activity.code for activity in facts.activities] == ["62010", "70221"]
    assert facts.annual_figures is not None
    assert facts.annual_figures.turnover is not None
    assert (facts.annual_figures.year, facts.annual_figures.turnover.amount) == (2024, Decimal(1840000))
    assert facts.parent is not None
    assert facts.parent.number == "90001354"
    assert (facts.personnel, facts.economically_active, facts.bankruptcy) == (12, True, False)
    assert facts.raw["legal_name"] == "Test BV Donald"
    assert adapter.vat_number_of("68750110") == "NL857587973B01"


def test_a_sole_trader_without_rsin_figures_or_site_has_none(adapter: CompanyInfo) -> None:
    facts = adapter.look_up("69599084")
    assert facts is not None
    assert (facts.rsin, facts.annual_figures, facts.parent, facts.website) == (None, None, None, "")
    assert adapter.vat_number_of("69599084") is None


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("68750110", []),
        ("90990222", [("bankruptcy", "red", date(2026, 2, 17))]),
        ("90990333", [("suspension_of_payments", "red", date(2026, 4, 8))]),
        ("90990444", [("discontinued", "red", date(2024, 12, 31))]),
    ],
)
def test_an_alert_follows_from_the_facts(
    adapter: CompanyInfo, number: str, codes: list[tuple[str, str, date | None]]
) -> None:
    facts = adapter.look_up(number)
    assert facts is not None
    assert [(alert.code, alert.severity, alert.since) for alert in alerts_of(facts)] == codes


def test_an_ended_insolvency_is_amber_and_every_alert_has_words_in_three_languages(adapter: CompanyInfo) -> None:
    bankrupt = adapter.look_up("90990222")
    assert bankrupt is not None
    (ended,) = alerts_of(replace(bankrupt, bankruptcy=False))
    assert (ended.code, ended.severity) == ("insolvency", "amber")
    everything = replace(bankrupt, suspension_of_payments=True, discontinued_on=date(2026, 1, 1))
    inactive = replace(bankrupt, economically_active=False)
    for alert in (*alerts_of(everything), *alerts_of(inactive), ended):
        assert len({alert.text(language) for language in ("nl", "fr", "en")}) == 3
        assert alert.text("de") == alert.text("nl")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("Client.Authentication.HostRestriction", CredentialsRefused),
        ("Client.Authorization", NotInSubscription),
        ("Client.Payment.Some.New.Child", OutOfCredit),
        ("Client.Input.Invalid", InvalidNumber),
        ("Server.Data", ProviderFault),
        ("Client.Authenticationlike", ProviderFault),
        ("Server", ProviderFault),
    ],
)
def test_an_error_code_is_matched_by_its_prefix_and_never_tried_twice(
    sandbox: RunningSandbox, adapter: CompanyInfo, code: str, problem: type[RegisterProblem]
) -> None:
    sandbox.behave("companyinfo", fail_next=1, fail_code=code)
    with pytest.raises(problem) as caught:
        adapter.look_up("68750110")
    assert type(caught.value) is problem
    assert caught.value.code == code
    assert sandbox.control("GET", "/behaviour/companyinfo")["fail_next"] == 0
    assert sandbox.paid(DOSSIER) == {}


def test_a_wrong_password_and_an_empty_account_are_told_apart(
    sandbox: RunningSandbox, settings: CompanyInfoSettings, adapter: CompanyInfo
) -> None:
    with pytest.raises(CredentialsRefused):
        CompanyInfo(replace(settings, password="guess"), lambda: NOW).balance()
    sandbox.control("PATCH", "/companyinfo/accounts/demo", balance=0.0)
    with pytest.raises(OutOfCredit):
        adapter.look_up("68750110")
    assert adapter.balance() == 0


@pytest.mark.parametrize("state", ["unavailable", "gateway"])
def test_the_second_host_answers_while_the_first_is_down_and_is_left_again_later(
    sandbox: RunningSandbox, adapter: CompanyInfo, stopwatch: Stopwatch, state: str
) -> None:
    sandbox.behave("companyinfo", ws1=state)
    assert adapter.look_up("68750110") is not None
    assert sandbox.paid(DOSSIER) == {"68750110": 1}
    sandbox.behave("companyinfo", ws1="up", ws2="unavailable")
    with pytest.raises(Unavailable):
        adapter.balance()
    stopwatch.seconds += 3600
    assert adapter.balance() == Decimal("499.15")


def test_a_host_that_cannot_be_connected_to_is_passed_over(settings: CompanyInfoSettings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/soap_doclit"
        adapter = CompanyInfo(replace(settings, base_urls=(nobody, settings.base_urls[1])), lambda: NOW)
        assert adapter.balance() == 500


def test_a_call_that_may_have_been_paid_is_not_made_again(
    sandbox: RunningSandbox, settings: CompanyInfoSettings
) -> None:
    adapter = CompanyInfo(replace(settings, response_timeout=0.2), lambda: NOW)
    sandbox.behave("companyinfo", slow_ms=1500)
    with pytest.raises(Unavailable):
        adapter.look_up("68750110")
    assert sandbox.control("GET", "/counters")["companyinfo"]["arrived"] == {"ws1": 1}
    sandbox.behave("companyinfo", slow_ms=0)
    deadline = time.monotonic() + 20
    while not sandbox.paid(DOSSIER) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sandbox.paid(DOSSIER) == {"68750110": 1}, "it was indeed carried out and paid"


def test_no_password_number_or_name_is_logged_or_put_in_an_error(
    sandbox: RunningSandbox, settings: CompanyInfoSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    adapter = CompanyInfo(replace(settings, password="hush-hush"), lambda: NOW)
    with pytest.raises(CredentialsRefused) as caught:
        adapter.look_up("69599084")
    sandbox.control("PATCH", "/companyinfo/accounts/demo", password="hush-hush")
    assert adapter.look_up("69599084") is not None
    said = caplog.text + str(caught.value) + repr(caught.value) + repr(replace(settings, password="hush-hush"))
    assert "hush-hush" not in said
    assert "69599084" not in said
    assert "Dagobert" not in said


def test_an_error_code_that_is_no_code_never_reaches_a_message() -> None:
    assert str(ProviderFault("companyinfo", "Jan Jansen, 0612345678")) == "companyinfo: ProviderFault"
    assert str(ProviderFault("companyinfo", "Server.Data")) == "companyinfo: ProviderFault (Server.Data)"


def test_children_are_read_by_local_name_whether_qualified_or_not() -> None:
    qualified = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><w:r xmlns:w="urn:w">'
        b"<w:out><w:names><w:item>A</w:item></w:names><w:empty/></w:out></w:r></s:Body></s:Envelope>"
    )
    plain = qualified.replace(b"<w:", b"<").replace(b"</w:", b"</").replace(b"<r xmlns:w", b"<r xmlns")
    assert read_body(qualified) == read_body(plain) == {"out": {"names": ["A"], "empty": ""}}
    assert read_body(b"<html>") is None
    assert read_body(b"") is None


def test_a_dead_provider_costs_nothing_until_it_has_rested(
    sandbox: RunningSandbox, adapter: CompanyInfo, stopwatch: Stopwatch
) -> None:
    circuit = Circuit(failures=2, rest_seconds=30, monotonic=stopwatch)
    register = Guarded(adapter, circuit)
    sandbox.behave("companyinfo", fail_next=1000)

    def left() -> int:
        return int(sandbox.control("GET", "/behaviour/companyinfo")["fail_next"])

    for _ in range(2):
        with pytest.raises(Unavailable):
            register.balance()
    assert circuit.state == "open"
    before = left()
    for _ in range(5):
        with pytest.raises(Unavailable, match=r"Circuit\.Open"):
            register.balance()
    assert left() == before
    stopwatch.seconds += 30
    assert circuit.state == "half-open"
    with pytest.raises(Unavailable):
        register.balance()
    assert circuit.state == "open"
    stopwatch.seconds += 30
    sandbox.behave("companyinfo", fail_next=0)
    assert register.balance() == 500
    assert circuit.state == "closed"


def test_only_one_call_tries_whether_the_provider_is_back(stopwatch: Stopwatch) -> None:
    circuit = Circuit(failures=1, rest_seconds=30, monotonic=stopwatch)
    assert circuit.enter()
    circuit.failed()
    stopwatch.seconds += 30
    assert [circuit.enter(), circuit.enter()] == [True, False]
    circuit.succeeded()
    assert [circuit.enter(), circuit.enter()] == [True, True]


def test_a_refusal_does_not_open_the_circuit(sandbox: RunningSandbox, adapter: CompanyInfo) -> None:
    circuit = Circuit(failures=1, rest_seconds=30, monotonic=Stopwatch())
    sandbox.behave("companyinfo", fail_next=1, fail_code="Client.Payment")
    with pytest.raises(OutOfCredit):
        Guarded(adapter, circuit).look_up("68750110")
    assert circuit.state == "closed"


def test_when_every_address_is_avoided_all_are_tried(stopwatch: Stopwatch) -> None:
    endpoints = Endpoints(("one", "two"), avoid_seconds=60, monotonic=stopwatch)
    endpoints.failed("one")
    assert endpoints.in_order() == ("two",)
    endpoints.failed("two")
    assert endpoints.in_order() == ("one", "two")
    stopwatch.seconds += 60
    endpoints.failed("two")
    assert endpoints.in_order() == ("one",)
