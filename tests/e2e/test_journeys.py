"""Whole ways through Tocsin in a browser, each as somebody who needs it: from the first call to the closed file."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity, Role
from incidents.models import Decision, Exercise, FactsRevision, Incident, Obligation, TimelineEntry
from incidents.services import open_incident
from incidents.services.privileged import write_note
from outbox.models import Message
from reports.models import Document
from reports.services import draft_document, edit_answer, submit_for_review
from tests.conftest import Cast
from tests.e2e.conftest import OpenPage, Shot
from tests.e2e.journeys import (
    Traveller,
    case_path,
    expect_only,
    harbour_lines,
    heading,
    member,
    press,
    prove,
    sign_in,
    tab_to,
    type_into,
)  # fmt: skip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BREACH = {
    "/organisation/role": "controller",
    "/organisation/establishments": ["FR"],
    "/organisation/main_establishment_eu": "FR",
    "/nature/confidentiality": "yes",
    "/affected/fr": {"country": "FR", "presence": "confirmed"},
    "/affected/oceania": {"region": "053", "presence": "suspected"},
    "/data/contact_details": {"status": "confirmed"},
}


@pytest.fixture
def company(transactional_db: None, cast: Cast) -> LegalEntity:
    return harbour_lines(cast.workspace)


@pytest.fixture
def tocsin(live_server: LiveServer, company: LegalEntity, open_page: OpenPage, shot: Shot) -> Traveller:
    return Traveller(live_server.url, open_page, shot)


@pytest.fixture
def case(cast: Cast, company: LegalEntity) -> Incident:
    """Customer files read from outside: people in France, and in a country of the Pacific nobody can name yet."""
    aware = datetime.now(UTC) - timedelta(hours=5)
    return open_incident(
        workspace=cast.workspace,
        title="Customer files readable from outside",
        legal_entity=company,
        opened_by=cast.alice,
        facts={**BREACH, "/timeline/became_aware_at": aware.isoformat()},
    )


def french_notification(case: Incident, cast: Cast) -> Document:
    """A draft of Alice's for the French authority, with what the facts cannot say."""
    duty = Obligation.objects.get(incident=case, duty="gdpr.art33.notify_authority", jurisdiction="FR", stage="initial")
    made = draft_document(party=duty.party, form="gdpr.art33", language="en", author=cast.alice, obligation=duty)
    return edit_answer(made, "contact_point", by=cast.alice, text="Alice, privacy@example.org")


def test_the_small_incident_from_the_desk_to_the_closed_file_by_keyboard_alone(tocsin: Traveller) -> None:
    page = tocsin.enter("alice")
    press(page, page.get_by_role("link", name="Report an incident").first)
    press(page, page.get_by_role("link", name="A small incident, on one page"))
    heading(page, "A small incident, on one page")
    type_into(page, "What happened, and what did you do about it?", "An offer went to another customer.")
    tab_to(page, page.get_by_label("Do rules of a sector bind the company?"))
    page.keyboard.type("No, none")
    press(page, page.get_by_label(re.compile("^Contact details")), "Space")
    tab_to(page, page.get_by_label("Who got the data?"))
    page.keyboard.type("Another customer")
    press(page, page.get_by_role("radio", name="I do not know yet"), "ArrowDown")  # round to the first: unlikely
    expect(page.get_by_label("No: a risk to the people is unlikely")).to_be_checked()
    type_into(page, "Why do you judge so?", "One offer with an address; she deleted it and wrote so.")
    press(page, page.get_by_role("button", name="Show what follows"))
    press(page, page.get_by_role("button", name="Record it and decide"))
    heading(page, re.compile("INC-.* is open"))
    assert Decision.objects.exists()

    press(page, page.get_by_role("link", name="Go to the case"))
    press(page, page.get_by_role("link", name="Close the case"))
    heading(page, "Close-out")
    type_into(page, "Why is the case closed although something is open?", "Documented; nobody has to be told.")
    press(page, page.get_by_role("button", name="Close the case"))
    expect(page.get_by_role("main")).to_contain_text("Case closed")
    assert Incident.objects.get().closed_at is not None
    tocsin.end(page, "small")


