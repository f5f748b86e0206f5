"""What kind of file something is: by what is in it, and its name may not say otherwise."""

from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from relations.exchange.errors import NotReadable

FileKind = Literal["csv", "xlsx", "vcard"]

SUFFIXES: dict[str, FileKind] = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".xlsx": "xlsx", ".vcf": "vcard", ".vcard": "vcard",
}  # fmt: skip

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old Office files begin, and new ones under a password."""

OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"MZ", b"\x7fELF", b"PK")
NAMES = {"csv": "a table in text (CSV)", "xlsx": "a workbook (XLSX)", "vcard": "business cards (vCard)"}


def kind_of(file: BinaryIO, *, filename: str) -> FileKind:
    """Return the kind of a file; raises ``NotReadable`` when it is none of ours or not what its name says."""
    file.seek(0)
    head = file.read(4096)
    found = _by_content(head)
    named = SUFFIXES.get(PurePosixPath(filename.lower()).suffix)
    if named is None:
        raise NotReadable("Give a file whose name ends in .csv, .txt, .xlsx or .vcf")
    if named != found:
        raise NotReadable(f"By its name this is {NAMES[named]}, but it holds {NAMES[found]}: save it again")
    return found


def _by_content(head: bytes) -> FileKind:
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise NotReadable("The file is empty")
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(COMPOUND):
        raise NotReadable("This is an old or protected Office file: save it as .xlsx without a password")
    if head.startswith(OTHERS):
        raise NotReadable("This is neither a table nor business cards: give a CSV, XLSX or vCard file")
    bare = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")
    return "vcard" if bare[:11].upper() == b"BEGIN:VCARD" else "csv"
