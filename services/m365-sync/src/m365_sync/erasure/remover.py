"""Takes copies out of the mailboxes: of relations that were erased, or that are not for their users."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update

from m365_sync.adapters.mailbox import Mailbox, MailboxAway, MailboxRefused, Throttled, TokenRejected
from m365_sync.adapters.sign_in import ReconnectNeeded
from m365_sync.connections.mailboxes import Mailboxes, NotConnected
from m365_sync.erasure.actions import answer_when_complete
from m365_sync.erasure.domain import LEASE, ON_ITS_WAY, PAUSES, TRIES_WHEN_DISCONNECTED
from m365_sync.erasure.models import Removal
from m365_sync.runs.models import Link
from shared.clock import Clock, utc_now
from shared.db import Database

MOST_AT_A_TURN = 20

log = structlog.get_logger("m365_sync")


class StillOnItsWay(Exception):
    """A run may be making this contact at this very moment."""


@dataclass(frozen=True)
class Remover:
    """Removes copies one request at a time, beside whatever run the mailbox may have."""

    database: Database
    mailboxes: Mailboxes
    stop: Event = field(default_factory=Event)
    pauses: Sequence[timedelta] = PAUSES
    clock: Clock = utc_now

    def remove_due(self) -> bool:
        """Try what is due in one mailbox; return whether there was anything."""
        removals = self._claim()
        if not removals:
            return False
        mailbox = self.mailboxes.open(removals[0].user_id, mailbox_id=removals[0].mailbox_id)
        for position, removal in enumerate(removals):
            if self.stop.is_set() or not self._try(mailbox, removal):
                self._hand_back(removals[position + 1 :] if not self.stop.is_set() else removals[position:])
                break
        return True

    def _claim(self) -> list[Removal]:
        """Take removals of one mailbox; a worker that dies with them loses them after the lease."""
        with self.database.transaction() as session:
            due = select(Removal).where(Removal.status == "pending", Removal.next_try_at <= self.clock())
            first = session.scalars(
                due.order_by(Removal.next_try_at).limit(1).with_for_update(skip_locked=True)
            ).first()
            if first is None:
                return []
            removals = session.scalars(
                due.where(Removal.mailbox_id == first.mailbox_id, Removal.user_id == first.user_id)
                .order_by(Removal.next_try_at)
                .limit(MOST_AT_A_TURN)
                .with_for_update(skip_locked=True)
            ).all()
            for removal in removals:
                removal.next_try_at = self.clock() + LEASE
            return list(removals)

    def _try(self, mailbox: Mailbox, removal: Removal) -> bool:
        """Try one removal; return whether the mailbox is good for more."""
        self._extend(removal)
        try:
            self._remove(mailbox, removal)
        except Throttled as throttled:
            self._postpone(removal, timedelta(seconds=throttled.seconds), tries=removal.tries)
            return False
        except StillOnItsWay:
            self._postpone(removal, timedelta(seconds=2), tries=removal.tries)
            return True
        except (NotConnected, ReconnectNeeded):
            self._fail_after(removal, TRIES_WHEN_DISCONNECTED, reason="mailbox_disconnected")
            return False
        except MailboxRefused as refused:
            log.warning("a mailbox refuses a removal", reason=refused.code)
            self._fail_after(removal, TRIES_WHEN_DISCONNECTED, reason="mailbox_refused")
            return True
        except (MailboxAway, TokenRejected):
            self._fail_after(removal, len(self.pauses) + 1, reason="mailbox_unavailable")
            return False
        return True

    def _remove(self, mailbox: Mailbox, removal: Removal) -> None:
        try:
            self._remove_every_copy(mailbox, removal)
        except TokenRejected:
            mailbox.renew_token()
            self._remove_every_copy(mailbox, removal)
        self._conclude(removal, status="gone")

    def _remove_every_copy(self, mailbox: Mailbox, removal: Removal) -> None:
        contact_id, sent_at = self._link_of(removal)
        if contact_id is not None:
            mailbox.remove(contact_id)
        for copy in mailbox.find(removal.relation_id):
            mailbox.remove(copy)
        if contact_id is None and sent_at is not None and sent_at + ON_ITS_WAY > self.clock():
            raise StillOnItsWay

    def _link_of(self, removal: Removal) -> tuple[str | None, datetime | None]:
        with self.database.transaction() as session:
            link = session.get(Link, (removal.mailbox_id, removal.relation_id))
            return (link.contact_id, link.sent_at) if link else (None, None)

    def _fail_after(self, removal: Removal, most_tries: int, *, reason: str) -> None:
        tries = removal.tries + 1
        if tries >= most_tries:
            self._conclude(removal, status="failed", reason=reason)
        else:
            self._postpone(removal, self.pauses[min(tries, len(self.pauses)) - 1], tries=tries)

    def _postpone(self, removal: Removal, pause: timedelta, *, tries: int) -> None:
        self._write(removal.id, next_try_at=self.clock() + pause, tries=tries)

    def _extend(self, removal: Removal) -> None:
        self._write(removal.id, next_try_at=self.clock() + LEASE)

    def _hand_back(self, removals: Sequence[Removal]) -> None:
        for removal in removals:
            self._write(removal.id, next_try_at=self.clock())

    def _write(self, removal_id: UUID, **values: object) -> None:
        with self.database.transaction() as session:
            session.execute(
                update(Removal).where(Removal.id == removal_id, Removal.status == "pending").values(**values)
            )

    def _conclude(self, removal: Removal, *, status: str, reason: str | None = None) -> None:
        """Note the end of a removal, forget the link of what is gone, and answer if it was the last."""
        with self.database.transaction() as session:
            concluded = session.scalar(
                update(Removal)
                .where(Removal.id == removal.id, Removal.status == "pending")
                .values(status=status, reason=reason, tries=Removal.tries + 1)
                .returning(Removal.id)
            )
            if concluded is None:
                return  # another worker did, and answered
            if status == "gone":
                session.execute(
                    delete(Link).where(Link.mailbox_id == removal.mailbox_id, Link.relation_id == removal.relation_id)
                )
            # The row of the batch is locked before the others are counted: of two workers with the last two
            # removals, the second one sees both.
            if removal.request_id is not None and removal.batch is not None:
                answer_when_complete(session, removal.request_id, batch=removal.batch)
