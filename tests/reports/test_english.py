"""The English working copy: the same snapshot with English labels, marked; sentences in English where they are held."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from incidents import services as case
from incidents.models import Incident, Narrative
from reports import english, services
from reports.answers import answer_sheet
from reports.compose import Look, changes, document_html
from reports.english import english_of, english_texts, has_english_copy
from reports.models import Document
from tests.conftest import Cast
from tests.reports.samples import CONTACT, TEXTS, snapshot
from tests.reports.test_pages import signed_in, text, url

Draft = Callable[..., Document]
MARK = "Working copy in English, not for filing"


def test_it_says_in_english_what_is_held_and_marks_what_is_not() -> None:
    held, typed = english_of(snapshot("jp.ppc", "ja"), {"contact_point": CONTACT}, {"summary": "A storage area."})
    html = document_html(held, typed, Look(english_copy="Japanese"))
    assert f"{MARK}. The document itself is in Japanese." in html
    assert '<html lang="en">' in html
    assert "A storage area." in html
    assert TEXTS["ja"]["summary"] not in html
    cause = TEXTS["ja"]["cause_story"].split("。")[0]
    assert f'As written, in Japanese:</p>\n<p lang="ja">{cause}' in html


def test_it_marks_what_an_officer_entered() -> None:
    held, typed = english_of(snapshot("gdpr.art33", "fr"), {"contact_point": CONTACT}, {})
    (part,) = answer_sheet(held, typed).answers["contact_point"].parts
    assert (part.lead, part.tag) == ("As written, in French:", "fr")


def test_it_tells_the_changes_found_between_the_originals() -> None:
    first = snapshot("gdpr.art33", "fr")
    rows = answer_sheet(first, {}).as_rows()
    nature = next(row for row in rows if row["field"] == "nature")
    sent = [{**nature, "text": "Autre chose."}, *(row for row in rows if row["field"] != "nature")]
    previous = {"reference": "INC-2026-014/2", "sent_at": first["taken_at"], "answers": sent}
    held, typed = english_of({**first, "previous": previous}, {}, {})
    (change,) = changes(answer_sheet(held, typed), held["previous"])
    assert (change.field, change.before, change.tag) == ("nature", "Autre chose.", "fr")
    assert change.label == answer_sheet(held, typed).answers["nature"].label


@pytest.fixture
def french(cast: Cast, incident: Incident, draft: Draft) -> Document:
    """A draft in French, whose sentences were translated from English."""
    for question, words in TEXTS["fr"].items():
        case.write_narrative(
            incident, question=question, language="fr", text=words, author=cast.alice, translated_from="en"
        )
    return draft(language="fr")


def test_it_takes_english_sentences_only_where_they_say_what_the_snapshot_says(
    cast: Cast, incident: Incident, french: Document
) -> None:
    assert english_texts(french)["summary"] == TEXTS["en"]["summary"]
    later = timezone.now() + timedelta(hours=1)
    Narrative.objects.filter(question="summary", language="en").update(text="Something new.", recorded_at=later)
    case.write_narrative(
        incident,
        question="measures_story",
        language="fr",
        text="Autre.",
        author=cast.alice,
        base=1,
        translated_from="en",
    )
    found = english_texts(french)
    assert "summary" not in found
    assert "measures_story" not in found
    assert found["consequences_story"] == TEXTS["en"]["consequences_story"]


def test_it_is_offered_for_documents_in_another_language(cast: Cast, french: Document, draft: Draft) -> None:
    client, other = signed_in(cast.alice), draft()
    assert url(french, "english") in text(client, url(french))
    assert url(other, "english") not in text(client, url(other))
    assert not has_english_copy(other)
    assert client.get(url(other, "english")).status_code == HTTPStatus.NOT_FOUND


def test_it_is_a_pdf_of_the_same_renderer_and_changes_nothing(cast: Cast, french: Document) -> None:
    held = services.submit_for_review(french, by=cast.alice)
    answered = signed_in(cast.bob).get(url(held, "english"))
    assert answered["Content-Disposition"].endswith('-english-working-copy.pdf"')
    pages = [page.extract_text() for page in PdfReader(BytesIO(answered.content)).pages]
    assert all(MARK in " ".join(page.split()) for page in pages)
    assert "without a password" in " ".join(" ".join(pages).split())
    assert answered.content == english.english_pdf(held)
    held.refresh_from_db()
    assert (held.state, bool(held.file)) == ("in_review", False)
