"""Recording what is prepared for filing with an authority."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import history
from accounts.models import LegalEntity, User, Workspace
from incidents.models import OrganisationSheet
from reports.models import FilingAccount


def record_account(workspace: Workspace, authority: str, *, by: User, **said: Any) -> FilingAccount:
    """Records who holds the login and the rest; the newest entry stands, earlier ones stay in the history."""
    with transaction.atomic(), history.context(by, f"Prepared for filing: {authority}"):
        row, _ = FilingAccount.objects.update_or_create(
            workspace=workspace, authority=authority, defaults={**said, "changed_by": by, "changed_at": timezone.now()}
        )
    return row


def record_sheet(entity: LegalEntity, *, by: User, **said: Any) -> OrganisationSheet:
    """Records what a legal person says of itself; the newest entry stands, earlier ones stay in the history."""
    with transaction.atomic(), history.context(by, f"Organisation sheet of {entity}"):
        row, _ = OrganisationSheet.objects.update_or_create(
            legal_entity=entity, defaults={**said, "changed_by": by, "changed_at": timezone.now()}
        )
    return row
