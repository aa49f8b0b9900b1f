"""Splitting: one case that is two incidents. What is chosen goes to a new case; both say from where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import paths
from incidents.joining import only_rows, whole_patch, without_rows
from incidents.models import FactsRevision, Incident, IncidentAccess, IncidentLink, IncidentSplit, Party, Phase
from incidents.services.carrying import carry_candidates, carry_fulfilments
from incidents.services.cases import add_party, grant_access, link_incidents, open_incident
from incidents.services.facts import lock_parties, patch_facts
from incidents.services.timeline import legal_entry

ALWAYS = ("organisation", "timeline")
"""Sections that the new case needs in any event: whose it is, and since when it is known."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What goes to the new case. Rows named in `both` stand in the two cases, the others leave the old one.

    `groups` and `data` are names of rows of people and data, `sections` the further parts of the facts that are
    copied, `parties` the ids of further legal persons that take part in it.
    """

    groups: frozenset[str]
    data: frozenset[str]
    both: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    parties: frozenset[int] = frozenset()


def split_incident(party: Party, cut: Cut, *, title: str, reason: str, by: User) -> IncidentSplit:
    """Cuts a new case out of the case of `party`, whose facts it is about. ValidationError where nothing would go.

    Instants of awareness are copied; acts that fulfilled a duty count in both; of a restricted case
    the new one is restricted too.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why they are two incidents: it stands in both histories.")})
    if not cut.groups and not cut.data:
        raise ValidationError(
            {"groups": _("Choose at least one group of people or one kind of data for the new case.")}
        )
    with transaction.atomic(), history.context(by, f"Split: {reason.strip()}"):
        lock_parties([party.pk])  # before its case, as everybody does who changes duties
        source = Incident.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=party.incident_id)
        if source.phase == Phase.CLOSED:
            raise ValidationError(
                {"reason": _("%(case)s is closed. Open it again first.") % {"case": source.reference}}
            )
        party.incident = source
        made = _open(party, cut, title, reason, by)
        split = IncidentSplit.objects.create(
            source=source,
            made=made,
            reason=reason.strip(),
            taken=sorted((cut.groups | cut.data) - cut.both),
            copied=sorted(cut.both | cut.sections),
            done_by=by,
        )
        pairs = [
            (party, Party.objects.select_related("incident").get(incident=made, legal_entity=party.legal_entity_id))
        ]
        pairs += [(other, _add(other, made, cut, source, by)) for other in _others(party, cut.parties)]
        for theirs, ours in pairs:
            carry_candidates(theirs, ours, by)
            carry_fulfilments(theirs, ours, by, f"split:{split.pk}")
        for theirs, _ours in pairs:
            _take_away(theirs, cut, made, by)
        link_incidents(made, source, IncidentLink.Kind.SPLIT_FROM, by=by, note=reason.strip())
        words = f"{made.reference} {made.title} was split from this case: {reason.strip()}"
        legal_entry(source, "split", split.done_at, words, by)
    return split


def _open(party: Party, cut: Cut, title: str, reason: str, by: User) -> Incident:
    source = party.incident
    made = open_incident(
        workspace=source.workspace,
        title=title,
        legal_entity=party.legal_entity,
        opened_by=by,
        facts=_facts(party, cut),
        position=party.position,
        owner=source.owner,
        deputy=source.deputy,
        time_zone=source.time_zone,
        restricted=source.restricted,
        opened_at=source.stands_at,
        known_at=source.stands_at,
        as_of=source.stands_at,
        stands_at=source.stands_at,
        exercise=source.exercise,
        reason=f"Split from {source.reference}: {reason.strip()}",
    )
    for named in IncidentAccess.objects.filter(incident=source).select_related("user"):
        grant_access(made, named.user, by=by, reason=f"As in {source.reference}")
    return made


def _facts(party: Party, cut: Cut) -> dict[str, object]:
    document = _newest(party).document
    patch = whole_patch(only_rows(document, cut.groups, cut.data, {*ALWAYS, *cut.sections}))
    for name in sorted(cut.groups | cut.data):
        place = "affected" if name in cut.groups else "data"
        row = paths.join([place, name])
        if f"{row}/presence" in patch or f"{row}/status" in patch:
            leaf = f"{row}/presence" if place == "affected" else f"{row}/status"
            said = {"state": "known", **(document.get("provenance") or {}).get(leaf, {})}
            said["from"] = (
                f"{party.incident.reference}: {said['from']}"[:300] if said.get("from") else party.incident.reference
            )
            patch[paths.join(["provenance", leaf])] = said
    return patch


def _add(other: Party, made: Incident, cut: Cut, source: Incident, by: User) -> Party:
    other.incident = source
    return add_party(
        made,
        other.legal_entity,
        by=by,
        position=other.position,
        facts=_facts(other, cut),
        known_at=source.stands_at,
        reason=f"Split from {source.reference}",
    )


def _take_away(party: Party, cut: Cut, made: Incident, by: User) -> None:
    newest = _newest(party)
    left = without_rows(newest.document, cut.groups - cut.both, cut.data - cut.both)
    patch = paths.patch_between(newest.document, left)
    patch = {path: value for path, value in patch.items() if not path.startswith("/provenance")}
    if patch:
        words = f"Went to {made.reference} {made.title}"
        patch_facts(party, patch, newest.number, by, words, known_at=party.incident.stands_at)


def _others(party: Party, chosen: Collection[int]) -> Sequence[Party]:
    rows = Party.objects.filter(incident=party.incident_id, pk__in=chosen).exclude(pk=party.pk)
    return list(rows.select_related("legal_entity").order_by("pk"))


def _newest(party: Party) -> FactsRevision:
    return FactsRevision.objects.filter(party=party).order_by("-number")[0]
