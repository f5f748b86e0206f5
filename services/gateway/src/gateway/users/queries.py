"""What reads users, and recognises them: one prepared statement per request."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.users.domain import User, effective_rights
from gateway.users.models import Account, ApiToken, Licence
from shared.db import Database
from shared.errors import Unknown
from shared.paging import id_of_cursor, in_order, place_is_gone

SORTS: dict[str, tuple[Any, ...]] = {
    "username": (),
    "name": (func.lower(Account.display_name),),
    "active": (Account.active,),
}
"""By what accounts are sorted; what is equal in that, by username."""

USER_COLUMNS = """
    account.id, account.username, account.display_name, account.language, account.rights,
    ARRAY(SELECT code FROM licence WHERE enabled AND code = ANY (account.licences))
"""

OF_TOKEN = """
    api_token JOIN account ON account.id = api_token.account_id
        AND account.active AND api_token.token_hash = %s AND api_token.expires_at > now()
"""  # noqa: S105 (a part of a statement)

BY_TOKEN = f"SELECT {USER_COLUMNS} FROM {OF_TOKEN}"  # noqa: S608 (constants)

BY_COOKIE = f"""
    SELECT {USER_COLUMNS} FROM session JOIN account ON account.id = session.account_id
     WHERE account.active AND session.cookie_hash = %s AND session.expires_at > now()
"""  # noqa: S608 (constants)

BY_ID = f"SELECT {USER_COLUMNS} FROM account WHERE id = %s"  # noqa: S608 (constants)


class UnknownUser(Unknown):
    """There is no such user."""


def digest(secret: str) -> bytes:
    """Return what is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def hash_of(token_id: str) -> bytes:
    """Return the hash that a token's id stands for; raises ``Unknown``."""
    try:
        return bytes.fromhex(token_id)
    except ValueError as error:
        raise Unknown("There is no such token") from error


def tokens_of(session: Session, user_id: UUID) -> Sequence[ApiToken]:
    """Return the tokens of a user that are still worth something, latest first."""
    valid = select(ApiToken).where(ApiToken.account_id == user_id, ApiToken.expires_at > func.now())
    return session.scalars(valid.order_by(ApiToken.created_at.desc(), ApiToken.token_hash)).all()


def user_of_row(row: Sequence[Any]) -> User:
    """Return the user of a row that begins with ``USER_COLUMNS``."""
    return User(row[0], row[1], row[2], row[3], effective_rights(row[4]), frozenset(row[5]))


def user_by_token(database: Database, token: str) -> User | None:
    """Return whose token this is, if it is valid."""
    return _first(database, BY_TOKEN, digest(token))


def user_by_cookie(database: Database, cookie: str) -> User | None:
    """Return who signed in in the browser with this session cookie, if that still holds."""
    return _first(database, BY_COOKIE, digest(cookie))


def user_by_id(database: Database, user_id: UUID) -> User:
    """Return a user; raises ``UnknownUser``."""
    user = _first(database, BY_ID, user_id)
    if user is None:
        raise UnknownUser
    return user


def _first(database: Database, statement: str, key: bytes | UUID) -> User | None:
    row = database.row(statement, (key,))
    return user_of_row(row) if row else None


def usernames_of(session: Session, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the username of each of these users who has access."""
    rows = session.execute(select(Account.id, Account.username).where(Account.id.in_(user_ids), Account.active))
    return {row.id: row.username for row in rows}


def account_by_id(session: Session, user_id: UUID) -> Account:
    """Return the account of a user; raises ``UnknownUser``."""
    account = session.get(Account, user_id)
    if account is None:
        raise UnknownUser
    return account


def list_accounts(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of accounts, as asked or by username; the cursor is the id of the last one seen."""
    matching = select(Account)
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(Account))
    sort = query["sort"]
    keys = (*SORTS[sort.lstrip("-")], Account.username)
    last = None
    if query["cursor"]:
        last = session.execute(select(*keys).where(Account.id == id_of_cursor(query["cursor"]))).first()
        if last is None:
            raise place_is_gone()
    rows = list(session.scalars(in_order(matching, sort, keys, after=last).limit(query["limit"] + 1)))
    page["items"] = rows[: query["limit"]]
    page["next_cursor"] = str(page["items"][-1].id) if len(rows) > query["limit"] else None
    return page


def names_of_everybody(session: Session) -> Sequence[Any]:
    """Return id, username, display name and whether still active of every account, by display name."""
    named = select(Account.id, Account.username, Account.display_name, Account.active)
    return session.execute(named.order_by(func.lower(Account.display_name), Account.username)).all()


def licences_of_the_office(session: Session) -> dict[str, bool]:
    """Return every licence and whether it is on."""
    return {licence.code: licence.enabled for licence in session.scalars(select(Licence).order_by(Licence.code))}
