"""manage.py demo: made once, told as often as one likes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Workspace
from incidents.models import Incident
from outbox.models import Message
from reports.models import Document
from workbench.demonstration.player import PASSWORD


def demo(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_is_made_once_and_says_who_can_sign_in_and_where_to_begin() -> None:
    first, second = demo("--logins"), demo("--logins")
    assert first == second
    assert f"alice@demonstration.example  {PASSWORD}  Privacy officer" in first
    assert "/w/demonstration/incidents/2/" in first
    assert Workspace.objects.count() == 1
    assert Incident.objects.count() == 3


@pytest.mark.django_db
def test_it_tells_the_waves_and_ends_with_documents_and_mails(tmp_path: Path, settings: object) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    told = demo()
    waves = ["12 May 2023", "31 May 2023", "01 Jun 2023", "06 Jun 2023", "12 Jul 2023"]
    places = [told.index(f"\n{day}  ") for day in waves]
    assert places == sorted(places)
    assert "New Zealand: notify OPC" in told
    assert "Ask first: " in told
    assert len(list((tmp_path / "demonstration").glob("*.pdf"))) == Document.objects.count() == 8
    reminder = Message.objects.get(kind="reminder")
    assert f"to alice@demonstration.example: {reminder.subject} [Sent]" in told
