"""Comments on single answers: written and resolved while a document is open, in the way of its approval until then."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from incidents.models import Comment, Incident
from incidents.selectors.comments import comments_of
from incidents.services.comments import edit_comment, write_comment
from reports import making, services
from reports.models import Document
from reports.services.reviewing import comment_on_answer, settle_comment
from tests.conftest import Cast
from tests.reports.test_pages import signed_in, text, url

Draft = Callable[..., Document]
ASKED = "Is the number of people still right?"


@pytest.fixture(autouse=True)
def _quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "to_pdf", lambda html, *_: b"%PDF" + html.encode())


@pytest.fixture
def reviewed(cast: Cast, draft: Draft) -> Document:
    """A document in review, with a comment of Bob's on one answer."""
    document = services.submit_for_review(draft(), by=cast.alice)
    comment_on_answer(document, "nature", text=ASKED, by=cast.bob, key="1")
    return document


def test_it_holds_up_the_approval_until_it_is_resolved(cast: Cast, reviewed: Document) -> None:
    with pytest.raises(ValidationError, match=f"comment of Bob is not resolved: “{ASKED[:20]}"):
        services.approve(reviewed, by=cast.bob)
    comment = Comment.objects.get()
    settle_comment(reviewed, comment, by=cast.alice, resolved=True)
    settle_comment(reviewed, comment, by=cast.bob, resolved=False)
    with pytest.raises(ValidationError, match="not resolved"):
        services.approve(reviewed, by=cast.bob)
    settle_comment(reviewed, comment, by=cast.alice, resolved=True)
    services.approve(reviewed, by=cast.bob)
    comment.refresh_from_db()
    assert (comment.resolved_by, comment.text) == (cast.alice, ASKED)


def test_it_is_closed_with_the_approval(cast: Cast, reviewed: Document) -> None:
    comment = settle_comment(reviewed, Comment.objects.get(), by=cast.alice, resolved=True)
    services.approve(reviewed, by=cast.bob)
    with pytest.raises(ValidationError, match="is at “Approved” now; this step is for “Draft”, “In review”"):
        comment_on_answer(reviewed, "nature", text="Late", by=cast.bob, key="2")
    with pytest.raises(ValidationError, match="is at “Approved” now"):
        settle_comment(reviewed, comment, by=cast.bob, resolved=False)
    with pytest.raises(ValidationError, match="This comment is resolved"):
        edit_comment(comment, text="Something else", by=cast.bob, base=1)


def test_it_belongs_to_one_document_and_a_field_of_its_form(cast: Cast, reviewed: Document, draft: Draft) -> None:
    with pytest.raises(ValidationError, match="no such answer"):
        comment_on_answer(reviewed, "weather", text="?", by=cast.bob, key="2")
    with pytest.raises(ValidationError, match="another document"):
        settle_comment(draft(), Comment.objects.get(), by=cast.alice, resolved=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(document=None)


def test_it_is_no_earlier_wording_when_a_comment_is_resolved(cast: Cast, reviewed: Document) -> None:
    comment = Comment.objects.get()
    edit_comment(comment, text="Which number?", by=cast.bob, base=1)
    settle_comment(reviewed, comment, by=cast.alice, resolved=True)
    (written,) = comments_of(reviewed.incident, document=reviewed.ordinal)
    assert [one.text for one in written.earlier] == [ASKED]


def test_it_stands_beside_the_answer_and_is_named_and_linked(cast: Cast, reviewed: Document) -> None:
    page = text(signed_in(cast.bob), url(reviewed))
    comment = Comment.objects.get()
    assert f'id="comment-{comment.pk}"' in page
    assert f'href="{url(reviewed, "remarks", field="nature")}#comment-{comment.pk}"' in page
    assert '<button class="btn btn-primary" disabled>Approve</button>' in page
    answered = signed_in(cast.alice).post(url(reviewed, "settle", pk=comment.pk))
    assert answered["Location"] == f"{url(reviewed)}#field-nature"
    assert '<button class="btn btn-primary">Approve</button>' in text(signed_in(cast.bob), url(reviewed))


def test_it_is_written_on_a_page_that_keeps_what_was_typed(cast: Cast, reviewed: Document) -> None:
    address = url(reviewed, "remarks", field="nature")
    client = signed_in(cast.alice)
    assert ASKED in text(client, address)
    answered = client.post(address, {"text": "x" * 10_001, "key": "k"})
    assert answered.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "x" * 10_001 in answered.content.decode()
    assert client.post(address, {"text": "It is.", "key": "k"}).status_code == HTTPStatus.FOUND
    assert Comment.objects.filter(author=cast.alice, document=reviewed.ordinal, field="nature").count() == 1
    assert client.get(url(reviewed, "remarks", field="weather")).status_code == HTTPStatus.NOT_FOUND


def test_it_keeps_what_was_typed_when_the_document_was_approved_since(cast: Cast, approved: Document) -> None:
    answered = signed_in(cast.alice).post(url(approved, "remarks", field="nature"), {"text": "Too late?", "key": "k"})
    assert answered.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Too late?" in answered.content.decode()


def test_it_is_listed_with_the_comments_of_the_case_and_edited_there(cast: Cast, reviewed: Document) -> None:
    comment, place = Comment.objects.get(), ("harbour", reviewed.incident.number)
    listed = text(signed_in(cast.bob), reverse("workbench:comments", args=place))
    assert f'href="{url(reviewed)}#field-nature"' in listed
    edited = reverse("workbench:comment", args=(*place, comment.pk))
    answered = signed_in(cast.bob).post(edited, {"text": "Which one?", "key": "k", "base": "1"})
    assert answered["Location"] == f"{url(reviewed)}#comment-{comment.pk}"
    settle_comment(reviewed, comment, by=cast.alice, resolved=True)
    refused = signed_in(cast.bob).post(edited, {"text": "Another", "key": "k", "base": "2"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Open it again" in refused.content.decode()


def test_it_never_leaves_with_an_export_or_a_file(cast: Cast, incident: Incident, reviewed: Document) -> None:
    write_comment(incident, text="On the case", by=cast.alice, key="c")
    settle_comment(reviewed, Comment.objects.get(text=ASKED), by=cast.alice, resolved=True)
    held = services.approve(reviewed, by=cast.bob)
    for file in (held.file, held.kept_file):
        with file.open("rb") as opened:
            assert ASKED.encode() not in opened.read()
    address = reverse("reports:dossier", args=("harbour", incident.number)) + "?privileged=1"
    archive = ZipFile(BytesIO(b"".join(signed_in(cast.alice).get(address).streaming_content)))  # type: ignore[attr-defined]
    assert not [name for name in archive.namelist() if ASKED.encode() in archive.read(name)]
