"""Planning from rows and events: who has which steps, and what moves, ends or revives them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents import events, services
from incidents.models import Incident, Obligation, Outcome, Party
from notifications import subscriptions
from notifications.clocks import Clock as Running
from notifications.clocks import clock_of
from notifications.models import Reason, Reminder, ReminderPlan, State
from notifications.planning import reconcile, replan
from tests.conftest import Cast
from tests.notifications.conftest import START, Clock, H, behind, steps

AddDuty = Callable[..., Obligation]
FULL = [("half", 36), ("24h", 48), ("8h", 64), ("30min", 71.5), ("overdue-0", 72)]


def fulfil(duty: Obligation, cast: Cast) -> Any:
    return services.record_fulfilment(duty, at=timezone.now(), by=cast.alice, channel="email")


def decide(duty: Obligation, cast: Cast) -> Any:
    return services.decide_not_to_notify(duty, by=cast.alice, reason="The policy does not cover it")


def reasons(**where: Any) -> set[str]:
    return set(Reminder.objects.filter(state=State.CANCELLED, **where).values_list("reason", flat=True))


def test_it_plans_when_a_duty_is_entered(duty: Obligation, cast: Cast) -> None:
    assert steps(cast.alice) == FULL
    assert behind() == []


def test_it_writes_to_deputy_in_the_last_day_and_to_the_team_when_overdue(
    party: Party, add_duty: AddDuty, cast: Cast, dora: User
) -> None:
    Incident.objects.update(deputy=cast.bob)
    party.incident.refresh_from_db()
    add_duty(72)
    assert steps(cast.alice) == FULL
    assert steps(cast.bob) == FULL[1:]
    assert steps(dora) == [("overdue-0", 72)]


def test_it_goes_to_the_deputy_at_once_when_the_owner_is_inactive(
    party: Party, add_duty: AddDuty, cast: Cast, dora: User
) -> None:
    Incident.objects.update(deputy=cast.bob)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    add_duty(72)
    assert steps(cast.alice) == []
    assert steps(cast.bob) == FULL
    assert steps(dora) == [("overdue-0", 72)]


def test_it_goes_to_the_team_when_owner_and_deputy_are_gone(add_duty: AddDuty, cast: Cast, dora: User) -> None:
    Membership.objects.filter(user=cast.alice).update(role=Role.ADMINISTRATOR)  # sees no case by that
    add_duty(72)
    assert steps(dora) == FULL


def test_it_tells_nobody_of_a_restricted_case_who_is_not_named(add_duty: AddDuty, cast: Cast, dora: User) -> None:
    Incident.objects.update(restricted=True)
    add_duty(72)
    assert steps(dora) == []
    assert steps(cast.alice) == FULL


def test_it_says_aloud_that_nobody_can_be_reminded_and_looks_again(
    add_duty: AddDuty, cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    Membership.objects.all().delete()
    duty = add_duty(72)
    assert "nobody to remind" in caplog.text
    Membership.objects.create(user=cast.alice, workspace=cast.workspace, role=Role.PRIVACY_OFFICER)
    assert behind() == [duty.pk]
    reconcile(clock.now)
    assert steps(cast.alice) == FULL


@pytest.mark.parametrize("act", [fulfil, decide])
def test_it_takes_everything_back_when_somebody_acts(act: Callable[..., Any], duty: Obligation, cast: Cast) -> None:
    act(duty, cast)
    assert steps() == []
    assert reasons() == {Reason.FULFILLED if act is fulfil else Reason.DECIDED}


def test_it_plans_again_when_a_record_is_withdrawn_and_tells_at_once_what_was_missed(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    done = fulfil(duty, cast)
    clock.set(50)
    services.withdraw_fulfilment(done, by=cast.alice, reason="Wrong case")
    assert steps(cast.alice) == [("24h", 50), *FULL[2:]]
    assert steps(cast.alice, State.DROPPED) == [("half", 36)]
    replan([duty.pk], clock.at(51))
    assert steps(cast.alice) == [("24h", 50), *FULL[2:]]


def test_it_plans_again_when_a_decision_is_revoked(duty: Obligation, cast: Cast) -> None:
    services.revoke_decision(decide(duty, cast), by=cast.alice, reason="New advice")
    assert steps(cast.alice) == FULL


def test_it_rests_while_a_case_is_closed(duty: Obligation, incident: Incident, cast: Cast) -> None:
    services.close_incident(incident, by=cast.alice, reason="Nothing came of it")
    assert (steps(), reasons()) == ([], {Reason.CLOSED})
    services.reopen_incident(incident, by=cast.alice, reason="Something did")
    assert steps(cast.alice) == FULL


def test_it_warns_a_new_deputy_at_the_step_that_is_near(duty: Obligation, cast: Cast, clock: Clock) -> None:
    Incident.objects.update(deputy=cast.bob)
    clock.set(47)  # the owner's earlier steps have passed; the deputy's first comes in an hour
    reconcile(clock.now)
    assert steps(cast.bob) == FULL[1:]


def test_it_says_nothing_in_a_case_that_stands_still(add_duty: AddDuty, incident: Incident, clock: Clock) -> None:
    Incident.objects.update(stands_at=START)
    incident.refresh_from_db()
    add_duty(72)
    assert steps() == []
    assert clock.tick(80) == 0


def test_it_moves_with_the_deadline_and_keeps_who_moved_it_and_why(duty: Obligation, cast: Cast) -> None:
    services.change_obligation(duty, by=cast.bob, reason="The insurer agreed", due=START + 96 * H)
    assert steps(cast.alice) == [("half", 48), ("three_quarters", 72), ("8h", 88), ("30min", 95.5), ("overdue-0", 96)]
    assert reasons() == {Reason.MOVED}
    plan = ReminderPlan.objects.get()
    assert plan.moved_from == START + 72 * H
    assert plan.moved_because == {"kind": "hand", "by": "Bob", "reason": "The insurer agreed"}


def test_it_tells_at_once_of_a_move_only_to_whom_it_told_the_old_instant(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    Incident.objects.update(deputy=cast.bob)
    assert clock.tick(36) == 1
    clock.set(40)
    services.change_obligation(duty, by=cast.alice, reason="Read again", due=clock.at(60))
    assert steps(cast.alice)[0] == ("moved", 40)
    assert ("moved", 40) not in steps(cast.bob)


def test_it_tells_whom_it_reminded_that_a_duty_fell_away_and_that_it_is_back(
    duty: Obligation, cast: Cast, dora: User, clock: Clock
) -> None:
    clock.tick(36)
    clock.set(40)
    services.change_obligation(duty, by=cast.alice, reason="Not covered", outcome=Outcome.DOES_NOT_APPLY)
    assert steps() == [("ended", 40)]
    assert clock.tick(40) == 1
    clock.set(41)
    services.change_obligation(duty, by=cast.alice, reason="Covered after all", outcome=Outcome.APPLIES)
    assert steps(cast.alice) == [("again", 41), *FULL[1:]]


def test_it_stays_silent_on_a_duty_that_fell_away_before_anybody_was_reminded(duty: Obligation, cast: Cast) -> None:
    services.change_obligation(duty, by=cast.alice, reason="Not covered", outcome=Outcome.DOES_NOT_APPLY)
    assert steps() == []


def test_it_hands_over_to_a_new_owner_at_once(duty: Obligation, incident: Incident, cast: Cast, clock: Clock) -> None:
    clock.set(50)
    services.change_incident(incident, by=cast.alice, reason="Holidays", owner=cast.bob)
    assert steps(cast.bob) == [("at_once", 50), *FULL[2:]]
    assert steps(cast.alice) == [("overdue-0", 72)]  # still a privacy officer of the workspace


@pytest.mark.parametrize(
    "change",
    [
        lambda: Obligation.objects.update(due=START + 48 * H),
        lambda: Obligation.objects.update(outcome=Outcome.DOES_NOT_APPLY),
        lambda: Obligation.objects.update(updated_at=timezone.now() + timedelta(seconds=1)),
        lambda: Incident.objects.update(owner=User.objects.get(email="bob@example.org")),
        lambda: Incident.objects.update(deputy=User.objects.get(email="bob@example.org")),
        lambda: Incident.objects.update(stands_at=START),
        lambda: ReminderPlan.objects.all().delete(),
    ],
    ids=["due", "outcome", "anything", "owner", "deputy", "stands", "plan lost"],
)
def test_it_finds_from_the_rows_alone_what_no_event_told(
    change: Callable[[], object], duty: Obligation, clock: Clock
) -> None:
    assert behind() == []
    change()
    assert behind() == [duty.pk]
    reconcile(clock.now)
    assert behind() == []


def test_it_repairs_a_lost_event(party: Party, cast: Cast, clock: Clock) -> None:
    events.unsubscribe(events.DutiesChanged, subscriptions.duties_changed)
    try:
        services.add_obligation(party, title="Tell the insurer", source="Policy", by=cast.alice, due=clock.at(72))
    finally:
        subscriptions.subscribe()
    assert steps() == []
    clock.tick(0)
    assert steps(cast.alice) == FULL


def test_it_repeats_itself_without_a_trace(duty: Obligation, cast: Cast, clock: Clock) -> None:
    before = list(Reminder.objects.order_by("pk").values())
    for hours in (0, 1, 30):
        replan([duty.pk], clock.at(hours))
    assert list(Reminder.objects.order_by("pk").values()) == before


def test_it_uses_yardstick_or_outer_limit_where_the_law_names_no_number(add_duty: AddDuty, clock: Clock) -> None:
    duty = add_duty(72)
    Obligation.objects.update(due=None, guideline_due=clock.at(100))
    reconcile(clock.now)
    assert ReminderPlan.objects.get().kind == "guideline"
    Obligation.objects.update(outer_due=clock.at(200))
    reconcile(clock.now)
    assert ReminderPlan.objects.get(obligation=duty).kind == "outer"


def test_it_never_calls_a_voluntary_duty_overdue(add_duty: AddDuty) -> None:
    duty = add_duty(72)
    Reminder.objects.all().delete()
    Obligation.objects.update(binding="voluntary", updated_at=timezone.now())
    replan([duty.pk], START)
    assert steps() == FULL[:-1]


def test_it_plans_many_duties_in_few_queries(add_duty: AddDuty, cast: Cast, clock: Clock) -> None:
    ids = [add_duty(72 + n).pk for n in range(12)]
    Reminder.objects.all().delete()
    ReminderPlan.objects.all().delete()
    with CaptureQueriesContext(
        connection,
    ) as few:
        replan(ids[:2], clock.now)
    with CaptureQueriesContext(connection) as many:
        replan(ids[2:], clock.now)
    assert len(many) == len(few)


def test_it_sweeps_by_the_same_rule_by_which_it_plans(duty: Obligation, cast: Cast) -> None:
    """The statement of notifications.finding says in SQL what clocks.clock_of says of one obligation."""
    other = User.objects.create_user("erin@example.org", None, display_name="Erin")
    case, one = Incident.objects.filter(pk=duty.incident_id), Obligation.objects.filter(pk=duty.pk)
    act = fulfil(duty, cast)
    events_lost: list[tuple[str, Callable[[], object]]] = [
        ("fulfilled", lambda: None),
        ("withdrawn", lambda: type(act).objects.update(withdrawn_at=START, withdrawn_by=other, withdrawn_reason="no")),
        ("closed", lambda: case.update(phase="closed", closed_at=START, closing_reason="Done")),
        ("open again", lambda: case.update(phase="detection", closed_at=None, closing_reason="")),
        ("stands still", lambda: case.update(stands_at=START)),
        ("goes on", lambda: case.update(stands_at=None)),
        ("not required", lambda: one.update(outcome=Outcome.DOES_NOT_APPLY)),
        ("depends", lambda: one.update(outcome=Outcome.UNDETERMINED)),
        ("only an outer limit", lambda: one.update(due=None, outer_due=START + 90 * H)),
        ("a yardstick", lambda: one.update(outer_due=None, guideline_due=START + 91 * H)),
        ("no instant", lambda: one.update(guideline_due=None)),
        ("an instant again", lambda: one.update(due=START + 92 * H)),
        ("another owner", lambda: case.update(owner=other)),
        ("a deputy", lambda: case.update(deputy=cast.bob)),
        ("touched", lambda: one.update(updated_at=START + H)),
    ]
    for name, change in events_lost:
        change()
        row = Obligation.objects.with_acts().select_related("incident").get(pk=duty.pk)
        plan = ReminderPlan.objects.get(obligation=duty)
        clock = clock_of(row)
        assert (duty.pk in behind()) == (name != "fulfilled"), name
        replan([duty.pk], START)
        plan.refresh_from_db()
        assert plan.live == isinstance(clock, Running), name
        assert not isinstance(clock, Running) or plan.due == clock.at, name
        assert behind() == [], name
