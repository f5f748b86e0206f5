"""What changes users, licences and tokens, and lets somebody in."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.audit.actions import write_entries
from gateway.audit.domain import Entry
from gateway.users.domain import AddUser, EditUser, GrantRights
from gateway.users.models import Account, ApiToken, BrowserSession, Licence
from gateway.users.passwords import Passwords
from gateway.users.queries import UnknownUser, digest, hash_of
from gateway.users.throttling import PAUSE, count_try, forget_tries, refuse_too_many
from shared.clock import Clock, utc_now
from shared.concurrency import refuse_lost_update
from shared.context import acting
from shared.db import Database
from shared.errors import Conflict, Invalid, NotSignedIn, Unknown

TOKEN_LIFE = timedelta(days=90)
SESSION_LIFE = timedelta(hours=12)
SECRET_BYTES = 32


def let_in(
    database: Database, passwords: Passwords, *, username: str, password: str, address: str, clock: Clock = utc_now
) -> UUID:
    """Return the id of the user with this name and password.

    Raises ``NotSignedIn``, after the same time for an unknown name as for a wrong password, and ``TooMany``.
    """
    with database.transaction() as session:
        tries = count_try(session, username=username, address=address)
    refuse_too_many(tries)
    with database.transaction() as session:
        account = session.scalar(select(Account).where(Account.username == username.lower(), Account.active))
    matches = passwords.matches(password, kept=account.password_hash if account else None)
    with database.transaction() as session:
        if account:
            action, status = ("user.signed_in", 200) if matches else ("user.sign_in_refused", 401)
            write_entries(session, [Entry(clock(), account.id, action, None, None, status, acting().request_id)])
        if matches:
            forget_tries(session, username=username, address=address)
    if not matches or account is None:
        raise NotSignedIn("The username or the password is not right")
    user_id: UUID = account.id
    return user_id


def issue_token(session: Session, user_id: UUID, *, label: str = "", clock: Clock = utc_now) -> tuple[str, ApiToken]:
    """Make a token for a user; return its secret, which is not kept, and its row."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken(token_hash=digest(secret), account_id=user_id, label=label, expires_at=clock() + TOKEN_LIFE)
    session.add(token)
    session.flush()
    return secret, token


def revoke_own_token(session: Session, user_id: UUID, token_id: str) -> None:
    """Make one of a user's own tokens worthless; raises ``Unknown``."""
    mine = delete(ApiToken).where(ApiToken.account_id == user_id, ApiToken.token_hash == hash_of(token_id))
    if not session.scalars(mine.returning(ApiToken.account_id)).all():
        raise Unknown("There is no such token")


def revoke_token(session: Session, secret: str) -> None:
    """Make a token worthless."""
    session.execute(delete(ApiToken).where(ApiToken.token_hash == digest(secret)))


def begin_session(session: Session, user_id: UUID, *, clock: Clock = utc_now) -> str:
    """Open a browser session for a user; return the value of its cookie, which is not kept."""
    cookie = secrets.token_urlsafe(SECRET_BYTES)
    session.add(BrowserSession(cookie_hash=digest(cookie), account_id=user_id, expires_at=clock() + SESSION_LIFE))
    session.flush()
    return cookie


def end_session(session: Session, cookie: str) -> None:
    """Make a session cookie worthless."""
    session.execute(delete(BrowserSession).where(BrowserSession.cookie_hash == digest(cookie)))


def add_user(session: Session, command: AddUser, *, passwords: Passwords) -> Account:
    """Give somebody access; raises ``Invalid`` for a username that is taken."""
    account = Account(
        username=command.username,
        display_name=command.display_name,
        language=command.language,
        password_hash=passwords.hash(command.password),
        rights=sorted(command.rights),
        licences=sorted(command.licences),
    )
    if session.scalar(select(Account.id).where(Account.username == command.username)):
        raise Invalid({"username": ["This username is taken: choose another one"]})
    session.add(account)
    session.flush()
    return account


def edit_user(session: Session, user_id: UUID, *, command: EditUser, passwords: Passwords) -> Account:
    """Change a user; a new password or the end of access signs them out everywhere.

    Raises ``UnknownUser``, ``ChangedMeanwhile``, and ``Conflict`` when it would shut out the last administrator.
    """
    account = _locked(session, user_id)
    refuse_lost_update(account.version)
    changes = dict(command.changes)
    password = changes.pop("password", None)
    if password is not None:
        account.password_hash = passwords.hash(password)
        account.example = False
    for name, value in changes.items():
        setattr(account, name, value)
    account.version += 1
    session.flush()
    if password is not None or changes.get("active") is False:
        _sign_out_everywhere(session, user_id)
    _refuse_to_be_without_administrator(session)
    return account


def grant_rights(session: Session, user_id: UUID, *, command: GrantRights) -> Account:
    """Set a user's rights and licences; they hold from the user's next request.

    Raises ``UnknownUser``, ``ChangedMeanwhile``, and ``Conflict`` when nobody would be administrator.
    """
    account = _locked(session, user_id)
    refuse_lost_update(account.version)
    if command.rights is not None:
        account.rights = sorted(set(command.rights))
    if command.licences is not None:
        account.licences = sorted(set(command.licences))
    account.version += 1
    session.flush()
    _refuse_to_be_without_administrator(session)
    return account


def switch_licences(session: Session, licences: Mapping[str, bool]) -> None:
    """Switch licences of the office on or off."""
    for code, enabled in sorted(licences.items()):
        row = insert(Licence).values(code=code, enabled=enabled)
        session.execute(row.on_conflict_do_update(index_elements=[Licence.code], set_={"enabled": enabled}))


def forget_what_expired(database: Database) -> None:
    """Delete sessions, tokens and counted tries whose time is over."""
    with database.transaction() as session:
        session.execute(text("DELETE FROM session WHERE expires_at < now()"))
        session.execute(text("DELETE FROM api_token WHERE expires_at < now()"))
        session.execute(
            text("DELETE FROM sign_in_tries WHERE since < now() - make_interval(secs => :pause)"), {"pause": PAUSE}
        )


def _locked(session: Session, user_id: UUID) -> Account:
    account = session.get(Account, user_id, with_for_update=True)
    if account is None:
        raise UnknownUser
    return account


def _sign_out_everywhere(session: Session, user_id: UUID) -> None:
    session.execute(delete(BrowserSession).where(BrowserSession.account_id == user_id))
    session.execute(delete(ApiToken).where(ApiToken.account_id == user_id))


def _refuse_to_be_without_administrator(session: Session) -> None:
    administrators = select(Account.id).where(Account.active, Account.rights.contains(["admin"]))
    if session.scalar(administrators.limit(1)) is None:
        raise Conflict("Somebody must stay administrator: give that right to another user first")
