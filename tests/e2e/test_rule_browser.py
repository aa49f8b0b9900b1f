"""The rule browser in a browser: find, read, compare, print, doubt, and hold a position; with and without scripts."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from incidents.services import report_doubt, settle_doubt, state_position
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def visit(transactional_db: None, live_server: LiveServer, cast: Cast, open_page: OpenPage) -> Visit:
    """`visit("JP/", width=320)`: a page of the rules as Alice (or `who`), signed in through the form."""

    def visit(path: str = "", who: str = "alice", **options: object) -> Page:
        page = open_page(**options)
        address = f"/w/harbour/rules/{path}"
        page.goto(f"{live_server.url}/accounts/login/?next={address.replace('?', '%3F').replace('&', '%26')}")
        page.get_by_label("E-mail address").fill(f"{who}@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{address}*")
        return page

    return visit


PATHS = ["", "?q=72+hours&to=individuals", "?q=zzzz", "EU/", "FR/", "US/", "US-CA/", "KH/", "JP/?all=1", "AQ/"]


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_is_accessible_and_fits(visit: Visit, shot: Shot, theme: str, width: int) -> None:
    page = visit(width=width, theme=theme)
    base = page.url
    for path in PATHS:
        page.goto(base + path)
        shot(page, f"rules-{re.sub(r'[^A-Za-z0-9]+', '-', path) or 'index'}-{width}-{theme}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_a_comparison_is_accessible_and_fits(visit: Visit, shot: Shot, theme: str, width: int) -> None:
    page = visit("compare/", width=width, theme=theme)
    base = page.url
    for path in ("", "?a=JP&b=KR", "?a=US-CA&on=2025-12-31&only=on", "?a=JP&on=1990-01-01"):
        page.goto(base + path)
        shot(page, f"compare-{re.sub(r'[^A-Za-z0-9]+', '-', path) or 'empty'}-{width}-{theme}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.fixture
def said(transactional_db: None, cast: Cast) -> None:
    """Two doubts, one of them settled; a stricter position and a laxer one that waits."""
    duty = "gdpr.art33.notify_authority"
    report_doubt(cast.workspace, by=cast.bob, jurisdiction="EU", duty=duty, about="time", text="It is 96 hours by now.")
    second = report_doubt(cast.workspace, by=cast.bob, jurisdiction="JP", about="missing", text="The My Number Act.")
    settle_doubt(second, by=cast.alice, verdict="library_wrong", answer="The makers were told.")
    common = {"by": cast.bob, "reason": "Read with counsel", "held_on": date(2026, 1, 5), "counsel": "Maître Duval"}
    state_position(
        cast.workspace, jurisdiction="EU", duty=duty, stance="stricter", text="Within 24 hours.", base=0, **common
    )
    state_position(
        cast.workspace, jurisdiction="FR", stance="not_applicable", text="France is for the subsidiary.", base=0,
        review_on=date(2026, 6, 1), **common,
    )  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_what_a_workspace_says_is_accessible_and_fits(
    visit: Visit, said: None, shot: Shot, theme: str, width: int
) -> None:
    page = visit(width=width, theme=theme)
    base = page.url
    duty = "?duty=gdpr.art33.notify_authority"
    for path in ("doubts/", "positions/", f"EU/doubt/{duty}", "FR/position/", f"EU/position/{duty}", "FR/", "JP/"):
        page.goto(base + path)
        shot(page, f"said-{re.sub(r'[^A-Za-z0-9]+', '-', path)}-{width}-{theme}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scripts", [True, False])
def test_it_leads_from_a_duty_to_a_doubt_and_to_its_answer(visit: Visit, scripts: bool) -> None:
    page = visit("JP/", java_script_enabled=scripts)
    page.get_by_role("link", name=re.compile(r"^Report a doubt ?:")).first.click()
    page.get_by_label("What is it about?").select_option("time")
    page.get_by_label("What is doubted, and what would be right?").fill("Five days are too many.")
    page.get_by_role("button", name="Report the doubt").click()
    expect(page.get_by_text("The doubt is recorded.")).to_be_visible()
    page.get_by_role("link", name="Rules", exact=True).first.click()
    page.get_by_role("link", name="Doubts", exact=True).click()
    page.locator("summary").filter(has_text="Settle it").click()
    page.get_by_label("What came of it").select_option("library_right")
    page.get_by_label("Answer").fill("The guideline says so.")
    page.get_by_role("button", name="Settle", exact=True).click()
    expect(page.get_by_role("heading", name="Settled")).to_be_visible()


def test_it_counts_a_laxer_position_once_a_second_person_agrees(visit: Visit, said: None) -> None:
    page = visit("FR/position/")
    expect(page.get_by_text("not our position until a second person approves it")).to_be_visible()
    page.get_by_role("button", name="Approve it as a second person").click()
    expect(page.get_by_text("approved by Alice").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_it_finds_a_place_and_its_duty(visit: Visit, scripts: bool) -> None:
    page = visit(java_script_enabled=scripts)
    page.get_by_label("Words").fill("cnil")
    if not scripts:
        page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status").filter(has_text="answer")).to_be_visible()
    expect(page.locator("#found").get_by_role("link", name="Japan", exact=True)).to_have_count(0)
    page.locator("#found").get_by_role("link", name="France", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("France")
    page.get_by_role("link", name="Notify the supervisory authority", exact=False).first.click()
    assert "#gdpr.art33.notify_authority" in page.url


def test_it_keeps_the_search_in_the_address_while_typing(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("quebec")
    expect(page).to_have_url(re.compile("q=quebec"))
    expect(page.get_by_label("Words")).to_be_focused()
    expect(page.locator("#found").get_by_role("link", name="Quebec", exact=True)).to_be_visible()


def test_it_prints_all_that_is_folded_with_addresses_written_out(visit: Visit, shot: Shot) -> None:
    page = visit("JP/")
    source = page.locator(".duty .sources").first
    expect(source).to_be_hidden()
    page.emulate_media(media="print")
    shot(page, "rules-JP-print")
    expect(source).to_be_visible()
    after = source.locator("a").first.evaluate("a => getComputedStyle(a, '::after').content")
    assert "https://" in after
    expect(page.get_by_role("link", name="Unfold everything")).to_be_hidden()
