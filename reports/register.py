"""The register of all incidents (GDPR Art. 33(5) and its sisters elsewhere): facts, effects, measures, decisions.

Facts, filings and decisions are the record; nothing of an assessment or of advice stands here. Rows are read
in batches, so that a register of any length is made in the same memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.translating import reading_language
from incidents.access import visible_incidents
from incidents.counting import people_sum
from incidents.models import Decision, FactsRevision, Fulfilment, Incident, MeasureTaken, Obligation, Outcome
from law.explain import jurisdiction_name
from reports.languages import CODES, Language, language

BATCH = 500
"""Cases read at once: what bounds the memory."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: opened from and until these days, open or closed, notified or not, with people in a country."""

    since: date | None = None
    until: date | None = None
    state: str = ""  # open | closed
    notified: str = ""  # yes | no
    country: str = ""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One case of the register, each field in words; several organisations stand one below the other."""

    reference: str
    title: str
    organisations: str
    opened: str
    aware: str
    nature: str
    cause: str
    data: str
    people: str
    countries: str
    effects: str
    risk: str
    measures: str
    notified: str
    decisions: str
    state: str

    def cells(self) -> tuple[str, ...]:
        """The fields in their order."""
        return _cells(self)

    def as_dict(self) -> dict[str, str]:
        """The fields by their names, in their order."""
        return dict(zip(COLUMNS, _cells(self), strict=True))


COLUMNS: Mapping[str, Any] = {
    "reference": _("Reference"),
    "title": _("Incident"),
    "organisations": _("Organisations"),
    "opened": _("Recorded"),
    "aware": _("Became aware"),
    "nature": _("Nature"),
    "cause": _("Cause"),
    "data": _("Data"),
    "people": _("People"),
    "countries": _("Countries"),
    "effects": _("Effects"),
    "risk": _("Risk"),
    "measures": _("Measures"),
    "notified": _("Notifications and notices"),
    "decisions": _("Decisions and reasons"),
    "state": _("State"),
}


_cells: Callable[[RegisterRow], tuple[str, ...]] = attrgetter(*COLUMNS)


def register_cases(membership: Membership, wanted: Wanted) -> QuerySet[Incident]:
    """The cases that a member sees and asked for, newest first. A restricted case is there for those named for it."""
    return narrowed(visible_incidents(membership), wanted)


def narrowed(rows: QuerySet[Incident], wanted: Wanted) -> QuerySet[Incident]:
    """Of these cases those asked for, newest first; an exercise is no breach and stands in no register."""
    rows = rows.filter(exercise=False).order_by("-opened_at", "-pk")
    if wanted.since:
        rows = rows.filter(opened_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(opened_at__date__lte=wanted.until)
    if wanted.state:
        rows = rows.filter(closed_at__isnull=wanted.state == "open")
    if wanted.notified:
        rows = rows.annotate(was_notified=_was_notified()).filter(was_notified=wanted.notified == "yes")
    if wanted.country:
        rows = rows.filter(affected_people__country=wanted.country).distinct()
    return rows


def _was_notified() -> Exists:
    done = Fulfilment.objects.filter(
        obligation__incident=OuterRef("pk"), obligation__kind="notify", withdrawn_at__isnull=True
    ).exclude(obligation__authority="")
    return Exists(done)


def reader_tag() -> str:
    """The reader's language where documents have it, else English."""
    return reading_language() if reading_language() in CODES else "en"


def register_rows(
    cases: QuerySet[Incident] | Sequence[Incident], entity: int | None = None, tag: str = "en"
) -> Iterator[RegisterRow]:
    """The rows of these cases, in their order. Seven queries for each batch, however many cases there are.

    `entity`: what concerns this legal entity alone; measures of the whole case are among it.
    """
    source = cases.iterator(chunk_size=BATCH) if isinstance(cases, QuerySet) else iter(cases)
    for batch in batched_list(source, BATCH):
        yield from _rows(batch, entity, tag)


