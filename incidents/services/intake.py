"""Reports from outside: taking them in, and making a case of one or declining it."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts import history
from accounts.access import Permission
from accounts.models import LegalEntity, Role, User, Workspace
from accounts.selectors import members_who_may
from incidents import paths
from incidents.models import Incident, IntakeLink, IntakeReport
from incidents.services.cases import add_timeline_entry, open_incident
from incidents.services.records import write_narrative
from outbox.services import enqueue

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another over the telephone


def open_intake(workspace: Workspace, *, by: User) -> IntakeLink:
    """Makes the public link of a workspace; where one is open, that one."""
    with transaction.atomic(), history.context(by, "Public intake link opened"):
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        held = IntakeLink.objects.filter(workspace=workspace, closed_at__isnull=True).first()
        return held or IntakeLink.objects.create(workspace=workspace, token=secrets.token_urlsafe(18), created_by=by)


def close_intake(workspace: Workspace, *, by: User) -> None:
    """Closes the public link: its address answers no more. What came by it stays."""
    with transaction.atomic(), history.context(by, "Public intake link closed"):
        for link in IntakeLink.objects.select_for_update().filter(workspace=workspace, closed_at__isnull=True):
            link.closed_by, link.closed_at = by, timezone.now()
            link.save(update_fields=["closed_by", "closed_at"])


@transaction.atomic
def take_in(link: IntakeLink, *, what: str, when: str = "", contact: str = "") -> IntakeReport:
    """Keeps a report from outside and tells the privacy officers, without a word of what it says."""
    report = IntakeReport.objects.create(
        link=link,
        receipt="R-" + "".join(secrets.choice(_SIGNS) for _ in range(10)),
        what=what.strip(),
        when=when.strip(),
        contact=contact.strip(),
    )
    address = settings.BASE_URL.rstrip("/") + reverse("incidents:reported_one", args=[link.workspace.slug, report.pk])
    officers = members_who_may(link.workspace, Permission.DECIDE).filter(role=Role.PRIVACY_OFFICER)
    for member in officers:
        with override(member.user.language):
            enqueue(
                workspace=link.workspace,
                to=member.user.email,
                subject=gettext("Reported from outside: %s") % report.receipt,
                text=gettext(
                    "Somebody has reported an incident by the public link of %(workspace)s. Receipt: %(receipt)s.\n\n"
                    "Read it here, then accept it or set it aside:\n%(url)s\n\n"
                    "It is no incident, and no clock is watched, until you accept it."
                )
                % {"workspace": link.workspace.name, "receipt": report.receipt, "url": address},
                html="",
                key=f"intake:{report.pk}:{member.user_id}",
                kind="intake",
                language=member.user.language,
                related=f"intake {report.pk}",
            )
    return report


def accept_report(report: IntakeReport, *, by: User, title: str, summary: str, company: LegalEntity) -> Incident:
    """Makes a case of a report. `summary` is the officer's wording: the sender's own may name people.

    The hour at which it came in is taken for the first sign until somebody knows better. Accepting
    twice gives the first case again.
    """
    with transaction.atomic(), history.context(by, f"Report {report.receipt} accepted"):
        held = _locked(report)
        if held.incident is not None:
            return held.incident
        _still_new(held)
        source = f"Report from outside, receipt {held.receipt}"
        incident = open_incident(
            workspace=held.link.workspace,
            title=title,
            legal_entity=company,
            opened_by=by,
            facts={
                "/timeline/detected_at": held.received_at.isoformat(),
                paths.join(["provenance", "/timeline/detected_at"]): {"state": "known", "from": source},
            },
            reason=source,
        )
        if summary.strip():
            language = held.link.workspace.language
            write_narrative(incident, question="summary", language=language, text=summary.strip(), author=by)
        add_timeline_entry(incident, at=held.received_at, text=f"{source}.", author=by)
        held.state, held.incident = IntakeReport.State.ACCEPTED, incident
        held.handled_by, held.handled_at = by, timezone.now()
        held.save(update_fields=["state", "incident", "handled_by", "handled_at"])
    return incident


@transaction.atomic
def decline_report(report: IntakeReport, *, by: User, reason: str) -> IntakeReport:
    """Sets a report aside: no incident. The reason stays with it."""
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why it is no incident: the sender may ask.")})
    held = _locked(report)
    _still_new(held)
    held.state, held.reason = IntakeReport.State.DECLINED, reason.strip()
    held.handled_by, held.handled_at = by, timezone.now()
    held.save(update_fields=["state", "reason", "handled_by", "handled_at"])
    return held


def _locked(report: IntakeReport) -> IntakeReport:
    return (
        IntakeReport.objects.select_for_update(of=("self",))
        .select_related("link__workspace", "incident", "handled_by")
        .get(pk=report.pk)
    )


def _still_new(report: IntakeReport) -> None:
    if report.state != IntakeReport.State.NEW:
        words = gettext("%(receipt)s was %(state)s meanwhile by %(who)s.")
        said = {"receipt": report.receipt, "state": report.get_state_display().lower(), "who": report.handled_by}
        raise ValidationError(words % said)