def test_the_big_one_comes_in_waves_from_unknown_countries_to_numbers(
    tocsin: Traveller, case: Incident, open_page: OpenPage
) -> None:
    page = tocsin.enter("alice", case_path(case, "people/"))
    expect(page.get_by_role("main")).to_contain_text("Australia and New Zealand")
    page.get_by_role("link", name="Paste from a spreadsheet").first.click()
    page.get_by_label("The table").fill("Country\tNumber\nJapan\tat least 20\nAustralia\t\nFrance\t640")
    page.get_by_role("button", name="Show the rows").click()
    page.get_by_role("button", name="Record 3 rows").click()
    expect(page.get_by_role("main")).to_contain_text("640")

    tocsin.go(page, case_path(case, "facts/affected_count/?row=au"))
    page.get_by_role("link", name="Ask somebody by e-mail").click()
    page.get_by_label("Whom do you ask?").fill("Kim")
    page.get_by_label("E-mail address").fill("kim@example.net")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_role("main")).to_contain_text("Waiting")
    link = re.search(r"https?://\S+/answer/(\S+)", Message.objects.get(recipient="kim@example.net").text)
    assert link is not None
    kim = open_page(width=390, java_script_enabled=False)
    kim.goto(f"{tocsin.site}/answer/{link[1]}")
    kim.get_by_label("At least").check()
    kim.get_by_label("Number", exact=True).fill("500")
    kim.get_by_label("Your name").fill("Kim Lee")
    kim.get_by_role("button", name="Send the answer").click()
    heading(kim, "Your answer is recorded")

    tocsin.go(page, case_path(case, "waves/"))
    expect(page.get_by_role("navigation", name="Waves").locator("li")).to_have_count(3)
    page.get_by_role("link", name="Previous wave").click()
    expect(page.locator("#then")).to_contain_text("As it stood on")
    tocsin.end(page, "big-in-waves")


