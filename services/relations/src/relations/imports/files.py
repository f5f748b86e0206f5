"""Uploaded files: kept in pieces, looked over when they come in, read row by row when they are imported."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relations.exchange import card_reading, delimited, workbooks
from relations.exchange.card_lines import Card, cards_of
from relations.exchange.card_pictures import picture_of
from relations.exchange.errors import NotReadable
from relations.exchange.recognition import kind_of
from relations.imports.bodies import GroupOf
from relations.imports.domain import Row
from relations.imports.models import Piece, Upload
from relations.record.picture import NotAPicture
from shared.db import Database

PIECE = 1024 * 1024
CARD_COLUMNS = ("FN", "TEL", "EMAIL")
"""What is shown of a card that was left out."""

NO_PICTURE = "The picture was left out: it is damaged, too large, or neither PNG, JPEG nor WebP"


def keep(session: Session, file: BinaryIO, *, filename: str, user_id: UUID) -> Upload:
    """Look a file over and keep it; raises ``NotReadable``."""
    upload = Upload(user_id=user_id, filename=PurePosixPath(filename.replace("\\", "/")).name[-255:])
    upload.kind = kind_of(file, filename=filename)
    upload.encoding = upload.delimiter = ""
    if upload.kind == "csv":
        dialect = delimited.dialect_of(file)
        upload.encoding, upload.delimiter = dialect.encoding, dialect.delimiter
    upload.columns = list(_columns(file, upload))
    upload.size = file.seek(0, 2)
    session.add(upload)
    session.flush()
    file.seek(0)
    position = 0
    while content := file.read(PIECE):
        session.execute(insert(Piece), [{"upload_id": upload.id, "position": position, "content": content}])
        position += 1
    return upload


def digest_of(file: BinaryIO) -> bytes:
    """Return what stands for the content of a file."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]


@contextmanager
def opened(database: Database, upload_id: UUID) -> Iterator[BinaryIO]:
    """Open a kept file, copied piece by piece to the disk."""
    with TemporaryFile() as file:
        position = 0
        with database.reading() as connection:
            while content := connection.scalar(
                select(Piece.content).where(Piece.upload_id == upload_id, Piece.position == position)
            ):
                file.write(content)
                position += 1
        yield file


def rows_of(file: BinaryIO, upload: Upload, *, group_of: GroupOf) -> Iterator[Row]:
    """Return the rows below the header, or the cards, that hold anything; raises ``NotReadable``."""
    if upload.kind == "vcard":
        yield from (_row_of(card, group_of) for card in cards_of(file))
        return
    rows = _table(file, upload)
    next(rows, None)
    yield from (Row(number, tuple(cells)) for number, cells in rows)


def count(file: BinaryIO, upload: Upload) -> int | None:
    """Return how many rows or cards there are; None for a workbook, of which only reading it all tells."""
    if upload.kind == "vcard":
        return sum(1 for _ in cards_of(file))
    return max(0, sum(1 for _ in _table(file, upload)) - 1) if upload.kind == "csv" else None


def fingerprint(columns: Sequence[str]) -> str:
    """Return what tables with the same columns have in common."""
    return hashlib.sha256("\0".join(column.casefold() for column in columns).encode()).hexdigest()


def _table(file: BinaryIO, upload: Upload) -> Iterator[tuple[int, list[str]]]:
    if upload.kind == "xlsx":
        return workbooks.rows_of(file)
    return delimited.rows_of(file, delimited.Dialect(upload.encoding, upload.delimiter))


def _columns(file: BinaryIO, upload: Upload) -> Iterator[str]:
    """Return the headers, each once; raises ``NotReadable`` when there is nothing below them."""
    if upload.kind == "vcard":
        if next(cards_of(file), None) is None:
            raise NotReadable("The file holds no card")
        yield from CARD_COLUMNS
        return
    head = list(islice(_table(file, upload), 2))
    if len(head) < 2:
        raise NotReadable("The table has no rows below its header")
    taken: set[str] = set()
    for place, cell in enumerate(head[0][1], start=1):
        name = " ".join(cell.split())[:200] or f"column {place}"
        again = 2
        while name in taken:
            name, again = f"{name.removesuffix(f' ({again - 1})')} ({again})", again + 1
        taken.add(name)
        yield name


def _row_of(card: Card, group_of: GroupOf) -> Row:
    cells = tuple(_cells_of(card))
    try:
        body = card_reading.body_of(card, group_of=group_of)
    except card_reading.NoRelation as error:
        return Row(card.number, cells, problem=str(error))
    try:
        return Row(card.number, cells, body, picture=picture_of(card))
    except NotAPicture:
        return Row(card.number, cells, body, notice=NO_PICTURE)


def _cells_of(card: Card) -> list[str]:
    return [
        ", ".join(one.text[:200] for one in card.properties if one.name == name and one.text)[:1000]
        for name in CARD_COLUMNS
    ]
