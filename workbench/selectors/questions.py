"""The questions whose answers decide duties: merged by what an officer is asked, most decisive first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from accounts import law_words
from accounts.translating import translated
from incidents import paths
from incidents.asking import asked
from incidents.catalogue import Question, load_catalogue
from incidents.findings import Key, instant, keyed
from incidents.models import Outcome
from law import wording
from law.facts.model import BreachFacts
from law.rulebook import load_rulebook
from law.what_if import Effect, effects
from workbench import clocks, words
from workbench.forms.controls import place_of_row

FAR = datetime.max.replace(tzinfo=UTC)
FIRST = 4
DATA_STATUS = re.compile(r"data\[[^\]]+\]\.status")


@dataclass(frozen=True)
class Deciding:
    """One question with the duties that hang on its answer. `place_people`: it is answered by naming countries."""

    path: str
    question: Question
    label: str
    facts: tuple[str, ...]
    keys: frozenset[Key]
    earliest_due: datetime | None
    place_people: bool = False

    @property
    def duties(self) -> int:
        return len(self.keys)

    @property
    def about(self) -> str:
        """What a merged question stands for: the single facts that the laws name."""
        if len(self.facts) == 1:
            return ""
        said = [_short(fact) for fact in self.facts]
        listed = ", ".join(said[:5])
        rest = len(said) - 5
        return gettext("{listed} and {number} more").format(listed=listed, number=rest) if rest > 0 else listed


def _short(fact: str) -> str:
    """A fact in a list of facts: the kind of data, else the law library's question."""
    named = re.fullmatch(r"data\[([^\]]+)\]\.status", fact)
    return words.data_words(named[1]) if named else _question(fact).rstrip("? \u00a0")


def _question(fact: str) -> str:
    return law_words.spoken(wording.question(fact)).text


def deciding_questions(findings: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[Deciding]:
    """Every question that an undetermined duty hangs on: earliest clock first, then by number of duties."""
    hanging: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    keys: dict[tuple[str, bool], set[Key]] = defaultdict(set)
    dues: dict[tuple[str, bool], list[datetime]] = defaultdict(list)
    for key, finding in keyed(findings).items():
        if finding["outcome"] != Outcome.UNDETERMINED:
            continue
        for fact in finding.get("undetermined_on", ()):
            target = _target(fact, document)
            hanging[target][fact] = None
            keys[target].add(key)
            if due := instant(finding.get("due")):
                dues[target].append(due)
    made = [
        _deciding(
            path,
            by_place,
            tuple(facts),
            frozenset(keys[path, by_place]),
            min(dues[path, by_place], default=None),
            document,
        )
        for (path, by_place), facts in hanging.items()
    ]
    # Questions that decide as much stand in the order of the catalogue: what happened before what follows from it.
    order = {name: number for number, name in enumerate(load_catalogue().questions)}
    return sorted(
        made,
        key=lambda one: (one.earliest_due or FAR, -one.duties, order.get(one.question.id, len(order)), one.path),
    )


def _target(fact: str, document: Mapping[str, Any]) -> tuple[str, bool]:
    """The path at which a fact is answered, and whether by naming the countries of people.

    Laws name many kinds of data of which nothing is recorded: one question, whether the list of data
    is complete, answers them all.
    """
    found = asked(fact, document)
    segments = paths.parse(found.path)
    if not found.exists and (DATA_STATUS.fullmatch(fact) or segments[0] == "data"):
        return "/data_complete", False
    if fact == "data.opens" and not _credentials(document):
        return "/data_complete", False
    if segments[0] == "affected" and len(segments) == 3:
        row = paths.get(document, paths.join(segments[:2]))
        vague = segments[2] == "country" if row else not place_of_row(segments[1])
        return ("/affected_complete", True) if vague else (found.path, False)
    return found.path, False


def _credentials(document: Mapping[str, Any]) -> bool:
    held = {row.get("category") for row in document.get("data") or ()}
    return bool(held & {"account_credentials", "username", "password", "mfa_or_secret", "security_question"})


def _deciding(
    path: str,
    by_place: bool,
    facts: tuple[str, ...],
    keys: frozenset[Key],
    due: datetime | None,
    document: Mapping[str, Any],
) -> Deciding:
    question = words.question_of(path)
    label = words.label_words(question, path)
    if by_place:
        label = gettext("In which countries are the people affected?")
    elif question.widget != "test" and (about := words.row_words(path, document)):
        label = f"{about}: {label[0].lower()}{label[1:]}"
    return Deciding(path, question, label, facts, keys, due, by_place)


def first_questions(found: list[Deciding], most: int = FIRST) -> list[Deciding]:
    """The few to ask first: taken greedily so that every open duty hangs on one of them, then the broadest.

    Of two that touch as many duties not yet touched, the one that more duties hang on in all comes
    first, then the more urgent. Not more than `most` unless covering every duty needs more.
    """
    rank = {one.path: place for place, one in enumerate(found)}
    left = {key for one in found for key in one.keys}
    chosen: list[Deciding] = []
    while left:
        best = max(found, key=lambda one: (len(one.keys & left), one.duties, -rank[one.path]))
        chosen.append(best)
        left -= best.keys
    for one in sorted(found, key=lambda one: (-one.duties, rank[one.path])):
        if len(chosen) >= most:
            break
        if one not in chosen:
            chosen.append(one)
    return sorted(chosen, key=lambda one: (-one.duties, rank[one.path]))


def duties_of(found: Iterable[Deciding]) -> int:
    """How many duties hang on at least one of the questions."""
    return len({key for one in found for key in one.keys})


@dataclass(frozen=True)
class Would:
    """What one answer would do, in words: "2 required, the first due Sat 28 Nov 2026, 14:40; 3 not required"."""

    answer: str
    words: str


def answers_would(one: Deciding, facts: BreachFacts, as_of: datetime, zone: ZoneInfo) -> list[Would]:
    """What each answer to a question would do to the duties that hang on it; empty where answers cannot be listed."""
    if len(one.facts) != 1 or one.place_people:
        return []
    only = {key[0] for key in one.keys}
    found = effects(load_rulebook(), facts, as_of, one.facts[0], only)
    return [Would(_answer_words(effect.answer), _effect_words(effect, zone)) for effect in found]


def _answer_words(answer: str) -> str:
    return translated(answer.replace("_", " ").capitalize())


def _effect_words(effect: Effect, zone: ZoneInfo) -> str:
    parts = []
    if effect.required:
        due = effect.earliest_due
        number = len(effect.required)
        said = ngettext("{number} duty required", "{number} duties required", number)
        if due:
            said = ngettext(
                "{number} duty required, due {due}", "{number} duties required, the first due {due}", number
            )
        parts.append(said.format(number=number, due=clocks.instant_words(due, zone) if due else ""))
    if effect.not_required:
        number = len(effect.not_required)
        parts.append(
            ngettext("{number} duty not required", "{number} duties not required", number).format(number=number)
        )
    if effect.still_open:
        parts.append(
            ngettext("{number} would still depend", "{number} would still depend", effect.still_open).format(
                number=effect.still_open
            )
        )
    return "; ".join(parts) or gettext("nothing would change yet")
