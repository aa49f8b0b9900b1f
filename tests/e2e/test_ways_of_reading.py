"""One hard case read in other ways: at 400 % zoom, in forced colours, without scripts, on paper."""

import re

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from incidents.models import Incident
from incidents.services import open_incident
from incidents.services.comments import write_comment
from tests.conftest import Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from tests.e2e.journeys import Traveller, case_path, harbour_lines, heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNBROKEN = "kundendatenbank-produktion-sicherungskopie-2026-11-27-vollstaendig.backup.harbour-lines.example"


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Incident:
    """A case whose title and comment hold words that are wider than a telephone."""
    case = open_incident(
        workspace=cast.workspace,
        title=f"Backup {UNBROKEN} readable from outside",
        legal_entity=harbour_lines(cast.workspace),
        opened_by=cast.alice,
        facts={
            "/organisation/role": "controller",
            "/organisation/establishments": ["FR"],
            "/nature/confidentiality": "yes",
            "/timeline/became_aware_at": "2026-11-02T09:30:00+00:00",
            "/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}},
        },
    )
    write_comment(case, text=f"See https://logs.example/{UNBROKEN}/{UNBROKEN}", by=cast.alice, key="1")
    return case


@pytest.fixture
def tocsin(live_server: LiveServer, case: Incident, open_page: OpenPage, shot: Shot) -> Traveller:
    return Traveller(live_server.url, open_page, shot)


def test_it_is_read_at_400_percent_without_scrolling_sideways(tocsin: Traveller, case: Incident) -> None:
    page = tocsin.enter("alice", "", width=320, height=256)  # 1280 x 1024 at 400 %
    for path in ("", "incidents/", "register/", *(case_path(case, one) for one in
                 ("", "comments/", "situation/", "timeline/", "close/", "documents/", "links/"))):  # fmt: skip
        tocsin.go(page, path)
        tocsin.shot(page, f"zoom-{path.strip('/').replace('/', '-') or 'desk'}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_it_keeps_states_focus_and_buttons_in_forced_colours(tocsin: Traveller, case: Incident) -> None:
    page = tocsin.enter("alice", case_path(case, "facts/affected_total/"), forced_colors="active")
    page.get_by_label("Exactly").check()
    save = page.get_by_role("button", name="Save")
    save.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outline = save.evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).borderTopStyle]")
    assert outline[0] != "none", "the focus is not seen"
    assert outline[1] != "none", "a button has no edge"
    tocsin.go(page, case_path(case, "duties/"))
    expect(page.locator("#required .tag").first).to_contain_text(re.compile("Overdue|Due"))  # not a colour alone
    tocsin.shot(page, "forced-colours")
    assert axe(page) == []


def test_it_leads_everywhere_without_scripts(tocsin: Traveller, case: Incident) -> None:
    page = tocsin.enter("alice", "", width=320, java_script_enabled=False)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Incidents", exact=True).click()
    page.get_by_role("link", name=UNBROKEN).first.click()
    page.get_by_role("button", name="Parts of the case").click()
    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_label("What happened?").fill("The provider called.")
    page.get_by_role("button", name="Add the entry").click()
    expect(page.get_by_text("The provider called.").first).to_be_visible()
    tocsin.shot(page, "without-scripts")


def test_it_prints_a_duty_without_what_cannot_be_used_on_paper(tocsin: Traveller, case: Incident) -> None:
    duty = case.obligations.get(duty="gdpr.art33.notify_authority", jurisdiction="FR", stage="initial")
    page = tocsin.enter("alice", case_path(case, f"duties/{duty.pk}/"), width=760)
    heading(page, duty.title)
    page.emulate_media(media="print")
    tocsin.shot(page, "duty-printed")
    expect(page.get_by_role("heading", name="The clock")).to_be_visible()
    for button in page.get_by_role("button").all():
        expect(button).not_to_be_visible()
    expect(page.locator("#navigation")).not_to_be_visible()
    expect(page.get_by_text("signed in")).not_to_be_visible()  # a word to the reader at the screen
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
