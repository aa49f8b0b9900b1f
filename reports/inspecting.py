"""The one door for an inspector: which invitation a link names, and what of the register it shows.

Never shown: assessments, drafts, privileged notes, evidence, comments, exercises; restricted cases unless named.
"""

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import Http404

from incidents.models import Incident
from reports.models import Document, Inspection
from reports.register import Wanted, narrowed

_SALT = "reports.inspection"
SENT = (Document.State.SENT, Document.State.SUPERSEDED)


def token_of(inspection: Inspection) -> str:
    """The signed part of the link. It names the row, which says until when and how far it reaches."""
    return signing.Signer(salt=_SALT).sign(str(inspection.pk))


def inspection_of(token: str) -> Inspection:
    """The invitation that a link names, open or ended. Http404 where the signature is not ours."""
    try:
        pk = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        raise Http404("No such invitation.") from None
    found = Inspection.objects.select_related("workspace", "legal_entity").filter(pk=pk).first()
    if found is None:
        raise Http404("No such invitation.")
    return found


def inspected_cases(inspection: Inspection) -> QuerySet[Incident]:
    """The cases within the scope of an invitation, newest first."""
    rows = Incident.objects.filter(workspace_id=inspection.workspace_id)
    rows = rows.filter(Q(restricted=False) | Q(pk__in=inspection.restricted.values("pk")))
    if inspection.legal_entity_id:
        rows = rows.filter(parties__legal_entity_id=inspection.legal_entity_id).distinct()
    if inspection.countries:
        rows = rows.filter(affected_people__country__in=inspection.countries).distinct()
    return narrowed(rows, Wanted(since=inspection.since, until=inspection.until))


def inspected_case(inspection: Inspection, number: int) -> Incident:
    """One case within the scope. Http404 otherwise."""
    found = inspected_cases(inspection).filter(number=number).first()
    if found is None:
        raise Http404("No such case.")
    return found


def inspected_documents(inspection: Inspection, incident: Incident) -> QuerySet[Document]:
    """What was sent in a case, where the invitation includes it: of the invited entity only."""
    if not inspection.with_documents:
        return Document.objects.none()
    rows = Document.objects.filter(incident=incident, state__in=SENT).order_by("ordinal")
    return rows.filter(party__legal_entity_id=inspection.legal_entity_id) if inspection.legal_entity_id else rows
