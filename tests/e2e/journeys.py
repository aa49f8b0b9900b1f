"""What the journeys share: people who sign in, ways through pages by keyboard, and a last look at the page."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from accounts.models import LegalEntity, Membership, Role, User, Workspace
from incidents.models import Incident
from tests.conftest import PASSWORD
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot

MOST_TABS = 150


@dataclass(frozen=True)
class Traveller:
    """Opens pages of the workspace as somebody, signed in through the form; and ends with a look."""

    site: str
    open_page: OpenPage
    shot: Shot

    def enter(self, who: str, path: str = "", **options: Any) -> Page:
        """A browser of its own, signed in as alice, bob or another, at /w/harbour/`path`."""
        page = self.open_page(**options)
        page.goto(f"{self.site}/accounts/login/?next=/w/harbour/{path}")
        sign_in(page, who)
        page.wait_for_url(f"**/w/harbour/{path}*")
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.site}/w/harbour/{path}")

    def end(self, page: Page, name: str) -> None:
        """The last page of a journey: a picture, no barrier, no wider than the window."""
        self.shot(page, f"journey-{name}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def sign_in(page: Page, who: str) -> None:
    """Fills and sends the form of sign-in that the page shows."""
    page.get_by_label("E-mail address").fill(f"{who}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def prove(page: Page) -> None:
    """The password again, for which the page asks before what leaves the house."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus: fails where the keyboard does not reach it."""
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached in {MOST_TABS} steps of the Tab key: {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Goes to the target by Tab, and presses the key there."""
    tab_to(page, target)
    page.keyboard.press(key)


def type_into(page: Page, label: str | re.Pattern[str], text: str) -> None:
    """Goes to the field by Tab, and types."""
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


def member(workspace: Workspace, name: str, role: Role, countries: tuple[str, ...] = ()) -> User:
    """One more person of the workspace, such as "Dana": signs in as dana."""
    user = User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, display_name=name)
    Membership.objects.create(user=user, workspace=workspace, role=role, countries=list(countries))
    return user


def harbour_lines(workspace: Workspace) -> LegalEntity:
    return LegalEntity.objects.create(workspace=workspace, name="Harbour Lines SA", country="FR")


def expect_only(problems: list[str], *words: str) -> None:
    """The browser notes a status such as 404 or 422 of a page: these were expected, and nothing else."""
    assert [one for one in problems if not any(word in one for word in words)] == []
    problems.clear()


def case_path(incident: Incident, path: str = "") -> str:
    return f"incidents/{incident.number}/{path}"


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
