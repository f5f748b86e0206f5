"""What the office's matters module tells us; it is no service of this system."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.declaration import Code, MatterNumber, event

EXAMPLE = {
    "matter_number": "2026/00123",
    "status": "active",
    "parties": [{"relation_id": "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02", "role": "client"}],
}


@dataclass(frozen=True)
class Party:
    """A relation's part in a matter."""

    relation_id: UUID
    role: Code


@event("matters.matter.reported", example=EXAMPLE)
@dataclass(frozen=True)
class MatterReported:
    """The state and the whole list of parties of a matter; its title travels by the API only, as it may name people."""

    matter_number: MatterNumber
    status: Literal["active", "closed"]
    parties: tuple[Party, ...]
