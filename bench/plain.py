"""The yardstick for `assess`: the same conditions and deadlines in plain two-valued Python, without reasons.

What a programmer would write who trusts every fact: unknown is no, an exemption is a flag, a deadline is a sum. It is
written by a generator, and not by hand, only so that it covers the whole library as it grows; what runs is straight
Python: local variables, `and`, `or`, `in`, comparisons. It says neither why nor what is open, knows no burden of proof,
no region, no open list, no dated version but the newest, and no assumption.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from law import places
from law.conditions import CALL, PATH_COUNT, PATH_IN, PATH_IS
from law.data_conditions import UNENCRYPTED, UNREDACTED
from law.data_definitions import LEAF
from law.rulebook import Rulebook
from law.rules import Instrument
from law.time_limits import is_working_day, zone_of

READ_AS = {
    "confirmed": ("confirmed", "yes"),
    "yes": ("confirmed", "yes"),
    "no": ("ruled_out", "no"),
    "believed": ("confirmed", "yes", "reasonably_believed"),
    "possible": ("confirmed", "yes", "reasonably_believed", "suspected", "no_evidence", "partly"),
}
SAFE = {
    "unencrypted": [name for name, value in UNENCRYPTED.items() if value is False],
    "unredacted": [name for name, value in UNREDACTED.items() if value is False],
    "intelligible": ["encrypted_key_safe", "anonymised"],
}
Answer = tuple[str, str, bool, datetime | None]
Plain = Callable[["Facts", str, list[Answer]], None]


class Facts:
    """A facts document flattened into what the conditions read."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.flat = dict(_flat(document, ""))
        self.role = document["organisation"].get("role")
        self.tests = {key: answer == "yes" for key, answer in document.get("risk", {}).get("by_test", {}).items()}
        self.established = set(document["organisation"].get("establishments", ()))
        self.regimes = set(document["organisation"].get("regimes", ()))
        self.aware = datetime.fromisoformat(document["timeline"]["became_aware_at"])
        self.groups: dict[str, list[str]] = {}
        self.count: dict[str, int] = {}
        self.targeted: set[str] = set()
        everything = {row["category"]: row.get("protection", "unknown") for row in document["data"]}
        self.data: dict[str, dict[str, str]] = {}
        for row in document["affected"]:
            if "region" in row:
                continue  # plain code knows no "somewhere in there"
            country = row["country"]
            codes = [country, "world"]
            if places.eea_state(country, self.aware.date()):
                codes += ["EEA", "EU"]
            for code in codes:
                self.groups.setdefault(code, []).append(row["id"])
                if row.get("targeted") == "yes":
                    self.targeted.add(code)
            self.count[row["id"]] = row.get("count", {}).get("n", 0)
            self.data[row["id"]] = everything
        if any(places.eea_state(code, self.aware.date()) for code in self.established):
            self.established |= {"EEA", "EU"}


def _flat(value: dict[str, Any], path: str) -> list[tuple[str, Any]]:
    found = []
    for key, one in value.items():
        if isinstance(one, dict) and "kind" not in one and "amount" not in one:
            found += _flat(one, f"{path}{key}.")
        elif isinstance(one, dict):
            found.append((f"{path}{key}", one.get("n", one.get("amount", {}).get("n", 0))))
        else:
            found.append((f"{path}{key}", one))
    return found


def write(rulebook: Rulebook) -> dict[str, tuple[Instrument, Plain]]:
    """One plain function for each instrument with duties, by name."""
    made: dict[str, tuple[Instrument, Plain]] = {}
    for instrument in rulebook.instruments:
        if instrument.duties:
            space: dict[str, Any] = {"due": _due(instrument)}
            exec(_source(instrument), space)  # noqa: S102 - the text is made above, from the law files of this project
            made[instrument.file.instrument] = (instrument, space["plain"])
    return made


def _source(instrument: Instrument) -> str:
    file = instrument.file
    sets = file.sets
    lines = []
    for name, raw in file.data.items():
        lines += [f"def data_{name}(d):", f"    return {_expression(raw, lambda text: _data(text, sets, file.data))}"]
    lines.append("def plain(f, here, out):")
    names = set(file.let)
    for name, raw in file.let.items():
        lines.append(f"    let_{name} = {_expression(raw, lambda text: _leaf(text, sets, names))}")
    for number, duty in enumerate(instrument.duties):
        version = duty.versions[-1].rule
        roles = f"f.role in {tuple(duty.rule.bound)!r}" if duty.rule.bound else "True"
        lines.append(f"    owed = {roles} and {_expression(version.when, lambda text: _leaf(text, sets, names))}")
        for stage_number in range(len(version.stage)):
            lines.append(
                f"    out.append(({duty.id!r}, here, owed, due(f.aware, {number}, {stage_number}) if owed else None))"
            )
    return "\n".join(lines)


