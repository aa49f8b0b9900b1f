"""The receipt of a document that was sent: a file of the case's evidence, tied to the document."""

from typing import ClassVar

from django.db import models

from incidents.models import EvidenceFile
from incidents.models.append_only import append_only
from reports.models.document import Document


class Receipt(models.Model):
    """What the receiver gave back: a confirmation, a screenshot, a stamped copy. Written once, with its file."""

    # Serves the receipts of one document.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="receipts")
    evidence = models.OneToOneField(EvidenceFile, on_delete=models.PROTECT, related_name="receipt")

    class Meta:
        triggers: ClassVar = append_only("receipts")

    def __str__(self) -> str:
        return f"{self.evidence} of {self.document_id}"
