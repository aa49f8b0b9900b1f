"""From which instant a clock runs: the closed list of starts that law files name.

A start is a fact of the timeline, an act (a test decided, a notice sent, an order received), or the
earlier or later of several. What is not recorded of a fact is unknown; an act that is not recorded has
not happened.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple, get_args

from law.case import Case
from law.expressions import RuleError
from law.facts.model import Addressee, EventType, Stage
from law.facts.values import Point, earliest
from law.phrases import ADDRESSEES
from law.taxonomies import load_taxonomies

TIMELINE = {
    "aware": "became_aware_at",
    "detected": "detected_at",
    "suspected": "suspected_at",
    "should_have_known": "should_have_known_at",
    "determined": "determined_at",
    "scope_identified": "scope_identified_at",
    "affected_identified": "affected_identified_at",
    "responsible_informed": "responsible_informed_at",
    "materiality_determined": "materiality_determined_at",
    "contained": "contained_at",
    "restored": "restored_at",
    "handling_ended": "handling_ended_at",
    "occurred": "occurred_from",
}
WORDS = {
    "aware": "awareness", "detected": "the first sign", "suspected": "suspicion",
    "should_have_known": "the day it should have been known", "determined": "the finding that there was a breach",
    "scope_identified": "the scope being known", "affected_identified": "the people affected being known",
    "responsible_informed": "the responsible person being informed",
    "materiality_determined": "the finding that it is material", "contained": "containment",
    "restored": "restoration", "handling_ended": "the end of handling", "occurred": "the incident itself",
    "told_by_processor": "word from the processor", "paid": "the payment of the ransom",
    "classified": "its official classification", "agent_aware": "the knowledge of an agent",
}  # fmt: skip
FIELDS = {field: name for name, field in TIMELINE.items()}
# What may stand in for a start that is not recorded: instants that cannot lie after it, so that what is
# counted from them never ends later than the law allows. What can only lie after it bounds nothing.
FOUND_OUT = ("became_aware_at", "suspected_at", "detected_at")
FINDING_OUT = (*(f"timeline.{name}" for name in (*FOUND_OUT, "should_have_known_at")), "parties[agent].agent")
EARLIER: dict[str, tuple[str, ...]] = {
    "aware": ("should_have_known_at", "suspected_at", "detected_at"),
    "suspected": ("detected_at",),
    "detected": (),
    "should_have_known": (),
    "occurred": (),
}
LATER = {"suspected": FOUND_OUT[:1], "detected": FOUND_OUT[:2], "should_have_known": FOUND_OUT}
CALL = re.compile(r"(test|notice|last_notice|completed_notice|event)\(([a-z_]+)(?:, ([a-z_]+))?\)")
NOTICES = ("notice", "last_notice", "completed_notice")
State = Literal["known", "assumed", "not_yet", "unknown"]


class Started(NamedTuple):
    """When a clock began. `at` is None while `state` is not_yet or unknown. `basis`: said to the reader.

    `at_latest`: where `at` is unknown, an instant after which it cannot lie, and what that instant is.
    """

    state: State
    at: datetime | None
    fact: str
    basis: str
    at_latest: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class Start:
    """A start as a law file names it."""

    kind: Literal[
        "timeline", "told_by_processor", "agent_aware", "paid", "classified", "test", "notice", "last_notice",
        "completed_notice", "event", "earlier_of", "later_of",
    ]  # fmt: skip
    name: str
    parts: tuple["Start", ...] = ()
    stage: str = ""  # of a notice: only those of this stage

    @cached_property
    def local(self) -> bool:
        """Does it depend on the place from which it is asked?"""
        return self.kind in ("test", "event", *NOTICES) or any(part.local for part in self.parts)

    @cached_property
    def text(self) -> str:
        """The name that the published answer carries (`clock_starts`), in words."""
        if self.parts:
            joint = ", or " if self.kind == "earlier_of" else ", and "
            which = "the earlier of " if self.kind == "earlier_of" else "the later of "
            return which + joint.join(part.text for part in self.parts)
        match self.kind:
            case "test":
                return f'the answer to "{load_taxonomies().label("test", self.name)}"'
            case "notice" | "last_notice" | "completed_notice":
                return self._notice_words()
            case "event":
                return f"the {self.name.replace('_', ' ')}"
            case _:
                return WORDS[self.name]

    def _notice_words(self) -> str:
        which = {"notice": "the", "last_notice": "the last", "completed_notice": "the completed"}[self.kind]
        stage = f"{self.stage.replace('_', '-')} " if self.stage else ""
        return f"{which} {stage}notice to {ADDRESSEES[self.name]}"

    def at(self, case: Case, jurisdiction: str, prefixes: tuple[str, ...]) -> Started:
        """When it began in this case, as seen from `jurisdiction`."""
        match self.kind:
            case "timeline":
                return self._fact(case)
            case "earlier_of" | "later_of":
                return self._combined(case, jurisdiction, prefixes)
            case "test":
                return self._test(case, prefixes)
            case _:
                return self._act(case, jurisdiction)

    def _fact(self, case: Case) -> Started:
        field = TIMELINE[self.name]
        path = f"timeline.{field}"
        point = getattr(case.facts.timeline, field)
        if point == "not_yet":
            return Started("not_yet", None, path, f"{self.text} has not happened yet")
        if (instant := earliest(point)) is not None:
            spread = "" if isinstance(point, datetime) else ", counted from the beginning of its span"
            return Started("known", instant, path, self.text + spread)
        known = [
            (at, WORDS[FIELDS[name]])
            for name in EARLIER.get(self.name, FOUND_OUT)
            if (at := case.start_of(name)) is not None
        ]
        if self.name not in LATER and self.name != "occurred":
            known += _told(case)
        if known:
            instant, stand_in = min(known)
            return Started("assumed", instant, path, f"assumed: {stand_in}, because {self.text} is not recorded")
        return self._unknown(case, path)

    def _unknown(self, case: Case, path: str) -> Started:
        basis = f"{self.text} is not recorded"
        later = [
            (at, WORDS[FIELDS[name]]) for name in LATER.get(self.name, ()) if (at := case.start_of(name)) is not None
        ]
        if not later:
            return Started("unknown", None, path, basis)
        first = min(later)
        return Started("unknown", None, path, f"{basis}; it cannot lie after {first[1]}", first)

    def _test(self, case: Case, prefixes: tuple[str, ...]) -> Started:
        path = f"risk.by_test.{self.name}"
        answer, record = case.test_answer(self.name, prefixes)
        if case.test(self.name, prefixes) is None:
            return Started("not_yet", None, path, f"{self.text} has not been taken yet")
        instant = earliest(record.at) if record and answer else None
        if instant is not None:
            return Started("known", instant, path, self.text)
        return _assumed(case, path, f"the instant of {self.text} is not recorded")

    def _act(self, case: Case, jurisdiction: str) -> Started:
        match self.kind:
            case "notice" | "last_notice" | "completed_notice":
                path, points = self._notices(case, jurisdiction)
            case "agent_aware":
                return self._agent(case)
            case "classified":
                path = "incident.classes[].at"
                points = [one.at for one in case.facts.incident.classes]
            case "event":
                path = f"events[{self.name}].at"
                points = [event.at for event in case.events(self.name, jurisdiction)]
            case "told_by_processor":
                path = "parties[processor].told_us_at"
                points = [at for at, _ in _told(case)]
            case _:
                path, points = "extortion.paid_at", [case.facts.extortion.paid_at]
                if points == ["not_yet"] or (points == [None] and case.facts.extortion.payment != "yes"):
                    points = []
        known = [at for point in points if (at := earliest(point)) is not None]
        if known:
            return Started("known", max(known) if self.kind == "last_notice" else min(known), path, self.text)
        if points:
            return _assumed(case, path, f"the instant of {self.text} is not recorded")
        return Started("not_yet", None, path, f"{self.text} has not happened yet, or is not recorded")

    def _agent(self, case: Case) -> Started:
        """What an agent knows, the organisation knows (45 CFR 164.404(a)(2), and the law of agency elsewhere).

        Whether somebody is an agent may be open: then the knowledge counts, and the answer is asked for.
        """
        path = "parties[agent].agent"
        known = [
            (at, party.agent)
            for party in case.facts.parties
            if party.agent != "no" and (at := earliest(party.aware_at)) is not None
        ]
        if not known:
            return Started("not_yet", None, path, "no agent is recorded that knew of it")
        at, agent = min(known, key=lambda one: (one[0], one[1] != "yes"))
        if agent == "yes":
            return Started("known", at, path, self.text)
        return Started("assumed", at, path, "assumed: somebody who may be an agent knew of it")

    def _notices(self, case: Case, jurisdiction: str) -> tuple[str, list[Point | None]]:
        """The instants of the notices meant. One that is not completed yet has not happened as such."""
        found = [one for one in case.notices(self.name, jurisdiction) if self.stage in ("", one.stage)]
        if self.kind == "completed_notice":
            completed: list[Point | None] = [
                one.completed_at for one in found if one.completed_at not in (None, "not_yet")
            ]
            return f"notices[{self.name}].completed_at", completed
        return f"notices[{self.name}].first_sent_at", [one.first_sent_at for one in found]

    def _combined(self, case: Case, jurisdiction: str, prefixes: tuple[str, ...]) -> Started:
        found = [part.at(case, jurisdiction, prefixes) for part in self.parts]
        known = [one for one in found if one.at is not None]
        if self.kind == "later_of" and len(known) < len(found):
            return next(one for one in found if one.at is None)
        if not known:
            return next((one for one in found if one.state == "unknown"), found[0])
        return _earlier(found) if self.kind == "earlier_of" else _later(known)


def _earlier(found: list[Started]) -> Started:
    """The earliest of several starts; of two at the same instant the one that is recorded.

    How the breach was found out is counted strictly, recorded or not. A decision or an act without an
    instant does not compete with one whose instant is recorded: it is mostly the same, said twice. A sign
    that is not recorded may lie before the one that is: it is asked for.
    """
    known = [one for one in found if one.at is not None]
    certain = [one for one in known if one.state == "known"]
    pool = [one for one in known if one.state == "known" or one.fact in FINDING_OUT] if certain else known
    chosen = min(pool, key=lambda one: (one.at, one.state == "assumed", one.fact))
    doubtful = next((one for one in found if one.state == "unknown" and one.fact in FINDING_OUT), None)
    if doubtful is None:
        return chosen
    basis = f"{chosen.basis}; {doubtful.basis.partition(';')[0]}, and could be earlier"
    return Started("assumed", chosen.at, doubtful.fact, basis)


def _later(known: list[Started]) -> Started:
    """The latest of several starts; where one of them is only assumed, so is the result."""
    chosen = max(known, key=lambda one: (one.at, one.state == "known", one.fact))
    doubtful = next((one for one in known if one.state == "assumed"), chosen)
    if chosen.state == "assumed" or doubtful is chosen:
        return chosen
    return Started("assumed", chosen.at, doubtful.fact, f"{chosen.basis}; {doubtful.basis}")


def _told(case: Case) -> list[tuple[datetime, str]]:
    """Whoever is told by its processor is aware from then on (EDPB Guidelines 9/2022)."""
    told = [earliest(p.told_us_at) for p in case.facts.parties if p.role in ("processor", "sub_processor")]
    return [(at, WORDS["told_by_processor"]) for at in told if at is not None]


def _assumed(case: Case, path: str, why: str) -> Started:
    """An act that has been done at an instant nobody recorded: counted from when the breach was found out."""
    known = [(at, WORDS[FIELDS[name]]) for name in FOUND_OUT if (at := case.start_of(name)) is not None]
    if not known:
        return Started("unknown", None, path, why)
    instant, stand_in = min(known)
    return Started("assumed", instant, path, f"assumed: {stand_in}, because {why}")


@lru_cache(maxsize=1024)
def _the_one(start: Start) -> Start:
    """One object for all starts that say the same, so that a look at a case finds each of them once."""
    return start


def parse_start(raw: Any) -> Start:
    """Reads `start` of a stage; equal starts are one object. Raises RuleError."""
    return _the_one(_parse(raw))


def _parse(raw: Any) -> Start:
    if isinstance(raw, dict) and len(raw) == 1:
        [(kind, parts)] = raw.items()
        if kind in ("earlier_of", "later_of") and isinstance(parts, list) and len(parts) > 1:
            return Start(kind, kind, tuple(parse_start(part) for part in parts))
    if isinstance(raw, str):
        if raw in TIMELINE:
            return Start("timeline", raw)
        if raw == "told_by_processor":
            return Start("told_by_processor", raw)
        if raw == "paid":
            return Start("paid", raw)
        if raw in ("classified", "agent_aware"):
            return Start(raw, raw)  # type: ignore[arg-type]  # these two only
        if match := CALL.fullmatch(raw):
            return _call(raw, *match.groups())
    raise RuleError(
        f"start {raw!r}: expected one of {', '.join(TIMELINE)}, told_by_processor, agent_aware, paid, classified, "
        "test(ID), notice(ADDRESSEE), notice(ADDRESSEE, STAGE), last_notice(..), completed_notice(..), event(TYPE), "
        "or { earlier_of = [..] } or { later_of = [..] }"
    )


def _call(raw: str, kind: str, name: str, stage: str | None) -> Start:
    acts = dict.fromkeys(NOTICES, get_args(Addressee))
    known = {"test": load_taxonomies().ids("test"), "event": get_args(EventType), **acts}
    if name not in known[kind]:
        raise RuleError(f"start {raw!r}: {name!r} is no {kind}; expected one of {', '.join(known[kind])}")
    if stage is not None and (kind not in NOTICES or stage not in get_args(Stage)):
        raise RuleError(f"start {raw!r}: {stage!r}; expected after a notice one of {', '.join(get_args(Stage))}")
    return Start(kind, name, stage=stage or "")  # type: ignore[arg-type]  # the pattern allows these only
