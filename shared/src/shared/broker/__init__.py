"""The bus: RabbitMQ, or folders on this machine; only this package imports kombu."""

from shared.broker.bus import Broker, BrokerAway, Message, Publisher, connect_broker

__all__ = ["Broker", "BrokerAway", "Message", "Publisher", "connect_broker"]
