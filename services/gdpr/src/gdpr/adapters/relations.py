"""What the service relations says about erasing its relations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gdpr.requests.domain import Verdicts, batches
from shared.errors import Unavailable
from shared.http import ServiceClient

QUESTION = 200
"""Relations in one question."""


class RelationsGuard:
    """The owner of relations, who knows which of them must stay; every call raises ``Unavailable`` when it is down."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def verdicts(self, relation_ids: Sequence[UUID]) -> Verdicts:
        """Return which relations may be erased and why the other ones may not, in the order asked."""
        refused: dict[UUID, str] = {}
        answered: set[UUID] = set()
        for some in batches(relation_ids, size=QUESTION):
            answer = self._client.post("/erasure-verdicts", {"relation_ids": [str(each) for each in some]})
            refused.update({UUID(each["relation_id"]): str(each["reason"]) for each in answer["refused"]})
            answered.update(UUID(each) for each in answer["allowed"])
        if not set(relation_ids) <= answered | set(refused):
            raise Unavailable("The service relations did not answer about every relation")
        return Verdicts([each for each in relation_ids if each not in refused], refused)

    def candidates(self, *, token: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """Return one page of relations without an active matter, as the user behind ``token`` may see them."""
        place: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page: dict[str, Any] = self._client.get("/erasure-candidates", token=token, limit=limit, **place)
        return page

    def every_candidate(self, *, token: str) -> list[UUID]:
        """Return every relation without an active matter."""
        found: list[UUID] = []
        cursor: str | None = None
        while True:
            page = self.candidates(token=token, limit=QUESTION, cursor=cursor)
            found += [UUID(item["relation_id"]) for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found
