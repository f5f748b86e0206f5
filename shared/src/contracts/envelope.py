"""The CloudEvents 1.0 envelope (JSON format) in which every event travels."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.declaration import CONTRACTS, ContractBroken, EventContract, moment_from_wire, to_wire

CONTENT_TYPE = "application/cloudevents+json"


class MalformedEnvelope(ValueError):
    """The message is not a CloudEvent that any contract knows."""


@dataclass(frozen=True)
class Envelope:
    """One event on its way: what happened, when, who acted, and the trace it belongs to."""

    id: UUID
    time: datetime
    actor: str
    traceparent: str
    contract: EventContract
    data: Any

    def to_json(self) -> str:
        """Return the envelope in the CloudEvents JSON format; ``actor`` is an extension attribute."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": str(self.id),
                "source": f"/{self.contract.owner}",
                "type": self.contract.type,
                "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "datacontenttype": "application/json",
                "traceparent": self.traceparent,
                "actor": self.actor,
                "data": to_wire(self.data),
            },
            separators=(",", ":"),
        )

    @staticmethod
    def from_json(body: bytes | str) -> "Envelope":
        """Read an envelope; raises ``MalformedEnvelope`` for anything no contract promises."""
        try:
            raw = json.loads(body)
            contract = CONTRACTS[raw["type"]]
            return Envelope(
                id=UUID(raw["id"]),
                time=moment_from_wire(raw["time"]),
                actor=str(raw.get("actor", "")),
                traceparent=str(raw.get("traceparent", "")),
                contract=contract,
                data=contract.load(raw["data"]),
            )
        except ContractBroken as error:
            raise MalformedEnvelope(str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise MalformedEnvelope(f"not a known CloudEvent ({type(error).__name__})") from error
