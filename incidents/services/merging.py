"""Merging: two cases that are one incident. One goes on; the other is closed, stays readable, and nothing is lost."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import paths
from incidents.joining import compare, merged_patch, whole_patch
from incidents.models import (
    FactsRevision,
    Fulfilment,
    Incident,
    IncidentLink,
    IncidentMerge,
    Obligation,
    Party,
    Phase,
    Task,
)
from incidents.services.acts import change_obligation, withdraw_fulfilment
from incidents.services.carrying import (
    carry_candidates,
    carry_clocks,
    carry_fulfilments,
    carry_tasks,
    is_covered,
    open_clocks,
)
from incidents.services.cases import add_party, close_incident, link_incidents, reopen_incident, unlink_incidents
from incidents.services.facts import lock_parties, patch_facts
from incidents.services.tasks import drop_task
from incidents.services.timeline import legal_entry

Choices = Mapping[int, Mapping[str, str]]
"""For each legal person of the case that ends: for each path on which the two differ, "target" or "source"."""


def merge_incidents(source: Incident, target: Incident, *, choices: Choices, reason: str, by: User) -> IncidentMerge:
    """Merges `source` into `target`.

    Facts known there alone are taken over; where the two differ, the choice decides (the case that goes on, unless
    said; of two moments of awareness the earlier). Acts count for the same duty. `source` is closed, and by that its
    reminders end, only after every clock of it runs in `target` at least as early: else ValidationError, and nothing
    has changed. Open tasks go along; done ones, files, comments and timeline stay where they are and are led to.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the two are the same incident: it stands in both histories.")})
    with transaction.atomic(), history.context(by, f"Merge: {reason.strip()}"):
        source, target = _locked(source, target)
        refuse_merge(source, target)
        merge = IncidentMerge.objects.create(
            source=source,
            target=target,
            reason=reason.strip(),
            choices={path: side for one in choices.values() for path, side in one.items()},
            phase_before=source.phase,
            done_by=by,
        )
        pairs = [_join_party(party, target, choices.get(party.pk, {}), merge, by) for party in _parties(source)]
        for ours, theirs in pairs:
            carry_candidates(theirs, ours, by)
            merge.made.setdefault("fulfilments", []).extend(carry_fulfilments(theirs, ours, by, f"merge:{merge.pk}"))
        for ours, theirs in pairs:
            merge.made.setdefault("obligations", []).extend(carry_clocks(theirs, ours, by))
            _note_revision(merge, ours, 1)
            left = [duty.title for duty in open_clocks(theirs) if not is_covered(duty, ours)]
            if left:
                raise ValidationError(
                    {"target": _("These clocks would be lost: %(duties)s") % {"duties": "; ".join(left)}}
                )
        merge.made["tasks"] = carry_tasks(source, target, pairs, by)
        merge.save(update_fields=["made"])
        link_incidents(source, target, IncidentLink.Kind.DUPLICATE_OF, by=by, note=reason.strip())
        words = f"{source.reference} {source.title} was merged into this case: {reason.strip()}"
        legal_entry(target, "merged", merge.done_at, words, by)
        close_incident(source, by=by, reason=f"Merged into {target.reference}: {reason.strip()}")
    return merge


def refuse_merge(source: Incident, target: Incident) -> None:
    """ValidationError in words where the two cannot be merged."""
    if source.pk == target.pk:
        raise ValidationError({"target": _("Choose another case: this one cannot be merged into itself.")})
    if source.workspace_id != target.workspace_id:
        raise ValidationError({"target": _("Choose a case of the same workspace.")})
    for one in (source, target):
        if one.phase == Phase.CLOSED:
            raise ValidationError({"target": _("%(case)s is closed. Open it again first.") % {"case": one.reference}})
    if source.exercise != target.exercise or (source.stands_at is None) != (target.stands_at is None):
        raise ValidationError({"target": _("One of the two is an exercise or stands still, and the other is not.")})
    if source.restricted and not target.restricted:
        said = {"source": source.reference, "target": target.reference}
        words = _("%(source)s is restricted and %(target)s is not: restrict %(target)s first.") % said
        raise ValidationError({"target": words})


def _join_party(
    theirs: Party, target: Incident, choices: Mapping[str, str], merge: IncidentMerge, by: User
) -> tuple[Party, Party]:
    reference = theirs.incident.reference
    document = _newest(theirs).document
    ours = Party.objects.filter(incident=target, legal_entity=theirs.legal_entity_id).first()
    if ours is None:
        ours = add_party(
            target,
            theirs.legal_entity,
            by=by,
            position=theirs.position,
            facts=whole_patch(document),
            reason=f"Merged from {reference}",
            known_at=target.stands_at,
        )
        merge.made.setdefault("parties", []).append(ours.pk)
    ours.incident = target
    _note_revision(merge, ours, 0)
    newest = _newest(ours)
    patch = merged_patch(compare(newest.document, document), choices, reference)
    if patch:
        patch_facts(ours, patch, newest.number, by, f"Merged from {reference}", known_at=target.stands_at)
    return ours, theirs


