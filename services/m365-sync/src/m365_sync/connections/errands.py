"""Errands in mailboxes: rows of a table that each ask for something there, done in turns and with patience."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any, ClassVar
from uuid import UUID

import structlog
from sqlalchemy import select, update

from m365_sync.adapters.mailbox import Mailbox, MailboxAway, MailboxRefused, Throttled, TokenRejected
from m365_sync.adapters.sign_in import ReconnectNeeded
from m365_sync.connections.mailboxes import Mailboxes, NotConnected
from shared.clock import Clock, utc_now
from shared.db import Database

MOST_AT_A_TURN = 20

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 15, 30, 60, 300, 900))
"""Pauses before each new try on a mailbox that does not answer; afterwards it has failed."""

TRIES_WHEN_DISCONNECTED = 3
"""Tries on a mailbox we have no access to any more, in case the user is just signing in again."""

LEASE = timedelta(seconds=60)
"""How long an errand belongs to a worker that gives no sign of life."""

ON_ITS_WAY = timedelta(seconds=45)
"""How long a contact that was sent may still appear in the mailbox; longer than any request may take."""

log = structlog.get_logger("m365_sync")


class StillOnItsWay(Exception):
    """A run may be making this contact at this very moment."""


@dataclass(frozen=True)
class Errands(ABC):
    """Does errands one request at a time, beside whatever run the mailbox may have.

    The rows of ``table`` have an ``id``, a ``mailbox_id`` and its ``user_id``, and a ``status`` that is ``pending``
    until the errand is done or given up; ``next_try_at`` and ``tries`` are kept here.
    """

    table: ClassVar[type[Any]]

    database: Database
    mailboxes: Mailboxes
    stop: Event = field(default_factory=Event)
    pauses: Sequence[timedelta] = PAUSES
    clock: Clock = utc_now

    @abstractmethod
    def carry_out(self, mailbox: Mailbox, errand: Any) -> None:
        """Do an errand and write down that it is done; raises what mailboxes raise, and ``StillOnItsWay``."""

    @abstractmethod
    def give_up(self, errand: Any, reason: str) -> None:
        """Write down that an errand has failed, and why."""

    def do_due(self) -> bool:
        """Try what is due in one mailbox; return whether there was anything."""
        errands = self._claim()
        if not errands:
            return False
        mailbox = self.mailboxes.open(errands[0].user_id, mailbox_id=errands[0].mailbox_id)
        for position, errand in enumerate(errands):
            if self.stop.is_set() or not self._try(mailbox, errand):
                self._hand_back(errands[position + 1 :] if not self.stop.is_set() else errands[position:])
                break
        return True

    def _claim(self) -> list[Any]:
        """Take errands in one mailbox; a worker that dies with them loses them after the lease."""
        table = self.table
        with self.database.transaction() as session:
            due = select(table).where(table.status == "pending", table.next_try_at <= self.clock())
            first = session.scalars(due.order_by(table.next_try_at).limit(1).with_for_update(skip_locked=True)).first()
            if first is None:
                return []
            errands = session.scalars(
                due.where(table.mailbox_id == first.mailbox_id, table.user_id == first.user_id)
                .order_by(table.next_try_at)
                .limit(MOST_AT_A_TURN)
                .with_for_update(skip_locked=True)
            ).all()
            for errand in errands:
                errand.next_try_at = self.clock() + LEASE
            return list(errands)

    def _try(self, mailbox: Mailbox, errand: Any) -> bool:
        """Try one errand; return whether the mailbox is good for more."""
        self._write(errand.id, next_try_at=self.clock() + LEASE)
        try:
            self._with_a_valid_token(mailbox, errand)
        except Throttled as throttled:
            self._postpone(errand, timedelta(seconds=throttled.seconds), tries=errand.tries)
            return False
        except StillOnItsWay:
            self._postpone(errand, timedelta(seconds=2), tries=errand.tries)
            return True
        except (NotConnected, ReconnectNeeded):
            self._fail_after(errand, TRIES_WHEN_DISCONNECTED, reason="mailbox_disconnected")
            return False
        except MailboxRefused as refused:
            log.warning("a mailbox refuses an errand", errand=self.table.__tablename__, reason=refused.code)
            self._fail_after(errand, TRIES_WHEN_DISCONNECTED, reason="mailbox_refused")
            return True
        except (MailboxAway, TokenRejected):
            self._fail_after(errand, len(self.pauses) + 1, reason="mailbox_unavailable")
            return False
        return True

    def _with_a_valid_token(self, mailbox: Mailbox, errand: Any) -> None:
        try:
            self.carry_out(mailbox, errand)
        except TokenRejected:
            mailbox.renew_token()
            self.carry_out(mailbox, errand)

    def _fail_after(self, errand: Any, most_tries: int, *, reason: str) -> None:
        tries = errand.tries + 1
        if tries >= most_tries:
            self.give_up(errand, reason)
        else:
            self._postpone(errand, self.pauses[min(tries, len(self.pauses)) - 1], tries=tries)

    def _postpone(self, errand: Any, pause: timedelta, *, tries: int) -> None:
        self._write(errand.id, next_try_at=self.clock() + pause, tries=tries)

    def _hand_back(self, errands: Sequence[Any]) -> None:
        for errand in errands:
            self._write(errand.id, next_try_at=self.clock())

    def _write(self, errand_id: UUID, **values: object) -> None:
        table = self.table
        with self.database.transaction() as session:
            session.execute(update(table).where(table.id == errand_id, table.status == "pending").values(**values))
