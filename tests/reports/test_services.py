"""A document's way from draft to sent, who may take which step, and what nobody can change after."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.history import events_of
from accounts.models import Membership
from incidents import services as case
from incidents.models import FactsRevision, Fulfilment, Incident, Obligation, Party
from reports import making, services
from reports.checks import obstacles, sheet_of, warnings
from reports.definitions import form_of
from reports.filing import board, missing, since_sent, sources
from reports.models import Document
from reports.selectors import forms_for, offers, segments
from tests.conftest import Cast

Draft = Callable[..., Document]


@pytest.fixture
def real_files() -> None:
    """For tests that are about the files themselves."""


@pytest.fixture(autouse=True)
def _quick_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real PDFs only where a test is about them: they take a second each."""
    if "real_files" not in request.fixturenames:
        monkeypatch.setattr(making, "to_pdf", lambda html, *_: b"%PDF" + hashlib.sha256(html.encode()).digest())


def refused(statement: Callable[[], object]) -> str:
    """What the database says when it refuses."""
    with pytest.raises((DatabaseError, IntegrityError)) as caught, transaction.atomic():
        statement()
    return str(caught.value)


def test_it_freezes_the_facts_with_the_draft(cast: Cast, draft: Draft, party: Party) -> None:
    document = draft()
    case.patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 900}}, 1, cast.alice, "Counted")
    assert "at least 500" in sheet_of(document).answers["people_where"].plain
    assert any("rests on revision 1, the newest is 2" in one.text for one in warnings(document))
    assert "900" in sheet_of(services.refresh_facts(document, by=cast.alice)).answers["people_where"].plain


def test_it_numbers_the_documents_of_a_case(draft: Draft, incident: Incident) -> None:
    assert [draft().reference, draft().reference] == [f"{incident.reference}/1", f"{incident.reference}/2"]


