"""Every event of the system, declared once: who owns it, what it says, and an example."""

from contracts.catalogue import all_events, event_named
from contracts.declaration import EventContract
from contracts.envelope import Envelope, MalformedEnvelope

__all__ = ["Envelope", "EventContract", "MalformedEnvelope", "all_events", "event_named"]
