"""What changes preferences."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from m365_sync.preferences.domain import EVERY, SavePreferences, complaints, sorted_out
from m365_sync.preferences.models import Preference
from shared.concurrency import refuse_lost_update
from shared.errors import Invalid


def save_preferences(
    session: Session, user_id: UUID, *, command: SavePreferences, known_groups: Sequence[str], now: datetime
) -> Preference:
    """Save the tick and both lists; raises ``Invalid``, or ``ChangedMeanwhile`` when somebody saved first.

    The tick starts the clock of the daily run, taking it away stops it.
    """
    wrong = complaints(command, known=known_groups)
    if wrong:
        raise Invalid(wrong)
    session.execute(
        insert(Preference)
        .values(user_id=user_id, enabled=False, synchronised_groups=[], excluded_groups=[], version=0)
        .on_conflict_do_nothing()
    )
    preference = session.get_one(Preference, user_id, with_for_update=True, populate_existing=True)
    refuse_lost_update(preference.version)
    synchronised, excluded = sorted_out(command.synchronised_groups, known=known_groups)
    if command.enabled and not preference.enabled:
        preference.next_run_at = now + EVERY
    elif not command.enabled:
        preference.next_run_at = None
    preference.enabled = command.enabled
    preference.synchronised_groups, preference.excluded_groups = synchronised, excluded
    preference.version += 1
    session.flush()
    return preference
