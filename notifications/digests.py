"""The morning digest: what is open, once a day, at an hour of the receiver's own clock.

A row for each person, workspace and local day makes it one; it is written in the transaction that
enqueues the mail. A morning that the system slept through is made up for on the same day.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from accounts.access import Permission, may
from accounts.models import Membership, Role, User, Workspace
from incidents.access import visible_incidents
from incidents.models import Obligation, Task
from notifications.choices import Choices, choices_in, zone_name_of
from notifications.clocks import LEADING, is_possible, running
from notifications.digest_tasks import AHEAD, TaskLine, task_lines
from notifications.entries import Entry, Reader, digest_entry, lower_first, one_line, quietly
from notifications.mails import Mail
from notifications.models import Digest, ReminderPlan
from notifications.troubles import Trouble, troubles_of
from notifications.wording import Wording, wording_of
from notifications.words import zone_named
from outbox.services import OutboxError, enqueue

logger = logging.getLogger(__name__)

SHOWN = 40
"""So many duties are listed; of the rest their number is said."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def run_digests(now: datetime) -> int:
    """Writes the digests whose hour has come. Safe to repeat, and to run twice at once. How many."""
    open_in = running(Obligation.objects.all()).values("incident__workspace")
    # Mended by nobody who is not written to: a workspace without a running duty may still have troubles.
    tasks = Task.objects.open().filter(owner__isnull=False, due__lt=now + AHEAD, incident__stands_at__isnull=True)
    workspaces = Workspace.objects.filter(
        Q(pk__in=open_in) | Q(pk__in=tasks.values("incident__workspace")) | Q(messages__state__in=["failed", "bounced"])
    ).distinct()
    written = 0
    for pk, choices in choices_in(workspaces, now).items():
        for member in _waiting(choices):
            try:
                written += write_digest(member, choices, now)
            except OutboxError:  # its words name the address: notifications.troubles shows it instead
                logger.error("the outbox refused the digest of user %s in workspace %s", member.user_id, pk)
            except Exception:
                # One person's digest must not keep the others from theirs.
                logger.exception("no digest could be written to user %s in workspace %s", member.user_id, pk)
    return written


def _waiting(choices: Choices) -> Iterable[Membership]:
    """Members whose hour has come and who have not had today's."""
    members = list(
        Membership.objects.filter(workspace=choices.workspace, user__is_active=True).select_related("user", "workspace")
    )
    days = {member.user_id: _today(member.user, choices) for member in members}
    had = set(Digest.objects.filter(workspace=choices.workspace, day__in=set(days.values())).values_list("user", "day"))
    for member in members:
        if not may(member, Permission.VIEW_CASE) or not choices.digest(member.user):
            continue
        if member.user_id in choices.away or (member.user_id, days[member.user_id]) in had:
            continue
        local = choices.now.astimezone(zone_named(zone_name_of(member.user, choices.workspace)))
        if local.time() >= choices.policy.digest_at:
            yield member


def _today(user: User, choices: Choices) -> date:
    return choices.now.astimezone(zone_named(zone_name_of(user, choices.workspace))).date()


@transaction.atomic
def write_digest(member: Membership, choices: Choices, now: datetime) -> int:
    """Writes one person's digest. Returns 1, or 0 where there is nothing to say or another wrote it."""
    row = Digest(workspace=choices.workspace, user=member.user, day=_today(member.user, choices), written_at=now)
    if not _is_first(row):
        return 0
    summary = _summary(member, choices, now)
    with translation.override(wording_of(member.user.language).tag):
        troubles = troubles_of(choices.workspace, choices) if may(member, Permission.MANAGE_WORKSPACE) else []
    if not summary.groups and not summary.possible and not summary.tasks and not troubles:
        return 0
    mail = _mail(member, choices, summary, troubles, now)
    message = enqueue(
        workspace=choices.workspace,
        to=member.user.email,
        key=f"digest:{choices.workspace.pk}:{member.user_id}:{row.day.isoformat()}",
        kind="digest",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        language=mail.language,
    )
    Digest.objects.filter(workspace=row.workspace, user=row.user, day=row.day).update(message=message)
    return 1


