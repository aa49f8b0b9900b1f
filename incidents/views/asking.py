"""What the pages that take a report in offer: companies, zones, the hour."""

from django.utils import timezone

from accounts.access import Permission, may
from accounts.models import Membership
from accounts.selectors import legal_entities_of
from incidents.forms.report import Asking
from incidents.views.frame import zones_offered


def asking_of_report(membership: Membership) -> Asking:
    """Who asks, and where: the same for the five pages, the one page and what comes in from outside."""
    return Asking(
        now=timezone.now(),
        zones=zones_offered(membership.user, membership.workspace),
        companies=list(legal_entities_of(membership.workspace)),
        may_add_company=may(membership, Permission.MANAGE_WORKSPACE),
        workspace_name=membership.workspace.name,
    )