def test_it_takes_contact_details_over_from_the_document_before(cast: Cast, draft: Draft, party: Party) -> None:
    draft()
    second = services.draft_document(party=party, form="gdpr.art33", language="fr", author=cast.alice)
    assert second.typed["contact_point"]["text"] == "Alice, privacy@example.org"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"language": "ja"}, "“ja”: the form gdpr.art33 is offered in en, fr, de"),
        ({"phase": "sequel"}, "“sequel”: the form gdpr.art33 knows Initial, Follow-up, Final"),
        ({"groups": ["fr"]}, "Groups of people are for letters"),
    ],
)
def test_it_refuses_a_draft_that_the_form_does_not_know(draft: Draft, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        draft(**wrong)


def test_it_names_a_group_that_the_facts_do_not_have(draft: Draft) -> None:
    with pytest.raises(ValidationError, match=r"xx: no such group of people\. There are: fr"):
        draft(form="letter.gdpr", groups=["xx"])


def test_it_wants_a_reason_where_the_document_says_something_else_than_the_case(cast: Cast, draft: Draft) -> None:
    document = draft()
    with pytest.raises(ValidationError, match="Say why the document says something else"):
        services.edit_answer(document, "aware", by=cast.alice, text="In the morning")
    held = services.edit_answer(document, "aware", by=cast.alice, text="In the morning", reason="Counsel's wording")
    assert sheet_of(held).answers["aware"].plain == "In the morning"
    assert sheet_of(services.edit_answer(held, "aware", by=cast.alice)).answers["aware"].plain.startswith("20 November")


def test_it_names_a_field_and_an_option_that_the_form_does_not_have(cast: Cast, draft: Draft) -> None:
    document = draft()
    with pytest.raises(ValidationError, match=r"“colour”: the form gdpr\.art33 has no such field"):
        services.edit_answer(document, "colour", by=cast.alice, text="red")
    with pytest.raises(ValidationError, match=r"item9: this field has no options\. Enter text"):
        services.edit_answer(document, "aware", by=cast.alice, picks=["item9"])


def test_it_is_approved_by_somebody_else_than_the_author_where_there_is_somebody(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(), by=cast.alice)
    with pytest.raises(ValidationError, match="Alice has written on it; expected somebody else: Bob"):
        services.approve(document, by=cast.alice)
    held = services.approve(document, by=cast.bob)
    assert (held.state, held.approved_by, held.self_approval) == ("approved", cast.bob, False)


def test_it_counts_who_entered_an_answer_as_an_author(cast: Cast, draft: Draft) -> None:
    document = services.edit_answer(draft(), "aware", by=cast.bob, text="Morning", reason="Wording")
    document = services.submit_for_review(document, by=cast.alice)
    held = services.approve(document, by=cast.bob)  # nobody is left who has not written on it
    assert held.self_approval


def test_it_records_a_self_approval_where_nobody_else_could(cast: Cast, draft: Draft) -> None:
    Membership.objects.filter(user=cast.bob).delete()
    document = services.submit_for_review(draft(), by=cast.alice)
    assert services.approve(document, by=cast.alice).self_approval


@pytest.mark.usefixtures("real_files")
def test_it_stores_the_files_with_their_digests_and_the_answers_as_printed(approved: Document) -> None:
    with approved.file.open("rb") as sent, approved.kept_file.open("rb") as kept:
        assert hashlib.sha256(sent.read()).hexdigest() == approved.sha256
        assert hashlib.sha256(kept.read()).hexdigest() == approved.kept_sha256
    assert approved.printed is not None
    assert {row["field"]: row["text"] for row in approved.printed}["contact_point"] == "Alice, privacy@example.org"


def test_it_does_not_approve_what_lacks_what_cannot_follow(cast: Cast, party: Party, duty: Obligation) -> None:
    document = services.draft_document(
        party=party, form="gdpr.art33", language="en", author=cast.alice, obligation=duty
    )
    services.submit_for_review(document, by=cast.alice)
    with pytest.raises(ValidationError, match=r"1\.4 .*not answered, and Art\. 33\(3\)\(b\) does not let it follow"):
        services.approve(document, by=cast.bob)


def test_it_does_not_approve_a_language_without_its_texts(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(language="fr"), by=cast.alice)
    assert any(
        "there is no text in French (there is one in English). Translate it." in one for one in obstacles(document)
    )
    with pytest.raises(ValidationError, match="no text in French"):
        services.approve(document, by=cast.bob)


def test_it_does_not_approve_a_working_copy(cast: Cast, draft: Draft) -> None:
    document = draft(form="jp.ppc", language="en", obligation=None)
    assert obstacles(document)[0] == "This is a working copy in English. The document itself is made in Japanese."


@pytest.mark.usefixtures("real_files")
def test_it_refuses_to_approve_what_the_fonts_cannot_print(cast: Cast, draft: Draft) -> None:
    document = services.edit_answer(draft(), "contact_point", by=cast.alice, text="Abebe ሀ")
    services.submit_for_review(document, by=cast.alice)
    with pytest.raises(ValidationError, match=r"no font here has “ሀ” \(U\+1200\)"):
        services.approve(document, by=cast.bob)
    assert Document.objects.get(pk=document.pk).state == "in_review"


def test_it_goes_back_to_the_author_with_a_reason(cast: Cast, draft: Draft) -> None:
    document = services.submit_for_review(draft(), by=cast.alice)
    with pytest.raises(ValidationError, match="Say what is to be changed"):
        services.return_to_draft(document, by=cast.bob, reason=" ")
    assert services.return_to_draft(document, by=cast.bob, reason="The cause is too long").state == "draft"
    assert events_of(document)[-1].reason == "The cause is too long"


def test_it_takes_no_step_twice_and_none_out_of_order(cast: Cast, draft: Draft, approved: Document) -> None:
    with pytest.raises(ValidationError, match="is at “Approved” now; this step is for “In review”"):
        services.approve(approved, by=cast.bob)
    with pytest.raises(ValidationError, match="is at “Draft” now; this step is for “Approved”"):
        services.mark_sent(draft(), by=cast.alice, at=timezone.now(), how="portal")
    with pytest.raises(ValidationError, match="is at “Approved” now; this step is for “Draft”"):
        services.edit_answer(approved, "aware", by=cast.alice)


def test_it_names_the_languages_of_the_authority_until_the_document_is_sent(cast: Cast, approved: Document) -> None:
    told = ["The authority accepts notifications in: French."]
    assert [one.text for one in warnings(approved) if not one.field] == told
    assert [one for one in warnings(sent(approved, cast)) if not one.field] == []


def sent(document: Document, cast: Cast) -> Document:
    return services.mark_sent(document, by=cast.alice, at=timezone.now(), how="portal", reference="2026-48213")


def test_it_records_that_the_duty_is_fulfilled(cast: Cast, approved: Document, duty: Obligation) -> None:
    held = sent(approved, cast)
    done = Fulfilment.objects.get(obligation=duty)
    assert (done.channel, done.reference, done.manner) == ("portal", "2026-48213", "recorded")
    assert done.document_digest == f"sha256:{held.sha256}"
    assert (held.recorded_as_sent, held.sent_words) == (True, "Recorded as sent")
    newest = FactsRevision.objects.filter(party=held.party).order_by("-number")[0]
    assert newest.document["notices"][0]["duty"] == "gdpr.art33.notify_authority"


def test_it_leaves_a_duty_open_when_one_letter_of_several_went_out(cast: Cast, draft: Draft, duty: Obligation) -> None:
    approved = services.approve(services.submit_for_review(draft(form="letter.gdpr"), by=cast.alice), by=cast.bob)
    services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="post")
    assert not Fulfilment.objects.filter(obligation=duty).exists()


