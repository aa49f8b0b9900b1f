"""The register as CSV, JSON and XLSX, row by row, in flat memory; and as a PDF of limited length.

Spreadsheets run a cell that begins with = + - @ as a formula. In CSV such a cell gets an apostrophe before it;
in XLSX every cell is written as text, which no program runs.
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string

from reports.register import COLUMNS, RegisterRow, made_at
from reports.render import Stamp, Variant, to_pdf

MOST_IN_PDF = 500
"""Cases in one PDF: a longer register is a spreadsheet, or a PDF for each year."""
LONGEST_CELL = 32_767
"""What a cell of XLSX takes."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" ").startswith(RISKY) else cell


class _Line:
    """A file whose writes are handed back: csv writes to it, the response streams it."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[RegisterRow]) -> Iterator[str]:
    """UTF-8 with a mark at the head, so that spreadsheets read it right."""
    writer = csv.writer(_Line(), dialect="excel")
    yield "\ufeff"
    yield writer.writerow(COLUMNS.values())
    for row in rows:
        yield writer.writerow(map(harmless, row.cells()))


def as_json(rows: Iterable[RegisterRow], workspace: str, now: datetime) -> Iterator[str]:
    """One object with the rows as they are: nothing in JSON is run."""
    head = json.dumps({"schema": "tocsin.register/1", "organisation": workspace, "made_at": now.isoformat()})
    yield head[:-1] + ', "incidents": ['
    for index, row in enumerate(rows):
        yield (",\n" if index else "\n") + json.dumps(asdict(row), ensure_ascii=False)
    yield "\n]}\n"


def as_xlsx(rows: Iterable[RegisterRow], now: datetime) -> Path:
    """A temporary file with the sheet, written row by row to disk; whoever asked for it removes it."""
    import xlsxwriter  # only a spreadsheet needs it

    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as held:
        path = Path(held.name)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": "Breach register", "created": now.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Register")
    sheet.set_column(0, len(COLUMNS) - 1, 24)
    sheet.freeze_panes(1, 1)
    for column, words in enumerate(COLUMNS.values()):
        sheet.write_string(0, column, str(words), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row.cells()):
            sheet.write_string(line, column, _short(cell), plain)
    book.close()
    return path


def _short(cell: str) -> str:
    note = " … (cut here: a cell takes no more; the JSON holds all)"
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - len(note)] + note


def chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces, and then no file."""
    try:
        with path.open("rb") as file:
            while piece := file.read(65_536):
                yield piece
    finally:
        path.unlink(missing_ok=True)


def as_pdf(rows: Iterable[RegisterRow], workspace: str, scope: str, now: datetime) -> bytes:
    """An archival PDF. RenderError where a character has no glyph, naming it."""
    listed = [(row.reference, row.title, _said(row)) for row in rows]
    context = {"rows": listed, "organisation": workspace, "scope": scope, "made": f"{now:%d %B %Y, %H:%M} UTC"}
    html = render_to_string("documents/register.html", context)
    return to_pdf(html, Variant.KEPT, Stamp(f"urn:tocsin:register:{made_at(now)}", now))


def _said(row: RegisterRow) -> list[tuple[str, list[str]]]:
    cells = asdict(row)
    return [
        (str(words), cells[name].split("\n"))
        for name, words in COLUMNS.items()
        if name not in ("reference", "title") and cells[name]
    ]
