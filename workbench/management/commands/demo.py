"""manage.py demo: makes the demonstration once, and tells what it made."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from incidents.models import Party
from workbench.demonstration.player import PASSWORD, PEOPLE, demonstration, make_demonstration
from workbench.demonstration.telling import duties_table, story


class Command(BaseCommand):
    """Idempotent: a second run makes nothing anew and tells the same story from what is stored."""

    help = "Make the demonstration cases (once) and print what each wave of facts changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="make it, print nothing")
        parser.add_argument("--logins", action="store_true", help="make it, print only who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = demonstration()
        if workspace is None:
            workspace = make_demonstration(timezone.now())
        if options["logins"]:
            for email, _, role, _, _ in PEOPLE:
                self.stdout.write(f"{email}  {PASSWORD}  {role.label}")
            return
        if options["quiet"]:
            return
        for line in story(workspace):
            self.stdout.write(line)
        for party in Party.objects.filter(incident__workspace=workspace, position=Party.Position.ORGANISATION):
            for line in duties_table(party, party.incident.now(timezone.now())):
                self.stdout.write(line)
