"""`manage.py bounces`: reads reports of mail that came back, from a mailbox or from the mail server's pipe.

    manage.py bounces /var/mail/tocsin            an mbox file
    manage.py bounces ~/Maildir --remove          a Maildir; the reports that were understood are taken out
    manage.py bounces -                           one mail on standard input: for a pipe of the mail server

Safe to repeat: a report read twice changes nothing the second time.
"""

import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from email import message_from_binary_file
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from outbox.bounces import Came, record

EX_TEMPFAIL = 75
"""sysexits.h: a mail server keeps the mail and calls again."""
TAKEN = (Came.RECORDED, Came.KNOWN)


class Command(BaseCommand):
    help = "Reads reports of mail that came back (RFC 3464) from an mbox file, a Maildir or standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox", help="an mbox file, a Maildir, or - for one mail on standard input")
        parser.add_argument("--remove", action="store_true", help="take out of the mailbox what was understood")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mailbox"] == "-":
            self.from_pipe()
            return
        path = Path(options["mailbox"]).expanduser()
        if not path.exists():
            raise CommandError(f"{path}: there is no such mailbox; expected an mbox file or a Maildir")
        came = _read_all(_opened(path), remove=options["remove"])
        self.stdout.write(
            "; ".join(f"{count} {what}" for what, count in sorted(came.items())) or "the mailbox is empty"
        )

    def from_pipe(self) -> None:
        """One mail. What is no report, or not ours, is no fault: the mail server must not send it back."""
        try:
            came = record(message_from_binary_file(sys.stdin.buffer))
        except OperationalError:
            self.stderr.write("The database does not answer; try again later.")
            sys.exit(EX_TEMPFAIL)
        self.stdout.write(str(came))


def _opened(path: Path) -> mailbox.Mailbox[Any]:
    if path.is_dir():
        if not (path / "new").is_dir():
            raise CommandError(f"{path}: is a folder without new/; expected a Maildir, or an mbox file")
        return mailbox.Maildir(str(path), create=False)
    return mailbox.mbox(str(path), create=False)


def _read_all(box: mailbox.Mailbox[Any], *, remove: bool) -> Counter[str]:
    came: Counter[str] = Counter()
    if remove:
        box.lock()
    try:
        for key in box.keys():  # noqa: SIM118 - a mailbox yields its messages when it is asked for itself
            what = record(box[key])
            came[str(what)] += 1
            if remove and what in TAKEN:
                box.remove(key)
    finally:
        box.close()  # writes, and unlocks
    return came
