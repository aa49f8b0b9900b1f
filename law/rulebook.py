"""The rulebook: all law files, read, checked, compiled and named by one digest.

Every fault names the file, the duty, the key and the mend, and all faults of a file are told at once.
`python -m law.rulebook FILE...` checks single files.
"""

import hashlib
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from law.conditions import Compiler, Here, role_leaf
from law.data_definitions import compile_definitions
from law.expressions import Node, RuleError
from law.file_checks import between_files, of_the_duty, of_the_file
from law.leaves import CountOf, counts_in
from law.schema import (
    Authority,
    AuthorityFile,
    DutyRule,
    LawFile,
    StageRule,
    Unless,
    VersionRule,
    Yardstick,
)
from law.starts import Start, parse_start
from law.time_limits import Period, period

HERE = Path(__file__).parent
ROLES = {"controller", "processor", "joint_controller"}
# What else decides a date: the zone database and the calendars of holidays. Both are part of the digest.
PINNED = ("tzdata", "holidays")
Shape = TypeVar("Shape", LawFile, AuthorityFile)


class RulebookError(ValueError):
    """One or more law files cannot be used; `faults` holds one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, eq=False)
class Exemption:
    rule: Unless
    when: Node[Here]


@dataclass(frozen=True)
class Stage:
    """One act within a version of a duty, its clock compiled."""

    rule: StageRule
    start: Start
    when: Node[Here] | None
    limit: Period | None
    guideline: Period | None
    outer: Period | None
    outer_start: Start | None


@dataclass(frozen=True)
class Version:
    rule: VersionRule
    when: Node[Here]
    exemptions: tuple[Exemption, ...]
    stages: tuple[Stage, ...]

    @cached_property
    def name(self) -> str:
        """A version is named by its first day."""
        return self.rule.from_.isoformat()

    @cached_property
    def thresholds(self) -> tuple[CountOf, ...]:
        """The numbers on which it turns, in reading order."""
        return tuple(counts_in(self.when))

    @cached_property
    def acts(self) -> tuple[tuple[Stage, int], ...]:
        """Its stages, each with its number among those of the same name (1 where it is the only one)."""
        met: Counter[str] = Counter()
        found = []
        for stage in self.stages:
            met[stage.rule.stage] += 1
            found.append((stage, met[stage.rule.stage]))
        return tuple(found)


@dataclass(frozen=True)
class Duty:
    rule: DutyRule
    instrument: "Instrument"
    versions: tuple[Version, ...]

    @cached_property
    def id(self) -> str:
        return self.rule.id

    @cached_property
    def roles(self) -> Node[Here] | None:
        """The roles that the duty binds; None where it binds every role: an unknown one then leaves nothing open."""
        bound = tuple(self.rule.bound)
        return role_leaf(bound) if bound and set(bound) != ROLES else None

    def versions_between(self, first: date, last: date) -> tuple[Version, ...]:
        """The versions in force on any day from `first` to `last`, the newest last."""
        return tuple(
            version
            for version in self.versions
            if version.rule.from_ <= last and (version.rule.to is None or version.rule.to >= first)
        )


@dataclass(frozen=True)
class Instrument:
    """One law file, compiled."""

    file: LawFile
    duties: tuple[Duty, ...]

    def source_urls(self, ids: Iterable[str]) -> list[str]:
        urls = {source.id: source.url for source in self.file.source}
        return [urls.get(name, name) for name in ids]


@dataclass(frozen=True)
class Rulebook:
    """All instruments and authorities. `date`: the newest day of verification in it."""

    instruments: tuple[Instrument, ...]
    authorities: dict[str, Authority]
    digest: str

    @cached_property
    def by_jurisdiction(self) -> dict[str, tuple[Instrument, ...]]:
        found: dict[str, list[Instrument]] = {}
        for instrument in self.instruments:
            found.setdefault(instrument.file.jurisdiction, []).append(instrument)
        return {code: tuple(entries) for code, entries in found.items()}

    @cached_property
    def duties(self) -> dict[str, Duty]:
        return {duty.id: duty for instrument in self.instruments for duty in instrument.duties}

    @cached_property
    def exemption_ids(self) -> frozenset[str]:
        """The ids by which a claim may name an exemption: its own, or the duty's id and its own."""
        return frozenset(
            name
            for duty in self.duties.values()
            for version in duty.versions
            for one in version.exemptions
            for name in (one.rule.id, f"{duty.id}.{one.rule.id}")
        )

    @cached_property
    def date(self) -> date:
        return max(instrument.file.verified_on for instrument in self.instruments)

    def authority_of(self, code: str) -> str | None:
        """The id of the authority whose jurisdiction is exactly this place."""
        return self._authority_by_place.get(code)

    @cached_property
    def _authority_by_place(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, authority in self.authorities.items():
            found.setdefault(authority.jurisdiction, name)
        return found


@lru_cache(maxsize=4)
def load_rulebook(folder: Path = HERE) -> Rulebook:
    """Reads all law files below `folder`. Raises RulebookError with every fault of every file."""
    files = sorted((folder / "jurisdictions").glob("*.toml"))
    authority_files = sorted((folder / "authorities").glob("*.toml"))
    faults: list[str] = []
    authorities: dict[str, Authority] = {}
    for path in authority_files:
        raw = _read(path, faults)
        parsed = _shape(AuthorityFile, raw, path.name, faults) if raw is not None else None
        authorities.update(parsed.authority if parsed else {})
    shaped: list[tuple[Path, LawFile]] = []
    for path in files:
        raw = _read(path, faults)
        file = _shape(LawFile, raw, path.name, faults) if raw is not None else None
        if file:
            shaped.append((path, file))
            authorities.update(file.authority)
    instruments = [_compile(path, file, authorities, faults) for path, file in shaped]
    faults += between_files(shaped)
    if faults:
        raise RulebookError(faults)
    return Rulebook(tuple(instruments), authorities, _digest([*authority_files, *files]))


def _digest(files: list[Path]) -> str:
    """The digest "sha256:..." over the content of every file and the versions of what else decides a date."""
    total = hashlib.sha256()
    for path in [*files, HERE / "places.toml", HERE / "taxonomies.json"]:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for package in PINNED:
        total.update(f"{package}={installed(package)}\n".encode())
    return "sha256:" + total.hexdigest()


# -- reading -----------------------------------------------------------------------------------------


def _read(path: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: this is not TOML: {error}")
        return None


def _shape(model: type[Shape], raw: dict[str, Any], name: str, faults: list[str]) -> Shape | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults.extend(
            f"{name}: {_where(detail['loc'], raw)}: {_mend(detail['type'], detail['msg'], detail['input'])}"
            for detail in error.errors(include_url=False)
        )
        return None


def _where(loc: tuple[int | str, ...], raw: dict[str, Any]) -> str:
    """Words: "duty au.ndb.assess, version 2018-02-22, stage initial: limit.hours" in place of indexes."""
    here: Any = raw
    names: list[str] = []
    rest: list[str] = []
    for part in loc:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict):
            label = here.get("id") or here.get("from") or here.get("stage") or f"number {part + 1}"
            names.append(f"{rest.pop() if rest else 'entry'} {label}")
        else:
            rest.append(str(part))
    return ", ".join(names) + (": " if names and rest else "") + ".".join(rest)


def _mend(kind: str, message: str, value: Any) -> str:
    match kind:
        case "extra_forbidden":
            return (
                "this key is not known here; take it out, or see docs/law/adding-a-jurisdiction.md for the right name"
            )
        case "missing":
            return "this key is missing; add it"
        case "literal_error":
            return f"{value!r}; {message.replace('Input should be', 'expected')}"
        case _:
            return f"{value!r}: {message}"


# -- compiling ---------------------------------------------------------------------------------------


def _compile(path: Path, file: LawFile, authorities: dict[str, Authority], faults: list[str]) -> Instrument:
    name = path.name

    def fault(where: str, error: object) -> None:
        faults.append(f"{name}: {where}: {error}")

    for where, what in of_the_file(path, file):
        fault(where, what)
    compiler = Compiler(file.sets, {})
    try:
        compiler.data = compile_definitions(file.data, file.sets)
    except RuleError as error:
        fault("data", error)
    for key, raw in file.let.items():
        try:
            compiler.define(key, raw)
        except RuleError as error:
            fault(f"let.{key}", error)
    instrument = Instrument(file, ())
    duties: list[Duty] = []
    for rule in file.duty:
        for where, what in of_the_duty(rule, file, authorities):
            fault(f"duty {rule.id}: {where}", what)
        dated = sorted(rule.version, key=lambda one: one.from_)
        versions = [_version(rule, one, compiler, fault) for one in dated]
        duties.append(Duty(rule, instrument, tuple(one for one in versions if one)))
    object.__setattr__(instrument, "duties", tuple(duties))
    return instrument


def _version(rule: DutyRule, raw: VersionRule, compiler: Compiler, fault: Any) -> Version | None:
    at = f"duty {rule.id}, version {raw.from_}"
    try:
        when = compiler.compile(raw.when)
    except RuleError as error:
        fault(f"{at}: when", error)
        return None
    exemptions: list[Exemption] = []
    for unless in raw.unless:
        if (unless.burden == "holder") != bool(unless.shown_by):
            fault(
                f"{at}, unless {unless.id}: shown_by",
                "say 'test' or 'claim' where the burden is the holder's, else leave it out",
            )
        try:
            exemptions.append(Exemption(unless, compiler.compile(unless.when)))
        except RuleError as error:
            fault(f"{at}, unless {unless.id}: when", error)
    stages: list[Stage] = []
    for stage in raw.stage:
        try:
            stages.append(_stage(stage, compiler))
        except RuleError as error:
            fault(f"{at}, stage {stage.stage}", error)
    return Version(raw, when, tuple(exemptions), tuple(stages))


def _stage(raw: StageRule, compiler: Compiler) -> Stage:
    if raw.limit_kind in ("fixed", "fixed_if_feasible") and raw.limit is None:
        raise RuleError(
            f"limit_kind is {raw.limit_kind!r} but there is no limit; add limit = {{ hours = n }} or another unit"
        )
    if raw.limit_kind == "qualitative" and raw.limit is not None:
        raise RuleError(
            "limit_kind is 'qualitative' but a limit is given; call it fixed, or put the number under guideline"
        )
    outer = raw.outer
    return Stage(
        raw,
        parse_start(raw.start),
        compiler.compile(raw.when) if raw.when is not None else None,
        period(raw.limit, raw.counting) if raw.limit else None,
        _beside(raw.guideline, raw),
        _beside(outer, raw),
        parse_start(outer.start) if outer and outer.start is not None else None,
    )


def _beside(yardstick: Yardstick | None, raw: StageRule) -> Period | None:
    if yardstick is None:
        return None
    has_number = any((yardstick.hours, yardstick.days, yardstick.working_days, yardstick.months))
    return period(yardstick, yardstick.counting or raw.counting) if has_number else None


def check_file(path: Path) -> list[str]:
    """The faults of one file by itself (authorities of other files are taken as known)."""
    faults: list[str] = []
    raw = _read(path, faults)
    if raw is None:
        return faults
    if path.parent.name == "authorities":
        _shape(AuthorityFile, raw, path.name, faults)
        return faults
    file = _shape(LawFile, raw, path.name, faults)
    if file:
        authorities: dict[str, Authority] = dict(file.authority)
        _compile(path, file, authorities, faults)
    return faults


if __name__ == "__main__":
    problems = [fault for name in sys.argv[1:] for fault in check_file(Path(name))]
    print("\n".join(problems) or "no fault found")
    raise SystemExit(2 if problems else 0)