def _note_revision(merge: IncidentMerge, party: Party, place: int) -> None:
    """The number of the revision before (0) and after (1) the merge."""
    held = merge.made.setdefault("revisions", {}).setdefault(str(party.pk), [0, 0])
    held[place] = _newest(party).number


def undo_obstacles(merge: IncidentMerge) -> list[str]:
    """Why a merge cannot be undone, in words; empty: it can be."""
    found = []
    target = Incident.objects.get(pk=merge.target_id)
    if target.phase == Phase.CLOSED:
        found.append(_("%(case)s is closed.") % {"case": target.reference})
    made = merge.made.get("fulfilments", [])
    since = Fulfilment.objects.filter(obligation__incident=target, recorded_at__gte=merge.done_at).exclude(pk__in=made)
    if since.filter(withdrawn_at__isnull=True).exists():
        words = _("Something was sent or recorded as done in %(case)s after the merge.")
        found.append(words % {"case": target.reference})
    if merge.made.get("parties"):
        words = _("The merge brought a legal person into the case, whose facts cannot be taken away.")
        found.append(words + " " + _("Split the case instead."))
    return found


def undo_merge(merge: IncidentMerge, *, reason: str, by: User) -> IncidentMerge:
    """Takes a merge back while nothing was sent after it. What was changed since in the case that goes on stays."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the two are two incidents after all.")})
    with transaction.atomic(), history.context(by, f"Merge undone: {reason.strip()}"):
        held = IncidentMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if held.undone_at is not None:
            return held
        source, target = _locked(*(Incident.objects.get(pk=pk) for pk in (held.source_id, held.target_id)))
        if obstacles := undo_obstacles(held):
            raise ValidationError({"reason": obstacles})
        why = f"Merge of {source.reference} undone: {reason.strip()}"
        for one in Fulfilment.objects.filter(pk__in=held.made.get("fulfilments", ()), withdrawn_at__isnull=True):
            withdraw_fulfilment(one, by=by, reason=why)
        for duty in Obligation.objects.filter(pk__in=held.made.get("obligations", ())):
            change_obligation(duty, by=by, reason=why, outcome="DOES_NOT_APPLY")
        for task in Task.objects.open().filter(pk__in=held.made.get("tasks", ())):
            drop_task(task, by=by, reason=why)
        for pk, (before, after) in held.made.get("revisions", {}).items():
            _put_back(Party.objects.get(pk=int(pk)), before, after, why, by)
        for link in IncidentLink.objects.filter(incident=source, other=target, kind=IncidentLink.Kind.DUPLICATE_OF):
            unlink_incidents(link, by=by, reason=why)
        held.undone_at, held.undone_by, held.undone_reason = timezone.now(), by, reason.strip()
        held.save(update_fields=["undone_at", "undone_by", "undone_reason"])
        reopen_incident(source, by=by, reason=why)
        Incident.objects.filter(pk=source.pk).update(phase=held.phase_before)
        legal_entry(target, "merge_undone", held.undone_at, f"{why}", by)
    return held


def _put_back(party: Party, before: int, after: int, reason: str, by: User) -> None:
    """The facts as before the merge, where nobody has changed them since."""
    chain = {one.number: one.document for one in FactsRevision.objects.filter(party=party, number__in=[before, after])}
    newest = _newest(party)
    changed: dict[str, Any] = {}
    for path, change in paths.diff(chain[before], chain[after]).items():
        if _value(newest.document, path) == change.after:
            changed[_row_of(path, chain[before])] = change.before
    patch = {
        path: None if path not in paths.leaves(chain[before]) and value is None else value
        for path, value in changed.items()
    }
    if patch:
        patch_facts(party, patch, newest.number, by, reason, known_at=party.incident.stands_at)


def _row_of(path: str, before: Mapping[str, Any]) -> str:
    """The row that the merge has made, as a whole, where the path lies in one; else the path."""
    segments = paths.parse(path)
    for length in (1, 2):
        if segments[:length] in paths.ROWS and len(segments) > length:
            row = paths.join(segments[: length + 1])
            return row if _value(before, row) is None else path
    return path


def _value(document: Mapping[str, Any], path: str) -> Any:
    return paths.get(document, path)


def _newest(party: Party) -> FactsRevision:
    return FactsRevision.objects.filter(party=party).order_by("-number")[0]


def _parties(incident: Incident) -> list[Party]:
    found = list(Party.objects.filter(incident=incident).select_related("legal_entity").order_by("pk"))
    for one in found:
        one.incident = incident
    return found


def _locked(source: Incident, target: Incident) -> tuple[Incident, Incident]:
    """Both, locked in the order of their ids, so that two merges at once cannot wait for each other.

    Their parties first, as everybody does who changes duties: who holds a party writes rows of its case next.
    """
    both = [source.pk, target.pk]
    lock_parties(Party.objects.filter(incident__in=both).values_list("pk", flat=True))
    rows = Incident.objects.select_for_update(of=("self",)).select_related("workspace").order_by("pk")
    held = {one.pk: one for one in rows.filter(pk__in=both)}
    return held[source.pk], held[target.pk]
