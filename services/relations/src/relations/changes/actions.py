"""Putting one field back to what it was before a change, which is a change itself."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from relations.changes.domain import can_be_put_back, part_is_gone, split, value_at
from relations.changes.queries import present_state
from relations.links.actions import add_link, edit_link, remove_link
from relations.links.models import Link
from relations.record import numbers
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import Change, changing_as
from relations.record.fields import (
    LISTS,
    SETTERS,
    SIMPLE_FIELDS,
    USES,
    change_part,
    set_accounting,
    set_display_name,
)
from relations.record.models import Group, Membership, Relation
from shared.errors import Conflict, Unknown

WHOLE: dict[str, Callable[[Relation, Any], bool]] = {**SETTERS, "display_name": set_display_name}

DATES = ("birth_date", "valid_from", "valid_to")


class CannotBePutBack(Conflict):
    """The field cannot be put back; the detail says why."""

    type, title = "cannot-be-put-back", "This field cannot be put back"


def revert_change(session: Session, relation_id: UUID, change_id: UUID) -> None:
    """Put a field back to what it was before a change; what is so already stays.

    Raises ``Unknown``, and ``CannotBePutBack`` when the part is gone or somebody changed the field since.
    """
    relation = locked_relation(session, relation_id)
    change = session.get(Change, change_id)
    if change is None or change.relation_id != relation_id:
        raise Unknown
    now = present_state(session, relation_id)
    if not can_be_put_back(change.field):
        raise CannotBePutBack("Record the right state anew instead")
    if part_is_gone(now, change.field):
        raise CannotBePutBack("The part it belongs to is no longer there: put that back first")
    present = value_at(now, change.field)
    if present == change.old:
        return
    if present != change.new:
        raise CannotBePutBack("It was changed again since: put the later change back first")
    with changing_as("revert"):
        _put_back(session, relation, change.field, value=change.old)


def _put_back(session: Session, relation: Relation, path: str, *, value: Any) -> None:
    head, key, field = split(path)
    if head == "links":
        _put_link_back(session, relation.id, UUID(key), told=value)
        return
    if head in LISTS:
        _put_part_back(relation, head, UUID(key), field=field, value=value)
    elif head in SIMPLE_FIELDS:
        setattr(relation, head, value)
    elif head in ("person", "entity"):
        setattr(relation, key, _typed(key, value))
    elif head == "groups":
        _put_group_back(session, relation, key, since=value)
    elif head == "accounting":
        _put_accounting_back(relation, key, value)
    else:
        WHOLE[head](relation, {key: value} if key else value)
    tell_changed(session, relation, [head])


def _put_part_back(relation: Relation, name: str, part_id: UUID, *, field: str, value: Any) -> None:
    """Put a part, or one field of it, back where it was; a use of an address is taken from who has it now."""
    parts = getattr(relation, name)
    part = next((each for each in parts if each.id == part_id), None)
    values = {field: value} if field else value
    if values is None:
        parts.remove(part)
        return
    values = {column: _typed(column, each) for column, each in values.items()}
    if part is None:
        part = LISTS[name](id=part_id)
        parts.append(part)
    change_part(part, values)
    if name == "communications" and {"kind", "value"} & set(values):
        part.normalised = _normalised(part.kind, part.value)
    for use in USES if name == "addresses" else ():
        if values.get(use):
            for address in parts:
                if address is not part:
                    setattr(address, use, False)


def _normalised(kind: str, value: str) -> str:
    try:
        return numbers.normalise_communication(kind, value, region=current_app.extensions["settings"].home_country)
    except numbers.NotValid as error:
        raise CannotBePutBack("The earlier value is no longer a valid one") from error


def _put_group_back(session: Session, relation: Relation, code: str, *, since: str | None) -> None:
    if since is None:
        relation.memberships = [each for each in relation.memberships if each.code != code]
        return
    if session.get(Group, code) is None:
        raise CannotBePutBack("The group is no longer there")
    present = next((each for each in relation.memberships if each.code == code), None)
    if present is None:
        present = Membership(code=code)
        relation.memberships.append(present)
    present.since = dt.date.fromisoformat(since)


def _put_accounting_back(relation: Relation, field: str, value: Any) -> None:
    if field == "invoice_address_id" and value is not None:
        value = UUID(value)
        if value not in {address.id for address in relation.addresses}:
            raise CannotBePutBack("The invoice address is no longer there: put that back first")
    set_accounting(relation, {field: value})


def _put_link_back(session: Session, relation_id: UUID, link_id: UUID, *, told: dict[str, Any] | None) -> None:
    if told is None:
        remove_link(session, relation_id, link_id)
        return
    fields = {
        "type": told["type"],
        "valid_from": _typed("valid_from", told["from"]),
        "valid_to": _typed("valid_to", told["to"]),
        "note": told["note"],
    }
    if session.get(Link, link_id) is not None:
        edit_link(session, relation_id, link_id, fields=fields)
        return
    if UUID(told["relation_id"]) != relation_id:
        raise CannotBePutBack("The link belongs to the other relation: put it back there")
    add_link(session, relation_id, fields={**fields, "other_id": UUID(told["other_id"])}, link_id=link_id)


def _typed(column: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if column in DATES and value else value
