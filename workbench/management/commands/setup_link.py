"""`manage.py setup_link`: the address at which the first person of an empty installation sets it up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workbench.setting_up import is_empty, make_link


class Command(BaseCommand):
    help = "Prints the link to the set-up page, for one person and one day. Over once the first person exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="print nothing where somebody is known already")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_empty():
            self.stdout.write(make_link())
        elif not options["if_empty"]:
            raise CommandError(
                "This installation has its first person, so no link is made. For another workspace: "
                "manage.py create_workspace"
            )
