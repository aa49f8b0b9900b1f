"""A table of people by country as somebody pastes it: read row by row, each bad one named with its mend. Pure.

Tabs (a spreadsheet), semicolons and commas part the columns. The first row may name them, in any order;
without names they are place, number, whether there are any, source. An empty number is "not known".
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from incidents import counting, paths
from incidents.forms.people import EntryError, PlaceEntry, read_count, read_place
from incidents.forms.rows import place_label
from workbench import counts

MOST_ROWS = 1000
MOST_BYTES = 500_000
COLUMNS: Mapping[str, frozenset[str]] = {
    "place": frozenset({"place", "country", "state", "where", "region", "code", "pays", "land"}),
    "count": frozenset({"number", "count", "people", "persons", "customers", "total", "how many", "nombre", "anzahl"}),
    "presence": frozenset({"presence", "affected", "are there any", "status", "state of knowledge"}),
    "source": frozenset({"source", "from", "comment", "note"}),
}
ORDER = tuple(COLUMNS)
PRESENCE: Mapping[str, str] = {
    **dict.fromkeys(("confirmed", "yes", "yes, confirmed", "affected"), "confirmed"),
    **dict.fromkeys(("suspected", "perhaps", "maybe", "possible", "possibly"), "suspected"),
    **dict.fromkeys(("ruled out", "ruled_out", "no", "none", "no, ruled out", "not affected"), "ruled_out"),
}


class TableError(ValueError):
    """The table as a whole cannot be read; the message says why and how to mend it."""


@dataclass
class TableRow:
    """One row. `line` is its line in what was pasted; `name` the group of the facts that it is about."""

    line: int
    cells: dict[str, str]
    faults: list[str] = field(default_factory=list)
    place: PlaceEntry | None = None
    count: dict[str, Any] | None = None
    presence: str = ""
    name: str = ""
    before: Mapping[str, Any] | None = None

    @property
    def label(self) -> str:
        """The place by its everyday name; as typed where it is none."""
        return place_label(self.place) if self.place else self.cells.get("place", "")

    @property
    def count_words(self) -> str:
        """The number in words; empty where not known."""
        return counts.count_words(*counting.bounds(self.count)) or ""

    @property
    def before_words(self) -> str:
        """What stands recorded of the number; empty where nothing does."""
        return counts.count_words(*counting.bounds((self.before or {}).get("count"))) or ""

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def same(self) -> bool:
        """Does it say what stands recorded already?"""
        held = self.before
        if held is None:
            return False
        return (not self.cells.get("count") or held.get("count") == self.count) and (
            not self.presence or held.get("presence") == self.presence
        )

    def patch(self) -> dict[str, Any]:
        """What the row changes in the facts. An empty cell changes nothing of a group that stands."""
        if self.place is None or self.faults or self.same:
            return {}
        base = paths.join(["affected", self.name])
        if self.before is None:
            presence = self.presence or "suspected"
            stated = {**self.place.to_facts(), "presence": presence, "count": self.count}
            patch: dict[str, Any] = {base: {key: value for key, value in stated.items() if value}}
        else:
            patch = {f"{base}/presence": self.presence} if self.presence else {}
            if self.cells.get("count"):
                patch[f"{base}/count"] = self.count
        if source := self.cells.get("source", ""):
            state = "known" if self.count else "not_yet_known"
            patch[paths.join(["provenance", f"{base}/count"])] = {"state": state, "from": source}
        return patch


def text_of(content: bytes) -> str:
    """The text of a file, whichever way a spreadsheet has written it. Raises TableError."""
    if len(content) > MOST_BYTES:
        raise TableError(
            gettext("The file has {number:,} bytes; at most {most_bytes:,} are read. Split it.").format(
                number=len(content), most_bytes=MOST_BYTES
            )
        )
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")):
        if content.startswith(start):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" in text or content[:2] == b"PK":
                break
            return text
    raise TableError(
        gettext("This file is no text. In the spreadsheet choose “Save as”, CSV (UTF-8), and send that file.")
    )


def read_table(text: str, document: Mapping[str, Any]) -> list[TableRow]:
    """The rows, judged against the facts as they stand. Raises TableError where there is no table."""
    if len(text.encode()) > MOST_BYTES:
        raise TableError(
            gettext("More than {most_bytes:,} bytes were pasted. Split the table.").format(most_bytes=MOST_BYTES)
        )
    if "\x00" in text:
        raise TableError(gettext("The text holds NUL characters: it is no table. Copy the cells anew."))
    lines = _lines(text)
    names, rest = _columns(lines)
    if not rest:
        raise TableError(
            gettext("There is no row with a place. Paste one row for each country: Germany, at least 500.")
        )
    if len(rest) > MOST_ROWS:
        raise TableError(
            gettext("{number:,} rows; at most {most_rows:,} are read at once. Split the table.").format(
                number=len(rest), most_rows=MOST_ROWS
            )
        )
    rows = [_row(line, dict(zip(names, cells, strict=False))) for line, cells in rest]
    _meet(rows, document)
    return rows


def patch_of(rows: Sequence[TableRow]) -> dict[str, Any]:
    """All rows as one patch of the facts."""
    return {path: value for row in rows for path, value in row.patch().items()}


def _lines(text: str) -> list[tuple[int, list[str]]]:
    mark = next((one for one in ("\t", ";") if one in text), ",")
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        found = [(reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise TableError(
            gettext("The table could not be read ({error}). Look for a quotation mark left open.").format(error=error)
        ) from None
    return [(line, _parted(cells)) for line, cells in found if any(cells)]


def _parted(cells: list[str]) -> list[str]:
    """A row typed with commas among rows copied from a sheet, parted too, unless it names a place as it stands."""
    if len(cells) != 1 or not re.search("[,;]", cells[0]):
        return cells
    try:
        read_place(cells[0])
    except EntryError:
        return [cell.strip() for cell in re.split("[,;]", cells[0])]
    return cells


def _columns(lines: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The column of each cell, and the rows below the names."""
    if not lines:
        return list(ORDER), []
    heads = [next((name for name, known in COLUMNS.items() if cell.casefold() in known), "") for cell in lines[0][1]]
    if "place" not in heads:
        return list(ORDER), lines
    if twice := [name for name in ORDER if heads.count(name) > 1]:
        raise TableError(gettext("Two columns are named for the {twice}. Keep one of them.").format(twice=twice[0]))
    # A column of another name is left out.
    return [name or gettext("other {index}").format(index=index) for index, name in enumerate(heads)], lines[1:]


