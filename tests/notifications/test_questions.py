"""Duties that are only possible: one reminder for all of them, naming the question."""

from collections.abc import Callable
from typing import Any

import pytest

from incidents import services
from incidents.models import Incident, Obligation, Outcome
from notifications.clocks import is_possible
from notifications.planning import reconcile
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import START, Clock, behind, steps
from tests.notifications.test_mails import FACTS, newest, open_case

__all__ = ["open_case"]

REGION: dict[str, Any] = {
    "/affected/oceania/region": "009",
    "/affected/oceania/presence": "suspected",
    "/organisation/does_business_in": ["FR", "AU", "NZ"],
    "/affected_complete": "no",
    "/timeline/detected_at": START.isoformat(),
}
WITHOUT_FRANCE = {path: None for path in FACTS if path.startswith("/affected/fr/")}


@pytest.fixture
def region(open_case: Callable[..., Incident]) -> Incident:
    """People somewhere in Oceania, perhaps."""
    return open_case(**REGION)


def possible() -> list[Obligation]:
    return [row for row in Obligation.objects.filter(outcome=Outcome.UNDETERMINED) if is_possible(row)]


def test_it_gives_possible_duties_one_reminder_and_no_series(region: Incident, cast: Cast) -> None:
    waiting = [row for row in possible() if row.leading_due]
    assert len(waiting) > 1
    assert len(steps(cast.alice, step="question")) == 1
    ids = [row.pk for row in waiting]
    assert steps(cast.alice, obligation__in=ids) == steps(cast.alice, step="question")
    assert behind() == []


def test_it_names_the_question_and_the_earliest_instant_at_stake(region: Incident, cast: Cast, clock: Clock) -> None:
    ((_, at),) = steps(cast.alice, step="question")
    earliest = min(row.leading_due for row in possible() if row.leading_due)
    clock.tick(at)
    mail = next(message for message in Message.objects.all() if "Earliest instant at stake" in message.text)
    assert f"/incidents/{region.number}/" in mail.text
    assert f"{earliest.day} {earliest:%B %Y}" in mail.text
    assert "Australia" in mail.text


def test_it_asks_once(region: Incident, cast: Cast, clock: Clock) -> None:
    ((_, at),) = steps(cast.alice, step="question")
    clock.tick(at)
    reconcile(clock.at(at + 1))
    services.patch_facts(region.parties.get(), {"/risk/level": "high_risk"}, 1, cast.alice, "Judged")
    assert steps(cast.alice, step="question") == []


def test_it_begins_a_series_when_the_question_is_answered(region: Incident, cast: Cast, clock: Clock) -> None:
    party = region.parties.get()
    services.patch_facts(
        party,
        {"/affected/nz/country": "NZ", "/affected/nz/presence": "confirmed", "/risk/by_test/serious_harm": "yes"},
        1,
        cast.alice,
        "Customers in New Zealand confirmed",
    )
    settled = Obligation.objects.filter(jurisdiction="NZ", outcome=Outcome.APPLIES).first()
    assert settled is not None
    assert not is_possible(settled)


def test_it_takes_the_question_back_when_nothing_is_possible_any_more(region: Incident, cast: Cast) -> None:
    party = region.parties.get()
    services.patch_facts(party, {"/affected/oceania/presence": "ruled_out"}, 1, cast.alice, "Ruled out")
    assert not [row for row in possible() if row.leading_due]
    assert steps(cast.alice, step="question") == []


def test_it_speaks_of_the_question_first_when_it_is_alone(region: Incident, cast: Cast, clock: Clock) -> None:
    for row in Obligation.objects.filter(outcome=Outcome.APPLIES, due__isnull=False):
        services.decide_not_to_notify(row, by=cast.alice, reason="Test")
    ((_, at),) = steps(cast.alice, step="question")
    clock.tick(at)
    assert newest().subject.startswith("One question bears on ")
