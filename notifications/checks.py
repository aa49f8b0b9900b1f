"""Is this installation fit to remind? What `manage.py doctor` and the settings page show."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.sealed.keys import key_for_writing
from accounts.sealed.sealing import standing
from accounts.translating import reading_language
from law.rulebook import RulebookError, load_rulebook
from notifications.wording import wording_of
from notifications.words import span_words
from outbox import health
from outbox.models import Message

APART = timedelta(seconds=5)
"""Clocks further apart than this are named."""
LOOKED_AT = 1000
"""So many stored files are looked at, not more: the page shows the checks as well."""
BACKUP_AGE = timedelta(days=2)
PROOF_AGE = timedelta(days=90)
RULEBOOK_AGE = timedelta(days=120)


class Level(StrEnum):
    """How a check came out."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and what mends it."""

    name: str
    level: Level
    found: str
    mend: str = ""


def all_checks(now: datetime, *, ask_mail_server: bool = False) -> list[Check]:
    """Everything, in the order in which it matters. `ask_mail_server` may take EMAIL_TIMEOUT."""
    return [
        _scheduler(now),
        _mail(now),
        *_waiting(now),
        _database_clock(),
        *(_mail_clock() if ask_mail_server else ()),
        _migrations(),
        _backup(now),
        _files(),
        _fonts(),
        _rulebook(now),
    ]


def _ago(span: timedelta) -> str:
    return span_words(span, wording_of(reading_language()))


def _scheduler(now: datetime) -> Check:
    name, last = _("Scheduler"), health.last_tick()
    if last is None:
        return Check(name, Level.BAD, _("It has never ticked."), _("Start worker and beat."))
    if health.is_stale(last, now):
        return Check(
            name,
            Level.BAD,
            _("Its last tick was %(span)s ago.") % {"span": _ago(now - last)},
            _("See whether worker, beat and broker run, and start them again."),
        )
    return Check(name, Level.GOOD, _("Its last tick was %(span)s ago.") % {"span": _ago(now - last)})


def _mail(now: datetime) -> Check:
    name, proof = _("Mail"), health.newest_proof()
    if not health.mail_leaves():
        return Check(
            name,
            Level.WARN,
            _("Mail stays on this machine (%(backend)s): nobody outside is reminded.")
            % {"backend": settings.EMAIL_BACKEND.rsplit(".", 2)[-2]},
            _("Name a mail server: EMAIL_HOST and its fellows in docs/operations.md."),
        )
    if proof is None or proof.confirmed_at is None:
        return Check(
            name,
            Level.BAD,
            _("Nobody has confirmed that mail arrives with these settings."),
            _("Send a test mail, and have its reader press the button in it."),
        )
    age = now - proof.confirmed_at
    found = _("A reader confirmed %(span)s ago that mail arrives.") % {"span": _ago(age)}
    if age > PROOF_AGE:
        return Check(name, Level.WARN, found, _("That is long ago: send a test mail again."))
    return Check(name, Level.GOOD, found)


def _waiting(now: datetime) -> Iterable[Check]:
    late = Message.objects.filter(state__in=["queued", "awaiting_retry"], created_at__lt=now - timedelta(minutes=15))
    failed = Message.objects.filter(state__in=["failed", "bounced"]).count()
    if count := late.count():
        yield Check(
            _("Outbox"),
            Level.WARN,
            ngettext(
                "%(n)d message has waited for more than 15 minutes.",
                "%(n)d messages have waited for more than 15 minutes.",
                count,
            )
            % {"n": count},
            _("The outbox of each workspace says what the server answered."),
        )
    elif failed:
        yield Check(
            _("Outbox"),
            Level.WARN,
            ngettext("%(n)d message was given up.", "%(n)d messages were given up.", failed) % {"n": failed},
            _("See the outbox page."),
        )
    else:
        yield Check(_("Outbox"), Level.GOOD, _("Nothing waits and nothing was given up."))


def _apart(name: str, there: datetime) -> Check:
    apart = abs(datetime.now(UTC) - there)
    if apart <= APART:
        return Check(name, Level.GOOD, _("It shows the same time as this machine's."))
    return Check(
        name,
        Level.BAD,
        _("It is %(n)d seconds apart from this machine's.") % {"n": apart.total_seconds()},
        _("Have both machines' clocks set by NTP: deadlines are counted by them."),
    )


