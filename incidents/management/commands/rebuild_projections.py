"""`manage.py rebuild_projections`: people, data and instants as rows, made again from the newest facts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.models import Party
from incidents.services import rebuild_projections


class Command(BaseCommand):
    help = "Makes the projections of all parties, or of one case, again from their newest facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reference", help="one case, such as INC-2026-014")
        parser.add_argument("--workspace", help="the workspace of that case, or all cases of it: its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        parties = Party.objects.order_by("pk")
        if options["workspace"]:
            parties = parties.filter(incident__workspace__slug=options["workspace"])
        if options["reference"]:
            parties = parties.filter(incident__reference=options["reference"])
        count = 0
        for party in parties.iterator():
            rebuild_projections(party)
            count += 1
        if not count and (options["workspace"] or options["reference"]):
            raise CommandError("no such case: check --workspace and --reference")
        self.stdout.write(f"Projections of {count} {'party' if count == 1 else 'parties'} made again.")
