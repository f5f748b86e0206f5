"""Files as other programs write them, and as nobody should: tables, workbooks, and what is refused at once."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from relations.exchange import delimited, workbooks
from relations.exchange.errors import NotReadable
from relations.testing.importing import a_table, count, imported, send, some_clients
from shared.testing.kit import ServiceKit

HEADER = ["achternaam", "voornaam", "gemeente"]
ROW = ["Müller", "Zoë", "Liège"]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    file, book = io.BytesIO(), Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def changed(content: bytes, *, member: str = "", by: bytes = b"", drop: str = "") -> bytes:
    """Return a workbook with one part replaced or left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in (member, drop):
                new.writestr(info.filename, old.read(info))
        if member:
            new.writestr(member, by)
    return file.getvalue()


def sheet(body: bytes) -> bytes:
    head = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return head + b"<sheetData>" + body + b"</sheetData></worksheet>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str, line_break: str) -> None:
    lines = [delimiter.join(row) for row in (HEADER, ROW, ["O'Neill", '"Jan, de; oude|\tof"', ""])]
    file = io.BytesIO((line_break.join(lines) + line_break).encode(encoding))
    dialect = delimited.dialect_of(file)
    assert dialect.delimiter == delimiter
    assert list(delimited.rows_of(file, dialect)) == [
        (1, HEADER), (2, ROW), (3, ["O'Neill", "Jan, de; oude|\tof"]),
    ]  # fmt: skip


def test_rows_keep_their_numbers_past_blank_ones_and_the_line_that_names_the_delimiter() -> None:
    file = io.BytesIO(b'sep=,\nnaam,memo\n\n"A","een\ntwee"\n,\nB,\n')
    dialect = delimited.dialect_of(file)
    assert list(delimited.rows_of(file, dialect)) == [(1, ["naam", "memo"]), (3, ["A", "een\ntwee"]), (5, ["B"])]


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_any_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    file = io.BytesIO(a_table(rows, header=HEADER))
    read = dict(delimited.rows_of(file, delimited.Dialect("utf-8", ";")))
    for number, row in enumerate(rows, start=2):
        while row and not row[-1].strip():
            row.pop()
        assert read.get(number, []) == row


def test_a_workbook_is_read_with_the_values_that_were_computed_and_nothing_else(relations: ServiceKit) -> None:
    content = changed(
        workbook([["x"]]),
        member="xl/worksheets/sheet1.xml",
        by=sheet(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>achternaam</t></is></c>'
            b'<c r="B1" t="inlineStr"><is><t>postcode</t></is></c>'
            b'<c r="C1" t="inlineStr"><is><t>gemeente</t></is></c></row>'
            b'<row r="3"><c r="A3" t="str"><f>HYPERLINK("http://evil.example","x")</f><v>Janssens</v></c>'
            b'<c r="B3"><v>9000.0</v></c><c r="C3"><f>WEBSERVICE("http://evil.example")</f></c></row>'
        ),
    )
    report = imported(relations, content, filename="klanten.xlsx")
    assert (report["created"], report["errors"]) == (1, [])
    (found,) = relations.as_user().get("/relations?q=Janssens").json["items"]
    address = relations.as_user().get(f"/relations/{found['id']}").json["addresses"][0]
    assert (address["zip"], address["city"]) == ("9000", "")


def test_a_workbook_with_errors_numbers_them_as_the_spreadsheet_does(relations: ServiceKit) -> None:
    rows = [["achternaam", "e-mail"], ["A", "a@example.com"], [], ["B", "geen-mail"]]
    report = imported(relations, workbook(rows), filename="klanten.xlsx")
    assert [(error["row"], error["field"]) for error in report["errors"]] == [(4, "communications.email")]
    assert (report["created"], report["total"]) == (1, 2)


