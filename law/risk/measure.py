"""How often each method agrees with what authorities held: hits, misses, "cannot say", and the no-notice cases apart.

The published cases are divided by their ids alone (law.precedents.library.aside): two thirds to develop on, a third
kept aside. The cases of EDPB Guidelines 01/2021, on which the second method rests, stand apart from both.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from law.precedents.library import RISK_LAWS, Part, Precedent, precedents
from law.precedents.similar import TRAITS
from law.risk import edpb, enisa
from law.risk.kinds import GRADES, GRAVE, LIMITED, NOTABLE
from law.risk.levels import Proposal
from law.risk.reading import Reading

PARTS: dict[Part, str] = {
    "development": "Two thirds to develop on",
    "aside": "The third kept aside",
    "guideline": "The cases of Guidelines 01/2021",
}
QUESTIONS = {"authority": "Notify the authority", "individuals": "Tell the people"}
Method = Callable[[Reading], Proposal | None]


def _stricter(reading: Reading) -> Proposal | None:
    """ENISA by the one score that `suggested_risk` publishes, its stricter side."""
    found = enisa.weigh(reading)
    return found and replace(found, at_least=found.at_most)


def _always(reading: Reading) -> Proposal:
    """The yardstick: most published cases are about notices that were not given, so this scores well."""
    return Proposal("always", "Always notify everybody", "high_risk", "high_risk", (), ())


METHODS: dict[str, tuple[str, Method]] = {
    edpb.METHOD: (edpb.TITLE, edpb.weigh),
    enisa.METHOD: (f"{enisa.TITLE}, both sides of its score", enisa.weigh),
    f"{enisa.METHOD}-stricter": (f"{enisa.TITLE}, its stricter score alone", _stricter),
    "always": ("Yardstick: always notify everybody", _always),
}
NAMED = (edpb.METHOD, enisa.METHOD)
"""Methods whose misses are listed by name."""
HIT, MISS, CANNOT = "hit", "miss", "cannot say"
DECIDED = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, one question, one method: what the authority held, what the method said, how they compare."""

    precedent: Precedent
    question: str
    method: str
    held: bool
    said: bool | None

    @property
    def result(self) -> str:
        return CANNOT if self.said is None else HIT if self.said == self.held else MISS


@dataclass(frozen=True, slots=True)
class Tally:
    """How many hits, misses and "cannot say" among some outcomes."""

    hits: int
    misses: int
    cannot: int

    @staticmethod
    def of(outcomes: Iterable[Outcome]) -> "Tally":
        results = [one.result for one in outcomes]
        return Tally(results.count(HIT), results.count(MISS), results.count(CANNOT))

    @property
    def total(self) -> int:
        return self.hits + self.misses + self.cannot

    def __str__(self) -> str:
        return f"{self.hits} / {self.misses} / {self.cannot}" if self.total else "-"


def outcomes(among: Iterable[Precedent] | None = None) -> tuple[Outcome, ...]:
    """Every decided question of every scored case, by both methods."""
    found = []
    for one in precedents() if among is None else among:
        if one.part == "not_scored":
            continue
        for method, (_, weigh) in METHODS.items():
            proposal = weigh(one.reading)
            for question, held in (("authority", one.authority), ("individuals", one.individuals)):
                if held in DECIDED:
                    found.append(Outcome(one, question, method, DECIDED[held], _said(proposal, question)))
    return tuple(found)


def _said(proposal: Proposal | None, question: str) -> bool | None:
    if proposal is None:
        return None
    return proposal.notify_authority if question == "authority" else proposal.tell_individuals


def rows(found: Iterable[Outcome], method: str, part: Part) -> Iterator[tuple[str, str, str, str]]:
    """The table of one method and part: question, all cases, those with notice, those without."""
    of_part = [one for one in found if one.method == method and one.precedent.part == part]
    for question, title in QUESTIONS.items():
        asked = [one for one in of_part if one.question == question]
        gdpr = [one for one in asked if one.precedent.law in RISK_LAWS]
        for words, group in ((title, asked), (f"{title}, GDPR only", gdpr)):
            yield (
                words,
                str(Tally.of(group)),
                str(Tally.of(one for one in group if one.held)),
                str(Tally.of(one for one in group if not one.held)),
            )


def method_tables() -> str:
    """The tables that the second method and the comparison of cases use, as Markdown."""
    return "\n".join(_method_lines()) + "\n"


def _method_lines() -> Iterator[str]:
    yield "| what the data can do | known recipients | nobody knows who | people who took them, or everybody |"
    yield "| --- | --- | --- | --- |"
    for grade in (GRAVE, NOTABLE, LIMITED):
        cells = [_cell(grade, who) for who in (edpb.KNOWN, edpb.OPEN, edpb.HOSTILE)]
        yield f"| {GRADES[grade]} | {' | '.join(cells)} |"
    yield ""
    yield "| trait | weight |"
    yield "| --- | --- |"
    yield from (f"| {trait.words} | {trait.weight:g} |" for trait in TRAITS)


def _cell(grade: int, who: int) -> str:
    level = ("unlikely", "risk", "high risk")[edpb.TABLE[grade, who]]
    raisers = [
        words
        for words, cells in (("vulnerable people", edpb.RAISED_BY_PEOPLE), ("many people", edpb.RAISED_BY_NUMBER))
        if (grade, who) in cells
    ]
    return f"{level}; high with {' or '.join(raisers)}" if raisers else level


def report() -> str:
    """The measurement as Markdown: the tables, and every miss by name. docs/law/risk.md carries it word for word."""
    return "\n".join(_lines(outcomes())) + "\n"


def _lines(found: tuple[Outcome, ...]) -> Iterator[str]:
    yield "Each cell: hits / misses / cannot say."
    for method, (title, _) in METHODS.items():
        for part, words in PARTS.items():
            yield ""
            yield f"**{title}. {words}**"
            yield ""
            yield "| question | all | notice was due | no notice was due |"
            yield "| --- | --- | --- | --- |"
            yield from (f"| {' | '.join(row)} |" for row in rows(found, method, part))
    for method in NAMED:
        yield ""
        yield f"**Misses of {METHODS[method][0]}**"
        yield ""
        missed = [one for one in found if one.method == method and one.result == MISS]
        for one in missed:
            said = "asked for notice" if one.said else "asked for none"
            place = PARTS[one.precedent.part].lower()
            yield f"- {one.precedent.id}, {QUESTIONS[one.question].lower()} ({place}): the method {said}."
        if not missed:
            yield "- none"
