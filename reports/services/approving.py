"""Approving: a second pair of eyes where there is one, and the files made and frozen."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history
from accounts.models import User
from incidents import events
from reports import making
from reports.access import others_who_may_approve
from reports.checks import obstacles
from reports.models import Document
from reports.render import RenderError
from reports.review import held_up_by, unresolved
from reports.services.common import authors_of, lock_document, need_reason

State = Document.State


def submit_for_review(document: Document, *, by: User, now: datetime | None = None) -> Document:
    """The draft is handed to an approver. Gaps may still be open; they are shown to the approver too."""
    with transaction.atomic(), history.context(by, "Approval asked for"):
        held = lock_document(document, State.DRAFT)
        held.state, held.submitted_by, held.submitted_at = State.IN_REVIEW, by, now or timezone.now()
        held.save(update_fields=["state", "submitted_by", "submitted_at"])
    return held


def return_to_draft(document: Document, *, by: User, reason: str) -> Document:
    """The approver sends it back, and says why."""
    reason = need_reason(reason, gettext("Say what is to be changed."))
    with transaction.atomic(), history.context(by, reason):
        held = lock_document(document, State.IN_REVIEW)
        held.state, held.submitted_by, held.submitted_at = State.DRAFT, None, None
        held.save(update_fields=["state", "submitted_by", "submitted_at"])
    return held


def approve(document: Document, *, by: User, now: datetime | None = None) -> Document:
    """Approves the document as it stands: its files are made, stored and locked.

    Who has written on it approves only where nobody else could; that is recorded as self-approval.
    Raises ValidationError with every obstacle, such as an answer that the law does not let follow, or a
    comment on an answer that nobody has resolved.
    """
    now = now or timezone.now()
    with transaction.atomic(), history.context(by, "Approved"):
        held = lock_document(document, State.IN_REVIEW)
        authors = authors_of(held)
        own = by.pk in authors
        others = others_who_may_approve(held.incident, authors) if own else []
        if others:
            names = ", ".join(str(user) for user in others[:3])
            words = gettext("{who} has written on it; expected somebody else: {names}")
            raise ValidationError({"approved_by": words.format(who=by, names=names)})
        found = [*obstacles(held), *held_up_by(held, unresolved(held))]
        if found:
            raise ValidationError({"document": found})
        held.snapshot = {**held.snapshot, "dated": held.incident.now(now).isoformat()}
        try:
            files = making.final_files(held.snapshot, held.typed)
        except RenderError as error:
            raise ValidationError({"document": error.problems}) from None
        held.printed = files.answers
        held.sha256, held.kept_sha256 = files.sha256, files.kept_sha256
        held.state, held.approved_by, held.approved_at, held.self_approval = State.APPROVED, by, now, own
        held.file.save(_name(held, files.sha256, ""), ContentFile(files.sent), save=False)
        held.kept_file.save(_name(held, files.kept_sha256, "-kept"), ContentFile(files.kept), save=False)
        held.save()
        events.publish(events.WordsChanged(held.incident_id, "document", (held.pk,)))
    return held


def _name(document: Document, digest: str, suffix: str) -> str:
    return f"{document.workspace_id}/{document.reference.replace('/', '-')}{suffix}-{digest[:12]}.pdf"
