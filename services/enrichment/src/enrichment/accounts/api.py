"""Accounts over HTTP, for administrators."""

from typing import Any

from flask import Response, current_app, jsonify, make_response
from flask_smorest import Blueprint

from enrichment.accounts import actions
from enrichment.accounts.domain import SaveAccount
from enrichment.accounts.models import Account
from enrichment.accounts.problems import refuse_unknown_provider
from enrichment.accounts.queries import account_in_use
from enrichment.accounts.registers import Registers
from enrichment.accounts.schemas import AccountIn, AccountOut, BalanceOut
from enrichment.charges.queries import queries_this_month
from enrichment.lookups.problems import as_problem
from enrichment.providers.port import RegisterProblem
from enrichment.settings import EnrichmentSettings
from shared.auth import requires
from shared.clock import utc_now
from shared.concurrency import with_etag
from shared.db import database

blueprint = Blueprint("accounts", __name__, url_prefix="/settings/registers", description="Accounts with registers")


def _answer(provider: str, account: Account | None, *, used: int) -> Response:
    settings: EnrichmentSettings = current_app.extensions["settings"]
    shown: dict[str, Any] = {
        "provider": provider,
        "configured": account is not None,
        "allowed_urls": settings.companyinfo_urls,
        "queries_this_month": used,
        **(AccountOut(exclude=NOT_STORED).dump(account) if account else {"version": 0}),
    }
    return with_etag(make_response(jsonify(shown)), account.version if account else 0)


NOT_STORED = ("configured", "allowed_urls", "queries_this_month")


@blueprint.get("/<provider>")
@blueprint.response(200, AccountOut)
@requires("admin")
def read(provider: str) -> Response:
    """Return the office's account with a register, without its password."""
    refuse_unknown_provider(provider)
    with database().transaction() as session:
        used = queries_this_month(session, provider, now=utc_now())
        return _answer(provider, session.get(Account, provider), used=used)


@blueprint.put("/<provider>")
@blueprint.arguments(AccountIn)
@blueprint.response(200, AccountOut)
@requires("admin")
def save(command: SaveAccount, provider: str) -> Response:
    """Save the office's account with a register; without a password the present one stays."""
    refuse_unknown_provider(provider)
    settings: EnrichmentSettings = current_app.extensions["settings"]
    with database().transaction() as session:
        account = actions.save_account(
            session,
            provider,
            command=command,
            vault=current_app.extensions["vault"],
            allowed=settings.companyinfo_urls,
        )
        return _answer(provider, account, used=queries_this_month(session, provider, now=utc_now()))


@blueprint.get("/<provider>/balance")
@blueprint.response(200, BalanceOut)
@requires("admin")
def balance(provider: str) -> Response:
    """Ask the register what the account has left."""
    refuse_unknown_provider(provider)
    with database().transaction() as session:
        account = account_in_use(session, provider)
    registers: Registers = current_app.extensions["registers"]
    try:
        left = registers.of(account).balance()
    except RegisterProblem as problem:
        raise as_problem(problem) from problem
    shown = {"provider": provider, "balance": left, "currency": "EUR", "asked_at": utc_now()}
    return jsonify(BalanceOut().dump(shown))