def test_the_big_one_goes_from_a_draft_over_a_second_person_to_the_authority_and_to_close_out(
    tocsin: Traveller, case: Incident
) -> None:
    page = tocsin.enter("alice", case_path(case, "documents/"))
    duty = Obligation.objects.get(incident=case, duty="gdpr.art33.notify_authority", jurisdiction="FR", stage="initial")
    page.locator(f"a[href*='/new/{duty.pk}/gdpr.art33/']").click()
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Change Name and contact details").click()
    page.get_by_label("Answer").fill("Alice, privacy@example.org")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_role("main")).to_contain_text("somebody else approves it: Bob")

    bob = tocsin.enter("bob", case_path(case, "documents/1/"))
    bob.get_by_role("button", name="Approve").click()
    prove(bob)
    expect(bob.get_by_text("The file is locked")).to_be_visible(timeout=15_000)

    page.reload()
    page.get_by_role("link", name="Record as sent").click()
    page.get_by_label("How").select_option(index=1)
    page.get_by_role("button", name="Record as sent").click()
    prove(page)
    expect(page.get_by_text("Recorded as sent. The document is frozen.")).to_be_visible()
    duty.refresh_from_db()
    assert duty.fulfilments.exists()

    tocsin.go(page, case_path(case, "close/"))
    page.get_by_label("Why is the case closed although something is open?").fill("The rest runs in the parent's file.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_role("main")).to_contain_text("Case closed")
    tocsin.end(page, "big")


def test_the_second_officer_sees_both_values_and_loses_nothing(
    tocsin: Traveller, case: Incident, cast: Cast, problems: list[str]
) -> None:
    member(cast.workspace, "Dana", Role.PRIVACY_OFFICER)
    alice = tocsin.enter("alice", case_path(case, "facts/affected_total/"))
    dana = tocsin.enter("dana", case_path(case, "facts/affected_total/"))
    alice.get_by_label("Exactly").check()
    alice.get_by_label("Number", exact=True).fill("640")
    alice.get_by_role("button", name="Save").click()
    expect(alice.get_by_role("main")).to_contain_text("640")

    dana.get_by_label("At least", exact=True).check()
    dana.get_by_label("Number", exact=True).fill("900")
    dana.get_by_role("button", name="Save").click()
    conflict = dana.get_by_role("alert").first
    expect(conflict).to_contain_text("Somebody else has answered this since you opened it")
    expect(conflict).to_contain_text("640")
    expect(conflict).to_contain_text("900 or more")
    expect(dana.get_by_label("Number", exact=True)).to_have_value("900")
    tocsin.end(dana, "second-officer-conflict")
    dana.get_by_role("button", name="Save").click()
    expect(dana.get_by_role("main")).to_contain_text("900 or more")
    assert FactsRevision.objects.filter(party__incident=case).count() == 3

    tocsin.go(dana, case_path(case, "timeline/"))
    words = "The provider called: the logs are kept."
    dana.get_by_label("What happened?").fill(words)
    dana.context.clear_cookies(name="sessionid")
    dana.get_by_role("button", name="Add the entry").click()
    sign_in(dana, "dana")
    expect(dana.get_by_text("What you typed stands in the form again")).to_be_visible()
    expect(dana.get_by_label("What happened?")).to_have_value(words)
    dana.get_by_role("button", name="Add the entry").click()
    expect(dana.get_by_text(words).first).to_be_visible()
    assert TimelineEntry.objects.filter(kind="human").count() == 1
    tocsin.end(dana, "second-officer")
    expect_only(problems, "409", "422")


def test_the_auditor_reads_and_exports_and_changes_nothing(
    tocsin: Traveller, case: Incident, cast: Cast, company: LegalEntity, problems: list[str]
) -> None:
    member(cast.workspace, "Audrey", Role.AUDITOR)
    french_notification(case, cast)
    write_note(case, title="Advice of counsel", text="Wait for the forensics.", by=cast.alice, key="1")
    hidden = open_incident(
        workspace=cast.workspace, title="Of the board itself", legal_entity=company, opened_by=cast.alice, facts={}
    )
    Incident.objects.filter(pk=hidden.pk).update(restricted=True)
    page = tocsin.enter("audrey", "incidents/")
    expect(page.get_by_role("main")).to_contain_text(case.title)
    expect(page.get_by_role("main")).not_to_contain_text("Of the board itself")
    expect(page.get_by_role("link", name="Report an incident")).to_have_count(0)

    for path in ("", "facts/", "facts/role/", "people/", "duties/", "timeline/", "tasks/", "files/", "documents/",
                 "documents/1/", "close/", "changes/", "measures/"):  # fmt: skip
        tocsin.go(page, case_path(case, path))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("main form[method=post]").count() == 0, path
        assert "Advice of counsel" not in page.content(), path
    for path in (case_path(case, "notes/"), case_path(hidden)):
        tocsin.go(page, path)
        heading(page, re.compile("not found|no such|nothing here", re.IGNORECASE))
    tocsin.go(page, "search/?q=board")
    expect(page.get_by_role("main")).not_to_contain_text("Of the board itself")
    refused = page.evaluate(
        """path => fetch(path, {method: "POST", headers: {"X-CSRFToken": document.cookie.split("csrftoken=")[1]},
                   body: new URLSearchParams({answer: "processor", base: "1"})}).then(one => one.status)""",
        f"/w/harbour/{case_path(case, 'facts/role/')}",
    )
    assert refused == 403
    tocsin.go(page, "register/")
    page.get_by_role("link", name="CSV").click()
    expect(page.get_by_text("The file is then downloaded and this page stays")).to_be_visible()
    with page.expect_download() as table:
        prove(page)
    assert case.title in table.value.path().read_text(encoding="utf-8-sig")
    tocsin.go(page, "register/")
    tocsin.end(page, "auditor")
    expect_only(problems, "404", "403")


def test_the_local_representative_answers_for_one_country_and_approves_its_text(
    tocsin: Traveller, case: Incident, cast: Cast, problems: list[str]
) -> None:
    member(cast.workspace, "Luc", Role.LOCAL_REPRESENTATIVE, ("FR",))
    document = submit_for_review(french_notification(case, cast), by=cast.alice)
    page = tocsin.enter("luc", case_path(case, "people/"), width=390)
    page.get_by_role("link", name=re.compile("France")).last.click()
    page.get_by_label("Exactly").check()
    page.get_by_label("Number", exact=True).fill("640")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("640")
    assert case.parties.get().revisions.count() == 2

    tocsin.go(page, case_path(case, "facts/role/"))
    expect(page.get_by_role("main")).to_contain_text("As local representative")
    expect(page.get_by_role("radio")).to_have_count(0)

    tocsin.go(page, case_path(case, f"documents/{document.ordinal}/"))
    page.get_by_role("button", name="Approve").click()
    prove(page)
    expect(page.get_by_text("The file is locked")).to_be_visible(timeout=15_000)
    document.refresh_from_db()
    assert str(document.approved_by) == "Luc"
    tocsin.end(page, "local-representative")


def test_the_drill_from_its_scenario_to_its_measured_end(tocsin: Traveller) -> None:
    page = tocsin.enter("alice", "exercises/")
    press(page, page.get_by_role("button", name=re.compile("^Begin this exercise.*letter")))
    heading(page, "News and times of the exercise")
    drill = Exercise.objects.get()
    expect(page.get_by_label("Exercise", exact=True).first).to_contain_text("Nothing here has happened")

    tocsin.go(page, case_path(drill.incident, "facts/role/"))
    page.get_by_label("We decide why and how the data are used (controller)").check()
    page.get_by_role("button", name="Save").click()
    tocsin.go(page, case_path(drill.incident, "requests/new/affected_total/"))
    page.get_by_label("Whom do you ask?").fill("Kim")
    page.get_by_label("E-mail address").fill("kim@example.net")
    page.get_by_role("button", name="Send the question").click()

    page.get_by_role("link", name="News and times").first.click()
    page.get_by_role("button", name="Next news").click()
    expect(page.get_by_text("That was the last news")).to_be_visible()
    page.get_by_label("What was learnt?").fill("The processor's number is missing in the paper kit.")
    page.get_by_role("button", name="End it and keep the times").click()
    expect(page.get_by_role("heading", name="What was learnt")).to_be_visible()
    expect(page.get_by_role("region", name="Times measured")).to_contain_text("First answer recorded")
    expect(page.get_by_role("region", name="Times measured")).to_contain_text("Not done")
    drill.refresh_from_db()
    assert drill.ended_at is not None
    assert all(one.inside_only for one in Message.objects.all())
    tocsin.end(page, "drill")
