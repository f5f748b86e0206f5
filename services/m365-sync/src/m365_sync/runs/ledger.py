"""What a run writes down about contacts: before it sends them, and when it knows what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from m365_sync.adapters.mailbox import Copy
from m365_sync.erasure.queries import under_erasure
from m365_sync.runs.claims import Claim, advance
from m365_sync.runs.domain import Plan
from m365_sync.runs.models import Link, RunError
from m365_sync.sight.actions import check_copies, copies_of, order_removals
from shared.db import Database

SENT = "sent"
SETTLED = ("added", "updated", "unchanged")


@dataclass(frozen=True)
class Ledger:
    """The links of one mailbox, written by one claimed run."""

    database: Database
    claim: Claim
    mailbox_id: str

    def handled(self) -> set[UUID]:
        """Return the relations this run is done with, counted by whichever worker."""
        with self.database.transaction() as session:
            settled = session.scalars(
                select(Link.relation_id).where(
                    Link.mailbox_id == self.mailbox_id, Link.run_id == self.claim.run_id, Link.outcome.in_(SETTLED)
                )
            )
            failed = session.scalars(select(RunError.relation_id).where(RunError.run_id == self.claim.run_id))
            return {*settled, *failed}

    def linked(self) -> set[UUID]:
        """Return the relations whose contact in this mailbox is known by its id."""
        with self.database.transaction() as session:
            return set(
                session.scalars(
                    select(Link.relation_id).where(Link.mailbox_id == self.mailbox_id, Link.contact_id.is_not(None))
                )
            )

    def adopt(self, copies: Sequence[Copy]) -> None:
        """Write down contacts that carry our id, found in the mailbox; what is known already stays as it is."""
        with self.database.transaction() as session:
            erasing = under_erasure(session, [copy.relation_id for copy in copies])
            for copy in copies:
                session.execute(
                    update(Link)
                    .where(self._is(copy.relation_id), Link.contact_id.is_(None))
                    .values(contact_id=copy.contact_id)
                )
                if copy.relation_id in erasing:
                    continue
                row = self._row(copy.relation_id, contact_id=copy.contact_id, fingerprint="", outcome="adopted")
                adoption = insert(Link).values(row).on_conflict_do_nothing().returning(Link.relation_id)
                check_copies(session, session.scalars(adoption).all())

    def settle_found(self) -> int:
        """Count the contacts that a killed worker of this run had sent and that turned out to be there."""
        with self.database.transaction() as session:
            found = session.scalars(
                update(Link)
                .where(
                    Link.mailbox_id == self.mailbox_id,
                    Link.run_id == self.claim.run_id,
                    Link.outcome == SENT,
                    Link.contact_id.is_not(None),
                )
                .values(outcome="added", pushed_at=func.now())
                .returning(Link.relation_id)
            ).all()
            advance(session, self.claim, {"added": len(found)})
        return len(found)

    def announce(self, plans: Sequence[Plan], *, read_at: datetime) -> list[Plan]:
        """Write down what is about to be sent, and return it without what must not be sent any more.

        Held apart from the start of an erasure by a lock: either the erasure sees these rows, or we see the erasure.
        """
        with self.database.transaction() as session:
            erasing = under_erasure(session, [plan.relation_id for plan in plans], since=read_at)
            going = [plan for plan in plans if plan.relation_id not in erasing]
            new = [plan for plan in going if plan.contact_id is None]
            if new:
                rows = [
                    self._row(
                        plan.relation_id,
                        contact_id=None,
                        fingerprint=plan.fingerprint,
                        outcome=SENT,
                        run_id=self.claim.run_id,
                    )
                    for plan in new
                ]
                upsert = insert(Link).values(rows)
                fresh = {
                    name: upsert.excluded[name]
                    for name in ("user_id", "contact_id", "fingerprint", "outcome", "run_id", "sent_at")
                }
                session.execute(upsert.on_conflict_do_update(index_elements=["mailbox_id", "relation_id"], set_=fresh))
            advance(session, self.claim, {"total": len(going) - len(plans)}, progress=False)
        return going

    def unchanged(self, plans: Sequence[Plan]) -> None:
        """Count relations whose contact is as it should be."""
        with self.database.transaction() as session:
            session.execute(
                update(Link)
                .where(
                    Link.mailbox_id == self.mailbox_id,
                    Link.relation_id.in_([plan.relation_id for plan in plans]),
                )
                .values(run_id=self.claim.run_id, outcome="unchanged")
            )
            advance(session, self.claim, {"unchanged": len(plans)})

    def vanished(self, number: int) -> None:
        """Take relations that are no longer there out of the total."""
        with self.database.transaction() as session:
            advance(session, self.claim, {"total": -number})

    def withhold(self, relation_ids: Sequence[UUID]) -> None:
        """Take relations that are not for this user out of the total, and order their copies out of the mailbox."""
        with self.database.transaction() as session:
            copies = copies_of(session, relation_ids)
            order_removals(session, [copy for copy in copies if copy[1] == self.mailbox_id])
            advance(session, self.claim, {"total": -len(relation_ids)})

    def settle(self, done: Iterable[tuple[Plan, str]], refused: Iterable[tuple[Plan, str]]) -> None:
        """Count what was carried out, with the ids of the contacts, and what was refused, with the reasons."""
        counts = dict.fromkeys(("added", "updated", "failed"), 0)
        with self.database.transaction() as session:
            for plan, contact_id in done:
                outcome = "added" if plan.treatment == "add" else "updated"
                counts[outcome] += 1
                self._settle_one(session, plan, contact_id=contact_id, outcome=outcome)
            for plan, code in refused:
                counts["failed"] += 1
                session.execute(
                    insert(RunError)
                    .values(run_id=self.claim.run_id, relation_id=plan.relation_id, code=code)
                    .on_conflict_do_nothing()
                )
                unmade = session.get(Link, (self.mailbox_id, plan.relation_id))
                if unmade is not None and unmade.contact_id is None:
                    session.delete(unmade)
            advance(session, self.claim, counts)

    def _settle_one(self, session: Session, plan: Plan, *, contact_id: str, outcome: str) -> None:
        values = {
            "contact_id": contact_id,
            "fingerprint": plan.fingerprint,
            "outcome": outcome,
            "run_id": self.claim.run_id,
            "pushed_at": func.now(),
        }
        if plan.contact_id is not None:  # an erasure may have taken the row away meanwhile, and the contact with it
            session.execute(update(Link).where(self._is(plan.relation_id)).values(values))
            return
        row = {**self._row(plan.relation_id, contact_id=contact_id, fingerprint="", outcome=outcome), **values}
        session.execute(
            insert(Link).values(row).on_conflict_do_update(index_elements=["mailbox_id", "relation_id"], set_=values)
        )

    def _row(
        self,
        relation_id: UUID,
        *,
        contact_id: str | None,
        fingerprint: str,
        outcome: str,
        run_id: UUID | None = None,
    ) -> dict[str, object]:
        return {
            "mailbox_id": self.mailbox_id,
            "relation_id": relation_id,
            "user_id": self.claim.user_id,
            "contact_id": contact_id,
            "fingerprint": fingerprint,
            "outcome": outcome,
            "run_id": run_id,
            "sent_at": func.clock_timestamp(),
        }

    def _is(self, relation_id: UUID) -> ColumnElement[bool]:
        return and_(Link.mailbox_id == self.mailbox_id, Link.relation_id == relation_id)
