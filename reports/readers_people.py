"""Readers of the people affected: how many, who they are, where they live. Never a name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incidents.counting import PeopleSum, people_sum
from reports.languages import Language
from reports.reading import Context, Part, Reading, approximate, provenance_state


def _rows(context: Context, countries: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    """Groups of natural persons that are not ruled out; of a letter, the groups it is for; of these countries."""
    rows: list[Mapping[str, Any]] = [
        row for row in context.facts.get("affected", ()) if row.get("presence") != "ruled_out"
    ]
    rows = [row for row in rows if not context.groups or row["id"] in context.groups]
    return [row for row in rows if not countries or row.get("country") in countries]


def _place(row: Mapping[str, Any], context: Context) -> str:
    said = context.language
    if row.get("subdivision"):
        country = said.place(row["subdivision"][:2])
        return said.word("organisation_in", name=said.place(row["subdivision"]), country=country)
    if row.get("country") and row["country"] != "unknown":
        return said.place(row["country"])
    return said.region(row["region"]) if row.get("region") else said.word("place_unknown")


def _number(value: object, path: str, context: Context, of: str = "") -> str | None:
    return context.language.count(value, of=of, rough=approximate(path, context))


def people_count(show: Sequence[str], context: Context) -> Reading:
    """How many people: the recorded total, else what the groups add up to, "at least" where that is open above.

    `show` may name a country or state: how many of them live there.
    """
    said, path, place = context.language, "/affected_total", next(iter(show), "")
    words = None if place else _number(context.facts.get("affected_total"), path, context, "people")
    if words is not None:
        return Reading("known", (Part("text", (words,)),), (path,))
    rows = [row for row in _rows(context) if not place or place in (row.get("subdivision"), row.get("country"))]
    if place and not rows:
        return Reading("unknown", paths=("/affected",))
    found = people_sum({"affected": rows, "affected_complete": context.facts.get("affected_complete")})
    if not found.low:
        return Reading(provenance_state(path, context), paths=(path,))
    read_paths = tuple(f"/affected/{row['id']}/count" for row in rows)
    lines = [_sum_words(found, any(approximate(one, context) for one in read_paths), said)]
    if found.high is None and found.suspected:
        lines.append(said.amount(found.suspected, of="suspected"))
    return Reading("known", (Part("text", tuple(lines)),), read_paths)


def _sum_words(found: PeopleSum, rough: bool, said: Language) -> str:
    low = said.amount(found.low, of="people", rough=rough)
    if found.low == found.high:
        return low
    if found.high is None:
        return said.word("count_at_least", low=low)
    return said.word(
        "count_between", low=said.amount(found.low, rough=rough), high=said.amount(found.high, of="people")
    )


def people_table(show: Sequence[str], context: Context) -> Reading:
    """The people by country or region, with how sure each row is; `show` keeps these countries."""
    said, rows = context.language, _rows(context, show)
    if not rows:
        return Reading("unknown", paths=("/affected",))
    names = [_place(row, context) for row in rows]
    lines = []
    for row, place in zip(rows, names, strict=True):
        name = place
        if names.count(place) > 1 and row.get("subjects"):
            # Several groups of one country: say which is which.
            who = said.word("list_join").join(said.term("subject_category", one) for one in row["subjects"])
            name = said.word("organisation_in", name=place, country=who)
        number = _number(row.get("count"), f"/affected/{row['id']}/count", context)
        lines.append(
            (
                name,
                number if number is not None else said.word("number_unknown"),
                said.word(row.get("presence") or "presence_unknown"),
            )
        )
    head = tuple(said.word(word) for word in ("head_country", "head_people", "head_state"))
    parts = [Part("table", head=head, rows=tuple(lines))]
    if context.facts.get("affected_complete") != "yes":
        parts.append(Part("note", (said.word("list_not_complete"),)))
    return Reading("known", tuple(parts), tuple(f"/affected/{row['id']}" for row in rows))


def people_places(show: Sequence[str], context: Context) -> Reading:
    """The countries and regions in which people concerned live; `show` keeps these countries."""
    rows = _rows(context, show)
    if not rows:
        return Reading("unknown", paths=("/affected",))
    names = dict.fromkeys(_place(row, context) for row in rows)
    return Reading("known", (Part("text", (context.language.listing(names),)),), ("/affected",))


def subjects(show: Sequence[str], context: Context) -> Reading:
    """The categories of people."""
    rows = _rows(context)
    names = list(dict.fromkeys(name for row in rows for name in row.get("subjects", ()) if name != "not_yet_known"))
    read_paths = tuple(f"/affected/{row['id']}/subjects" for row in rows)
    if not names:
        return Reading("unknown", paths=read_paths or ("/affected",))
    lines = tuple(context.language.term("subject_category", name) for name in names)
    return Reading("known", (Part("items", lines),), read_paths)


def records_count(show: Sequence[str], context: Context) -> Reading:
    """How many records were affected: the sum of the groups, where each has its exact number."""
    rows = _rows(context)
    read_paths = tuple(f"/affected/{row['id']}/records" for row in rows)
    counts = [row.get("records") or {} for row in rows]
    if not counts or any(count.get("kind") != "exact" for count in counts):
        single = _number(counts[0], read_paths[0], context, "records") if len(counts) == 1 else None
        if single is None:
            return Reading("unknown", paths=read_paths or ("/affected",))
        total = single
    else:
        rough = any(approximate(one, context) for one in read_paths)
        total = context.language.amount(sum(count["n"] for count in counts), of="records", rough=rough)
    return Reading("known", (Part("text", (total,)),), read_paths)


RECORD: Mapping[str, Callable[[Sequence[str], Context], Reading]] = {
    "people_count": people_count,
    "people_table": people_table,
    "people_places": people_places,
    "subjects": subjects,
    "records_count": records_count,
}
