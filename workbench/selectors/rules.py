"""The rule library in plain words: which jurisdictions it knows, and what each duty says. Reads no database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from law import places
from law.explain import jurisdiction_name
from law.rulebook import Duty, Instrument, Rulebook, Stage, Version, load_rulebook
from law.schema import Authority, Source

CONFIDENCE = {
    "high": "Well founded: the statute itself was read, or two independent sources agree.",
    "medium": "Fairly sure: secondary sources agree; the statute itself was not read.",
    "low": "Unsure: a single source, or from memory. Check it before you rely on it.",
}
SHORT_CONFIDENCE = {"high": "Well founded", "medium": "Fairly sure", "low": "Unsure"}
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
STAGES = {
    "assessment": "Assess",
    "preliminary": "First word",
    "follow_up": "Follow up",
    "final": "Final report",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One jurisdiction of the library. `duties` is 0 where it has no general duty."""

    code: str
    name: str
    title: str
    duties: int
    verified_on: date
    confidence: str
    upcoming: bool


@dataclass(frozen=True, slots=True)
class Library:
    """The whole library at a glance. `shares`: how many duties stand on which confidence."""

    with_duties: tuple[Listed, ...]
    none: tuple[Listed, ...]
    not_researched: tuple[tuple[str, str], ...]
    shares: tuple[tuple[str, str, int], ...]
    eea: tuple[str, ...]
    date: date


@dataclass(frozen=True, slots=True)
class StageWords:
    """One act of a duty: what, from when, how long, where it stands."""

    act: str
    limit: str
    kind: str
    starts: str
    cite: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyWords:
    """One duty as the page prints it, by its newest version in force; `earlier` are the versions before."""

    duty: Duty
    version: Version
    whom: str
    bound: str
    stages: tuple[StageWords, ...]
    sources: tuple[Source, ...]
    confidence: str
    short_confidence: str
    earlier: tuple[Version, ...]
    later: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """One instrument of a jurisdiction with its duties."""

    instrument: Instrument
    duties: tuple[DutyWords, ...]
    none_confidence: str
    authorities: tuple[tuple[str, Authority], ...]


def library(today: date) -> Library:
    """What the library knows, as of a day."""
    return _library(load_rulebook().digest, today)


