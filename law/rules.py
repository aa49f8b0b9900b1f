"""What a law file compiles to: instruments with their duties, these with versions, exemptions and stages.

What every look at a case asks of them stands in slots, made once: a look at the whole world asks a thousand duties,
and a slot is found in a fraction of the time of a computed attribute.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, get_args

from law.compiled import Decide, Lift, decide_duty
from law.conditions import Here, role_leaf
from law.expressions import Node
from law.facts.model import Stage as StageName
from law.leaves import CountOf, counts_in
from law.schema import Authority, AuthorityRule, DutyRule, LawFile, Source, StageRule, Unless, VersionRule
from law.starts import Start
from law.time_limits import Period

STAGES = get_args(StageName)
ROLES = {"controller", "processor", "joint_controller"}


@dataclass(frozen=True, eq=False, slots=True)
class Exemption:
    """What takes a duty away. `names`: those under which it may be claimed: its own, or the duty's id and its own."""

    rule: Unless
    when: Node[Here]
    names: tuple[str, str]

    @property
    def lift(self) -> Lift:
        """What the written function of a duty asks of it."""
        return Lift(self.when, self.rule.burden == "element", self.rule.shown_by == "claim", self.names)


@dataclass(eq=False, slots=True)
class Stage:
    """One act within a version of a duty, its clock compiled.

    `is_relative`: does the law time it by another duty? `place`: where it stands among the stages of a duty.
    `counts_nothing`: is there no number in it at all?
    """

    rule: StageRule
    start: Start
    when: Node[Here] | None
    limit: Period | None
    guideline: Period | None
    outer: Period | None
    outer_start: Start | None
    arguable: Period | None = None
    wait: Period | None = None
    after_hold: Period | None = None
    is_relative: bool = field(init=False)
    place: int = field(init=False)
    counts_nothing: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_relative = self.rule.limit_kind == "relative"
        self.place = STAGES.index(self.rule.stage)
        self.counts_nothing = not any((self.limit, self.guideline, self.outer, self.arguable, self.wait))


@dataclass(eq=False, slots=True)
class Act:
    """A stage with its number among those of the same name (1 where it is the only one).

    `order`: its place among the acts of its jurisdiction: by duty, stage and version; set by the duty.
    """

    stage: Stage
    ordinal: int
    order: tuple[str, int, str] = ("", 0, "")


class Owed(NamedTuple):
    """To whom a duty is owed, and how its time is counted.

    `name`: the id of the authority that is notified, `holder` the authority itself; `zone` (IANA) and `calendar`: those
    of the authority by whose clock is counted, else the law's own.
    """

    name: str | None
    holder: Authority | None
    zone: str
    calendar: str


@dataclass(eq=False, slots=True)
class Version:
    """A duty as the law put it from one day on.

    `dated_by`: what decides which day's law governs, and in which zone that day is; `roles`: those that the duty binds,
    None where it binds every role, so that an unknown one leaves nothing open. `begins` and `until`: its first and its
    last day; `name`: its first day, by which it is named. `acts`: its stages, numbered.
    """

    rule: VersionRule
    dated_by: tuple[str, str]
    roles: Node[Here] | None
    when: Node[Here]
    exemptions: tuple[Exemption, ...]
    stages: tuple[Stage, ...]
    begins: date = field(init=False)
    until: date | None = field(init=False)
    name: str = field(init=False)
    acts: tuple[Act, ...] = field(init=False)
    thresholds: tuple[CountOf, ...] = field(init=False)
    written: Decide | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.begins, self.until = self.rule.from_, self.rule.to
        self.name = self.begins.isoformat()
        self.acts = tuple(_numbered(self.stages))
        self.thresholds = tuple(counts_in(self.when))

    def applies(self) -> Decide:
        """Whether the duty applies, its place being competent: roles, conditions and exemptions.

        Written out when it is first asked, and kept.
        """
        if self.written is None:
            self.written = decide_duty(self.roles, self.when, [one.lift for one in self.exemptions])
        return self.written


def _numbered(stages: Iterable[Stage]) -> Iterable[Act]:
    met: Counter[str] = Counter()
    for stage in stages:
        met[stage.rule.stage] += 1
        yield Act(stage, met[stage.rule.stage])


@dataclass(eq=False, slots=True)
class Duty:
    """One duty of an instrument, its versions from the oldest to the newest.

    `named_authority`: the one that the duty itself names; None where a rule finds it (`by_rule`), or nobody is named.
    `owed`: to whom, set by the rulebook; None for those of the Union, where it depends on the place (Rulebook.owed).
    `begins`: its first day. `reached_later`: did it reach some places later than others? The Regulation reached three
    EEA states after the rest.
    """

    rule: DutyRule
    instrument: "Instrument"
    versions: tuple[Version, ...]
    id: str = field(init=False)
    named_authority: str | None = field(init=False)
    by_rule: bool = field(init=False)
    of_the_union: bool = field(init=False)
    begins: date = field(init=False)
    reached_later: bool = field(init=False)
    owed: Owed | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        authority, file = self.rule.authority, self.instrument.file
        self.id = self.rule.id
        self.named_authority = authority if isinstance(authority, str) else None
        self.by_rule = isinstance(authority, AuthorityRule)
        self.of_the_union = file.jurisdiction == "EU"
        self.begins = self.versions[0].begins if self.versions else date.max
        self.reached_later = file.instrument == "gdpr"
        for version in self.versions:
            for act in version.acts:
                act.order = (self.id, act.stage.place * 10 + act.ordinal, version.name)

    def owed_to(self, name: str | None, holder: Authority | None, counting: Authority | None) -> Owed:
        """To whom it is owed, and by whose clock and calendar time is counted: `counting`'s, else the law's own."""
        file = self.instrument.file
        zone = counting.zone if counting else file.zone
        return Owed(name, holder, zone, (counting.calendar if counting else "") or file.calendar)

    def versions_between(self, first: date, last: date) -> tuple[Version, ...]:
        """The versions in force on any day from `first` to `last`, the newest last."""
        return tuple(
            version
            for version in self.versions
            if version.begins <= last and (version.until is None or version.until >= first)
        )


class InForce(NamedTuple):
    """A version that governs, the day for which it does, and what decides."""

    version: Version
    day: date
    basis: str


@dataclass(eq=False)
class Instrument:
    """One law file, compiled. `governing`: what governs on some days, kept by law.law_dates."""

    file: LawFile
    duties: tuple[Duty, ...]
    governing: dict[tuple[date, ...], list[tuple[Duty, list[InForce]]]] = field(default_factory=dict, repr=False)

    @cached_property
    def dated_by(self) -> tuple[tuple[str, str], ...] | None:
        """What decides which day's law governs its duties, in every place; None where that differs among places."""
        if not self.duties or any(duty.reached_later for duty in self.duties):
            return None
        return tuple(sorted({version.dated_by for duty in self.duties for version in duty.versions}))

    def sources_seen_from(self, state: str | None) -> list[Source]:
        """Its sources without those of other states' national law; all of them without a state to look from."""
        return [one for one in self.file.source if not state or not one.states or state in one.states]

    def source_urls(self, ids: Iterable[str]) -> list[str]:
        urls = {source.id: source.url for source in self.file.source}
        return [urls.get(name, name) for name in ids]


def roles_bound(rule: DutyRule) -> Node[Here] | None:
    """The roles that a duty binds, as a condition; None where it binds every role."""
    bound = tuple(rule.bound)
    return role_leaf(bound) if bound and set(bound) != ROLES else None
