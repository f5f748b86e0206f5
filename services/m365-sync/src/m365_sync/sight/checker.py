"""Finds the copies of confidential relations in mailboxes of users who are not named on them."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from m365_sync.adapters.relations import RelationsOwner
from m365_sync.adapters.users import UserDirectory
from m365_sync.sight.actions import Copy, claim_checks, copies_of, end_checks, order_removals
from m365_sync.sight.domain import confidants_of
from shared.clock import Clock, utc_now
from shared.db import Database
from shared.errors import Unavailable

log = structlog.get_logger("m365_sync")


@dataclass(frozen=True)
class Checker:
    """Asks who may have what, and orders the rest to be removed; any number of workers may do so at once."""

    database: Database
    owner: RelationsOwner
    users: UserDirectory
    clock: Clock = utc_now

    def check_due(self) -> bool:
        """Check the copies of the relations that are due; return whether there were any."""
        with self.database.transaction() as session:
            checks = claim_checks(session, now=self.clock())
        if not checks:
            return False
        with self.database.transaction() as session:
            copies = copies_of(session, list(checks))
        try:
            wrong = self._misplaced(copies)
        except Unavailable:
            log.warning("copies not checked yet: who may have them is not known", relations=len(checks))
            return False
        with self.database.transaction() as session:
            order_removals(session, wrong)
            end_checks(session, checks)
        return True

    def _misplaced(self, copies: list[Copy]) -> list[Copy]:
        """Return the copies in mailboxes of users who may not have them; raises ``Unavailable``."""
        relations = self.owner.bulk(sorted({relation_id for relation_id, _, _ in copies})) if copies else []
        confidants = {UUID(relation["id"]): confidants_of(relation) for relation in relations}
        doubtful = [copy for copy in copies if confidants.get(copy[0]) is not None]
        names = self.users.usernames({user_id for _, _, user_id in doubtful})
        return [copy for copy in doubtful if names.get(copy[2]) not in (confidants[copy[0]] or ())]
