"""What pages need to know to speak of relations, groups and people by name."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import url_for

from gateway.users.queries import names_of_everybody
from gateway.web.asking import fetch_or, send
from gateway.web.formats import phone
from gateway.web.wording import GROUPS, PARTICIPANTS, group_names, word
from shared.db import database
from shared.errors import Problem

Row = dict[str, Any]


def relation_names(relation_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of relations by id; nothing for those that are gone, or while nobody can tell."""
    return {relation_id: found["display_name"] for relation_id, found in relation_documents(relation_ids).items()}


def relation_documents(relation_ids: Iterable[str]) -> dict[str, Row]:
    """Return at most 200 relations by id, whole; nothing for those that are gone, or while nobody can tell."""
    wanted = sorted({str(one) for one in relation_ids if one})
    if not wanted:
        return {}
    try:
        found = send("relations", "POST", "/relations/bulk", {"relation_ids": wanted[:200]})
    except Problem:
        return {}
    return {item["id"]: item for item in found["items"]}


def office_groups() -> dict[str, str]:
    """Return the groups by code in the reader's language; the usual ones while the service does not answer."""
    answer = fetch_or("relations", "/groups", None)
    if answer is None:
        return {code: str(name) for code, name in GROUPS.items()}
    return group_names(answer["items"] if isinstance(answer, dict) else answer)


def office_users() -> dict[str, str]:
    """Return the users who can be given work: their names by username."""
    with database().transaction() as session:
        everybody = names_of_everybody(session)
    return {account.username: account.display_name for account in everybody if account.active}


def people_names() -> dict[str, str]:
    """Return what everybody who ever had access is called, by id and by username."""
    with database().transaction() as session:
        everybody = names_of_everybody(session)
    return {key: account.display_name for account in everybody for key in (str(account.id), account.username)}


def actor_name(people: dict[str, str], actor: str) -> str:
    """Return who an actor is: somebody by name, or the service that acted by itself."""
    return people.get(actor) or word(PARTICIPANTS, actor.removeprefix("service:"))


def relation_url(relation_id: UUID | str, tab: str = "") -> str:
    """Return the address of a relation's card."""
    if tab and tab != "overview":
        return url_for("web.card.show", relation_id=relation_id, tab=tab)
    return url_for("web.card.show", relation_id=relation_id)


def summary_row(item: Row, groups: dict[str, str]) -> Row:
    """Return a relation as it stands in a list."""
    shown, international = phone(item.get("phone") or "")
    return {
        "id": item.get("id") or item.get("relation_id", ""),
        "url": relation_url(item.get("id") or item.get("relation_id", "")),
        "number": item.get("number", ""),
        "name": item.get("display_name", ""),
        "groups": ", ".join(word(groups, code) for code in item.get("groups", [])),
        "city": item.get("city", ""),
        "phone": shown,
        "phone_title": international,
        "email": item.get("email", ""),
        "kind": item.get("kind", ""),
        "status": item.get("status", ""),
    }
