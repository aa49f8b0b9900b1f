"""Recording what is prepared for filing with an authority."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import history
from accounts.models import User, Workspace
from reports.models import FilingAccount


def record_account(workspace: Workspace, authority: str, *, by: User, **said: Any) -> FilingAccount:
    """Records who holds the login and the rest; the newest entry stands, earlier ones stay in the history."""
    with transaction.atomic(), history.context(by, f"Prepared for filing: {authority}"):
        row, _ = FilingAccount.objects.update_or_create(
            workspace=workspace, authority=authority, defaults={**said, "changed_by": by, "changed_at": timezone.now()}
        )
    return row
