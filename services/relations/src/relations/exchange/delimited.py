"""Tables in text: encoding and delimiter found out, rows read one by one.

The encoding is not guessed by statistics: a byte order mark decides, then whether the whole file is valid UTF-8, and
what remains is Windows-1252, as spreadsheet programs here write it.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from relations.exchange.errors import NotReadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (";", ",", "\t", "|")
SAMPLE_ROWS = 50
LONGEST_LINE = 1_000_000
"""Signs on one line, beyond which it is no table."""

LONGEST_CELL = 100_000
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Dialect:
    """How a table in text was written."""

    encoding: str
    delimiter: str


def dialect_of(file: BinaryIO) -> Dialect:
    """Return how a table was written; raises ``NotReadable``."""
    encoding = encoding_of(file)
    return Dialect(encoding, _delimiter_of(file, encoding))


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a whole file; raises ``NotReadable`` when it is no text."""
    file.seek(0)
    head = file.read(4096)
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None) or _utf16_without_mark(head)
    if marked:
        if not _decodes(file, marked):
            raise NotReadable("The text is damaged: save it again as CSV in UTF-8")
        return marked
    if b"\0" in head:
        raise NotReadable("This is no text: save it as CSV in UTF-8")
    return next(encoding for encoding in ("utf-8", "cp1252", "latin-1") if _decodes(file, encoding))


def rows_of(file: BinaryIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with its number (the first one is 1); raises ``NotReadable``."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=dialect.encoding, newline="")
    try:
        reader = csv.reader(_lines(text), delimiter=dialect.delimiter)
        for number, cells in enumerate(_told_apart(reader), start=1):
            while cells and not cells[-1].strip():
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise NotReadable(f"Row {number} has more than {MOST_COLUMNS} columns")
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise NotReadable(f"A cell in row {number} is too long: is a quotation mark left open?")
            if cells:
                yield number, cells
    finally:
        text.detach()


def _told_apart(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Return the rows after the line with which a spreadsheet program notes the delimiter, if there is one."""
    try:
        for place, cells in enumerate(reader):
            if place or not (cells and cells[0].lower().startswith("sep=")):
                yield cells
    except csv.Error as error:
        raise NotReadable("A cell is too long, or a quotation mark is left open: save the table again") from error
    except UnicodeError as error:
        raise NotReadable("The text is damaged: save it again as CSV in UTF-8") from error


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            raise NotReadable("A line is longer than a million signs: this is no table")
        yield line


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 6 and not even:
        return "utf-16-le"
    if even > len(head) // 6 and not odd:
        return "utf-16-be"
    return None


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(1 << 20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter_of(file: BinaryIO, encoding: str) -> str:
    """Return the delimiter that cuts the first rows into the most equal pieces."""
    noted = _noted_delimiter(file, encoding)
    return noted or max(DELIMITERS, key=lambda delimiter: _evenness(file, Dialect(encoding, delimiter)))


def _noted_delimiter(file: BinaryIO, encoding: str) -> str | None:
    file.seek(0)
    start = file.read(64).decode(encoding, errors="ignore").lower()
    return start[4] if start.startswith("sep=") and start[4:5] in DELIMITERS else None


def _evenness(file: BinaryIO, dialect: Dialect) -> tuple[float, int]:
    """Return which part of the first rows is as wide as the header, and how wide that is."""
    try:
        widths = [len(cells) for _, cells in islice(rows_of(file, dialect), SAMPLE_ROWS)]
    except NotReadable:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    # Cells at the end of a row may be empty, so a narrower row is no objection; a wider one is.
    fitting = sum(1 for width in widths if 2 <= width <= widths[0])
    return (fitting / len(widths), widths[0])
