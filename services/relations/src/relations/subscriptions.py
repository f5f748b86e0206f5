"""Every event this service handles."""

from sqlalchemy.orm import Session

from contracts.gateway import RelationsOpened
from contracts.gdpr import ErasureRequested
from contracts.matters import MatterReported
from relations.erasure.actions import erase_relations
from relations.history.actions import note_openings
from relations.matters.actions import register_matter
from relations.matters.domain import RegisterMatter
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
