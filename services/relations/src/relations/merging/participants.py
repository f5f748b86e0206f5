"""The services that take part in a merge, and what they say they would move."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from uuid import UUID

from relations.settings import RelationsSettings
from shared.errors import Unavailable
from shared.http import ServiceClient

PATIENCE = 5.0


class Participants:
    """Asks the other services what a merge would move."""

    def __init__(self, clients: Mapping[str, ServiceClient]) -> None:
        self._clients = clients

    def moves(self, *, from_id: UUID, into_id: UUID) -> list[dict[str, Any]]:
        """Return what every service would move; of one that does not answer, that it did not."""
        with ThreadPoolExecutor(max(len(self._clients), 1)) as asking:
            answers = [asking.submit(copy_context().run, self._of, name, from_id, into_id) for name in self._clients]
            return [move for answer in answers for move in answer.result()]

    def _of(self, name: str, from_id: UUID, into_id: UUID) -> list[dict[str, Any]]:
        pair = {"from": str(from_id), "into": str(into_id)}
        try:
            answer = self._clients[name].post("/merge-previews", pair, timeout=PATIENCE)
        except Unavailable:
            return [{"service": name, "what": "", "count": None, "detail": "unavailable"}]
        return [{"service": name, **count} for count in answer["counts"]]


def participants_of(settings: RelationsSettings, *, token: Callable[[], str]) -> Participants:
    """Return the participants that keep anything of relations; the gateway keeps only copies to show."""
    return Participants(
        {
            name: ServiceClient(str(getattr(settings, f"{name}_url")), token=token)
            for name in settings.merge_participants
            if name != "gateway"
        }
    )
