"""The demonstration's connected mailbox, made as any other: by a sign-in, with nobody at the screen."""

import time
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import requests

from m365_sync.adapters.mailbox import MailboxAway
from m365_sync.app import sign_in_of
from m365_sync.connections.actions import MicrosoftAway, begin_sign_in, finish_sign_in
from m365_sync.connections.queries import connection_of, state_of
from m365_sync.settings import M365SyncSettings
from shared.db import Database
from shared.secrets import Vault

ANNA = UUID("01936f2e-0000-7000-8000-00000000a22a")
MAILBOX = "anna@kantoor.example"
REDIRECT_URI = "http://127.0.0.1/m365/connect/callback"
PATIENCE = 20
"""Tries, half a second apart: the stand-in may still be starting."""


def seed(settings: M365SyncSettings, database: Database) -> None:
    """Connect the demonstration's lawyer with the stand-in's mailbox; does nothing outside a demonstration."""
    if not settings.demo:
        return
    with database.transaction() as session:
        if state_of(connection_of(session, ANNA)) == "connected":
            return
    for last_try in (*[False] * PATIENCE, True):
        try:
            _connect(settings, database)
            return
        except (MicrosoftAway, MailboxAway):
            if last_try:
                raise
            time.sleep(0.5)


def _connect(settings: M365SyncSettings, database: Database) -> None:
    sign_in, vault = sign_in_of(settings), Vault(settings.data_key)
    authorize_url = begin_sign_in(
        database, ANNA, redirect_uri=REDIRECT_URI, sign_in=sign_in, vault=vault, login_hint=MAILBOX
    )
    params = approved_at_once(authorize_url)
    finish_sign_in(database, ANNA, params=params, sign_in=sign_in, vault=vault)


def approved_at_once(authorize_url: str) -> dict[str, str]:
    """Return what a stand-in that needs nobody's yes sends the user back with; raises ``MailboxAway``."""
    with requests.Session() as browser:
        browser.trust_env = False
        try:
            answer = browser.get(authorize_url, allow_redirects=False, timeout=5)
        except requests.RequestException as error:
            raise MailboxAway from error
    return dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query))
