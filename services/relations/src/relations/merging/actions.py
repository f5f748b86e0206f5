"""What merges relations, tells the other services, and counts their answers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.merging import MergeFollowed
from contracts.relations import MergeSettled, RelationMerged, RelationUnmerged
from relations.merging.choosing import accounting_steps, invoice_address_of, relation_steps, wishes_for
from relations.merging.domain import PATIENCE, SETTLED, UNDER_WAY, MergeRelations
from relations.merging.errors import CannotMerge
from relations.merging.fields import public_names, refuse_unknown_fields
from relations.merging.identities import facts_to_keep, keep_in_force
from relations.merging.models import Merge, MergeParticipant
from relations.merging.queries import participants_of
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import changing_as
from relations.record.domain import plain
from relations.record.errors import UnknownRelation
from relations.record.models import Alias, Relation
from relations.tables import Tables
from shared.clock import Clock, utc_now
from shared.context import acting
from shared.db import Database
from shared.merging.moving import Step, carry_out, counts_of, plan_moves
from shared.merging.rows import find_row, keep_added_row
from shared.outbox import record

UNITED = (
    "communications", "addresses", "aliases", "groups", "identifiers", "bank_accounts", "accounting", "matters",
    "links", "photo", "legal_identity", "national_number",
)  # fmt: skip
"""Parts of the survivor that a merge may add to."""

Participants = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a merge does in this service: which rows move, and what becomes of the survivor's own values."""

    parts: list[Step]
    values: list[Step]

    @property
    def steps(self) -> list[Step]:
        """Everything, in the order in which it is done."""
        return [*self.parts, *self.values]

    @property
    def changed_fields(self) -> list[str]:
        """The survivor's fields that get another value, by their public names."""
        changed = [step for step in self.values if "merged_into" not in (step.changes or {})]
        return [name for step in changed for name in public_names(step.table.name, step.changes or ())]


def preview_merge(session: Session, command: MergeRelations) -> list[dict[str, Any]]:
    """Return what would move in this service, changing nothing; raises what ``merge_relations`` raises."""
    lock_pair(session, command.from_id, command.into_id)
    return _told(_plan(session, command))


def merge_relations(
    session: Session, command: MergeRelations, *, participants: Participants
) -> tuple[Merge, list[dict[str, Any]]]:
    """Merge one relation into another and tell everybody; return the merge and what moved in this service.

    Raises ``UnknownRelation``, ``Confidential``, ``Anonymised``, ``CannotMerge`` and ``Invalid``.
    """
    this, into = lock_pair(session, command.from_id, command.into_id)
    plan = _plan(session, command)
    merge = _begin(session, command, participants=participants)
    in_force = facts_to_keep(session, command)
    old_name = this.display_name
    carry_out(session, plan.steps, merge_id=merge.id, into_id=into.id)
    session.expire_all()
    keep_in_force(session, into.id, in_force, merge_id=merge.id)
    _keep_name_as_alias(session, into, old_name, merge_id=merge.id)
    with changing_as("merge"):
        tell_changed(session, into, [*plan.changed_fields, *UNITED])
    this.version += 1
    session.flush()
    record(session, RelationMerged(merge_id=merge.id, from_id=this.id, into_id=into.id))
    session.refresh(merge)
    return merge, _told(plan)


def lock_pair(session: Session, from_id: UUID, into_id: UUID) -> tuple[Relation, Relation]:
    """Return both relations, locked in one order whoever asks; raises ``CannotMerge`` when they do not go together."""
    if from_id == into_id:
        raise CannotMerge("A relation cannot be merged into itself", reason="same")
    wanted = select(Relation.id).where(Relation.id.in_((from_id, into_id))).order_by(Relation.id).with_for_update()
    if len(session.execute(wanted).all()) < 2:
        raise UnknownRelation
    this, into = (locked_relation(session, each, any_version=True, also_merged=True) for each in (from_id, into_id))
    for relation in (this, into):
        if relation.status == "merged":
            raise CannotMerge("One of them was merged already", reason="merged", into=relation.merged_into)
    if (this.kind == "natural_person") != (into.kind == "natural_person"):
        raise CannotMerge("A person and an organisation are not one relation", reason="kind")
    return this, into


