"""Definitions of data in law files (`[data]`), evaluated for one group of people at a time.

A leaf names an element or a category of law/taxonomies.json, `any(...)` of several, `personal_data`,
`opens(...)`, or another definition; a word after it says which protection takes the data out of the
law's definition. Elements count as belonging to the same people unless a row says `linked` is "no".
"""

import re
from dataclasses import dataclass
from typing import Any

from law.case import Case, DataCondition, Held
from law.expressions import All, AnyOf, Node, Not, RuleError, compile_expression
from law.facts.model import DataItem
from law.kleene import Value, all_of, any_of, word
from law.taxonomies import load_taxonomies

LEAF = re.compile(
    r"(?P<term>personal_data|any\((?P<list>[a-z0-9_, ]+)\)|opens\((?P<opens>[a-z_]+)\)|[a-z0-9_]+)"
    r"(?P<possible> is possible)?(?: (?P<protection>unencrypted|unredacted|intelligible))?"
)
OPENS = ("email", "financial", "health", "online_account")
Asked = tuple[Case, str | None]  # the case, and the group (None: data that everybody lost)

# What each protection does to the definition: True - the data still count; False - they no longer do.
UNENCRYPTED: dict[str, Value] = {"encrypted_key_safe": False, "anonymised": False,
                                 "encrypted_key_unknown": None, "unknown": None}  # fmt: skip
UNREDACTED: dict[str, Value] = {**UNENCRYPTED, "redacted": False, "truncated": False}
STANDARD_DECIDES = {"encrypted_key_safe", "hashed", "tokenised", "redacted", "truncated"}


def protected(item: DataItem, word_: str) -> Value:
    """Do these data still count as `unencrypted`, `unredacted` or `intelligible`?"""
    if word_ == "unencrypted":
        return UNENCRYPTED.get(item.protection, True)
    if word_ == "unredacted":
        return UNREDACTED.get(item.protection, True)
    if item.protection in STANDARD_DECIDES:
        return {"recognised": False, "weak": True}.get(item.protection_standard)
    return UNENCRYPTED.get(item.protection, True)


@dataclass(frozen=True, slots=True)
class HasData(Node[Asked]):
    """An element, a category, or one of several."""

    terms: tuple[str, ...]
    possible: bool
    protection: str | None
    text: str

    def value(self, context: Asked) -> Value:
        case, group = context
        return any_of(self._counts(held) for term in self.terms for held in case.held(group, term))

    def _counts(self, held: Held) -> Value:
        value = True if held.value is None and self.possible and held.possible else held.value
        if self.protection is None or value is False or held.item is None:
            return value
        return all_of((value, protected(held.item, self.protection)))

    def rows(self, context: Asked) -> list[DataItem]:
        case, group = context
        found = (held.item for term in self.terms for held in case.held(group, term))
        return [item for item in found if item is not None]

    def explain(self, context: Asked) -> dict[str, Any]:
        known = [f"{item.category}: {item.status}" for item in self.rows(context)]
        return {"leaf": self.text, "value": word(self.value(context)), "fact": "data", "is": known or "not recorded"}

    def open_facts(self, context: Asked) -> list[str]:
        """The elements that are not known; where several would do, their categories."""
        case, group = context
        if self.value(context) is not None:
            return []
        found: dict[str, None] = {}
        for term in self.terms:
            for held in case.held(group, term):
                if self._counts(held) is not None:
                    continue
                subject = term if len(self.terms) == 1 else load_taxonomies().category_of(term)
                status_open = held.value is None and not (self.possible and held.possible)
                found[f"data[{subject}].{'status' if status_open else 'protection'}"] = None
        return list(found)


@dataclass(frozen=True, slots=True)
class AnyData(Node[Asked]):
    """Any personal data at all (that are not protected in the way named)."""

    possible: bool
    protection: str | None
    text: str

    def value(self, context: Asked) -> Value:
        case, group = context
        values = [self._counts(item) for item in case.items(group).values()]
        return any_of([*values, False if case.data_listed() and values else None])

    def _counts(self, item: DataItem) -> Value:
        value = {"confirmed": True, "ruled_out": False, "suspected": True if self.possible else None}.get(item.status)
        return all_of((value, protected(item, self.protection))) if self.protection else value

    def explain(self, context: Asked) -> dict[str, Any]:
        rows = [f"{item.category}: {item.status}, {item.protection}" for item in context[0].items(context[1]).values()]
        return {"leaf": self.text, "value": word(self.value(context)), "fact": "data", "is": rows or "not recorded"}

    def open_facts(self, context: Asked) -> list[str]:
        case, group = context
        if self.value(context) is not None:
            return []
        rows = case.items(group).items()
        unsure = [name for name, item in rows if item.status == "confirmed" and self._counts(item) is None]
        return [f"data[{name}].protection" for name in unsure] or ["data_complete" if rows else "data"]


