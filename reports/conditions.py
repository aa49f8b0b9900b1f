"""Whether a test of a form holds: which options the facts tick, and whether a field is asked. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incidents import paths
from incidents.counting import people_sum
from law.taxonomies import load_taxonomies
from reports.definitions import FormField, Pick, PicksOrigin, Test
from reports.reading import Context, approximate, notices_sent

KNOWN = "*"


def holds(test: Test, context: Context) -> bool:
    """Does the test hold, with the one that stands together with it, or else the other one?"""
    if test.complete is not None:
        ours = context.complete is not None and context.complete == test.complete
    else:
        ours = HOLDS[test.kinds[0]](test, context) != test.negate
    both = ours and (test.together is None or holds(test.together, context))
    return both or (test.or_else is not None and holds(test.or_else, context))


def is_asked(field: FormField, context: Context) -> bool:
    """Is the field asked in this document? Each condition must hold; a withdrawal asks few fields."""
    if context.phase == "withdrawal" and field.id not in context.form.withdrawal:
        return False
    if field.when == "late" and not context.snapshot.get("late"):
        return False
    return all(holds(test, context) for test in field.asked_if)


def chosen(field: FormField, context: Context) -> list[str]:
    """The options of a field that stand: those picked by the officer, else those that the facts tick."""
    if not is_asked(field, context):
        return []
    picked = (context.typed.get(field.id) or {}).get("picks")
    if picked:
        return [pick.id for pick in field.picks if pick.id in picked]
    found = [pick.id for pick in field.picks if any(holds(test, context) for test in pick.ticked_by)]
    return found[:1] if field.single else found


def open_pick(origin: PicksOrigin) -> Pick | None:
    """The option "to be determined" of a field, where it has one."""
    return next((pick for pick in origin.options if pick.open), None)


def paths_of(options: Sequence[Pick]) -> tuple[str, ...]:
    """The facts that options are ticked by."""
    found: list[str] = []
    for test in (test for pick in options for test in pick.ticked_by):
        found += [test.path] if test.path else [FACTS_OF[kind] for kind in test.kinds if kind in FACTS_OF]
        if test.together is not None and test.together.path:
            found.append(test.together.path)
    return tuple(dict.fromkeys(found))


FACTS_OF = {
    "data": "/data", "subjects": "/affected", "consequences": "/risk/consequences", "people": "/affected_total",
    "records": "/affected", "parties": "/parties", "told": "/notices", "measures_before": "measures",
    "measures_after": "measures",
}  # fmt: skip


def _path(test: Test, context: Context) -> bool:
    value = paths.get(context.facts, test.path)
    held = value if isinstance(value, list) else [value]
    words = {str(one) for one in held if one is not None}
    if words and words != {"not_yet"}:
        words.add(KNOWN)
    state = ((context.facts.get("provenance") or {}).get(test.path) or {}).get("state")
    return bool((words | {str(state)}) & set(test.values))


def _rows(context: Context) -> list[Mapping[str, Any]]:
    return [row for row in context.facts.get("affected", ()) if row.get("presence") != "ruled_out"]


def _data(test: Test, context: Context) -> bool:
    category_of = load_taxonomies().category
    rows = [row["category"] for row in context.facts.get("data", ()) if row.get("status") in ("confirmed", "suspected")]
    return any(row in test.data or category_of.get(row) in test.data for row in rows)


def _subjects(test: Test, context: Context) -> bool:
    return any(one in test.subjects for row in _rows(context) for one in row.get("subjects", ()))


def _consequences(test: Test, context: Context) -> bool:
    rows = (context.facts.get("risk") or {}).get("consequences", ())
    return any(row["id"] in test.consequences for row in rows if row.get("likelihood") != "remote")


def _measures(time: str, wanted: Sequence[str], context: Context) -> bool:
    return any(row["time"] == time and row["measure"] in wanted for row in context.snapshot["measures"])


def _told(test: Test, context: Context) -> bool:
    return bool(notices_sent(test.told, context))


def _people(test: Test, context: Context) -> bool:
    total = context.facts.get("affected_total")
    if isinstance(total, Mapping):
        rough = approximate("/affected_total", context)
        return test.people == ("exact" if total.get("kind") == "exact" and not rough else "approximate")
    rows = _rows(context)
    found = people_sum({"affected": rows, "affected_complete": context.facts.get("affected_complete")})
    rough = any(approximate(f"/affected/{row['id']}/count", context) for row in rows)
    exact = found.low == found.high and not rough
    return bool(found.low) and test.people == ("exact" if exact else "approximate")


def _records(test: Test, context: Context) -> bool:
    rows = _rows(context)
    counts = [row.get("records") or {} for row in rows]
    if not any(counts):
        return False
    rough = any(approximate(f"/affected/{row['id']}/records", context) for row in rows)
    exact = not rough and all(count.get("kind") == "exact" for count in counts)
    return test.records == ("exact" if exact else "approximate")


def _field(test: Test, context: Context) -> bool:
    return bool(set(chosen(context.form.fields[test.field], context)) & set(test.picks))


def _parties(test: Test, context: Context) -> bool:
    return any(row.get("role") in test.parties for row in context.facts.get("parties", ()))


HOLDS: Mapping[str, Callable[[Test, Context], bool]] = {
    "path": _path,
    "data": _data,
    "subjects": _subjects,
    "consequences": _consequences,
    "measures_before": lambda test, context: _measures("before", test.measures_before, context),
    "measures_after": lambda test, context: _measures("after", test.measures_after, context),
    "parties": _parties,
    "told": _told,
    "people": _people,
    "records": _records,
    "field": _field,
    "phase": lambda test, context: context.phase in test.phase,
    "late": lambda test, context: bool(context.snapshot.get("late")),
}