def batched_list(rows: Iterable[Incident], size: int) -> Iterator[list[Incident]]:
    """The rows in lists of at most `size`."""
    held: list[Incident] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _rows(batch: Sequence[Incident], entity: int | None, tag: str) -> Iterator[RegisterRow]:
    ids = _among([case.pk for case in batch])
    facts = _facts(ids, entity)
    own = Q() if entity is None else Q(party__legal_entity=entity)
    of_duty = Q() if entity is None else Q(obligation__party__legal_entity=entity)
    measures = _grouped(
        MeasureTaken.objects.filter(own | Q(party=None) if own else own, incident__in=ids)
        .exclude(state="dropped")
        .order_by("pk")
    )
    done = _acts(
        Fulfilment.objects.filter(of_duty, obligation__incident__in=ids, withdrawn_at__isnull=True).order_by("at")
    )
    decided = _acts(
        Decision.objects.filter(of_duty, obligation__incident__in=ids, revoked_at__isnull=True).order_by("pk")
    )
    standing = Obligation.objects.filter(own, incident__in=ids, kind="notify", outcome=Outcome.APPLIES)
    duties: dict[int, int] = defaultdict(int)
    for incident in standing.values_list("incident", flat=True):
        duties[incident] += 1
    said, words = language(tag), _Words.now()
    for case in batch:
        known = _Known(facts[case.pk], measures[case.pk], done[case.pk], decided[case.pk], duties[case.pk])
        yield _row(case, known, said, words)


def _among(ids: list[int]) -> Func:
    """These ids as one parameter: five hundred of them in each of six queries took longer than the queries."""
    held = Value(ids, output_field=ArrayField(BigIntegerField()))
    return Func(held, function="unnest", template="(SELECT %(function)s(%(expressions)s))")


def _facts(ids: Func, entity: int | None) -> dict[int, list[tuple[str, dict[str, Any]]]]:
    """By case: each organisation with its newest facts."""
    own = Q() if entity is None else Q(party__legal_entity=entity)
    newest = (
        FactsRevision.objects.filter(own, party__incident__in=ids)
        .order_by("party", "-number")
        .distinct("party")
        .values_list("party__incident", "party__legal_entity__name", "document")
    )
    found: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for incident, name, document in newest:
        found[incident].append((name, document))
    return found


def _grouped(rows: QuerySet[MeasureTaken]) -> dict[int, list[MeasureTaken]]:
    found: dict[int, list[MeasureTaken]] = defaultdict(list)
    for row in rows:
        found[row.incident_id].append(row)
    return found


