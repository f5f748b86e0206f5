"""Every event this service handles."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from contracts.enrichment import EnrichmentErasureCompleted, EnrichmentMergeFollowed
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationChanged, RelationDeleted, RelationMerged, RelationRegistered, RelationUnmerged
from enrichment.accounts.domain import PROVIDER_OF_NUMBER
from enrichment.accounts.queries import enriches_by_itself
from enrichment.profiles import actions
from enrichment.profiles.merging import wishes
from enrichment.profiles.queries import profile_exists
from enrichment.tables import Tables
from shared.clock import utc_now
from shared.context import acting
from shared.merging.following import follow_merge, follow_unmerge, present_id
from shared.participation import erase_and_answer
from shared.subscriptions import Subscriptions

subscriptions = Subscriptions("enrichment")


@subscriptions.on(RelationRegistered)
def expect_profiles_when_a_relation_was_registered(session: Session, event: RelationRegistered) -> None:
    """Leave it to the worker to ask the registers that know the relation's kinds of number."""
    _expect_profiles(session, event.relation_id, identifiers=event.identifiers)


@subscriptions.on(RelationChanged)
def expect_profiles_anew_when_the_numbers_of_a_relation_changed(session: Session, event: RelationChanged) -> None:
    """Leave it to the worker to see whether the profile still speaks of the relation's number."""
    if "identifiers" not in event.fields:
        return
    _expect_profiles(session, event.relation_id, identifiers=event.identifiers)
    for number, provider in PROVIDER_OF_NUMBER.items():
        if number not in event.identifiers and profile_exists(session, event.relation_id, provider=provider):
            _expect(session, event.relation_id, provider)


@subscriptions.on(RelationDeleted)
def forget_profiles_when_a_relation_was_deleted(session: Session, event: RelationDeleted) -> None:
    """Drop what the registers said of a relation that no longer exists."""
    actions.forget_relation(session, event.relation_id)


@subscriptions.on(ErasureRequested)
def forget_profiles_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Delete profiles, warnings and kept answers; the ledger keeps its amounts and loses the numbers."""
    erase_and_answer(
        session,
        event,
        Tables.metadata,
        answer=EnrichmentErasureCompleted,
        also_forget=actions.forget_numbers_of,
    )


def _expect_profiles(session: Session, relation_id: UUID, *, identifiers: Sequence[str]) -> None:
    for number in identifiers:
        provider = PROVIDER_OF_NUMBER.get(number)
        if provider is None:
            continue
        if enriches_by_itself(session, provider) or profile_exists(session, relation_id, provider=provider):
            _expect(session, relation_id, provider)


def _expect(session: Session, relation_id: UUID, provider: str) -> None:
    relation_id = present_id(session, Tables.metadata, relation_id)
    actions.expect_profile(session, relation_id, provider=provider, actor=acting().actor, due_at=utc_now())


@subscriptions.on(RelationMerged)
def follow_when_a_relation_was_merged(session: Session, event: RelationMerged) -> None:
    """Move what is held of it to the survivor, and answer."""
    follow_merge(session, event, Tables.metadata, answer=EnrichmentMergeFollowed, wishes=wishes)


@subscriptions.on(RelationUnmerged)
def move_back_when_a_merge_was_undone(session: Session, event: RelationUnmerged) -> None:
    """Give it back what was moved, and answer."""
    follow_unmerge(session, event, Tables.metadata, answer=EnrichmentMergeFollowed)
