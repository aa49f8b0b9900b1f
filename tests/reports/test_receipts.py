"""The receipt of a document that was sent: kept as evidence, typed by what it is."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from incidents.models import EvidenceFile
from reports import services
from reports.models import Document
from reports.services.receipts import keep_receipt
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n"


def test_it_keeps_a_receipt_with_its_digest_and_its_duty(cast: Cast, approved: Document) -> None:
    sent = services.mark_sent(approved, by=cast.alice, at=NOW, how="portal", reference="4711")
    kept = keep_receipt(sent, SimpleUploadedFile("receipt.pdf", PDF), by=cast.alice).evidence
    assert (kept.kind, kept.size, kept.description) == ("application/pdf", len(PDF), "4711")
    assert kept.obligation == sent.obligation
    assert sent.reference in kept.source


def test_it_says_what_a_receipt_is_whatever_its_name_says(cast: Cast, approved: Document) -> None:
    sent = services.mark_sent(approved, by=cast.alice, at=NOW, how="portal")
    kept = keep_receipt(sent, SimpleUploadedFile("receipt.png", PDF), by=cast.alice).evidence
    assert kept.kind == "application/pdf"


def test_it_keeps_no_receipt_of_what_was_not_sent(cast: Cast, approved: Document) -> None:
    with pytest.raises(ValidationError, match="was not sent"):
        keep_receipt(approved, SimpleUploadedFile("receipt.pdf", PDF), by=cast.alice)
    assert not EvidenceFile.objects.exists()


def test_it_shows_the_receipt_beside_the_document(cast: Cast, client: Client, approved: Document) -> None:
    sent = services.mark_sent(approved, by=cast.alice, at=NOW, how="portal")
    client.force_login(cast.alice)
    where = ("harbour", sent.incident.number, sent.ordinal)
    client.post(reverse("reports:receipt", args=where), {"receipt": SimpleUploadedFile("receipt.pdf", PDF)})
    page = client.get(reverse("reports:document", args=where)).content.decode()
    assert "1. receipt.pdf" in page
    client.post(reverse("reports:receipt", args=where))
    assert EvidenceFile.objects.count() == 1
