"""The risk of a case in a browser: judged by keyboard, with and without scripts; the quick check; published cases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Incident
from incidents.services import open_incident
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Incident:
    """Payroll of a French company in the hands of an attacker."""
    return open_incident(
        workspace=cast.workspace,
        title="Payroll copied out",
        legal_entity=LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR"),
        opened_by=cast.alice,
        facts={
            "/organisation/establishments": ["FR"],
            "/organisation/role": "controller",
            "/nature/confidentiality": "yes",
            "/cause/type": "hacking_intrusion",
            "/exposure/exfiltration": "confirmed",
            "/timeline/became_aware_at": (datetime.now(UTC) - timedelta(hours=40)).isoformat(),
            "/affected/fr": {"country": "FR", "presence": "confirmed", "subjects": ["employee"]},
            "/affected_complete": "yes",
            "/data/full_name": {"status": "confirmed", "protection": "none"},
            "/data/salary": {"status": "confirmed", "protection": "none"},
            "/data_complete": "yes",
        },
    )


@pytest.fixture
def visit(live_server: LiveServer, case: Incident, open_page: OpenPage) -> Visit:
    """`visit("precedents/", width=320)`: a page of the workspace as Alice, signed in through the form."""

    def visit(path: str, **options: object) -> Page:
        page = open_page(**options)
        page.goto(f"{live_server.url}/accounts/login/?next=/w/harbour/{path}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/w/harbour/{path}*")
        return page

    return visit


@pytest.mark.parametrize("scripts", [True, False])
def test_it_records_a_judgement_and_points_out_what_a_method_holds_against_it(
    visit: Visit, case: Incident, shot: Shot, scripts: bool
) -> None:
    page = visit(f"incidents/{case.number}/risk/", java_script_enabled=scripts)
    expect(page.get_by_role("main")).to_contain_text("Not assessed. Clocks run as if the duty applied.")
    for answer, why in (("Yes", "Wages in the hands of an attacker."), ("No", "Wages do not enable fraud.")):
        open_one = page.locator(".asked details").filter(has_text="Save assessment").first
        if not open_one.evaluate("details => details.open"):
            open_one.locator("summary").click()
        open_one.get_by_label(answer, exact=True).check()
        open_one.get_by_label("Why?").fill(why)
        open_one.get_by_role("button", name="Save assessment").click()
    expect(page.get_by_role("main")).to_contain_text("Judged: there is a risk to people, not a high one.")
    expect(page.get_by_role("main")).to_contain_text("Your answer lies below what the factors of the EDPB give")
    expect(page.locator("#tests")).to_contain_text("Alice")
    if scripts:
        shot(page, "risk-judged")
        assert axe(page) == []


def test_it_can_be_judged_by_keyboard_alone(visit: Visit, case: Incident) -> None:
    page = visit(f"incidents/{case.number}/risk/")
    second = page.locator(".asked summary").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first answer: yes
    page.keyboard.press("Tab")
    page.keyboard.type("Wages in the hands of an attacker.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Judged: there is a high risk to people.")


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_shows_the_proposals_of_a_quick_check(visit: Visit, shot: Shot, width: int, theme: str) -> None:
    page = visit("quick-check/", width=width, theme=theme)
    page.get_by_text("Or paste a facts document").click()
    page.get_by_label("Facts document").fill(
        '{"organisation": {"name": "A", "role": "controller", "establishments": ["FR"]},'
        ' "nature": {"confidentiality": "yes", "integrity": "no", "availability": "no"},'
        ' "exposure": {"recipient": "trusted", "recovered": "yes"},'
        ' "affected": [{"id": "g", "country": "FR", "presence": "confirmed"}],'
        ' "data": [{"category": "health", "status": "confirmed"}, {"category": "full_name", "status": "confirmed"},'
        ' {"category": "email_address", "status": "confirmed"}], "data_complete": "yes"}'
    )
    page.get_by_role("button", name="Show the duties").last.click()
    risk = page.locator("#risk")
    expect(risk).to_contain_text("On the facts recorded the severity is very high")
    expect(risk).to_contain_text("The recipient is trusted and gave back or deleted what came by mistake.")
    risk.get_by_text("Nearest published cases").click()
    expect(risk).to_contain_text("Data sent by mistake to a trusted third party")
    shot(page, f"quick-check-risk-{width}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_narrows_the_published_cases_without_scripts(visit: Visit) -> None:
    page = visit("precedents/", java_script_enabled=False)
    page.get_by_label("Words").fill("trusted")
    page.get_by_text("Narrow down", exact=True).click()
    page.get_by_label("Authority to be notified").select_option("No")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("main")).to_contain_text("2 cases of 112.")
    page.get_by_role("link", name="Data sent by mistake to a trusted third party").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data sent by mistake to a trusted third party")
    expect(page.get_by_role("main")).to_contain_text("Facts that the source states")
