"""Every event this service handles: each drops the card panels it made untrue."""

from sqlalchemy.orm import Session

from contracts.contacts import (
    ContactsErasureCompleted,
    ContactsMergeFollowed,
    MomentChanged,
    MomentCreated,
    MomentDeleted,
)
from contracts.enrichment import (
    AlertCleared,
    AlertRaised,
    EnrichmentErasureCompleted,
    EnrichmentMergeFollowed,
    ProfileUpdated,
)
from contracts.erasure import ErasureAnswer
from contracts.gateway import GatewayErasureCompleted, GatewayMergeFollowed
from contracts.gdpr import ErasureRequested, GdprErasureCompleted, GdprMergeFollowed, RequestFinished
from contracts.m365_sync import M365SyncErasureCompleted, M365SyncMergeFollowed, RunFinished
from contracts.merging import MergeFollowed
from contracts.relations import (
    MatterChanged,
    RelationChanged,
    RelationDeleted,
    RelationMerged,
    RelationsErasureCompleted,
    RelationUnmerged,
)
from gateway.card.actions import drop_panels, forget_cards
from gateway.tables import Tables
from shared.merging.following import note_merge, note_unmerge, pair_of
from shared.participation import erase_and_answer
from shared.subscriptions import Subscriptions

subscriptions = Subscriptions("gateway")


@subscriptions.on(RelationChanged)
def drop_the_relation_panels_when_a_relation_changed(session: Session, event: RelationChanged) -> None:
    """Ask the owner again the next time the card is opened; a relation just registered has no panel yet."""
    drop_panels(session, [event.relation_id], names=("relation", "matters"))


@subscriptions.on(RelationDeleted)
def forget_the_card_when_a_relation_was_deleted(session: Session, event: RelationDeleted) -> None:
    """Keep nothing of a relation that no longer exists."""
    forget_cards(session, [event.relation_id])


@subscriptions.on(MatterChanged)
def drop_the_matter_panels_when_a_matter_changed(session: Session, event: MatterChanged) -> None:
    """Drop the panel of every party the matter has or had."""
    drop_panels(session, event.relation_ids, names=("matters",))


@subscriptions.on(MomentCreated, MomentChanged, MomentDeleted)
def drop_the_moments_panel_when_a_moment_changed(
    session: Session, event: MomentCreated | MomentChanged | MomentDeleted
) -> None:
    """Ask for the moments again the next time the card is opened."""
    drop_panels(session, [event.relation_id], names=("contact_moments",))


@subscriptions.on(ProfileUpdated, AlertRaised, AlertCleared)
def drop_the_register_panel_when_register_data_changed(
    session: Session, event: ProfileUpdated | AlertRaised | AlertCleared
) -> None:
    """Ask for profiles and alerts again the next time the card is opened."""
    drop_panels(session, [event.relation_id], names=("register",))


@subscriptions.on(RequestFinished)
def drop_the_gdpr_panels_when_a_request_finished(session: Session, event: RequestFinished) -> None:
    """Show the request's end on every card it touched."""
    drop_panels(session, event.relation_ids, names=("gdpr",))


@subscriptions.on(RunFinished)
def drop_the_m365_panels_when_a_run_finished(session: Session, event: RunFinished) -> None:
    """Show the new copies on every card they were made of."""
    drop_panels(session, event.relation_ids, names=("m365",))


@subscriptions.on(ErasureRequested)
def forget_cards_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Delete the panels and answer."""
    erase_and_answer(session, event, Tables.metadata, answer=GatewayErasureCompleted)


@subscriptions.on(
    RelationsErasureCompleted,
    ContactsErasureCompleted,
    EnrichmentErasureCompleted,
    GdprErasureCompleted,
    M365SyncErasureCompleted,
)
def forget_cards_again_when_an_owner_erased(session: Session, event: ErasureAnswer) -> None:
    """Delete what was fetched between our own erasure and the owner's."""
    forget_cards(session, event.done)


@subscriptions.on(RelationMerged)
def forget_the_cards_when_a_relation_was_merged(session: Session, event: RelationMerged) -> None:
    """Ask the owners again for both, and answer."""
    note_merge(session, event, Tables.metadata, answer=GatewayMergeFollowed)
    forget_cards(session, [event.from_id, event.into_id])


@subscriptions.on(RelationUnmerged)
def forget_the_cards_when_a_merge_was_undone(session: Session, event: RelationUnmerged) -> None:
    """Ask the owners again for both, and answer."""
    note_unmerge(session, event, Tables.metadata, answer=GatewayMergeFollowed)
    forget_cards(session, [event.from_id, event.into_id])


@subscriptions.on(ContactsMergeFollowed, EnrichmentMergeFollowed, GdprMergeFollowed, M365SyncMergeFollowed)
def forget_the_cards_again_when_an_owner_followed(session: Session, event: MergeFollowed) -> None:
    """Drop what was fetched before the owner had moved what it holds."""
    forget_cards(session, pair_of(session, event.merge_id, Tables.metadata))
