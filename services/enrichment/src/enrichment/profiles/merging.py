"""What a merge does with what the registers said of two relations."""

from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from enrichment.alerts.models import AlertRow
from enrichment.profiles.models import Profile
from shared.merging.moving import Wishes
from shared.merging.rows import Row


def wishes(session: Session, _: UUID, into_id: UUID) -> Wishes:
    """Keep warnings with the profile they came with: where the survivor has its own profile, both are put aside."""
    known = set(session.scalars(select(Profile.provider).where(Profile.relation_id == into_id)))

    def aside(table: Table, row: Row) -> bool:
        return table.name == AlertRow.__tablename__ and row["provider"] in known

    return Wishes(aside=aside)
