"""manage.py demo: makes the demonstration once, tells it, and shows the documents and mails that it made."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Workspace
from incidents.models import Incident, Party
from notifications.sending import run_tick
from outbox import delivery
from outbox.models import Message
from workbench.demonstration.papers import write_papers
from workbench.demonstration.player import PASSWORD, PEOPLE, demonstration, make_demonstration
from workbench.demonstration.telling import duties_table, story


class Command(BaseCommand):
    """Idempotent: a second run makes nothing anew and tells the same story from what is stored."""

    help = "Make the demonstration cases (once) and print what each wave of facts changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="make it, print nothing")
        parser.add_argument("--logins", action="store_true", help="make it, print only who can sign in and where")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = demonstration() or make_demonstration(timezone.now())
        if options["logins"]:
            for line in _logins(workspace):
                self.stdout.write(line)
            return
        if options["quiet"]:
            return
        for part in (story, _duties, _papers, _mails):
            for line in part(workspace):
                self.stdout.write(line)


def _logins(workspace: Workspace) -> Iterator[str]:
    """Who can sign in, and the case to begin with: the one with most to decide."""
    for email, _, role, _, _ in PEOPLE:
        yield f"{email}  {PASSWORD}  {role.label}"
    case = Incident.objects.filter(workspace=workspace, stands_at__isnull=False).order_by("-number").first()
    if case is not None:
        yield f"and open {settings.BASE_URL}/w/{workspace.slug}/incidents/{case.number}/"


def _duties(workspace: Workspace) -> Iterator[str]:
    now = timezone.now()
    organisation = Party.objects.filter(incident__workspace=workspace, position=Party.Position.ORGANISATION)
    for party in organisation.select_related("incident", "legal_entity").order_by("pk"):
        yield from duties_table(party, party.incident.now(now))


def _papers(workspace: Workspace) -> Iterator[str]:
    yield ""
    yield "Documents drafted (each carries its watermark until somebody approves it):"
    for path in write_papers(workspace, settings.VAR_DIR / "demonstration"):
        yield f"  {_near(path)}"


def _mails(workspace: Workspace) -> Iterator[str]:
    """One turn of the scheduler and of the outbox, done here; the demonstration's mail becomes files."""
    now = timezone.now()
    run_tick(now)
    ours = Message.objects.filter(workspace=workspace)
    delivery.deliver(ours.filter(state=Message.State.QUEUED).values_list("pk", flat=True))
    yield ""
    yield f"Reminders by mail (no mail leaves this machine; the files are in {_near(Path(settings.EMAIL_FILE_PATH))}):"
    for message in ours.order_by("pk"):
        yield f"  to {message.recipient}: {message.subject} [{message.get_state_display()}]"


def _near(path: Path) -> str:
    """A path as seen from where the reader stands, if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
