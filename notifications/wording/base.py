"""The sentences that every language of reminders must have."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one language; comments name the placeholders."""

    tag: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    colon: str
    first_of_month: str

    # durations: {n}, {h}, {m}
    moment: str
    minutes: str
    hours: str
    hours_minutes: str
    days: str
    days_hours: str

    # instants: {weekday} {day} {month} {year}; {date} {time} {city} {utc} {offset}
    date: str
    date_short: str
    time: str
    at: str
    end_of_day: str
    city: str
    city_before_vowel: str
    utc: str
    utc_other_day: str

    # how much is left: {span}
    left: str
    overdue: str
    passed: str
    outer: str
    yardstick: str
    moved: str
    ended: str
    again: str

    # subjects: {left} {who} {reference} {n} {title}
    subject: str
    subject_and: str
    subject_question_one: str
    subject_question: str
    who_where: str
    who_question: str

    addressees: Mapping[str, str]
    kinds: Mapping[str, str]
    next_steps: Mapping[str, str]
    next_notify: Mapping[str, str]
    next_by_hand: str
    late_reasons: str

    # lines of a mail
    intro_before: str
    intro_overdue: str
    intro_question_one: str
    intro_question: str
    intro_ended: str
    deadline: str
    was_deadline: str
    deadline_outer: str
    deadline_yardstick: str
    at_authority: str
    to: str
    time_limit: str
    why: str
    clock_since: str
    next: str
    open_duty: str
    by_hand: str
    depends: str
    yardstick_note: str
    outer_note: str
    moved_line: str
    moved_facts: str
    moved_law: str
    moved_hand: str
    moved_by_nobody: str
    ended_line: str
    again_line: str
    question: str
    question_place: str
    question_none: str
    at_stake: str
    more_duties: str
    answer: str

    # the foot of a mail
    late_line: str
    written: str
    next_reminder: str
    no_next: str

    # behind the duties that are told in full: {n}; and the kinds, each before its number
    more_here: str
    more_overdue: str
    more_soon: str
    more_later: str
    more_questions: str
    more_ended: str
    role: Mapping[str, str]
    all_reminders: str
    seen_button: str
    seen_what: str
    seen_quiet: str
    about_case: str

    # discreet mails: {left} {n} {reference}; what a mail says of itself: {zone}
    discreet_subject: str
    discreet_subject_and: str
    discreet_case: str
    discreet_title: str
    discreet_question: str
    discreet_note: str
    zone_note: str
    held_line: str
    my_reminders: str

    # the morning digest: {n} {left} {workspace} {instant}
    digest_subject_one: str
    digest_subject: str
    digest_intro: str
    digest_over: str
    digest_day: str
    digest_week: str
    digest_later: str
    digest_possible: str
    digest_troubles: str
    digest_tasks: str
    digest_task: str

    # what another law library means: {n} {reference} {day}
    day_of_year: str
    called_subject: str
    called: str
    called_open: str
    called_note: str
    library_subject_one: str
    library_subject: str
    library_intro: str
    library_kinds: Mapping[str, str]
    library_no_deadline: str
    library_corrected: str
    library_was: str
    library_effect: str
    library_added: str
    library_withdrawn: str
    library_version: str
    library_otherwise: str
    library_more: str
    library_count: str
    library_open: str
    written_plain: str

    # a notification that did not reach its authority: {who} {reference}
    filing_subject: str
    filing_subject_discreet: str
    filing_discreet: str
    filing_what: Mapping[str, str]
    filing_mend: Mapping[str, str]
    filing_document: str
    filing_open: str
    filing_role: str

    # the page of the signed link
    page_later_title: str
    page_later_note: str
    page_later: Mapping[str, str]
    page_held: str
    page_title: str
    page_intro: str
    page_button: str
    page_note: str
    page_note_quiet: str
    page_seen: str
    page_seen_quiet: str
    page_expired_title: str
    page_expired: str
    page_open: str

    def span(self, minutes: int) -> str:
        """A duration of whole minutes: "35 min", "9 h 05 min", from two days on "2 days 4 h"."""
        hours, minute = divmod(minutes, 60)
        days, hour = divmod(hours, 24)
        if days >= 2:
            return (self.days_hours if hour else self.days).format(n=days, h=hour)
        if hours:
            return (self.hours_minutes if minute else self.hours).format(h=hours, m=f"{minute:02d}")
        return self.minutes.format(m=minutes) if minutes else self.moment
