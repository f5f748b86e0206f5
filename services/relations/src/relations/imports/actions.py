"""What changes an import: starting, cancelling, rolling back and forgetting it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from relations.imports.domain import StartImport, is_place
from relations.imports.ending import end_import
from relations.imports.errors import NothingToRollBack, NotRunning, StillRunning, UnknownUpload
from relations.imports.files import fingerprint
from relations.imports.models import Import, Shape, Upload
from relations.imports.queries import import_of, places_of
from shared.clock import utc_now
from shared.context import acting
from shared.db import Database
from shared.errors import Invalid

KEEP_IMPORTS = dt.timedelta(days=30)
KEEP_UPLOADS = dt.timedelta(days=1)
"""How long a file is kept that no import reads."""


def start(session: Session, command: StartImport, *, user_id: UUID) -> Import:
    """Start an import; raises ``UnknownUpload``, and ``Invalid`` for a mapping that does not fit the file."""
    upload = session.get(Upload, command.upload_id, with_for_update=True)
    if upload is None or upload.user_id != user_id:
        raise UnknownUpload
    places: list[str | None] = []
    if upload.kind != "vcard":
        if command.mapping is None:
            places, _ = places_of(session, upload)
        else:
            places = checked_mapping(command.mapping, upload.columns)
            _remember(session, upload, places)
    _check_defaults(command.defaults)
    if upload.kind != "vcard" and not any(places):
        raise Invalid({"mapping": ["Say for at least one column where it goes"]})
    run = Import(
        user_id=user_id, actor=acting().actor, upload_id=upload.id, filename=upload.filename, kind=upload.kind,
        size=upload.size, columns=upload.columns, places=places, defaults=dict(command.defaults),
        dry_run=command.dry_run, on_duplicate=command.on_duplicate,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.refresh(run)
    return run


def cancel(session: Session, import_id: UUID, *, user_id: UUID) -> Import:
    """Cancel an import that waits or runs; what it created stays and can be rolled back. Raises ``NotRunning``."""
    run = import_of(session, import_id, user_id=user_id, lock=True)
    if run.status not in ("queued", "running"):
        raise NotRunning
    end_import(session, run, "cancelled")
    session.flush()
    return run


def roll_back(session: Session, import_id: UUID, *, user_id: UUID) -> Import:
    """Begin to delete what an import created; raises ``StillRunning`` and ``NothingToRollBack``."""
    run = import_of(session, import_id, user_id=user_id, lock=True)
    if run.status in ("queued", "running"):
        raise StillRunning
    if run.status == "rolled_back" or not run.created:
        raise NothingToRollBack
    if run.status != "rolling_back":
        run.status, run.reached, run.attempts, run.finished_at = "rolling_back", 0, 0, None
    session.flush()
    return run


def forget_old_imports(database: Database) -> None:
    """Forget imports that ended 30 days ago, and files that no unfinished import needs after a day."""
    now = utc_now()
    with database.transaction() as session:
        session.execute(delete(Import).where(Import.finished_at < now - KEEP_IMPORTS))
        needed = select(Import.upload_id).where(Import.finished_at.is_(None), Import.upload_id.is_not(None))
        session.execute(
            delete(Upload).where(Upload.created_at < now - KEEP_UPLOADS, Upload.id.not_in(needed)),
            execution_options={"synchronize_session": False},
        )


def checked_mapping(mapping: Mapping[str, str | None], columns: Sequence[str]) -> list[str | None]:
    """Return where each column goes by a mapping; raises ``Invalid`` for a column or a place there is not."""
    complaints = {
        f"mapping.{column}": ["There is no such column in the file"] for column in mapping if column not in columns
    }
    complaints |= {
        f"mapping.{column}": [f"There is no field {place}"]
        for column, place in mapping.items()
        if place and not is_place(place) and column in columns
    }
    if complaints:
        raise Invalid(complaints)
    return [mapping.get(column) or None for column in columns]


def _check_defaults(defaults: Mapping[str, str]) -> None:
    unknown = {f"defaults.{place}": [f"There is no field {place}"] for place in defaults if not is_place(place)}
    if unknown:
        raise Invalid(unknown)


def _remember(session: Session, upload: Upload, places: Sequence[str | None]) -> None:
    upsert = insert(Shape).values(fingerprint=fingerprint(upload.columns), places=list(places))
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=[Shape.fingerprint], set_={"places": upsert.excluded.places, "used_at": func.now()}
        )
    )
