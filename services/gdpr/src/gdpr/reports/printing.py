"""Prints documents as PDF/A-2a by typst; data goes in as data, so nothing in it can become markup."""

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import typst

TEMPLATES = Path(__file__).parent / "templates"


def print_document(template: str, document: dict[str, Any], *, made_at: datetime) -> bytes:
    """Return the PDF of a document; the same document gives the same bytes.

    PDF/A refuses a text for which the fonts have no sign. The few names written in such signs are then printed by their
    Unicode numbers; the JSON that goes with the report has them as they are.
    """
    try:
        return _compile(template, document, made_at)
    except typst.TypstError:
        return _compile(template, _spelled_out(document), made_at)


def _compile(template: str, document: dict[str, Any], made_at: datetime) -> bytes:
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": orjson.dumps(document).decode()},
        pdf_standards=["a-2a"],
        timestamp=made_at.replace(microsecond=0),
    )


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(sign if _is_printable(sign) else f"‹U+{ord(sign):04X}›" for sign in value)
    if isinstance(value, list):
        return [_spelled_out(each) for each in value]
    if isinstance(value, dict):
        return {key: _spelled_out(each) for key, each in value.items()}
    return value


def _is_printable(sign: str) -> bool:
    """Tell whether the bundled fonts surely have this sign: Latin, Greek, Cyrillic, and common punctuation."""
    return sign == "\n" or " " <= sign <= "\u017f" or sign in "–—‘’“”„…•·€‹›" or "\u0386" <= sign <= "\u045f"
