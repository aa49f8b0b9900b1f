"""The rulebook: all law files, read, checked, compiled and named by one digest.

Every fault names the file, the duty, the key and the mend, and all faults of a file are told at once.
`python -m law.rulebook FILE...` checks single files.
"""

import gc
import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from importlib.metadata import version as installed
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from law.conditions import Compiler
from law.data_definitions import compile_definitions
from law.expressions import RuleError
from law.file_checks import between_files, of_references, of_the_duty, of_the_file
from law.law_reading import read, shape
from law.rules import Duty, Exemption, Instrument, Owed, Stage, Version, roles_bound
from law.schema import (
    Authority,
    AuthorityFile,
    DutyRule,
    LawFile,
    StageRule,
    VersionRule,
    Yardstick,
)
from law.starts import parse_start
from law.time_limits import Period, period

HERE = Path(__file__).parent
AUTHORITIES = "authorities"
PARTS = (AUTHORITIES, "jurisdictions")
# Files of this package that belong to the law as well.
BESIDE = ("places.toml", "taxonomies.json")
# What else decides a date: the zone database and the calendars of holidays. Both are part of the digest.
PINNED = ("tzdata", "holidays")


class RulebookError(ValueError):
    """One or more law files cannot be used; `faults` holds one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All instruments and authorities. `date`: the newest day of verification in it; `files`: what it was read from."""

    instruments: tuple[Instrument, ...]
    authorities: dict[str, Authority]
    digest: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    _owed: dict[tuple[str, str], Owed] = field(default_factory=dict, repr=False)

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
            for name in one.names
        )

    @cached_property
    def date(self) -> date:
        return max(instrument.file.verified_on for instrument in self.instruments)

    def authority_of(self, code: str) -> str | None:
        """The id of the authority whose jurisdiction is exactly this place."""
        return self._authority_by_place.get(code)

    def __post_init__(self) -> None:
        for duty in self.duties.values():
            if not duty.of_the_union:
                holder = self.authorities.get(duty.named_authority) if duty.named_authority else None
                duty.owed = duty.owed_to(duty.named_authority, holder, holder)

    def owed(self, duty: Duty, place: str) -> Owed:
        """To whom a duty is owed in a place, and by whose clock and calendar its time is counted.

        A duty of the Union that names no authority is counted by those of the state's.
        """
        if duty.owed is not None:
            return duty.owed
        found = self._owed.get((duty.id, place))
        if found is None:
            found = self._owed[duty.id, place] = self._owed_in_a_state(duty, place)
        return found

    def _owed_in_a_state(self, duty: Duty, place: str) -> Owed:
        own = self.authority_of(place)
        name = own if duty.by_rule else duty.named_authority
        holder = self.authorities.get(name) if name else None
        if name is not None or own is None:
            return duty.owed_to(name, holder, holder)
        return duty.owed_to(None, None, self.authorities.get(own))

    @cached_property
    def _authority_by_place(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, authority in self.authorities.items():
            found.setdefault(authority.jurisdiction, name)
        return found


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook in use: the one shipped, or the newer one that was installed (law.installed).

    With `folder`: all law files below it. Raises RulebookError with every fault of every file.
    """
    if folder is None:
        return _IN_USE[-1]()
    return read_folder(folder)


@lru_cache(maxsize=4)
def read_folder(folder: Path = HERE) -> Rulebook:
    """The rulebook of the law files below `folder`, read once. Raises RulebookError.

    The one shipped lives as long as the process: it is taken out of the cycle collector, which would else walk a
    hundred thousand objects of law again and again while an answer is built.
    """
    found = read_rulebook(law_files(folder))
    if folder == HERE:
        gc.collect()
        gc.freeze()
    return found


# What load_rulebook() asks, the last of them; law.installed adds itself.
_IN_USE: list[Callable[[], Rulebook]] = [read_folder]


def ask_instead(source: Callable[[], Rulebook]) -> None:
    """Let load_rulebook() answer with what `source` gives."""
    _IN_USE[1:] = [source]


def law_files(folder: Path = HERE) -> dict[str, bytes]:
    """The content of the law files below `folder`, by "authorities/NAME.toml" and "jurisdictions/NAME.toml"."""
    found = [path for part in PARTS for path in sorted((folder / part).glob("*.toml"))]
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}


def read_rulebook(files: Mapping[str, bytes]) -> Rulebook:
    """Compiles law files given by name as law_files() does. Raises RulebookError with every fault of every file."""
    faults: list[str] = []
    authorities: dict[str, Authority] = {}
    shaped: list[tuple[PurePath, LawFile]] = []
    for name in sorted(files):
        path = PurePosixPath(name)
        raw = read(path.name, files[name], faults)
        if raw is None:
            continue
        if path.parent.name == AUTHORITIES:
            parsed = shape(AuthorityFile, raw, path.name, faults)
            authorities.update(parsed.authority if parsed else {})
        elif file := shape(LawFile, raw, path.name, faults):
            shaped.append((path, file))
            authorities.update(file.authority)
    instruments = [_compile(path, file, authorities, faults) for path, file in shaped]
    faults += between_files(shaped)
    if faults:
        raise RulebookError(faults)
    return Rulebook(tuple(instruments), authorities, digest_of(files), files)


def digest_of(files: Mapping[str, bytes]) -> str:
    """The digest "sha256:..." over the content of every file and what else decides a date or an outcome."""
    beside = {name: (HERE / name).read_bytes() for name in BESIDE}
    total = hashlib.sha256()
    for name, content in sorted({**files, **beside}.items()):
        total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    for package in PINNED:
        total.update(f"{package}={installed(package)}\n".encode())
    return "sha256:" + total.hexdigest()


# -- compiling ---------------------------------------------------------------------------------------


def _compile(path: PurePath, file: LawFile, authorities: dict[str, Authority], faults: list[str]) -> Instrument:
    name = path.name

    def fault(where: str, error: object) -> None:
        faults.append(f"{name}: {where}: {error}")

    for where, what in (*of_the_file(path, file), *of_references(file)):
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
        versions = [_version(rule, one, file.zone, compiler, fault) for one in dated]
        duties.append(Duty(rule, instrument, tuple(one for one in versions if one)))
    instrument.duties = tuple(duties)
    return instrument


def _version(rule: DutyRule, raw: VersionRule, zone: str, compiler: Compiler, fault: Any) -> Version | None:
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
            exemptions.append(Exemption(unless, compiler.compile(unless.when), (unless.id, f"{rule.id}.{unless.id}")))
        except RuleError as error:
            fault(f"{at}, unless {unless.id}: when", error)
    stages: list[Stage] = []
    for stage in raw.stage:
        try:
            stages.append(_stage(stage, compiler))
        except RuleError as error:
            fault(f"{at}, stage {stage.stage}", error)
    return Version(raw, (raw.applies_by, zone), roles_bound(rule), when, tuple(exemptions), tuple(stages))


def _stage(raw: StageRule, compiler: Compiler) -> Stage:
    if raw.limit_kind in ("fixed", "fixed_if_feasible") and raw.limit is None:
        raise RuleError(
            f"limit_kind is {raw.limit_kind!r} but there is no limit; add limit = {{ hours = n }} or another unit"
        )
    if raw.limit_kind == "qualitative" and raw.limit is not None:
        raise RuleError(
            "limit_kind is 'qualitative' but a limit is given; call it fixed, or put the number under guideline"
        )
    if raw.arguable is not None and not raw.arguable.text:
        raise RuleError("arguable: text is missing; say on what ground the later reading rests")
    if raw.hold is not None and not raw.delay:
        raise RuleError("hold: the stage has no delay; say there, in words, what the law lets one wait for")
    outer = raw.outer
    return Stage(
        raw,
        parse_start(raw.start),
        compiler.compile(raw.when) if raw.when is not None else None,
        period(raw.limit, raw.counting) if raw.limit else None,
        _beside(raw.guideline, raw),
        _beside(outer, raw),
        parse_start(outer.start) if outer and outer.start is not None else None,
        _beside(raw.arguable, raw),
        _beside(raw.wait, raw),
        period(raw.hold.after, raw.counting) if raw.hold and raw.hold.after else None,
    )


def _beside(yardstick: Yardstick | None, raw: StageRule) -> Period | None:
    if yardstick is None:
        return None
    has_number = any((yardstick.hours, yardstick.days, yardstick.working_days, yardstick.months))
    return period(yardstick, yardstick.counting or raw.counting) if has_number else None


def check_file(path: Path) -> list[str]:
    """The faults of one file. The authorities that the files beside it name are known to it."""
    faults: list[str] = []
    raw = read(path.name, path.read_bytes(), faults)
    if raw is None:
        return faults
    if path.parent.name == "authorities":
        shape(AuthorityFile, raw, path.name, faults)
        return faults
    file = shape(LawFile, raw, path.name, faults)
    if file:
        authorities = {**_authorities_beside(path), **file.authority}
        _compile(path, file, authorities, faults)
    return faults


def _authorities_beside(path: Path) -> dict[str, Authority]:
    """Those of every other file of the library in which `path` stands; files with faults of their own name none."""
    found: dict[str, Authority] = {}
    for name, content in law_files(path.resolve().parent.parent).items():
        raw = read(name, content, [])
        if raw is None or not raw.get("authority"):
            continue
        of_authorities = name.startswith(AUTHORITIES)
        shaped = shape(AuthorityFile, raw, name, []) if of_authorities else shape(LawFile, raw, name, [])
        if shaped is not None:
            found.update(shaped.authority)
    return found


if __name__ == "__main__":
    problems = [fault for name in sys.argv[1:] for fault in check_file(Path(name))]
    print("\n".join(problems) or "no fault found")
    raise SystemExit(2 if problems else 0)
