"""Telling the owners of cases what another law library, or a correction of it, means for their case.

Noted in the transaction of the look that changed something (DutiesChanged), or found from the rows by `run()`
where that was lost. Sent a few minutes later, so that all cases of a person go into one mail: assessing them anew
takes some turns.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string

from accounts.models import User, Workspace
from incidents.access import people_allowed_to_see
from incidents.models import Assessment, DutyChange, Incident, Phase
from incidents.selectors import LibraryChange, by_library, library_change
from notifications.batch import unreached_in
from notifications.choices import Choices, choices_of, zone_name_of
from notifications.entries import Reader
from notifications.library_words import CaseNews, case_news
from notifications.mails import Mail
from notifications.models import LibraryNews, SweepMark
from notifications.receivers import receivers_of
from notifications.wording import wording_of
from notifications.words import zone_named
from outbox.services import OutboxError, enqueue

logger = logging.getLogger(__name__)

WAIT = timedelta(minutes=5)
"""So long after the first case of a person was noted, the mail is written."""
SETTLED = timedelta(minutes=10)
"""Looks that are younger may belong to a transaction that is still open: the search for lost ones waits for them."""
PART = 1000
PEOPLE = 200


def note(assessment_id: int, now: datetime) -> int:
    """Notes whom to tell of a look, where it differs from the look before by the library. Safe to repeat. How many."""
    looks = Assessment.objects.defer("findings", "questions", "remarks")
    parts = ("workspace", "owner", "deputy")
    made = looks.select_related(*(f"party__incident__{part}" for part in parts)).get(pk=assessment_id)
    incident = made.party.incident
    if incident.phase == Phase.CLOSED or incident.stands_at is not None or by_library(made) is None:
        return 0
    if not DutyChange.objects.filter(assessment=made).exists():
        return 0
    choices = choices_of(incident.workspace, now)
    people = receivers_of(incident, choices, unreached_in([incident.pk])[incident.pk])
    told = [one.user for one in people if one.hears == "all"]
    rows = [LibraryNews(assessment=made, recipient=user, noted_at=now) for user in told]
    LibraryNews.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def run(now: datetime) -> int:
    """Finds what was not noted, and writes to whoever has waited long enough. Returns how many mails."""
    _find_lost(now)
    waiting = (
        LibraryNews.objects.filter(message__isnull=True)
        .values("recipient", "assessment__party__incident__workspace")
        .annotate(first=Min("noted_at"))
        .filter(first__lte=now - WAIT)
        .order_by("first")
    )
    written = 0
    for row in waiting[:PEOPLE]:
        recipient, workspace = row["recipient"], row["assessment__party__incident__workspace"]
        try:
            written += write_to(recipient, workspace, now)
        except OutboxError:  # its words name the address: notifications.troubles shows it instead
            logger.error("the outbox refused what a library means, to user %s", recipient)
        except Exception:
            # One person's mail must not keep the others from theirs; the rows wait for the next turn.
            logger.exception("what a library means could not be written to user %s", recipient)
    return written


@transaction.atomic
def write_to(recipient_id: int, workspace_id: int, now: datetime) -> int:
    """One person's mail about all cases of one workspace. Returns 1, or 0 where nothing is left to tell."""
    rows = LibraryNews.objects.select_for_update(of=("self",), skip_locked=True).filter(
        message__isnull=True, recipient=recipient_id, assessment__party__incident__workspace=workspace_id
    )
    looks = {row.assessment_id: row.pk for row in rows.order_by("pk")}
    recipient, workspace = User.objects.get(pk=recipient_id), Workspace.objects.get(pk=workspace_id)
    changes = _changes(looks, recipient)
    told = sorted(looks[one.after.pk] for one in changes)
    LibraryNews.objects.filter(pk__in=set(looks.values()) - set(told)).delete()  # no longer this person's to know
    if not changes:
        return 0
    choices = choices_of(workspace, now)
    words = wording_of(recipient.language)
    reader = Reader(words, zone_named(zone_name_of(recipient, workspace)), now)
    cases = case_news(changes, reader, choices.discreet(recipient))
    digest = hashlib.sha256(",".join(map(str, told)).encode()).hexdigest()[:40]
    mail = _mail(cases, reader, choices, recipient)
    message = enqueue(
        workspace=workspace,
        to=recipient.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        key=f"library:{recipient.pk}:{digest}",
        kind="library",
        related=f"incident {changes[0].after.party.incident_id}" if len(cases) == 1 else "",
        language=words.tag,
    )
    LibraryNews.objects.filter(pk__in=told).update(message=message)
    return 1


def _changes(looks: Iterable[int], recipient: User) -> Sequence[LibraryChange]:
    made = (
        Assessment.objects.filter(pk__in=looks)
        .select_related("party__incident__workspace", "party__legal_entity")
        .defer("findings", "questions", "remarks")
        .order_by("party__incident", "pk")
    )
    found = [library_change(one) for one in made if _may_know(one.party.incident, recipient)]
    return [one for one in found if one is not None]


def _may_know(incident: Incident, recipient: User) -> bool:
    return incident.phase != Phase.CLOSED and recipient.pk in people_allowed_to_see(incident)


def _mail(cases: Sequence[CaseNews], reader: Reader, choices: Choices, recipient: User) -> Mail:
    words = reader.words
    count = sum(one.count for one in cases)
    pattern = words.library_subject_one if count == 1 else words.library_subject
    subject = pattern.format(n=count, reference=cases[0].reference if len(cases) == 1 else "").strip(" ·")
    values = {
        "words": words,
        "subject": subject,
        "cases": cases,
        "written": words.written_plain.format(instant=reader.at(reader.now)),
        "mine_url": f"{settings.BASE_URL.rstrip('/')}/w/{choices.workspace.slug}/reminders/",
        "discreet": words.discreet_note if choices.discreet(recipient) else "",
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/library.txt", values),
        html=render_to_string("emails/library.html", values),
        language=words.tag,
        headers={},
        related="",
        said={},
    )


def _find_lost(now: datetime) -> None:
    """A part of the looks that no turn has gone over yet: what a lost event would have noted."""
    with transaction.atomic():
        SweepMark.objects.bulk_create([SweepMark(name="library")], ignore_conflicts=True)
        mark = SweepMark.objects.select_for_update(skip_locked=True).filter(name="library").first()
        if mark is None:
            return
        newer = Assessment.objects.filter(pk__gt=mark.after).order_by("pk").values_list("pk", "made_at")[:PART]
        old = [pk for pk, made_at in newer if made_at <= now - SETTLED]
        if not old:
            return
        mark.after = old[-1]
        mark.save(update_fields=["after"])
        running = DutyChange.objects.filter(assessment__party__incident__stands_at__isnull=True)
        for pk in sorted(set(running.filter(assessment__in=old).values_list("assessment", flat=True))):
            note(pk, now)
