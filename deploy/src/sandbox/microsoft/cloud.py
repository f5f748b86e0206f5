"""Everything the stand-in of Microsoft knows."""

from __future__ import annotations

from sandbox.behaviour import Behaviours
from sandbox.clock import Clock
from sandbox.counters import Counters
from sandbox.microsoft.gate import Gate
from sandbox.microsoft.mailboxes import Mailboxes
from sandbox.microsoft.people import People
from sandbox.microsoft.tokens import Tokens
from sandbox.settings import Settings
from sandbox.store import Store


class Cloud:
    """People, their tokens and their mailboxes."""

    def __init__(
        self, store: Store, *, settings: Settings, clock: Clock, counters: Counters, behaviours: Behaviours
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.counters = counters
        self.behaviours = behaviours
        self.people = People(store)
        self.tokens = Tokens(store, settings, clock=clock)
        self.mailboxes = Mailboxes(store, clock=clock)
        self.gate = Gate(clock)
