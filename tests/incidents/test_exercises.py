"""Exercises: begun in one step, told on, ended; and nothing of them leaves the house."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.models import Exercise, Incident, TimelineEntry
from incidents.scenarios import ScenarioError, load_scenarios, read_scenario
from incidents.services import end_exercise, start_exercise, tell_on
from tests.conftest import Cast

SLUGS = ["misdirected-mail", "ransomware-processor", "car-maker-waves"]


@pytest.fixture
def drill(cast: Cast) -> Exercise:
    return start_exercise(cast.workspace, load_scenarios()["ransomware-processor"], by=cast.alice)


def test_it_ships_scenarios_from_short_to_long() -> None:
    assert list(load_scenarios()) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_it_begins_in_one_step_even_where_no_company_is_known(cast: Cast, slug: str) -> None:
    drill = start_exercise(cast.workspace, load_scenarios()[slug], by=cast.alice)
    case = drill.incident
    assert (case.exercise, case.reference[:8], drill.told) == (True, "EXERCISE", 1)
    assert case.parties.get().legal_entity.name == "Harbour Lines (exercise)"


def test_it_leaves_no_gap_among_the_incidents(cast: Cast, drill: Exercise, open_case: Callable[..., Incident]) -> None:
    assert open_case().reference.endswith("-001")


def test_it_moves_its_clock_with_the_news_and_never_past_now(cast: Cast, drill: Exercise) -> None:
    scenario = load_scenarios()[drill.scenario]
    first = Incident.objects.get(pk=drill.incident_id).stands_at
    assert first is not None
    for told in range(1, len(scenario.news)):
        tell_on(drill, by=cast.alice, told=told)
    last = Incident.objects.get(pk=drill.incident_id).stands_at
    assert last is not None
    assert last - first == scenario.span
    assert last <= timezone.now()
    assert TimelineEntry.objects.filter(incident=drill.incident, kind="human").count() == len(scenario.news)


def test_it_tells_a_piece_of_news_once(cast: Cast, drill: Exercise) -> None:
    tell_on(drill, by=cast.alice, told=1)
    assert tell_on(drill, by=cast.alice, told=1).told == 2


def test_it_ends_with_its_case(cast: Cast, drill: Exercise) -> None:
    ended = end_exercise(drill, by=cast.alice, remarks="Nobody had the number of the insurer.")
    assert ended.ended_by == cast.alice
    assert Incident.objects.get(pk=drill.incident_id).closed_at is not None
    with pytest.raises(ValidationError, match="has ended"):
        tell_on(drill, by=cast.alice, told=1)


def test_the_database_lets_no_exercise_run_by_the_real_clock(drill: Exercise) -> None:
    with pytest.raises(IntegrityError, match="exercise_stands_still"), transaction.atomic():
        Incident.objects.filter(pk=drill.incident_id).update(stands_at=None)


def test_it_names_every_fault_of_a_scenario() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario("mine", 'minutes = 5\ncountry = "FR"\n[title]\nen = "A"\n[[news]]\nafter = -1\nen = "B"')
    faults = str(caught.value).splitlines()
    assert "mine.toml: about is missing" in faults
    assert "mine.toml: title: fr: expected words" in faults
    assert "mine.toml: news 1: after: -1; expected whole hours from 0 to 720" in faults
