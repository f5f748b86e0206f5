"""Microsoft Graph, where a stand-in cannot show what we must be ready for."""

import email.utils
import time
from typing import Any

import pytest

from m365_sync.adapters.graph import GraphMailbox, pause_asked
from m365_sync.adapters.mailbox import Change, MailboxRefused
from m365_sync.adapters.sign_in import LoginTraffic
from m365_sync.connections.models import Connection
from shared.ids import new_id
from shared.testing.kit import ANNA

GRAPH = "https://graph.example/v1.0"


class NoTokens:
    """Tokens nobody asks for."""

    def current(self) -> str:
        raise AssertionError("no request is to be made")

    def renew(self) -> None:
        raise AssertionError("no request is to be made")


@pytest.mark.parametrize(
    "link",
    ["https://elsewhere.example/v1.0/me", "https://graph.example.elsewhere/v1.0/me", "http://graph.example/v1.0/me"],
)
def test_a_link_to_another_host_gets_no_token(link: str) -> None:
    with pytest.raises(MailboxRefused):
        GraphMailbox(GRAPH, NoTokens())._own(link)
    assert GraphMailbox(GRAPH, NoTokens())._own(f"{GRAPH}/me/contacts?$skip=10") == "/me/contacts?$skip=10"


def test_a_pause_is_understood_as_seconds_or_as_a_date_and_is_never_nothing() -> None:
    assert (pause_asked("17"), pause_asked("0"), pause_asked(None), pause_asked("soon")) == (17.0, 1.0, 1.0, 1.0)
    assert 50 < pause_asked(email.utils.formatdate(time.time() + 60, usegmt=True)) <= 60


def test_only_the_traffic_of_the_authority_goes_to_the_stand_in() -> None:
    traffic = LoginTraffic("https://login.microsoftonline.com/office", "http://127.0.0.1:8006")
    assert traffic._address("https://login.microsoftonline.com/office/x?y=1") == "http://127.0.0.1:8006/office/x?y=1"
    assert traffic._address("https://elsewhere.example/x") == "https://elsewhere.example/x"
    real = LoginTraffic("https://login.microsoftonline.com/office", "")
    assert real._address("https://login.microsoftonline.com/x") == "https://login.microsoftonline.com/x"


def test_contacts_carry_our_id_and_immutable_ids_are_asked_for_everywhere(bench: Any) -> None:
    bench.connect()
    with bench.kit.database.transaction() as session:
        mailbox_id = session.get_one(Connection, ANNA).mailbox_id
    mailbox = bench.synchroniser.mailboxes.open(ANNA, mailbox_id=mailbox_id)
    relation_id = new_id()
    (outcome,) = mailbox.push([Change(relation_id, {"displayName": "A"}, None)])
    assert mailbox.find(relation_id) == [outcome.contact_id]
    assert [copy.contact_id for page in mailbox.pages_of_copies() for copy in page] == [outcome.contact_id]
    assert bench.contacts()[0]["id"] == outcome.contact_id != bench.contacts()[0]["regularId"]
    mailbox.remove(outcome.contact_id)
    mailbox.remove(outcome.contact_id)
    assert bench.contacts() == []