def _database_clock() -> Check:
    return _apart(_("Clock of the database"), health.database_clock())


def _mail_clock() -> Iterable[Check]:
    name = _("Clock of the mail server")
    try:
        there = health.mail_server_clock()
    except (OSError, smtplib.SMTPException) as error:
        yield Check(
            name,
            Level.BAD,
            _("The mail server could not be asked: %(error)s.") % {"error": type(error).__name__},
            _("See EMAIL_HOST and EMAIL_PORT, and whether the server runs."),
        )
        return
    if there is None:
        yield Check(name, Level.GOOD, _("It does not say what time it has."))
    else:
        yield _apart(name, there)


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Check(
            _("Tables"),
            Level.BAD,
            _("%(n)d migrations are not applied.") % {"n": len(missing)},
            _("Run manage.py migrate."),
        )
    return Check(_("Tables"), Level.GOOD, _("They are those of this version."))


def _backup(now: datetime) -> Check:
    name, stamp = _("Backup"), Path(settings.BACKUP_STAMP)
    try:
        made = datetime.fromtimestamp(stamp.stat().st_mtime, tz=UTC)
    except OSError:
        return Check(
            name,
            Level.WARN,
            _("None was noted."),
            _("Have the backup touch the file that TOCSIN_BACKUP_STAMP names when it is done (docs/operations.md)."),
        )
    found = _("The last one is %(span)s old.") % {"span": _ago(now - made)}
    if now - made > BACKUP_AGE:
        return Check(name, Level.BAD, found, _("See why no newer one was made."))
    return Check(name, Level.GOOD, found)


def _files() -> Check:
    name, key = _("Stored files"), key_for_writing()
    if key is None:
        return Check(
            name,
            Level.WARN if settings.DEBUG else Level.BAD,
            _("They are not encrypted: no key is set."),
            _("Make a key with manage.py encrypt_files --new-key NAME, set TOCSIN_FILE_KEYS, then run it without."),
        )
    found = standing(LOOKED_AT)
    if found.faults:
        return Check(
            name,
            Level.BAD,
            ngettext("%(n)d file cannot be opened.", "%(n)d files cannot be opened.", len(found.faults))
            % {"n": len(found.faults)},
            _("manage.py encrypt_files --check names each with its reason."),
        )
    if behind := found.behind(key):
        return Check(
            name,
            Level.WARN,
            ngettext(
                "At least %(n)d file is plain or under an earlier key.",
                "At least %(n)d files are plain or under an earlier key.",
                behind,
            )
            % {"n": behind},
            _("Run manage.py encrypt_files."),
        )
    return Check(name, Level.GOOD, _("They are encrypted under the key “%(key)s”.") % {"key": key.name})


def _fonts() -> Check:
    folder = settings.BASE_DIR / "reports" / "fonts"
    files = [path for path in folder.rglob("*") if path.suffix.lower() in {".ttf", ".otf"}]
    broken = [path.name for path in files if path.stat().st_size < 1000]
    if not files or broken:
        return Check(
            _("Fonts"),
            Level.BAD,
            _("%(n)d font files are missing or empty.") % {"n": len(broken) or 1},
            _("Fetch the checkout anew: documents are set with the fonts that come with it."),
        )
    return Check(_("Fonts"), Level.GOOD, _("%(n)d font files are there.") % {"n": len(files)})


def _rulebook(now: datetime) -> Check:
    name = _("Law library")
    try:
        rulebook = load_rulebook()
    except RulebookError as error:
        return Check(name, Level.BAD, error.faults[0], _("Remove the installed bundle: manage.py law remove."))
    age = now.date() - rulebook.date
    words = ngettext("Last verified on %(day)s, %(n)d day ago.", "Last verified on %(day)s, %(n)d days ago.", age.days)
    words = words if age.days > 0 else _("Last verified on %(day)s, today.")
    found = words % {"day": date_format(rulebook.date, "j F Y"), "n": age.days}
    if age > RULEBOOK_AGE:
        return Check(name, Level.WARN, found, _("Install a newer library: manage.py law install FILE."))
    return Check(name, Level.GOOD, found)
