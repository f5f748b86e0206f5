"""What reads profiles."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from enrichment.profiles.models import Profile
from shared.db import Database


def profiles_of(session: Session, relation_id: UUID) -> list[Profile]:
    """Return what every register says of a relation."""
    found = select(Profile).where(Profile.relation_id == relation_id).order_by(Profile.provider)
    return list(session.scalars(found))


def any_profile(database: Database, relation_id: UUID) -> bool:
    """Tell whether any register was asked about a relation, which for most none was."""
    return database.row("SELECT 1 FROM profile WHERE relation_id = %s LIMIT 1", (relation_id,)) is not None


def profile_exists(session: Session, relation_id: UUID, *, provider: str) -> bool:
    """Tell whether anything is known, or being asked, of a relation."""
    return session.get(Profile, (relation_id, provider)) is not None


def is_waiting(session: Session, relation_id: UUID, *, provider: str) -> bool:
    """Tell whether the worker is to ask for this profile."""
    profile = session.get(Profile, (relation_id, provider))
    return profile is not None and profile.due_at is not None
