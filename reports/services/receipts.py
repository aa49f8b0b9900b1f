"""Keeping what a receiver gave back for a document that was sent."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from incidents.services.evidence import add_evidence
from reports.models import Document, Receipt

SENT = (Document.State.SENT, Document.State.SUPERSEDED)


@transaction.atomic
def keep_receipt(document: Document, upload: "UploadedFile[Any]", *, by: User) -> Receipt:
    """Takes a receipt into the evidence of the case: typed by its content, hashed, with its chain of custody.

    ValidationError where the document was not sent, or the file is empty or too large.
    """
    if document.state not in SENT:
        words = gettext("{reference} was not sent; a receipt belongs to one that was.")
        raise ValidationError({"state": words.format(reference=document.reference)})
    receiver = document.obligation.authority if document.obligation else ""
    evidence = add_evidence(
        document.incident,
        upload,
        by=by,
        source=f"Receipt of {receiver or 'the receiver'} for {document.reference}",
        description=document.sent_reference,
        obligation=document.obligation,
    )
    return Receipt.objects.create(document=document, evidence=evidence)
