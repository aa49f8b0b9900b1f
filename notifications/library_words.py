"""What another law library means for a case, in the words of a mail. Reads rows, writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from incidents.findings import instant
from incidents.models import DutyChange, Incident
from incidents.selectors import LibraryChange, Why, state_due
from notifications.entries import Line, Reader, case_url, case_words, one_line, title_of, who_of

SHOWN = 20
"""So many duties of a case are told; of the rest their number is said."""
ORDER = {"gained": 0, "moved": 1, "settled": 2, "reopened": 3, "lost": 4}


@dataclass(frozen=True, slots=True)
class DutyNews:
    """One duty: what became of it, its instants before and after, and why."""

    what: str
    title: str
    title_lang: str
    who: str
    lines: tuple[Line, ...]
    url: str


@dataclass(frozen=True, slots=True)
class CaseNews:
    """One case. `count`: how many duties changed; `more`: a sentence about those that are not told one by one."""

    reference: str
    about: str
    intro: str
    duties: tuple[DutyNews, ...]
    more: str
    count: int
    url: str


def case_news(changes: Sequence[LibraryChange], reader: Reader, discreet: bool) -> list[CaseNews]:
    """By case, in the order given. Discreet: which case, and how many duties, and nothing else."""
    by_case: dict[int, list[LibraryChange]] = {}
    for one in changes:
        by_case.setdefault(one.after.party.incident_id, []).append(one)
    return [_of_case(some[0].after.party.incident, some, reader, discreet) for some in by_case.values()]


def _of_case(incident: Incident, changes: Sequence[LibraryChange], reader: Reader, discreet: bool) -> CaseNews:
    words = reader.words
    rows = [(change, row) for change in changes for row in change.changes]
    rows.sort(key=lambda pair: (ORDER[pair[1].kind], state_due(pair[1].after) or "~", pair[1].pk))
    shown = () if discreet else tuple(_of_duty(change, row, reader) for change, row in rows[:SHOWN])
    rest = len(rows) - len(shown)
    more = (words.library_more if shown else words.library_count).format(n=rest) if rest else ""
    return CaseNews(
        reference=incident.reference,
        about=words.discreet_case.format(reference=incident.reference) if discreet else case_words(incident, words),
        intro=words.library_intro.format(day=_day(changes[-1].after.rulebook_date, reader)),
        duties=shown,
        more=more,
        count=len(rows),
        url=f"{case_url(incident)}library/",
    )


def _of_duty(change: LibraryChange, row: DutyChange, reader: Reader) -> DutyNews:
    words, duty = reader.words, row.obligation
    lines = []
    before, after = instant(state_due(row.before)), instant(state_due(row.after))
    ends = row.kind == "lost" or str((row.after or {}).get("outcome")) == "DOES_NOT_APPLY"
    if before is not None:
        lines.append(Line(words.was_deadline, reader.at(before)))
    if after is not None and not ends:
        lines.append(Line(words.deadline, reader.at(after)))
    elif before is not None and not ends:
        lines.append(Line(words.deadline, words.library_no_deadline))
    lines += why_lines(change.why_of(row), reader)
    settled_away = row.kind == "settled" and ends
    title = title_of(duty, words)
    return DutyNews(
        what=words.library_kinds["lost" if settled_away else row.kind],
        title=title.text,
        title_lang=title.lang,
        who=who_of(duty, words),
        lines=tuple(lines),
        url=f"{case_url(change.after.party.incident)}duties/{duty.pk}/",
    )


def why_lines(why: Why, reader: Reader) -> Iterable[Line]:
    """Why a duty reads otherwise: the text of each correction, or what stands otherwise in the library."""
    words, lang = reader.words, "" if reader.words.tag == "en" else "en"
    for one in why.corrections:
        yield Line(words.library_corrected.format(day=_day(one.on, reader)), one_line(one.why), lang)
        yield Line(words.library_was, one_line(one.was), lang)
        yield Line(words.library_effect, one_line(one.effect), lang)
    if why.corrections:
        return
    if why.added:
        yield Line(words.why, words.library_added)
    elif why.withdrawn:
        yield Line(words.why, words.library_withdrawn)
    elif why.versions:
        yield Line(words.why, words.library_version.format(day=_day(date.fromisoformat(why.versions[-1]), reader)))
    else:
        yield Line(words.why, words.library_otherwise)


def _day(day: date, reader: Reader) -> str:
    words = reader.words
    number = words.first_of_month if day.day == 1 else day.day
    return words.day_of_year.format(day=number, month=words.months[day.month - 1], year=day.year)
