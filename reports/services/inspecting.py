"""Inviting an inspector, ending an invitation, and writing down what was looked at."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history
from accounts.models import LegalEntity, User, Workspace
from incidents.models import Incident
from reports.models import Document, Inspection, InspectionLook


def invite_inspector(
    workspace: Workspace,
    *,
    by: User,
    name: str,
    reason: str,
    expires_at: datetime,
    legal_entity: LegalEntity | None = None,
    since: date | None = None,
    until: date | None = None,
    countries: Sequence[str] = (),
    with_documents: bool = False,
    restricted: Iterable[Incident] = (),
) -> Inspection:
    """Opens the register, or a part of it, to somebody outside. ValidationError where the hour has passed already."""
    now = timezone.now()
    if expires_at <= now:
        words = gettext("{at} has passed. Name an hour to come.")
        raise ValidationError({"expires_at": words.format(at=f"{expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")})
    with transaction.atomic(), history.context(by, f"Inspector invited: {reason}"):
        made = Inspection.objects.create(
            workspace=workspace,
            name=name.strip(),
            reason=reason.strip(),
            legal_entity=legal_entity,
            since=since,
            until=until,
            countries=list(countries),
            with_documents=with_documents,
            created_by=by,
            created_at=now,
            expires_at=expires_at,
        )
        made.restricted.set(restricted)
    return made


def revoke_inspection(inspection: Inspection, *, by: User) -> Inspection:
    """Ends an invitation at once; its link shows nothing any more. Ending it twice changes nothing."""
    with transaction.atomic(), history.context(by, "Invitation of an inspector ended"):
        held = Inspection.objects.select_for_update().get(pk=inspection.pk)
        if held.revoked_at is None:
            held.revoked_by, held.revoked_at = by, timezone.now()
            held.save(update_fields=["revoked_by", "revoked_at"])
    return held


def note_look(
    inspection: Inspection,
    what: str,
    *,
    page: int = 1,
    incident: Incident | None = None,
    document: Document | None = None,
) -> None:
    """Writes down what the inspector is shown now."""
    InspectionLook.objects.create(
        inspection=inspection, what=what, page=page, incident=incident, document=document, at=timezone.now()
    )
