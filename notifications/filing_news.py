"""Telling the owner of a case, and who approved and sent, that a notification did not reach its authority.

Found from the rows at every tick, so that nothing can be lost between; the key of the message makes each failure one
mail a person. Who becomes the owner later is told as well.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from incidents.access import people_allowed_to_see
from incidents.selectors import leading_clock
from law.rulebook import load_rulebook
from notifications.batch import unreached_in
from notifications.choices import Choices, choices_of, zone_name_of
from notifications.entries import Line, Reader, case_url, case_words, one_line
from notifications.receivers import receivers_of
from notifications.wording import wording_of
from notifications.words import zone_named
from outbox.models import Message
from outbox.services import OutboxError, enqueue
from reports.undelivered import Fault, Undelivered, undelivered

logger = logging.getLogger(__name__)

KIND = "filing_news"
MENDS = {Fault.UNRECORDED: "sent", Fault.BOUNCED: "bounced"}


def run(now: datetime) -> int:
    """Writes to everybody who has not been told of a failure. Safe to repeat. Returns how many mails."""
    return sum(_tell(one, now) for one in undelivered())


def _tell(one: Undelivered, now: datetime) -> int:
    incident = one.document.incident
    choices = choices_of(incident.workspace, now)
    people = {_key(one, user): user for user in _people(one, choices)}
    told = set(Message.objects.filter(key__in=people).values_list("key", flat=True))
    written = 0
    for key, user in people.items():
        if key in told:
            continue
        try:
            _write(one, user, key, choices, now)
            written += 1
        except OutboxError:  # its words name the address: notifications.troubles shows it instead
            logger.error("the outbox refused the news of mailing %s, to user %s", one.mailing.pk, user.pk)
        except Exception:
            logger.exception("the news of mailing %s could not be written to user %s", one.mailing.pk, user.pk)
    return written


def _key(one: Undelivered, user: User) -> str:
    return f"{KIND}:{one.mailing.pk}:{one.fault}:{one.attempts}:{user.pk}"


def _people(one: Undelivered, choices: Choices) -> Iterable[User]:
    """The owner, or who stands in; who approved it; who sent it. Only who may see the case."""
    incident = one.document.incident
    receivers = receivers_of(incident, choices, unreached_in([incident.pk])[incident.pk])
    found = [each.user for each in receivers if each.hears == "all"]
    allowed = people_allowed_to_see(incident)
    others = [one.document.approved_by, one.mailing.asked_by]
    found += [user for user in others if user is not None and user.is_active and user.pk in allowed]
    return {user.pk: user for user in found}.values()


def _write(one: Undelivered, user: User, key: str, choices: Choices, now: datetime) -> None:
    document, words = one.document, wording_of(user.language)
    incident, discreet = document.incident, choices.discreet(user)
    reader = Reader(words, zone_named(zone_name_of(user, choices.workspace)), now)
    subject = words.filing_subject_discreet if discreet else words.filing_subject
    values = {
        "words": words,
        "subject": one_line(subject.format(who=_authority(one), reference=incident.reference))[:200],
        "about": words.discreet_case.format(reference=incident.reference) if discreet else case_words(incident, words),
        "what": words.filing_discreet if discreet else words.filing_what[one.fault].format(who=_authority(one)),
        "lines": [] if discreet else list(_lines(one, reader)),
        "mend": "" if discreet else words.filing_mend[MENDS.get(one.fault, "open")],
        "url": f"{case_url(incident)}documents/{document.ordinal}/",
        "written": words.written_plain.format(instant=reader.at(now)),
        "discreet": words.discreet_note if discreet else "",
        "mine_url": f"{settings.BASE_URL.rstrip('/')}/w/{choices.workspace.slug}/reminders/",
    }
    enqueue(
        workspace=choices.workspace,
        to=user.email,
        subject=str(values["subject"]),
        text=render_to_string("emails/filing.txt", values),
        html=render_to_string("emails/filing.html", values),
        key=key,
        kind=KIND,
        related=f"incident {incident.pk}",
        language=words.tag,
        headers={"Importance": "high"},
    )


def _authority(one: Undelivered) -> str:
    name = one.document.obligation.authority if one.document.obligation else ""
    found = load_rulebook().authorities.get(name)
    return found.name if found else name or one.mailing.message.recipient


def _lines(one: Undelivered, reader: Reader) -> Iterable[Line]:
    words = reader.words
    yield Line(words.filing_document, one.document.reference)
    yield Line(words.to, one.mailing.message.recipient)
    if one.reason:
        yield Line(words.why, one_line(one.reason), "" if words.tag == "en" else "en")
    due = leading_clock(one.document.obligation)[0] if one.document.obligation else None
    if due is not None and one.fault is not Fault.UNRECORDED:
        yield Line(words.deadline, reader.at(due))
