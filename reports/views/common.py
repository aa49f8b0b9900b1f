"""What the pages of documents share."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Permission, may
from accounts.models import Membership, Role
from incidents.models import Incident
from reports.languages import offset, readers_language
from reports.models import Document


def page_context(membership: Membership, incident: Incident, **more: Any) -> dict[str, Any]:
    """What every page of a case's documents is given."""
    now = incident.now(timezone.now())
    return {
        "now": now,
        "stands_still": incident.stands_at is not None,
        "workspace": membership.workspace,
        "membership": membership,
        "incident": incident,
        "nav": "incidents",
        "zone": incident.time_zone,
        "zone_label": _zone_label(incident.time_zone, now),
        "may_write": may_write(membership),
        "may_approve": may(membership, Permission.APPROVE),
        "may_send": may(membership, Permission.SEND),
        "may_export": may(membership, Permission.EXPORT),
        **more,
    }


def _zone_label(zone: str, now: datetime) -> str:
    return f"{readers_language().zone(zone)} ({offset(now.astimezone(ZoneInfo(zone)))})"


def may_write(membership: Membership) -> bool:
    """Documents are written by those who approve or send them; whoever adds facts does that in the facts."""
    return may(membership, Permission.APPROVE) or may(membership, Permission.SEND)


def require_writing(membership: Membership) -> None:
    """Let pass, or say who may write documents."""
    if not may_write(membership):
        roles = ", ".join(str(role.label) for role in (Role.PRIVACY_OFFICER, Role.APPROVER, Role.LOCAL_REPRESENTATIVE))
        raise PermissionDenied(
            gettext("As {role} you may not write documents. Roles that may: {roles}.").format(
                role=membership.get_role_display().lower(), roles=roles
            )
        )


def to_document(document: Document) -> HttpResponseRedirect:
    """To the page of the document."""
    return redirect("reports:document", document.incident.workspace.slug, document.incident.number, document.ordinal)


def tell(request: HttpRequest, error: ValidationError) -> None:
    """Each fault as a message of its own."""
    for message in error.messages:
        messages.error(request, message)


def into_form(form: BaseForm, error: ValidationError) -> None:
    """The faults of a service at the fields that they are about, others at the head of the form."""
    faults = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in faults.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def attachment(content: bytes, name: str) -> HttpResponse:
    """A PDF as a download: never shown inside the site."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
