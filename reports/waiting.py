"""Documents that stand still until somebody acts: those to be approved, and approved ones to be sent."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, F, OuterRef

from accounts.access import Permission, may
from accounts.models import Membership, Role
from incidents.access import visible_incidents
from incidents.models import Phase
from outbox.models import Message
from reports.access import may_approve, reaches
from reports.models import Document, Mailing

State = Document.State
MOST = 20


def waiting_documents(membership: Membership) -> list[Document]:
    """What waits for this member: to approve, and to send, earliest deadline first. Two queries, one on most days.

    A document of the member's own is told too: somebody else approves it, and its page says who. What was handed to
    the outbox waits for nobody; where it came back, `reports.undelivered` tells of it.
    """
    approves = may(membership, Permission.APPROVE) or membership.role == Role.LOCAL_REPRESENTATIVE
    states = [State.IN_REVIEW] * approves + [State.APPROVED] * may(membership, Permission.SEND)
    if not states:
        return []
    waiting = (
        Document.objects.filter(
            workspace_id=membership.workspace_id,
            state__in=states,
            incident__in=visible_incidents(membership).exclude(phase=Phase.CLOSED),
        )
        .exclude(
            Exists(Mailing.objects.filter(document=OuterRef("pk")).exclude(message__state=Message.State.CANCELLED))
        )
        .order_by(F("obligation__due").asc(nulls_last=True), "pk")
    )
    found = list(waiting.values_list("pk", flat=True))
    return list(islice(_theirs(membership, found), MOST)) if found else []


def _theirs(membership: Membership, found: list[int]) -> Iterator[Document]:
    """Those within the countries of the member. What is frozen in them is not read: it is long."""
    rows = (
        Document.objects.filter(pk__in=found)
        .select_related("incident__workspace", "obligation", "submitted_by", "approved_by")
        .defer("snapshot", "typed", "printed")
        .order_by(F("obligation__due").asc(nulls_last=True), "pk")
    )
    for row in rows:
        allowed = may_approve if row.state == State.IN_REVIEW else reaches
        if allowed(membership, row.obligation):
            yield row
