"""manage.py assess FACTS.json: facts in, findings out. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from law.assess import assess
from law.facts import FactsError, parse_facts
from law.rulebook import RulebookError, load_rulebook
from law.text_report import report
from workbench.facts_text import BadInputError, decode, instant


class Command(BaseCommand):
    """Exit status 0: assessed; 2: bad input, one line per fault on standard error; 1: a faulty law library."""

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
        except RulebookError as error:
            raise CommandError(f"the law library cannot be used:\n{error}") from None
        if options["format"] == "text":
            self.stdout.write(report(answer))
        else:
            self.stdout.write(json.dumps(answer.to_json(), indent=2, ensure_ascii=False))


def _instant(text: str) -> datetime:
    return instant(text, "--as-of") if text else datetime.now(UTC)


def _read(name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{name}: cannot be read ({error}); expected a JSON file in UTF-8") from None
    return decode(text, name)
