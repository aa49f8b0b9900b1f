"""The link of a mail: GET changes nothing, POST records, and what is overdue is quiet for a while."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents import services
from incidents.models import Incident, Obligation
from notifications import links
from notifications.models import Reason, Reminder, State
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import Clock, steps


def link_of(message: Message) -> str:
    found = re.search(r"http://[^/]+(/reminders/seen/\S+)", message.text)
    assert found
    return found[1]


@pytest.fixture
def link(duty: Obligation, clock: Clock) -> str:
    """The link of the first recall, one minute after it was written."""
    clock.tick(72)
    link = link_of(Message.objects.get())
    clock.set(72.1)
    return link


def test_it_shows_what_the_mail_said_without_signing_in_and_changes_nothing(link: str, client: Client) -> None:
    before = list(Reminder.objects.order_by("pk").values())
    for method in (client.get, client.head):
        answer = method(link)
        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("max-age=0")
    page = client.get(link).content.decode()
    assert "Tell the insurer" in page
    assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in page
    assert list(Reminder.objects.order_by("pk").values()) == before


def test_it_shows_nothing_that_came_after_the_mail(link: str, duty: Obligation, cast: Cast, client: Client) -> None:
    services.change_obligation(duty, by=cast.alice, reason="Named in full", title="Tell the insurer of the ransom")
    Incident.objects.update(title="Ransom paid")
    page = client.get(link).content.decode()
    assert "ransom" not in page.lower()


def test_it_records_once_who_has_seen_it_and_is_quiet_for_twelve_hours(
    link: str, cast: Cast, dora: User, client: Client, clock: Clock
) -> None:
    clock.tick(72.2)
    answer = client.post(link, follow=True)
    assert "Recorded: you have seen this on Thursday 5 November 2026" in answer.content.decode()
    assert set(Reminder.objects.filter(seen_at__isnull=False).values_list("recipient", flat=True)) == {cast.alice.pk}
    assert steps(cast.alice) == [("overdue-4", 88)]
    assert steps(cast.alice, State.DROPPED, reason=Reason.SEEN) == [("overdue-1", 76)]
    seen_at = Reminder.objects.filter(seen_at__isnull=False).values_list("seen_at", flat=True)[0]
    clock.set(80)
    client.post(link)
    assert set(Reminder.objects.filter(seen_at__isnull=False).values_list("seen_at", flat=True)) == {seen_at}


def test_it_still_reminds_the_others(link: str, cast: Cast, dora: User, client: Client, clock: Clock) -> None:
    client.post(link)
    clock.tick(73)
    assert Message.objects.latest("pk").recipient == "dora@example.org"
    assert steps(dora) == [("overdue-1", 76)]


def test_it_stops_no_warning_that_comes_before_the_deadline(duty: Obligation, cast: Cast, clock: Clock) -> None:
    clock.tick(36)
    before = steps(cast.alice)
    Client().post(link_of(Message.objects.get()))
    assert steps(cast.alice) == before
    assert Reminder.objects.get(step="half").seen_at == clock.now


@pytest.mark.parametrize("token", ["nonsense", "a:b", links.token_of("no such mail"), "x" * 3000])
def test_it_knows_only_links_of_its_own(token: str, db: None, client: Client) -> None:
    assert client.get(f"/reminders/seen/{token}/").status_code == 404
    assert client.post(f"/reminders/seen/{token}/").status_code == 404


def test_it_writes_the_address_that_the_site_serves() -> None:
    assert links.path_of("mail") == reverse("notifications:seen", args=[links.token_of("mail")])


def test_it_refuses_a_forged_mail_key(link: str, client: Client) -> None:
    forged = re.sub(r"[0-9a-f]{40}", "0" * 40, link)
    assert client.get(forged).status_code == 404


def test_it_needs_the_button_of_its_own_page(link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link).status_code == 403
    page = strict.get(link).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert strict.post(link, {"csrfmiddlewaretoken": token[1]}).status_code == 302
    assert Reminder.objects.filter(seen_at__isnull=False).exists()


def test_it_expires(link: str, client: Client, clock: Clock) -> None:
    clock.now += links.WORKS_FOR + timedelta(minutes=1)
    answer = client.get(link)
    assert answer.status_code == 410
    assert "Tell the insurer" not in answer.content.decode()
    client.post(link)
    assert not Reminder.objects.filter(seen_at__isnull=False).exists()


def test_it_speaks_the_language_of_the_receiver(duty: Obligation, cast: Cast, clock: Clock, client: Client) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="fr")
    clock.tick(72)
    page = client.get(link_of(Message.objects.get())).content.decode()
    assert '<html lang="fr"' in page
    assert "Oui, j’en ai pris connaissance" in page
