"""Carries runs out, so that they may be killed at any moment and gone on with by another worker."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Event
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy import func, select

from m365_sync.adapters.mailbox import (
    MOST_AT_ONCE,
    Change,
    MailboxAway,
    MailboxRefused,
    Outcome,
)
from m365_sync.adapters.sign_in import ReconnectNeeded
from m365_sync.connections.mailboxes import Mailboxes, NotConnected
from m365_sync.connections.queries import connection_of
from m365_sync.preferences.queries import preference_of
from m365_sync.runs.claims import Claim, LeaseLost, RunCancelled, beat, claim_run, finish, release, set_total
from m365_sync.runs.domain import MOST_CLAIMS_WITHOUT_PROGRESS, Plan
from m365_sync.runs.ledger import Ledger
from m365_sync.runs.patience import PAUSES, Patience
from m365_sync.runs.planning import Planner, pages
from m365_sync.runs.queries import known_contacts
from shared.clock import utc_now
from shared.db import Database
from shared.errors import Unavailable

BREATH = 5.0
"""Seconds between signs of life while waiting."""

MOST_UNKNOWN_OUTCOMES = 3
"""Batches in a row without a clear answer before the mailbox counts as away."""

log = structlog.get_logger("m365_sync")


class WorkerStopping(Exception):
    """This worker was told to stop; the run is for another."""


@dataclass(frozen=True)
class Synchroniser:
    """Takes runs and carries them out, one at a time."""

    database: Database
    mailboxes: Mailboxes
    planner: Planner
    stop: Event = field(default_factory=Event)
    pauses: Sequence[float] = PAUSES

    def carry_out_next(self) -> bool:
        """Carry out one run if there is one to be had."""
        claim = None if self.stop.is_set() else claim_run(self.database)
        if claim is None:
            return False
        try:
            self._carry_out(claim)
        except LeaseLost:
            log.warning("run taken over by another worker", run_id=str(claim.run_id))
        return True

    def _carry_out(self, claim: Claim) -> None:
        try:
            if claim.claims > MOST_CLAIMS_WITHOUT_PROGRESS:
                raise MailboxRefused("internal_error")
            Passage(self, claim).make()
        except WorkerStopping:
            release(self.database, claim)
        except RunCancelled:
            finish(self.database, claim, status="cancelled")
        except ReconnectNeeded:
            finish(self.database, claim, status="failed", code="reconnect_needed")
        except NotConnected:
            finish(self.database, claim, status="failed", code="not_connected")
        except MailboxRefused as refused:
            finish(self.database, claim, status="failed", code=refused.code)
        except MailboxAway:
            finish(self.database, claim, status="failed", code="mailbox_unavailable")
        except Unavailable:
            finish(self.database, claim, status="failed", code="relations_unavailable")
        else:
            finish(self.database, claim, status="done")


class Passage:
    """One worker's passage through one run."""

    def __init__(self, synchroniser: Synchroniser, claim: Claim) -> None:
        self._database = synchroniser.database
        self._planner = synchroniser.planner
        self._stop = synchroniser.stop
        self._claim = claim
        self._patience = Patience(self._wait, synchroniser.pauses)
        with self._database.transaction() as session:
            connection = connection_of(session, claim.user_id)
            self._preference = preference_of(session, claim.user_id)
        if connection is None:
            raise NotConnected
        self._ledger = Ledger(self._database, claim, connection.mailbox_id)
        self._mailbox = synchroniser.mailboxes.open(claim.user_id, mailbox_id=connection.mailbox_id)

    def make(self) -> None:
        """Bring every relation that is left into the mailbox."""
        selection = self._patience.ask(
            lambda: self._planner.select(
                synchronised=self._preference.synchronised_groups, excluded=(), each_page=self._beat
            )
        )
        handled = self._ledger.handled()
        left = [relation_id for relation_id in selection.chosen if relation_id not in handled]
        if set(left) - self._ledger.linked():
            self._patience.ask(self._adopt, mailbox=self._mailbox)
            if self._ledger.settle_found():
                handled = self._ledger.handled()
                left = [relation_id for relation_id in left if relation_id not in handled]
        with self._database.transaction() as session:
            set_total(session, self._claim, left=len(left))
        for page in pages(left):
            self._pass_page(page)

    def _adopt(self) -> None:
        """Look for contacts that carry our id; with these, nothing is made twice, whatever we have forgotten."""
        for copies in self._mailbox.pages_of_copies():
            self._ledger.adopt(copies)
            self._beat()

    def _pass_page(self, relation_ids: Sequence[UUID]) -> None:
        self._beat()
        with self._database.transaction() as session:
            read_at = session.scalars(select(func.clock_timestamp())).one()
            known = known_contacts(session, self._ledger.mailbox_id, relation_ids=relation_ids)
        plans = self._patience.ask(
            lambda: self._planner.plan(relation_ids, user_id=self._claim.user_id, known=known, today=utc_now().date())
        )
        if len(plans) < len(relation_ids):
            self._ledger.vanished(len(relation_ids) - len(plans))
        if withheld := [plan.relation_id for plan in plans if plan.treatment == "withhold"]:
            self._ledger.withhold(withheld)
        if unchanged := [plan for plan in plans if plan.treatment == "unchanged"]:
            self._ledger.unchanged(unchanged)
        self._push([plan for plan in plans if plan.treatment in ("add", "update")], read_at=read_at)

    def _push(self, plans: Sequence[Plan], *, read_at: datetime) -> None:
        queue, unclear, locked_out = deque(plans), 0, 0
        while queue:
            wave = [queue.popleft() for _ in range(min(MOST_AT_ONCE, len(queue)))]
            sent, outcomes = self._patience.ask(partial(self._send, wave, read_at), mailbox=self._mailbox)
            again = self._settle(sent, outcomes)
            unclear = unclear + 1 if any(outcome.kind == "unknown" for outcome in outcomes) else 0
            if unclear > MOST_UNKNOWN_OUTCOMES:
                raise MailboxAway
            locked_out = locked_out + 1 if any(outcome.kind == "unauthorised" for outcome in outcomes) else 0
            if locked_out > 1:
                raise MailboxRefused("token_rejected")
            queue.extendleft(reversed(again))
            self._heed(outcomes)

    def _send(self, wave: Sequence[Plan], read_at: datetime) -> tuple[list[Plan], list[Outcome]]:
        self._beat()
        going = self._ledger.announce(wave, read_at=read_at)
        changes = [Change(plan.relation_id, plan.contact, plan.contact_id) for plan in going]
        return going, self._mailbox.push(changes) if changes else []

    def _settle(self, sent: Sequence[Plan], outcomes: Sequence[Outcome]) -> list[Plan]:
        """Write down what is certain, and return what must be sent again."""
        done: list[tuple[Plan, str]] = []
        refused: list[tuple[Plan, str]] = []
        again: list[Plan] = []
        for plan, outcome in zip(sent, outcomes, strict=True):
            if outcome.kind == "done":
                done.append((plan, outcome.contact_id))
            elif outcome.kind == "refused":
                refused.append((plan, outcome.code))
            elif outcome.kind == "gone" and plan.contact_id is not None:
                again.append(replace(plan, contact_id=None))  # the user deleted it, and the relation changed since
            elif outcome.kind == "gone":
                refused.append((plan, "no_contact_folder"))
            elif outcome.kind == "unknown" and plan.contact_id is None:
                found = self._patience.ask(partial(self._mailbox.find, plan.relation_id), mailbox=self._mailbox)
                if found:
                    done.append((plan, found[0]))
                else:
                    again.append(plan)
            else:
                again.append(plan)
        if done or refused:
            self._ledger.settle(done, refused)
        return again

    def _heed(self, outcomes: Sequence[Outcome]) -> None:
        """Wait as long as the mailbox asked, and renew a token it did not accept."""
        if any(outcome.kind == "unauthorised" for outcome in outcomes):
            self._patience.ask(self._mailbox.renew_token)
        pause = max((outcome.retry_after for outcome in outcomes if outcome.kind == "throttled"), default=0.0)
        if any(outcome.kind == "unknown" for outcome in outcomes):
            pause = max(pause, 1.0)
        if pause:
            self._wait(pause)

    def _beat(self) -> None:
        if self._stop.is_set():
            raise WorkerStopping
        beat(self._database, self._claim)

    def _wait(self, seconds: float) -> None:
        until = monotonic() + seconds
        self._beat()
        while (left := until - monotonic()) > 0:
            self._stop.wait(min(BREATH, left))
            self._beat()
