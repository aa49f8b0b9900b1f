"""The one door to a document. Outsiders, and members not named for a restricted case, get 404."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext

from accounts import place_names
from accounts.access import Permission, may, require
from accounts.models import Membership, Role, User
from incidents.access import access_incident, people_allowed_to_see
from incidents.models import Incident, Obligation
from reports.models import Document


def visible_documents(membership: Membership, incident: Incident) -> QuerySet[Document]:
    """The documents of a case, newest first. `incident` has come through incidents.access."""
    return (
        Document.objects.filter(incident=incident, workspace_id=membership.workspace_id)
        .select_related("party__legal_entity", "obligation", "created_by", "approved_by", "sent_by", "previous")
        .order_by("-ordinal")
    )


def access_document(
    user: User | AnonymousUser, slug: str, number: int, ordinal: int
) -> tuple[Membership, Incident, Document]:
    """The member, the case and the document of an address. Raises Http404 for whoever may not see it."""
    membership, incident = access_incident(user, slug, number)
    document = visible_documents(membership, incident).filter(ordinal=ordinal).first()
    if document is None:
        raise Http404("No such document.")
    document.incident = incident
    return membership, incident, document


def require_reach(membership: Membership, obligation: Obligation | None) -> None:
    """A member limited to countries writes and sends for these alone. PermissionDenied says so."""
    if not reaches(membership, obligation):
        place = obligation.jurisdiction if obligation else ""
        words = gettext("Your membership is limited to {countries}; this document is for {place}.")
        limited = ", ".join(map(place_names.name, membership.countries))
        raise PermissionDenied(
            words.format(countries=limited, place=place_names.name(place) if place else gettext("no country"))
        )


def reaches(membership: Membership, obligation: Obligation | None) -> bool:
    """Whether a document for that duty lies within the countries to which the member is limited."""
    place = obligation.jurisdiction if obligation else ""
    return not membership.countries or bool(place and membership.covers(place))


def may_approve(membership: Membership, obligation: Obligation | None) -> bool:
    """Approvers approve; a local representative approves the texts for the countries of the membership."""
    by_role = may(membership, Permission.APPROVE) or membership.role == Role.LOCAL_REPRESENTATIVE
    return by_role and reaches(membership, obligation)


def require_approving(membership: Membership, obligation: Obligation | None) -> None:
    """Let pass, or raise PermissionDenied that says what is lacking."""
    if membership.role != Role.LOCAL_REPRESENTATIVE:
        require(membership, Permission.APPROVE)
    require_reach(membership, obligation)


def others_who_may_approve(incident: Incident, authors: set[int]) -> list[User]:
    """Who may approve, sees the case, and has not written the document."""
    members = Membership.objects.filter(workspace_id=incident.workspace_id, user__is_active=True)
    seeing = set(people_allowed_to_see(incident)) - authors
    return [
        member.user
        for member in members.select_related("user").order_by("pk")
        if member.user_id in seeing and may(member, Permission.APPROVE)
    ]
