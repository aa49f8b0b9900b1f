"""Findings as sentences: the chain of reasons that a lawyer can check, and the outcome in one line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from law import places
from law.findings import Finding
from law.wording import ASKS, statement

VERDICTS = {"true": "yes", "false": "no", "unknown": "open"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain. `verdict`: yes, no or open; `fact`: path of the fact behind it, or empty."""

    text: str
    verdict: str
    fact: str
    recorded: str
    provision: str


def headline(finding: Finding) -> str:
    """Words: "On the facts recorded: required.", or what it depends on, or why it is not required."""
    if finding.outcome == "APPLIES":
        return "On the facts recorded: required."
    if finding.outcome == "DOES_NOT_APPLY":
        return f"On the facts recorded: not required. {why_not(finding)}"
    first = [statement(fact) for fact in finding.undetermined_on[:2]]
    return f"Depends on: {'; '.join(first)}."


def why_not(finding: Finding) -> str:
    """The first reason that takes the duty away, as one sentence."""
    reason = next((one for one in chain(finding) if one.verdict == "no"), None)
    return reason.text if reason else ""


def in_one_line(finding: Finding) -> str:
    """The reason in one line, for a table."""
    if finding.outcome == "APPLIES":
        return f"{finding.static['trigger']}"
    return why_not(finding) if finding.outcome == "DOES_NOT_APPLY" else headline(finding)


def chain(finding: Finding) -> list[Reason]:
    """The reasons in the order of the law: who is bound, what happened, then each exemption."""
    reasons: dict[tuple[str, str], Reason] = {}
    for part in finding.because["of"]:
        for reason in _sentences(part, finding):
            reasons.setdefault((reason.text, reason.verdict), reason)
    return list(reasons.values())


def _sentences(tree: dict[str, Any], finding: Finding) -> Iterator[Reason]:
    operator = tree.get("op")
    if operator == "unless":
        yield _exemption(tree)
    elif operator == "all":
        decisive = [part for part in tree["of"] if part["value"] == tree["value"]] or tree["of"]
        for part in decisive if tree["value"] == "false" else tree["of"]:
            yield from _sentences(part, finding)
    elif operator == "any":
        yield from _alternatives(tree, finding)
    elif operator == "not":
        yield from _negated(tree, finding)
    else:
        yield _leaf(tree, finding)


def _alternatives(tree: dict[str, Any], finding: Finding) -> Iterator[Reason]:
    """Of alternatives, the one that holds; else, while open, those that are open; else all that failed."""
    same = [part for part in tree["of"] if part["value"] == tree["value"]]
    if tree["value"] == "true":
        yield from _sentences(same[0], finding)
        return
    inner = [reason for part in same for reason in _sentences(part, finding)]
    if len(inner) == 1:
        yield inner[0]
        return
    about = list(dict.fromkeys(statement(reason.fact) if reason.fact else reason.text for reason in inner))
    joined = "; ".join(about[:6]) + (f"; and {len(about) - 6} more" if len(about) > 6 else "")
    verdict = VERDICTS[tree["value"]]
    text = (
        f"None of these is so: {joined}." if verdict == "no" else f"Not known yet whether any of these is so: {joined}."
    )
    yield Reason(text, verdict, inner[0].fact if inner else "", "", finding.static["provision"])


def _negated(tree: dict[str, Any], finding: Finding) -> Iterator[Reason]:
    turned = {"yes": "no", "no": "yes", "open": "open"}
    for reason in _sentences(tree["of"][0], finding):
        yield Reason(reason.text, turned[reason.verdict], reason.fact, reason.recorded, reason.provision)


def _leaf(tree: dict[str, Any], finding: Finding) -> Reason:
    fact, recorded = str(tree.get("fact", "")), _recorded(tree.get("is"))
    verdict = VERDICTS[tree["value"]]
    if tree["leaf"] in ("the law is in force", "the authority is competent", "people there are affected"):
        text = f"{recorded[0].upper()}{recorded[1:]}." if recorded else f"{tree['leaf'].capitalize()}."
        return Reason(text, verdict, fact, "", finding.static["provision"])
    words = _words(tree, fact, verdict)
    if words.startswith(ASKS) and verdict != "open":
        return Reason(
            f"{_capital(words)}: {recorded or 'not recorded'}.", verdict, fact, recorded, finding.static["provision"]
        )
    text = {"yes": f"{_capital(words)}.", "no": f"It is not so that {words}.", "open": f"Not known yet: {words}."}[
        verdict
    ]
    return Reason(text, verdict, fact, recorded, finding.static["provision"])


def _words(tree: dict[str, Any], fact: str, verdict: str) -> str:
    leaf = str(tree["leaf"])
    if leaf.startswith("count("):
        threshold = " ".join(leaf.rsplit(" ", 2)[1:])
        return f"the number of people is {threshold}"
    if leaf.startswith("role("):
        roles = leaf[5:-1].replace("_", " ").replace(", ", " or ")
        return f"the organisation is {roles}" if verdict != "open" else statement(fact)
    if leaf.startswith(("established(", "does_business(")):
        place = leaf.split("(")[1].rstrip(")")
        verb = "is established in" if leaf.startswith("est") else "does business in"
        return (
            f"the organisation {verb} {_named(place)}" if place != "here" else f"the organisation {verb} this country"
        )
    if leaf.startswith("lost("):
        return "data of the kind that the law names were lost by people there"
    return statement(fact)


def _exemption(tree: dict[str, Any]) -> Reason:
    text, status = str(tree["text"]).rstrip("."), tree["status"]
    provision = str(tree.get("provision", ""))
    if tree["value"] == "true":
        return Reason(f"Exempt: {text}.", "no", "", "", provision)
    if tree["burden"] == "element" and tree["value"] == "unknown":
        return Reason(f"An exception is open: {text}.", "open", "", "", provision)
    if status == "not_available":
        return Reason(f"No exception: it is not so that {text[0].lower()}{text[1:]}.", "yes", "", "", provision)
    return Reason(f"An exception has not been shown: {text}.", "yes", "", "", provision)


def _recorded(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _named(place: str) -> str:
    return places.name(place) if places.is_place(place) else "the EEA" if place in ("EEA", "EU") else place


def jurisdiction_name(code: str) -> str:
    """Words: "Australia", "California", "European Union"."""
    return "European Union" if code == "EU" else places.name(code)
