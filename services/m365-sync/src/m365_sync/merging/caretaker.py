"""Takes second copies out of mailboxes and puts them back."""

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import delete, func, select, update

from m365_sync.adapters.mailbox import Mailbox
from m365_sync.connections.errands import ON_ITS_WAY, Errands, StillOnItsWay
from m365_sync.merging.models import SecondCopy
from m365_sync.runs.models import Link
from shared.clock import utc_now
from shared.secrets import SealBroken, Vault


@dataclass(frozen=True)
class Caretaker(Errands):
    """Keeps what stood in a contact before it removes it; killed at any moment, the next one goes on where it was."""

    table: ClassVar[type[Any]] = SecondCopy

    vault: Vault = field(kw_only=True)

    def carry_out(self, mailbox: Mailbox, errand: SecondCopy) -> None:
        """Take the contact out, or put it back."""
        if errand.wanted == "out":
            self._take_out(mailbox, errand)
        else:
            self._put_back(mailbox, errand)

    def give_up(self, errand: SecondCopy, reason: str) -> None:
        """Leave a contact where it is, linked, so that an erasure reaches it; one to put back is for the next run."""
        with self.database.transaction() as session:
            this = (SecondCopy.id == errand.id, SecondCopy.wanted == errand.wanted, SecondCopy.status == "pending")
            if errand.wanted == "out":
                session.execute(update(SecondCopy).where(*this).values(status="failed"))
            else:
                session.execute(delete(SecondCopy).where(*this))

    def _take_out(self, mailbox: Mailbox, errand: SecondCopy) -> None:
        link = self._link_of(errand)
        known = link.contact_id if link else None
        for contact_id in dict.fromkeys([*([known] if known else []), *mailbox.find(errand.old_id)]):
            if not self._is_linked_to_another(errand, contact_id):
                self._keep_and_remove(mailbox, errand, contact_id)
        if link and known is None and link.sent_at + ON_ITS_WAY > self.clock():
            raise StillOnItsWay
        with self.database.transaction() as session:
            done = session.scalar(
                update(SecondCopy)
                .where(SecondCopy.id == errand.id, SecondCopy.wanted == "out", SecondCopy.status == "pending")
                .values(status="done")
                .returning(SecondCopy.id)
            )
            if done is not None:
                session.execute(delete(Link).where(*_is(errand)))

    def _keep_and_remove(self, mailbox: Mailbox, errand: SecondCopy, contact_id: str) -> None:
        content = mailbox.read(contact_id)
        if content is None:
            return
        with self.database.transaction() as session:
            sealed = self.vault.seal(json.dumps(content))
            session.execute(update(SecondCopy).where(SecondCopy.id == errand.id).values(sealed=sealed))
        mailbox.remove(contact_id)

    def _put_back(self, mailbox: Mailbox, errand: SecondCopy) -> None:
        found = mailbox.find(errand.old_id)
        sealed = self._announce(errand)
        if sealed is None:
            return  # erased, or merged again
        contact_id = found[0] if found else None
        content = self._opened(sealed)
        if contact_id is None and content:
            contact_id = mailbox.add(errand.old_id, content)
        with self.database.transaction() as session:
            session.execute(delete(SecondCopy).where(SecondCopy.id == errand.id, SecondCopy.wanted == "back"))
            if contact_id is None:
                session.execute(delete(Link).where(*_is(errand)))
            else:
                values = {"contact_id": contact_id, "outcome": "adopted", "pushed_at": func.now()}
                session.execute(update(Link).where(*_is(errand)).values(values))

    def _announce(self, errand: SecondCopy) -> str | None:
        """Write down that the contact may appear from now on; return what stood in it, None when it is not wanted."""
        with self.database.transaction() as session:
            row = session.scalar(select(SecondCopy).where(SecondCopy.id == errand.id).with_for_update())
            if row is None or row.wanted != "back":
                return None
            session.execute(update(Link).where(*_is(errand)).values(sent_at=utc_now()))
            return row.sealed

    def _opened(self, sealed: str) -> dict[str, Any]:
        """Return what stood in a contact; nothing without the key it was sealed with: the next run makes it anew."""
        try:
            return dict(json.loads(self.vault.open(sealed))) if sealed else {}
        except SealBroken:
            return {}

    def _link_of(self, errand: SecondCopy) -> Link | None:
        with self.database.transaction() as session:
            return session.get(Link, (errand.mailbox_id, errand.old_id))

    def _is_linked_to_another(self, errand: SecondCopy, contact_id: str) -> bool:
        statement = select(Link.relation_id).where(
            Link.mailbox_id == errand.mailbox_id, Link.contact_id == contact_id, Link.relation_id != errand.old_id
        )
        with self.database.transaction() as session:
            return session.scalars(statement).first() is not None


def _is(errand: SecondCopy) -> tuple[Any, Any]:
    return Link.mailbox_id == errand.mailbox_id, Link.relation_id == errand.old_id
