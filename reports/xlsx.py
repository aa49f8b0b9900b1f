"""A spreadsheet of one sheet, streamed: rows come in and pieces of the file go out, in flat memory.

The frame (styles, workbook, relations) is made by XlsxWriter with the head of the table. The rows are written here,
since its way of writing one cell takes longer than all that is read for the cell. Every cell is text, which no
program runs.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from xml.sax.saxutils import escape

LONGEST_CELL = 32_767
"""Characters that a cell takes."""
MOST_ROWS = 1_048_575
"""Rows below the head that a sheet takes."""
AT_ONCE = 100
"""Rows that are packed together."""
CUT = " … (cut here: a cell takes no more; the JSON holds all)"
_SHEET = "xl/worksheets/sheet1.xml"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_STYLE = re.compile(rb'<col [^>]*style="(\d+)"')


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """What is known of a sheet before its rows: titles, the words of the head, the instant of its making."""

    title: str
    name: str
    head: Sequence[str]
    made: datetime


class _Pieces:
    """Where the archive writes to: held until they are handed on."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._held.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        held, self._held = self._held, []
        if held:
            yield b"".join(held)


def xlsx(frame: SheetFrame, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The file in pieces. A cell too long is cut and says so; rows that no sheet takes are told in its last one."""
    parts = _frame(frame)
    before, after = parts.pop(_SHEET).split(b"</sheetData>")
    style = next(_STYLE.finditer(before)).group(1).decode()
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        for name, content in parts.items():
            file.writestr(_member(name), content)
        with file.open(_member(_SHEET), "w") as sheet:
            sheet.write(before)
            lines = _lines(rows, style)
            while some := "".join(islice(lines, AT_ONCE)):
                sheet.write(some.encode())
                yield from out.taken()
            sheet.write(b"</sheetData>" + after)
    yield from out.taken()


def _lines(rows: Iterable[Sequence[str]], style: str) -> Iterator[str]:
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            yield _line(number, ["A sheet takes no more rows; the CSV and the JSON hold all."], style)
            return
        yield _line(number, row, style)


def _line(number: int, row: Sequence[str], style: str) -> str:
    cells = "".join(
        f'<c r="{_letters(column)}{number}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{_text(cell)}</t></is></c>'
        for column, cell in enumerate(row)
        if cell
    )
    return f'<row r="{number}">{cells}</row>'


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _text(cell: str) -> str:
    if len(cell) > LONGEST_CELL:
        cell = cell[: LONGEST_CELL - len(CUT)] + CUT
    return escape(_FORBIDDEN.sub("\ufffd", cell))


def _member(name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    about.compress_type = zipfile.ZIP_DEFLATED
    return about


def _frame(frame: SheetFrame) -> dict[str, bytes]:
    """The parts of a workbook whose sheet has nothing but its head."""
    import xlsxwriter  # only a spreadsheet needs it

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "in_memory": True})
    book.set_properties({"title": frame.title, "created": frame.made.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(frame.name)
    sheet.set_column(0, len(frame.head) - 1, 24, plain)
    sheet.freeze_panes(1, 1)
    for column, words in enumerate(frame.head):
        sheet.write_string(0, column, words, bold)
    book.close()
    with zipfile.ZipFile(held) as made:
        return {name: made.read(name) for name in made.namelist()}
