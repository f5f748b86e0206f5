"""What changes connections. Talks with Microsoft happen between transactions, never inside one."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.m365_sync import ConnectionLost
from m365_sync.adapters.mailbox import MailboxAway
from m365_sync.adapters.sign_in import SignedIn, SignIn, SignInRefused
from m365_sync.connections.domain import SIGN_IN_WITHIN
from m365_sync.connections.models import Connection, SignInFlow
from m365_sync.sight.actions import check_mailbox
from shared.clock import utc_now
from shared.db import Database
from shared.errors import Conflict, Unavailable
from shared.outbox import record
from shared.secrets import Vault


class SignInFailed(Conflict):
    """The sign-in with Microsoft did not succeed; ``reason`` says how."""

    type, title = "sign-in-failed", "The sign-in with Microsoft did not succeed: try again"


class MailboxTaken(Conflict):
    """Another user is connected to this mailbox."""

    type, title = "mailbox-taken", "This mailbox is connected for another user already"


class MicrosoftAway(Unavailable):
    """Microsoft does not answer."""

    title = "Microsoft does not answer: try again later"


class NotConfigured(Conflict):
    """The office has not registered this application with Microsoft."""

    type, title = "not-configured", "Microsoft 365 is not set up: an administrator must enter the client id first"


def begin_sign_in(
    database: Database, user_id: UUID, *, redirect_uri: str, sign_in: SignIn, vault: Vault, login_hint: str = ""
) -> str:
    """Keep a sign-in flow for this user and return the address to send them to; raises ``MicrosoftAway``."""
    try:
        flow = sign_in.begin(redirect_uri, login_hint=login_hint)
    except MailboxAway as error:
        raise MicrosoftAway from error
    now = utc_now()
    with database.transaction() as session:
        session.execute(delete(SignInFlow).where(SignInFlow.expires_at < now))
        session.add(
            SignInFlow(
                state=flow["state"],
                user_id=user_id,
                sealed_flow=vault.seal(json.dumps(flow)),
                expires_at=now + SIGN_IN_WITHIN,
            )
        )
    return str(flow["auth_uri"])


def finish_sign_in(
    database: Database, user_id: UUID, *, params: dict[str, str], sign_in: SignIn, vault: Vault
) -> Connection:
    """Connect the mailbox the user signed in to; raises ``SignInFailed``, ``MailboxTaken`` or ``MicrosoftAway``."""
    flow = _take_flow(database, user_id, state=params.get("state", ""), vault=vault)
    try:
        signed_in = sign_in.complete(flow, params)
    except SignInRefused as refused:
        raise SignInFailed(reason=refused.code) from refused
    except MailboxAway as error:
        raise MicrosoftAway from error
    try:
        with database.transaction() as session:
            return connect(session, user_id, signed_in=signed_in, vault=vault)
    except IntegrityError as error:
        raise MailboxTaken from error


def _take_flow(database: Database, user_id: UUID, *, state: str, vault: Vault) -> dict[str, Any]:
    """Take out the user's own flow, for good: an answer is tried once, whatever comes of it."""
    with database.transaction() as session:
        sealed = session.scalar(
            delete(SignInFlow)
            .where(SignInFlow.state == state, SignInFlow.user_id == user_id, SignInFlow.expires_at > utc_now())
            .returning(SignInFlow.sealed_flow)
        )
    if sealed is None:
        raise SignInFailed(reason="unknown_or_expired")
    flow: dict[str, Any] = json.loads(vault.open(sealed))
    return flow


def connect(session: Session, user_id: UUID, *, signed_in: SignedIn, vault: Vault) -> Connection:
    """Store a mailbox as the user's own, in place of any earlier one."""
    values = {
        "mailbox_id": signed_in.mailbox_id,
        "address": signed_in.address,
        "sealed_tokens": vault.seal(signed_in.cache),
        "state": "connected",
        "connected_at": utc_now(),
    }
    upsert = insert(Connection).values(user_id=user_id, **values)
    session.execute(upsert.on_conflict_do_update(index_elements=[Connection.user_id], set_=values))
    check_mailbox(session, signed_in.mailbox_id)
    return session.scalars(select(Connection).where(Connection.user_id == user_id)).one()


def disconnect(session: Session, user_id: UUID) -> None:
    """Forget a user's mailbox and its tokens; the contacts in it stay, and stay known."""
    session.execute(delete(Connection).where(Connection.user_id == user_id))
    session.execute(delete(SignInFlow).where(SignInFlow.user_id == user_id))


def keep_tokens(session: Session, user_id: UUID, *, sealed_tokens: str, mailbox_id: str) -> None:
    """Keep renewed tokens, unless the user connected another mailbox meanwhile."""
    session.execute(
        update(Connection)
        .where(Connection.user_id == user_id, Connection.mailbox_id == mailbox_id)
        .values(sealed_tokens=sealed_tokens)
    )


def lose_connection(session: Session, user_id: UUID, *, sealed_tokens: str) -> None:
    """Note, once, that Microsoft no longer accepts these tokens; a newer sign-in is left alone."""
    lost = session.scalar(
        update(Connection)
        .where(
            Connection.user_id == user_id,
            Connection.state == "connected",
            Connection.sealed_tokens == sealed_tokens,
        )
        .values(state="reconnect_needed")
        .returning(Connection.user_id)
    )
    if lost is not None:
        record(session, ConnectionLost(user_id=user_id))
