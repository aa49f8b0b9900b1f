"""Assessing: the law library's answer becomes a frozen assessment, and the obligations follow it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from incidents import events
from incidents.findings import (
    CLOCKS,
    Key,
    change_between,
    columns_of,
    compact,
    keyed,
    numbers_of,
    remarks_of,
    state_of,
)
from incidents.models import Assessment, DutyChange, FactsRevision, Obligation, Outcome, Party
from incidents.services.rulebooks import keep
from law.assess import assess
from law.facts import BreachFacts, FactsError, parse_facts
from law.rulebook import Rulebook, load_rulebook

AGE = timedelta(hours=24)
"""A look may be this old: law that begins today is seen within a day, and a day's look is on record."""


def reassess(party: Party, as_of: datetime | None = None) -> Assessment:
    """Assesses the newest facts of a party as of an instant (now unless given).

    Where facts, rulebook and findings are those of the newest assessment, and that is less than a day
    old, it is returned: looking again is no news. Raises ValidationError where the party has no facts, or where `as_of`
    lies before the newest assessment (incidents.selectors.look_back looks back without storing).
    """
    with transaction.atomic():
        party = Party.objects.select_for_update(of=("self",)).select_related("incident").get(pk=party.pk)
        revision = FactsRevision.objects.filter(party=party).order_by("-number").first()
        if revision is None:
            raise ValidationError(
                {"party": _("No facts are recorded for %(party)s yet; record some first.") % {"party": party}}
            )
        if as_of is None:
            last = _newest(party)
            now = party.incident.now(timezone.now())
            as_of = max(now, last.as_of) if last else now
        return assess_party(party, revision, parse_facts(revision.document), as_of)


def assess_party(
    party: Party, revision: FactsRevision, facts: BreachFacts, as_of: datetime, rulebook: Rulebook | None = None
) -> Assessment:
    """The work of reassess(), for a party that the caller has locked, inside the caller's transaction."""
    rulebook = rulebook or load_rulebook()
    last = _newest(party)
    if last is not None and as_of < last.as_of:
        raise ValidationError(
            {
                "as_of": f"{as_of.isoformat()} lies before the newest assessment"
                f" ({last.as_of.isoformat()}); expected that instant or a later one"
            }
        )
    if last is not None and last.rulebook != rulebook.digest and (last.revision_id, last.as_of) != (revision.pk, as_of):
        last = _by_library_alone(party, last, rulebook)
    answer = assess(rulebook, facts, as_of)
    findings = [compact(finding) for finding in answer.findings]
    if last is not None and _says_the_same(last, revision, rulebook, findings) and as_of < last.as_of + AGE:
        return last
    if last is None or last.rulebook != rulebook.digest:
        keep(rulebook)
    made = Assessment.objects.create(
        party=party,
        revision=revision,
        as_of=as_of,
        rulebook=rulebook.digest,
        rulebook_date=rulebook.date,
        facts_digest=answer.facts_digest,
        findings=findings,
        numbers=numbers_of(findings),
        questions=[question.to_json() for question in answer.questions],
        remarks=remarks_of(answer),
    )
    with history.context(revision.author, revision.reason, assessment=made.pk):
        changes = _follow(party, made, findings, first=last is None)
    if changes:
        touched = tuple(change.obligation_id for change in changes)
        events.publish(events.DutiesChanged(party.pk, touched, made.pk))
    return made


def _by_library_alone(party: Party, last: Assessment, rulebook: Rulebook) -> Assessment:
    """Another library is looked through first by itself, on the same facts at the same instant.

    So what it changed is never mixed up with what new facts or the time that passed change, and can be told to
    whoever owns the case (incidents.selectors.library).
    """
    try:
        facts = parse_facts(last.revision.document)
    except FactsError:  # facts that only an older library took
        return last
    return assess_party(party, last.revision, facts, last.as_of, rulebook)


def _says_the_same(
    last: Assessment, revision: FactsRevision, rulebook: Rulebook, findings: list[dict[str, Any]]
) -> bool:
    same_input = last.revision_id == revision.pk and last.rulebook == rulebook.digest
    return same_input and last.findings == findings


def _newest(party: Party) -> Assessment | None:
    return Assessment.objects.filter(party=party).order_by("-id").first()


COLUMNS = (
    "title", "kind", "addressee", "authority", "provision", "binding", "outcome", "found",
    "limit_kind", *CLOCKS, "details",
)  # fmt: skip


def _follow(party: Party, made: Assessment, findings: Iterable[Mapping[str, Any]], first: bool) -> list[DutyChange]:
    """Brings the obligations from the law to what the findings say, and notes what changed."""
    standing: dict[Key, Obligation] = {
        (row.duty, row.jurisdiction, row.stage, row.variant): row
        for row in Obligation.objects.filter(party=party, origin=Obligation.Origin.LAW)
    }
    new: list[Obligation] = []
    altered: list[Obligation] = []
    changes: list[DutyChange] = []
    found = keyed(findings)
    for key, finding in found.items():
        row = standing.get(key)
        before = state_of(row) if row is not None and row.found else None
        if row is None:
            row = Obligation(party=party, incident_id=party.incident_id, origin=Obligation.Origin.LAW)
            row.duty, row.jurisdiction, row.stage, row.variant = key
            new.append(row)
        if _bring(row, columns_of(finding)):
            row.assessment = made
            altered.append(row)
        _note(changes, made, row, before, state_of(row), first)
    for key, row in standing.items():
        if key not in found and row.found:
            before = state_of(row)
            row.found, row.outcome, row.assessment = False, Outcome.DOES_NOT_APPLY, made
            altered.append(row)
            _note(changes, made, row, before, None, first)
    Obligation.objects.bulk_create(new)
    fresh = {id(row) for row in new}
    # An upsert by id: bulk_update would build a CASE of rows times columns, ten times as slow.
    Obligation.objects.bulk_create(
        [row for row in altered if id(row) not in fresh],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*COLUMNS, "assessment", "changed_in", "updated_at"],
    )
    DutyChange.objects.bulk_create(changes)
    return changes


def _bring(row: Obligation, columns: Mapping[str, Any]) -> bool:
    """Sets the columns of an obligation; says whether anything differs from before."""
    differs = row.pk is None
    for name, value in columns.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            differs = True
    if differs:
        row.updated_at = timezone.now()
    return differs


def _note(
    changes: list[DutyChange],
    made: Assessment,
    row: Obligation,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    first: bool,
) -> None:
    kind = change_between(before, after)
    if kind is None:
        return
    if not first:
        # The first look at a case is news as a whole; marking every row of it would mark none.
        row.changed_in = made
        row.updated_at = timezone.now()
    changes.append(DutyChange(assessment=made, obligation=row, kind=kind, before=before, after=after))