def _is_first(row: Digest) -> bool:
    """Is this the one that made the row? A second tick waits for the first and then finds it made."""
    before = Digest.objects.filter(workspace=row.workspace, user=row.user, day=row.day)
    if before.exists():
        return False
    Digest.objects.bulk_create([row], ignore_conflicts=True)
    return before.filter(written_at=row.written_at, message__isnull=True).exists()


@dataclass(frozen=True, slots=True)
class Summary:
    """What is open for one person: groups of entries by urgency, and what is not listed."""

    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    count: int
    later: int
    later_from: datetime | None
    possible: int
    tasks: tuple[TaskLine, ...] = ()


def _summary(member: Membership, choices: Choices, now: datetime) -> Summary:
    cases = visible_incidents(member)
    if member.role != Role.PRIVACY_OFFICER:
        stood_in_for = [one.user_id for one in choices.away.values() if one.stand_in_id == member.user_id]
        mine = [member.user_id, *stood_in_for]
        cases = cases.filter(Q(owner__in=mine) | Q(deputy__in=mine))
    rows = list(
        running(Obligation.objects.filter(incident__in=cases))
        .select_related("incident__workspace")
        .order_by(LEADING, "pk")[:2000]
    )
    plans = {one.obligation_id: one for one in ReminderPlan.objects.filter(obligation__in=[row.pk for row in rows])}
    words = wording_of(member.user.language)
    reader = Reader(words, zone_named(zone_name_of(member.user, choices.workspace)), now)
    firm = [row for row in rows if not is_possible(row) and row.pk in plans and plans[row.pk].live]
    near = [row for row in firm if (row.leading_due or now) < now + WEEK]
    later = [*near[SHOWN:], *[row for row in firm if (row.leading_due or now) >= now + WEEK]]
    found = [digest_entry(row, plans[row.pk], reader) for row in near[:SHOWN]]
    if choices.discreet(member.user):
        found = [quietly(entry, words) for entry in found]
    groups = (
        (words.digest_over, tuple(one for one in found if one.due < now)),
        (words.digest_day, tuple(one for one in found if now <= one.due < now + DAY)),
        (words.digest_week, tuple(one for one in found if one.due >= now + DAY)),
    )
    return Summary(
        groups=tuple(group for group in groups if group[1]),
        count=len(firm),
        later=len(later),
        later_from=later[0].leading_due if later else None,
        possible=sum(1 for row in rows if is_possible(row)),
        tasks=task_lines(member, reader, discreet=choices.discreet(member.user)),
    )


def _mail(member: Membership, choices: Choices, summary: Summary, troubles: Sequence[Trouble], now: datetime) -> Mail:
    user, workspace = member.user, choices.workspace
    words = wording_of(user.language)
    reader = Reader(words, zone_named(zone_name_of(user, workspace)), now)
    base = f"{settings.BASE_URL.rstrip('/')}/w/{workspace.slug}/"
    values = {
        "words": words,
        "subject": _subject(summary, workspace, words),
        "intro": words.digest_intro.format(workspace=one_line(workspace.name)),
        "groups": summary.groups,
        "later": words.digest_later.format(n=summary.later, instant=reader.at(summary.later_from, utc=False))
        if summary.later_from
        else "",
        "possible": words.digest_possible.format(n=summary.possible) if summary.possible else "",
        "tasks": summary.tasks,
        "troubles": [(one, base + one.path) for one in troubles],
        "mine_url": f"{base}reminders/",
        "written": words.written.format(instant=reader.at(now)),
        "discreet": words.discreet_note if choices.discreet(user) else "",
    }
    return Mail(
        subject=str(values["subject"]),
        text=render_to_string("emails/digest.txt", values),
        html=render_to_string("emails/digest.html", values),
        language=words.tag,
        headers={},
        related="",
        said={},
    )


def _subject(summary: Summary, workspace: Workspace, words: Wording) -> str:
    first = next((entry for _, entries in summary.groups for entry in entries), None)
    if first is None:
        return one_line(words.digest_intro.format(workspace=workspace.name))[:200]
    pattern = words.digest_subject if summary.count > 1 else words.digest_subject_one
    return one_line(pattern.format(n=summary.count, left=lower_first(first.left), workspace=workspace.name))[:200]
