"""What a reminder says of one duty, in the receiver's words and zone. Reads rows, writes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import override

from accounts.law_words import Spoken, spoken
from incidents.findings import instant
from incidents.models import Incident, Obligation, Outcome
from law.rulebook import load_rulebook
from law.schema import Authority
from notifications.models import ClockKind, Reminder, ReminderPlan
from notifications.questions import OpenQuestion
from notifications.reminder_plan import AGAIN, ENDED, LATE, MOVED, QUESTION
from notifications.wording import Wording
from notifications.words import instant_words, place_words, region_words, same_time, span_words, zone_named

SPACE = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
AFFECTED = re.compile(r"affected\[([A-Z]{2}(?:-[A-Z0-9]+)?|\d{3})\]")
SHOWN_POSSIBLE = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a mail is written, and when."""

    words: Wording
    zone: ZoneInfo
    now: datetime

    def at(self, value: datetime, utc: bool = True) -> str:
        return instant_words(value, self.zone, self.words, utc)


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line; `lang`: the language of the text where it is not that of the mail."""

    label: str
    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty of a mail, or one question on which `count` duties hang.

    `tone`: over, soon, calm or ask (a question). `who` is short, for subjects. `news` is what changed
    or went wrong, `notes` what to know beside; `case` is shown where a mail speaks of several.
    """

    obligation_id: int
    due: datetime
    tone: str
    left: str
    who: str
    title: str
    title_lang: str
    news: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    duties: tuple[Line, ...]
    url: str
    url_label: str
    case: str
    count: int = 1

    @property
    def said(self) -> dict[str, str]:
        """What the page of the mail's link may repeat."""
        return {"title": self.title, "who": self.who, "deadline": self.lines[0].text, "label": self.lines[0].label}


def one_line(text: str) -> str:
    """Anybody's words on one line: no line break reaches a subject or forges a line of a mail."""
    return SPACE.sub(" ", text).strip()


def case_words(incident: Incident, words: Wording) -> str:
    """The case by reference and title."""
    return one_line(words.about_case.format(reference=incident.reference, title=incident.title))


def case_url(incident: Incident) -> str:
    """The page of a case."""
    return f"{settings.BASE_URL.rstrip('/')}/w/{incident.workspace.slug}/incidents/{incident.number}/"


def duty_entry(
    rows: Sequence[Reminder], noted: ReminderPlan, first_word: bool, reader: Reader, held: datetime | None = None
) -> Entry:
    """A duty with its own deadline. `first_word`: the person has not been written to about this deadline.

    `held`: until when the person asked not to hear of it.
    """
    words, duty = reader.words, rows[0].obligation
    kinds = {one.step for one in rows}
    due, clock = rows[0].due, ClockKind(noted.kind)
    authority = load_rulebook().authorities.get(duty.authority)
    ended = ENDED in kinds
    lines = [Line(_deadline_label(clock, ended, words), reader.at(due)), *_at_authority(due, authority, reader)]
    if authority is not None or duty.addressee:
        lines.append(Line(words.to, _addressee(duty, authority, words)))
    news = _late(rows, reader, held)
    notes: list[str] = []
    if ended:
        news.append(words.ended_line.format(old=reader.at(due, utc=False)))
    else:
        news += _news(noted, first_word or MOVED in kinds, AGAIN in kinds, reader)
        lines += [Line(words.next, _next_step(duty, due < reader.now, words)), *_reasons(duty, reader)]
        notes += _remarks(duty, clock, reader)
    title = title_of(duty, words)
    return Entry(
        obligation_id=duty.pk,
        due=due,
        tone="calm" if ended else _tone(due, clock, reader.now),
        left=_left(due, clock, kinds, reader),
        who=_who(duty, authority, words),
        title=title.text,
        title_lang=title.lang,
        news=tuple(news),
        lines=tuple(lines),
        notes=tuple(notes),
        duties=(),
        url=f"{case_url(duty.incident)}duties/{duty.pk}/",
        url_label=words.open_duty,
        case=case_words(duty.incident, words),
    )


def digest_entry(duty: Obligation, noted: ReminderPlan, reader: Reader) -> Entry:
    """A duty in a summary: how much is left, to whom, until when."""
    words, clock = reader.words, ClockKind(noted.kind)
    due = noted.due or reader.now
    authority = load_rulebook().authorities.get(duty.authority)
    title = title_of(duty, words)
    return Entry(
        obligation_id=duty.pk,
        due=due,
        tone=_tone(due, clock, reader.now),
        left=_left(due, clock, set(), reader),
        who=_who(duty, authority, words),
        title=title.text,
        title_lang=title.lang,
        news=(),
        lines=(Line(_deadline_label(clock, False, words), reader.at(due)),),
        notes=tuple(_remarks(duty, clock, reader)[:1]) if duty.outcome == Outcome.UNDETERMINED else (),
        duties=(),
        url=f"{case_url(duty.incident)}duties/{duty.pk}/",
        url_label=words.open_duty,
        case=words.discreet_case.format(reference=duty.incident.reference),
    )


