"""Who may ask, how they prove it, and what it costs them."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.companyinfo.faults import AUTHENTICATION, NOT_ALLOWED, PAYMENT, WRONG_PASSWORD, WRONG_USERNAME, Fault
from sandbox.companyinfo.soap import Call
from sandbox.settings import Settings
from sandbox.store import Store

_ACCOUNTS, _SESSIONS = "companyinfo.accounts", "companyinfo.sessions"


@dataclass(frozen=True)
class Caller:
    """The user whose credentials came with the call, and the session if there is one."""

    username: str
    reactid: str | None = None


class Accounts:
    """Accounts with a balance, and the sessions of those who logged in."""

    def __init__(self, store: Store, settings: Settings, *, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self.found()

    def found(self) -> None:
        """Make the one account that a fresh sandbox has."""
        if not self._store.room(_ACCOUNTS):
            self.change(
                self._settings.companyinfo_user,
                {
                    "password": self._settings.companyinfo_password,
                    "balance": self._settings.companyinfo_balance,
                    "environment": "test",
                    "refused_operations": [],
                },
            )

    def change(self, username: str, facts: dict[str, Any]) -> None:
        """Make an account or change facts of it: password, balance, refused_operations."""
        with self._store.alone():
            self._store.put(_ACCOUNTS, username, {**_NEW, **(self._store.get(_ACCOUNTS, username) or {}), **facts})

    def recognise(self, call: Call) -> Caller:
        """Say who is calling; raises a Fault when the header proves nobody."""
        if login := call.header.get("HeaderLogin"):
            return self._verify(login.get("username", ""), login.get("password", ""))
        if session := call.header.get("HeaderAuthenticate"):
            reactid = session.get("reactid", "")
            found = self._store.get(_SESSIONS, reactid)
            if found is None or found["expires"] <= self._clock.timestamp():
                raise Fault(AUTHENTICATION, "Session unknown or expired")
            return Caller(found["username"], reactid)
        raise Fault(AUTHENTICATION, "No credentials in the header")

    def log_in(self, username: str, password: str) -> str:
        """Open a session and return its reactid of 32 characters; raises a Fault."""
        caller = self._verify(username, password)
        reactid = secrets.token_hex(16)
        expires = self._clock.timestamp() + self._settings.companyinfo_session_seconds
        self._store.put(_SESSIONS, reactid, {"username": caller.username, "expires": expires})
        return reactid

    def log_out(self, caller: Caller) -> None:
        """End the caller's session, if it has one."""
        if caller.reactid:
            self._store.drop(_SESSIONS, caller.reactid)

    def balance(self, username: str) -> float:
        """What is left, in euros."""
        return float(self._account(username)["balance"])

    def require(self, caller: Caller, operation: str, *, price: float) -> None:
        """Raise a Fault when this account may not make the call or cannot pay it."""
        account = self._account(caller.username)
        if operation in account["refused_operations"]:
            raise Fault(NOT_ALLOWED, "Method not in subscription")
        if price and account["balance"] < price:
            raise Fault(PAYMENT, "Balance too low")

    def charge(self, caller: Caller, price: float) -> None:
        """Take the price off the balance; a Fault and no charge when two calls raced for the last euro."""
        with self._store.alone():
            left = self.balance(caller.username) - price
            if left < 0:
                raise Fault(PAYMENT, "Balance too low")
            self.change(caller.username, {"balance": round(left, 4)})

    def _verify(self, username: str, password: str) -> Caller:
        account = self._store.get(_ACCOUNTS, username)
        if account is None:
            raise Fault(WRONG_USERNAME, "Unknown user")
        if not hmac.compare_digest(account["password"].encode(), password.encode()):
            raise Fault(WRONG_PASSWORD, "Wrong password")
        return Caller(username)

    def _account(self, username: str) -> dict[str, Any]:
        return self._store.get(_ACCOUNTS, username) or dict(_NEW)


_NEW: dict[str, Any] = {"password": "", "balance": 0.0, "environment": "test", "refused_operations": []}
