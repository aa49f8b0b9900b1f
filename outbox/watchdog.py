"""Notices that the scheduler has stopped, from the process that is most likely alive: the web server's.

A thread looks once a minute. When nothing has ticked for five minutes, neither beat nor a worker can be
trusted to say so; the thread writes the alarm's mails itself and hands them over itself. One row for
each stop makes several web processes send one mail to each person.
"""

import logging
import os
import threading
import time
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from outbox import delivery, health
from outbox.models import Alarm, Message
from outbox.services import enqueue

log = logging.getLogger(__name__)

EVERY = 60.0
FIRST = health.STALE.total_seconds()
"""Whoever starts everything at once must not be told that nothing ticks yet."""
MANAGERS: Final = (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
NAME: Final = "watchdog"
_starting = threading.Lock()
_started_in = 0  # the process that looks: a thread does not outlive a fork


def start() -> bool:
    """Begins to look, once in each process. False: it looks already."""
    global _started_in  # noqa: PLW0603 - one for each process
    with _starting:
        if _started_in == os.getpid():
            return False
        _started_in = os.getpid()
    threading.Thread(target=_watch, name=NAME, daemon=True).start()
    return True


def _start_in_child() -> None:
    """A server that loads the application before it forks (gunicorn --preload) has started it in the parent alone."""
    global _starting  # noqa: PLW0603 - the parent's may have been held at the fork
    if _started_in:
        _starting = threading.Lock()
        start()


os.register_at_fork(after_in_child=_start_in_child)


def _watch() -> None:
    time.sleep(FIRST)
    while True:
        try:
            close_old_connections()
            look(timezone.now())
        except Exception as error:
            # A database that is down is seen by everybody; the watch goes on.
            log.error("the watchdog could not look: %s", type(error).__name__)
        finally:
            connection.close()
        time.sleep(EVERY)


def look(now: datetime) -> bool:
    """Raises the alarm where the scheduler has stopped, and sends what waits of it. True: it has stopped."""
    last = health.last_tick()
    if not health.is_stale(last, now):
        return False
    raise_alarm(last, now)
    waiting = Message.objects.filter(kind="alarm", state__in=delivery.WAITING, next_attempt_at__lte=now)
    delivery.deliver(list(waiting.order_by("pk").values_list("pk", flat=True)))
    return True


@transaction.atomic
def raise_alarm(last: datetime | None, now: datetime) -> bool:
    """Writes the mails of one stop, once. False: that was done."""
    since = last or datetime.fromtimestamp(0, tz=now.tzinfo)
    if Alarm.objects.filter(kind=health.TICK, since=since).exists():
        return False
    made = Alarm.objects.bulk_create([Alarm(kind=health.TICK, since=since, raised_at=now)], ignore_conflicts=True)
    mine = Alarm.objects.filter(kind=health.TICK, since=since, raised_at=now).exists()
    if not made or not mine:
        return False
    log.error("the scheduler has not ticked since %s: no reminder goes out", last)
    people = Membership.objects.filter(role__in=MANAGERS, user__is_active=True, workspace__is_demonstration=False)
    for user in {member.user for member in people.select_related("user")}:
        with translation.override(user.language):
            subject = _("Alarm: Tocsin's scheduler has stopped, no reminder goes out")
            seen = last.strftime("%Y-%m-%d %H:%M UTC") if last else _("never")
            text = "\n\n".join(
                (
                    _("Nothing has ticked for 5 minutes. Until it is mended, nobody is reminded of any deadline."),
                    _("Last tick: %(at)s. Written %(now)s.") % {"at": seen, "now": now.strftime("%Y-%m-%d %H:%M UTC")},
                    _("What to do: see whether the processes worker and beat run, and the broker. Start them again."),
                    _("What was missed goes out by itself then, marked as late. Look at the next deadlines yourself:"),
                    settings.BASE_URL,
                )
            )
        enqueue(
            workspace=None,
            to=user.email,
            subject=subject,
            text=text,
            html="",
            key=f"alarm:tick:{since.timestamp():.0f}:{user.pk}",
            headers={"Importance": "high"},
            language=user.language,
            kind="alarm",
        )
    return True
