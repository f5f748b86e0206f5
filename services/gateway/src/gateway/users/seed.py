"""The users and licences a new office starts with."""

import secrets
import sys
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.settings import GatewaySettings
from gateway.users.models import Account, Licence
from gateway.users.passwords import Passwords
from shared.auth import LICENCES, RIGHTS
from shared.db import Database

EXAMPLE_PASSWORD = "demo"  # noqa: S105 (meant to be known; only while listening on loopback)

EXAMPLE_USERS = (
    ("01936f2e-0000-7000-8000-00000000ad01", "admin", "Beheerder", RIGHTS),
    (
        "01936f2e-0000-7000-8000-00000000a22a",
        "anna",
        "Anna Claes",
        tuple(right for right in RIGHTS if right != "admin"),
    ),
    ("01936f2e-0000-7000-8000-00000000ca12", "karel", "Karel Maes", ("read", "write")),
    ("01936f2e-0000-7000-8000-000000009a57", "gast", "Gast", ("read",)),
)


def seed(settings: GatewaySettings, database: Database) -> None:
    """Make the example users, or, at the first start of a real office, an administrator; safe to repeat."""
    with database.transaction() as session:
        licences = [{"code": code, "enabled": settings.example_users} for code in LICENCES]
        session.execute(insert(Licence).values(licences).on_conflict_do_nothing())
        # Data made while trying the system out may come into use: everybody knows the example users' password.
        session.execute(update(Account).where(Account.example).values(active=settings.example_users))
        nobody = session.scalar(select(Account.id).where(Account.active).limit(1)) is None
    if settings.example_users:
        _make_example_users(database)
    elif nobody:
        _make_administrator(database)


def _make_example_users(database: Database) -> None:
    passwords = Passwords()
    with database.transaction() as session:
        known = set(session.scalars(select(Account.username)))
        for user_id, username, display_name, rights in EXAMPLE_USERS:
            if username not in known:
                session.add(
                    Account(
                        id=UUID(user_id),
                        username=username,
                        display_name=display_name,
                        password_hash=passwords.hash(EXAMPLE_PASSWORD),
                        rights=sorted(rights),
                        licences=sorted(LICENCES),
                        example=True,
                    )
                )


def _make_administrator(database: Database) -> None:
    password = secrets.token_urlsafe(15)
    with database.transaction() as session:
        account = session.scalar(select(Account).where(Account.username == "admin"))
        if account is None:
            account = Account(username="admin", display_name="Administrator")
            session.add(account)
        account.password_hash = Passwords().hash(password)
        account.rights, account.licences = sorted(RIGHTS), sorted(LICENCES)
        account.active, account.example = True, False
    sys.stdout.write(f"The first user is 'admin' with the password {password} - shown this once, change it soon\n")
