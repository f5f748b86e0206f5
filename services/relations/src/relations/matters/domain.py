"""What the matters module tells of a matter."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RegisterMatter:
    """Keep the state and the whole list of parties of a matter; ``title`` None leaves the title as it is."""

    number: str
    status: str
    parties: frozenset[tuple[UUID, str]]
    title: str | None = None
