"""Which panels a card has, who owns them, and who may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Reason = Literal["late", "unavailable", "forbidden", "not_licensed"]

RELATION = "relation"


@dataclass(frozen=True)
class Panel:
    """One part of the card: its owner, the seconds it may take, the right and one of the licences it needs."""

    name: str
    service: str
    deadline: float = 1.5
    right: str = "read"
    licences: frozenset[str] = frozenset()

    def hidden_from(self, rights: Collection[str], licences: Collection[str]) -> Reason | None:
        """Return why a user may not see this panel, or None."""
        if self.right not in rights:
            return "forbidden"
        if self.licences and self.licences.isdisjoint(licences):
            return "not_licensed"
        return None


def may_see_more_than_the_name(username: str, rights: Collection[str], restricted_to: Collection[str] | None) -> bool:
    """Tell whether a user sees more of a relation than its name; ``restricted_to`` is None for an open one."""
    return restricted_to is None or username in restricted_to or "admin" in rights


PANELS = (
    Panel(RELATION, "relations", deadline=3.0),
    Panel("contact_moments", "contacts", licences=frozenset({"crm"})),
    Panel("register", "enrichment", licences=frozenset({"companyinfo", "companyweb"})),
    Panel("matters", "relations"),
    Panel("gdpr", "gdpr", right="gdpr"),
    Panel("m365", "m365_sync", licences=frozenset({"m365"})),
)
"""The relation itself first, the rest in the order of the answer."""
