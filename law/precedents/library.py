"""The published cases: facts, what the authority held, and the source. Data in the TOML files beside this one.

An entry states only what its source states; what is missing is unknown. `authority` and `individuals` say
whether the authority had to be notified and the people told; "not_decided" is never read as "no".
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from law.case import Case
from law.facts.model import BreachFacts
from law.facts.parse import FactsError, parse_facts
from law.risk.kinds import NOT_SAID, category_of
from law.risk.reading import Reading
from law.taxonomies import load_taxonomies

HERE = Path(__file__).parent
Verdict = Literal["yes", "no", "depends", "not_decided"]
Kind = Literal["decision", "guidance", "statute", "notice"]
Part = Literal["development", "aside", "guideline", "not_scored"]
KINDS: dict[Kind, str] = {
    "decision": "Decision of an authority",
    "guidance": "Published example of an authority",
    "statute": "Read from a statute",
    "notice": "Notice of a company or register",
}
LAWS = {
    "gdpr": "GDPR", "uk_gdpr": "UK GDPR", "hipaa": "HIPAA", "appi": "APPI (Japan)", "pdpa": "PDPA (Singapore)",
    "ndb": "NDB scheme (Australia)", "pipa_alberta": "PIPA (Alberta)", "other": "Other",
}  # fmt: skip
RISK_LAWS = frozenset({"gdpr", "uk_gdpr"})
"""Laws whose test is the one that the methods speak of: a risk, or a high risk, to people's rights and freedoms."""
SCORED = ("A", "B")
GUIDELINE = "edpb_01_2021"
"""The file of cases on which the second method rests; they measure nothing but that it says what they say."""
AT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = {
    "id", "title", "source", "url", "place", "law", "kind", "authority", "individuals", "held", "tier", "confidence",
    "facts_confidence", "facts",
}  # fmt: skip
MAY = {"decided", "risk", "note", "more"}


class PrecedentError(ValueError):
    """An entry that cannot be read; names file, entry, key and what was expected."""


@dataclass(frozen=True, eq=False)
class Precedent:
    """One published case. `tier`: A may be scored, B only where decided, C read from a statute, D no verdict."""

    id: str
    title: str
    source: str
    url: str
    place: str
    law: str
    kind: Kind
    decided: date | None
    authority: Verdict
    individuals: Verdict
    risk: str | None
    held: str
    tier: str
    confidence: str
    facts_confidence: str
    note: str
    more: str
    facts: BreachFacts
    file: str

    @cached_property
    def reading(self) -> Reading:
        """Its facts as the methods read them."""
        return Reading(Case.of(self.facts, AT))

    @property
    def part(self) -> Part:
        """To which part of the measurement it belongs; by its id alone (`aside`)."""
        if self.file == GUIDELINE:
            return "guideline"
        if self.tier not in SCORED:
            return "not_scored"
        return "aside" if aside(self.id) else "development"

    @property
    def incident(self) -> str:
        """The kind of incident, an id of the taxonomy."""
        return self.facts.cause.type

    @cached_property
    def data(self) -> frozenset[str]:
        """The categories of data that were, or may have been, concerned."""
        found = (category_of(kind.item.category) for kind in self.reading.kinds)
        return frozenset(category for category in found if category not in NOT_SAID)

    @cached_property
    def text(self) -> str:
        """Everything that is said of it in words, in small letters: what a search looks through."""
        terms = load_taxonomies()
        kinds = [terms.label("incident_type", self.incident), *(terms.label("data_category", one) for one in self.data)]
        said = (self.id, self.title, self.source, self.place, self.held, self.note, self.more, LAWS[self.law], *kinds)
        return " ".join(said).lower()


def aside(name: str) -> bool:
    """Does the entry of this id belong to the third that was kept aside? SHA-256 of the id, divided by three."""
    return int(sha256(name.encode()).hexdigest(), 16) % 3 == 0


@lru_cache(maxsize=1)
def precedents() -> tuple[Precedent, ...]:
    """Every entry, by file and then as it stands there. Read once. Raises PrecedentError."""
    found: dict[str, Precedent] = {}
    for path in sorted(HERE.glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8")).get("precedent", ()):
            one = _precedent(path.stem, row)
            if one.id in found:
                raise PrecedentError(f"{path.name}: {one.id} stands twice")
            found[one.id] = one
    return tuple(found.values())


def precedent(name: str) -> Precedent:
    """The entry with this id. Raises KeyError."""
    return {one.id: one for one in precedents()}[name]


FILTERS = ("incident", "data", "authority", "individuals", "law", "kind", "place")
"""By what the cases can be narrowed: attributes of a Precedent."""


def find(words: str = "", **filters: str) -> tuple[Precedent, ...]:
    """The cases in which every word stands and that have every value asked for; an empty value asks for nothing.

    Filters are those of FILTERS; `data` asks for a category of data. Raises ValueError for any other.
    """
    if unknown := sorted(set(filters) - set(FILTERS)):
        raise ValueError(f"{', '.join(unknown)}: expected of {', '.join(FILTERS)}")
    typed = words.lower().split()
    wanted = {name: value for name, value in filters.items() if value}
    return tuple(
        one
        for one in precedents()
        if all(word in one.text for word in typed) and all(has(one, name, value) for name, value in wanted.items())
    )


def has(one: Precedent, name: str, value: str) -> bool:
    """Has a case this value of a filter?"""
    held = getattr(one, name)
    return value in held if isinstance(held, frozenset) else value == held


def _precedent(file: str, row: dict[str, Any]) -> Precedent:
    where = f"{file}.toml, {row.get('id', 'an entry without id')}"
    if missing := KEYS - set(row):
        raise PrecedentError(f"{where}: missing {', '.join(sorted(missing))}")
    if extra := set(row) - KEYS - MAY:
        raise PrecedentError(f"{where}: unknown key {', '.join(sorted(extra))}")
    for key, allowed in (
        ("authority", get_args(Verdict)), ("individuals", get_args(Verdict)), ("kind", tuple(KINDS)),
        ("law", tuple(LAWS)), ("tier", ("A", "B", "C", "D")), ("confidence", ("high", "medium", "low")),
        ("facts_confidence", ("high", "medium", "low")),
    ):  # fmt: skip
        if row[key] not in allowed:
            raise PrecedentError(f"{where}: {key} is {row[key]!r}; expected one of {', '.join(allowed)}")
    try:
        facts = parse_facts({"schema": "tocsin.facts/1", **row["facts"]})
    except FactsError as error:
        raise PrecedentError(f"{where}: {error}") from None
    rest: dict[str, Any] = {key: row.get(key, "" if key in ("note", "more") else None) for key in MAY}
    return Precedent(**{key: row[key] for key in KEYS - {"facts"}}, **rest, facts=facts, file=file)
