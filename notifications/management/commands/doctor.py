"""`manage.py doctor`: is this installation fit to remind? Exit status 1 where something is bad."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.checks import Level, all_checks
from outbox import delivery, health
from outbox.services import OutboxError

WORDS = {Level.GOOD: "ok  ", Level.WARN: "warn", Level.BAD: "BAD "}


class Command(BaseCommand):
    help = "Looks at scheduler, mail, outbox, clocks, tables, backup, fonts and law library."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail-to", metavar="ADDRESS", help="send a test mail that its reader confirms by a link")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["mail_to"]:
            self.send_test(options["mail_to"])
        found = all_checks(now, ask_mail_server=True)
        for check in found:
            self.stdout.write(f"{WORDS[check.level]}  {check.name}: {check.found}")
            if check.level != Level.GOOD:
                self.stdout.write(f"      {check.mend}")
        if any(check.level == Level.BAD for check in found):
            sys.exit(1)

    def send_test(self, address: str) -> None:
        """Hands it over from here, so that it needs neither worker nor beat."""
        try:
            proof = health.send_test(address, None, "en", timezone.now())
        except OutboxError as error:
            raise CommandError(str(error)) from None
        delivery.deliver([proof.message_id])
        proof.message.refresh_from_db()
        self.stdout.write(f"Test mail to {address}: {proof.message.get_state_display().lower()}")
        last = proof.message.attempts.order_by("-number").first()
        if proof.message.state != "sent" and last is not None:
            self.stdout.write(f"      {last.failure}: {last.answer}")
