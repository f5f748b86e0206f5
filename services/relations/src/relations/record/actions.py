"""What changes a relation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.relations import RelationChanged, RelationDeleted
from relations.record.changing import differences, note_changes, snapshot
from relations.record.confidentiality import refuse_unless_seen
from relations.record.domain import EditRelation
from relations.record.errors import Anonymised, GroupExists, StillReferredTo, UnknownGroup, UnknownRelation
from relations.record.fields import apply_fields
from relations.record.findable import refresh_names
from relations.record.models import Group, Relation
from relations.record.varia import plain_varia, searchable_texts
from shared.concurrency import refuse_lost_update
from shared.errors import Invalid
from shared.merging.http import MergedAway
from shared.outbox import record

NOT_SEARCHED = frozenset(
    (
        "memo",
        "warning",
        "warning_colour",
        "status",
        "language",
        "responsible",
        "confidentiality",
        "address_form",
        "accounting",
        "bank_accounts",
        "groups",
        "identifiers",
        "links",
        "photo",
        "legal_identity",
        "national_number",
    )
)
"""Fields that neither a name nor a search word is made of: when they change, those need not be made anew."""

BEFORE = "relations as they were when they were locked"
"""Where a session keeps what the field history compares with."""


def edit_relation(session: Session, relation_id: UUID, *, command: EditRelation) -> Relation:
    """Change the given fields; raises ``UnknownRelation``, ``ChangedMeanwhile``, ``Anonymised`` or ``UnknownGroup``."""
    relation = locked_relation(session, relation_id)
    _refuse_unknown_groups(session, command.changes.get("groups", ()))
    changed = apply_fields(relation, _with_checked_varia(session, relation, command.changes))
    tell_changed(session, relation, changed)
    return relation


def delete_relation(session: Session, relation_id: UUID, *, reasons: Sequence[str]) -> None:
    """Delete a relation to which nothing refers; raises ``StillReferredTo`` with the reasons otherwise."""
    relation = locked_relation(session, relation_id)
    if reasons:
        raise StillReferredTo(reasons=list(reasons))
    session.delete(relation)
    record(session, RelationDeleted(relation_id=relation_id))


def add_group(session: Session, *, code: str, labels: dict[str, str]) -> Group:
    """Add a group of the office's own, after the present ones; raises ``GroupExists``."""
    if session.get(Group, code) is not None:
        raise GroupExists
    last = session.scalar(select(func.max(Group.position))) or 0
    group = Group(code=code, labels=labels, position=last + 1)
    session.add(group)
    session.flush()
    return group


def locked_relation(
    session: Session, relation_id: UUID, *, any_version: bool = False, also_merged: bool = False
) -> Relation:
    """Return a relation, locked against everybody else until the transaction ends.

    Raises ``UnknownRelation``, ``Confidential``, ``Anonymised``, ``MergedAway`` unless ``also_merged`` ones will do,
    and ``ChangedMeanwhile`` when the request names another version, unless ``any_version`` will do.
    """
    relation = session.get(Relation, relation_id, with_for_update=True)
    if relation is None:
        raise UnknownRelation
    refuse_unless_seen(relation)
    if not any_version:
        refuse_lost_update(relation.version)
    if relation.status == "anonymised":
        raise Anonymised
    if relation.merged_into is not None and not also_merged:
        raise MergedAway(into=relation.merged_into)
    session.info.setdefault(BEFORE, {})[relation_id] = snapshot(session, relation_id)
    return relation


def tell_changed(session: Session, relation: Relation, fields: Sequence[str]) -> None:
    """Give the relation its next version, write its history and announce which fields changed; nothing if none did."""
    if not fields:
        return
    if "addresses" in fields:
        _forget_lost_invoice_address(relation)
    if not NOT_SEARCHED.issuperset(fields):
        refresh_names(relation, also=searchable_texts(session, relation))
    relation.version += 1
    relation.updated_at = func.now()
    session.flush()
    after = snapshot(session, relation.id)
    note_changes(session, relation.id, differences(session.info[BEFORE][relation.id], after))
    session.info[BEFORE][relation.id] = after
    record(
        session,
        RelationChanged(
            relation_id=relation.id,
            fields=tuple(dict.fromkeys(fields)),
            identifiers=identifier_kinds(relation),
            version=relation.version,
        ),
    )


def identifier_kinds(relation: Relation) -> tuple[str, ...]:
    """Return the kinds of official number a relation has."""
    return tuple(sorted(identifier.kind for identifier in relation.identifiers))


def _refuse_unknown_groups(session: Session, codes: Sequence[str]) -> None:
    known = set(session.scalars(select(Group.code).where(Group.code.in_(codes)))) if codes else set()
    if unknown := sorted(set(codes) - known):
        raise UnknownGroup(unknown)


def _forget_lost_invoice_address(relation: Relation) -> None:
    accounting = relation.accounting
    if accounting and accounting.invoice_address_id not in {address.id for address in relation.addresses}:
        accounting.invoice_address_id = None


def _with_checked_varia(session: Session, relation: Relation, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with their varia, and those of the addresses, in plain form; raises ``Invalid``."""
    if not given.get("varia") and not any(address.get("varia") for address in given.get("addresses", ())):
        return given
    groups = given.get("groups", [membership.code for membership in relation.memberships])
    complaints: dict[str, list[str]] = {}
    checked = dict(given)
    if given.get("varia"):
        checked["varia"] = plain_varia(
            session, given["varia"], level="relation", present=relation.varia, groups=groups, complaints=complaints
        )
    present = {address.id: address.varia for address in relation.addresses}
    addresses = []
    for place, address in enumerate(given.get("addresses", ())):
        if address.get("varia"):
            varia = plain_varia(
                session, address["varia"], level="address", present=present.get(address.get("id"), {}), groups=groups,
                complaints=complaints, path=f"addresses.{place}.varia",
            )  # fmt: skip
            address = {**address, "varia": {key: value for key, value in varia.items() if value is not None}}
        addresses.append(address)
    if complaints:
        raise Invalid(complaints)
    return {**checked, "addresses": addresses} if "addresses" in given else checked
