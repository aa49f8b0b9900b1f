"""The morning digest, and what it says has to be mended."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from accounts.models import Membership, User
from incidents.models import Incident, Obligation
from incidents.services.tasks import add_task
from notifications.choices import choices_of
from notifications.digests import run_digests
from notifications.models import Digest, ReminderPolicy, ReminderPreference
from notifications.troubles import troubles_of
from outbox.models import Endpoint, Message
from outbox.services import enqueue_call
from tests.conftest import Cast
from tests.notifications.conftest import Clock

AddDuty = Callable[..., Obligation]
MORNING = 21.1  # hours after Monday 10:30 in Paris: Tuesday, 07:36


def kinds(cast: Cast, clock: Clock) -> set[str]:
    return {one.kind for one in troubles_of(cast.workspace, choices_of(cast.workspace, clock.now))}


def test_it_writes_one_a_day_at_the_readers_own_hour(duty: Obligation, cast: Cast, clock: Clock) -> None:
    run_digests(clock.at(0.1))  # that of Monday
    assert run_digests(clock.at(20.9)) == 0  # Tuesday, 07:24
    assert run_digests(clock.at(MORNING)) == 1
    assert run_digests(clock.at(MORNING + 0.1)) == 0
    mail = Message.objects.get(kind="digest", related="", recipient="alice@example.org", key__endswith="2026-11-03")
    assert mail.subject == "Today: one open duty, 2 days 2 h left · Harbour Lines"
    for part in (mail.text, mail.html):
        assert "Within 7 days" in part
        assert "Tell the insurer" in part
        assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in part
        assert "/w/harbour/incidents/14/duties/" in part


def test_it_tells_the_owner_of_tasks_that_are_near(incident: Incident, cast: Cast, clock: Clock) -> None:
    near, far = clock.at(MORNING) + timedelta(hours=30), clock.at(MORNING) + timedelta(days=9)
    add_task(incident, title="Ask the host", by=cast.alice, owner=cast.bob, due=near)
    add_task(incident, title="Later", by=cast.alice, owner=cast.bob, due=far)
    add_task(incident, title="Of nobody", by=cast.alice, due=near)
    User.objects.filter(pk=cast.bob.pk).update(time_zone="Europe/Paris")
    assert run_digests(clock.at(MORNING)) == 1
    mail = Message.objects.get(kind="digest")
    assert mail.recipient == "bob@example.org"
    for part in (mail.text, mail.html):
        assert "Your tasks of the next 7 days" in part
        assert "Ask the host" in part
        assert "/tasks/" in part
        assert "Later" not in part
        assert "Of nobody" not in part
    ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    run_digests(clock.at(MORNING + 24))
    assert "Ask the host" not in Message.objects.filter(kind="digest").latest("pk").text


def test_it_is_made_up_for_on_the_same_day_and_not_later(duty: Obligation, cast: Cast, clock: Clock) -> None:
    assert run_digests(clock.at(30)) == 1  # down until Tuesday afternoon
    assert Digest.objects.get(message__isnull=False).day.isoformat() == "2026-11-03"


def test_it_writes_nothing_where_nothing_is_open(incident: Incident, cast: Cast, clock: Clock) -> None:
    assert run_digests(clock.at(MORNING)) == 0
    assert not Message.objects.exists()


@pytest.mark.parametrize("required", [True, False])
def test_it_may_be_switched_off_unless_the_workspace_wants_it(
    duty: Obligation, cast: Cast, clock: Clock, required: bool
) -> None:
    ReminderPolicy.objects.create(workspace=cast.workspace, digest_required=required, digest_at=time(7))
    ReminderPreference.objects.create(user=cast.alice, workspace=cast.workspace, digest=False)
    assert run_digests(clock.at(MORNING)) == int(required)


def test_it_tells_the_owner_only_of_his_own_cases(duty: Obligation, cast: Cast, clock: Clock) -> None:
    Incident.objects.update(owner=cast.bob)
    User.objects.filter(pk=cast.bob.pk).update(time_zone="Europe/Paris")
    assert run_digests(clock.at(MORNING)) == 2  # Bob, and Alice as privacy officer
    Incident.objects.update(owner=cast.alice)
    assert run_digests(clock.at(MORNING + 24)) == 1


def test_it_is_discreet_where_that_is_chosen(duty: Obligation, cast: Cast, clock: Clock) -> None:
    ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    run_digests(clock.at(MORNING))
    mail = Message.objects.get()
    assert "insurer" not in mail.subject + mail.text + mail.html


def test_it_shows_a_digest_for_nobody(duty: Obligation, cast: Cast, clock: Clock) -> None:
    Membership.objects.filter(user=cast.alice).delete()
    assert {"no_team", "left"} <= kinds(cast, clock)


def test_it_shows_an_address_that_bounces_and_tells_the_others_in_the_digest(
    duty: Obligation, cast: Cast, dora: User, clock: Clock
) -> None:
    clock.tick(36)
    Message.objects.update(state="failed", reason="Given up: refused (550).", next_attempt_at=None)
    clock.tick(36.1)
    assert "unreached" in kinds(cast, clock)
    assert Message.objects.latest("pk").recipient == "dora@example.org"
    run_digests(clock.at(MORNING + 25))  # Dora's zone is UTC
    text = Message.objects.filter(kind="digest", recipient="dora@example.org").get().text
    assert "Mail to alice@example.org cannot be delivered" in text
    assert "/w/harbour/outbox/" in text


def test_it_shows_a_person_without_zone_a_deputy_who_left_and_an_endpoint_that_fails(
    duty: Obligation, cast: Cast, clock: Clock
) -> None:
    assert kinds(cast, clock) == set()
    User.objects.filter(pk=cast.bob.pk).update(time_zone="Mars/Olympus")
    Incident.objects.update(deputy=cast.charlie)
    endpoint = Endpoint.objects.create(workspace=cast.workspace, url="https://example.org/hook", created_by=cast.alice)
    call = enqueue_call(endpoint, {"a": 1}, key="k", kind="webhook", related="")
    Message.objects.filter(pk=call.pk).update(state="awaiting_retry", attempts_made=3)
    assert kinds(cast, clock) == {"zone", "left", "endpoint"}


def test_it_shows_an_address_that_is_none_and_keeps_it_out_of_the_logs(
    duty: Obligation, cast: Cast, dora: User, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(email="alice at example")
    clock.tick(36)
    run_digests(clock.at(MORNING + 25))
    assert "address" in kinds(cast, clock)
    assert "refused" in caplog.text
    assert "alice at example" not in caplog.text
    text = Message.objects.get(kind="digest", recipient="dora@example.org").text
    assert "Alice has no address that mail can go to" in text
