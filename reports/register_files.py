"""The register as CSV, JSON and XLSX, row by row, in flat memory; for the PDF see reports/register_pdf.py.

Spreadsheets run a cell that begins with = + - @ as a formula. In CSV such a cell gets an apostrophe before it;
in XLSX every cell is written as text, which no program runs.
"""

import csv
import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from django.utils import translation

from reports.register import COLUMNS, RegisterRow
from reports.xlsx import AT_ONCE, SheetFrame, xlsx

Piece = TypeVar("Piece", str, bytes)

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
    yield "\ufeff" + writer.writerow([str(words) for words in COLUMNS.values()])
    yield from _together(writer.writerow([harmless(cell) for cell in row.cells()]) for row in rows)


def as_json(rows: Iterable[RegisterRow], workspace: str, now: datetime) -> Iterator[str]:
    """One object with the rows as they are: nothing in JSON is run."""
    head = json.dumps({"schema": "tocsin.register/1", "organisation": workspace, "made_at": now.isoformat()})
    yield head[:-1] + ', "incidents": ['
    between = itertools.chain(["\n"], itertools.repeat(",\n"))
    yield from _together(
        mark + json.dumps(row.as_dict(), ensure_ascii=False) for mark, row in zip(between, rows, strict=False)
    )
    yield "\n]}\n"


def _together(lines: Iterable[str]) -> Iterator[str]:
    """Some lines in one piece: each piece that is streamed is a call to the network."""
    source = iter(lines)
    while piece := "".join(itertools.islice(source, AT_ONCE)):
        yield piece


def as_xlsx(rows: Iterable[RegisterRow], now: datetime) -> Iterator[bytes]:
    """A spreadsheet whose cells are all text."""
    frame = SheetFrame("Breach register", "Register", [str(words) for words in COLUMNS.values()], now)
    return xlsx(frame, (row.cells() for row in rows))


def in_english(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, each made in English: a file is a record that others read, whoever streams it."""
    source = iter(pieces)
    while True:
        with translation.override("en"):
            try:
                piece = next(source)
            except StopIteration:
                return
        yield piece
