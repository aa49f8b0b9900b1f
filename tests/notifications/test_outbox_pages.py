"""Outbox, settings, policy and one's own reminders as pages; the test mail and its proof."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents.models import Incident, Obligation
from notifications.models import Absence, ReminderPolicy, ReminderPreference
from outbox import delivery, health, watchdog
from outbox.models import Alarm, Endpoint, Heartbeat, MailProof, Message
from outbox.services import enqueue_call
from tests.conftest import PASSWORD, Cast
from tests.notifications.conftest import Clock

OUTBOX = "/w/harbour/outbox/"
SETTINGS = "/w/harbour/settings/"
MINE = "/w/harbour/reminders/"
POLICY = "/w/harbour/settings/reminders/"


@pytest.fixture
def alices(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


@pytest.fixture
def written(duty: Obligation, clock: Clock) -> Message:
    clock.tick(36)
    return Message.objects.get()


def end(message: Message, state: str, **more: object) -> None:
    reason = "Given up after 1 attempt(s): the mail server refuses this recipient (550)."
    Message.objects.filter(pk=message.pk).update(state=state, reason=reason, next_attempt_at=None, **more)


def test_it_shows_state_cause_and_next_attempt_and_never_what_a_message_says(written: Message, alices: Client) -> None:
    at = timezone.now() + timedelta(hours=2)
    Message.objects.update(state="awaiting_retry", attempts_made=3, next_attempt_at=at)
    page = alices.get(OUTBOX).content.decode()
    for expected in ("alice@example.org", "Awaiting retry", "3 attempts", "INC-2026-014", "Reminder"):
        assert expected in page
    assert "Tell the insurer" not in page


def test_it_names_no_case_to_who_may_not_see_it(written: Message, cast: Cast, client: Client) -> None:
    admin = User.objects.create_user("admin@example.org", PASSWORD, display_name="Ada")
    Membership.objects.create(user=admin, workspace=cast.workspace, role=Role.ADMINISTRATOR)
    client.force_login(admin)
    page = client.get(OUTBOX).content.decode()
    assert "alice@example.org" in page
    assert "INC-2026-014" not in page


@pytest.mark.parametrize("state", ["failed", "withheld"])
def test_it_queues_again_by_the_button_what_did_not_leave(written: Message, alices: Client, state: str) -> None:
    end(written, state)
    page = alices.get(f"{OUTBOX}?state=stopped").content.decode()
    assert "refuses this recipient" in page
    one = f"{OUTBOX}{written.pk}/"
    assert "Try again now" in alices.get(one).content.decode()
    alices.post(one, {"act": "retry"})
    written.refresh_from_db()
    assert (written.state, written.attempts_made, written.reason) == ("queued", 0, "")


def test_it_brings_a_waiting_message_forward_and_takes_it_back(written: Message, alices: Client) -> None:
    Message.objects.update(state="awaiting_retry", attempts_made=7, next_attempt_at=timezone.now() + timedelta(hours=9))
    alices.post(f"{OUTBOX}{written.pk}/", {"act": "retry"})
    written.refresh_from_db()
    assert written.state == "queued"
    assert written.next_attempt_at is not None
    assert written.next_attempt_at <= timezone.now()
    alices.post(f"{OUTBOX}{written.pk}/", {"act": "cancel"})
    written.refresh_from_db()
    assert written.state == "cancelled"
    assert "Alice" in written.reason


def test_it_shows_each_attempt_with_the_servers_words(written: Message, alices: Client, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    delivery.deliver([written.pk])
    page = alices.get(f"{OUTBOX}{written.pk}/").content.decode()
    assert "the server could not be reached" in page
    assert "Will be tried again" in page


def test_it_shows_messages_of_nobody_else(written: Message, cast: Cast, client: Client) -> None:
    client.force_login(cast.charlie)
    assert client.get(OUTBOX).status_code == 404
    assert client.get(f"/w/elsewhere/outbox/{written.pk}/").status_code == 404


def test_it_proves_mail_by_the_button_in_the_test_mail_and_not_by_opening_it(
    cast: Cast, alices: Client, client: Client
) -> None:
    Heartbeat.objects.create(name=health.TICK, at=timezone.now())
    warned = "No mail server is named"
    assert warned in alices.get("/w/harbour/").content.decode()
    alices.post(SETTINGS, {"act": "test"})
    mail = Message.objects.get(kind="proof")
    assert mail.recipient == "alice@example.org"
    found = re.search(r"http://[^/]+(/mail/proved/\S+)", mail.text)
    assert found
    strangers = Client()
    strangers.get(found[1])
    assert MailProof.objects.get().confirmed_at is None
    assert "Recorded: mail arrives" in strangers.post(found[1], follow=True).content.decode()
    assert warned not in alices.get("/w/harbour/").content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.EMAIL_HOST", "another.example.org")
        assert warned in alices.get("/w/harbour/").content.decode()  # proved was another server


def test_it_forgets_a_test_that_is_too_old(cast: Cast) -> None:
    proof = health.send_test("a@example.org", cast.alice, "en", timezone.now() - timedelta(days=8))
    found = re.search(r"/mail/proved/([^/]+)/", proof.message.text)
    assert found
    assert health.confirm(found[1], timezone.now()) is None


def test_it_says_on_every_page_that_the_scheduler_has_stopped(cast: Cast, alices: Client) -> None:
    Heartbeat.objects.create(name=health.TICK, at=timezone.now() - timedelta(minutes=17))
    assert "has not ticked for 17 minutes" in alices.get("/w/harbour/").content.decode()
    health.beat(timezone.now())
    assert "has not ticked" not in alices.get("/w/harbour/").content.decode()


def test_it_raises_one_alarm_for_one_stop_by_mail_from_this_process(cast: Cast) -> None:
    now = timezone.now()
    health.beat(now - timedelta(minutes=4))
    assert not watchdog.look(now)
    stopped = now - timedelta(minutes=6)
    Heartbeat.objects.update(at=stopped)
    assert watchdog.look(now)
    assert watchdog.look(now + timedelta(minutes=1))
    sent = Message.objects.filter(kind="alarm").order_by("recipient")
    assert [(mail.recipient, mail.state) for mail in sent] == [
        ("alice@example.org", "sent"),
        ("charlie@example.org", "sent"),
    ]
    health.beat(now)
    assert Alarm.objects.get().ended_at == now
    Heartbeat.objects.update(at=now - timedelta(minutes=5, seconds=1))
    assert watchdog.look(now)
    assert Message.objects.filter(kind="alarm").count() == 4


def test_the_doctor_says_what_is_wrong_and_ends_with_a_status(cast: Cast, settings: object, tmp_path: object) -> None:
    settings.BACKUP_STAMP = f"{tmp_path}/last"  # type: ignore[attr-defined]
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1
    said = out.getvalue()
    for expected in ("BAD   Scheduler: It has never ticked.", "warn  Mail:", "ok    Clock of the database",
                     "warn  Backup: None was noted.", "ok    Fonts:", "Law library: Last verified on"):  # fmt: skip
        assert expected in said


def test_the_doctor_sends_a_test_mail_without_worker_or_beat(cast: Cast) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", mail_to="dpo@example.org", stdout=out)
    assert "Test mail to dpo@example.org: sent" in out.getvalue()


def test_it_shows_the_settings_with_what_has_to_be_mended(duty: Obligation, cast: Cast, alices: Client) -> None:
    Incident.objects.update(deputy=cast.charlie)
    page = alices.get(SETTINGS).content.decode()
    assert "Charlie is deputy in INC-2026-014 and is no member any more." in page
    assert "Clock of the database" in page


def came_back(cast: Cast, written: Message) -> None:
    Message.objects.filter(pk=written.pk).update(
        state="bounced",
        reason="It left, and came back: there is no such address, or it cannot be used.",
        next_attempt_at=None,
        sent_at=timezone.now(),
    )


def without_zone(cast: Cast, written: Message) -> None:
    User.objects.filter(pk=cast.bob.pk).update(time_zone="")


def deputy_left(cast: Cast, written: Message) -> None:
    Incident.objects.update(deputy=cast.bob)
    Membership.objects.filter(user=cast.bob).delete()


def answers_500_for_a_day(cast: Cast, written: Message) -> None:
    endpoint = Endpoint.objects.create(workspace=cast.workspace, url="https://example.org/hook", created_by=cast.alice)
    call = enqueue_call(endpoint, {"a": 1}, key="k", kind="webhook", related="")
    reason = "Given up after 13 attempt(s): the endpoint answered with an error (500)."
    Message.objects.filter(pk=call.pk).update(state="failed", reason=reason, next_attempt_at=None)


def digest_for_nobody(cast: Cast, written: Message) -> None:
    """Whoever runs the workspace and does not handle cases is told that no one else does."""
    Membership.objects.filter(user=cast.alice).update(role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (came_back, "Mail to alice@example.org cannot be delivered. It left, and came back: there is no such address"),
        (without_zone, "Bob has named no time zone."),
        (deputy_left, "Bob is deputy in INC-2026-014 and is no member any more."),
        (
            answers_500_for_a_day,
            "The endpoint https://example.org/hook does not take its calls; 1 call waits",
        ),
        (digest_for_nobody, "The workspace has no privacy officer: the last step of every escalation, and the digest"),
    ],
)
def test_it_shows_each_bad_input_to_somebody_who_can_mend_it(
    written: Message, cast: Cast, alices: Client, bad: Callable[[Cast, Message], None], words: str
) -> None:
    assert words not in html.unescape(alices.get(SETTINGS).content.decode())
    bad(cast, written)
    assert words in html.unescape(alices.get(SETTINGS).content.decode())


def test_it_shows_what_came_back_in_the_outbox(written: Message, cast: Cast, alices: Client) -> None:
    came_back(cast, written)
    page = alices.get(f"{OUTBOX}?state=stopped").content.decode()
    assert "Came back" in page
    assert "there is no such address" in page
    alices.post(f"{OUTBOX}{written.pk}/", {"act": "retry"})
    written.refresh_from_db()
    assert (written.state, written.sent_at) == ("queued", None)


def test_it_saves_what_a_person_chose_and_names_what_is_wrong(cast: Cast, alices: Client) -> None:
    chosen = {"act": "choose", "level": "last_day", "language": "fr", "time_zone": "Asia/Tokyo", "digest": "on"}
    answer = alices.post(MINE, {**chosen, "quiet_from": "22:00"})
    assert answer.status_code == 422
    assert "Quiet hours need both ends" in answer.content.decode()
    assert alices.post(MINE, {**chosen, "level": "last_hours"}).status_code == 422  # below the floor
    assert alices.post(MINE, {**chosen, "quiet_from": "22:00", "quiet_until": "07:00"}).status_code == 302
    row = ReminderPreference.objects.get()
    assert (row.level, row.digest, row.discreet) == ("last_day", True, False)
    cast.alice.refresh_from_db()
    assert (cast.alice.language, cast.alice.time_zone) == ("fr", "Asia/Tokyo")


def test_it_notes_an_absence_by_days_and_ends_it(duty: Obligation, cast: Cast, clock: Clock, alices: Client) -> None:
    away = {"act": "away", "first": "2026-11-02", "last": "2026-11-06", "stand_in": cast.bob.pk}
    assert alices.post(MINE, {**away, "last": "2026-11-01"}).status_code == 422
    assert alices.post(MINE, {**away, "stand_in": cast.charlie.pk}).status_code == 422
    assert alices.post(MINE, away).status_code == 302
    row = Absence.objects.get()
    assert row.ends_at == clock.at(109.5)  # midnight in Paris
    assert {one.recipient for one in duty.reminders.filter(state="planned")} == {cast.bob}
    alices.post(MINE, {"act": "back", "absence": row.pk})
    assert {one.recipient for one in duty.reminders.filter(state="planned")} == {cast.alice}


def test_it_shows_a_calendars_address_once(cast: Cast, alices: Client) -> None:
    page = alices.post(MINE, {"act": "feed", "scope": "own"}, follow=True).content.decode()
    found = re.search(r"http://testserver(/calendar/\S+\.ics)", page)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert ".ics" not in alices.get(MINE).content.decode()
    alices.post(MINE, {"act": "end_feed", "scope": "own"})
    assert Client().get(found[1]).status_code == 404


def test_it_saves_the_workspaces_policy_and_plans_by_it(duty: Obligation, cast: Cast, alices: Client) -> None:
    policy = {"act": "save", "floor": "all", "working_days": ["1", "2"], "digest_at": "06:00", "discreet": "on"}
    assert alices.post(POLICY, {**policy, "working_days": []}).status_code == 422
    assert alices.post(POLICY, policy).status_code == 302
    row = ReminderPolicy.objects.get()
    assert (row.working_days, row.discreet, row.digest_required) == ([1, 2], True, False)


@pytest.mark.parametrize("url", ["http://example.org/a", "ftp://example.org/", "https://u:p@example.org/", "no"])
def test_it_refuses_an_endpoint_that_cannot_be_called_safely(
    cast: Cast, alices: Client, url: str, settings: object
) -> None:
    answer = alices.post(POLICY, {"act": "add", "url": url})
    assert answer.status_code == 422
    assert not Endpoint.objects.exists()


def test_it_renews_a_secret_and_switches_an_endpoint_off(
    cast: Cast, alices: Client, add_duty: Callable[..., Obligation], clock: Clock
) -> None:
    alices.post(POLICY, {"act": "add", "url": "https://example.org/hook"})
    endpoint = Endpoint.objects.get()
    before = alices.get(POLICY).content.decode()
    alices.post(POLICY, {"act": "renew", "endpoint": endpoint.pk})
    secrets = [re.search(r"whsec_[^<]+", page) for page in (before, alices.get(POLICY).content.decode())]
    assert secrets[0] is not None
    assert secrets[1] is not None
    assert secrets[0][0] != secrets[1][0]
    alices.post(POLICY, {"act": "switch", "endpoint": endpoint.pk})
    add_duty(72)
    clock.tick(36)
    assert not Message.objects.filter(channel="webhook").exists()
