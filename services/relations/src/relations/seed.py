"""What a new office starts with: the groups."""

from sqlalchemy.dialects.postgresql import insert

from relations.record.domain import GROUPS
from relations.record.models import Group
from relations.settings import RelationsSettings
from shared.db import Database


def seed(_: RelationsSettings, database: Database) -> None:
    """Make the groups every office has; an office's own changes to them stay."""
    rows = [{"code": code, "labels": labels, "position": place} for place, (code, labels) in enumerate(GROUPS.items())]
    with database.transaction() as session:
        session.execute(insert(Group).on_conflict_do_nothing(), rows)