def test_it_refuses_to_have_been_sent_tomorrow_or_in_a_way_that_does_not_exist(cast: Cast, approved: Document) -> None:
    with pytest.raises(ValidationError, match="lies in the future"):
        services.mark_sent(approved, by=cast.alice, at=timezone.now() + timedelta(days=1), how="portal")
    with pytest.raises(ValidationError, match="“pigeon”: expected one of portal"):
        services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="pigeon")


def test_it_dates_the_documents_of_a_case_that_stands_still_by_the_case(
    cast: Cast, draft: Draft, incident: Incident
) -> None:
    stands = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    Incident.objects.filter(pk=incident.pk).update(stands_at=stands)
    document = draft(party=incident.parties.get())
    assert document.snapshot["taken_at"] == stands.isoformat()
    held = services.approve(services.submit_for_review(document, by=cast.alice), by=cast.bob)
    assert held.snapshot["dated"] == stands.isoformat()
    with pytest.raises(ValidationError, match="The latest possible is 2026-11-21 09:00 UTC"):
        services.mark_sent(held, by=cast.alice, at=stands + timedelta(hours=1), how="portal")


def test_it_says_in_the_follow_up_what_has_changed_and_supersedes_the_one_before(
    cast: Cast, approved: Document, party: Party
) -> None:
    first = sent(approved, cast)
    number = FactsRevision.objects.filter(party=party).count()
    case.patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 900}}, number, cast.alice, "Counted")
    second = services.next_phase(first, author=cast.alice)
    assert second.typed["contact_point"]["text"] == "Alice, privacy@example.org"
    previous = second.snapshot["previous"]
    assert (previous["reference"], previous["authority_reference"]) == (first.reference, "2026-48213")
    held = services.approve(services.submit_for_review(second, by=cast.alice), by=cast.bob)
    assert Document.objects.get(pk=first.pk).state == "sent"
    sent(held, cast)
    assert Document.objects.get(pk=first.pk).state == "superseded"


def test_it_fulfils_the_next_stage_of_the_duty_by_the_follow_up(
    cast: Cast, approved: Document, duty: Obligation
) -> None:
    first = sent(approved, cast)
    stage = Obligation.objects.get(party=duty.party, duty=duty.duty, jurisdiction=duty.jurisdiction, stage="follow_up")
    second = services.next_phase(first, author=cast.alice)
    assert second.obligation == stage
    held = sent(services.approve(services.submit_for_review(second, by=cast.alice), by=cast.bob), cast)
    assert Fulfilment.objects.get(obligation=stage).key == f"document:{held.pk}"
    assert services.next_phase(held, author=cast.alice).obligation == stage  # one more belongs to the same stage


@pytest.mark.parametrize("late", [False, True])
def test_it_asks_a_follow_up_for_reasons_only_where_the_first_one_was_late(
    cast: Cast, draft: Draft, duty: Obligation, late: bool
) -> None:
    due = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    Obligation.objects.filter(pk=duty.pk).update(due=due)
    duty.refresh_from_db()
    first = draft(now=due + timedelta(hours=2 if late else -2))
    if late:
        services.edit_answer(first, "delay", by=cast.alice, text="Read by hand.", reason="Late")
    held = services.approve(services.submit_for_review(first, by=cast.alice), by=cast.bob)
    second = services.next_phase(sent(held, cast), author=cast.alice, now=due + timedelta(days=3))
    assert second.snapshot["late"] is late


def test_it_joins_a_follow_up_begun_from_a_duty_to_the_one_sent_before(
    cast: Cast, approved: Document, draft: Draft
) -> None:
    first = sent(approved, cast)
    assert draft(phase="follow_up").previous == first
    assert draft(phase="follow_up", language="fr").previous is None


def test_it_makes_a_new_version_of_what_was_approved_and_keeps_the_old_one(cast: Cast, approved: Document) -> None:
    new = services.revise(approved, author=cast.alice, reason="A number was wrong")
    assert (new.state, new.replaces, Document.objects.get(pk=approved.pk).state) == ("draft", approved, "superseded")