@dataclass(frozen=True, slots=True)
class Opens(Node[Asked]):
    """A credential that opens something of this kind."""

    what: str

    def value(self, context: Asked) -> Value:
        case, group = context
        rows = [item for item in case.items(group).values() if item.status != "ruled_out"]
        if any(self.what in item.opens and item.status == "confirmed" for item in rows):
            return True
        stated = [item for item in rows if item.opens]
        return False if stated and all(self.what not in item.opens for item in stated) else None

    def explain(self, context: Asked) -> dict[str, Any]:
        return {"leaf": f"opens({self.what})", "value": word(self.value(context)), "fact": "data.opens"}

    def open_facts(self, context: Asked) -> list[str]:
        return ["data.opens"] if self.value(context) is None else []


class Definition(DataCondition):
    """A named definition of data."""

    def __init__(self, name: str, node: Node[Asked]) -> None:
        self.name = name
        self.node = node

    def value(self, case: Case, group: str | None) -> Value:
        asked = (case, group)
        value = self.node.value(asked)
        if value is not False and self._apart(asked):
            return False
        return value

    def _apart(self, asked: Asked) -> bool:
        """Do all the ways to meet the definition need data that a row says stand apart from each other?"""
        if not isinstance(self.node, All):
            return False
        rows = [row for part in _leaves(self.node) if part.value(asked) is not False for row in part.rows(asked)]
        return len({row.category for row in rows}) > 1 and any(row.linked == "no" for row in rows)

    def explain(self, case: Case, group: str | None) -> dict[str, Any]:
        return self.node.explain((case, group))

    def open_facts(self, case: Case, group: str | None) -> list[str]:
        return self.node.open_facts((case, group))


@dataclass(frozen=True, slots=True)
class Named(Node[Asked]):
    definition: Definition

    def value(self, context: Asked) -> Value:
        return self.definition.value(*context)

    def explain(self, context: Asked) -> dict[str, Any]:
        tree = self.definition.explain(*context)
        return {"op": "all", "name": self.definition.name, "value": word(self.value(context)), "of": [tree]}

    def open_facts(self, context: Asked) -> list[str]:
        return self.definition.open_facts(*context)


def _leaves(node: Node[Asked]) -> list[HasData]:
    if isinstance(node, HasData):
        return [node]
    if isinstance(node, All | AnyOf):
        return [leaf for part in node.parts for leaf in _leaves(part)]
    if isinstance(node, Named):
        return _leaves(node.definition.node)
    return []


def compile_definitions(raw: dict[str, Any], sets: dict[str, list[str]]) -> dict[str, Definition]:
    """Compiles `[data]`; definitions may use those above them. Raises RuleError."""
    made: dict[str, Definition] = {}
    for name, body in raw.items():
        try:
            node = compile_expression(body, lambda text: _leaf(text, sets, made))
        except RuleError as error:
            raise RuleError(f"data.{name}: {error}") from None
        made[name] = Definition(name, node)
    return made


def _leaf(text: str, sets: dict[str, list[str]], made: dict[str, Definition]) -> Node[Asked]:
    match = LEAF.fullmatch(text)
    if match is None:
        raise RuleError(f"{text!r} is no condition on data: expected an element, any(...), opens(...) or a definition")
    term, possible, protection = match["term"], bool(match["possible"]), match["protection"]
    if match["opens"]:
        if match["opens"] not in OPENS:
            raise RuleError(f"opens({match['opens']}): expected one of {', '.join(OPENS)}")
        return Opens(match["opens"])
    if term == "personal_data":
        return AnyData(possible, protection, text)
    if match["list"]:
        names = [name.strip() for name in match["list"].split(",")]
        terms = [element for name in names for element in sets.get(name, [name])]
        return HasData(tuple(_known(element) for element in terms), possible, protection, text)
    if term in made:
        return Named(made[term])
    return HasData((_known(term),), possible, protection, text)


def _known(term: str) -> str:
    terms = load_taxonomies()
    try:
        terms.category_of(term)
    except LookupError as error:
        raise RuleError(f"{error}; expected an element, a category, a set or a definition above this one") from None
    return term


__all__ = ["Asked", "Definition", "Not", "compile_definitions"]