def question_entry(reminder: Reminder, question: OpenQuestion, reader: Reader) -> Entry:
    """The question that would settle what is only possible."""
    words, first = reader.words, reminder.obligation
    label, lang = _question(question, words)
    shown = question.duties[:SHOWN_POSSIBLE]
    more = len(question.duties) - len(shown)
    duties = [Line(_who(duty, None, words), reader.at(duty.leading_due or reminder.due)) for duty in shown]
    if more > 0:
        duties.append(Line("", words.more_duties.format(n=more)))
    return Entry(
        obligation_id=first.pk,
        due=reminder.due,
        tone="ask",
        left=_left(reminder.due, ClockKind.LAW, {QUESTION}, reader),
        who=words.who_question,
        title=label,
        title_lang=lang,
        news=tuple(_late([reminder], reader)),
        lines=(Line(words.at_stake, reader.at(reminder.due)),),
        notes=(),
        duties=tuple(duties),
        url=f"{case_url(first.incident)}facts/",  # deciding questions stand first there
        url_label=words.answer,
        case=case_words(first.incident, words),
        count=len(question.duties),
    )


def quietly(entry: Entry, words: Wording) -> Entry:
    """The entry for a mailbox that others may read: when, and where to read more. Nothing of what or to whom."""
    asks = entry.tone == "ask"
    return replace(
        entry,
        who="",
        title=words.discreet_question if asks else words.discreet_title,
        title_lang="",
        lines=entry.lines[:1],
        news=(),
        notes=(),
        duties=(),
    )


def lower_first(text: str) -> str:
    """For a phrase that follows another one."""
    return text[:1].lower() + text[1:]


def time_left(due: datetime, reader: Reader) -> str:
    """How much time is left until an instant, or has passed since."""
    return _left(due, ClockKind.LAW, set(), reader)


def _left(due: datetime, clock: ClockKind, kinds: set[str], reader: Reader) -> str:
    """How much time is left or passed, and of what: "9 h 05 min left", "Overdue by 2 h"."""
    words, span = reader.words, span_words(due - reader.now, reader.words)
    if ENDED in kinds:
        return words.ended
    if due < reader.now:
        text = (words.passed if clock == ClockKind.GUIDELINE else words.overdue).format(span=span)
    else:
        text = words.left.format(span=span)
        if clock == ClockKind.OUTER:
            text = words.outer.format(left=text)
        elif clock == ClockKind.GUIDELINE:
            text = words.yardstick.format(left=text)
    if MOVED in kinds:
        return words.moved.format(left=lower_first(text))
    return words.again.format(left=lower_first(text)) if AGAIN in kinds else text


def _tone(due: datetime, clock: ClockKind, now: datetime) -> str:
    if due < now and clock != ClockKind.GUIDELINE:
        return "over"
    return "soon" if (due - now).total_seconds() < 24 * 3600 else "calm"


def _deadline_label(clock: ClockKind, ended: bool, words: Wording) -> str:
    if ended:
        return words.was_deadline
    labels = {ClockKind.OUTER: words.deadline_outer, ClockKind.GUIDELINE: words.deadline_yardstick}
    return labels.get(clock, words.deadline)


def _at_authority(due: datetime, authority: Authority | None, reader: Reader) -> list[Line]:
    if authority is None:
        return []
    zone = zone_named(authority.zone)
    if same_time(zone, reader.zone, due):
        return []
    return [Line(reader.words.at_authority, instant_words(due, zone, reader.words, utc=False))]


def _who(duty: Obligation, authority: Authority | None, words: Wording) -> str:
    """In a few words: "CNIL (France)", "the people affected (Japan)", "assessment (Singapore)"."""
    authority = authority or load_rulebook().authorities.get(duty.authority)
    if authority is not None:
        who = authority.acronym or authority.name
    else:
        who = duty.authority or words.addressees.get(duty.addressee, "")
    if not who and duty.origin == duty.Origin.HAND:
        who = title_of(duty, words).text[:80]
    who = who or words.kinds.get(duty.kind, title_of(duty, words).text[:80])
    where = place_words(duty.jurisdiction, words) if duty.jurisdiction else ""
    return words.who_where.format(who=who, where=where) if where else who


