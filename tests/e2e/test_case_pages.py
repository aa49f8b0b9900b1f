"""One case in a browser: answer a question, see rows settle, record and decide; with and without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Fulfilment, Incident, Obligation, TimelineEntry
from incidents.services import open_incident, patch_facts
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from tests.e2e.journeys import expect_only, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Incident:
    """A case with a running clock whose role is open, in two waves."""
    aware = datetime.now(UTC) - timedelta(hours=40)
    incident = open_incident(
        workspace=cast.workspace,
        title="Claims mailbox read by somebody else",
        legal_entity=LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR"),
        opened_by=cast.alice,
        facts={
            "/organisation/establishments": ["FR"],
            "/nature/confidentiality": "yes",
            "/timeline/became_aware_at": aware.isoformat(),
            "/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}},
            "/affected/asia": {"region": "142", "presence": "suspected"},
            "/data/full_name": {"status": "confirmed"},
        },
    )
    party = incident.parties.get()
    patch_facts(party, {"/affected/gb": {"country": "GB", "presence": "confirmed"}}, 1, cast.alice, "Britain. A list.")
    return incident


@pytest.fixture
def visit(live_server: LiveServer, case: Incident, open_page: OpenPage) -> Visit:
    """`visit("facts/", width=320)`: a page of the case as Alice, signed in through the form."""

    def visit(path: str = "", **options: object) -> Page:
        page = open_page(**options)
        address = f"/w/harbour/incidents/{case.number}/{path}"
        page.goto(f"{live_server.url}/accounts/login/?next={address}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{address}*")
        return page

    return visit


@pytest.fixture
def duty(case: Incident) -> Obligation:
    return Obligation.objects.get(incident=case, duty="gdpr.art33.notify_authority", jurisdiction="FR", stage="initial")


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_is_accessible_and_fits(visit: Visit, duty: Obligation, shot: Shot, theme: str, width: int) -> None:
    page = visit(width=width, theme=theme)
    base = page.url
    paths = [
        "", "facts/", "facts/role/", "facts/affected_total/", "facts/risk_test/?row=serious_harm", "facts/summary/",
        "facts/data_category/", "people/", "people/add/", "people/row/?row=fr", "risk/", "duties/",
        "duties/?state=done", "duties/add/", "tasks/", "playbooks/", "playbooks/ransomware/", "files/", "comments/",
        "notes/", "measures/", "close/", f"duties/{duty.pk}/", "timeline/", "waves/", "waves/?wave=1",
        "then/", "then/?at=2099-01-01T00:00", "changes/", "library/",
        "said/", "situation/", "links/", "merge/", "split/",
        "then/?at=2099-01-01T00:00&against=2026-01-01T00:00", "then/?at=2099-01-01T00:00&by=known",
    ]  # fmt: skip
    for path in paths:
        page.goto(base + path)
        shot(page, f"case-{path.strip('/').replace('/', '-').replace('?', '-') or 'overview'}-{width}-{theme}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scripts", [True, False])
def test_it_settles_duties_by_an_answer(visit: Visit, duty: Obligation, scripts: bool) -> None:
    page = visit(java_script_enabled=scripts)
    expect(page.get_by_role("heading", name="decide", exact=False).first).to_be_visible()
    page.get_by_role("button", name="I have seen this").click()
    expect(page.get_by_role("heading", name="What changed")).to_have_count(0)

    question = page.locator(".asked details").filter(has_text="What is your role?")
    if not question.evaluate("details => details.open"):
        question.locator("summary").click()
    question.get_by_label("We decide why and how the data are used (controller)").check()
    question.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.locator("#changed .what").first).to_contain_text("Settled")
    expect(page.locator("#required").get_by_role("link", name="CNIL", exact=False).first).to_be_visible()
    assert page.locator("#required tr.changed").count() > 0
    duty.refresh_from_db()
    assert duty.outcome == "APPLIES"


def test_it_shows_what_an_answer_would_change_while_it_is_chosen(visit: Visit, case: Incident) -> None:
    page = visit("facts/role/")
    page.get_by_label("We decide why and how the data are used (controller)").check()
    expect(page.locator("#preview")).to_contain_text("This would change")
    expect(page.locator("#preview")).to_contain_text("Settled: required")
    assert axe(page) == []
    page.evaluate("document.querySelectorAll('form').forEach(form => form.removeAttribute('data-guard'))")
    assert case.parties.get().revisions.count() == 2


def test_it_keeps_what_was_typed_and_names_the_fault_without_scripts(visit: Visit, problems: list[str]) -> None:
    page = visit("facts/affected_total/", java_script_enabled=False)
    page.get_by_label("Exactly").check()
    page.get_by_label("Number", exact=True).fill("about three")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("'about three' is no whole number")
    expect(page.get_by_label("Number", exact=True)).to_have_value("about three")
    expect(page.get_by_label("Exactly")).to_be_checked()
    assert all("422" in problem for problem in problems)  # the browser notes the status of the page
    problems.clear()


def test_it_asks_only_for_the_fields_that_the_choice_needs(visit: Visit) -> None:
    page = visit("facts/affected_total/")
    page.get_by_label("Exactly").check()
    expect(page.get_by_label("And at most")).to_be_hidden()
    page.get_by_label("Between").check()
    expect(page.get_by_label("And at most")).to_be_visible()
    page.get_by_label("I do not know yet").check()
    expect(page.get_by_label("Number", exact=True)).to_be_hidden()


def test_it_records_a_fulfilment_and_a_decision(visit: Visit, duty: Obligation, cast: Cast) -> None:
    patch_facts(duty.party, {"/organisation/role": "controller"}, 2, cast.alice, "Read the contract")
    page = visit()
    page.get_by_role("link", name="Open this duty").click()
    page.get_by_label("Reference", exact=False).fill("4471-B")
    page.get_by_role("button", name="Record as done").click()
    expect(page.locator(".state-panel")).to_contain_text("Done")
    expect(page.locator(".state-panel")).to_contain_text("before the deadline")
    assert Fulfilment.objects.get().reference == "4471-B"

    page.get_by_role("link", name="Duties").first.click()
    page.locator("#required").get_by_role("link").nth(1).click()  # the first is done
    page.get_by_text("We will not notify").click()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_label("Why will you not notify?")).to_be_focused()  # the browser asks for the reason
    page.get_by_label("Why will you not notify?").fill("No risk to anybody.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator(".state-panel")).to_contain_text("Decided: will not notify")
    expect(page.locator(".state-panel")).to_contain_text("Not approved by a second person yet.")


def test_it_steps_through_the_waves_with_the_keyboard(visit: Visit) -> None:
    page = visit("waves/")
    page.get_by_role("link", name="Previous wave").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#then")).to_contain_text("As it stood on")
    assert page.locator("main form").count() == 0
    page.get_by_role("link", name="Next wave").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is the newest wave")).to_be_visible()


def test_it_leads_from_the_map_to_the_table(visit: Visit) -> None:
    page = visit("people/")
    page.get_by_role("link", name="France: 500 or more").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#row-fr")
    expect(page.get_by_role("link", name="Somewhere in Asia: suspected", exact=False).first).to_be_attached()


def test_it_takes_a_case_from_playbook_to_closing_without_scripts(visit: Visit, case: Incident) -> None:
    page = visit("playbooks/misdirected-email/", java_script_enabled=False)
    page.get_by_role("button", name="Add 9 tasks").click()
    page.get_by_role("button", name="Mark done").first.click()
    page.get_by_text("Done, or not to be done").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark done")).to_have_count(9)

    page.get_by_role("link", name="Files", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files({"name": "log.pdf", "mimeType": "", "buffer": b"10:14 GET /"})
    page.get_by_label("Where does it come from?").fill("The web server")
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The name says PDF")).to_be_visible()
    page.get_by_label("What do you need it for?").fill("To read it")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    assert download.value.path().read_bytes() == b"10:14 GET /"

    page.goto(page.url.partition("files/")[0] + "close/")
    page.get_by_label("What went well?").fill("The call at night")
    page.get_by_role("button", name="Save the lessons").click()
    page.get_by_label("Why is the case closed although something is open?").fill("Handed to the parent company")
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_text("Handed to the parent company").first).to_be_visible()
    case.refresh_from_db()
    assert case.closed_at is not None


def test_it_keeps_what_was_typed_while_the_server_cannot_be_reached(
    visit: Visit, case: Incident, problems: list[str], shot: Shot
) -> None:
    page = visit("timeline/", width=320)
    page.route("**/*.svg", lambda route: route.abort("connectionrefused"))
    page.get_by_label("What happened?").fill("The provider called back.")
    page.get_by_role("button", name="Add the entry").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached just now.")
    expect(page.get_by_label("What happened?")).to_have_value("The provider called back.")
    shot(page, "unreachable-320")
    page.unroute("**/*.svg")
    page.get_by_role("button", name="Add the entry").click()
    expect(page.get_by_text("The entry stands in the timeline.")).to_be_visible()
    assert TimelineEntry.objects.filter(incident=case, text="The provider called back.").count() == 1
    expect_only(problems, "ERR_CONNECTION_REFUSED")


def test_the_clock_of_a_case_stands_in_sight_on_a_telephone(visit: Visit, shot: Shot) -> None:
    page = visit(width=320, height=640)
    shot(page, "case-phone", whole=False)
    clock = page.locator(".lead-first .big").bounding_box()
    tabs = page.get_by_role("button", name="Parts of the case").bounding_box()
    name = page.get_by_role("heading", level=1).bounding_box()
    assert clock is not None
    assert tabs is not None
    assert name is not None
    # What the installation says of itself may stand above the name.
    assert clock["y"] + clock["height"] - name["y"] < 300
    assert clock["y"] < tabs["y"]
    tab_to(page, page.get_by_role("link", name="Open this duty"))
