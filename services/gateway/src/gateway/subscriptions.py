"""Every event this service handles: each drops the card panels it made untrue, or tells somebody."""

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
from contracts.m365_sync import ConnectionLost, M365SyncErasureCompleted, M365SyncMergeFollowed, RunFinished
from contracts.merging import MergeFollowed
from contracts.relations import (
    DuplicateScanFinished,
    ImportFinished,
    MatterChanged,
    MergeSettled,
    RelationChanged,
    RelationDeleted,
    RelationMerged,
    RelationsErasureCompleted,
    RelationUnmerged,
)
from gateway.card.actions import drop_panels, forget_cards
from gateway.notifications.actions import forget_alerts, settle_work, warn_of_alert, warn_of_lost_mailbox
from gateway.tables import Tables
from shared.merging.following import note_merge, note_unmerge, pair_of
from shared.participation import erase_and_answer
from shared.subscriptions import Subscriptions

CONFIDENTIALITY = frozenset({"confidentiality", "restricted", "confidants"})
"""Names under which it changes: as a field of the API, and as columns that a merge decided."""

subscriptions = Subscriptions("gateway")


@subscriptions.on(RelationChanged)
def drop_the_relation_panels_when_a_relation_changed(session: Session, event: RelationChanged) -> None:
    """Ask the owner again the next time the card is opened; a relation just registered has no panel yet.

    Alerts told under the bell go where the confidentiality changed: they may be for others now.
    """
    drop_panels(session, [event.relation_id], names=("relation", "matters"))
    if not CONFIDENTIALITY.isdisjoint(event.fields):
        forget_alerts(session, [event.relation_id])


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
    if isinstance(event, AlertRaised) and event.severity == "red":
        warn_of_alert(session, event.relation_id)


@subscriptions.on(RequestFinished)
def drop_the_gdpr_panels_when_a_request_finished(session: Session, event: RequestFinished) -> None:
    """Show the request's end on every card it touched, and tell who asked for it."""
    drop_panels(session, event.relation_ids, names=("gdpr",))
    settle_work(session, "gdpr", event.request_id, status=event.status, counts={})


@subscriptions.on(RunFinished)
def drop_the_m365_panels_when_a_run_finished(session: Session, event: RunFinished) -> None:
    """Show the new copies on every card they were made of, and tell who started it."""
    drop_panels(session, event.relation_ids, names=("m365",))
    settle_work(session, "m365", event.run_id, status=event.status, counts={"changed": len(event.relation_ids)})


@subscriptions.on(ConnectionLost)
def tell_the_user_when_a_mailbox_was_lost(session: Session, event: ConnectionLost) -> None:
    """Ask for a new sign-in under the bell."""
    warn_of_lost_mailbox(session, event.user_id)


@subscriptions.on(ImportFinished)
def tell_who_started_it_when_an_import_finished(session: Session, event: ImportFinished) -> None:
    """Say how many were taken in, or taken back."""
    counts = {"created": event.created, "skipped": event.skipped, "removed": event.removed, "trial": int(event.dry_run)}
    settle_work(session, "import", event.import_id, status=event.status, counts=counts)


@subscriptions.on(DuplicateScanFinished)
def tell_who_started_it_when_a_scan_finished(session: Session, event: DuplicateScanFinished) -> None:
    """Say how many pairs wait for a decision."""
    settle_work(session, "scan", event.scan_id, status=event.status, counts={"found": event.found})


@subscriptions.on(MergeSettled)
def tell_who_merged_when_everybody_followed(session: Session, event: MergeSettled) -> None:
    """Say that it is done, or undone."""
    settle_work(session, "merge", event.merge_id, status=event.status, counts={})


@subscriptions.on(ErasureRequested)
def forget_cards_when_an_erasure_was_requested(session: Session, event: ErasureRequested) -> None:
    """Delete the panels and answer."""
    erase_and_answer(
        session,
        event,
        Tables.metadata,
        answer=GatewayErasureCompleted,
        also_forget=lambda _session, relation_ids, _event: forget_alerts(_session, relation_ids),
    )


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
