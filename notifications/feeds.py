"""Deadlines as a calendar that other programs read: RFC 5545, behind a key of its own.

The key stands in the address, because calendars cannot sign in. It is shown once, kept as a hash, and
opens nothing but this list; what its owner may see is asked anew at each reading.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from accounts.access import Permission, may
from accounts.models import Membership, User, Workspace
from incidents.access import visible_incidents
from incidents.models import Obligation, Task
from law.rulebook import load_rulebook
from notifications.choices import choices_of, zone_name_of
from notifications.clocks import LEADING, is_possible, running
from notifications.digest_tasks import own_tasks, task_url
from notifications.entries import Reader, digest_entry, quietly
from notifications.models import ClockKind, Feed, ReminderPlan
from notifications.wording import wording_of
from notifications.words import zone_named

READ_NOTED_EVERY = timedelta(hours=1)
SHOWN = timedelta(minutes=30)
"""So long before its deadline an entry begins: many calendars hide what has no length."""
MOST = 5000


def new_feed(member: Membership, scope: Feed.Scope, now: datetime) -> str:
    """Makes the feed of a member, in place of an earlier one of the same scope. Returns the key."""
    key = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(
        user=member.user,
        workspace=member.workspace,
        scope=scope,
        defaults={"digest": _digest(key), "created_at": now, "last_read_at": None},
    )
    return key


def end_feed(member: Membership, scope: Feed.Scope) -> bool:
    """Ends a feed: its address is then unknown. False where there was none."""
    return bool(Feed.objects.filter(user=member.user, workspace=member.workspace, scope=scope).delete()[0])


def read_feed(key: str, now: datetime) -> bytes | None:
    """The calendar of a key; None where there is none, or its owner no longer sees cases there."""
    feed = Feed.objects.select_related("user", "workspace").filter(digest=_digest(key)).first()
    if feed is None or not feed.user.is_active:
        return None
    member = (
        Membership.objects.select_related("user", "workspace").filter(user=feed.user, workspace=feed.workspace).first()
    )
    if member is None or not may(member, Permission.VIEW_CASE):
        return None
    if feed.last_read_at is None or feed.last_read_at < now - READ_NOTED_EVERY:
        Feed.objects.filter(pk=feed.pk).update(last_read_at=now)
    return calendar_of(feed.workspace, feed.user, _duties(member, feed), now, own_tasks(member)[:MOST])


def _duties(member: Membership, feed: Feed) -> list[Obligation]:
    cases = visible_incidents(member)
    if feed.scope == Feed.Scope.OWN:
        cases = cases.filter(Q(owner=member.user) | Q(deputy=member.user))
    rows = running(Obligation.objects.filter(incident__in=cases)).select_related("incident__workspace")
    return [row for row in rows.order_by(LEADING, "pk")[:MOST] if not is_possible(row)]


def calendar_of(
    workspace: Workspace, user: User, duties: Iterable[Obligation], now: datetime, tasks: Iterable[Task] = ()
) -> bytes:
    """The calendar of these duties and tasks, in the words of that person."""
    from icalendar import Alarm, Calendar, Event  # only who reads a calendar pays for it

    words = wording_of(user.language)
    choices = choices_of(workspace, now)
    discreet = choices.discreet(user)
    reader = Reader(words, zone_named(zone_name_of(user, workspace)), now)
    rows = list(duties)
    plans = {one.obligation_id: one for one in ReminderPlan.objects.filter(obligation__in=[row.pk for row in rows])}
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    load_rulebook()
    calendar = Calendar()
    calendar.add("prodid", "-//Tocsin//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Tocsin · {workspace.name}")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for row in rows:
        noted = plans.get(row.pk) or _unplanned(row, now)
        entry = digest_entry(row, noted, reader)
        if discreet:
            entry = quietly(entry, words)
        event = Event()
        event.add("uid", f"duty-{row.pk}@{host}")
        event.add("dtstamp", row.updated_at)
        event.add("last-modified", row.updated_at)
        event.add("dtstart", entry.due - SHOWN)
        event.add("dtend", entry.due)
        event.add("summary", f"{entry.who or entry.title} · {row.incident.reference}")
        lines = [entry.title, *(f"{line.label}{words.colon}{line.text}" for line in entry.lines), *entry.notes]
        event.add("description", "\n".join([*lines, entry.url]))
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")
        event.add("class", "CONFIDENTIAL")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", timedelta(hours=-1))
        event.add_component(alarm)
        calendar.add_component(event)
    for task in tasks:
        event = Event()
        event.add("uid", f"task-{task.pk}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", (task.due or now) - SHOWN)
        event.add("dtend", task.due or now)
        title = words.digest_task if discreet else task.title
        event.add("summary", f"{title} · {task.incident.reference}")
        event.add("url", task_url(task))
        event.add("transp", "TRANSPARENT")
        event.add("class", "CONFIDENTIAL")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _unplanned(row: Obligation, now: datetime) -> ReminderPlan:
    """A duty that no tick has planned yet: what the plan will say."""
    kind = ClockKind.LAW if row.due else ClockKind.OUTER if row.outer_due else ClockKind.GUIDELINE
    return ReminderPlan(obligation=row, due=row.leading_due, kind=kind, seen=row.updated_at, planned_at=now)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
