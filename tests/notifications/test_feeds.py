"""The calendar feeds, read back with a calendar library."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import Membership, User
from incidents import services
from incidents.models import Incident, Obligation
from incidents.services.tasks import add_task
from notifications import feeds
from notifications.models import Feed, ReminderPolicy
from tests.conftest import Cast
from tests.notifications.conftest import Clock

AddDuty = Callable[..., Obligation]
Read = Callable[..., list[dict[str, object]]]


def member(user: User, cast: Cast) -> Membership:
    return Membership.objects.select_related("user", "workspace").get(user=user, workspace=cast.workspace)


@pytest.fixture
def read(cast: Cast, clock: Clock) -> Read:
    """The events of a fresh feed of that person."""

    def read(user: User = cast.alice, scope: Feed.Scope = Feed.Scope.WORKSPACE) -> list[dict[str, object]]:
        key = feeds.new_feed(member(user, cast), scope, clock.now)
        content = feeds.read_feed(key, clock.now)
        assert content is not None
        return [dict(event) for event in Calendar.from_ical(content).walk("VEVENT")]

    return read


def test_it_is_a_calendar_that_a_library_reads(duty: Obligation, cast: Cast, clock: Clock, client: Client) -> None:
    key = feeds.new_feed(member(cast.alice, cast), Feed.Scope.OWN, clock.now)
    answer = client.get(f"/calendar/{key}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["VERSION"] == "2.0"
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("DTEND") == duty.due
    assert event.decoded("DTSTART") == duty.due - timedelta(minutes=30)  # type: ignore[operator]
    assert event["SUMMARY"] == "Tell the insurer (France) · INC-2026-014"
    assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in event["DESCRIPTION"]
    assert event["URL"].endswith(f"/w/harbour/incidents/14/duties/{duty.pk}/")
    assert event["UID"] == f"duty-{duty.pk}@127.0.0.1"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_it_folds_and_escapes_what_anybody_wrote(add_duty: AddDuty, read: Read) -> None:
    add_duty(72, title="Äußerst lang; mit, Zeichen\\ " + "漢字" * 40)
    (event,) = read()
    assert "Äußerst lang; mit, Zeichen\\ 漢字" in str(event["DESCRIPTION"])


def test_it_moves_with_the_deadline_and_ends_with_it(duty: Obligation, cast: Cast, clock: Clock, read: Read) -> None:
    uid = read()[0]["UID"]
    services.change_obligation(duty, by=cast.alice, reason="Read again", due=clock.at(60))
    (event,) = read()
    assert event["UID"] == uid
    assert event["DTEND"].dt == clock.at(60)  # type: ignore[attr-defined]
    services.close_incident(Incident.objects.get(), by=cast.alice, reason="Done")
    assert read() == []


def test_it_shows_only_what_its_owner_may_see(duty: Obligation, cast: Cast, read: Read, clock: Clock) -> None:
    assert len(read(cast.bob)) == 1
    assert read(cast.bob, Feed.Scope.OWN) == []
    Incident.objects.update(restricted=True)
    assert read(cast.bob) == []
    key = feeds.new_feed(member(cast.bob, cast), Feed.Scope.WORKSPACE, clock.now)
    Membership.objects.filter(user=cast.bob).delete()
    assert feeds.read_feed(key, clock.now) is None


def test_it_keeps_no_key_and_a_new_one_ends_the_old(duty: Obligation, cast: Cast, clock: Clock) -> None:
    alice = member(cast.alice, cast)
    old = feeds.new_feed(alice, Feed.Scope.OWN, clock.now)
    new = feeds.new_feed(alice, Feed.Scope.OWN, clock.now)
    assert feeds.read_feed(old, clock.now) is None
    assert feeds.read_feed(new, clock.now) is not None
    assert new not in str(Feed.objects.values())
    feeds.end_feed(alice, Feed.Scope.OWN)
    assert feeds.read_feed(new, clock.now) is None


def test_it_is_discreet_where_that_is_chosen(duty: Obligation, cast: Cast, read: Read) -> None:
    ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    assert "insurer" not in str(read())


def test_it_shows_my_tasks_too(duty: Obligation, cast: Cast, read: Read, clock: Clock) -> None:
    add_task(duty.incident, title="Ask the host", by=cast.alice, owner=cast.alice, due=clock.at(5))
    add_task(duty.incident, title="Of Bob", by=cast.alice, owner=cast.bob, due=clock.at(5))
    summaries = [str(event["SUMMARY"]) for event in read()]
    assert len(summaries) == 2
    assert any(one.startswith("Ask the host · ") for one in summaries)