def _acts(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("obligation"):
        found[row.obligation.incident_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read of one case."""

    facts: Sequence[tuple[str, dict[str, Any]]]
    measures: Sequence[MeasureTaken]
    done: Sequence[Fulfilment]
    decided: Sequence[Decision]
    duties: int


@dataclass(frozen=True, slots=True)
class _Words:
    """Words in the language of whoever reads, looked up once for a batch and not for each cell."""

    risk: Mapping[str, str]
    nature: Mapping[str, str]
    measure_states: Mapping[str, str]
    not_assessed: str
    not_known: str
    not_yet: str
    opened: str

    @classmethod
    def now(cls) -> "_Words":
        """In the language that is active now."""
        return cls(
            risk={name: str(words) for name, words in RISK.items()},
            nature={name: str(words) for name, words in NATURE.items()},
            measure_states={name: str(words).lower() for name, words in MeasureTaken.State.choices},
            not_assessed=gettext("Not assessed"),
            not_known=gettext("Not known yet"),
            not_yet=gettext("Not yet"),
            opened=gettext("Open"),
        )


def _row(case: Incident, known: _Known, said: Language, words: _Words) -> RegisterRow:
    facts, measures, done, decided = known.facts, known.measures, known.done, known.decided
    documents = [document for _, document in facts]

    def terms(kind: str, ids: Iterable[str]) -> str:
        table = said.tables[kind]
        return _lines(table.get(one, one) for one in ids)

    return RegisterRow(
        reference=case.reference,
        title=case.title,
        organisations=_lines(name for name, _ in facts),
        opened=said.instant(case.opened_at, case.time_zone),
        aware=_lines(
            _instant((one.get("timeline") or {}).get("became_aware_at"), case, said, words) for one in documents
        ),
        nature=_lines(_nature(one, words) for one in documents),
        cause=terms("incident_type", ((one.get("cause") or {}).get("type", "") for one in documents)),
        data=_lines(_data(row, said) for one in documents for row in one.get("data", ())),
        people=_lines(_people(one, said, words) for one in documents),
        countries=_lines(
            said.place(row["country"])
            for one in documents
            for row in one.get("affected", ())
            if row.get("country") not in (None, "unknown") and row.get("presence") != "ruled_out"
        ),
        effects=terms(
            "consequence", (row["id"] for one in documents for row in (one.get("risk") or {}).get("consequences", ()))
        ),
        risk=_lines(words.risk.get((one.get("risk") or {}).get("level", ""), words.not_assessed) for one in documents),
        measures=_lines(f"{said.term('measure', row.measure)} ({words.measure_states[row.state]})" for row in measures),
        notified=_lines(_done(row, case, said) for row in done),
        decisions=_lines(_decision(row, case, said) for row in decided) or _undecided(done, known.duties),
        state=gettext("Closed {day}: {reason}").format(day=said.day(case.closed_at.date()), reason=case.closing_reason)
        if case.closed_at
        else words.opened,
    )


RISK = {"unlikely": _("A risk is unlikely"), "risk": _("Risk"), "high_risk": _("High risk")}
NATURE = {"confidentiality": _("Confidentiality"), "integrity": _("Integrity"), "availability": _("Availability")}


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _instant(value: Any, case: Incident, said: Language, words: _Words) -> str:
    if isinstance(value, Mapping):
        ends = {
            name: said.instant(datetime.fromisoformat(value[name]), case.time_zone) for name in ("earliest", "latest")
        }
        return said.word("span", **ends)
    if not value or value == "not_yet":
        return words.not_yet if value else words.not_known
    return said.instant(datetime.fromisoformat(value), case.time_zone)


def _nature(document: Mapping[str, Any], words: _Words) -> str:
    held = document.get("nature") or {}
    sure = {"yes": "", "suspected": " (possible)"}
    return _lines(f"{label}{sure[held[name]]}" for name, label in words.nature.items() if held.get(name) in sure)


def _data(row: Mapping[str, Any], said: Language) -> str:
    status = row.get("status")
    words = said.word(status).lower() if status else said.word("presence_unknown").lower()
    return "" if row["category"] == "unknown" else f"{said.data(row['category'])} ({words})"


def _people(document: Mapping[str, Any], said: Language, words: _Words) -> str:
    total = said.count(document.get("affected_total"))
    if total is not None:
        return total
    rows = [row for row in document.get("affected", ()) if row.get("presence") != "ruled_out"]
    found = people_sum({"affected": rows, "affected_complete": document.get("affected_complete")})
    if not found.low:
        return words.not_known
    if found.low == found.high:
        return said.number(found.low)
    return said.word("count_at_least", low=said.number(found.low))


def _done(row: Fulfilment, case: Incident, said: Language) -> str:
    place = jurisdiction_name(row.obligation.jurisdiction) if row.obligation.jurisdiction else ""
    what = f"{row.obligation.title} ({place})" if place else row.obligation.title
    done = f"{what}: {said.instant(row.at, case.time_zone)}, {row.get_channel_display().lower()}"
    return (
        gettext("{done}, reference {reference}").format(done=done, reference=row.reference) if row.reference else done
    )


def _decision(row: Decision, case: Incident, said: Language) -> str:
    place = jurisdiction_name(row.obligation.jurisdiction) if row.obligation.jurisdiction else ""
    what = f"{row.obligation.title} ({place})" if place else row.obligation.title
    return f"{what}: {row.get_kind_display()}, {said.instant(row.decided_at, case.time_zone)}. {row.reason}"


def _undecided(done: Sequence[Fulfilment], duties: int) -> str:
    if done:
        return ""
    if not duties:
        return gettext("No duty to notify stands")
    return ngettext(
        "No decision recorded; {number} duty to notify stands",
        "No decision recorded; {number} duties to notify stand",
        duties,
    ).format(number=duties)


def made_at(now: datetime | None = None) -> str:
    """The instant of a register, for its head and its file name: UTC, to the minute."""
    return f"{now or timezone.now():%Y-%m-%dT%H%MZ}"
