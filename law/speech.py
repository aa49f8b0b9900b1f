"""One leaf of a tree of reasons as a sentence that says how things stand, whatever the law makes of it.

"Nobody obtained the data" and not "it is not so that somebody obtained the data": the fact decides the
sentence, the law decides the mark before it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from law.phrases import CHOICES, EVENTS, NUMBERS, REGIMES, YES_NO
from law.taxonomies import load_taxonomies
from law.wording import addressee, data, judgement, open_words, place, plain

MANNER = {
    "confirmed": "{yes}", "yes": "{yes}", "ruled_out": "{no}", "no": "{no}",
    "reasonably_believed": "there is good reason to believe that {yes}",
    "suspected": "it is suspected that {yes}",
    "no_evidence": "there is no evidence that {yes}, but it is not ruled out",
    "partly": "only in part so far: {yes}", "unknown": "not known: whether {yes}",
}  # fmt: skip
ASKS_FOR = {">": "more than {n}", ">=": "{n} or more", "<": "fewer than {n}", "<=": "{n} or fewer"}
COMPARED = re.compile(r".* (?P<op>>=|<=|>|<) (?P<n>[0-9_]+)(?: (?P<currency>[A-Z]{3}))?")
CALL = re.compile(r"(?P<name>[a-z_]+)\((?P<args>[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Said:
    """How things stand (a clause without a full stop), and what is open while it is not known."""

    state: str
    opening: str


def say(leaf: dict[str, Any]) -> Said:
    """The leaf of a tree of reasons (law.expressions.Node.explain) in words."""
    text, path = str(leaf["leaf"]), str(leaf.get("fact", ""))
    if match := CALL.match(text):
        return CALLS[match["name"]](leaf, path, [one.strip() for one in match["args"].split(",")])
    if path in YES_NO:
        phrase = YES_NO[path]
        manner = MANNER.get(str(leaf["is"]), MANNER["unknown"])
        return Said(manner.format(yes=phrase.yes, no=phrase.no), open_words(path))
    if match := COMPARED.fullmatch(text):
        return _number(leaf, path, match)
    return Said(_choice(leaf, path), open_words(path))


def _choice(leaf: dict[str, Any], path: str) -> str:
    value = leaf["is"]
    values = value if isinstance(value, list) else [value]
    if leaf["value"] == "unknown" and (value in (None, "unknown", "not_yet_known")):
        return f"not known: {open_words(path)}"
    if path == "cause.type":
        return f"how it came about: {load_taxonomies().label('incident_type', str(value)).lower()}"
    words = CHOICES[path].of if path in CHOICES else {}
    return " and ".join(words.get(str(one), f"{plain(path)}: {plain(str(one))}") for one in values)


def _number(leaf: dict[str, Any], path: str, match: re.Match[str]) -> Said:
    noun = NUMBERS[path][0] if path in NUMBERS else plain(path)
    currency = f" {match['currency']}" if match["currency"] else ""
    wanted = ASKS_FOR[match["op"]].format(n=f"{int(match['n']):,}{currency}")
    if leaf["is"] == "not known":
        return Said(f"not known: {open_words(path)}; the law asks for {wanted}", open_words(path))
    return Said(f"{leaf['is']}{currency} {noun}; the law asks for {wanted}", open_words(path))


def _count(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    match = COMPARED.fullmatch(str(leaf["leaf"]))
    wanted = ASKS_FOR[match["op"]].format(n=f"{int(match['n']):,}") if match else ""
    where = "" if path == "affected_total" else f" in {place(path.split('[')[1].split(']', maxsplit=1)[0])}"
    what = "people at risk of harm" if path.endswith("at_risk_count") else "people affected"
    kind = " whose data the law names" if len(args) > 1 else ""
    if leaf["is"] == "not known":
        return Said(f"not known: how many {what}{where}{kind}; the law asks for {wanted}", open_words(path))
    what = what.replace("people", "person", 1) if leaf["is"] == "1" else what
    return Said(f"{leaf['is']} {what}{where}{kind}; the law asks for {wanted}", open_words(path))


def _people(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    where = place(path.split("[")[1].split("]", maxsplit=1)[0])
    if leaf["value"] == "true":
        maybe = "may be" if str(leaf["leaf"]).endswith("is possible") else "are"
        return Said(f"people in {where} {maybe} affected", "")
    if leaf["value"] == "false":
        return Said(f"nobody in {where} is affected", "")
    return Said(f"not known: {open_words(path)}", open_words(path))


def _lost(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    code = path.split("[")[1].split("]", maxsplit=1)[0]
    kind = "data that the law names" + ("" if code == "world" else f", of people in {place(code)}")
    possible = str(leaf["leaf"]).endswith("is possible")
    if leaf["value"] == "true":
        found = _terms(leaf, "true")
        named = f": {', '.join(found[:6])}" if found else ""
        return Said(f"the breach {'may concern' if possible else 'concerns'} {kind}{named}", "")
    if leaf["value"] == "false":
        return Said(f"the breach concerns no {kind}", "")
    unsure = _terms(leaf, "unknown")
    named = f" ({', '.join(unsure[:4])}{', ...' if len(unsure) > 4 else ''})" if unsure else ""
    opening = f"whether the breach concerns {kind}{named}"
    return Said(f"not known: {opening}", opening)


def _terms(tree: dict[str, Any], value: str) -> list[str]:
    """The data that make a definition true (or leave it open), in words."""
    found: dict[str, None] = {}
    for part in tree.get("of", ()):
        if part["value"] != value:
            continue
        if "leaf" in part:
            found.update(dict.fromkeys(_data_words(part, value)))
        found.update(dict.fromkeys(_terms(part, value)))
    return list(found)


def _data_words(part: dict[str, Any], value: str) -> list[str]:
    rows = part["is"] if isinstance(part["is"], list) else []
    states = ("confirmed", "suspected") if value == "true" else ("confirmed", "suspected", "unknown")
    named = [row.split(":")[0] for row in rows if any(f": {state}" in row for state in states)]
    if named or value == "true":
        return [data(name) for name in named]
    return [data(match[0])] if (match := re.match(r"[a-z0-9_]+(?![a-z0-9_(])", str(part["leaf"]))) else []


def _test(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    asked = f"{judgement(args[0])}?"
    recorded = str(leaf["is"])
    match recorded:
        case "yes" | "no":
            answer = f"judged {recorded}"
        case "cannot_be_determined":
            answer = "looked at, and it cannot be said"
        case "not answered" | "unknown":
            answer = "not judged yet"
        case _:
            why = recorded.replace("level:", "by the level recorded:").replace("_", " ")
            answer = f"{'yes' if leaf['value'] == 'true' else 'no'}, {why}"
    return Said(f"{asked[0].upper()}{asked[1:]} {answer[0].upper()}{answer[1:]}", open_words(path))


def _about(yes: str, no: str, doubt: str) -> Callable[[dict[str, Any], str, list[str]], Said]:
    def words(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
        where = place(str(leaf.get("here", "here")) if args[0] == "here" else args[0])
        opening = doubt.format(where=where)
        state = {"true": yes.format(where=where), "false": no.format(where=where)}.get(leaf["value"])
        return Said(state or f"not known: {opening}", opening)

    return words


def _role(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    return Said(_choice(leaf, path), open_words(path))


def _regime(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    name = REGIMES.get(args[0], plain(args[0]))
    name = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    opening = f"whether the organisation is {name}"
    state = {"true": f"the organisation is {name}", "false": f"the organisation is not recorded as {name}"}
    return Said(state.get(leaf["value"], f"not known: {opening}"), opening)


def _event(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    name = EVENTS[args[0]]
    return Said(f"{name} is recorded" if leaf["value"] == "true" else f"no {name.partition(' ')[2]} is recorded", "")


def _notice(leaf: dict[str, Any], path: str, args: list[str]) -> Said:
    whom = addressee(args[0])
    return Said(f"{whom} has been told" if leaf["value"] == "true" else f"no notice to {whom} is recorded", "")


CALLS: dict[str, Callable[[dict[str, Any], str, list[str]], Said]] = {
    "people": _people,
    "lost": _lost,
    "count": _count,
    "at_risk": _count,
    "test": _test,
    "role": _role,
    "regime": _regime,
    "event": _event,
    "notice": _notice,
    "established": _about(
        "the organisation is established in {where}",
        "the organisation is not established in {where}",
        "whether the organisation is established in {where}",
    ),
    "does_business": _about(
        "the organisation does business in {where}",
        "the organisation does no business in {where}",
        "whether the organisation does business in {where}",
    ),
    "targeted": _about(
        "people in {where} are offered goods or services, or monitored",
        "people in {where} are neither offered goods or services nor monitored",
        "whether people in {where} are offered goods or services, or monitored",
    ),
}
