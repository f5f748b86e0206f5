"""What a run has to do: the same answer for the preview and for the run itself."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from m365_sync.adapters.relations import PAGE, RelationsOwner
from m365_sync.adapters.users import UserDirectory
from m365_sync.runs.contact import contact_of
from m365_sync.runs.domain import Known, Plan, Selection, treatment_of
from m365_sync.runs.phones import readable
from m365_sync.sight.domain import confidants_of

NO_LONGER_THERE = frozenset({"merged", "anonymised"})


@dataclass(frozen=True)
class Planner:
    """Compares relations, as their owner has them now, with what was last sent.

    ``fingerprint`` must be keyed: its values are stored, and a plain hash of a name and a number could be guessed.
    """

    owner: RelationsOwner
    users: UserDirectory
    fingerprint: Callable[[str], str]

    def select(
        self, *, synchronised: Sequence[str], excluded: Sequence[str], each_page: Callable[[], None] = lambda: None
    ) -> Selection:
        """Return the relations in any synchronised group, in a fixed order; raises ``Unavailable``."""
        wanted = frozenset(synchronised)
        chosen: set[UUID] = set()
        left_out = 0
        for page in self.owner.index([*synchronised, *excluded]):
            each_page()
            for relation_id, groups in page:
                if groups & wanted:
                    chosen.add(relation_id)
                else:
                    left_out += 1
        return Selection(tuple(sorted(chosen)), left_out)

    def plan(
        self, relation_ids: Sequence[UUID], *, user_id: UUID, known: Mapping[UUID, Known], today: date
    ) -> list[Plan]:
        """Return how to treat up to ``PAGE`` relations in a user's mailbox; those no longer there are left out.

        Raises ``Unavailable``.
        """
        there = [each for each in self.owner.bulk(relation_ids) if each.get("status") not in NO_LONGER_THERE]
        confidants = {relation["id"]: confidants_of(relation) for relation in there}
        is_asked = any(each is not None for each in confidants.values())
        username = self.users.usernames([user_id]).get(user_id) if is_asked else None
        plans = []
        for relation in there:
            relation_id, named = UUID(relation["id"]), confidants[relation["id"]]
            if named is not None and username not in named:
                plans.append(Plan(relation_id, {}, "", "withhold", None))
            else:
                plans.append(self._plan_of(relation, known.get(relation_id), today=today))
        return plans

    def _plan_of(self, relation: dict[str, Any], found: Known | None, *, today: date) -> Plan:
        contact = contact_of(relation, today=today, readable=readable)
        fingerprint = self.fingerprint(json.dumps(contact, sort_keys=True))
        treatment = treatment_of(found, fingerprint=fingerprint)
        return Plan(UUID(relation["id"]), contact, fingerprint, treatment, found.contact_id if found else None)

    def preview(
        self,
        selection: Selection,
        *,
        user_id: UUID,
        known_of: Callable[[Sequence[UUID]], Mapping[UUID, Known]],
        today: date,
    ) -> dict[str, int]:
        """Return the counts a run of a user would come to, writing nothing; raises ``Unavailable``."""
        counts = {"add": 0, "update": 0, "unchanged": 0}
        for page in pages(selection.chosen):
            for plan in self.plan(page, user_id=user_id, known=known_of(page), today=today):
                if plan.treatment != "withhold":
                    counts[plan.treatment] += 1
        return {
            "to_add": counts["add"],
            "to_update": counts["update"],
            "unchanged": counts["unchanged"],
            "total": sum(counts.values()),
            "excluded": selection.excluded,
        }


def pages(relation_ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    """Cut a list into pieces that fit in one call."""
    return (relation_ids[start : start + PAGE] for start in range(0, len(relation_ids), PAGE))
