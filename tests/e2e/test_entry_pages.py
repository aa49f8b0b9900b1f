"""The way in, seen by a browser: sign in, the desk, reporting an incident with and without scripts, the quick check."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Incident, ReportDraft
from incidents.services import open_incident
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from workbench.setting_up import make_link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def company(transactional_db: None, cast: Cast) -> LegalEntity:
    return LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")


@pytest.fixture
def case(company: LegalEntity, cast: Cast) -> Incident:
    """A case whose clock runs: aware since this morning, people in France."""
    aware = datetime.now(UTC) - timedelta(hours=5)
    return open_incident(
        workspace=cast.workspace,
        title="Customer files readable from outside",
        legal_entity=company,
        opened_by=cast.alice,
        facts={
            "/organisation/role": "controller",
            "/organisation/establishments": ["FR"],
            "/nature/confidentiality": "yes",
            "/timeline/became_aware_at": aware.isoformat(),
            "/affected/fr/country": "FR",
            "/affected/fr/presence": "confirmed",
            "/data/contact_details/status": "confirmed",
        },
    )


@pytest.fixture
def visit(live_server: LiveServer, company: LegalEntity, open_page: OpenPage) -> Visit:
    """`visit("rules/", width=320)`: a page of the workspace as Alice, signed in through the form."""

    def visit(path: str, **options: object) -> Page:
        page = open_page(**options)
        page.goto(f"{live_server.url}/accounts/login/?next=/w/harbour/{path}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/w/harbour/{path}*")
        return page

    return visit


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_is_accessible_and_fits(case: Incident, visit: Visit, shot: Shot, theme: str, width: int) -> None:
    page = visit("", width=width, theme=theme)
    site = page.url.partition("/w/")[0]
    pages = [
        "", "tasks/", "tasks/?show=all", "playbooks/", "playbooks/insider/", "playbooks/new/",
        "privileged/", "dashboard/", "incidents/", "incidents/?show=closed",
        "search/", "search/?q=authority", "search/?q=nowhere",
        "incidents/?country=FR&sort=title", "quick-check/", "rules/", "rules/EU/", "rules/KH/",
        "precedents/", "precedents/?authority=no&q=encrypt", "precedents/UODO-DKN.5131.7.2020/",
        *(f"incidents/report/{name}/" for name in ("what", "when", "company", "data", "people")),
        f"incidents/report/done/{case.number}/",
        "exercises/", "start/", "paper-kit/", "settings/drill/",
    ]  # fmt: skip
    paths = [*(f"/w/harbour/{path}" for path in pages), "/api/v1/docs/"]
    for path in paths:
        page.goto(site + path)
        name = path.strip("/").replace("/", "-").replace("?", "-") or "home"
        shot(page, f"entry-{name}-{width}-{theme}")
        assert axe(page) == [], path
        assert fits(page, width), path


def test_it_leads_from_sign_in_to_the_desk_and_its_next_deadline(
    case: Incident, live_server: LiveServer, page: Page
) -> None:
    page.goto(live_server.url)
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/w/harbour/$"))
    lead = page.get_by_role("region", name="Next legal deadline")
    expect(lead).to_contain_text("Notify the supervisory authority")
    expect(lead).to_contain_text("UTC")
    lead.get_by_role("link", name="Open this duty").click()
    expect(page).to_have_url(re.compile(rf"/incidents/{case.number}/duties/\d+/"))


@pytest.mark.parametrize("scripts", [True, False])
def test_it_takes_a_report_of_which_nothing_is_known_yet(visit: Visit, shot: Shot, scripts: bool) -> None:
    page = visit("", java_script_enabled=scripts)
    page.get_by_role("link", name="Report an incident").first.click()
    for title in (
        "What happened?", "Since when do you know?", "Which company?", "Which data?", "Where are the people?",
    ):  # fmt: skip
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.get_by_role("button", name="I do not know yet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check, then start the clocks")
    expect(page.get_by_role("main")).to_contain_text("Harbour Lines SA stands in until somebody knows")
    if scripts:
        shot(page, "entry-report-check-unknown")
        assert axe(page) == []
    page.get_by_role("button", name="Start the clocks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("INC-.* is open"))
    expect(page.get_by_role("main")).to_contain_text("Keep the logs.")
    page.get_by_role("link", name="Go to the case").first.click()
    assert Incident.objects.count() == 1


def test_it_shows_live_when_72_hours_would_end_and_keeps_a_draft(visit: Visit) -> None:
    page = visit("incidents/report/when/")
    page.get_by_label("Day").first.fill("2026-03-28")
    page.get_by_label("Time").first.fill("12:00")
    # Over the night of summer time 72 hours end an hour later on the clock.
    expect(page.locator("#kept")).to_contain_text("Tue 31 Mar 2026, 13:00 Paris")
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    page.get_by_label("Yes").check()
    expect(page.get_by_label("What made you certain?")).to_be_visible()
    assert ReportDraft.objects.get().data["when"]["typed"]["sign_day"] == ["2026-03-28"]
    page.reload()
    expect(page.get_by_label("Day").first).to_have_value("2026-03-28")


def test_it_asks_which_of_two_hours_is_meant(visit: Visit, shot: Shot) -> None:
    page = visit("incidents/report/when/", width=320, theme="dark")
    page.get_by_label("Day").first.fill("2026-10-25")
    page.get_by_label("Time").first.fill("02:30")
    page.get_by_label("Not yet").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("happened twice")
    shot(page, "entry-report-twice")
    assert axe(page) == []
    page.get_by_label("The second").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which company?")


def test_it_keeps_what_was_typed_when_the_session_has_ended(visit: Visit) -> None:
    page = visit("incidents/report/what/")
    page.get_by_label("What happened?").fill("A mailbox was taken over.")
    page.wait_for_timeout(1200)  # the draft is kept; then the session is lost
    page.get_by_label("What happened?").fill("A mailbox was taken over, and read.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("What happened?")).to_have_value("A mailbox was taken over, and read.")
    expect(page.get_by_text("What you typed is here")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_it_answers_a_quick_check_and_stores_nothing(visit: Visit, shot: Shot, scripts: bool) -> None:
    page = visit("quick-check/", java_script_enabled=scripts)
    page.get_by_label("Country of the organisation").fill("France")
    page.get_by_label("Its role").select_option("controller")
    page.get_by_label("Day").fill("2026-11-20")
    page.get_by_label("Time").fill("09:00")
    page.get_by_label("Could somebody see data who should not have?").select_option("yes")
    page.get_by_label("Place").first.fill("France")
    page.get_by_label("Are there any?").first.select_option("confirmed")
    page.get_by_label(re.compile("^Contact details")).check()
    page.get_by_role("button", name="Show the duties").first.click()
    expect(page.locator("#required")).to_contain_text("Notify the supervisory authority")
    expect(page.get_by_role("main")).to_contain_text("Nothing that you type here is stored")
    if scripts:
        shot(page, "entry-quick-result")
        assert axe(page) == []
    assert Incident.objects.count() == 0


def test_it_searches_with_the_keyboard_alone(visit: Visit, case: Incident) -> None:
    page = visit("")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.keyboard.type("supervisory auth")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=supervisory+auth")
    expect(page.locator("mark").first).to_be_visible()
    page.locator("main").get_by_role("link", name=re.compile("^Duties")).last.click()
    expect(page).to_have_url(re.compile(r"/duties/\d+/$"))


def test_it_prints_a_briefing_sheet_with_absolute_times_first(visit: Visit, case: Incident) -> None:
    page = visit("")
    page.goto(page.url + f"incidents/{case.number}/")
    page.emulate_media(media="print")
    sheet = page.get_by_role("region", name="Briefing sheet")
    expect(sheet).to_contain_text("Not known yet, and it decides duties")
    expect(sheet).to_contain_text("UTC)")
    for relative in sheet.locator("[data-clock]").all():
        expect(relative).not_to_be_visible()
    for own in ("#navigation", ".tabs", "#questions"):
        for one in page.locator(own).all():
            expect(one).not_to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_the_first_person_sets_up_and_stands_at_the_desk(
    live_server: LiveServer, open_page: OpenPage, shot: Shot, settings: Any, width: int, theme: str
) -> None:
    settings.BASE_URL = live_server.url
    page = open_page(width=width, theme=theme)
    page.goto(make_link())
    shot(page, f"entry-set-up-{width}-{theme}")
    assert axe(page) == []
    assert fits(page, width)
    for label, typed in (
        ("Your name", "Ada Marin"), ("E-mail address", "ada@example.org"), ("Password", "seven quiet lanterns"),
        ("Your company or organisation", "Marin SA"),
    ):  # fmt: skip
        page.get_by_label(label).fill(typed)
    page.get_by_label("Where it is established").select_option("FR")
    page.get_by_label("Time zone").select_option("Europe/Paris")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/w/marin-sa/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My desk")
