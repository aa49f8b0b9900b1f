"""The one door to a case. Outsiders, and members not named for a restricted case, get 404."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.access import Permission, access_workspace, may, require
from accounts.models import Membership, Role, User
from incidents import paths
from incidents.models import CaseFigures, EvidenceFile, Incident, IncidentAccess, Party, PrivilegedReader


def visible_incidents(membership: Membership) -> QuerySet[Incident]:
    """The cases of the workspace that this member may see.

    A restricted case is seen by its owner, its deputy and those named for it, whatever their role.
    """
    if not may(membership, Permission.VIEW_CASE):
        return Incident.objects.none()
    return _visible_to(membership.workspace_id, membership.user_id).all()


@lru_cache(maxsize=256)
def _visible_to(workspace: int, user: int) -> QuerySet[Incident]:
    """Remembered as a question and never as an answer: a page asks it many times, and making it takes a millisecond.

    Give away copies only.
    """
    named = IncidentAccess.objects.filter(incident=OuterRef("pk"), user_id=user)
    return Incident.objects.filter(workspace_id=workspace).filter(
        Q(restricted=False) | Q(owner_id=user) | Q(deputy_id=user) | Exists(named)
    )


def visible_figures(membership: Membership, **narrowed: Any) -> QuerySet[CaseFigures]:
    """What is kept beside the cases that this member may see, for sums: only restricted cases are looked at themselves.

    `narrowed`: which figures, as filter() takes them. Whether a case is restricted stands in its figures by a trigger.
    """
    if not may(membership, Permission.VIEW_CASE):
        return CaseFigures.objects.none()
    chosen = {"workspace": membership.workspace_id, **narrowed}
    restricted = {f"figures__{name}": value for name, value in chosen.items()}
    named = visible_incidents(membership).filter(figures__restricted=True, **restricted).values("pk")
    return CaseFigures.objects.filter(**chosen).filter(Q(restricted=False) | Q(incident__in=named))


def access_incident(user: User | AnonymousUser, slug: str, number: int) -> tuple[Membership, Incident]:
    """The member and the case of an address. Raises Http404 for everybody who may not see it."""
    membership = access_workspace(user, slug)
    incident = (
        visible_incidents(membership).select_related("workspace", "owner", "deputy").filter(number=number).first()
    )
    if incident is None:
        raise Http404("No such case.")
    return membership, incident


def access_party(user: User | AnonymousUser, slug: str, number: int, party: int) -> tuple[Membership, Party]:
    """The member and one party of a case. Raises Http404 for everybody who may not see it."""
    membership, incident = access_incident(user, slug, number)
    found = Party.objects.filter(incident=incident, pk=party).select_related("legal_entity").first()
    if found is None:
        raise Http404("No such party.")
    found.incident = incident
    return membership, found


def require_patch(membership: Membership, document: Mapping[str, Any], patch: Mapping[str, Any]) -> None:
    """Lets a patch of facts pass, or raises PermissionDenied naming what lies outside the member's reach.

    A local representative records the people of the countries of the membership and nothing else; a
    row may not be moved to, or made in, a country outside.
    """
    require(membership, Permission.EDIT_FACTS)
    if membership.role != Role.LOCAL_REPRESENTATIVE:
        return
    refused = [path for path in patch if not _within(membership, document, path, patch)]
    if refused:
        raise PermissionDenied(
            f"As local representative for {', '.join(membership.countries)} you record the people affected there."
            f" Not yours to change: {', '.join(sorted(refused))}."
        )


def may_patch(membership: Membership, document: Mapping[str, Any], path: str) -> bool:
    """Whether this member records the fact at that path: for offering a form, or none that would be refused."""
    if membership.role != Role.LOCAL_REPRESENTATIVE:
        return may(membership, Permission.EDIT_FACTS)
    return _within(membership, document, path, {})


def _within(membership: Membership, document: Mapping[str, Any], path: str, patch: Mapping[str, Any]) -> bool:
    segments = paths.parse(path)
    if segments[0] == "provenance" and len(segments) == 2:
        return _within(membership, document, segments[1], patch)
    if segments[0] != "affected" or len(segments) < 2:
        return False
    row = paths.join(segments[:2])
    countries = [paths.get(document, f"{row}/country"), patch.get(f"{row}/country"), _country(patch.get(row))]
    stated = [str(country) for country in countries if country]
    return bool(stated) and all(membership.covers(country) for country in stated)


def _country(row: object) -> object:
    return row.get("country") if isinstance(row, Mapping) else None


def sees_privileged(membership: Membership) -> bool:
    """Whether this member may see privileged notes and files: by the role, or because the workspace allows it."""
    return may(membership, Permission.VIEW_PRIVILEGED) or (
        may(membership, Permission.VIEW_CASE) and PrivilegedReader.objects.filter(membership=membership).exists()
    )


def privileged_readers(incident: Incident) -> list[Membership]:
    """Who can see the privileged items of a case, by name: whoever sees the case and may see such items."""
    inside = set(people_allowed_to_see(incident))
    members = Membership.objects.filter(workspace_id=incident.workspace_id, user__in=inside)
    return [
        one
        for one in members.select_related("user", "privileged_reader").order_by("user__display_name", "pk")
        if may(one, Permission.VIEW_PRIVILEGED) or hasattr(one, "privileged_reader")
    ]


def visible_evidence(membership: Membership, incident: Incident) -> QuerySet[EvidenceFile]:
    """The files of a case that this member may see: privileged ones only with the right to see those."""
    rows = EvidenceFile.objects.filter(incident=incident)
    return rows if sees_privileged(membership) else rows.filter(privileged=False)


def access_evidence(membership: Membership, incident: Incident, number: int) -> EvidenceFile:
    """One file of a case. Raises Http404 for everybody who may not see it."""
    found = visible_evidence(membership, incident).select_related("added_by", "obligation").filter(number=number)
    row = found.first()
    if row is None:
        raise Http404("No such file.")
    row.incident = incident
    return row


def people_allowed_to_see(incident: Incident) -> Iterable[int]:
    """Ids of the users who may see a case: for choosing recipients of reminders and mentions."""
    memberships = Membership.objects.filter(workspace_id=incident.workspace_id, user__is_active=True)
    inside = {m.user_id for m in memberships if may(m, Permission.VIEW_CASE)}
    if not incident.restricted:
        return inside
    named = set(IncidentAccess.objects.filter(incident=incident).values_list("user_id", flat=True))
    return inside & (named | {incident.owner_id, incident.deputy_id or incident.owner_id})
