"""What reads connections."""

from uuid import UUID

from sqlalchemy.orm import Session

from m365_sync.connections.domain import NOT_CONNECTED
from m365_sync.connections.models import Connection


def connection_of(session: Session, user_id: UUID) -> Connection | None:
    """Return a user's connection, or None."""
    return session.get(Connection, user_id)


def state_of(connection: Connection | None) -> str:
    """Return ``connected``, ``reconnect_needed`` or ``not_connected``."""
    return connection.state if connection else NOT_CONNECTED
