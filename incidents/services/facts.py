"""Recording facts: a patch of paths becomes a revision, and what it changes follows at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events, paths
from incidents.models import Assessment, FactsRevision, Incident, OrganisationSheet, Party
from incidents.services.assessing import assess_party
from incidents.services.projections import project
from law.facts import BreachFacts, FactsError, Fault, digest, parse_facts, to_document


@dataclass(frozen=True, slots=True)
class PathConflict:
    """One fact that two officers changed: what both started from, their value, and mine.

    `their_path` differs from `path` where one of the two removed or replaced the whole row.
    """

    path: str
    their_path: str
    base: Any
    theirs: Any
    mine: Any
    by: str
    at: datetime
    revision: int


class FactsConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else changed the same facts since `base`. Nothing was written, nothing typed is lost.

    `patch` is everything that was sent; `free` is the part of it that conflicts with nobody.
    """

    def __init__(self, conflicts: list[PathConflict], patch: Mapping[str, Any], newest: int) -> None:
        self.conflicts = conflicts
        self.patch = dict(patch)
        self.newest = newest
        taken = {conflict.path for conflict in conflicts}
        self.free = {path: value for path, value in patch.items() if path not in taken}
        super().__init__("; ".join(f"{c.path} was changed by {c.by} in revision {c.revision}" for c in conflicts))


def lock_party(party: Party) -> Party:
    """The party, locked until the transaction ends: its chain of facts is written by one at a time.

    Whoever changes duties locks their party first, then the duties, then (recount) the figures of the case.
    """
    return Party.objects.select_for_update(of=("self",)).select_related("incident__workspace").get(pk=party.pk)


