"""The pure plan: the series, merging, planning late, recalls."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.reminder_plan import (
    EVERY_YARDSTICK,
    Step,
    overdue_number,
    overdue_step,
    plan,
    question_at,
    series,
)

START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
H = timedelta(hours=1)

few = settings(max_examples=60, deadline=None)
spans = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400))
shares = st.floats(min_value=-0.5, max_value=2)


def hours(steps: tuple[Step, ...], due: datetime) -> list[tuple[str, float]]:
    return [(step.kind, (due - step.at) / H) for step in steps]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        # Three quarters (18 h left) lies within 7.2 h of 24 h; 2 h within 7.2 h of 8 h; the last one stays.
        (72, [("half", 36), ("24h", 24), ("8h", 8), ("30min", 0.5)]),
        (24, [("half", 12), ("8h", 8), ("2h", 2), ("30min", 0.5)]),
        (4, [("half", 2), ("three_quarters", 1), ("30min", 0.5)]),
        (1, [("half", 0.5), ("three_quarters", 0.25)]),
        (30 * 24, [("half", 360), ("three_quarters", 180), ("24h", 24), ("30min", 0.5)]),
    ],
)
def test_it_spreads_the_steps_over_the_period(period: float, expected: list[tuple[str, float]]) -> None:
    due = START + period * H
    assert hours(series(due, START), due) == expected


def test_it_plans_the_whole_series_and_the_first_recall_at_the_start() -> None:
    made = plan(START + 72 * H, START, START)
    assert [step.kind for step in made.steps] == ["half", "24h", "8h", "30min", "overdue-0"]
    assert made.past == made.merged == ()


def test_it_drops_what_is_past_and_goes_once_at_once() -> None:
    due = START + 72 * H
    made = plan(due, START, START + 50 * H)
    assert [step.kind for step in made.past] == ["half", "24h"]
    assert hours(made.steps, due) == [("at_once", 22), ("8h", 8), ("30min", 0.5), ("overdue-0", 0)]


def test_it_merges_the_next_step_into_the_one_at_once() -> None:
    due = START + 72 * H
    made = plan(due, START, START + 62 * H)
    assert hours(made.merged, due) == [("8h", 8)]
    assert [step.kind for step in made.steps] == ["at_once", "30min", "overdue-0"]


def test_it_recalls_at_once_what_is_overdue_when_planned() -> None:
    due = START + 72 * H
    made = plan(due, START, START + 81 * H)
    assert made.steps == (Step(START + 81 * H, "overdue-2"),)


def test_it_never_recalls_where_nothing_can_be_overdue() -> None:
    assert plan(START + H, START, START + 2 * H, every=None).steps == ()


def test_it_recalls_a_passed_yardstick_once_a_day() -> None:
    assert overdue_step(START, START + 25 * H, EVERY_YARDSTICK) == Step(START + 48 * H, "overdue-2")


def test_it_counts_elapsed_time_through_a_night_of_summer_time() -> None:
    paris = ZoneInfo("Europe/Paris")
    due = datetime(2026, 10, 25, 12, 0, tzinfo=paris)  # the night before has 25 hours
    day_before = next(step for step in series(due, due - timedelta(days=3)) if step.kind == "24h")
    assert day_before.at.astimezone(paris) == datetime(2026, 10, 24, 13, 0, tzinfo=paris)


def test_it_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        series(datetime(2026, 11, 2), START)


@few
@given(spans)
def test_it_keeps_steps_apart_but_for_the_last(period: timedelta) -> None:
    due = START + period
    steps = series(due, START)
    assert all(START < step.at < due for step in steps)
    gaps = [later.at - earlier.at for earlier, later in pairwise(steps)]
    assert all(gap >= period / 10 for gap in gaps[:-1])
    assert all(gap > timedelta() for gap in gaps)
    # Whatever merges, the last warning of all stands.
    assert due - steps[-1].at <= max(timedelta(minutes=30), period / 4)


@few
@given(spans, shares)
def test_it_always_leaves_something_to_come(period: timedelta, share: float) -> None:
    due, now = START + period, START + period * share
    made = plan(due, START, now)
    assert made.steps
    assert all(step.at >= now or step.at >= due for step in made.steps)
    assert [step.at for step in made.steps] == sorted(step.at for step in made.steps)
    assert len({step.kind for step in (*made.steps, *made.past, *made.merged)}) == len(
        (*made.steps, *made.past, *made.merged)
    )
    assert sum(overdue_number(step.kind) is not None for step in made.steps) == 1
    if made.past and now < due:
        assert made.steps[0] == Step(now, "at_once")


@few
@given(spans, spans)
def test_it_recalls_not_before_and_within_one_turn(late: timedelta, every: timedelta) -> None:
    step = overdue_step(START, START + late, every)
    assert timedelta() <= step.at - (START + late) < every
    assert step.at == START + (overdue_number(step.kind) or 0) * every


@few
@given(spans, shares)
def test_it_asks_its_question_once_between_now_and_the_instant_or_at_once(period: timedelta, share: float) -> None:
    due, now = START + period, START + period * share
    at = question_at(due, START, now)
    assert at >= now
    assert at == now or at < due
