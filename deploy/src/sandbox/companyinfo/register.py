"""The register behind the SOAP door: companies, who may ask for them, and the operations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sandbox.behaviour import Behaviours
from sandbox.clock import Clock
from sandbox.companyinfo.accounts import Accounts, Caller
from sandbox.companyinfo.companies import Company, generate, with_changes
from sandbox.companyinfo.faults import INCOMPLETE, WRONG_FORMAT, Fault
from sandbox.companyinfo.monitoring import Monitoring
from sandbox.companyinfo.named_companies import named_companies
from sandbox.companyinfo.operations import OPERATIONS
from sandbox.companyinfo.soap import Call
from sandbox.counters import Counters
from sandbox.settings import Settings
from sandbox.store import Store

_CHANGES = "companyinfo.companies"


class Register:
    """Everything the stand-in of Company.info knows and does."""

    def __init__(
        self, store: Store, *, settings: Settings, clock: Clock, counters: Counters, behaviours: Behaviours
    ) -> None:
        self._store = store
        self._named = named_companies()
        self.clock = clock
        self.counters = counters
        self.behaviours = behaviours
        self.accounts = Accounts(store, settings, clock=clock)
        self.monitoring = Monitoring(store, clock=clock)

    def perform(self, call: Call) -> Mapping[str, Any]:
        """Carry out one call and take its price; raises a Fault, and then nothing is charged."""
        operation = OPERATIONS.get(call.operation)
        if operation is None:
            raise Fault(WRONG_FORMAT, "No such method")
        self.counters.count("companyinfo", "calls", call.operation)
        caller = Caller("") if operation.open_to_all else self.accounts.recognise(call)
        self.accounts.require(caller, call.operation, price=operation.price)
        answer = operation.perform(self, caller, call)
        if operation.price:
            self.accounts.charge(caller, operation.price)
            self.counters.count("companyinfo", "paid", call.operation, call.text("dossier_number") or "-")
        return answer

    def find(self, number: str) -> Company | None:
        """The company with this number; raises a Fault when it is not a number of eight digits."""
        if not number:
            raise Fault(INCOMPLETE, "dossier_number is missing")
        if not re.fullmatch(r"[0-9]{8}", number):
            raise Fault(WRONG_FORMAT, "dossier_number has eight digits")
        company = self._named.get(number) or generate(number)
        changes = self._store.get(_CHANGES, number)
        return with_changes(company, number, changes) if changes else company

    def search(self, *, number: str = "", name: str = "", city: str = "", postcode: str = "") -> list[Company]:
        """Companies that agree with every given criterion; a name may be a piece, without accents or case."""
        candidates = {*self._named, *self._store.room(_CHANGES), *re.findall(r"\b[0-9]{8}\b", f"{number} {name}")}
        found = [company for candidate in sorted(candidates) if (company := self.find(candidate))]
        return [
            company
            for company in found
            if number in ("", company.number)
            and any(_plain(name) in _plain(known) for known in (company.legal_name, *company.trade_names))
            and _plain(city) in ("", _plain(company.city))
            and postcode.replace(" ", "").upper() in ("", company.postcode)
        ]

    def change(self, number: str, facts: dict[str, Any], update_types: list[str]) -> int:
        """Change facts of a company or found a new one; tells subscribers, returns how many; raises TypeError."""
        with self._store.alone():
            changes = {**(self._store.get(_CHANGES, number) or {}), **facts}
            with_changes(self._named.get(number) or generate(number), number, changes)
            self._store.put(_CHANGES, number, changes)
            return self.monitoring.changed(number, update_types)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()
