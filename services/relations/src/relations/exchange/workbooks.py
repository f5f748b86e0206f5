"""Workbooks (XLSX): looked over before they are opened, read row by row, written with every text as text."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from relations.exchange.delimited import MOST_COLUMNS
from relations.exchange.errors import NotReadable

MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 768 * 1024 * 1024
"""Bytes of all parts together."""

WIDEST_RATIO = 250
"""How many times larger than the file its parts may be, once they are large at all."""

SMALL = 16 * 1024 * 1024
LONGEST_TEXT = 256 * 1024
"""Bytes between two tags: a cell holds at most 32,767 signs."""

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
BOMB = "Unpacked, this workbook would be far too large: split it, or save it again without pictures"
DAMAGED = "The workbook is damaged: open it in a spreadsheet program and save it again as .xlsx"
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"<![CDATA[")
"""What no spreadsheet program writes, and what entity bombs are made of."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def look_over(file: BinaryIO) -> None:
    """Raise ``NotReadable`` for a workbook that is none, is damaged, or would grow beyond measure when opened."""
    file.seek(0, 2)
    packed = max(1, file.tell())
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bombs(members, packed)
            names = {member.filename for member in members}
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise NotReadable("This is no workbook: save it as .xlsx")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _look_into(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise NotReadable(DAMAGED) from error


def rows_of(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of the first sheet that hold anything, each with its number; raises ``NotReadable``.

    A formula counts as the value the spreadsheet program last computed; nothing is ever computed here.
    """
    look_over(file)
    file.seek(0)
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield from _rows_of_first_sheet(workbook)
        finally:
            workbook.close()
    except NotReadable:
        raise
    except Exception as error:  # the reader raises whatever a broken part makes it stumble over
        raise NotReadable(DAMAGED) from error


def write_rows(file: BinaryIO, *, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a workbook row by row; every cell is text, also one that looks like a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    for row in (header, *rows) if isinstance(rows, Sequence) else _with_header(header, rows):
        sheet.append([_text_cell(sheet, text) for text in row])
    workbook.save(file)


def _with_header(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield header
    yield from rows


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value="")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell


def _refuse_bombs(members: Sequence[zipfile.ZipInfo], packed: int) -> None:
    # Python never unpacks more of a member than it declares, so the declared sizes can be trusted as limits.
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise NotReadable(BOMB)
    if unpacked > SMALL and unpacked / packed > WIDEST_RATIO:
        raise NotReadable(BOMB)
    if any(member.flag_bits & 1 for member in members):
        raise NotReadable("The workbook has a password: save it without one")


def _look_into(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Raise ``NotReadable`` when a part declares entities or holds a text no cell can hold."""
    longest, carried = 0, b""
    with archive.open(member) as part:
        while piece := part.read(1 << 18):
            if not longest and not carried and piece.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")):
                raise NotReadable(DAMAGED)  # in UTF-16 nothing below would be seen
            seen = carried[-16:] + piece
            if any(forbidden in seen for forbidden in FORBIDDEN):
                raise NotReadable("The workbook holds declarations that no spreadsheet program writes")
            pieces = (carried + piece).split(b"<")
            longest = max(longest, *(len(text) for text in pieces))
            if longest > LONGEST_TEXT:
                raise NotReadable(f"A cell holds more than the {LONGEST_CELL:,} signs a workbook allows")
            carried = pieces[-1]


def _rows_of_first_sheet(workbook: Any) -> Iterator[tuple[int, list[str]]]:
    if not workbook.worksheets:
        raise NotReadable("The workbook has no sheet with cells")
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS:
            raise NotReadable(f"A sheet has at most {MOST_ROWS:,} rows")
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise NotReadable(f"Row {number} has more than {MOST_COLUMNS} columns")
        if cells:
            yield number, cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)
