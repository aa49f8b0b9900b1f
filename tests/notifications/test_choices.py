"""What workspaces and people choose: floor, levels, days off, discreet mails, absences, and what is put off."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, User
from incidents.models import Incident, Obligation
from notifications import services
from notifications.models import Absence, Level, Reminder, ReminderPolicy, ReminderPreference, Snooze
from notifications.reminder_plan import Quiet, series
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import Clock, steps
from tests.notifications.test_seen import link_of

AddDuty = Callable[..., Obligation]
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = frozenset({1, 2, 3, 4, 5})


def prefer(user: User, cast: Cast, **chosen: object) -> None:
    ReminderPreference.objects.update_or_create(user=user, workspace=cast.workspace, defaults=chosen)


def test_it_brings_weekend_steps_forward_to_friday() -> None:
    due = datetime(2026, 11, 9, 8, tzinfo=UTC)  # a Monday
    found = {step.kind: step.at for step in series(due, due - timedelta(days=5), Quiet(PARIS, WEEKDAYS))}
    # Friday, 16:00 in Paris, instead of Sunday; the 24 h of Sunday merge into it
    assert found["three_quarters"] == datetime(2026, 11, 6, 15, tzinfo=UTC)
    assert "24h" not in found
    assert found["30min"] == due - timedelta(minutes=30)


def test_it_brings_steps_of_the_night_forward_to_the_evening() -> None:
    due = datetime(2026, 11, 5, 4, tzinfo=UTC)
    quiet = Quiet(PARIS, WEEKDAYS, time(22), time(7))
    found = {step.kind: step.at for step in series(due, due - timedelta(hours=40), quiet)}
    assert found["24h"] == datetime(2026, 11, 3, 21, tzinfo=UTC)  # 22:00 in Paris instead of 05:00


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.integers(20, 40_000),
    st.sets(st.integers(1, 7), min_size=1),
    st.sampled_from([None, (time(22), time(7)), (time(12), time(13)), (time(0), time(23, 59))]),
    st.sampled_from(["Europe/Paris", "Asia/Tokyo", "America/New_York", "Pacific/Apia"]),
)
def test_it_never_delays_a_step_and_never_moves_the_last_one(
    due: datetime, minutes: int, days: set[int], night: tuple[time, time] | None, zone: str
) -> None:
    start = due - timedelta(minutes=minutes)
    quiet = Quiet(ZoneInfo(zone), frozenset(days), *(night or (None, None)))
    plain = {step.kind: step.at for step in series(due, start)}
    found = series(due, start, quiet)
    assert found == tuple(sorted(found, key=lambda step: step.at))
    for step in found:
        assert start < step.at
        if step.kind in plain:
            assert step.at <= plain[step.kind]
    assert found[-1].at == max(plain.values())


def test_it_plans_by_the_workspaces_days(add_duty: AddDuty, cast: Cast) -> None:
    add_duty(168)  # a week: the next Monday, 10:30 in Paris
    at = {step: hour for step, hour in steps(cast.alice) if step == "three_quarters"}
    assert at == {"three_quarters": 101.5}  # Friday, 16:00 in Paris


def test_it_sends_a_step_that_was_brought_forward_although_its_tick_was_missed(add_duty: AddDuty, clock: Clock) -> None:
    add_duty(168)
    clock.tick(84)  # half
    assert clock.tick(110) == 1  # Friday night instead of Friday afternoon
    assert "This reminder is late by 8 h 30 min" in Message.objects.latest("pk").text


def test_it_sends_fewer_steps_to_who_wants_fewer(duty: Obligation, cast: Cast, clock: Clock) -> None:
    ReminderPolicy.objects.create(workspace=cast.workspace, floor=Level.LAST_HOURS)
    chosen = ReminderPreference(user=cast.alice, workspace=cast.workspace, level=Level.LAST_HOURS)
    services.save_preference(chosen, cast.alice, clock.now)
    assert [step for step, _ in steps(cast.alice)] == ["8h", "30min", "overdue-0"]


def test_it_keeps_to_the_floor_of_the_workspace(duty: Obligation, cast: Cast, clock: Clock) -> None:
    chosen = ReminderPreference(user=cast.alice, workspace=cast.workspace, level=Level.LAST_HOURS)
    services.save_preference(chosen, cast.alice, clock.now)
    assert [step for step, _ in steps(cast.alice)] == ["24h", "8h", "30min", "overdue-0"]


@pytest.mark.parametrize("by", ["workspace", "person"])
def test_it_says_nothing_of_law_country_or_title_where_that_is_chosen(
    add_duty: AddDuty, cast: Cast, clock: Clock, by: str, client: Client
) -> None:
    if by == "workspace":
        ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    else:
        prefer(cast.alice, cast, discreet=True)
    add_duty(72)
    clock.tick(36)
    mail = Message.objects.get()
    assert mail.subject == "36 h left · INC-2026-014"
    shown = client.get(link_of(mail)).content.decode()
    for text in (mail.subject, mail.text, mail.html, shown):
        for secret in ("insurer", "Policy", "France", "Customer files"):
            assert secret not in text
    assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in mail.text
    assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in shown


def away(cast: Cast, clock: Clock, first: float, last: float, stand_in: User | None = None) -> Absence:
    return services.add_absence(
        cast.workspace,
        cast.alice,
        clock.at(first),
        clock.at(last),
        stand_in=stand_in,
        by=cast.alice,
        now=clock.now,
    )


def test_it_writes_to_the_stand_in_while_somebody_is_away(duty: Obligation, cast: Cast, clock: Clock) -> None:
    away(cast, clock, -1, 40, cast.bob)
    clock.tick(36)
    mail = Message.objects.get()
    assert mail.recipient == "bob@example.org"
    assert "You receive this because you stand in for somebody who is away." in mail.text
    clock.tick(48)  # back
    assert Message.objects.latest("pk").recipient == "alice@example.org"


def test_it_writes_to_the_deputy_where_nobody_stands_in(
    duty: Obligation, incident: Incident, cast: Cast, clock: Clock
) -> None:
    Incident.objects.update(deputy=cast.bob)
    away(cast, clock, -1, 40)
    clock.tick(36)
    assert [message.recipient for message in Message.objects.all()] == ["bob@example.org"]


def test_it_sees_by_itself_that_an_absence_begins(duty: Obligation, cast: Cast, clock: Clock) -> None:
    away(cast, clock, 30, 60, cast.bob)
    assert {row.recipient for row in Reminder.objects.filter(state="planned")} == {cast.alice}
    clock.tick(31)
    assert {row.recipient for row in Reminder.objects.filter(state="planned")} == {cast.bob}
    clock.tick(61)
    assert {row.recipient for row in Reminder.objects.filter(state="planned")} == {cast.alice}


def test_it_rather_writes_to_somebody_away_than_to_nobody(duty: Obligation, cast: Cast, clock: Clock) -> None:
    away(cast, clock, -1, 100)
    clock.tick(36)
    assert Message.objects.get().recipient == "alice@example.org"


def test_it_refuses_an_absence_that_cannot_be(cast: Cast, clock: Clock) -> None:
    for first, last, stand_in, field in (
        (5, 4, None, "ends_at"),
        (-9, -8, None, "ends_at"),
        (1, 2, cast.charlie, "stand_in"),
        (1, 2, cast.alice, "stand_in"),
    ):
        with pytest.raises(ValidationError) as refusal:
            away(cast, clock, first, last, stand_in)
        assert field in refusal.value.message_dict


def test_it_plans_for_a_new_owner_in_the_same_transaction(duty: Obligation, incident: Incident, cast: Cast) -> None:
    from incidents.services import change_incident

    change_incident(incident, by=cast.alice, reason="Handed over", owner=cast.bob)
    assert {row.recipient for row in Reminder.objects.filter(state="planned", step="24h")} == {cast.bob}


def test_it_reminds_later_by_the_button_of_the_link(duty: Obligation, cast: Cast, clock: Clock, client: Client) -> None:
    clock.tick(48)
    link = link_of(Message.objects.get())
    clock.set(63)
    answer = client.post(link, {"later": "4h"}, follow=True)
    assert "Recorded: you are reminded of this again from Thursday 5 November 2026, 05:30" in answer.content.decode()
    assert clock.tick(64) == 0  # 8 h before: held
    assert clock.tick(67) == 1
    mail = Message.objects.latest("pk")
    assert "You asked to be reminded later. This was planned for Thursday 5 November 2026, 02:30" in mail.text
    assert "late by" not in mail.text


@pytest.mark.parametrize("when", ["4h", "morning"])
def test_it_never_puts_off_the_last_step(duty: Obligation, cast: Cast, clock: Clock, client: Client, when: str) -> None:
    clock.tick(64)
    link = link_of(Message.objects.get())
    clock.set(71)
    client.post(link, {"later": when})
    assert Snooze.objects.get().until <= clock.at(71.5)
    assert clock.tick(71.5) == 1


def test_it_puts_off_what_is_overdue_and_only_for_who_asked(
    duty: Obligation, cast: Cast, dora: User, clock: Clock, client: Client
) -> None:
    clock.tick(72)
    mine = Message.objects.get(recipient="alice@example.org")
    clock.set(75)
    client.post(link_of(mine), {"later": "4h"})
    clock.tick(76)
    assert [message.recipient for message in Message.objects.order_by("pk")][2:] == ["dora@example.org"]
    clock.tick(79)
    assert Message.objects.latest("pk").recipient == "alice@example.org"


def test_it_tells_at_once_what_moved_although_it_was_put_off(
    duty: Obligation, cast: Cast, clock: Clock, client: Client
) -> None:
    from incidents.services import change_obligation

    clock.tick(36)
    client.post(link_of(Message.objects.get()), {"later": "morning"})
    clock.set(36.5)
    change_obligation(duty, by=cast.alice, reason="Read again", due=clock.at(60))
    assert clock.tick(36.6) == 1
    assert "Deadline moved" in Message.objects.latest("pk").subject


def test_it_uses_the_workspaces_zone_for_a_person_without_one_and_says_so(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone="")
    clock.tick(36)
    text = Message.objects.get().text
    assert "Paris time" in text
    assert "No time zone is known for you" in text


def test_it_does_not_escalate_to_a_deputy_who_left(duty: Obligation, cast: Cast, dora: User, clock: Clock) -> None:
    Incident.objects.update(deputy=cast.bob)
    Membership.objects.filter(user=cast.bob).delete()
    clock.tick(48)
    assert {message.recipient for message in Message.objects.all()} == {"alice@example.org"}
    clock.tick(72)
    assert {message.recipient for message in Message.objects.all()} == {"alice@example.org", "dora@example.org"}