def count_answer(session: Session, answer: MergeFollowed, *, service: str) -> None:
    """Note that a service followed; the last one settles the merge. Answers to an earlier state change nothing."""
    merge = session.get(Merge, answer.merge_id, with_for_update=True)
    if merge is None or UNDER_WAY.get(merge.status) != answer.phase:
        return
    participants = participants_of(session, merge.id)
    for participant in participants:
        if participant.service == service and participant.answered != answer.phase:
            participant.answered, participant.answered_at = answer.phase, utc_now()
    settle_when_complete(session, merge, participants)


def settle_when_complete(session: Session, merge: Merge, participants: list[MergeParticipant]) -> None:
    """Close a merge, or its undoing, once everybody has followed."""
    if all(each.answered == UNDER_WAY[merge.status] for each in participants):
        settle(session, merge)


def settle(session: Session, merge: Merge) -> None:
    """Close a merge, or its undoing, and tell so."""
    merge.status, merge.next_ask_at = SETTLED[merge.status], None
    record(session, MergeSettled(merge.id, "done" if merge.status == "done" else "undone"))


def ask_again(database: Database, *, clock: Clock = utc_now) -> None:
    """Tell once more of the merges that somebody has been silent about for too long."""
    with database.transaction() as session:
        due = select(Merge).where(Merge.next_ask_at <= clock()).order_by(Merge.next_ask_at).limit(50)
        for merge in session.scalars(due.with_for_update(skip_locked=True)):
            event = RelationMerged if merge.status == "running" else RelationUnmerged
            record(session, event(merge_id=merge.id, from_id=merge.from_id, into_id=merge.into_id))
            merge.asks += 1
            merge.next_ask_at = clock() + PATIENCE[min(merge.asks, len(PATIENCE)) - 1]


def _begin(session: Session, command: MergeRelations, *, participants: Participants) -> Merge:
    merge = Merge(
        from_id=command.from_id,
        into_id=command.into_id,
        preferred=sorted(command.preferred),
        actor=acting().actor,
        next_ask_at=utc_now() + PATIENCE[0],
    )
    session.add(merge)
    session.flush()
    session.add_all(MergeParticipant(merge_id=merge.id, service=service) for service in participants)
    return merge


def _plan(session: Session, command: MergeRelations) -> Plan:
    table = Tables.metadata.tables["relation"]
    pair = {"from_id": command.from_id, "into_id": command.into_id}
    this, into = (find_row(session, table, {"id": str(each)}) or {} for each in pair.values())
    refuse_unknown_fields(command.choose, varia={**this["varia"], **into["varia"]})
    invoices = invoice_address_of(session, **pair)
    wishes = wishes_for(command.preferred, invoice_address=invoices)
    accounting = accounting_steps(session, **pair, choose=command.choose, invoice_address=invoices)
    return Plan(
        parts=plan_moves(session, Tables.metadata, **pair, wishes=wishes),
        values=[*accounting, *relation_steps(this, into, command.choose)],
    )


def _told(plan: Plan) -> list[dict[str, Any]]:
    """Return what moves; the relation itself, which is always among it, first."""
    fields = len(plan.changed_fields)
    return [
        {"service": "relations", "what": "relation", "count": 1, "detail": "merged"},
        *([{"service": "relations", "what": "fields", "count": fields, "detail": "chosen"}] if fields else []),
        *({"service": "relations", **count} for count in counts_of(plan.parts)),
    ]


def _keep_name_as_alias(session: Session, into: Relation, name: str, *, merge_id: UUID) -> None:
    """Let the survivor be found, and addressed in old papers, by the name the other one had."""
    names = {plain(known) for known in (into.display_name, *(alias.name for alias in into.aliases))}
    if not name or plain(name) in names:
        return
    alias = Alias(relation_id=into.id, kind="former", name=name[:300], position=len(into.aliases))
    into.aliases.append(alias)
    session.flush()
    keep_added_row(session, Tables.metadata.tables["alias"], {"id": str(alias.id)}, merge_id=merge_id, into_id=into.id)
