"""The methods of the platform that the sandbox speaks, and what each costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from sandbox.companyinfo.companies import Company
from sandbox.companyinfo.dossier import dossier, establishment_reference, reference_v2
from sandbox.companyinfo.faults import INCOMPLETE, NOT_ALLOWED, NOT_FOUND, PAGE_NOT_FOUND, Fault

if TYPE_CHECKING:
    from sandbox.companyinfo.accounts import Caller
    from sandbox.companyinfo.register import Register
    from sandbox.companyinfo.soap import Call

Answer = Mapping[str, Any]
PAGE_SIZE = 10


@dataclass(frozen=True)
class Operation:
    """How a method is carried out, its price in euros (made up), and whether it works without credentials."""

    perform: Callable[[Register, Caller, Call], Answer]
    price: float = 0.0
    open_to_all: bool = False


def _log_in(register: Register, _caller: Caller, call: Call) -> Answer:
    return {"reactid": register.accounts.log_in(call.text("username"), call.text("password"))}


def _log_out(register: Register, caller: Caller, _call: Call) -> Answer:
    register.accounts.log_out(caller)
    return {}


def _search(register: Register, _caller: Caller, call: Call) -> Answer:
    return _paged(call, [establishment_reference(company) for company in _matches(register, call)])


def _search_v2(register: Register, _caller: Caller, call: Call) -> Answer:
    return _paged(call, [reference_v2(company) for company in _matches(register, call)])


def _get_dossier(register: Register, caller: Caller, call: Call) -> Answer:
    company = _required(register, call)
    pending = register.monitoring.retrieved(caller.username, company.number)
    return {"out": dossier(company, update_types=pending, updated_on=register.clock.now().date())}


def _get_vat_number(register: Register, _caller: Caller, call: Call) -> Answer:
    company = _required(register, call)
    if not company.vat_number:
        raise Fault(NOT_FOUND, "No VAT number known")
    today = register.clock.now().date().isoformat()
    return {
        "out": {"dossier_number": company.number, "vat_number": company.vat_number, "date_last_update": today},
    }


def _view_balance(register: Register, caller: Caller, call: Call) -> Answer:
    if call.number("accountid", 0):
        raise Fault(NOT_ALLOWED, "Only the own account")
    return {"balance": register.accounts.balance(caller.username)}


def _add_dossier(register: Register, caller: Caller, call: Call) -> Answer:
    register.monitoring.follow(caller.username, _required(register, call).number)
    return {}


def _remove_dossier(register: Register, caller: Caller, call: Call) -> Answer:
    register.monitoring.unfollow(caller.username, _required(register, call).number)
    return {}


def _get_dossiers(register: Register, caller: Caller, call: Call) -> Answer:
    return _paged(call, register.monitoring.pending(caller.username, call.items("update_types")))


def _check_dossier(register: Register, caller: Caller, call: Call) -> Answer:
    number = call.text("dossier_number")
    types = call.items("update_types")
    return {"out": register.monitoring.check(number, update_types=types, username=caller.username)}


def _required(register: Register, call: Call) -> Company:
    company = register.find(call.text("dossier_number"))
    if company is None:
        raise Fault(NOT_FOUND, "No such dossier")
    return company


def _matches(register: Register, call: Call) -> list[Company]:
    criteria = {
        "number": call.text("dossier_number"),
        "name": call.text("trade_name"),
        "city": call.text("city"),
        "postcode": call.text("postcode"),
    }
    if not any(criteria.values()):
        raise Fault(INCOMPLETE, "Nothing to search for")
    found = register.search(**criteria)
    if not found:
        raise Fault(NOT_FOUND, "No results")
    return found


def _paged(call: Call, results: Sequence[Answer]) -> Answer:
    page, pages = call.number("page", 1), max(1, ceil(len(results) / PAGE_SIZE))
    if not 1 <= page <= pages:
        raise Fault(PAGE_NOT_FOUND, "No such page")
    paging = {
        "curpage": page,
        "perpage": PAGE_SIZE,
        "numpages": pages,
        "numresults": len(results),
        "maxresults": len(results),
    }
    return {"out": {"paging": paging, "results": list(results[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])}}


OPERATIONS: dict[str, Operation] = {
    "login": Operation(_log_in, open_to_all=True),
    "logout": Operation(_log_out),
    "accountViewBalance": Operation(_view_balance),
    "dutchBusinessSearch": Operation(_search, price=0.10),
    "dutchBusinessSearchParametersV2": Operation(_search_v2, price=0.10),
    "dutchBusinessGetDossierV3": Operation(_get_dossier, price=0.85),
    "dutchBusinessGetVatNumber": Operation(_get_vat_number, price=0.25),
    "dutchBusinessUpdateAddDossier": Operation(_add_dossier),
    "dutchBusinessUpdateRemoveDossier": Operation(_remove_dossier),
    "dutchBusinessUpdateGetDossiers": Operation(_get_dossiers),
    "dutchBusinessUpdateCheckDossier": Operation(_check_dossier),
}
