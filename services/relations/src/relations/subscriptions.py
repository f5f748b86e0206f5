"""Every event this service handles."""

from sqlalchemy.orm import Session

from contracts.contacts import ContactsMergeFollowed
from contracts.enrichment import EnrichmentMergeFollowed, ProfileUpdated
from contracts.gateway import GatewayMergeFollowed, RelationsOpened
from contracts.gdpr import ErasureRequested, GdprMergeFollowed
from contracts.m365_sync import M365SyncMergeFollowed
from contracts.matters import MatterReported
from contracts.merging import MergeFollowed
from relations.duplicates.actions import forget_pairs
from relations.erasure.actions import erase_relations
from relations.history.actions import note_openings
from relations.hygiene.actions import note_register_state
from relations.matters.actions import register_matter
from relations.matters.domain import RegisterMatter
from relations.merging.actions import count_answer
from shared.clock import utc_now
from shared.errors import Invalid
from shared.inbox import CannotEverSucceed
from shared.subscriptions import Subscriptions

subscriptions = Subscriptions("relations")


@subscriptions.on(MatterReported)
def register_matter_when_one_was_reported(session: Session, event: MatterReported) -> None:
    """Keep what the matters module says; a party we do not know makes it a dead letter."""
    parties = frozenset((party.relation_id, party.role) for party in event.parties)
    try:
        register_matter(session, RegisterMatter(event.matter_number, event.status, parties))
    except Invalid as error:
        raise CannotEverSucceed from error


@subscriptions.on(RelationsOpened)
def note_openings_when_cards_were_opened(session: Session, event: RelationsOpened) -> None:
    """Feed Historie."""
    note_openings(session, event.openings)


@subscriptions.on(ErasureRequested)
def erase_relations_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Erase the batch and answer."""
    erase_relations(session, event)


@subscriptions.on(
    ContactsMergeFollowed, EnrichmentMergeFollowed, GdprMergeFollowed, M365SyncMergeFollowed, GatewayMergeFollowed
)
def count_the_answer_when_a_service_followed_a_merge(session: Session, event: MergeFollowed) -> None:
    """Count it; the last answer settles the merge, or its undoing."""
    service: str = type(event).contract.owner  # type: ignore[attr-defined]  # set where events are declared
    count_answer(session, event, service=service)


@subscriptions.on(ErasureRequested)
def forget_pairs_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Forget of whom the erased were thought to be a double; the erasure itself comes first, above."""
    forget_pairs(session, event.relation_ids)


@subscriptions.on(ProfileUpdated)
def note_the_age_of_register_data_when_a_look_up_ended(session: Session, event: ProfileUpdated) -> None:
    """Know, without asking, whose register data grows old."""
    note_register_state(
        session,
        relation_id=event.relation_id,
        provider=event.provider,
        outcome=event.outcome,
        fetched_at=utc_now(),
    )
