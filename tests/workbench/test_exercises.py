"""The pages of exercises, what they measure, and where an exercise must not appear."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents.models import Exercise, Incident, InfoRequest, Obligation
from incidents.scenarios import load_scenarios
from incidents.services import patch_facts, recount, start_exercise
from notifications.clocks import running
from outbox.models import Message
from reports.compose import Look, document_html
from reports.definitions import load_forms
from reports.register import Wanted, register_cases
from reports.snapshots import take_snapshot
from tests.conftest import Cast
from tests.workbench.conftest import page
from workbench.selectors.dashboard import figures
from workbench.selectors.exercises import results

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.fixture
def drill(cast: Cast) -> Exercise:
    drill = start_exercise(cast.workspace, load_scenarios()["car-maker-waves"], by=cast.alice)
    patch = {
        "/timeline/became_aware_at": drill.incident.opened_at.isoformat(),
        "/affected/fr": {"country": "FR", "presence": "confirmed"},
        "/nature/confidentiality": "yes",
        "/organisation/establishments": ["FR"],
        "/data/full_name": {"status": "confirmed"},
    }
    party = drill.incident.parties.get()
    patch_facts(party, patch, 1, cast.alice, "News", known_at=drill.incident.opened_at)
    return drill


def address(drill: Exercise, name: str, *args: object) -> str:
    return reverse(f"workbench:{name}", args=("harbour", drill.incident.number, *args))


def test_it_begins_with_one_click(officer: Client) -> None:
    answer = officer.post(reverse("workbench:exercises", args=("harbour",)), {"scenario": "misdirected-mail"})
    drill = Exercise.objects.get()
    assert answer.headers["Location"] == address(drill, "exercise")
    assert "a customer rang" in page(officer.get(answer.headers["Location"]))


@pytest.mark.parametrize("name", ["case", "facts", "people", "duties", "timeline", "waves", "exercise"])
def test_every_page_says_that_it_is_an_exercise(officer: Client, drill: Exercise, name: str) -> None:
    assert "exercise-banner" in page(officer.get(address(drill, name)))


@pytest.mark.parametrize("name", ["reports:list", "notifications:case"])
def test_the_pages_of_other_floors_say_it_too(officer: Client, drill: Exercise, name: str) -> None:
    assert "exercise-banner" in page(officer.get(reverse(name, args=("harbour", drill.incident.number))))


def test_it_stands_in_no_register_and_no_figure(
    cast: Cast, drill: Exercise, open_case: Callable[..., Incident]
) -> None:
    real = open_case()
    member = Membership.objects.get(user=cast.alice)
    assert list(register_cases(member, Wanted())) == [real]
    recount([real.pk, drill.incident_id])
    found = figures(member, NOW, standing_still=True)
    assert dict(found.countries)["FR"] == 1


def test_nobody_is_reminded_of_it(drill: Exercise) -> None:
    assert Obligation.objects.filter(incident=drill.incident, due__isnull=False).exists()
    assert not running(Obligation.objects.filter(incident=drill.incident)).exists()


def test_a_question_asked_outside_stays_inside(officer: Client, drill: Exercise) -> None:
    typed = {"name": "Ken", "email": "ken@example.jp", "days": 3}
    assert officer.post(address(drill, "request_new", "role"), typed).status_code == 302
    assert InfoRequest.objects.count() == 1
    assert Message.objects.get(recipient="ken@example.jp").inside_only


def test_it_measures_what_was_done(drill: Exercise) -> None:
    taken = {str(one.words) for one in results(drill).steps if one.at is not None}
    assert taken == {"First answer recorded", "Moment of awareness recorded", "First country with people"}


def test_it_tells_on_and_ends(officer: Client, drill: Exercise) -> None:
    officer.post(address(drill, "exercise"), {"act": "news", "told": "1"})
    assert Exercise.objects.get().told == 2
    officer.post(address(drill, "exercise"), {"act": "end", "remarks": "Call the insurer first."})
    shown = page(officer.get(address(drill, "exercise")))
    assert "Call the insurer first." in shown
    assert "Next news" not in shown


def test_only_an_officer_begins_one(signed_in: Callable[[User], Client], member: Callable[..., User]) -> None:
    auditor = signed_in(member(Role.AUDITOR))
    where = reverse("workbench:exercises", args=("harbour",))
    assert "Begin this exercise" not in page(auditor.get(where))
    assert auditor.post(where, {"scenario": "misdirected-mail"}).status_code == 403


def test_its_documents_carry_the_mark(drill: Exercise) -> None:
    snapshot = take_snapshot(
        party=drill.incident.parties.get(), form=load_forms()["gdpr.edpb"], language="en", phase="initial",
        reference="X/1", taken_at=timezone.now(),
    )  # fmt: skip
    html = document_html(snapshot, {}, Look())
    assert '<div class="watermark exercise" aria-hidden="true">EXERCISE</div>' in html
    assert "It must not be sent to anybody." in html