def _expression(raw: Any, leaf: Callable[[str], str]) -> str:
    if isinstance(raw, str):
        return leaf(raw.strip())
    [(operator, body)] = raw.items()
    if operator == "not":
        return f"(not {_expression(body, leaf)})"
    return "(" + (" and " if operator == "all" else " or ").join(_expression(part, leaf) for part in body) + ")"


def _leaf(text: str, sets: dict[str, list[str]], names: set[str]) -> str:
    if text in names:
        return f"let_{text}"
    if match := PATH_IS.fullmatch(text):
        return f"f.flat.get({match['path']!r}) in {READ_AS[match['reading']]!r}"
    if match := PATH_IN.fullmatch(text):
        values = {one for name in match["values"].split(",") for one in sets.get(name.strip(), [name.strip()])}
        if match["path"] == "records.medium":
            return f"bool({values!r} & set(f.flat.get('records.medium', ())))"
        return f"f.flat.get({match['path']!r}) in {values!r}"
    if match := PATH_COUNT.fullmatch(text):
        return f"f.flat.get({match['path']!r}, 0) {match['op']} {match['n']}"
    match = CALL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no condition")
    return _call(match["name"], [one.strip() for one in match["args"].split(",") if one.strip()], match)


def _call(name: str, args: list[str], match: re.Match[str]) -> str:
    def where(place: str) -> str:
        return "here" if place == "here" else repr(place)

    match name:
        case "test":
            return f"f.tests.get({args[0]!r}, False)"
        case "people" if len(args) == 1:
            return f"{where(args[0])} in f.groups"
        case "people" | "lost":
            place, data = (args[0], args[1]) if name == "people" else (args[1] if len(args) > 1 else "here", args[0])
            return f"any(data_{data}(f.data[g]) for g in f.groups.get({where(place)}, ()))"
        case "count" | "at_risk":
            only = f" if data_{args[1]}(f.data[g])" if len(args) > 1 else ""
            return f"sum(f.count[g] for g in f.groups.get({where(args[0])}, ()){only}) {match['op']} {match['n']}"
        case "established":
            return f"{where(args[0])} in f.established"
        case "does_business":
            return f"({where(args[0])} in f.established or {where(args[0])} in f.groups)"
        case "targeted":
            return f"{where(args[0])} in f.targeted"
        case "role":
            return f"f.role in {tuple(args)!r}"
        case "regime":
            return f"{args[0]!r} in f.regimes"
        case _:
            return "False"  # events and notices: none has happened in the case that is measured


def _data(text: str, sets: dict[str, list[str]], known: dict[str, Any]) -> str:
    match = LEAF.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no condition on data")
    if match["opens"]:
        return "False"
    if match["term"] in known:
        return f"data_{match['term']}(d)"
    safe = tuple(SAFE[match["protection"]]) if match["protection"] else ()
    if match["term"] == "personal_data":
        return f"any(p not in {safe!r} for p in d.values())"
    names = [one.strip() for one in match["list"].split(",")] if match["list"] else [match["term"]]
    terms = tuple(one for name in names for one in sets.get(name, [name]))
    if len(terms) == 1:
        return f"({terms[0]!r} in d and d[{terms[0]!r}] not in {safe!r})" if safe else f"{terms[0]!r} in d"
    return f"any(t in d and d[t] not in {safe!r} for t in {terms!r})"


def _due(instrument: Instrument) -> Callable[[datetime, int, int], datetime | None]:
    """A deadline as one would write it: hours are added, days end at midnight, working days are counted off."""
    zone, calendar = zone_of(instrument.file.zone), instrument.file.calendar
    limits = [[stage.limit for stage in duty.versions[-1].stages] for duty in instrument.duties]

    def due(start: datetime, duty: int, stage: int) -> datetime | None:
        limit = limits[duty][stage]
        if limit is None:
            return None
        if limit.unit == "hours":
            return start + timedelta(hours=limit.n)
        day = start.astimezone(zone)
        if limit.unit == "working_days":
            left = limit.n
            while left:
                day += timedelta(days=1)
                left -= is_working_day(day.date(), calendar)
        else:
            day += timedelta(days=limit.n * (30 if limit.unit == "months" else 1))
        return day.replace(hour=23, minute=59, second=59, microsecond=0).astimezone(UTC)

    return due
