"""Readers of the data concerned and of what may follow for people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incidents import paths
from law.taxonomies import load_taxonomies
from reports.reading import Context, Part, Reading
from reports.segments import within


def _items(context: Context, *statuses: str, place: str = "") -> list[tuple[str, Mapping[str, Any]]]:
    """Rows of data of these states, with their paths; of a letter, those of its groups; else of the people there."""
    rows, asked_of = [], set(context.groups) or _groups_in(place, context)
    for index, row in enumerate(context.facts.get("data", ())):
        groups = row.get("groups")
        ours = not asked_of or groups is None or asked_of.intersection(groups)
        if ours and row.get("status", "unknown") in statuses and row["category"] != "unknown":
            rows.append((paths.from_pointer(context.facts, f"/data/{index}"), row))
    return _without_covered(rows)


def _groups_in(place: str, context: Context) -> set[str]:
    """The groups of people who live, or may live, in a place; none of them: the data cannot be told apart by it."""
    if not place:
        return set()
    return {
        row["id"]
        for row in context.facts.get("affected", ())
        if row.get("presence") != "ruled_out" and within(row, place)
    }


def _without_covered(rows: list[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Mapping[str, Any]]]:
    """A category of which elements stand in the list says nothing more: it is left out."""
    category_of = load_taxonomies().category
    covered = {category_of.get(row["category"]) for _, row in rows}
    return [(path, row) for path, row in rows if row["category"] not in covered]


def _names(rows: Sequence[tuple[str, Mapping[str, Any]]], context: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(context.language.data(row["category"]) for _, row in rows))


def data(show: Sequence[str], context: Context) -> Reading:
    """The data with how sure each row is, and the protection where one is recorded; `show` may name whose place."""
    said = context.language
    rows = _items(context, "confirmed", "suspected", "unknown", place=next(iter(show), ""))
    if not rows:
        return Reading("unknown", paths=("/data",))
    protected = any(row.get("protection") for _, row in rows)
    lines = []
    for _, row in rows:
        known = said.word(row["status"]) if row.get("status") else said.word("presence_unknown")
        cells = (said.data(row["category"]), known)
        lines.append((*cells, said.term("protection", row.get("protection", "unknown"))) if protected else cells)
    words = ("head_data", "head_state", "head_protection") if protected else ("head_data", "head_state")
    head, colon = tuple(said.word(word) for word in words), said.word("colon")
    parts = [Part("table", head=head, rows=tuple(dict.fromkeys(lines)), colon=colon)]
    if context.facts.get("data_complete") != "yes":
        parts.append(Part("note", (said.word("list_not_complete"),)))
    return Reading("known", tuple(parts), tuple(path for path, _ in rows))


def data_ruled_out(show: Sequence[str], context: Context) -> Reading:
    """Data that are known not to be concerned: a fact worth stating; `show` may name whose place."""
    rows = _items(context, "ruled_out", place=next(iter(show), ""))
    if not rows:
        return Reading("empty", paths=("/data",))
    return Reading("known", (Part("items", _names(rows, context)),), tuple(path for path, _ in rows))


def data_letter(show: Sequence[str], context: Context) -> Reading:
    """The data as the reader of a letter is told: yours, perhaps yours, and not yours."""
    said = context.language
    parts: list[Part] = []
    read_paths: list[str] = []
    for statuses, lead in (
        (("confirmed",), "letter_data"),
        (("suspected",), "letter_possible"),
        (("ruled_out",), "letter_ruled_out"),
    ):
        rows = _items(context, *statuses)
        if rows:
            parts.append(Part("items", _names(rows, context), said.word(lead)))
            read_paths += [path for path, _ in rows]
    if not _items(context, "confirmed", "suspected"):
        return Reading("unknown", paths=("/data",))
    return Reading("known", tuple(parts), tuple(read_paths))


def harms(show: Sequence[str], context: Context) -> Reading:
    """Consequences that the officer has recorded, with their likelihood where it is given."""
    said = context.language
    rows = [
        row
        for row in (context.facts.get("risk") or {}).get("consequences", ())
        if row["id"] != "not_yet_known" and (row.get("likelihood") != "remote" or "remote" in show)
    ]
    if not rows:
        return Reading("unknown", paths=("/risk/consequences",))
    lines = []
    for row in rows:
        words = said.term("consequence", row["id"])
        if row.get("likelihood") and "likelihood" in show:
            words += f" ({said.word('likelihood_' + row['likelihood'])})"
        lines.append(words)
    lead = said.word("letter_harms") if "letter" in show else ""
    return Reading(
        "known", (Part("items", tuple(lines), lead),), tuple(f"/risk/consequences/{row['id']}" for row in rows)
    )


RECORD: Mapping[str, Callable[[Sequence[str], Context], Reading]] = {
    "data": data,
    "data_ruled_out": data_ruled_out,
    "data_letter": data_letter,
    "harms": harms,
}
