"""The scan of the whole base: gathers pairs key by key, compares them in batches, and keeps those that are alike.

Every step commits what it did with the place it came to, so a scan whose worker dies is gone on with by the next one,
and a cancelled one stops after the step at hand. Memory does not grow with the office: pairs lie in a table, and of the
relations only those of the latest batches are remembered.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from contracts.relations import DuplicateScanFinished
from relations.duplicates.blocking import KEYS, gathering
from relations.duplicates.claims import NotOursAnyMore, advance, claim_scan, end_if_cancelled
from relations.duplicates.likeness import ENOUGH_IN_SCAN, Facts, facts_of, likeness
from relations.duplicates.models import DuplicateCandidate, DuplicatePair, DuplicateScan
from relations.duplicates.queries import FACTS_OF
from relations.hygiene.checking import mark_doubles_due
from shared.db import Database
from shared.outbox import record

BATCH = 10_000
"""Pairs compared in one step."""

REMEMBERED = 40_000
"""Relations whose facts are kept between two steps."""

MEMORY = text("SET LOCAL work_mem = '64MB'")
"""To sort an office by key without writing it to disk."""

NEXT_PAIRS = text(
    """
    SELECT position, CAST(a AS text) AS a, CAST(b AS text) AS b FROM duplicate_candidate
    WHERE position > :place ORDER BY position LIMIT :batch
    """
)
"""The ids as texts: each is looked up several times, and a text is found ten times as fast as a UUID."""

Found = tuple[str, str, int, list[str]]

KEEP = text(
    """
    INSERT INTO duplicate_pair (a, b, score, reasons, status, decided_by)
    SELECT f.a, f.b, f.score, string_to_array(f.reasons, ','), 'open', ''
    FROM unnest(CAST(:a AS uuid[]), CAST(:b AS uuid[]), CAST(:scores AS int[]), CAST(:reasons AS text[]))
      AS f (a, b, score, reasons)
    ON CONFLICT (a, b) DO UPDATE SET score = excluded.score, reasons = excluded.reasons, found_at = excluded.found_at,
      status = CASE WHEN duplicate_pair.status = 'not_duplicate' THEN 'not_duplicate' ELSE 'open' END
    """
)
"""What a user said of a pair stays."""

DROP_ORPHANS = text(
    """
    DELETE FROM duplicate_pair p WHERE NOT EXISTS (SELECT FROM relation r WHERE r.id = p.a)
      OR NOT EXISTS (SELECT FROM relation r WHERE r.id = p.b)
    """
)
"""Pairs refer to relations by id alone: a foreign key would lock two relations for every pair that is found."""

MARK_MERGED = text(
    """
    UPDATE duplicate_pair p SET status = 'merged' FROM relation r
    WHERE p.status = 'open' AND r.id IN (p.a, p.b) AND r.status = 'merged'
    """
)


def run_due_scan(database: Database) -> None:
    """Run the scan that waits, if there is one, until it is done, cancelled, or another worker has it."""
    scan = claim_scan(database)
    if scan is None:
        return
    try:
        _Scanning(database, scan).run()
    except NotOursAnyMore:
        end_if_cancelled(database, scan.id)


class _Scanning:
    """One worker's part in a scan."""

    def __init__(self, database: Database, scan: DuplicateScan) -> None:
        self._database = database
        self._scan = scan
        self._place = scan.compared_to
        self._known: dict[str, Facts] = {}

    def run(self) -> None:
        for step in range(self._scan.gathered, len(KEYS)):
            self._gather(step)
        while self._compare():
            pass
        self._finish()

    def _gather(self, step: int) -> None:
        """Add the pairs of one key to those to be compared, and note what was cut."""
        key = KEYS[step]
        with self._database.transaction() as session:
            if step == 0:
                session.execute(delete(DuplicateCandidate))
            session.execute(MEMORY)
            gathered = session.execute(gathering(key)).one()
            cut = [{"key": key.code, "blocks": gathered.cut, "largest": gathered.largest}] if gathered.cut else []
            advance(
                session,
                self._scan,
                gathered=step + 1,
                total=DuplicateScan.total + gathered.pairs,
                cut=DuplicateScan.cut.op("||")(_json(cut)),
            )

    def _compare(self) -> bool:
        """Compare the next batch of pairs; tell whether there was one."""
        with self._database.transaction() as session:
            pairs = session.connection().execute(NEXT_PAIRS, {"place": self._place, "batch": BATCH}).all()
            if not pairs:
                return False
            self._learn(session, {relation_id for _, a, b in pairs for relation_id in (a, b)})
            found = self._alike(pairs)
            _keep(session, found)
            self._place = pairs[-1].position
            advance(
                session,
                self._scan,
                done=DuplicateScan.done + len(pairs),
                found=DuplicateScan.found + len(found),
                compared_to=self._place,
            )
        return True

    def _learn(self, session: Session, relation_ids: set[str]) -> None:
        if len(self._known) > REMEMBERED:
            self._known.clear()
        unknown = [UUID(relation_id) for relation_id in relation_ids - self._known.keys()]
        rows = session.execute(FACTS_OF, {"ids": unknown}).mappings()
        self._known.update((str(row["id"]), facts_of(row)) for row in rows)

    def _alike(self, pairs: Sequence[Any]) -> list[Found]:
        found: dict[tuple[str, str], Found] = {}
        for a, b in dict.fromkeys((a, b) for _, a, b in pairs):
            one, other = self._known.get(a), self._known.get(b)
            if one and other:
                score, reasons = likeness(one, other)
                if score >= ENOUGH_IN_SCAN:
                    found[a, b] = (a, b, score, reasons)
        return list(found.values())

    def _finish(self) -> None:
        """Drop what is alike no more, and close the scan."""
        with self._database.transaction() as session:
            session.execute(MARK_MERGED)
            session.execute(DROP_ORPHANS)
            session.execute(
                delete(DuplicatePair).where(
                    DuplicatePair.status == "open", DuplicatePair.found_at < self._scan.started_at
                )
            )
            session.execute(delete(DuplicateCandidate))
            mark_doubles_due(session)
            still = select(func.count()).select_from(DuplicatePair).where(DuplicatePair.status == "open")
            found = session.scalar(still) or 0
            advance(session, self._scan, status="done", found=found, finished_at=func.now(), lease_until=None)
            record(session, DuplicateScanFinished(self._scan.id, "done", found))


def _keep(session: Session, found: list[Found]) -> None:
    if found:
        a, b, scores, reasons = zip(*found, strict=True)
        codes = [",".join(each) for each in reasons]
        session.execute(KEEP, {"a": list(a), "b": list(b), "scores": list(scores), "reasons": codes})


def _json(value: list[dict[str, Any]]) -> Any:
    return literal(value, JSONB)