# -- what the database refuses, whoever asks ---------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"language": "fr"}, {"typed": {}}, {"sha256": "0" * 64}, {"state": "draft"}])
def test_it_cannot_be_changed_once_approved(approved: Document, change: dict[str, object]) -> None:
    said = refused(lambda: Document.objects.filter(pk=approved.pk).update(**change))
    assert "it is approved; make a new version" in said


@pytest.mark.parametrize("change", [{"sent_reference": "other"}, {"snapshot": {}}, {"state": "approved"}])
def test_it_cannot_be_changed_once_sent(cast: Cast, approved: Document, change: dict[str, object]) -> None:
    held = sent(approved, cast)
    assert "it was sent and changes no more" in refused(lambda: Document.objects.filter(pk=held.pk).update(**change))


def test_it_cannot_be_removed_once_approved(approved: Document) -> None:
    assert "is kept" in refused(lambda: Document.objects.filter(pk=approved.pk).delete())
    cursor = connection.cursor()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL itself refuses first, for pending checks
    assert "TRUNCATE refused" in refused(lambda: cursor.execute("TRUNCATE reports_document CASCADE"))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "sent", "sent_at": datetime(2026, 11, 21, tzinfo=UTC)}, "sent_by_when_how"),
        ({"state": "sent"}, "sent_has_day"),
    ],
)
def test_it_cannot_be_sent_without_who_when_and_how(
    approved: Document, change: dict[str, object], constraint: str
) -> None:
    assert constraint in refused(lambda: Document.objects.filter(pk=approved.pk).update(**change))


def test_it_cannot_be_approved_without_who_and_a_file(draft: Draft) -> None:
    document = draft()
    now = timezone.now()
    change = {"state": "approved", "submitted_by": document.created_by, "submitted_at": now}
    assert "approved_by_with_file" in refused(lambda: Document.objects.filter(pk=document.pk).update(**change))


# -- what can be made ---------------------------------------------------------------------------------------------


def test_it_offers_the_forms_of_the_duties_of_a_case(incident: Incident, duty: Obligation) -> None:
    assert [form.id for form in forms_for(duty)] == ["fr.cnil", "gdpr.art33", "gdpr.edpb"]
    assert "gdpr.art33" in {offer.form.id for offer in offers(incident)}


def test_it_joins_people_of_whom_the_same_data_are_concerned(cast: Cast, party: Party) -> None:
    patch = {
        "/affected/de/country": "DE",
        "/affected/de/presence": "confirmed",
        "/affected/at/country": "AT",
        "/affected/at/presence": "confirmed",
        "/data/password@fr/status": "confirmed",
    }
    case.patch_facts(party, patch, 1, cast.alice, "More countries")
    assert [(one.groups, one.data) for one in segments(party)] == [
        (("fr",), ("full_name", "password")),
        (("de", "at"), ("full_name",)),
    ]
    with pytest.raises(ValidationError, match="write one letter for each: fr; de, at"):
        services.draft_document(party=party, form="letter.gdpr", language="en", author=cast.alice)
    letter = services.draft_document(
        party=party, form="letter.gdpr", language="en", author=cast.alice, groups=["de", "at"]
    )
    assert "Password" not in sheet_of(letter).answers["data"].plain


def test_it_proposes_a_follow_up_when_a_sent_fact_changes(cast: Cast, approved: Document, party: Party) -> None:
    sent = services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="portal", reference="AK-77")
    assert since_sent(sent) == []
    case.patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 900}}, 1, cast.alice, "Counted")
    assert {change.label for change in since_sent(sent)} == {
        "Approximate number of data subjects",
        "By country of residence",
    }
    services.next_phase(sent, author=cast.alice)
    assert since_sent(sent) == []  # it is on its way


def test_it_shows_one_row_an_authority_on_the_filing_board(
    cast: Cast, approved: Document, incident: Incident, party: Party
) -> None:
    member = Membership.objects.get(user=cast.alice, workspace=cast.workspace)
    row = next(one for one in board(member, incident) if one.document == approved)
    assert (row.authority, row.to_follow) == ("National Commission on Informatics and Liberty", [])
    services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="portal", reference="AK-77")
    case.patch_facts(party, {"/cause/type": "phishing"}, 1, cast.alice, "Found out")
    row = next(one for one in board(member, incident) if one.document == approved)
    assert [change.label for change in row.to_follow] == ["Cause, as far as known"]
    keys = [(one.duty.party_id, one.duty.authority) for one in board(member, incident)]
    assert len(keys) == len(set(keys))


