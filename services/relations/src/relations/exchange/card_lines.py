"""The lines of vCards (RFC 2426, RFC 6350, and 2.1 as Outlook still writes it): unfolded, decoded and taken apart."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from relations.exchange.delimited import encoding_of

LONGEST_LINE = 256 * 1024
"""Bytes of one unfolded line; no text of a card is longer."""

LONGEST_PICTURE = 4 * 1024 * 1024 + 1024
"""Bytes of a line with a picture: what ``record.picture`` takes, in base64."""

PICTURES = (b"PHOTO", b"LOGO")
LET_GO_BY = (b"SOUND", b"KEY")
"""Properties that are let go by while reading, as large as they may be."""

BARE_ENCODINGS = ("quoted-printable", "base64", "8bit", "7bit")
ESCAPES = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One property of a card; names in capitals, types in small letters."""

    name: str
    value: str
    group: str = ""
    types: frozenset[str] = frozenset()
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescape(self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The components of a structured value, such as a name or an address."""
        return [unescape(part).strip() for part in split_unescaped(self.value, ";")]

    @property
    def items(self) -> list[str]:
        """The items of a list."""
        return [text for part in split_unescaped(self.value, ",") if (text := unescape(part).strip())]


@dataclass(frozen=True)
class Card:
    """A card by its place in the file; ``problem`` says why it could not be read."""

    number: int
    properties: tuple[Property, ...]
    problem: str = ""


def cards_of(file: BinaryIO) -> Iterator[Card]:
    """Return the cards of a file one by one; a damaged one comes with its problem."""
    number, inside, problem = 0, False, ""
    properties: list[Property] = []
    for line in _unfolded(_physical_lines(file)):
        found = _property(line)
        marker = (found.name, found.value.strip().upper()) if found else ("", "")
        if marker == ("BEGIN", "VCARD"):
            if inside:
                yield Card(number, tuple(properties), "The card has no end")
            number, inside, properties, problem = number + 1, True, [], ""
        elif marker == ("END", "VCARD") and inside:
            yield Card(number, tuple(properties), problem)
            inside = False
        elif inside and found is None:
            problem = problem or "A line of the card cannot be read"
        elif inside and found:
            properties.append(found)
    if inside:
        yield Card(number, tuple(properties), "The card has no end")


def unescape(text: str) -> str:
    """Return a value without its backslashes."""
    if "\\" not in text:
        return text
    return ESCAPES.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def split_unescaped(text: str, separator: str) -> list[str]:
    """Cut a value at a sign, unless a backslash stands before it."""
    if "\\" not in text:
        return text.split(separator)
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == separator:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [*parts, text[start:]]


def _physical_lines(file: BinaryIO) -> Iterator[bytes]:
    """Return the lines as bytes, for a fold may fall inside a sign of several bytes; over-long ones are cut."""
    encoding = encoding_of(file)
    file.seek(0)
    if encoding.startswith(("utf-16", "utf-32")):
        yield from (line.encode() for line in file.read().decode(encoding).splitlines())
        return
    beginning = True
    while line := file.readline(LONGEST_LINE):
        if beginning:
            yield line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
        beginning = line.endswith(b"\n")


def _unfolded(lines: Iterator[bytes]) -> Iterator[bytes]:
    whole = bytearray()
    for line in lines:
        if whole and line[:1] in (b" ", b"\t"):
            if len(whole) < _longest(whole):
                whole += line[1:]
        elif whole.endswith(b"=") and _is_quoted_printable(whole):
            whole[-1:] = line  # a soft line break
        else:
            if whole:
                yield bytes(whole)
            whole = bytearray(line)
    if whole:
        yield bytes(whole)


def _longest(line: bytes | bytearray) -> int:
    """Return how long a line may become that begins like this."""
    name = bytes(line[:80]).partition(b":")[0].partition(b";")[0].rpartition(b".")[2].upper()
    if name in LET_GO_BY:
        return 0
    return LONGEST_PICTURE if name in PICTURES else LONGEST_LINE


def _is_quoted_printable(line: bytes | bytearray) -> bool:
    return b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()


def _property(line: bytes) -> Property | None:
    """Return the property a line holds, or None when it holds none."""
    head, colon, raw = _at_colon(line)
    if not colon:
        return None
    first, *parameters = _text(head).split(";") if b'"' not in head else _split_quoted(_text(head))
    group, _, name = first.rpartition(".")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        return None
    types, values = set(), {}
    for parameter in parameters:
        key, equals, value = parameter.partition("=")
        value = value.strip().strip('"')
        if not equals and key.strip().lower() in BARE_ENCODINGS:
            values["ENCODING"] = key.strip()
        elif not equals or key.upper() == "TYPE":
            types |= {word.strip().lower() for word in (value or key).split(",") if word.strip()}
        else:
            values[key.strip().upper()] = value
    if name.upper().encode() in LET_GO_BY:
        return Property(name.upper(), "", group)
    return Property(name.upper(), _decoded(raw, values), group.lower(), frozenset(types), values)


def _at_colon(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Cut a line at the first colon outside quotation marks."""
    if b'"' not in line.partition(b":")[0]:
        return line.partition(b":")
    quoted = False
    for place, sign in enumerate(line):
        if sign == ord('"'):
            quoted = not quoted
        elif sign == ord(":") and not quoted:
            return line[:place], b":", line[place + 1 :]
    return line, b"", b""


def _split_quoted(text: str) -> list[str]:
    return re.findall(r'(?:[^;"]|"[^"]*"?)+', text)


def _decoded(raw: bytes, parameters: dict[str, str]) -> str:
    charset = parameters.get("CHARSET", "utf-8")
    if parameters.get("ENCODING", "").lower() == "quoted-printable":
        raw = quopri.decodestring(raw)
        # A line break inside the value is data here, so it must survive as one.
        raw = raw.replace(b"\r\n", b"\\n").replace(b"\n", b"\\n")
    return _text(raw, charset)


def _text(raw: bytes, charset: str = "utf-8") -> str:
    for encoding in ("utf-8", charset, "cp1252"):
        try:
            return raw.decode(encoding).replace("\0", "")
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1").replace("\0", "")
