"""What reads preferences."""

from uuid import UUID

from sqlalchemy.orm import Session

from m365_sync.preferences.models import Preference


def preference_of(session: Session, user_id: UUID) -> Preference:
    """Return what a user saved, or what a user starts with: nothing is synchronised."""
    return session.get(Preference, user_id) or Preference(
        user_id=user_id, enabled=False, synchronised_groups=[], excluded_groups=[], version=0
    )
