"""What changes the national number of a person."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from stdnum.be import bis, nn
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.nl import bsn

from relations.national_numbers.models import NationalNumber
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import Difference, note_changes
from shared.context import acting
from shared.errors import Forbidden, Invalid, Unknown
from shared.secrets import Vault

KINDS: dict[str, Any] = {"rrn": nn, "bis": bis, "bsn": bsn}
"""Belgian national register and BIS numbers, Dutch citizen service numbers; each with its own check digits."""

LAST_SHOWN = 2
"""Digits of a masked number that are shown."""


class NotKept(Forbidden):
    """The office does not keep national numbers."""

    type, title = "not-kept", "This office does not keep national numbers: that is switched off"


def put_national_number(session: Session, relation_id: UUID, *, kind: str, value: str, vault: Vault) -> NationalNumber:
    """Keep a person's national number, sealed; raises ``Invalid`` for one that cannot be, or if this is no person."""
    relation = locked_relation(session, relation_id)
    if relation.kind != "natural_person":
        raise Invalid({"kind": ["Only a natural person has a national number"]})
    try:
        plain = str(KINDS[kind].validate(value))
    except StdnumError as error:
        raise Invalid({"value": ["Not a valid number of this kind: check its digits"]}) from error
    kept = session.get(NationalNumber, relation_id)
    before = kept.masked if kept else None
    if kept is None:
        kept = NationalNumber(relation_id=relation_id)
        session.add(kept)
    kept.kind, kept.recorded_by = kind, acting().actor
    kept.masked, kept.sealed_value = masked(plain), vault.seal(plain)
    tell_changed(session, relation, ["national_number"])
    note_changes(session, relation_id, [Difference("national_number", before, kept.masked)])
    return kept


def remove_national_number(session: Session, relation_id: UUID) -> None:
    """Forget a person's national number; raises ``Unknown`` when none is kept."""
    relation = locked_relation(session, relation_id)
    kept = national_number(session, relation_id)
    before = kept.masked
    session.delete(kept)
    tell_changed(session, relation, ["national_number"])
    note_changes(session, relation_id, [Difference("national_number", before, None)])


def national_number(session: Session, relation_id: UUID) -> NationalNumber:
    """Return what is kept; raises ``Unknown`` when nothing is."""
    kept = session.get(NationalNumber, relation_id)
    if kept is None:
        raise Unknown
    return kept


def masked(value: str) -> str:
    """Return a number of which only the last digits can be read."""
    return "•" * (len(value) - LAST_SHOWN) + value[-LAST_SHOWN:]


def opened_row(row: dict[str, Any], vault: Vault) -> dict[str, Any]:
    """Return a row of the table as the person it is about may read it; raises ``SealBroken``."""
    told = {name: value for name, value in row.items() if name not in ("masked", "sealed_value")}
    return {**told, "value": vault.open(row["sealed_value"])}
