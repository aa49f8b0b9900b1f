"""The mail of one person: subject, text and HTML, made of the entries of its duties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from incidents.models import Incident
from notifications import links
from notifications.choices import Choices, has_zone, zone_name_of
from notifications.crowding import counted, in_full
from notifications.entries import (
    Entry,
    Reader,
    case_url,
    case_words,
    duty_entry,
    lower_first,
    one_line,
    question_entry,
    quietly,
)
from notifications.models import Reminder, ReminderPlan
from notifications.questions import possible_duties, question_of
from notifications.reminder_plan import ENDED, QUESTION, QUIET_AFTER_SEEN, overdue_number
from notifications.wording import Wording, wording_of
from notifications.words import city_words, span_words, zone_named

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """What to enqueue, and what it said of each obligation."""

    subject: str
    text: str
    html: str
    language: str
    headers: Mapping[str, str]
    related: str
    said: Mapping[int, Mapping[str, str]]


def compose(
    recipient: User,
    rows: Sequence[Reminder],
    plans: Mapping[int, ReminderPlan],
    *,
    bundle: str,
    now: datetime,
    next_at: datetime | None,
    told: set[tuple[int, datetime]],
    held: Mapping[int, datetime],
    choices: Choices,
) -> Mail:
    """One mail for all these steps. `told`: the deadlines that the person has been written to about.

    The rows come with obligation, its incident and workspace. `next_at`: the next reminder planned.
    `held`: by obligation, until when the person asked not to hear of it.
    """
    words, workspace = wording_of(recipient.language), choices.workspace
    reader = Reader(words, zone_named(zone_name_of(recipient, workspace)), now)
    ended = {row.obligation_id for row in rows if row.step == ENDED}
    entries = _entries(rows, plans, told, held, reader)
    discreet = choices.discreet(recipient)
    if discreet:
        entries = [quietly(entry, words) for entry in entries]
    cases = list({row.obligation.incident_id: row.obligation.incident for row in rows}.values())
    subject = _discreet_subject(entries, cases, words) if discreet else _subject(entries, cases, words)
    last_word = words.next_reminder.format(instant=reader.at(next_at, utc=False)) if next_at else words.no_next
    values = {
        "words": words,
        "subject": subject,
        "intro": _intro(rows, entries, words),
        "entries": in_full(entries, now),
        "more": words.more_here.format(n=len(entries) - len(in_full(entries, now))),
        "counted": counted(entries, {row.obligation_id: row.obligation.incident for row in rows}, ended, words, now),
        "cases": [_case(incident, words, discreet) for incident in cases],
        "role": words.role[rows[0].capacity],
        "next": last_word,
        "written": words.written.format(instant=reader.at(now)),
        "seen_url": settings.BASE_URL.rstrip("/") + links.path_of(bundle),
        "seen_what": _seen(rows, words),
        "mine_url": f"{settings.BASE_URL.rstrip('/')}/w/{workspace.slug}/reminders/",
        "remarks": _remarks(recipient, reader, discreet),
    }
    urgent = any(entry.tone in ("over", "soon") for entry in entries)
    return Mail(
        subject=subject,
        text=render_to_string("emails/reminder.txt", values),
        html=render_to_string("emails/reminder.html", values),
        language=words.tag,
        headers={"Importance": "high"} if urgent else {},
        related=f"incident {cases[0].pk}" if len(cases) == 1 else "",
        said={entry.obligation_id: entry.said for entry in entries},
    )


def _entries(
    rows: Sequence[Reminder],
    plans: Mapping[int, ReminderPlan],
    told: set[tuple[int, datetime]],
    held: Mapping[int, datetime],
    reader: Reader,
) -> list[Entry]:
    by_duty: dict[int, list[Reminder]] = {}
    entries: list[Entry] = []
    for row in rows:
        if row.step == QUESTION:
            question = question_of(row.obligation.party, possible_duties(row.obligation.party_id))
            if question is not None:
                entries.append(question_entry(row, question, reader))
        else:
            by_duty.setdefault(row.obligation_id, []).append(row)
    for duty, steps in by_duty.items():
        entries.append(duty_entry(steps, plans[duty], (duty, steps[0].due) not in told, reader, held.get(duty)))
    ended = {row.obligation_id for row in rows if row.step == ENDED}
    return sorted(entries, key=lambda entry: (entry.obligation_id in ended, entry.due, entry.obligation_id))


def _subject(entries: Sequence[Entry], cases: Sequence[Incident], words: Wording) -> str:
    """What is most urgent first: the time left, to whom, in which case."""
    lead, reference = entries[0], cases[0].reference if len(cases) == 1 else ""
    if lead.tone == "ask":
        pattern = words.subject_question if lead.count > 1 else words.subject_question_one
        subject = pattern.format(n=lead.count, left=lower_first(lead.left), reference=reference)
    elif len(entries) == 1:
        subject = words.subject.format(left=lead.left, who=lead.who, reference=reference)
    else:
        subject = words.subject_and.format(left=lead.left, who=lead.who, n=len(entries) - 1, reference=reference)
    subject = one_line(subject).removesuffix("·").strip()
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _discreet_subject(entries: Sequence[Entry], cases: Sequence[Incident], words: Wording) -> str:
    """The time left and the case's number: nothing of law, country, authority or title."""
    pattern = words.discreet_subject if len(entries) == 1 else words.discreet_subject_and
    reference = cases[0].reference if len(cases) == 1 else ""
    return one_line(pattern.format(left=entries[0].left, n=len(entries) - 1, reference=reference)).strip(" ·")


def _remarks(recipient: User, reader: Reader, discreet: bool) -> list[str]:
    """What the reader should know of the mail itself."""
    remarks = [reader.words.discreet_note] if discreet else []
    if not has_zone(recipient):
        remarks.append(reader.words.zone_note.format(zone=city_words(reader.zone, reader.words)))
    return remarks


def _intro(rows: Sequence[Reminder], entries: Sequence[Entry], words: Wording) -> str:
    lead = entries[0]
    if lead.tone == "ask":
        return (words.intro_question if lead.count > 1 else words.intro_question_one).format(n=lead.count)
    if all(row.step == ENDED for row in rows):
        return words.intro_ended
    return words.intro_overdue if lead.tone == "over" else words.intro_before


def _seen(rows: Sequence[Reminder], words: Wording) -> str:
    if not any(overdue_number(row.step) is not None for row in rows):
        return words.seen_what
    return f"{words.seen_what} {words.seen_quiet.format(span=span_words(QUIET_AFTER_SEEN, words))}"


def _case(incident: Incident, words: Wording, discreet: bool = False) -> dict[str, str]:
    return {
        "about": words.discreet_case.format(reference=incident.reference) if discreet else case_words(incident, words),
        "reference": incident.reference,
        "url": case_url(incident),
        "reminders_url": f"{case_url(incident)}reminders/",
    }
