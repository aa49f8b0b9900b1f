"""Findings as sentences: the chain of reasons that a lawyer can check, and the outcome in one line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from law.findings import Finding
from law.speech import say
from law.wording import jurisdiction_name, open_words

VERDICTS = {"true": "yes", "false": "no", "unknown": "open"}
TURNED = {"yes": "no", "no": "yes", "open": "open"}
AS_WRITTEN = ("the law is in force", "the authority is competent", "people there are affected")


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain. `verdict`: does it speak for the duty - yes, no or open; `fact`: path of the fact
    behind it, or empty; `opening`: what is not known while it is open.
    """

    text: str
    verdict: str
    fact: str
    recorded: str
    provision: str
    opening: str = ""


def headline(finding: Finding) -> str:
    """Words: "On the facts recorded: required.", or what it depends on, or why it is not required."""
    if finding.outcome == "APPLIES":
        return "On the facts recorded: required."
    if finding.outcome == "DOES_NOT_APPLY":
        return f"On the facts recorded: not required. {why_not(finding)}".rstrip()
    first = [open_words(fact) for fact in finding.hangs_on[:2]]
    more = len(finding.hangs_on) - len(first)
    return f"Depends on: {'; '.join(first)}{f' (and {more} more)' if more > 0 else ''}."


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
        failing = [part for part in tree["of"] if part["value"] == "false"]
        for part in failing if tree["value"] == "false" else tree["of"]:
            yield from _sentences(part, finding)
    elif operator == "any":
        yield from _alternatives(tree, finding)
    elif operator == "not":
        for reason in _sentences(tree["of"][0], finding):
            yield replace(reason, verdict=TURNED[reason.verdict])
    else:
        yield _leaf(tree, finding)


def _alternatives(tree: dict[str, Any], finding: Finding) -> Iterator[Reason]:
    """Of alternatives, the one that holds; else, while open, those that are open; else all that failed."""
    same = [part for part in tree["of"] if part["value"] == tree["value"]]
    if tree["value"] == "true":
        yield from _sentences(same[0], finding)
        return
    verdict = VERDICTS[tree["value"]]
    inner = {reason.text: reason for part in same for reason in _flat(part, finding) if reason.verdict == verdict}
    reasons = list(inner.values())
    if len(reasons) <= 1:
        yield from reasons
    elif verdict == "open":
        openings = dict.fromkeys(reason.opening or reason.text.rstrip(".") for reason in reasons)
        text = f"It depends on any of these: {_listed(list(openings))}."
        yield Reason(text, verdict, reasons[0].fact, "", finding.static["provision"], _listed(list(openings)))
    else:
        states = [reasons[0].text.rstrip("."), *(_small(reason.text.rstrip(".")) for reason in reasons[1:])]
        yield Reason(f"{_listed(states)}.", verdict, reasons[0].fact, "", finding.static["provision"])


def _flat(tree: dict[str, Any], finding: Finding) -> Iterator[Reason]:
    """The leaves that make a condition what it is, whatever way they are combined."""
    if "op" not in tree:
        yield _leaf(tree, finding)
        return
    turned = tree["op"] == "not"
    for part in tree["of"]:
        if turned or part["value"] == tree["value"]:
            for reason in _flat(part, finding):
                yield replace(reason, verdict=TURNED[reason.verdict]) if turned else reason


def _leaf(tree: dict[str, Any], finding: Finding) -> Reason:
    fact, verdict, provision = str(tree.get("fact", "")), VERDICTS[tree["value"]], finding.static["provision"]
    if tree["leaf"] in AS_WRITTEN:
        text = str(tree.get("is") or tree["leaf"])
        return Reason(f"{_capital(text)}.", verdict, fact, "", provision, open_words(fact))
    said = say({**tree, "here": finding.jurisdiction})
    return Reason(_full_stop(_capital(said.state)), verdict, fact, _recorded(tree.get("is")), provision, said.opening)


def _exemption(tree: dict[str, Any]) -> Reason:
    text, status, provision = str(tree["text"]).rstrip("."), tree["status"], str(tree.get("provision", ""))
    if tree["value"] == "true":
        return Reason(f"Exempt: {text}.", "no", "", "", provision)
    if tree["burden"] == "element":
        if tree["value"] == "unknown":
            return Reason(f"An exception may apply: {text}.", "open", "", "", provision, f"an exception: {text}")
        return Reason(f"This exception does not apply: {text}.", "yes", "", "", provision)
    if status == "claimed":
        return Reason(f"Relied upon, but the facts recorded do not bear it out: {text}.", "yes", "", "", provision)
    if status == "not_available":
        return Reason(f"This exception is not available on the facts recorded: {text}.", "yes", "", "", provision)
    return Reason(f"This exception has not been shown: {text}.", "yes", "", "", provision)


def _listed(clauses: list[str], most: int = 6) -> str:
    more = f"; and {len(clauses) - most} more" if len(clauses) > most else ""
    return "; ".join(clauses[:most]) + more


def _recorded(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _small(words: str) -> str:
    """A sentence inside another: small first letter unless it is a name or an abbreviation."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def _full_stop(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."


__all__ = ["Reason", "chain", "headline", "in_one_line", "jurisdiction_name", "why_not"]
