"""The ledger outside the database, and its replay after a restore: a backup never brings anybody back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gdpr.requests.domain import ERASURES, KINDS
from gdpr.requests.models import Failure, LedgerEntry, Participation, Request, RequestRelation
from shared.errors import Invalid


def ledger_lines(session: Session) -> Iterator[bytes]:
    """Return the whole ledger, oldest first, as lines of JSON; it holds no personal data and may be kept anywhere."""
    oldest_first = select(LedgerEntry).order_by(LedgerEntry.recorded_at, LedgerEntry.request_id, LedgerEntry.batch)
    for entry in session.scalars(oldest_first.execution_options(yield_per=1000)):
        yield orjson.dumps({column.name: getattr(entry, column.name) for column in LedgerEntry.__table__.columns})


def take_in(session: Session, lines: Iterable[bytes | str]) -> int:
    """Add the lines of a ledger kept elsewhere that the restored one lacks; return how many were new.

    Raises ``Invalid`` for a line that is none of the ledger's.
    """
    added = 0
    for number, line in enumerate(lines, start=1):
        statement = insert(LedgerEntry).values(_entry(line, number)).on_conflict_do_nothing()
        added += session.execute(statement.returning(LedgerEntry.batch)).first() is not None
    return added


def _entry(line: bytes | str, number: int) -> dict[str, Any]:
    try:
        raw = orjson.loads(line)
        if raw["kind"] not in KINDS:
            raise ValueError
        return {
            "request_id": UUID(raw["request_id"]),
            "relation_id": UUID(raw["relation_id"]),
            "batch": int(raw["batch"]),
            "kind": raw["kind"],
            "actor": str(raw["actor"])[:64],
            "recorded_at": datetime.fromisoformat(raw["recorded_at"]),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid({"ledger": [f"Line {number} is not one of the ledger"]}) from error


def replay(session: Session, *, participants: Iterable[str], now: datetime) -> int:
    """Order every erasure of the ledger once more; return the number of relations.

    Whoever was asked is asked again until they answer. A request that the restored database does not know any more is
    written down again from the ledger.
    """
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.kind.in_(ERASURES))
        .order_by(LedgerEntry.recorded_at, LedgerEntry.request_id, LedgerEntry.batch)
    ).all()
    by_request: dict[UUID, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        by_request[entry.request_id].append(entry)
    for request_id, ordered in by_request.items():
        _reopen(session, request_id, ordered)
        _ask_everybody(session, request_id, ordered, participants=participants, now=now)
    return len(entries)


def _reopen(session: Session, request_id: UUID, ordered: list[LedgerEntry]) -> None:
    first = ordered[0]
    session.execute(
        insert(Request)
        .values(
            id=request_id, kind=first.kind, status="running", actor=first.actor, created_at=first.recorded_at
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    session.execute(update(Request).where(Request.id == request_id).values(status="running", finished_at=None))
    for position, entry in enumerate(ordered):
        sent = {"state": "sent", "batch": entry.batch}
        session.execute(
            insert(RequestRelation)
            .values(request_id=request_id, relation_id=entry.relation_id, position=position, reason="", **sent)
            .on_conflict_do_update(index_elements=["request_id", "relation_id"], set_=sent)
        )
    session.execute(delete(Failure).where(Failure.request_id == request_id))


def _ask_everybody(
    session: Session, request_id: UUID, ordered: list[LedgerEntry], *, participants: Iterable[str], now: datetime
) -> None:
    sizes: Mapping[int, int] = {
        batch: sum(entry.batch == batch for entry in ordered) for batch in {entry.batch for entry in ordered}
    }
    anew = {"status": "pending", "asks": 0, "next_ask_at": now, "settled_at": None}
    for batch, size in sizes.items():
        for participant in participants:
            session.execute(
                insert(Participation)
                .values(request_id=request_id, batch=batch, participant=participant, size=size, **anew)
                .on_conflict_do_update(index_elements=["request_id", "batch", "participant"], set_=anew)
            )