def lock_parties(ids: Iterable[int]) -> None:
    """Locks several parties in one order."""
    list(Party.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def patch_facts(
    party: Party,
    patch: Mapping[str, Any],
    base: int,
    author: User,
    reason: str,
    known_at: datetime | None = None,
    *,
    as_of: datetime | None = None,
) -> FactsRevision:
    """Applies a patch (incidents.paths) to the newest facts of a party and assesses its duties anew.

    `base` is the number of the revision that the author saw. `known_at` says when the facts were
    known, where that was before now; `as_of` is the instant of the assessment, now unless given.
    A patch that changes nothing makes no revision: the newest is returned.

    Raises FactsConflict where somebody else changed the same paths since `base`, FactsError with
    every fault by its path where the facts would not be valid, ValidationError for the rest.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: it stands in the history of the facts.")})
    with transaction.atomic(), history.context(author, reason):
        party = lock_party(party)
        newest = FactsRevision.objects.filter(party=party).order_by("-number").first()
        if newest is None or not 1 <= base <= newest.number:
            last = newest.number if newest else 0
            raise ValidationError({"base": f"{base}: expected the number of a revision, 1 to {last}"})
        facts = _patched(party, newest, patch, base)
        document = to_document(facts)
        changed = paths.diff(newest.document, document)
        if not changed:
            return newest
        return _add_revision(party, newest.number + 1, facts, sorted(changed), author, reason, known_at, as_of)


def first_facts(
    party: Party,
    patch: Mapping[str, Any],
    author: User,
    reason: str,
    known_at: datetime | None,
    as_of: datetime | None,
) -> FactsRevision:
    """Revision 1 of a party: what its legal entity says of itself, and what is known so far."""
    party = lock_party(party)
    facts = _valid(_apply(_of_entity(party), patch))
    return _add_revision(party, 1, facts, sorted(paths.leaves(to_document(facts))), author, reason, known_at, as_of)


def _of_entity(party: Party) -> dict[str, Any]:
    entity = party.legal_entity
    organisation: dict[str, Any] = {"name": entity.name, "country": entity.country, "kind": entity.kind}
    if entity.eu_main_establishment:
        organisation["main_establishment_eu"] = entity.eu_main_establishment
    sheet = OrganisationSheet.objects.filter(legal_entity=entity).first()
    if sheet is not None:
        organisation |= sheet.facts()
    return {"schema": "tocsin.facts/1", "organisation": organisation}


def _patched(party: Party, newest: FactsRevision, patch: Mapping[str, Any], base: int) -> BreachFacts:
    document = _apply(newest.document, patch)
    try:
        facts = _valid(document)
    except FactsError:
        # What makes it invalid may be the other officer's change: then that is what to show.
        _refuse_conflicts(party, newest, patch, base, document)
        raise
    _refuse_conflicts(party, newest, patch, base, to_document(facts))
    return facts


def _apply(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return paths.apply(document, patch)
    except paths.PathError as error:
        faults = [Fault(fault.path, patch.get(fault.path), fault.expected) for fault in error.faults]
        raise FactsError(faults) from None


def _valid(document: dict[str, Any]) -> BreachFacts:
    """The facts of a document; FactsError with paths of ours instead of indexes."""
    try:
        return parse_facts(document)
    except FactsError as error:
        raise named_by_path(error, document) from None


def named_by_path(error: FactsError, document: Mapping[str, Any]) -> FactsError:
    """The same faults with rows named instead of counted: /affected/g1/count, not /affected/0/count."""
    return FactsError(
        [Fault(paths.from_pointer(document, fault.path), fault.value, fault.expected) for fault in error.faults]
    )


def _refuse_conflicts(
    party: Party, newest: FactsRevision, patch: Mapping[str, Any], base: int, mine: Mapping[str, Any]
) -> None:
    if base == newest.number:
        return
    since = list(
        FactsRevision.objects.filter(party=party, number__gte=base).select_related("author").order_by("number")
    )
    theirs = paths.diff(since[0].document, newest.document)
    conflicts = [
        PathConflict(
            path=path,
            their_path=change.path,
            base=paths.get(since[0].document, path),
            theirs=paths.get(newest.document, path),
            mine=patch[path],
            by=str(revision.author),
            at=revision.recorded_at,
            revision=revision.number,
        )
        for path, change in _touched(patch, theirs)
        # Both may have typed the same: then there is nothing to decide.
        if paths.get(newest.document, path) != paths.get(mine, path)
        for revision in [_last_to_change(change.path, since[1:])]
    ]
    if conflicts:
        raise FactsConflict(conflicts, patch, newest.number)


def _touched(patch: Mapping[str, Any], theirs: Mapping[str, paths.Change]) -> Iterator[tuple[str, paths.Change]]:
    for path in patch:
        for change in theirs.values():
            if paths.overlap(path, change.path):
                yield path, change
                break


def _last_to_change(path: str, revisions: list[FactsRevision]) -> FactsRevision:
    changed = [r for r in revisions if any(paths.overlap(path, other) for other in r.changed_paths)]
    return (changed or revisions)[-1]


def _add_revision(
    party: Party,
    number: int,
    facts: BreachFacts,
    changed: list[str],
    author: User,
    reason: str,
    known_at: datetime | None,
    as_of: datetime | None,
) -> FactsRevision:
    now = timezone.now()
    if known_at is not None and known_at > now:
        raise ValidationError(
            {
                "known_at": _("%(value)s lies in the future; expected an instant up to now")
                % {"value": known_at.isoformat()}
            }
        )
    document = to_document(facts)
    revision = FactsRevision.objects.create(
        party=party,
        number=number,
        document=document,
        digest=digest(facts),
        author=author,
        recorded_at=now,
        known_at=known_at or now,
        reason=reason,
        changed_paths=changed,
    )
    project(party, facts)
    try:
        assess_party(party, revision, facts, _as_of(party, as_of, now))
    except FactsError as error:
        raise named_by_path(error, document) from None
    events.publish(events.FactsRecorded(party.pk, revision.pk, tuple(changed)))
    return revision


def _as_of(party: Party, as_of: datetime | None, now: datetime) -> datetime:
    """Now, or what the caller says; never before the newest look by a clock that was set back."""
    if as_of is None:
        as_of = party.incident.stands_at
    if as_of is not None:
        if party.incident.stands_at is not None and as_of > party.incident.stands_at:
            Incident.objects.filter(pk=party.incident_id).update(stands_at=as_of)
        return as_of
    last = Assessment.objects.filter(party=party).order_by("-id").values_list("as_of", flat=True).first()
    return max(now, last) if last else now
