"""The users, asked of the gateway that owns them."""

from collections.abc import Callable, Collection
from uuid import UUID

from shared.http import ServiceClient


class UserDirectory:
    """By which names relations know the users."""

    def __init__(self, base_url: str, *, token: Callable[[], str]) -> None:
        self._client = ServiceClient(base_url, token=token)

    def usernames(self, user_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the username of each user who has access; raises ``Unavailable``."""
        if not user_ids:
            return {}
        found = self._client.post("/directory/usernames", {"user_ids": sorted(map(str, user_ids))}, timeout=3)
        return {UUID(user_id): str(username) for user_id, username in found["usernames"].items()}
