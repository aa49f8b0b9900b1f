"""`manage.py rebuild_search`: the texts that can be found by words, made again from the cases themselves."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.models import Incident
from incidents.services import reindex
from incidents.services.indexing import PART


class Command(BaseCommand):
    help = "Makes the texts of all cases, or of one workspace, again for the search, and says how many differed."

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
            differed += reindex(part)
            seen += len(part)
        self.stdout.write(f"Texts of {seen} {'case' if seen == 1 else 'cases'} made again, {differed} differed.")
