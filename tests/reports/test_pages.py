"""The pages of documents, as an officer without JavaScript uses them."""

import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Membership, Role, User
from incidents import services as case
from incidents.models import Incident, Obligation, Party
from reports import making, services
from reports.models import Document
from reports.services.readiness import record_account
from tests.conftest import PASSWORD, Cast

Draft = Callable[..., Document]


@pytest.fixture(autouse=True)
def _quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "to_pdf", lambda html, *_: b"%PDF" + html.encode()[:80])


def signed_in(user: User, *, fresh: bool = True) -> Client:
    """A browser with a session; `fresh`: the password was entered a moment ago."""
    client = Client()
    client.force_login(user)
    if fresh:
        session = client.session
        said = {"method": "password", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [said]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def url(document: Document, name: str = "document", **more: object) -> str:
    place = {"slug": "harbour", "number": document.incident.number, "ordinal": document.ordinal}
    return reverse(f"reports:{name}", kwargs={**place, **more})


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.content.decode()


def test_it_begins_a_document_for_a_duty(cast: Cast, incident: Incident, duty: Obligation) -> None:
    client = signed_in(cast.alice)
    place = {"slug": "harbour", "number": incident.number}
    listed = text(client, reverse("reports:list", kwargs=place))
    address = reverse("reports:new", kwargs={**place, "obligation": duty.pk, "form": "gdpr.art33"})
    assert address in listed
    assert "generic layout" in text(client, address)
    response = client.post(address, {"language": "en", "phase": "initial"})
    document = Document.objects.get()
    assert response["Location"] == url(document)
    assert (document.obligation, document.language) == (duty, "en")


def test_it_keeps_what_was_chosen_when_a_choice_is_wrong(cast: Cast, incident: Incident, duty: Obligation) -> None:
    address = reverse("reports:new", args=["harbour", incident.number, duty.pk, "gdpr.art33"])
    response = signed_in(cast.alice).post(address, {"language": "tlh", "phase": "final"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert '<option value="final" selected>' in response.content.decode()


def test_it_asks_for_whom_a_letter_is_when_people_lost_different_data(cast: Cast, party: Party) -> None:
    patch = {
        "/affected/de/country": "DE",
        "/affected/de/presence": "confirmed",
        "/data/password@fr/status": "confirmed",
        "/risk/by_test/rights_high_risk": "yes",
    }
    case.patch_facts(party, patch, 1, cast.alice, "More")
    duty = Obligation.objects.filter(party=party, duty="gdpr.art34.communicate").order_by("pk")[0]
    address = reverse("reports:new", args=["harbour", party.incident.number, duty.pk, "letter.gdpr"])
    client = signed_in(cast.alice)
    page = text(client, address)
    assert "full name and password" in page
    assert client.post(address, {"language": "en", "phase": "initial"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(address, {"language": "en", "phase": "initial", "groups": "fr"})
    assert Document.objects.get().groups == ["fr"]


def test_it_offers_no_form_for_a_duty_that_it_does_not_serve(cast: Cast, incident: Incident, duty: Obligation) -> None:
    address = reverse("reports:new", args=["harbour", incident.number, duty.pk, "jp.ppc"])
    assert signed_in(cast.alice).get(address).status_code == HTTPStatus.NOT_FOUND


def test_it_shows_progress_sources_and_a_copy_button_for_each_answer(cast: Cast, draft: Draft) -> None:
    page = text(signed_in(cast.alice), url(draft()))
    assert "not known yet (which the law allows)" in page
    assert "/timeline/became_aware_at" in page
    assert 'data-copy="answer-aware"' in page
    assert "Texts not reviewed" in page
    assert "52% of its fields read at a source" in page
    assert 'sandbox src="' in page
    assert "style=" not in page
    assert "<script>" not in page


def test_it_names_what_stands_in_the_way(cast: Cast, draft: Draft) -> None:
    document = services.edit_answer(draft(), "contact_point", by=cast.alice)
    page = text(signed_in(cast.alice), url(document))
    assert "Before it can be approved:" in page
    assert "1 still needed" in page


def test_it_takes_an_answer_and_keeps_it_when_the_reason_is_missing(cast: Cast, draft: Draft) -> None:
    document, client = draft(), signed_in(cast.alice)
    address = url(document, "answer", field="aware")
    assert "20 November 2026, 09:40 (Paris, UTC+1)" in text(client, address)
    response = client.post(address, {"text": "In the morning", "reason": ""})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "In the morning" in response.content.decode()
    assert client.post(address, {"text": "In the morning", "reason": "Wording"})["Location"] == url(document)
    assert "In the morning" in text(client, url(document))


def test_it_takes_options_for_the_japanese_report(cast: Cast, draft: Draft) -> None:
    document, client = draft(form="jp.ppc", language="ja", obligation=None), signed_in(cast.alice)
    address = url(document, "answer", field="reportable_kind")
    assert 'value="item4"' in text(client, address)
    client.post(address, {"picks": ["item1", "item4"]})
    assert Document.objects.get(pk=document.pk).typed["reportable_kind"]["picks"] == ["item1", "item4"]


def test_it_previews_in_a_frame_that_may_do_nothing(cast: Cast, draft: Draft) -> None:
    response = signed_in(cast.alice).get(url(draft(), "preview"))
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "DRAFT" in response.content.decode()
    assert "documents/document.css" in response.content.decode()


def test_it_gives_the_draft_as_a_download_with_its_watermark(
    cast: Cast, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    document = draft()
    response = signed_in(cast.alice).get(url(document, "pdf"))
    name = document.reference.replace("/", "-")
    assert response["Content-Disposition"] == f'attachment; filename="{name}-draft.pdf"'
    assert "DRAFT" in PdfReader(BytesIO(response.content)).pages[0].extract_text()


def test_it_says_which_character_cannot_be_printed(cast: Cast, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    document = services.edit_answer(draft(), "contact_point", by=cast.alice, text="ሀ")
    response = signed_in(cast.alice).get(url(document, "pdf"))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "U+1200" in response.content.decode()


def test_it_goes_the_whole_way_to_sent(cast: Cast, draft: Draft, duty: Obligation) -> None:
    document, alice, bob = draft(), signed_in(cast.alice), signed_in(cast.bob)
    alice.post(url(document, "submit"))
    assert "Waiting for approval" in text(bob, reverse("reports:list", args=["harbour", document.incident.number]))
    bob.post(url(document, "approve"))
    page = text(alice, url(document))
    assert "Approved" in page
    assert Document.objects.get(pk=document.pk).sha256 in page
    local = timezone.localtime(timezone.now()) - timedelta(hours=3)
    answer = alice.post(
        url(document, "sent"), {"at": f"{local:%Y-%m-%dT%H:%M}", "how": "portal", "reference": "2026-48213", "note": ""}
    )
    assert answer["Location"] == url(document)
    page = text(alice, url(document))
    assert "Recorded as sent" in page
    assert "2026-48213" in page
    assert duty.fulfilments.get().reference == "2026-48213"
    alice.post(url(document, "follow_up"), {"phase": "final"})
    assert Document.objects.get(ordinal=2).phase == "final"


def test_it_reads_the_time_of_sending_in_the_zone_of_the_case(cast: Cast, approved: Document) -> None:
    client = signed_in(cast.alice)
    assert "When (Paris time)" in text(client, url(approved, "sent"))
    response = client.post(url(approved, "sent"), {"at": "2026-10-25T02:30", "how": "portal"})
    assert "exists twice or never here" in response.content.decode()
    future = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    response = client.post(url(approved, "sent"), {"at": future, "how": "portal"})
    assert "lies in the future" in response.content.decode()


def test_it_asks_for_the_password_before_approving_and_sending(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(), by=cast.alice)
    bob = signed_in(cast.bob, fresh=False)
    response = bob.post(url(document, "approve"))
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert Document.objects.get(pk=document.pk).state == "in_review"
    # With the password the act goes on where it stopped.
    assert bob.post(response["Location"], {"password": PASSWORD})["Location"] == url(document)
    assert Document.objects.get(pk=document.pk).state == "approved"


def test_it_tells_the_author_that_somebody_else_must_approve(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(), by=cast.alice)
    response = signed_in(cast.alice).post(url(document, "approve"), follow=True)
    assert "Alice has written on it; expected somebody else: Bob" in response.content.decode()


def test_it_offers_approval_to_the_second_person_and_names_that_person_to_the_author(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(), by=cast.alice)
    seen = {user: text(signed_in(user), url(document)) for user in (cast.alice, cast.bob)}
    assert [url(document, "approve") in seen[user] for user in (cast.alice, cast.bob)] == [False, True]
    assert "so somebody else approves it: Bob" in seen[cast.alice]


@pytest.fixture
def representatives(cast: Cast) -> tuple[User, User]:
    """Marie for France, and John for Australia."""
    marie, john = (
        User.objects.create_user(f"{name}@example.org", PASSWORD, display_name=name) for name in ("Marie", "John")
    )
    for user, country in ((marie, "FR"), (john, "AU")):
        role = Role.LOCAL_REPRESENTATIVE
        Membership.objects.create(user=user, workspace=cast.workspace, role=role, countries=[country])
    return marie, john


def test_it_lets_a_local_representative_approve_only_the_texts_of_the_own_country(
    cast: Cast, draft: Draft, representatives: tuple[User, User]
) -> None:
    marie, john = map(signed_in, representatives)
    document = services.submit_for_review(draft(), by=cast.alice)
    assert ">Approve</button>" in text(marie, url(document))
    assert ">Approve</button>" not in text(john, url(document))
    listed = reverse("reports:list", args=["harbour", document.incident.number])
    assert "/new/" in text(marie, listed)
    assert "/new/" not in text(john, listed)  # nothing of this case is for Australia
    assert john.post(url(document, "approve")).status_code == HTTPStatus.FORBIDDEN
    assert john.post(url(document, "return"), {"reason": "No"}).status_code == HTTPStatus.FORBIDDEN
    assert marie.post(url(document, "approve")).status_code == HTTPStatus.FOUND
    assert Document.objects.get(pk=document.pk).approved_by == representatives[0]


def test_it_offers_on_the_filing_board_only_what_the_reader_may_begin(
    incident: Incident, representatives: tuple[User, User]
) -> None:
    address = reverse("reports:filing", args=["harbour", incident.number])
    marie, john = (text(signed_in(user), address) for user in representatives)
    assert "/new/" in marie
    assert "/new/" not in john
    assert "outside the countries of your membership" in john


def test_it_says_before_filing_who_holds_the_login(cast: Cast, draft: Draft) -> None:
    document, alice = draft(), signed_in(cast.alice)
    before = text(alice, url(document))
    assert "Nobody is named who holds the login" in before
    assert reverse("reports:readiness_one", args=["harbour", "CNIL"]) in before
    record_account(document.workspace, "CNIL", by=cast.alice, holder="Marie, Paris", registration="DPO-4471")
    after = text(alice, url(document))
    assert "Marie, Paris" in after
    assert "DPO-4471" in after
    assert "Nobody is named who holds the login" not in after


def test_it_gives_the_english_copy_on_the_filing_board(cast: Cast, draft: Draft) -> None:
    document = draft(language="fr")
    address = reverse("reports:filing", args=["harbour", document.incident.number])
    assert url(document, "english") in text(signed_in(cast.alice), address)


def test_it_lets_a_local_representative_send_only_for_the_own_country(
    approved: Document, representatives: tuple[User, User]
) -> None:
    marie, john = representatives
    assert signed_in(marie).get(url(approved, "sent")).status_code == HTTPStatus.OK
    assert signed_in(john).get(url(approved, "sent")).status_code == HTTPStatus.FORBIDDEN


def test_it_keeps_the_file_with_the_facts_for_whoever_may_export(cast: Cast, approved: Document) -> None:
    response = signed_in(cast.bob).get(url(approved, "kept"))
    assert response["Content-Disposition"].endswith('-kept.pdf"')
    sam = User.objects.create_user("sam@example.org", PASSWORD, display_name="Sam")
    Membership.objects.create(user=sam, workspace=cast.workspace, role=Role.CONTRIBUTOR)
    assert signed_in(sam).get(url(approved, "kept")).status_code == HTTPStatus.FORBIDDEN


def test_it_goes_to_the_new_version(cast: Cast, approved: Document) -> None:
    client = signed_in(cast.alice)
    response = client.post(url(approved, "revise"), {"reason": "A number was wrong"})
    made = Document.objects.get(replaces=approved)
    assert response["Location"] == url(made)


def test_it_asks_in_french_when_it_was_sent(cast: Cast, approved: Document) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="fr")
    assert "Quand (heure de Paris)" in text(signed_in(cast.alice), url(approved, "sent"))


def test_it_lists_the_documents_of_a_case_with_few_queries(
    cast: Cast, draft: Draft, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    documents = [draft() for _ in range(3)]
    client = signed_in(cast.alice)
    address = reverse("reports:list", args=["harbour", documents[0].incident.number])
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        text(client, address)
