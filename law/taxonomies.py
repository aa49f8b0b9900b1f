"""The closed lists of terms that facts and law files are written in: law/taxonomies.json, typed and cached.

A data category has elements ("basic_identity" has "full_name"); laws name elements, facts may name either.
Labels are English; the terms of the W3C Data Privacy Vocabulary ("dpv") and of VERIS stand beside each entry.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("taxonomies.json")

KINDS = (
    "data_category",
    "data_element",
    "subject_category",
    "incident_type",
    "consequence",
    "measure",
    "test",
)


class UnknownTermError(KeyError):
    """A term that the taxonomy does not have; says what was asked and the nearest existing one."""

    def __init__(self, kind: str, value: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.value = value
        near = difflib.get_close_matches(value, list(known), n=1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        self.message = f"'{value}' is not a {kind.replace('_', ' ')} of law/taxonomies.json{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: id, kind, English label, and the entry's other keys (dpv, veris, group, phase)."""

    id: str
    kind: str
    label: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Taxonomies:
    """All lists at once; made by `load_taxonomies`."""

    terms: Mapping[str, Mapping[str, Term]]
    """kind -> id -> term, in the order of the file."""
    elements: Mapping[str, tuple[str, ...]]
    """data category -> its elements."""
    category: Mapping[str, str]
    """data element -> its category."""
    implied: Mapping[str, frozenset[str]]
    """test -> every test that a "yes" to it also answers with yes (transitive, without itself)."""

    def ids(self, kind: str) -> tuple[str, ...]:
        """Ids of one kind, in the order of the file."""
        return tuple(self._of(kind))

    def term(self, kind: str, term_id: str) -> Term:
        """The entry `term_id` of `kind`; UnknownTermError names a near miss."""
        found = self._of(kind)
        if term_id not in found:
            raise UnknownTermError(kind, term_id, found)
        return found[term_id]

    def label(self, kind: str, term_id: str) -> str:
        """The English label of an entry."""
        return self.term(kind, term_id).label

    def is_data(self, term_id: str) -> bool:
        """Is this a data category or a data element?"""
        return term_id in self.elements or term_id in self.category

    def elements_of(self, term_id: str) -> tuple[str, ...]:
        """The elements of a category; an element stands for itself. UnknownTermError for anything else."""
        if term_id in self.category:
            return (term_id,)
        if term_id in self.elements:
            return self.elements[term_id]
        raise UnknownTermError("data_category", term_id, [*self.elements, *self.category])

    def category_of(self, term_id: str) -> str:
        """The category of an element; a category stands for itself. UnknownTermError for anything else."""
        if term_id in self.elements:
            return term_id
        if term_id in self.category:
            return self.category[term_id]
        raise UnknownTermError("data_element", term_id, [*self.category, *self.elements])

    def implied_by(self, test_id: str) -> frozenset[str]:
        """Tests answered "yes" when `test_id` is. A "no" travels the other way: see `implying`."""
        self.term("test", test_id)
        return self.implied.get(test_id, frozenset())

    def implying(self, test_id: str) -> frozenset[str]:
        """Tests whose "yes" makes `test_id` "yes"; a "no" to `test_id` is a "no" to each of them."""
        self.term("test", test_id)
        return self._implying.get(test_id, frozenset())

    @cached_property
    def _implying(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for test, implied in self.implied.items():
            for one in implied:
                found.setdefault(one, set()).add(test)
        return {test: frozenset(tests) for test, tests in found.items()}

    def _of(self, kind: str) -> Mapping[str, Term]:
        if kind not in self.terms:
            raise UnknownTermError("kind", kind, self.terms)
        return self.terms[kind]


@lru_cache(maxsize=1)
def load_taxonomies() -> Taxonomies:
    """Read law/taxonomies.json once. ValueError names the entry that contradicts another."""
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    terms = {kind: MappingProxyType({row["id"]: _term(kind, row) for row in raw[kind]}) for kind in KINDS}
    elements = {row["id"]: tuple(row["elements"]) for row in raw["data_category"]}
    category = {row["id"]: row["category"] for row in raw["data_element"]}
    pairs = [(stronger, weaker) for stronger, weaker in raw["test_implications"]]
    for kind in KINDS:
        if len(terms[kind]) != len(raw[kind]):
            raise ValueError(f"law/taxonomies.json: an id stands twice under '{kind}'")
    for test in {test for pair in pairs for test in pair}:
        if test not in terms["test"]:
            raise ValueError(f"law/taxonomies.json: test_implications names '{test}', which is no test")
    if {e: c for c, found in elements.items() for e in found} != category:
        raise ValueError("law/taxonomies.json: data_element and data_category disagree on who owns what")
    return Taxonomies(
        terms=MappingProxyType(terms),
        elements=MappingProxyType(elements),
        category=MappingProxyType(category),
        implied=MappingProxyType(_closure(pairs)),
    )


def _term(kind: str, row: Mapping[str, object]) -> Term:
    rest = {k: str(v) for k, v in row.items() if k not in ("id", "label", "elements")}
    return Term(id=str(row["id"]), kind=kind, label=str(row["label"]), attributes=MappingProxyType(rest))


def _closure(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Transitive closure of "a yes to the first is a yes to the second"; ValueError on a circle."""
    direct: dict[str, set[str]] = {}
    for stronger, weaker in pairs:
        direct.setdefault(stronger, set()).add(weaker)
    closed: dict[str, frozenset[str]] = {}
    for start, weaker_tests in direct.items():
        reached: set[str] = set()
        todo = list(weaker_tests)
        while todo:
            test = todo.pop()
            if test not in reached:
                reached.add(test)
                todo.extend(direct.get(test, ()))
        if start in reached:
            raise ValueError(f"law/taxonomies.json: test '{start}' implies itself")
        closed[start] = frozenset(reached)
    return closed
