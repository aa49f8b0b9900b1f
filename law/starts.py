"""From which instant a clock runs: the closed list of starts that law files name.

A start is a fact of the timeline, an act (a test decided, a notice sent, an order received), or the
earlier or later of several. What is not recorded of a fact is unknown; an act that is not recorded has
not happened.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from law.case import Case
from law.expressions import RuleError
from law.facts.model import Addressee, EventType, TestRecord
from law.facts.values import earliest
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
}  # fmt: skip
FIELDS = {field: name for name, field in TIMELINE.items()}
# What may stand in for a start that is not recorded: instants that cannot lie after it.
EARLIER = {"aware": ("suspected_at", "detected_at"), "suspected": ("detected_at",), "detected": ("suspected_at",)}
BEFORE_THE_REST = ("became_aware_at", "suspected_at", "detected_at")
CALL = re.compile(r"(test|notice|event)\(([a-z_]+)\)")
State = Literal["known", "assumed", "not_yet", "unknown"]


@dataclass(frozen=True, slots=True)
class Started:
    """When a clock began. `at` is None while `state` is not_yet or unknown. `basis`: said to the reader."""

    state: State
    at: datetime | None
    fact: str
    basis: str


@dataclass(frozen=True, slots=True)
class Start:
    """A start as a law file names it."""

    kind: Literal["timeline", "told_by_processor", "paid", "test", "notice", "event", "earlier_of", "later_of"]
    name: str
    parts: tuple["Start", ...] = ()

    @property
    def text(self) -> str:
        """The name that the published answer carries (`clock_starts`), in words."""
        if self.parts:
            joint = ", or " if self.kind == "earlier_of" else ", and "
            which = "the earlier of " if self.kind == "earlier_of" else "the later of "
            return which + joint.join(part.text for part in self.parts)
        match self.kind:
            case "test":
                return f"the decision on {load_taxonomies().label('test', self.name)}"
            case "notice":
                return f"the notice to {self.name.replace('_', ' ')}"
            case "event":
                return f"the {self.name.replace('_', ' ')}"
            case _:
                return WORDS[self.name]

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
        candidates = EARLIER.get(self.name, BEFORE_THE_REST)
        known = [(at, WORDS[FIELDS[name]]) for name in candidates if (at := case.start_of(name)) is not None]
        # Whoever is told by its processor is aware from then on (EDPB Guidelines 9/2022).
        told = [earliest(p.told_us_at) for p in case.facts.parties if p.role in ("processor", "sub_processor")]
        known += [(at, WORDS["told_by_processor"]) for at in told if at is not None]
        if not known:
            return Started("unknown", None, path, f"{self.text} is not recorded")
        instant, stand_in = min(known)
        return Started("assumed", instant, path, f"assumed: {stand_in}, because {self.text} is not recorded")

    def _test(self, case: Case, prefixes: tuple[str, ...]) -> Started:
        path = f"risk.by_test.{self.name}"
        key = case.test_key(self.name, prefixes)
        record = case.facts.risk.by_test.get(key) if key else None
        answer = record.answer if isinstance(record, TestRecord) else record
        if answer in (None, "unknown"):
            return Started("not_yet", None, path, f"{self.text} has not been taken yet")
        instant = earliest(record.at) if isinstance(record, TestRecord) else None
        if instant is not None:
            return Started("known", instant, path, self.text)
        known = [at for name in BEFORE_THE_REST if (at := case.start_of(name)) is not None]
        basis = f"assumed: the earliest recorded instant, because the instant of {self.text} is not recorded"
        return Started("assumed", min(known), path, basis) if known else Started("unknown", None, path, basis)

    def _act(self, case: Case, jurisdiction: str) -> Started:
        facts, instants = case.facts, []
        match self.kind:
            case "notice":
                path = f"notices[{self.name}].first_sent_at"
                instants = [
                    n.first_sent_at
                    for n in facts.notices
                    if n.addressee == self.name and n.jurisdiction in (None, jurisdiction)
                ]
            case "event":
                path = f"events[{self.name}].at"
                instants = [
                    e.at for e in facts.events if e.type == self.name and e.jurisdiction in (None, jurisdiction)
                ]
            case "told_by_processor":
                path = "parties[processor].told_us_at"
                instants = [p.told_us_at for p in facts.parties if p.role in ("processor", "sub_processor")]
            case _:
                path, instants = "extortion.paid_at", [facts.extortion.paid_at]
        known = [at for point in instants if (at := earliest(point)) is not None]
        if known:
            return Started("known", min(known), path, self.text)
        return Started("not_yet", None, path, f"{self.text} has not happened yet, or is not recorded")

    def _combined(self, case: Case, jurisdiction: str, prefixes: tuple[str, ...]) -> Started:
        found = [part.at(case, jurisdiction, prefixes) for part in self.parts]
        known = [one for one in found if one.at is not None]
        if self.kind == "later_of" and len(known) < len(found):
            return next(one for one in found if one.at is None)
        if not known:
            return next((one for one in found if one.state == "unknown"), found[0])
        certain = [one for one in known if one.state == "known"] or known
        pool = certain if self.kind == "earlier_of" else known
        chosen = (min if self.kind == "earlier_of" else max)(pool, key=lambda one: (one.at, one.fact))
        return Started(chosen.state, chosen.at, chosen.fact, chosen.basis)


def parse_start(raw: Any) -> Start:
    """Reads `start` of a stage. Raises RuleError."""
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
        if match := CALL.fullmatch(raw):
            kind, name = match.groups()
            known = {"test": load_taxonomies().ids("test"), "notice": get_args(Addressee), "event": get_args(EventType)}
            if name in known[kind]:
                return Start(kind, name)  # type: ignore[arg-type]  # the pattern allows these three only
            raise RuleError(f"start {raw!r}: {name!r} is no {kind}; expected one of {', '.join(known[kind])}")
    raise RuleError(
        f"start {raw!r}: expected one of {', '.join(TIMELINE)}, told_by_processor, paid, test(ID), "
        "notice(ADDRESSEE), event(TYPE), or { earlier_of = [..] } or { later_of = [..] }"
    )
