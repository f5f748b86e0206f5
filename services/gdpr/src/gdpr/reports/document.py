"""Turns what was gathered into what the page shows: chapters, tables, labelled values. Templates only draw it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gdpr.reports.texts import Texts

STEERING = (
    "id", "version", "position", "sort_name", "search_text", "normalised", "display_name_is_own", "batch",
    "fingerprint", "generation", "attempts", "due_at",
)  # fmt: skip
"""Fields that steer the system or repeat another field; they stand in the JSON."""

DERIVED = ("search_word", "panel")
"""Tables that repeat other ones for searching and showing."""


def report_document(
    texts: Texts,
    reports: Mapping[UUID, Mapping[str, Any]],
    *,
    request_id: UUID,
    requested_at: datetime,
    finished_at: datetime,
    sources: Sequence[str],
) -> dict[str, Any]:
    """Return what the access report shows, a chapter for each relation; ``sources`` are all that were asked."""
    missing = missing_sources(reports, sources)
    answered = [source for source in sources if source not in missing]
    return {
        **_head(texts, texts.page("report_title"), texts.page("report_subtitle"), request_id),
        "facts": [
            [texts.page("request"), str(request_id)],
            [texts.page("requested_at"), texts.moment(requested_at)],
            [texts.page("finished_at"), texts.moment(finished_at)],
        ],
        "verdict": {
            "good": not missing,
            "title": texts.page("incomplete_title" if missing else "complete_title"),
            "text": texts.page("incomplete_text", missing=_names(texts, missing))
            if missing
            else texts.page("complete_text", sources=_names(texts, answered)),
        },
        "chapters": [
            {
                "label": texts.page("relation"),
                "title": _title(sections) or str(relation_id),
                "id": str(relation_id),
                "sections": [_section(texts, source, sections.get(source)) for source in sources],
            }
            for relation_id, sections in reports.items()
        ],
        "categories": {
            "title": texts.page("categories_title"),
            "text": ", ".join(_categories(texts, reports)),
        },
        "rights": {"title": texts.page("rights_title"), "text": texts.page("rights_text")},
    }


def missing_sources(reports: Mapping[UUID, Mapping[str, Any]], sources: Sequence[str]) -> list[str]:
    """Return the sources that did not tell about every relation."""
    return [source for source in sources if any(source not in sections for sections in reports.values())]


def certificate_document(texts: Texts, request: Mapping[str, Any], *, erased: Sequence[UUID]) -> dict[str, Any]:
    """Return what the certificate of an erasure shows; relations stand in it by their id only."""
    counts = request["counts"]
    good = request["status"] == "done"
    return {
        **_head(
            texts, texts.page(f"certificate_title_{request['kind']}"), texts.page("certificate_subtitle"), request["id"]
        ),
        "facts": [
            [texts.page("request"), str(request["id"])],
            [texts.page("ordered_by"), request["created_by"]],
            [texts.page("requested_at"), texts.moment(request["created_at"])],
            [texts.page("carried_out"), texts.moment(request["finished_at"])],
        ],
        "verdict": {
            "good": good,
            "title": " · ".join(
                f"{texts.page(outcome)} {counts[outcome]}"
                for outcome in ("done", "failed", "refused", "cancelled")
                if counts[outcome] or outcome == "done"
            ),
            "text": texts.page("statement_done" if good else _statement(request["status"])),
        },
        "answers": {
            "title": texts.page("answers_title"),
            "head": [texts.page("participant"), texts.page("done"), texts.page("failed")],
            "rows": [
                [texts.name("sources", name), str(told["done"]), str(told["failed"])]
                for name, told in request["participants"].items()
            ],
        },
        "erased": {"title": texts.page("erased_title"), "ids": [str(each) for each in erased]},
        "failed": {
            "title": texts.page("failed_title"),
            "rows": [
                [
                    str(each["relation_id"]),
                    texts.name("sources", each["participant"]),
                    texts.name("reasons", each["reason"]),
                ]
                for each in request["failures"]
            ],
        },
        "refused": {
            "title": texts.page("refused_title"),
            "rows": [[str(each["relation_id"]), texts.name("reasons", each["reason"])] for each in request["refused"]],
        },
        "remark": texts.page("no_personal_data"),
    }


def _statement(status: str) -> str:
    return "statement_cancelled" if status == "cancelled" else "statement_failed"


def _head(texts: Texts, title: str, subtitle: str, request_id: UUID) -> dict[str, Any]:
    return {
        "language": texts.language,
        "title": title,
        "subtitle": subtitle,
        "reference": str(request_id),
        "page": texts.page("page"),
        "of": texts.page("of"),
    }


def _section(texts: Texts, source: str, section: Mapping[str, Any] | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"title": texts.name("sources", source), "note": "", "tables": []}
    if section is None:
        return {**shown, "note": texts.page("unanswered")}
    tables = {table: rows for table, rows in section["tables"].items() if rows}
    shown["tables"] = [
        _table(texts, table, rows, section["categories"]) for table, rows in tables.items() if table not in DERIVED
    ]
    derived = [f"{texts.name('tables', table)} ({len(tables[table])})" for table in DERIVED if table in tables]
    if derived:
        shown["note"] = texts.page("derived", tables=", ".join(derived))
    elif not shown["tables"]:
        shown["note"] = texts.page("nothing")
    return shown


def _table(
    texts: Texts, table: str, rows: Sequence[Mapping[str, Any]], categories: Mapping[str, str]
) -> dict[str, Any]:
    found = list(dict.fromkeys(categories[f"{table}.{field}"] for field in rows[0] if f"{table}.{field}" in categories))
    title, category = texts.name("tables", table), ", ".join(texts.name("categories", each) for each in found)
    return {
        "title": title,
        "category": category if category.casefold() != title.casefold() else "",
        "records": [_record(texts, table, row, categories) for row in rows],
    }


def _record(texts: Texts, table: str, row: Mapping[str, Any], categories: Mapping[str, str]) -> list[list[str]]:
    fields = [
        [texts.name("fields", name), texts.value(value)]
        for name, value in row.items()
        if _is_for_people(name, is_personal=f"{table}.{name}" in categories)
    ]
    return [field for field in fields if field[1]]


def _is_for_people(name: str, *, is_personal: bool) -> bool:
    return name not in STEERING and (is_personal or not name.endswith(("_id", "_ids")))


def _title(sections: Mapping[str, Any]) -> str:
    rows = sections.get("relations", {}).get("tables", {}).get("relation", [])
    return str(rows[0].get("display_name") or "") if rows else ""


def _categories(texts: Texts, reports: Mapping[UUID, Mapping[str, Any]]) -> list[str]:
    found = {
        section["categories"].get(f"{table}.{field}")
        for sections in reports.values()
        for section in sections.values()
        for table, rows in section["tables"].items()
        for field in (rows[0] if rows else ())
    }
    return sorted({texts.name("categories", category) for category in found if category})


def _names(texts: Texts, sources: Sequence[str]) -> str:
    return ", ".join(texts.name("sources", source) for source in sources)
