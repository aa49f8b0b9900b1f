"""manage.py law: reading, checking and exchanging the law library. Only `impact` needs the database.

law show CODE            the law of a place in plain sentences
law coverage             which countries have duties, none, or nobody has researched; --page writes docs/law/coverage.md
law lint                 faults and warnings of the library; status 1 where there is a fault
law stale [--days N]     what nobody has verified for so long
law schema [--of law]    the JSON Schema of a facts document, or of a law file
law diff DAY1 DAY2       what the law said otherwise on the first day than on the second
law errata               corrections of the library, as docs/law/errata.md has them
law pack FILE            write the library in use as one file
law install FILE         put a newer library in use, after checking it; --check only looks
law remove               go back to the library that came with the code
law impact [FILE]        the cases that the library in use (or in FILE) reads otherwise than when they were assessed
law risk-report          how often each method of weighing risk agrees with what authorities held
law precedents [WORDS]   the published cases in which all the words stand
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from law import places
from law.coverage import Coverage, Parts, coverage
from law.facts.json_schema import facts_schema
from law.lint import lint
from law.precedents.library import FILTERS, find, precedents
from law.risk.measure import report
from law.rulebook import Rulebook, RulebookError, load_rulebook
from law.rules import Duty
from law.schema import LawFile
from law.sentences import duty_lines, instrument_lines
from law.wording import jurisdiction_name
from workbench.coverage_page import page_remarks, write_coverage
from workbench.law_library import errata_text, impact_lines, installed, packed, read_bundle, removed, stale_lines

DOCS = Path(settings.BASE_DIR) / "docs" / "law"


class Command(BaseCommand):
    """Reads the library; changes nothing."""

    help = "Show, check and compare the law library."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help="the law of a place in plain sentences")
        show.add_argument("code", help="ISO 3166 code such as JP or US-CA, or EU; or the id of a duty")
        of_world = verbs.add_parser("coverage", help="which countries have duties, none, or nobody has researched")
        of_world.add_argument("--page", action="store_true", help="write docs/law/coverage.md and its map instead")
        verbs.add_parser("lint", help="faults and warnings of the library")
        schema = verbs.add_parser("schema", help="the JSON Schema of a facts document, or of a law file")
        schema.add_argument("--of", choices=("facts", "law"), default="facts", help="of what; facts unless given")
        diff = verbs.add_parser("diff", help="what the law said otherwise on one day than on another")
        diff.add_argument("first", type=date.fromisoformat, help="a day, YYYY-MM-DD")
        diff.add_argument("second", type=date.fromisoformat, help="a later day, YYYY-MM-DD")
        stale = verbs.add_parser("stale", help="what nobody has verified for so long")
        stale.add_argument("--days", type=int, default=180, help="180 unless given")
        verbs.add_parser("errata", help="corrections of the library, in Markdown")
        pack = verbs.add_parser("pack", help="write the library in use as one file")
        pack.add_argument("file", type=Path)
        install = verbs.add_parser("install", help="put a newer library in use, after checking it")
        install.add_argument("file", type=Path)
        install.add_argument("--check", action="store_true", help="say what it changes, install nothing")
        install.add_argument("--force", action="store_true", help="also where it is older")
        verbs.add_parser("remove", help="go back to the library that came with the code")
        impact = verbs.add_parser("impact", help="the cases that another library reads otherwise")
        impact.add_argument("file", type=Path, nargs="?", help="a bundle; the library in use unless given")
        impact.add_argument("--closed", action="store_true", help="closed cases too")
        verbs.add_parser("risk-report", help="how often each method of weighing risk agrees with what authorities held")
        cases = verbs.add_parser("precedents", help="the published cases in which all the words stand")
        cases.add_argument("words", nargs="*", help="such as a kind of data, a place, an authority")
        for name in FILTERS:
            cases.add_argument(f"--{name}", default="", help="only cases with this value")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = options["verb"]
        if verb in ("schema", "risk-report"):
            schema = schema_text if options.get("of") == "facts" else law_schema_text
            self.stdout.write(schema() if verb == "schema" else report())
            return
        if verb == "precedents":
            for line in precedent_lines(" ".join(options["words"]), {name: options[name] for name in FILTERS}):
                self.stdout.write(line)
            return
        try:
            rulebook = load_rulebook()
        except RulebookError as error:
            raise CommandError(str(error)) from None
        today = timezone.now().date()
        if verb == "lint":
            remarks = [*lint(rulebook, today), *page_remarks(DOCS)]
            self.stdout.write("\n".join(map(str, remarks)) or "nothing to remark")
            if any(one.grave for one in remarks):
                sys.exit(1)
            return
        lines = {
            "show": lambda: shown(rulebook, options["code"], today),
            "coverage": lambda: write_coverage(DOCS) if options["page"] else covered(coverage(rulebook, today)),
            "diff": lambda: differences(rulebook, options["first"], options["second"]),
            "stale": lambda: stale_lines(rulebook, today, options["days"]),
            "errata": lambda: iter([errata_text().rstrip()]),
            "pack": lambda: packed(options["file"]),
            "install": lambda: installed(
                options["file"], settings.RULEBOOK_FILE, today, check=options["check"], force=options["force"]
            ),
            "remove": lambda: removed(settings.RULEBOOK_FILE),
            "impact": lambda: impact_lines(
                read_bundle(options["file"])[2] if options["file"] else rulebook, closed=options["closed"]
            ),
        }[verb]()
        for line in lines:
            self.stdout.write(line)


def schema_text() -> str:
    """The schema as docs/law/facts.schema.json keeps it."""
    return json.dumps(facts_schema(), indent=2, ensure_ascii=False)


def precedent_lines(words: str, filters: dict[str, str]) -> Iterator[str]:
    """Two lines a case: the verdicts with the title and source, and what was held."""
    found = find(words, **filters)
    for one in found:
        yield f"authority {one.authority:<11} people {one.individuals:<11} {one.title} ({one.source})"
        yield f"  {one.id}: {one.held}"
    yield f"{len(found)} of {len(precedents())} published cases"


def law_schema_text() -> str:
    """The JSON Schema of a law file, for editors that check TOML as it is written."""
    return json.dumps(LawFile.model_json_schema(by_alias=True), indent=2, ensure_ascii=False)


def shown(rulebook: Rulebook, code: str, today: date) -> Iterator[str]:
    """The law of a place (or one duty), or that nobody has researched it."""
    if code in rulebook.duties:
        yield from duty_lines(rulebook.duties[code])
        return
    if code != "EU" and not places.is_place(code):
        try:
            places.name(code)
        except places.PlaceError as error:
            raise CommandError(str(error)) from None
    codes = [code, "EU"] if code != "EU" and places.eea_state(code, today) else [code]
    instruments = [one for name in codes for one in rulebook.by_jurisdiction.get(name, ())]
    if not instruments:
        yield f"{jurisdiction_name(code)}: nobody has researched its law."
        yield "That says nothing about whether there is a duty."
    for instrument in instruments:
        yield from instrument_lines(instrument)
        yield ""
    name = rulebook.authority_of(code)
    if name:
        authority = rulebook.authorities[name]
        channel = authority.channel.url or authority.channel.email
        yield f"Authority: {authority.name} ({name}), {authority.city}; {channel}"


def covered(found: Coverage) -> Iterator[str]:
    """Counts, shares, and the countries that nobody has researched."""
    total = len(found.with_duties) + len(found.without) + len(found.unresearched)
    yield f"countries with duties        {len(found.with_duties):>4} of {total}"
    yield f"no general duty, researched  {len(found.without):>4}"
    yield f"not researched               {len(found.unresearched):>4}"
    yield f"parts with law of their own  {len(found.parts):>4}"
    for parts in found.within:
        yield from _of_parts(parts)
    versions = sum(found.versions.values())
    yield f"duties {found.duties}, versions {versions}:"
    for level, n in found.versions.items():
        yield f"  confidence {level:<8} {n:>4}  {100 * n / max(versions, 1):.0f} %"
    if found.unresearched:
        yield f"not researched: {', '.join(found.unresearched)}"


def _of_parts(parts: Parts) -> Iterator[str]:
    """How many of the parts that have law of their own are told, and which parts have none or are missing."""
    count = len(parts.told) + len(parts.unresearched)
    yield f"{places.name(parts.country)}: {len(parts.told)} of {count} states, districts and territories"
    if parts.without:
        yield f"  without a law of their own: {', '.join(map(places.name, parts.without))}"
    if parts.unresearched:
        yield f"  not researched: {', '.join(map(places.name, parts.unresearched))}"


def differences(rulebook: Rulebook, first: date, second: date) -> Iterator[str]:
    """Duties whose version in force differs between two days."""
    if second < first:
        raise CommandError(f"{second}: expected a day not before {first}")
    same = True
    for name, duty in sorted(rulebook.duties.items()):
        before, after = _in_force(duty, first), _in_force(duty, second)
        if before == after:
            continue
        same = False
        yield f"{name}: {duty.rule.title}"
        for sign, day, names in (("-", first, before), ("+", second, after)):
            stood = [one for one in duty.versions if one.name in names]
            yield from (f"  {sign} {day}: {one.rule.trigger_text}" for one in stood)
            for one in stood:
                yield from (f"  {sign}   {stage.rule.stage}: {stage.rule.limit_text}" for stage in one.stages)
            if not stood:
                yield f"  {sign} {day}: not in force"
    if same:
        yield f"No duty in the library differs between {first} and {second}."


def _in_force(duty: Duty, day: date) -> tuple[str, ...]:
    return tuple(version.name for version in duty.versions_between(day, day))
