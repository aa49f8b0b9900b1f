"""A duty of the library in plain words, cell by cell: for its page, its history, and the comparison of two places."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from law.explain import jurisdiction_name
from law.leaves import CountOf
from law.rules import Duty, Instrument, Stage, Version
from law.schema import Authority, ContentItem, Correction, Source, VersionRule

CONFIDENCE = {
    "high": "The statute itself was read, or two sources that do not rest on each other agree.",
    "medium": "Secondary sources agree; the statute itself was not read.",
    "low": "A single source, or memory. Check it before you rely on it.",
}
SHORT_CONFIDENCE = {"high": "Source-checked", "medium": "Secondary sources", "low": "Unsure"}
LIMIT_KINDS = {
    "fixed": "a fixed limit",
    "fixed_if_feasible": "a fixed limit, where feasible",
    "guideline": "the law gives no number; this is the regulator’s own yardstick",
    "qualitative": "the law gives no number",
    "relative": "tied to another act",
    "unsettled": "disputed: what starts it, or how long it is",
}
ADDRESSEES = {
    "supervisory_authority": "the data protection authority",
    "sector_regulator": "the sector’s regulator",
    "attorney_general": "the attorney general",
    "police": "the police",
    "individuals": "the people affected",
    "consumer_reporting_agencies": "consumer reporting agencies",
    "controller": "the controller or owner of the data",
    "media": "the media",
    "public": "the public",
    "csirt": "the computer security incident response team",
    "other_organisations": "other organisations",
    "employee_representatives": "the representatives of employees",
    "securities_market": "the securities market",
}
INSIDE = "nobody outside: what is assessed or kept on record"
STAGES = {
    "assessment": "Assess",
    "preliminary": "First word",
    "follow_up": "Follow up",
    "final": "Final report",
}
KINDS = {
    "notify": "Notify",
    "assess": "Assess",
    "document": "Keep a record",
    "file": "File",
    "consult": "Consult",
    "offer": "Offer",
    "publish": "Publish",
    "cooperate": "Cooperate",
}
ROLES = {"controller": "the controller", "joint_controller": "joint controllers", "processor": "the processor"}
CHANNELS = {"portal": "portal", "email": "e-mail", "form": "form", "post": "post", "phone": "telephone", "": "channel"}
RELATIONS = {
    "before": "Before",
    "not_after": "Not after",
    "with": "Together with",
    "on_or_after": "Not before",
    "after": "After",
}
APPLIES_BY = {
    "occurrence": "It governs incidents that occurred in that time.",
    "discovery": "It governs incidents that were discovered in that time.",
    "duty_arises": "It governs duties that arose in that time.",
    "notice": "It governs notices that were given in that time.",
}
ASKS_FOR = {">": "more than {n}", ">=": "{n} or more", "<": "fewer than {n}", "<=": "{n} or fewer"}
NO_THRESHOLD = "No number of people is asked for."
NO_EXEMPTION = "None is named."


@dataclass(frozen=True, slots=True)
class StageWords:
    """One act of a duty: what, from when, how long, where it stands. `beside`: (label, text) of what else counts."""

    act: str
    limit: str
    law_words: str
    kind: str
    starts: str
    cite: str
    beside: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The time as a comparison prints it: the number and its kind, or the law's own words."""
        first = f"{self.act}: {self.limit} ({self.kind})" if self.law_words else f"{self.act}: {self.limit}"
        return (first, *(f"{label}: {text}" for label, text in self.beside))


@dataclass(frozen=True, slots=True)
class ExemptionWords:
    """An exemption: its words, who must show it, what it takes, its provision; the states that alone have it."""

    text: str
    burden: str
    requires: str
    cite: str
    states: str


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs between a version and the one before it."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionWords:
    """One version of a duty: when it holds, what it says, what changed from the one before."""

    version: Version
    days: str
    standing: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class DutyWords:
    """One duty as a page prints it, by the version in force on the day that was asked for.

    `version` is the first one announced where none is in force yet; `standing` then says so.
    """

    duty: Duty
    version: Version
    standing: str
    authority: Authority | None
    whom: str
    bound: str
    stages: tuple[StageWords, ...]
    thresholds: tuple[str, ...]
    exemptions: tuple[ExemptionWords, ...]
    content: tuple[ContentItem, ...]
    orders: tuple[tuple[str, str, str], ...]
    sources: tuple[Source, ...]
    languages: tuple[str, ...]
    confidence: str
    short_confidence: str
    history: tuple[VersionWords, ...]
    upcoming: tuple[VersionWords, ...]
    corrections: tuple[tuple[str, Correction], ...]

    @property
    def instrument(self) -> Instrument:
        return self.duty.instrument

    @property
    def in_one_line(self) -> str:
        """The times of its acts in one line: "72 hours; what is missing, in phases"."""
        return "; ".join(dict.fromkeys(stage.limit for stage in self.stages))