GOOD = workbook([HEADER, ROW])
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("leeg.csv", b""),
        ("leeg.csv", b"\xef\xbb\xbf\r\n \r\n"),
        ("kop.csv", b"naam;voornaam\n"),
        ("kop.xlsx", workbook([HEADER])),
        ("tabel.xlsx", b"naam;voornaam\nA;B\n"),
        ("werkmap.csv", GOOD),
        ("kaartje.csv", b"BEGIN:VCARD\r\nEND:VCARD\r\n"),
        ("tabel.vcf", b"naam;voornaam\nA;B\n"),
        ("kaartjes.vcf", b""),
        ("rapport.pdf", b"%PDF-1.7"),
        ("rapport.csv", b"%PDF-1.7"),
        ("oud.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("met-wachtwoord.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("beeld.csv", b"a;b\n" + bytes(range(256)) * 20),
        ("half.xlsx", GOOD[: len(GOOD) // 2]),
        ("stuk.xlsx", b"PK\x03\x04" + bytes(2000)),
        ("brief.xlsx", changed(GOOD, drop="xl/workbook.xml")),
        ("scheef.xlsx", changed(GOOD, member=SHEET, by=b"<worksheet><sheetData><row></sheetData>")),
        ("entiteiten.xlsx", changed(GOOD, member=SHEET, by=ENTITIES + sheet(b""))),
        ("verborgen.xlsx", changed(GOOD, member=SHEET, by=(ENTITIES + sheet(b"")).decode().encode("utf-16"))),
        ("bom.xlsx", changed(GOOD, member="xl/media/image1.bin", by=bytes(200 * 1024 * 1024))),
        (
            "cel.xlsx",
            changed(GOOD, member=SHEET, by=sheet(b'<row r="1"><c t="str"><v>' + b"a" * 10_000_000 + b"</v></c></row>")),
        ),
        ("kenmerk.xlsx", changed(GOOD, member=SHEET, by=sheet(b'<row r="1" x="' + b"a" * 10_000_000 + b'"/>'))),
        ("breed.xlsx", workbook([["x"] * 600, ["y"]])),
        ("ver.xlsx", changed(GOOD, member=SHEET, by=sheet(b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>'))),
        ("breed.csv", b";".join([b"x"] * 600) + b"\ny\n"),
        ("open.csv", b'naam;memo\nA;"' + b"x\n" * 200_000),
        ("lang.csv", b"naam;memo\nA;" + b"x" * 2_000_000),
        ("stuk.csv", b"\xff\xfen\0a\0a\0m\0\n\0\x00\xd8\n\0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence_and_leaves_nothing(
    relations: ServiceKit, filename: str, content: bytes
) -> None:
    answer = send(relations.as_user(), content, filename=filename)
    assert answer.status_code == 422, answer.json
    (sentence,) = answer.json["errors"]["file"]
    assert len(sentence) > 15
    assert relations.as_user().get("/imports").json["items"] == []


def test_a_table_damaged_further_on_ends_with_a_sentence_and_none_of_it_is_imported(relations: ServiceKit) -> None:
    report = imported(relations, a_table(some_clients(600)) + b'A;"' + b"x" * 200_000 + b"\n")
    assert (report["status"], report["created"], count(relations)) == ("failed", 0, 0)
    assert "quotation mark" in report["problem"]


def test_a_file_larger_than_the_office_allows_is_refused(relations: ServiceKit) -> None:
    size = relations.settings.largest_import  # type: ignore[attr-defined]
    answer = send(relations.as_user(), b"naam;x\n" + b"a" * (size + 2 * 1024 * 1024))
    assert answer.status_code == 413
    assert count(relations) == 0


def test_no_file_at_all_is_a_clear_error(relations: ServiceKit) -> None:
    answer = relations.as_user().post("/imports", data={"dry_run": "true"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])


def test_what_is_written_to_a_workbook_comes_back_as_the_same_text() -> None:
    file = io.BytesIO()
    rows = [["=1+1", "+32 470", "-1", "@x", "é\x07", "0470"], ["a\nb", "", "001", "TRUE", "1e5", "2026-01-01"]]
    workbooks.write_rows(file, header=["a", "b", "c", "d", "e", "f"], rows=rows)
    read = [cells for _, cells in workbooks.rows_of(file)]
    assert read == [["a", "b", "c", "d", "e", "f"], ["=1+1", "+32 470", "-1", "@x", "é", "0470"], rows[1]]


def test_a_bomb_is_recognised_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO(changed(GOOD, member=SHEET, by=sheet(b" " * 100_000_000)))
    monkeypatch.setattr(workbooks, "_look_into", pytest.fail)
    with pytest.raises(NotReadable, match="far too large"):
        workbooks.look_over(bomb)
