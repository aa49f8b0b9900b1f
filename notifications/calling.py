"""Writing to a member whom a comment calls by @: at once, once, and without a word of what the comment says.

Written in the transaction of the comment (PeopleCalled), or found from the rows by `run()` where that was lost. What
was written in confidence, or about a restricted case, stands in Tocsin alone; whoever may not see the case when the
mail is written gets none.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from incidents.access import people_allowed_to_see
from incidents.events import PeopleCalled
from incidents.models import Mention
from notifications.choices import choices_of, zone_name_of
from notifications.entries import Reader, case_url, case_words, one_line
from notifications.wording import wording_of
from notifications.words import zone_named
from outbox.models import Message
from outbox.services import OutboxError, enqueue

logger = logging.getLogger(__name__)

LOST_AFTER, LOST_BEFORE = timedelta(minutes=2), timedelta(days=1)
"""A call of this age without a mail was lost; an older one is no longer news and stands on the desk."""
PART = 500


def called(event: PeopleCalled) -> None:
    """Writes to everybody whom the comment has called anew."""
    _write(_waiting().filter(pk__in=event.mention_ids), timezone.now())


def run(now: datetime) -> int:
    """Writes what was lost. Returns how many mails."""
    stood = Q(comment__edited_at__isnull=True, comment__written_at__range=(now - LOST_BEFORE, now - LOST_AFTER))
    stood |= Q(comment__edited_at__range=(now - LOST_BEFORE, now - LOST_AFTER))
    rows = list(_waiting().filter(stood).order_by("pk")[:PART])
    known = set(Message.objects.filter(key__in=[_key(one) for one in rows]).values_list("key", flat=True))
    return _write([one for one in rows if _key(one) not in known], now)


def _waiting() -> QuerySet[Mention]:
    return Mention.objects.filter(seen_at__isnull=True).select_related(
        "user", "comment__author", "comment__incident__workspace"
    )


def _key(mention: Mention) -> str:
    return f"mention:{mention.pk}"


def _write(mentions: Iterable[Mention], now: datetime) -> int:
    written = 0
    for mention in mentions:
        try:
            with transaction.atomic():
                written += _write_one(mention, now)
        except OutboxError:  # its words name the address: notifications.troubles shows it instead
            logger.error("the outbox refused a call by comment %s, to user %s", mention.comment_id, mention.user_id)
    return written


def _write_one(mention: Mention, now: datetime) -> int:
    comment, person = mention.comment, mention.user
    incident = comment.incident
    if person.pk not in people_allowed_to_see(incident):
        return 0
    choices = choices_of(incident.workspace, now)
    words = wording_of(person.language)
    discreet = incident.restricted or choices.discreet(person)
    reader = Reader(words, zone_named(zone_name_of(person, incident.workspace)), now)
    who = one_line(str(comment.author))
    values = {
        "words": words,
        "subject": words.called_subject.format(who=who, reference=incident.reference),
        "called": words.called.format(who=who),
        "about": words.discreet_case.format(reference=incident.reference) if discreet else case_words(incident, words),
        "url": f"{case_url(incident)}comments/#comment-{comment.pk}",
        "written": words.written_plain.format(instant=reader.at(now)),
    }
    enqueue(
        workspace=incident.workspace,
        to=person.email,
        subject=str(values["subject"]),
        text=render_to_string("emails/called.txt", values),
        html=render_to_string("emails/called.html", values),
        key=_key(mention),
        kind="mention",
        related=f"incident {incident.pk}",
        language=words.tag,
        inside_only=incident.exercise or incident.stands_at is not None,
    )
    return 1
