"""The relations, asked of the service that owns them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from shared.http import ServiceClient

PAGE = 200
"""Relations in one call, the most the owner gives."""


class RelationsOwner:
    """What we ask of the service relations; every method raises ``Unavailable`` when it does not answer."""

    def __init__(self, base_url: str, *, token: Callable[[], str]) -> None:
        self._client = ServiceClient(base_url, token=token)

    def groups(self) -> list[str]:
        """Return the code of every group there is."""
        answer = self._client.get("/groups", timeout=3)
        return [str(group["code"]) for group in (answer["items"] if isinstance(answer, dict) else answer)]

    def index(self, groups: Sequence[str]) -> Iterator[list[tuple[UUID, frozenset[str]]]]:
        """Yield, page by page, every active relation in any of the groups with the groups it is in."""
        cursor: str | None = None
        while groups:
            query: dict[str, Any] = {"groups": ",".join(groups), "limit": PAGE}
            if cursor:
                query["cursor"] = cursor
            page = self._client.get("/relations/index", timeout=10, **query)
            yield [(UUID(item["id"]), frozenset(item["groups"])) for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def bulk(self, relation_ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return up to ``PAGE`` whole relations; those that are gone, or live on in others, are left out."""
        answer = self._client.post("/relations/bulk", {"relation_ids": [str(id_) for id_ in relation_ids]}, timeout=15)
        wanted = {str(relation_id) for relation_id in relation_ids}
        return [relation for relation in answer["items"] if relation["id"] in wanted]
