"""What a new office starts with: the groups, the kinds of link and the house rules."""

from sqlalchemy.dialects.postgresql import insert

from relations.hygiene.actions import seed_rules
from relations.links.domain import LINK_TYPES
from relations.links.models import LinkType
from relations.record.domain import GROUPS
from relations.record.models import Group
from relations.settings import RelationsSettings
from shared.db import Database


def seed(_: RelationsSettings, database: Database) -> None:
    """Make the groups, kinds of link and house rules every office has; an office's own changes to them stay."""
    rows = [{"code": code, "labels": labels, "position": place} for place, (code, labels) in enumerate(GROUPS.items())]
    types = [
        {"code": code, "labels": labels, "labels_reverse": reverse, "position": place}
        for place, (code, (labels, reverse)) in enumerate(LINK_TYPES.items())
    ]
    with database.transaction() as session:
        session.execute(insert(Group).on_conflict_do_nothing(), rows)
        session.execute(insert(LinkType).on_conflict_do_nothing(), types)
        seed_rules(session)
