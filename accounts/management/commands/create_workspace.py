"""The first step of a new installation: a workspace and the person who owns it."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import history, services
from accounts.models import User, Workspace


class Command(BaseCommand):
    help = "Create a workspace with its privacy officer, who is created too where the address is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="stands in addresses: small letters, digits, hyphens")
        parser.add_argument("name", help="the organisation's name")
        parser.add_argument("--owner", required=True, metavar="E-MAIL", help="the privacy officer's address")
        parser.add_argument("--owner-name", default="", help="the officer's name, where the address is new")
        parser.add_argument("--time-zone", default="UTC", help="such as Europe/Paris")
        parser.add_argument("--language", default="en")

    def handle(self, *args: object, **options: str) -> None:
        try:
            with transaction.atomic(), history.context(None, command="create_workspace"):
                owner, is_new = self._owner(options)
                workspace = services.create_workspace(
                    slug=options["slug"],
                    name=options["name"],
                    owner=owner,
                    language=options["language"],
                    time_zone=options["time_zone"],
                )
        except ValidationError as error:
            raise CommandError(_lines(error)) from None
        self._report(workspace, owner, is_new)

    def _owner(self, options: dict[str, str]) -> tuple[User, bool]:
        email = options["owner"].strip().lower()
        if (known := User.objects.filter(email=email).first()) is not None:
            return known, False
        name = options["owner_name"] or email.partition("@")[0]
        zone, language = options["time_zone"], options["language"]
        return services.create_user(email=email, display_name=name, time_zone=zone, language=language), True

    def _report(self, workspace: Workspace, owner: User, is_new: bool) -> None:
        self.stdout.write(f"Workspace {workspace.name}: /w/{workspace.slug}/")
        self.stdout.write(f"Privacy officer: {owner.email}")
        if is_new:
            self.stdout.write(
                "A password is set through 'Forgotten password' on the sign-in page,"
                f" or here: manage.py changepassword {owner.email}"
            )


def _lines(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return "\n".join(f"{name}: {' '.join(words)}" for name, words in error.message_dict.items())
    return "\n".join(error.messages)
