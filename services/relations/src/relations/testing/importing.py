"""Files to import, and the worker that imports them, in tests."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from relations.imports.running import ImportRunner
from shared.testing.kit import Caller, ServiceKit

HEADER = ("naam", "voornaam", "e-mail", "gsm", "straat", "nr", "postcode", "gemeente")


def a_table(rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, delimiter: str = ";") -> bytes:
    """Return a table in text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode()


def some_clients(count: int, *, start: int = 0) -> list[list[str]]:
    """Return rows of clients, each unlike all others."""
    return [
        [f"Klant{number}", "Eva", f"eva{number}@example.com", f"04{70_000_000 + number}", "Markt", str(number + 1),
         "8000", "Brugge"]
        for number in range(start, start + count)
    ]  # fmt: skip


def send(caller: Caller, content: bytes, *, filename: str = "klanten.csv", path: str = "/imports", **form: Any) -> Any:
    """Upload a file and return the answer."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in form.items()}
    file = FileStorage(io.BytesIO(content), filename)
    # In memory: for a large body the test client would open a file of its own and never close it.
    body, length, boundary = stream_encode_multipart({**texts, "file": file}, use_tempfile=False)
    return caller.post(
        path, input_stream=body, content_length=length, content_type=f"multipart/form-data; boundary={boundary}"
    )


def work(relations: ServiceKit) -> None:
    """Do everything that waits."""
    for small in (True, False):
        ImportRunner(relations.database, home_country=relations.settings.home_country, small=small).run()  # type: ignore[attr-defined]


def imported(relations: ServiceKit, content: bytes, *, filename: str = "klanten.csv", **form: Any) -> Any:
    """Import a file to its end and return the report."""
    answer = send(relations.as_user(), content, filename=filename, **form)
    assert answer.status_code == 202, answer.json
    work(relations)
    return relations.as_user().get(f"/imports/{answer.json['id']}").json


def count(relations: ServiceKit) -> int:
    """Return how many relations there are."""
    total: int = relations.as_user().get("/relations?total=true").json["total"]
    return total