def test_it_offers_the_form_of_another_authority_to_nobody(duty: Obligation) -> None:
    assert [form.id for form in forms_for(duty)] == ["fr.cnil", "gdpr.art33", "gdpr.edpb"]
    duty.authority = "IMY"
    assert [form.id for form in forms_for(duty)] == ["se.imy", "gdpr.art33", "gdpr.edpb"]


def test_it_lists_what_is_open_with_who_is_asked_first(draft: Draft) -> None:
    rows = {one.field: one for one in missing(sheet_of(draft()))}
    assert (rows["records"].who, rows["records"].blocks) == ("Security team", False)
    assert rows["detected"].question


WITHDRAWAL = {
    "organisation_contact": "12 rue des Lilas",
    "reporter_name": "Alice",
    "reporter_contact": "alice@example.org",
    "q5": "No personal data were concerned.",
}


def test_it_withdraws_a_notification_without_recording_the_duty_as_done(
    cast: Cast, party: Party, duty: Obligation
) -> None:
    def step(document: Document) -> Document:
        for name, words in WITHDRAWAL.items():
            document = services.edit_answer(document, name, by=cast.alice, text=words)
        document = services.edit_answer(document, "q23", by=cast.alice, picks=["a"])
        for name in ("q29",):
            document = services.edit_answer(document, name, by=cast.alice, picks=["b"])
        document = services.approve(services.submit_for_review(document, by=cast.alice), by=cast.bob)
        return services.mark_sent(document, by=cast.alice, at=timezone.now(), how="portal", reference="AK-77")

    with pytest.raises(ValidationError, match=r"no notification with the form gdpr\.edpb was sent"):
        services.draft_document(
            party=party, form="gdpr.edpb", language="en", author=cast.alice, phase="withdrawal", obligation=duty
        )
    first = step(
        services.draft_document(party=party, form="gdpr.edpb", language="en", author=cast.alice, obligation=duty)
    )
    done = Fulfilment.objects.filter(obligation=duty).count()
    withdrawn = step(services.next_phase(first, author=cast.alice, phase="withdrawal"))
    first.refresh_from_db()
    assert (withdrawn.phase, withdrawn.state, first.state) == ("withdrawal", "sent", "superseded")
    assert sheet_of(withdrawn).answers["q6"].plain == "AK-77"
    assert Fulfilment.objects.filter(obligation=duty).count() == done
    with pytest.raises(ValidationError, match="withdrew the notification"):
        services.next_phase(withdrawn, author=cast.alice)


def test_it_takes_one_option_where_the_form_takes_one(cast: Cast, party: Party, duty: Obligation) -> None:
    document = services.draft_document(party=party, form="gdpr.edpb", language="en", author=cast.alice, obligation=duty)
    with pytest.raises(ValidationError, match="a, b: the form takes one of them"):
        services.edit_answer(document, "q61", by=cast.alice, picks=["a", "b"])


def test_it_holds_a_text_of_the_case_to_what_the_form_takes(
    draft: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    field = form_of("gdpr.art33").fields["description"]
    monkeypatch.setitem(field.__dict__, "longest", 40)
    found = obstacles(draft())
    assert any("the form takes 40. Shorten it by" in one for one in found)


def test_it_names_a_character_that_cannot_be_printed_before_the_approval(
    cast: Cast, draft: Callable[..., Document]
) -> None:
    document = services.edit_answer(
        draft(), "description", by=cast.alice, text="A mailbox 🙂, Ωμέγα, 個人情報, שלום.", reason="Said on the phone"
    )
    (found,) = [one for one in obstacles(document) if "no font here has" in one]
    assert "“🙂” (U+1F642), “ש” (U+05E9)" in found
    assert found.startswith("3.1 ") or form_of("gdpr.art33").fields["description"].label["en"] in found
    assert "Ω" not in found
    assert "個" not in found


def test_it_refuses_in_the_language_of_the_reader(cast: Cast, draft: Draft) -> None:
    with override("fr"), pytest.raises(ValidationError, match="est maintenant à l’état “Brouillon”"):
        services.approve(draft(), by=cast.bob)


def test_it_leads_to_no_question_where_an_answer_rests_on_all_rows_of_a_list() -> None:
    one, every = sources(["/notices/individuals/first_sent_at", "/notices"], party=7)
    assert one[2] == "facts/notice_first_sent_at/?party=7&row=individuals"
    assert every[2] == ""