def duty_words(
    duty: Duty, day: date, authority: Authority | None = None, title_of: Any = None, state: str | None = None
) -> DutyWords:
    """The duty on `day`. `title_of`: the title of a duty by its id, for the order between duties.

    `state`: the one of the Union's from which it is looked at.
    """
    version = version_on(duty, day)
    law, rule = version.rule, duty.rule
    told = [_told(duty, number, day, state) for number in range(len(duty.versions))]
    return DutyWords(
        duty=duty,
        version=version,
        standing=standing_of(version, day),
        authority=authority,
        whom=ADDRESSEES.get(rule.addressee or "", ""),
        bound=bound_words(duty),
        stages=tuple(stage_words(stage, rule.kind) for stage in version.stages),
        thresholds=thresholds_of(version),
        exemptions=exemptions_of(version, state),
        content=tuple(law.content if law.content is not None else rule.content),
        orders=tuple(
            (RELATIONS[one.relation], title_of(one.duty) if title_of else one.duty, one.cite) for one in rule.order
        ),
        sources=tuple(_sources(duty, law, state)),
        languages=tuple(rule.languages or (authority.languages if authority else duty.instrument.file.languages)),
        confidence=CONFIDENCE[law.confidence],
        short_confidence=SHORT_CONFIDENCE[law.confidence],
        history=tuple(one for one in reversed(told) if one.version.rule.from_ <= day),
        upcoming=tuple(one for one in told if one.version.rule.from_ > day and one.version is not version),
        corrections=tuple(
            (one.name, said) for one in reversed(duty.versions) for said in reversed(one.rule.correction)
        ),
    )


def version_on(duty: Duty, day: date) -> Version:
    """The version in force on a day; of a law that has ended its last one, of one to come its first."""
    begun = [one for one in duty.versions if one.rule.from_ <= day]
    return begun[-1] if begun else duty.versions[0]


def standing_of(version: Version, day: date) -> str:
    """Words: "In force since 25 May 2018", "Announced: in force from ...", "No longer in force since ..."."""
    law = version.rule
    if law.from_ > day:
        return f"Announced: in force from {day_words(law.from_)}"
    if law.to is not None and law.to < day:
        return f"No longer in force: its last day was {day_words(law.to)}"
    until = f", until {day_words(law.to)}" if law.to else ""
    return f"In force since {day_words(law.from_)}{until}"


def day_words(day: date) -> str:
    """Words: "25 May 2018"."""
    return f"{day.day} {day:%b %Y}"


def bound_words(duty: Duty) -> str:
    """Who has to do it: "the controller or joint controllers"."""
    return " or ".join(ROLES[role] for role in duty.rule.bound) or "every organisation that holds the data"


def thresholds_of(version: Version) -> tuple[str, ...]:
    """The numbers of people on which it turns: "more than 1,000 people here whose data the law names"."""
    return tuple(dict.fromkeys(_threshold(one) for one in version.thresholds))


def _threshold(one: CountOf) -> str:
    number = ASKS_FOR[one.operator].format(n=f"{one.threshold:,}")
    where = {"here": "here", "world": "in the whole world", "EU": "in the EEA", "EEA": "in the EEA"}.get(
        one.place, f"in {one.place}"
    )
    kind = " whose data the law names" if one.definition is not None else ""
    maybe = ", counting those who may be affected" if one.possible else ""
    return f"{number} people {'at risk of harm ' if one.at_risk else ''}{where}{kind}{maybe}"


def exemptions_of(version: Version, state: str | None = None) -> tuple[ExemptionWords, ...]:
    """Its exemptions, each with who must show it; seen from a state, without those of other states."""
    found = []
    for one in version.rule.unless:
        if state and one.states and state not in one.states:
            continue
        burden = (
            "the organisation must show it; in doubt the duty stands"
            if one.burden == "holder"
            else "a condition of the duty itself; in doubt it stays open"
        )
        needs = [*one.requires, *(["a record of it is kept"] if one.record else [])]
        states = "" if state else ", ".join(map(jurisdiction_name, one.states))
        found.append(ExemptionWords(one.text, burden, "; ".join(needs), one.cite, states))
    return tuple(found)


