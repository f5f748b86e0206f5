"""The services that take part in a merge, and what they say of it before it is made."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relations.settings import RelationsSettings
from shared.errors import Unavailable
from shared.http import ServiceClient

PATIENCE = 5.0


@dataclass(frozen=True)
class Foretold:
    """What the other services say of a merge: what would move there, and what stands in its way."""

    moves: list[dict[str, Any]]
    objections: list[dict[str, Any]]


class Participants:
    """Asks the other services about a merge."""

    def __init__(self, clients: Mapping[str, ServiceClient]) -> None:
        self._clients = clients

    def foretell(self, *, from_id: UUID, into_id: UUID) -> Foretold:
        """Return what every service would move and object to; of one that does not answer, that it did not."""
        with ThreadPoolExecutor(max(len(self._clients), 1)) as asking:
            answers = [asking.submit(copy_context().run, self._of, name, from_id, into_id) for name in self._clients]
            told = [answer.result() for answer in answers]
        return Foretold(
            [move for each in told for move in each.moves],
            [objection for each in told for objection in each.objections],
        )

    def _of(self, name: str, from_id: UUID, into_id: UUID) -> Foretold:
        pair = {"from": str(from_id), "into": str(into_id)}
        try:
            answer = self._clients[name].post("/merge-previews", pair, timeout=PATIENCE)
        except Unavailable:
            return Foretold([{"service": name, "what": "", "count": None, "detail": "unavailable"}], [])
        return Foretold([{"service": name, **count} for count in answer["counts"]], answer["objections"])


def participants_of(settings: RelationsSettings, *, token: Callable[[], str]) -> Participants:
    """Return the participants that keep anything of relations; the gateway keeps only copies to show."""
    return Participants(
        {
            name: ServiceClient(str(getattr(settings, f"{name}_url")), token=token)
            for name in settings.merge_participants
            if name != "gateway"
        }
    )