def _row(line: int, cells: dict[str, str]) -> TableRow:
    row = TableRow(line, cells)
    if not cells.get("place"):
        row.faults.append(gettext("A number without a place. Write where, or “unknown”."))
        return row
    try:
        row.place = read_place(cells["place"])
    except EntryError as error:
        row.faults.append(str(error))
    try:
        row.count = read_count(cells.get("count", ""))
    except EntryError as error:
        row.faults.append(str(error))
    if said := cells.get("presence", ""):
        row.presence = PRESENCE.get(said.casefold(), "")
        if not row.presence:
            row.faults.append(
                gettext("“{said}” does not say whether there are any. Write confirmed, suspected or ruled out.").format(
                    said=said
                )
            )
    if row.presence == "ruled_out" and row.count and counting.bounds(row.count)[0]:
        row.faults.append(gettext("Ruled out, and yet a number of people. Take one of the two away."))
    if len(cells.get("source", "")) > 300:
        row.faults.append(gettext("The source is longer than 300 characters. Shorten it."))
    return row


def _meet(rows: list[TableRow], document: Mapping[str, Any]) -> None:
    """Finds the group that each row is about; a place twice, here or in the facts, is a fault."""
    held: dict[PlaceEntry, list[Mapping[str, Any]]] = {}
    for group in document.get("affected") or ():
        held.setdefault(_place_of(group), []).append(group)
    taken = set(paths.names(document, ("affected",)))
    seen: dict[PlaceEntry, int] = {}
    for row in rows:
        if row.place is None:
            continue
        if row.place in seen:
            row.faults.append(
                gettext("This place stands in line {seen} already. Put both into one row.").format(seen=seen[row.place])
            )
            continue
        seen[row.place] = row.line
        groups = held.get(row.place, [])
        if len(groups) > 1:
            row.faults.append(
                gettext("{label} has {number} groups on record. Change each on its own page.").format(
                    label=row.label, number=len(groups)
                )
            )
        row.before = groups[0] if groups else None
        row.name = paths.row_name(row.before, ("id",)) if row.before else _free(row.place.row, taken)
        taken.add(row.name)


def _place_of(group: Mapping[str, Any]) -> PlaceEntry:
    said = {name: str(group.get(name) or "") for name in ("country", "subdivision", "region")}
    return PlaceEntry(**said)


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
