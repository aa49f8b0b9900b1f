"""Whether an e-mail with a document is on its way: then nothing else is done with the document."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from outbox.services import set_aside
from reports.models import Document, Mailing


def newest_mailing(document: Document) -> Mailing | None:
    """The last e-mail that was to carry the document to the authority, with its message."""
    return Mailing.objects.filter(document=document).select_related("message", "asked_by").order_by("-pk").first()


def need_no_mail_underway(document: Document, why: str) -> None:
    """Refuses while an e-mail is on its way; one that did not leave is ended for good, or it could go out as well.

    To be called with the document locked.
    """
    held = newest_mailing(document)
    if held is None:
        return
    if held.underway:
        words = gettext("{reference} is being sent by e-mail. Take the e-mail back, or wait until it has left.")
        raise ValidationError({"state": words.format(reference=document.reference)})
    if held.failed:
        set_aside(held.message, why)