def who_of(duty: Obligation, words: Wording) -> str:
    """Whom a duty is owed to, in a few words."""
    return _who(duty, None, words)


def _addressee(duty: Obligation, authority: Authority | None, words: Wording) -> str:
    if authority is None:
        return _who(duty, None, words)
    name = authority.name_native if words.tag in authority.languages and authority.name_native else authority.name
    short = f" ({authority.acronym})" if authority.acronym else ""
    where = place_words(duty.jurisdiction, words) if duty.jurisdiction else ""
    return f"{name}{short}, {where}" if where else f"{name}{short}"


def _reasons(duty: Obligation, reader: Reader) -> list[Line]:
    """What the law says of the time, and the finding's reason in one line."""
    words, details = reader.words, duty.details
    if duty.origin == duty.Origin.HAND:
        return [Line(words.why, one_line(words.by_hand.format(source=duty.source)))]
    lines = []
    law = ", ".join(part for part in (duty.provision, details.get("instrument", "")) if part)
    limit = spoken(details.get("limit_text", ""), words.tag)
    if limit.text or law:
        lines.append(Line(words.time_limit, " – ".join(part for part in (limit.text, law) if part), limit.lang))
    if details.get("line"):
        line = spoken(one_line(details["line"]), words.tag)
        lines.append(Line(words.why, line.text, line.lang))
    return lines


def _news(noted: ReminderPlan, tell_move: bool, again: bool, reader: Reader) -> list[str]:
    """What is otherwise than the person was told."""
    words = reader.words
    news = [words.again_line] if again else []
    if noted.moved_from is not None and noted.due is not None and tell_move:
        old, new = reader.at(noted.moved_from, utc=False), reader.at(noted.due, utc=False)
        news.append(words.moved_line.format(old=old, new=new, because=_because(noted, words)))
    return news


def _remarks(duty: Obligation, clock: ClockKind, reader: Reader) -> list[str]:
    words = reader.words
    notes = []
    if duty.outcome == Outcome.UNDETERMINED:
        notes.append(words.depends)
    if clock == ClockKind.GUIDELINE:
        notes.append(words.yardstick_note)
    elif clock == ClockKind.OUTER:
        notes.append(words.outer_note)
    started = instant(duty.details.get("started_at"))
    if started is not None and duty.origin == duty.Origin.LAW:
        notes.append(words.clock_since.format(instant=reader.at(started, utc=False)))
    return notes


def _because(noted: ReminderPlan, words: Wording) -> str:
    said = noted.moved_because
    pattern = {"facts": words.moved_facts, "law": words.moved_law, "hand": words.moved_hand}.get(said.get("kind", ""))
    if pattern is None or not said.get("reason"):
        return words.moved_by_nobody
    return one_line(pattern.format(by=said.get("by", ""), reason=said["reason"]))


def _next_step(duty: Obligation, late: bool, words: Wording) -> str:
    if duty.origin == duty.Origin.HAND and not duty.addressee:
        return words.next_by_hand
    text = words.next_notify.get(duty.addressee, "") if duty.kind == "notify" else ""
    text = text or words.next_steps.get(duty.kind, words.next_steps["notify"])
    if late and duty.details.get("if_late") == "reasons":
        text = f"{text} {words.late_reasons}"
    return text


def _late(rows: Sequence[Reminder], reader: Reader, held: datetime | None = None) -> list[str]:
    planned = min(one.planned_for for one in rows)
    if held is not None and planned < held <= reader.now:
        return [reader.words.held_line.format(instant=reader.at(planned, utc=False))]
    if reader.now - planned <= LATE:
        return []
    span = span_words(reader.now - planned, reader.words)
    return [reader.words.late_line.format(span=span, instant=reader.at(planned, utc=False))]


def _question(question: OpenQuestion, words: Wording) -> tuple[str, str]:
    """The label of the question, with the place that it is asked of, and its language."""
    found = question.asked
    if found is None or found.question is None:
        return words.question_none, ""
    place = AFFECTED.match(found.fact)
    where = ""
    if place:
        code = place[1]
        where = region_words(code, words) if code.isdigit() else place_words(code, words)
    with override(words.tag):
        label = str(found.question.label)
    known = words.tag in dict(settings.LANGUAGES)
    return words.question_place.format(label=label, where=where) if where else label, "" if known else "en"


def title_of(duty: Obligation, words: Wording) -> Spoken:
    """The title of a duty in the language of the mail; of one entered by hand, as it was entered."""
    title = one_line(duty.title)
    return Spoken(title, "") if duty.origin == duty.Origin.HAND else spoken(title, words.tag)
