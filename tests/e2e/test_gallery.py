"""The look, seen by a browser: every component in every state, under the policy of the product."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from workbench import clocks

pytestmark = pytest.mark.browser

THEMES = ("light", "dark")


@pytest.fixture(autouse=True)
def gallery(settings: Settings, bare_site: str) -> str:
    settings.DEBUG = True
    settings.ROOT_URLCONF = "tests.e2e.gallery_urls"
    return f"{bare_site}/design/"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 1440])
def test_it_is_accessible_and_fits(open_page: OpenPage, gallery: str, shot: Shot, theme: str, width: int) -> None:
    page = open_page(width=width, theme=theme)
    page.goto(gallery)
    shot(page, f"gallery-{width}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_accessible_with_the_menu_open_on_a_small_screen(open_page: OpenPage, gallery: str, shot: Shot) -> None:
    page = open_page(width=360)
    page.goto(gallery)
    assert not page.get_by_role("link", name="Quick check").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Quick check").is_visible()
    shot(page, "gallery-menu", whole=False)
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Quick check").is_visible()


@pytest.mark.parametrize("address", ["login/", "password/reset/", "password/reset/done/", "signup/"])
@pytest.mark.parametrize("theme", THEMES)
def test_it_lets_everybody_sign_in(open_page: OpenPage, bare_site: str, shot: Shot, address: str, theme: str) -> None:
    page = open_page(width=320, theme=theme)
    page.goto(f"{bare_site}/accounts/{address}")
    shot(page, f"account-{address.strip('/').replace('/', '-')}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_works_with_the_keyboard_alone(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("?")
    assert page.input_value("#q") == "?"
    assert not page.locator("#keys").is_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_it_remembers_the_choice_of_theme(page: Page, gallery: str) -> None:
    def ground() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.goto(gallery)
    light = ground()
    page.get_by_role("button", name="dark").click()
    page.wait_for_load_state()
    assert page.url == gallery
    assert ground() != light
    page.reload()
    assert page.get_by_role("button", name="dark").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="as the device").click()
    page.wait_for_load_state()
    assert ground() == light


def test_it_follows_the_device_without_any_script(open_page: OpenPage, gallery: str) -> None:
    grounds = set()
    for theme in THEMES:
        page = open_page(theme=theme, java_script_enabled=False)
        page.goto(gallery)
        grounds.add(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
    assert len(grounds) == 2


def test_it_forbids_inline_styles(page: Page, gallery: str, problems: list[str]) -> None:
    page.goto(gallery)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.wait_for_timeout(100)
    assert [problem for problem in problems if "Content Security Policy" in problem]
    problems.clear()


MOMENTS = [
    timedelta(seconds=seconds) for seconds in (0, 1, 59, 60, 3599, 3600, 35_999, 172_799, 172_800, 200_000, 9_000_000)
]


def test_it_ticks_in_the_words_of_the_server(page: Page, gallery: str) -> None:
    now = datetime(2026, 11, 22, 8, 10, tzinfo=UTC)
    dues = [now + sign * moment for moment in MOMENTS for sign in (1, -1)]
    page.clock.set_fixed_time(now)
    page.goto(gallery)
    said = page.evaluate(
        """dues => {
            const clocks = dues.map(due => {
                const clock = document.createElement("time");
                clock.dataset.clock = "";
                clock.dateTime = due;
                document.querySelector("main").append(clock);
                return clock;
            });
            document.dispatchEvent(new Event("visibilitychange"));
            return clocks.map(clock => clock.textContent);
        }""",
        [clocks.utc_attribute(due) for due in dues],
    )
    assert said == [clocks.due_words(due, now) for due in dues]


def test_it_says_once_that_a_deadline_has_passed(page: Page, gallery: str) -> None:
    page.clock.install()
    page.goto(gallery)
    tag = page.locator(".tag[data-state=due_soon]").filter(has=page.locator("time")).first
    announced = page.locator("#announcements")
    assert announced.inner_text() == ""
    handle = tag.element_handle()
    page.clock.fast_forward("10:00:00")
    assert handle is not None
    assert handle.get_attribute("data-state") == "overdue"
    assert "t-over" in str(handle.get_attribute("class"))
    assert "#alert-octagon" in str(handle.query_selector("use").get_attribute("href"))  # type: ignore[union-attr]
    assert announced.inner_text().startswith("Overdue by")


def test_it_asks_before_typed_text_is_lost(page: Page, gallery: str) -> None:
    page.goto(gallery)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Title of the incident").first.fill("Customer list open")
    page.reload()
    assert asked == ["beforeunload"]


def test_it_copies_an_answer(open_page: OpenPage, gallery: str) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(gallery)
    page.get_by_role("button", name="Copy answer 4.1").click()
    expect(page.locator("#announcements")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "Thursday 19 November 2026, 08:00"


def test_it_prints_instants_and_no_countdown(page: Page, gallery: str, shot: Shot) -> None:
    page.goto(gallery)
    page.emulate_media(media="print")
    shot(page, "gallery-print")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".btn:visible").count()
    text = page.locator("main").inner_text()
    assert "Due in" not in text
    assert "Overdue by" not in text
    assert "UTC)" in text


def test_it_keeps_words_and_borders_in_forced_colours(page: Page, gallery: str, shot: Shot) -> None:
    page.goto(gallery)
    page.emulate_media(forced_colors="active")
    shot(page, "gallery-forced-colours", whole=False)
    for tag in page.locator(".tag").all():
        assert tag.inner_text().strip()
        assert tag.evaluate("tag => getComputedStyle(tag).borderTopStyle") != "none"


def test_it_shows_the_countries_as_links_that_can_be_reached(page: Page, gallery: str) -> None:
    page.goto(gallery)
    link = page.get_by_role("link", name="France: 48,210", exact=True)
    link.focus()
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.url.endswith("#row-FR")
    assert page.get_by_role("link", name="Somewhere in Oceania: suspected, number not known yet").count() == 1
