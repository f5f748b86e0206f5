"""Takes copies out of the mailboxes: of relations that were erased, or that are not for their users."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, update

from m365_sync.adapters.mailbox import Mailbox
from m365_sync.connections.errands import ON_ITS_WAY, Errands, StillOnItsWay
from m365_sync.erasure.actions import answer_when_complete
from m365_sync.erasure.models import Removal
from m365_sync.runs.models import Link


class Remover(Errands):
    """Removes every copy that was ordered out of a mailbox."""

    table: ClassVar[type[Any]] = Removal

    def carry_out(self, mailbox: Mailbox, errand: Removal) -> None:
        """Remove what carries the id of the relation."""
        contact_id, sent_at = self._link_of(errand)
        if contact_id is not None:
            mailbox.remove(contact_id)
        for copy in mailbox.find(errand.relation_id):
            mailbox.remove(copy)
        if contact_id is None and sent_at is not None and sent_at + ON_ITS_WAY > self.clock():
            raise StillOnItsWay
        self._conclude(errand, status="gone")

    def give_up(self, errand: Removal, reason: str) -> None:
        """Write down that this copy is still there, and why; the answer to an erasure tells it."""
        self._conclude(errand, status="failed", reason=reason)

    def _link_of(self, removal: Removal) -> tuple[str | None, datetime | None]:
        with self.database.transaction() as session:
            link = session.get(Link, (removal.mailbox_id, removal.relation_id))
            return (link.contact_id, link.sent_at) if link else (None, None)

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
