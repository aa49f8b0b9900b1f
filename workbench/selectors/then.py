"""A case at any instant: facts, people and duties as they stood, and what lies between two instants.

Two readings. RECORDED is what stood on the screen: the newest revision typed by then, the assessment
made of it, the acts recorded by then. KNOWN is what was known, whenever it was typed; the law library in
use applies the law of that day to it, because nobody had typed it for an assessment of the time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, Q

from incidents.catalogue import load_catalogue
from incidents.findings import change_between, columns_of, keyed, state_of
from incidents.models import Assessment, Decision, FactsRevision, Fulfilment, Narrative, Obligation, Party
from incidents.selectors import Duty, duty_of, facts_as_known_at, facts_as_recorded_at, look_back
from law.facts import FactsError
from workbench.selectors.changes import ChangeRow, change_row, sorted_rows
from workbench.selectors.duties import DutyGroups, group_duties
from workbench.selectors.waves import grouped


class Reading(StrEnum):
    """By what the instant is meant."""

    RECORDED = "recorded"
    KNOWN = "known"


@dataclass(frozen=True)
class Standing:
    """A case as it stood at an instant.

    `revisions` are the numbers of the revisions it is made of, `left_out` those typed before one of them
    that tell of later knowledge. `assessment` is the one in force then; None for KNOWN, which looks anew.
    `as_of` is the instant at which the clocks are read. `fault` says why the law cannot be applied to what
    was known: a fact that lies later than the instant.
    """

    at: datetime
    as_of: datetime
    reading: Reading
    document: Mapping[str, Any]
    revisions: tuple[int, ...]
    left_out: tuple[int, ...]
    newest: FactsRevision | None
    assessment: Assessment | None
    duties: tuple[Duty, ...]
    remarks: Mapping[str, Any]
    fault: str = ""

    @property
    def nothing(self) -> bool:
        """Was nothing known or recorded yet?"""
        return not self.revisions

    def groups(self, url_of: Callable[[int], str]) -> DutyGroups:
        """Its duties as rows of a page."""
        return group_duties(grouped(list(self.duties), self.remarks), self.as_of, url_of)


def standing(party: Party, at: datetime, reading: Reading) -> Standing:
    """The case of a party at an instant. At most seven queries.

    Clocks are read at that instant; where the case stands still, no later than it does.
    """
    as_of = min(at, party.incident.stands_at or at)
    if reading == Reading.RECORDED:
        return _recorded(party, at, as_of)
    known = facts_as_known_at(party, at)
    fault = ""
    try:
        findings, _ = look_back(party, at)
    except FactsError as error:
        findings, fault = [], str(error)
    acts = _Acts(party, Q(at__lte=at), Q(decided_at__lte=at), at)
    return Standing(
        at=at,
        as_of=as_of,
        reading=reading,
        document=known.document,
        revisions=known.revisions,
        left_out=known.left_out,
        newest=FactsRevision.objects.filter(party=party, number__in=known.revisions[-1:])
        .select_related("author")
        .first(),
        assessment=None,
        duties=() if fault else tuple(acts.duties(findings, as_of)),
        remarks={},
        fault=fault,
    )


def _recorded(party: Party, at: datetime, as_of: datetime) -> Standing:
    revision = facts_as_recorded_at(party, at)
    made = Assessment.objects.filter(party=party, made_at__lte=at).order_by("-id").first()
    acts = _Acts(party, Q(recorded_at__lte=at), Q(decided_at__lte=at), at)
    return Standing(
        at=at,
        as_of=as_of,
        reading=Reading.RECORDED,
        document=revision.document if revision else {},
        revisions=tuple(range(1, revision.number + 1)) if revision else (),
        left_out=(),
        newest=revision,
        assessment=made,
        duties=tuple(acts.duties(made.findings if made else (), as_of)),
        remarks=made.remarks if made else {},
    )


class _Acts:
    """The obligations of a party with what had been done and decided by an instant. Four queries."""

    def __init__(self, party: Party, done: Q, decided: Q, at: datetime) -> None:
        self._party, self._at = party, at
        fulfilments = Fulfilment.objects.filter(done).filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))
        decisions = Decision.objects.filter(decided).filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
        rows = (
            Obligation.objects.filter(party=party)
            .select_related("party__legal_entity")
            .prefetch_related(
                Prefetch("fulfilments", fulfilments.select_related("by").order_by("at")),
                Prefetch("decisions", decisions.select_related("decided_by")),
            )
        )
        self._rows = list(rows)

    def duties(self, findings: Any, as_of: datetime) -> list[Duty]:
        """The duties of those findings, and those that had been entered by hand."""
        by_key = {
            (row.duty, row.jurisdiction, row.stage, row.variant): row
            for row in self._rows
            if row.origin == Obligation.Origin.LAW
        }
        found = []
        for key, finding in keyed(findings).items():
            row = by_key.get(key) or self._unsaved(key)
            for name, value in columns_of(finding).items():
                setattr(row, name, value)
            found.append(self._duty(row, as_of))
        return found + [self._duty(row, as_of) for row in self._by_hand()]

    def _unsaved(self, key: tuple[str, str, str, str]) -> Obligation:
        """A duty that a look back finds and that the case never had: it has no page and no acts."""
        duty, jurisdiction, stage, variant = key
        # Django reads no relation of a row without a key; 0 is the key of none.
        row = Obligation(pk=0, party=self._party, duty=duty, jurisdiction=jurisdiction, stage=stage, variant=variant)
        row._prefetched_objects_cache = {"fulfilments": (), "decisions": ()}  # type: ignore[attr-defined]
        return row

    def _by_hand(self) -> list[Obligation]:
        """Duties entered by hand, as their history says they were worded at the instant."""
        own = {row.pk: row for row in self._rows if row.origin == Obligation.Origin.HAND}
        if not own:
            return []
        events = (
            Obligation.pgh_event_model.objects.filter(pgh_obj_id__in=own, pgh_created_at__lte=self._at)  # type: ignore[attr-defined]
            .order_by("pgh_obj_id", "-pgh_id")
            .distinct("pgh_obj_id")
        )
        found = []
        for event in events:
            row = own[event.pgh_obj_id]
            for field in event._meta.concrete_fields:
                if not field.name.startswith("pgh_") and field.name != "id":
                    setattr(row, field.attname, getattr(event, field.attname))
            found.append(row)
        return found

    def _duty(self, row: Obligation, as_of: datetime) -> Duty:
        row.changed_in_id = None
        # _Acts has left out what was withdrawn or revoked by then; what was so later still stood.
        for act in row.fulfilments.all():
            act.withdrawn_at = None
        for decision in row.decisions.all():
            decision.revoked_at = None
            if decision.approved_at and decision.approved_at > self._at:
                decision.approved_at = decision.approved_by_id = None
        return duty_of(row, as_of)


def between(earlier: Standing, later: Standing) -> tuple[ChangeRow, ...]:
    """How the duties of two instants differ: outcome or clock, of those that either of them names."""

    def states(of: Standing) -> dict[tuple[object, ...], tuple[dict[str, Any], Obligation]]:
        return {_key(duty.obligation): (state_of(duty.obligation), duty.obligation) for duty in of.duties}

    was, now = states(earlier), states(later)
    rows = []
    for key, (_, shown) in {**was, **now}.items():
        old, new = (found[key][0] if key in found else None for found in (was, now))
        kind = change_between(old, new)
        if kind is not None:
            rows.append(change_row(kind, old, new, shown))
    return sorted_rows(rows)


def _key(row: Obligation) -> tuple[object, ...]:
    if row.origin == Obligation.Origin.HAND:
        return (row.pk,)
    return (row.duty, row.jurisdiction, row.stage, row.variant)


def acts_between(earlier: Standing, later: Standing) -> list[tuple[Duty, bool]]:
    """Duties done or decided at one of two instants and not at the other; True where it was so at the later."""
    settled = {"done", "decided"}
    was = {_key(one.obligation): one for one in earlier.duties if one.state in settled}
    now = {_key(one.obligation): one for one in later.duties if one.state in settled}
    gained = [(now[key], True) for key in now if key not in was]
    return gained + [(was[key], False) for key in was if key not in now]


@dataclass(frozen=True)
class Told:
    """A question that is answered in words, as it was worded at an instant."""

    question: str
    text: str
    language: str


def told_at(party: Party, at: datetime) -> list[Told]:
    """What had been written in words by an instant. One query.

    Words are told when they are typed, so that there is one reading of them.
    """
    events = (
        Narrative.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            incident_id=party.incident_id, pgh_created_at__lte=at
        )
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    labels = {question.id: question.label for group in load_catalogue().groups for question in group.questions}
    found = [
        Told(labels.get(event.question, event.question), event.text, event.language)
        for event in events
        if event.pgh_label != "delete" and event.party_id in (None, party.pk)
    ]
    return sorted(found, key=lambda one: (one.question, one.language))
