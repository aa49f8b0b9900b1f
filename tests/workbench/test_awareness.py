"""The moment of awareness: every candidate with its source, one chosen with a reason, its effect shown first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.test import Client

from incidents.models import AwarenessCandidate, AwarenessChoice, Incident, Obligation, TimelineEntry
from incidents.selectors import newest_revision
from incidents.services import patch_facts
from tests.conftest import Cast


@pytest.fixture
def candidate(officer: Client, url: Callable[..., str]) -> AwarenessCandidate:
    """An hour earlier than what the case says so far: 9 in the morning in Paris."""
    typed = {"add": 1, "at": "2026-11-02T09:00", "source": "The help desk's log of the call"}
    assert officer.post(url("awareness"), typed).status_code == 302
    return AwarenessCandidate.objects.get()


def aware(incident: Incident) -> Any:
    revision = newest_revision(incident.parties.get())
    assert revision is not None
    return revision.document["timeline"]["became_aware_at"]


def test_it_shows_what_a_choice_does_to_the_clocks_and_stores_nothing(
    officer: Client, url: Callable[..., str], incident: Incident, candidate: AwarenessCandidate
) -> None:
    before = aware(incident)
    page = officer.post(url("awareness"), {"preview": 1, "candidate": candidate.pk, "base": 1}).content.decode()
    assert "Deadline moved" in page
    assert "Thu 5 Nov 2026, 09:00" in page  # 72 hours from the candidate
    assert aware(incident) == before
    assert not AwarenessChoice.objects.exists()


def test_it_moves_the_clocks_with_a_reason_on_record(
    officer: Client, url: Callable[..., str], incident: Incident, candidate: AwarenessCandidate, cast: Cast
) -> None:
    typed = {"choose": 1, "candidate": candidate.pk, "base": 1, "reason": "The help desk knew whose data it was."}
    assert officer.post(url("awareness"), typed).status_code == 302
    assert aware(incident).startswith("2026-11-02T08:00:00")
    choice = AwarenessChoice.objects.get()
    assert (choice.chosen_by, choice.reason) == (cast.alice, "The help desk knew whose data it was.")
    duty = Obligation.objects.get(incident=incident, duty="gdpr.art33.notify_authority", stage="initial")
    assert f"{duty.due:%Y-%m-%d %H:%M}" == "2026-11-05 08:00"
    assert TimelineEntry.objects.filter(event="awareness").count() == 1
    assert "The help desk knew whose data it was." in officer.get(url("awareness")).content.decode()


def test_it_needs_a_reason_and_keeps_the_choice_typed(
    officer: Client, url: Callable[..., str], candidate: AwarenessCandidate
) -> None:
    response = officer.post(url("awareness"), {"choose": 1, "candidate": candidate.pk, "base": 1, "reason": " "})
    assert response.status_code == 422
    assert "an inspector asks for it first" in response.content.decode()
    assert not AwarenessChoice.objects.exists()


def test_it_overwrites_nothing_that_somebody_else_recorded(
    officer: Client, url: Callable[..., str], incident: Incident, candidate: AwarenessCandidate, cast: Cast
) -> None:
    theirs = {"/timeline/became_aware_at": "2026-11-02T06:00:00+00:00"}
    patch_facts(incident.parties.get(), theirs, 1, cast.bob, "Read the alerts")
    typed = {"choose": 1, "candidate": candidate.pk, "base": 1, "reason": "The call."}
    response = officer.post(url("awareness"), typed)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Bob" in page
    assert "The call." in page
    assert not AwarenessChoice.objects.exists()


def test_it_says_when_the_fact_was_changed_past_the_choice(
    officer: Client, url: Callable[..., str], incident: Incident, candidate: AwarenessCandidate, cast: Cast
) -> None:
    officer.post(url("awareness"), {"choose": 1, "candidate": candidate.pk, "base": 1, "reason": "The call."})
    assert "was changed after the last choice" not in officer.get(url("awareness")).content.decode()
    patch_facts(
        incident.parties.get(), {"/timeline/became_aware_at": "2026-11-02T06:00:00+00:00"}, 2, cast.bob, "Alerts"
    )
    assert "was changed after the last choice" in officer.get(url("awareness")).content.decode()


def test_it_writes_candidates_once(candidate: AwarenessCandidate) -> None:
    candidate.source = "Something more convenient"
    with pytest.raises(ProgrammingError, match="written once"), transaction.atomic():
        candidate.save()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"at": ""}, "at"), ({"at": "2099-01-01T00:00"}, "at"), ({"source": " "}, "source")],
)
def test_it_names_what_a_candidate_lacks(
    officer: Client, url: Callable[..., str], typed: dict[str, str], field: str
) -> None:
    response = officer.post(url("awareness"), {"add": 1, "at": "2026-11-02T09:00", "source": "A call", **typed})
    assert response.status_code == 422
    assert field in response.context["candidate_form"].errors
    assert not AwarenessCandidate.objects.exists()
