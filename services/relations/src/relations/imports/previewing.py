"""What an import would make of the first rows of a file."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from relations.imports import files
from relations.imports.actions import checked_mapping
from relations.imports.checking import Checked, Checker
from relations.imports.domain import PLACES, Rules
from relations.imports.models import Upload
from relations.imports.queries import group_codes, places_of
from relations.record.composing import definitions

SHOWN_ROWS = 10


def preview_of(
    session: Session,
    upload: Upload,
    file: BinaryIO,
    *,
    mapping: Mapping[str, str | None] | None,
    defaults: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a file looks like, where its columns would go, and its first rows checked; raises ``Invalid``."""
    remembered = False
    if mapping is not None:
        places = checked_mapping(mapping, upload.columns)
    elif upload.kind == "vcard":
        places = []
    else:
        places, remembered = places_of(session, upload)
    checker = Checker(Rules(tuple(places), defaults), groups=group_codes(session), varia=definitions(session))
    first = list(islice(files.rows_of(file, upload, group_of=checker.group_of), SHOWN_ROWS))
    return {
        "upload_id": upload.id,
        "filename": upload.filename,
        "kind": upload.kind,
        "encoding": upload.encoding,
        "delimiter": upload.delimiter,
        "columns": upload.columns,
        "mapping": {column: place for column, place in zip(upload.columns, places, strict=False) if place},
        "remembered": remembered,
        "places": sorted(PLACES),
        "rows": [_shown(checked) for checked in checker.check(first)],
    }


def _shown(checked: Checked) -> dict[str, Any]:
    row, relation = checked.row, checked.relation
    return {
        "row": row.number,
        "cells": list(row.cells),
        "display_name": relation.own["display_name"] if relation else "",
        "errors": [{"row": row.number, "field": field, "message": message} for field, message in checked.errors],
    }
