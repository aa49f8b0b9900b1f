"""Pages on which an officer acts, in a browser: the small incident on one page, and what comes in from outside."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Decision, Incident, InfoRequest, IntakeReport
from incidents.services import open_incident
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from workbench.views.info_requests import token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def company(transactional_db: None, cast: Cast) -> LegalEntity:
    return LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")


@pytest.fixture
def visit(live_server: LiveServer, company: LegalEntity, open_page: OpenPage) -> Visit:
    """`visit("incidents/", width=320)`: a page of the workspace as Alice, signed in through the form."""

    def visit(path: str, **options: object) -> Page:
        page = open_page(**options)
        page.goto(f"{live_server.url}/accounts/login/?next=/w/harbour/{path}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/w/harbour/{path}*")
        return page

    return visit


def sound(page: Page, shot: Shot, name: str, width: int, theme: str) -> None:
    """Looked at, accessible, and no wider than the window."""
    shot(page, f"acting-{name}-{width}-{theme}")
    assert axe(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def tell_small(page: Page) -> None:
    page.get_by_label("What happened, and what did you do about it?").fill("An offer went to another customer.")
    page.get_by_label("Do rules of a sector bind the company?").select_option("none")
    page.get_by_label(re.compile("^Contact details")).check()
    page.get_by_label("Who got the data?").select_option("other_customer")
    page.get_by_label("No: a risk to the people is unlikely").check()
    page.get_by_label("Why do you judge so?").fill("One offer with an address; she deleted it and wrote so.")


@pytest.mark.parametrize(
    ("width", "theme", "scripts"), [(320, "dark", True), (1440, "light", True), (1440, "dark", False)]
)
def test_it_takes_a_small_incident_to_a_decision_on_one_page(
    visit: Visit, shot: Shot, width: int, theme: str, scripts: bool
) -> None:
    page = visit("incidents/report/small/", width=width, theme=theme, java_script_enabled=scripts)
    if scripts:
        sound(page, shot, "small", width, theme)
    tell_small(page)
    page.get_by_role("button", name="Show what follows").click()
    expect(page.get_by_role("heading", name="What follows from this")).to_be_visible()
    if scripts:
        sound(page, shot, "small-follows", width, theme)
    page.get_by_role("button", name="Record it and decide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("INC-.* is open"))
    expect(page.get_by_role("main")).to_contain_text("No notice is open.")
    if scripts:
        sound(page, shot, "small-done", width, theme)
    assert Decision.objects.count() >= 1
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1440, "dark")])
def test_it_takes_in_a_report_from_outside_and_an_officer_accepts_it(
    visit: Visit, shot: Shot, open_page: OpenPage, width: int, theme: str
) -> None:
    page = visit("incidents/reported/", width=width, theme=theme)
    sound(page, shot, "reported-none", width, theme)
    page.get_by_role("button", name="Open a public link").click()
    address = page.locator("#address").inner_text()
    sound(page, shot, "reported-link", width, theme)

    stranger = open_page(width=width, theme=theme)
    stranger.goto(address)
    sound(stranger, shot, "intake", width, theme)
    stranger.get_by_label("What have you seen?").fill("A list of customers lies open on your site.")
    stranger.get_by_role("button", name="Send the report").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Your report has come in")
    sound(stranger, shot, "intake-received", width, theme)
    receipt = IntakeReport.objects.get().receipt
    expect(stranger.get_by_role("main")).to_contain_text(receipt)
    assert Incident.objects.count() == 0

    page.reload()
    sound(page, shot, "reported", width, theme)
    page.get_by_role("link", name=receipt).click()
    sound(page, shot, "reported-one", width, theme)
    page.get_by_role("button", name="Accept, and start the clocks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("INC-.* is open"))
    assert IntakeReport.objects.get().incident == Incident.objects.get()


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_takes_people_by_paste_and_names_a_bad_row(
    company: LegalEntity, cast: Cast, visit: Visit, shot: Shot, problems: list[str], width: int, theme: str
) -> None:
    facts = {"/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}}}
    case = open_incident(
        workspace=cast.workspace, title="Dealer lists", legal_entity=company, opened_by=cast.alice, facts=facts
    )
    page = visit(f"incidents/{case.number}/people/paste/", width=width, theme=theme)
    sound(page, shot, "paste", width, theme)
    page.get_by_label("The table").fill("Country\tNumber\nFrance\t640\nAtlantis\tabout three")
    page.get_by_role("button", name="Show the rows").click()
    expect(page.get_by_role("alert")).to_contain_text("“Atlantis” is no place")
    sound(page, shot, "paste-bad", width, theme)
    page.get_by_label("The table").fill("Country\tNumber\nFrance\t640\nJapan\tat least 20")
    page.get_by_role("button", name="Show the rows").click()
    expect(page.get_by_role("main")).to_contain_text("Adds the place")
    sound(page, shot, "paste-rows", width, theme)
    page.get_by_role("button", name="Record 2 rows").click()
    expect(page.get_by_role("main")).to_contain_text("640 or more")
    assert all("422" in problem for problem in problems)  # the browser notes the status of the page
    problems.clear()


@pytest.mark.parametrize(("width", "theme", "scripts"), [(320, "dark", True), (1440, "light", True)])
def test_it_asks_somebody_without_an_account_one_question(
    company: LegalEntity, cast: Cast, live_server: LiveServer, visit: Visit, open_page: OpenPage, shot: Shot,
    width: int, theme: str, scripts: bool,
) -> None:  # fmt: skip
    facts = {"/affected/jp": {"country": "JP", "presence": "confirmed"}}
    case = open_incident(
        workspace=cast.workspace, title="Dealer lists", legal_entity=company, opened_by=cast.alice, facts=facts
    )
    page = visit(f"incidents/{case.number}/facts/affected_count/?row=jp", width=width, theme=theme)
    page.get_by_role("link", name="Ask somebody by e-mail").click()
    sound(page, shot, "request-new", width, theme)
    page.get_by_label("Whom do you ask?").fill("Ken")
    page.get_by_label("E-mail address").fill("ken@example.jp")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_role("main")).to_contain_text("Waiting")

    other = open_page(width=width, theme=theme, java_script_enabled=scripts)
    other.goto(f"{live_server.url}/answer/{token_of(InfoRequest.objects.get())}/")
    sound(other, shot, "request-answer", width, theme)
    other.get_by_label("Exactly").check()
    other.get_by_label("Number", exact=True).fill("2,800")
    other.get_by_label("Your name").fill("Ken Sato")
    other.get_by_role("button", name="Send the answer").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your answer is recorded")
    sound(other, shot, "request-answered", width, theme)

    page.reload()
    expect(page.get_by_role("main")).to_contain_text("2,800")
    sound(page, shot, "requests", width, theme)


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_moves_the_moment_of_awareness_with_a_reason(
    company: LegalEntity, cast: Cast, visit: Visit, shot: Shot, width: int, theme: str
) -> None:
    facts = {
        "/organisation/role": "controller",
        "/nature/confidentiality": "yes",
        "/timeline/became_aware_at": "2026-11-02T09:30:00+00:00",
        "/affected/fr": {"country": "FR", "presence": "confirmed"},
        "/data/full_name": {"status": "confirmed"},
    }
    case = open_incident(
        workspace=cast.workspace, title="Dealer lists", legal_entity=company, opened_by=cast.alice, facts=facts
    )
    page = visit(f"incidents/{case.number}/awareness/", width=width, theme=theme)
    sound(page, shot, "awareness-none", width, theme)
    page.get_by_label(re.compile("^When")).fill("2026-11-02T09:00")
    page.get_by_label("Who knew what then?").fill("The help desk's log of the call")
    page.get_by_role("button", name="Add the moment").click()
    page.get_by_label(re.compile("The help desk's log")).check()
    page.get_by_role("button", name="Show what it does to the clocks").click()
    expect(page.get_by_role("main")).to_contain_text("Deadline moved")
    sound(page, shot, "awareness-look", width, theme)
    page.get_by_label("Why this one and no other?").fill("The help desk knew whose data it was.")
    page.get_by_role("button", name="Let the clocks run from it").click()
    expect(page.get_by_role("heading", name="Chosen so far").locator("xpath=../..")).to_contain_text("The help desk")
    sound(page, shot, "awareness", width, theme)
