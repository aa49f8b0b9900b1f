"""A page that refuses a form shows what was typed: to be copied, and after a fault of ours to be sent again."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity
from incidents.models import Incident, TimelineEntry
from incidents.services import open_incident
from tests.conftest import Cast

TYPED = {"at": "2026-01-05T10:00", "text": "The provider called: <names> were in it."}
SHOWN = "The provider called: &lt;names&gt; were in it."


@pytest.fixture
def case(cast: Cast) -> Incident:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    return open_incident(workspace=cast.workspace, title="A case", legal_entity=entity, opened_by=cast.alice)


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.alice)
    return client


def timeline(number: int) -> str:
    return reverse("workbench:timeline", args=("harbour", number))


def test_it_shows_what_was_typed_where_the_case_was_closed_meanwhile(alice: Client, case: Incident) -> None:
    Incident.objects.filter(pk=case.pk).update(phase="closed", closed_at=timezone.now(), closing_reason="Over.")
    refused = alice.post(timeline(case.number), {**TYPED, "key": "1f2e"})
    text = refused.content.decode()
    assert refused.status_code == 403
    assert SHOWN in text
    assert "1f2e" not in text
    assert "Send it again" not in text


def test_it_shows_what_was_typed_where_the_page_is_gone(alice: Client, case: Incident) -> None:
    refused = alice.post(timeline(case.number + 1), TYPED)
    assert refused.status_code == 404
    assert SHOWN in refused.content.decode()


def test_it_can_be_sent_again_after_a_fault_of_ours(
    alice: Client, case: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as down:
        down.setattr("workbench.views.timeline.open_case", broken)
        refused = alice.post(timeline(case.number), {**TYPED, "password": "secret words"})
    text = refused.content.decode()
    assert refused.status_code == 500
    assert 'id="typed-title"' in text
    assert SHOWN in text
    assert "secret words" not in text
    (form,) = re.findall(r'<form method="post" action="([^"]+)"', text)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    assert alice.post(unescape(form), {name: unescape(value) for name, value in fields.items()}).status_code == 302
    assert TimelineEntry.objects.get(kind="human").text == TYPED["text"]


def test_it_says_nothing_where_nothing_was_typed(alice: Client, case: Incident) -> None:
    text = alice.post(timeline(case.number + 1), {"text": " ", "key": "1f2e"}).content.decode()
    assert 'id="typed-title"' not in text
