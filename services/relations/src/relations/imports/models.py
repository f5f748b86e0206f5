"""The tables of imports: what was uploaded, what was asked, what became of each row."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

PLAIN = not_personal()
NOBODYS_YET = {"no_subject": "Nobody knows whom the rows of a file speak of; the file goes when its import ends"}
COLUMNS = personal("import", on_erase="blank")


class Upload(Tables):
    """A file that waits to be imported."""

    __tablename__ = "import_upload"
    __table_args__ = ({"info": NOBODYS_YET},)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    user_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    filename: Mapped[str] = mapped_column(String(255), info=COLUMNS)
    kind: Mapped[str] = mapped_column(String(8), info=PLAIN)
    encoding: Mapped[str] = mapped_column(String(16), default="", info=PLAIN)
    delimiter: Mapped[str] = mapped_column(String(1), default="", info=PLAIN)
    columns: Mapped[list[str]] = mapped_column(JSONB, default=list, info=COLUMNS)
    size: Mapped[int] = mapped_column(BigInteger, info=PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)


class Piece(Tables):
    """A piece of an uploaded file, small enough never to fill the memory."""

    __tablename__ = "import_piece"
    __table_args__ = ({"info": NOBODYS_YET},)

    upload_id: Mapped[UUID] = mapped_column(
        ForeignKey("import_upload.id", ondelete="CASCADE"), primary_key=True, info=PLAIN
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True, info=PLAIN)
    content: Mapped[bytes] = mapped_column(LargeBinary, info=personal("import", on_erase="delete_row"))


class Import(Tables):
    """An import, with how far it is; ``reached`` is the last row that was dealt with."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index("import_run_of_user", "user_id", "created_at"),
        Index(
            "import_run_waiting",
            "created_at",
            postgresql_where=text("status IN ('queued', 'running', 'rolling_back')"),
        ),
        {"info": NOBODYS_YET},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    user_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    actor: Mapped[str] = mapped_column(String(64), info=PLAIN)
    upload_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("import_upload.id", ondelete="SET NULL"), index=True, info=PLAIN
    )
    status: Mapped[str] = mapped_column(String(16), default="queued", info=PLAIN)
    filename: Mapped[str] = mapped_column(String(255), info=COLUMNS)
    kind: Mapped[str] = mapped_column(String(8), info=PLAIN)
    size: Mapped[int] = mapped_column(BigInteger, info=PLAIN)
    columns: Mapped[list[str]] = mapped_column(JSONB, default=list, info=COLUMNS)
    places: Mapped[list[str | None]] = mapped_column(JSONB, default=list, info=PLAIN)
    defaults: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, info=COLUMNS)
    dry_run: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    on_duplicate: Mapped[str] = mapped_column(String(8), default="create", info=PLAIN)
    total: Mapped[int | None] = mapped_column(Integer, info=PLAIN)
    reached: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    done: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    valid: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    created: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    skipped: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    removed: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    attempts: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    problem: Mapped[str] = mapped_column(String(300), default="", info=PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    finished_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)


def _of_import(*, primary_key: bool = False) -> Mapped[UUID]:
    return mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=primary_key, info=PLAIN)


class Created(Tables):
    """A relation that a row became; ``kept`` says why a roll-back left it."""

    __tablename__ = "import_created"
    __table_args__ = ({"info": belongs_to_relation(at_merge="stay")},)

    import_id: Mapped[UUID] = _of_import(primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, info=PLAIN)
    relation_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    kept: Mapped[str | None] = mapped_column(String(300), info=PLAIN)


class Remark(Tables):
    """What there is to say of a row: an error in a field, or a relation that it may double."""

    __tablename__ = "import_remark"
    __table_args__ = (
        Index("import_remark_of_import", "import_id", "row"),
        {"info": belongs_to_relation(at_merge="stay")},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    import_id: Mapped[UUID] = _of_import()
    row: Mapped[int] = mapped_column(Integer, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(9), info=PLAIN)
    field: Mapped[str] = mapped_column(String(120), default="", info=PLAIN)
    message: Mapped[str] = mapped_column(String(500), default="", info=PLAIN)
    relation_id: Mapped[UUID | None] = mapped_column(Uuid, info=PLAIN)
    same_as_row: Mapped[int | None] = mapped_column(Integer, info=PLAIN)
    score: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    cells: Mapped[list[str]] = mapped_column(JSONB, default=list, info=personal("import", on_erase="delete_row"))


class Shape(Tables):
    """Where the columns of a kind of file went last time; the columns themselves are known by their hash only."""

    __tablename__ = "import_shape"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
    places: Mapped[list[str | None]] = mapped_column(JSONB, info=PLAIN)
    used_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
