"""Comments on single answers, while a document is a draft or in review. They stay with its history and never leave."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from incidents.models import Comment
from incidents.services.comments import resolve_comment, write_comment
from reports.definitions import form_of
from reports.models import Document
from reports.services.common import lock_document

OPEN = (Document.State.DRAFT, Document.State.IN_REVIEW)


def comment_on_answer(document: Document, field: str, *, text: str, by: User, key: str) -> Comment:
    """Writes a comment on one answer. ValidationError where the document is approved already."""
    with transaction.atomic():
        # Held, so that no comment comes between the look at them and the approval.
        held = lock_document(document, *OPEN)
        if field not in form_of(held.form).fields:
            raise ValidationError({"text": gettext("The form has no such answer any more.")})
        return write_comment(held.incident, text=text, by=by, key=key, document=held.ordinal, field=field)


def settle_comment(document: Document, comment: Comment, *, by: User, resolved: bool) -> Comment:
    """Resolves a comment on an answer, or opens it again, as long as the document is not approved."""
    with transaction.atomic():
        held = lock_document(document, *OPEN)
        if (comment.incident_id, comment.document) != (held.incident_id, held.ordinal):
            raise ValidationError({"comment": gettext("This comment belongs to another document.")})
        return resolve_comment(comment, by=by, resolved=resolved)
