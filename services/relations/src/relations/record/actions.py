"""What changes a relation."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.relations import Kind, RelationChanged, RelationDeleted, RelationRegistered
from relations.record.document import document_of
from relations.record.domain import ENTITY_FIELDS, PERSON_FIELDS, EditRelation, RegisterRelation
from relations.record.errors import Anonymised, GroupExists, StillReferredTo, UnknownGroup, UnknownRelation
from relations.record.findable import refresh_names
from relations.record.models import Address, Communication, Group, Identifier, Membership, Relation
from relations.record.writing import write_relations
from shared.concurrency import refuse_lost_update
from shared.context import acting
from shared.errors import Invalid
from shared.outbox import record

SIMPLE_FIELDS = ("language", "status", "memo", "warning")
USES = ("matter_correspondence", "mailing")


def register_relation(session: Session, command: RegisterRelation) -> dict[str, Any]:
    """Register a relation with all its parts and return it as a document; raises ``UnknownGroup``."""
    relation = Relation(kind=command.kind, created_by=acting().actor, identifiers=[], communications=[], addresses=[])
    relation.memberships, relation.words, relation.varia, relation.trade_names = [], [], {}, []
    apply_fields(relation, command.fields)
    refresh_names(relation)
    (written,) = write_relations(session, [relation])
    record(
        session,
        RelationRegistered(
            relation_id=written["id"],
            kind=cast(Kind, relation.kind),
            groups=tuple(written["groups"]),
            identifiers=tuple(sorted(written["identifiers"])),
            version=written["version"],
        ),
    )
    return document_of(written)


def edit_relation(session: Session, relation_id: UUID, *, command: EditRelation) -> Relation:
    """Change the given fields; raises ``UnknownRelation``, ``ChangedMeanwhile``, ``Anonymised`` or ``UnknownGroup``."""
    relation = locked_relation(session, relation_id)
    _refuse_unknown_groups(session, command.changes.get("groups", ()))
    changed = apply_fields(relation, command.changes)
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


def locked_relation(session: Session, relation_id: UUID) -> Relation:
    """Return a relation, locked against everybody else until the transaction ends, if the caller saw its version."""
    relation = session.get(Relation, relation_id, with_for_update=True)
    if relation is None:
        raise UnknownRelation
    refuse_lost_update(relation.version)
    if relation.status == "anonymised":
        raise Anonymised
    return relation


def tell_changed(session: Session, relation: Relation, fields: Sequence[str]) -> None:
    """Give the relation its next version and announce which fields changed; nothing when none did."""
    if not fields:
        return
    refresh_names(relation)
    relation.version += 1
    relation.updated_at = func.now()
    session.flush()
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


def apply_fields(relation: Relation, fields: dict[str, Any]) -> list[str]:
    """Put the given fields of the public API onto a relation; return the names of those that changed."""
    changed = [name for name in SIMPLE_FIELDS if name in fields and _set(relation, name, fields[name])]
    for part, columns in (("person", PERSON_FIELDS), ("entity", ENTITY_FIELDS)):
        given = fields.get(part) or {}
        if given and (part == "person") != (relation.kind == "natural_person"):
            raise Invalid({part: [f"A relation of kind {relation.kind} has no {part}"]})
        if _set_all(relation, given, columns):
            changed.append(part)
    if "display_name" in fields:
        changed += _set_display_name(relation, fields["display_name"])
    if "varia" in fields:
        merged = {key: value for key, value in {**relation.varia, **fields["varia"]}.items() if value is not None}
        changed += ["varia"] if _set(relation, "varia", merged) else []
    if fields.get("identifiers"):
        changed += ["identifiers"] if _set_identifiers(relation, fields["identifiers"]) else []
    if "groups" in fields:
        changed += ["groups"] if _set_groups(relation, fields["groups"]) else []
    if "communications" in fields:
        changed += (
            ["communications"]
            if replace_parts(relation.communications, fields["communications"], make=Communication)
            else []
        )
    if "addresses" in fields:
        changed += ["addresses"] if replace_parts(relation.addresses, fields["addresses"], make=Address) else []
    return changed


def _set(relation: Relation, name: str, value: Any) -> bool:
    if getattr(relation, name) == value:
        return False
    setattr(relation, name, value)
    return True


def _set_all(relation: Relation, given: dict[str, Any], columns: Sequence[str]) -> bool:
    changed = [column for column in columns if column in given and _set(relation, column, given[column])]
    return bool(changed)


def _set_display_name(relation: Relation, own: str | None) -> list[str]:
    before = (relation.display_name_is_own, relation.display_name)
    relation.display_name_is_own = bool(own)
    if own:
        relation.display_name = own
    return ["display_name"] if before != (relation.display_name_is_own, relation.display_name) else []


def _set_identifiers(relation: Relation, given: dict[str, str | None]) -> bool:
    present = {identifier.kind: identifier for identifier in relation.identifiers}
    changed = False
    for kind, value in given.items():
        if value is None:
            if kind in present:
                relation.identifiers.remove(present[kind])
                changed = True
        elif kind not in present:
            relation.identifiers.append(Identifier(kind=kind, value=value))
            changed = True
        elif present[kind].value != value:
            present[kind].value = value
            changed = True
    return changed


def _refuse_unknown_groups(session: Session, codes: Sequence[str]) -> None:
    known = set(session.scalars(select(Group.code).where(Group.code.in_(codes)))) if codes else set()
    if unknown := sorted(set(codes) - known):
        raise UnknownGroup(unknown)


def _set_groups(relation: Relation, codes: Sequence[str]) -> bool:
    wanted, present = set(codes), {membership.code for membership in relation.memberships}
    relation.memberships = [membership for membership in relation.memberships if membership.code in wanted] + [
        Membership(code=code) for code in sorted(wanted - present)
    ]
    return wanted != present


def replace_parts(present: list[Any], given: Sequence[dict[str, Any]], *, make: type[Any]) -> bool:
    """Make a relation's addresses or communications those given: known ids keep their row, others are new."""
    known = {part.id: part for part in present}
    changed = len(given) != len(present)
    wanted = []
    for position, fields in enumerate(given):
        part = known.get(fields.get("id"))
        values = {**{name: value for name, value in fields.items() if name != "id"}, "position": position}
        if part is None:
            wanted.append(make(**values))
            changed = True
        else:
            changed = change_part(part, values) or changed
            wanted.append(part)
    present[:] = wanted
    return changed


def change_part(part: Any, values: dict[str, Any]) -> bool:
    """Set the given columns of an address or communication; tell whether any of them changed."""
    different = {name: value for name, value in values.items() if getattr(part, name) != value}
    for name, value in different.items():
        setattr(part, name, value)
    return bool(different)
