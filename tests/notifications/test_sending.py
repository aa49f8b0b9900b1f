"""The tick: what goes to whom in one mail, what repeats, what is late, what failed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Membership, Role, User
from incidents import services
from incidents.models import Incident, Obligation
from notifications import sending
from notifications.choices import choices_of
from notifications.models import Reason, Reminder, State
from notifications.tasks import tick
from notifications.troubles import troubles_of
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import START, Clock, H, deliver_all, steps

AddDuty = Callable[..., Obligation]


def states() -> set[str]:
    return set(Reminder.objects.exclude(state=State.PLANNED).values_list("state", flat=True))


def test_it_writes_when_a_step_is_due_and_not_before(duty: Obligation, clock: Clock) -> None:
    assert clock.tick(35.4) == 0
    assert clock.tick(36) == 1
    assert clock.tick(36) == 0
    message = Message.objects.get()
    assert (message.recipient, message.kind, message.related) == (
        "alice@example.org",
        "reminder",
        f"incident {duty.incident_id}",
    )


def test_it_follows_the_mail_out_of_the_house(duty: Obligation, clock: Clock) -> None:
    clock.tick(36)
    assert states() == {State.CLAIMED}
    (sent,) = deliver_all()
    clock.tick(36.1)
    row = Reminder.objects.get(state=State.SENT)
    assert row.message is not None
    assert row.sent_at == row.message.sent_at
    assert sent.extra_headers["Message-ID"] == row.message.message_id


def test_it_is_the_task_that_beat_names(duty: Obligation, clock: Clock) -> None:
    clock.set(36)
    assert tick.name == "notifications.tick"
    assert tick() == 1


def test_it_bundles_what_falls_within_half_an_hour_by_due_instant(add_duty: AddDuty, cast: Cast, clock: Clock) -> None:
    later, first, _ = add_duty(72.8, title="Second"), add_duty(72, title="First"), add_duty(80, title="Third")
    assert clock.tick(36) == 1
    message = Message.objects.get()
    assert message.text.index("First") < message.text.index("Second")
    assert "Third" not in message.text
    assert set(Reminder.objects.filter(message=message).values_list("obligation", flat=True)) == {first.pk, later.pk}


def test_it_never_says_overdue_early_nor_the_last_warning(add_duty: AddDuty, cast: Cast, clock: Clock) -> None:
    add_duty(72)
    add_duty(72.2, title="A little later")
    clock.tick(71.5)
    assert steps(cast.alice)[0] == ("30min", 71.7)
    clock.tick(72)
    assert ("overdue-0", 72.2) in steps(cast.alice)


def test_it_keeps_workspaces_apart(duty: Obligation, cast: Cast, clock: Clock) -> None:
    Membership.objects.create(user=cast.alice, workspace=cast.elsewhere, role=Role.PRIVACY_OFFICER)
    other = Incident.objects.create(
        workspace=cast.elsewhere, number=1, reference="INC-2026-001", title="Other", owner=cast.alice,
        opened_by=cast.alice, time_zone="UTC",
    )  # fmt: skip
    entity = cast.elsewhere.legal_entities.create(name="Elsewhere Ltd", country="GB")
    party = other.parties.create(legal_entity=entity, created_by=cast.alice)
    services.add_obligation(party, title="Tell them", source="Contract", by=cast.alice, due=clock.at(72))
    assert clock.tick(36) == 2
    assert set(Message.objects.values_list("workspace__slug", "subject")) == {
        ("harbour", "36 h left: Tell the insurer (France) · INC-2026-014"),
        ("elsewhere", "36 h left: Tell them · INC-2026-001"),
    }


def test_it_recalls_every_four_hours_until_somebody_acts(duty: Obligation, cast: Cast, clock: Clock) -> None:
    clock.tick(71.5)
    written = [hour for hour in range(72, 86) if clock.tick(hour)]
    assert written == [72, 76, 80, 84]
    services.decide_not_to_notify(duty, by=cast.alice, reason="Not covered")
    assert [hour for hour in range(86, 100) if clock.tick(hour)] == []


def test_it_writes_one_late_mail_for_all_that_was_missed_and_says_so(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    assert clock.tick(83) == 1
    text = Message.objects.get().text
    assert "Overdue by 11 h" in text
    assert "This reminder is late by 47 h: it was planned for Tuesday 3 November 2026, 22:30, Paris time" in text
    assert states() == {State.CLAIMED}
    assert clock.tick(83.1) == 0
    assert steps(cast.alice) == [("overdue-3", 84)]


def test_it_does_not_call_a_punctual_one_late(duty: Obligation, clock: Clock) -> None:
    clock.tick(36.1)
    assert "late by" not in Message.objects.get().text


def test_it_goes_to_the_next_person_when_the_mail_cannot_be_delivered(
    duty: Obligation, cast: Cast, dora: User, clock: Clock
) -> None:
    clock.tick(36)
    Message.objects.update(state=Message.State.FAILED, next_attempt_at=None, reason="550 no such user")
    assert clock.tick(36.2) == 1
    assert Message.objects.latest("pk").recipient == "dora@example.org"
    row = Reminder.objects.get(reason=Reason.UNDELIVERED)
    assert (row.recipient, row.state, row.note) == (cast.alice, State.DROPPED, "550 no such user")
    assert ("24h", 48) in steps(cast.alice)


def test_it_passes_on_to_the_deputy_on_the_spot_when_the_owner_is_gone(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    Incident.objects.update(deputy=cast.bob)
    clock.tick(1)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    clock.tick(36)
    assert list(Message.objects.values_list("recipient", flat=True)) == ["bob@example.org"]


def test_it_drops_visibly_what_the_outbox_refuses_and_writes_to_the_others(
    duty: Obligation, cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(email="nonsense")
    Incident.objects.update(deputy=cast.bob)
    clock.tick(48)
    assert set(Message.objects.values_list("recipient", flat=True)) == {"bob@example.org"}
    assert Reminder.objects.filter(reason=Reason.REFUSED, recipient=cast.alice, state=State.DROPPED).exists()
    assert "refused a reminder" in caplog.text


def test_it_keeps_one_broken_mail_from_the_others(
    duty: Obligation, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Incident.objects.update(deputy=cast.bob)
    clock.tick(47)
    honest = sending.compose

    def broken(recipient: User, *args: object, **kwargs: object) -> object:
        if recipient == cast.alice:
            raise ZeroDivisionError
        return honest(recipient, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "compose", broken)
    assert clock.tick(48) == 1
    assert Message.objects.latest("pk").recipient == "bob@example.org"
    assert "no reminder could be written" in caplog.text
    monkeypatch.setattr(sending, "compose", honest)
    assert clock.tick(48.1) == 1


def test_it_gives_the_same_steps_the_same_message_id(duty: Obligation, clock: Clock) -> None:
    clock.tick(36)
    first = Message.objects.get().message_id
    Reminder.objects.filter(state=State.CLAIMED).update(state=State.PLANNED, message=None, bundle="", claimed_at=None)
    Message.objects.all().delete()
    clock.tick(36)
    assert Message.objects.get().message_id == first


def test_it_names_the_next_reminder(duty: Obligation, clock: Clock) -> None:
    clock.tick(36)
    assert "Next reminder to you about this: Wednesday 4 November 2026, 10:30, Paris time" in Message.objects.get().text
    clock.tick(72)
    assert "Next reminder to you about this: Thursday 5 November 2026, 14:30" in Message.objects.latest("pk").text


def test_it_costs_a_quiet_tick_few_queries(
    add_duty: AddDuty, clock: Clock, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for n in range(5):
        add_duty(72 + n)
    sending.run_tick(START)  # makes the mark of the sweep
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert sending.run_tick(START + H + timedelta(seconds=1)) == 0


def test_it_turns_to_the_next_person_when_a_mail_comes_back_later(
    duty: Obligation, cast: Cast, clock: Clock, dora: User
) -> None:
    clock.tick(36)
    deliver_all()
    clock.tick(36.1)
    row = Reminder.objects.get(recipient=cast.alice, step="half")
    assert row.state == State.SENT
    Message.objects.filter(pk=row.message_id).update(state="bounced", reason="It left, and came back: no such address.")
    clock.tick(36.2)
    row.refresh_from_db()
    assert (row.state, row.reason, row.sent_at) == (State.DROPPED, Reason.UNDELIVERED, None)
    assert row.note == "It left, and came back: no such address."
    assert Reminder.objects.filter(recipient=dora, state__in=[State.PLANNED, State.CLAIMED]).exclude(
        step__startswith="overdue"
    )
    choices = choices_of(cast.workspace, clock.now)
    assert any("came back" in one.words for one in troubles_of(cast.workspace, choices) if one.kind == "unreached")
