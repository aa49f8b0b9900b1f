"""`manage.py encrypt_files`: seals what is stored plain or under an earlier key; makes and counts keys."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sealed.keys import key_for_writing, new_key
from accounts.sealed.sealing import PLAIN, Standing, seal_all, standing


class Command(BaseCommand):
    help = "Encrypts every stored file under the first key of TOCSIN_FILE_KEYS, while Tocsin runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--check", action="store_true", help="only count the files under each key; 1 if any is behind"
        )
        what.add_argument("--new-key", metavar="NAME", help="only print a new key for TOCSIN_FILE_KEYS, of that name")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            try:
                self.stdout.write(new_key(options["new_key"]))
            except ValueError as error:
                raise CommandError(f"--new-key {error}") from None
            return
        key = key_for_writing()
        if options["check"]:
            found = standing()
            self.say(found)
            if found.faults or (found.behind(key) if key else found.keys.total()):
                sys.exit(1)
            return
        if key is None:
            raise CommandError(
                "TOCSIN_FILE_KEYS is not set, so there is no key to encrypt with. Make one: "
                "manage.py encrypt_files --new-key 2026"
            )
        found = seal_all(key, lambda name: self.stdout.write(name) if options["verbosity"] > 1 else None)
        self.stdout.write(f"{found.sealed} encrypted now under {key.name}.")
        self.say(found)
        if found.faults:
            sys.exit(1)

    def say(self, found: Standing) -> None:
        """A line for each key, and one for each file that cannot be opened."""
        for name, count in sorted(found.keys.items()):
            self.stdout.write(f"{count} {'plain' if name == PLAIN else f'under {name}'}")
        for name, why in found.faults.items():
            self.stderr.write(f"{name}: {why}")