def stage_words(stage: Stage, kind: str) -> StageWords:
    """One act, its clock in words."""
    rule = stage.rule
    beside = []
    if stage.guideline or (rule.guideline and rule.guideline.text):
        beside.append(("The regulator’s yardstick", _length(stage.guideline, rule.guideline)))
    if stage.outer or (rule.outer and rule.outer.text):
        beside.append(("At the latest", _length(stage.outer, rule.outer)))
    if stage.arguable or (rule.arguable and rule.arguable.text):
        beside.append(("A later reading that can be argued", _length(stage.arguable, rule.arguable)))
    if stage.wait:
        beside.append(("Not before", _length(stage.wait, rule.wait)))
    beside += [(label, text) for label, text in (("Longer", rule.extension), ("Later", rule.delay)) if text]
    if rule.counting.note:
        beside.append(("How it is counted", rule.counting.note))
    if rule.late == "reasons":
        beside.append(("When late", "give the reasons for the delay"))
    return StageWords(
        act=STAGES.get(rule.stage, KINDS.get(kind, kind.capitalize())),
        limit=stage.limit.words() if stage.limit else rule.limit_text,
        law_words=rule.limit_text if stage.limit else "",
        kind=LIMIT_KINDS[rule.limit_kind],
        starts=stage.start.text,
        cite=rule.cite,
        beside=tuple(beside),
    )


def _length(period: Any, rule: Any) -> str:
    said = [period.words()] if period else []
    said += [rule.text] if rule and rule.text else []
    cited = f" ({rule.cite})" if rule and rule.cite else ""
    return ": ".join(said) + cited


CELLS = ("What triggers it", "Who must do it", "Whom it goes to", "By when", "Counted from", "Number of people",
         "Exceptions", "What it must say", "Provision")  # fmt: skip


def cells(duty: Duty, version: Version, authority: str = "", state: str | None = None) -> dict[str, tuple[str, ...]]:
    """What a version says, as lines under the labels of CELLS. `state`: the one of the Union's where the reader is."""
    rule, law = duty.rule, version.rule
    stages = [stage_words(stage, rule.kind) for stage in version.stages]
    whom = ADDRESSEES.get(rule.addressee or "", "") or "nobody outside"
    content = law.content if law.content is not None else rule.content
    found = (
        (law.trigger_text,),
        (bound_words(duty) + (", voluntary" if rule.binding == "voluntary" else ""),),
        (whom, *((authority,) if authority else ())),
        tuple(line for stage in stages for line in stage.lines),
        tuple(dict.fromkeys(stage.starts for stage in stages)),
        thresholds_of(version) or (NO_THRESHOLD,),
        tuple(
            f"{f'{one.states} only: ' if one.states else ''}{one.text} ({one.burden})"
            for one in exemptions_of(version, state)
        )
        or (NO_EXEMPTION,),
        tuple(f"{one.text}{' (may follow later)' if one.may_follow else ''}" for one in content)
        or ("The library names no content.",),
        tuple(dict.fromkeys((law.cite or rule.cite, *(stage.cite for stage in stages if stage.cite)))),
    )
    return dict(zip(CELLS, found, strict=True))


def _told(duty: Duty, number: int, day: date, state: str | None) -> VersionWords:
    version = duty.versions[number]
    law = version.rule
    last = f" to {day_words(law.to)}" if law.to else ", with no end stated"
    before = duty.versions[number - 1] if number else None
    return VersionWords(
        version=version,
        days=f"{day_words(law.from_)}{last}",
        standing=standing_of(version, day),
        changes=tuple(_changes(duty, before, version, state)) if before else (),
    )


def _changes(duty: Duty, before: Version, after: Version, state: str | None) -> Iterator[Change]:
    old, new = cells(duty, before, state=state), cells(duty, after, state=state)
    for label in CELLS:
        if old[label] != new[label]:
            gone = tuple(line for line in old[label] if line not in new[label])
            come = tuple(line for line in new[label] if line not in old[label])
            yield Change(label, gone, come)


def _sources(duty: Duty, law: VersionRule, state: str | None) -> Iterator[Source]:
    """The sources of a version in its order; seen from a state, without those of other states' national law."""
    every = {one.id for one in duty.instrument.file.source}
    seen = {one.id: one for one in duty.instrument.sources_seen_from(state)}
    for name in law.sources:
        if name in seen:
            yield seen[name]
        elif name not in every:
            yield _bare(name, law.verified_on)


def _bare(address: str, day: date) -> Source:
    """A source that a version names by its address alone."""
    return Source(id=address, title=address, url=address, kind="secondary", read_on=day, how="named by its address")
