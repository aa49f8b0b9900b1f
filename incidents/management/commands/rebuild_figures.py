"""`manage.py rebuild_figures`: what lists and the dashboard read of each case, counted again from the case itself."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.models import Incident
from incidents.services import fold_counts, recount
from incidents.services.figures import PART


class Command(BaseCommand):
    help = "Counts the figures of all cases, or of one workspace, again, and says how many differed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", help="only the cases of this workspace: its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Incident.objects.order_by("pk").values_list("pk", flat=True)
        if options["workspace"]:
            cases = cases.filter(workspace__slug=options["workspace"])
            if not cases.exists():
                raise CommandError(f"no case in a workspace {options['workspace']!r}: expected its slug")
        seen = differed = 0
        found = cases.iterator()
        while part := list(islice(found, PART)):
            differed += recount(part)
            seen += len(part)
        fold_counts()
        self.stdout.write(f"Figures of {seen} {'case' if seen == 1 else 'cases'} counted again, {differed} differed.")
