"""manage.py assess FACTS.json: facts in, findings out. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from law.assess import assess
from law.facts import FactsError, parse_facts
from law.facts.values import INSTANT_EXPECTED, RFC3339
from law.rulebook import load_rulebook
from law.text_report import report


class Command(BaseCommand):
    """Exit status 0: assessed; 2: bad input, one line per fault on standard error."""

    help = "Assess a facts document (tocsin.facts/1) and print the duties that follow."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("facts", help="a JSON file, or - for standard input")
        parser.add_argument("--as-of", default="", help="the instant of the look, RFC 3339; now where not given")
        parser.add_argument("--format", choices=["json", "text"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = _instant(options["as_of"])
            answer = assess(load_rulebook(), parse_facts(_read(options["facts"])), as_of)
        except (FactsError, BadInputError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["format"] == "text":
            self.stdout.write(report(answer))
        else:
            self.stdout.write(json.dumps(answer.to_json(), indent=2, ensure_ascii=False))


class BadInputError(ValueError):
    """The file or the option cannot be used; the message names it and the mend."""


def _instant(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        if RFC3339.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise BadInputError(f'--as-of: "{text}": expected {INSTANT_EXPECTED}')


def _read(name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{name}: cannot be read ({error}); expected a JSON file in UTF-8") from None
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise BadInputError(f"{name}: line {error.lineno}, column {error.colno}: {error.msg}; expected JSON") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice would silently lose a fact."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadInputError(f'"{key}": this key stands twice in one object; keep one')
        found[key] = value
    return found