@lru_cache(maxsize=4)
def _library(digest: str, today: date) -> Library:
    """Kept for a day and a rulebook (`digest`): the page counts through every duty of the world."""
    rulebook = load_rulebook()
    listed = [
        _listed(code, instruments)
        for code, instruments in sorted(rulebook.by_jurisdiction.items(), key=lambda one: jurisdiction_name(one[0]))
    ]
    known = set(rulebook.by_jurisdiction)
    eea = places.eea_members(today) if "EU" in known else frozenset[str]()
    missing = [
        code for code in places.countries() if code not in known and (not eea or places.eea_state(code, today) is None)
    ]
    counted: Counter[str] = Counter(duty.versions[-1].rule.confidence for duty in rulebook.duties.values())
    return Library(
        with_duties=tuple(one for one in listed if one.duties),
        none=tuple(one for one in listed if not one.duties),
        not_researched=tuple(sorted((places.name(code), code) for code in missing)),
        shares=tuple(
            (SHORT_CONFIDENCE[name], _sentence(words.partition(": ")[2]), counted[name])
            for name, words in CONFIDENCE.items()
        ),
        eea=tuple(sorted(places.name(code) for code in eea)),
        date=rulebook.date,
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _listed(code: str, instruments: Sequence[Instrument]) -> Listed:
    duties = [duty for instrument in instruments for duty in instrument.duties]
    worst = _worst(
        [duty.versions[-1].rule.confidence for duty in duties]
        + [one.file.no_general_duty.confidence for one in instruments if one.file.no_general_duty]
    )
    nones = [one.file.no_general_duty for one in instruments if one.file.no_general_duty]
    return Listed(
        code=code,
        name=jurisdiction_name(code),
        title="; ".join(one.file.title for one in instruments) if duties else nones[0].statement if nones else "",
        duties=len(duties),
        verified_on=min(one.file.verified_on for one in instruments),
        confidence=SHORT_CONFIDENCE[worst],
        upcoming=any(duty.rule.upcoming for duty in duties) or any(none.upcoming for none in nones),
    )


def _worst(found: Iterable[str]) -> str:
    order = list(CONFIDENCE)
    return max(found, key=order.index, default="low")


def law_of(code: str, today: date) -> tuple[Law, ...]:
    """The instruments of one jurisdiction in words; empty where the library has none."""
    rulebook = load_rulebook()
    return tuple(_law(instrument, rulebook, today) for instrument in rulebook.by_jurisdiction.get(code, ()))


def _law(instrument: Instrument, rulebook: Rulebook, today: date) -> Law:
    file = instrument.file
    wanted = set(file.authority)
    if file.jurisdiction == "EU":
        wanted |= {
            name for name, one in rulebook.authorities.items() if one.jurisdiction[:2] in places.eea_members(today)
        }
    held = [(_place(one.jurisdiction), one) for name, one in rulebook.authorities.items() if name in wanted]
    none = file.no_general_duty
    return Law(
        instrument=instrument,
        duties=tuple(_duty(duty, today) for duty in instrument.duties),
        none_confidence=CONFIDENCE[none.confidence] if none else "",
        authorities=tuple(sorted(held, key=lambda pair: (pair[0], pair[1].name))),
    )


def _place(code: str) -> str:
    return places.name(code) if places.is_place(code) else jurisdiction_name(code) if code == "EU" else code


def _duty(duty: Duty, today: date) -> DutyWords:
    begun = [one for one in duty.versions if one.rule.from_ <= today]
    version = begun[-1] if begun else duty.versions[0]
    at = duty.versions.index(version)
    by_id = {source.id: source for source in duty.instrument.file.source}
    return DutyWords(
        duty=duty,
        version=version,
        whom=ADDRESSEES.get(duty.rule.addressee or "", ""),
        bound=", ".join(role.replace("_", " ") for role in duty.rule.bound) or "every organisation",
        stages=tuple(_stage(stage, duty.rule.kind) for stage in version.stages),
        sources=tuple(by_id[name] for name in version.rule.sources if name in by_id),
        confidence=CONFIDENCE[version.rule.confidence],
        short_confidence=SHORT_CONFIDENCE[version.rule.confidence],
        earlier=tuple(reversed(duty.versions[:at])),
        later=duty.versions[at + 1 :],
    )


def _stage(stage: Stage, kind: str) -> StageWords:
    rule = stage.rule
    beside = []
    if stage.guideline or (rule.guideline and rule.guideline.text):
        said = f"{stage.guideline.words()}. " if stage.guideline else ""
        beside.append(f"Yardstick of the regulator: {said}{rule.guideline.text if rule.guideline else ''}".strip())
    if stage.outer or (rule.outer and rule.outer.text):
        said = f"{stage.outer.words()}. " if stage.outer else ""
        cited = f" ({rule.outer.cite})" if rule.outer and rule.outer.cite else ""
        beside.append(f"At the latest: {said}{rule.outer.text if rule.outer else ''}{cited}".strip())
    beside += [f"{label}: {text}" for label, text in (("Longer", rule.extension), ("Later", rule.delay)) if text]
    if rule.late == "reasons":
        beside.append("Late: give the reasons for the delay.")
    return StageWords(
        act=STAGES.get(rule.stage, kind.capitalize()),
        limit=stage.limit.words() if stage.limit else rule.limit_text,
        kind=LIMIT_KINDS[rule.limit_kind],
        starts=stage.start.text,
        cite=rule.cite,
        beside=tuple([f"In the words of the law: {rule.limit_text}"] * bool(stage.limit) + beside),
    )
