"""A service's whole list of handled events, in one place."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from contracts import EventContract

Handler = Callable[[Session, Any], None]


class Subscriptions:
    """Which events a service handles, and how; its queue is named after it."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._handlers: dict[str, list[Handler]] = defaultdict(list)
        self._contracts: dict[str, EventContract] = {}

    @property
    def queue(self) -> str:
        """The one queue this service consumes."""
        return f"{self.service}.events"

    def on(self, *event_classes: type[Any]) -> Callable[[Handler], Handler]:
        """Call the decorated function for each of these events, inside the transaction that records their receipt."""

        def subscribe(handler: Handler) -> Handler:
            for event_class in event_classes:
                contract: EventContract = event_class.contract
                self._handlers[contract.type].append(handler)
                self._contracts[contract.type] = contract
            return handler

        return subscribe

    def contracts(self) -> list[EventContract]:
        """Return the contracts of the events handled here."""
        return sorted(self._contracts.values(), key=lambda contract: contract.type)

    def handlers(self, type_: str) -> list[Handler]:
        """Return the handlers of an event type; none means it is not ours."""
        return self._handlers.get(type_, [])
