"""Documents in a browser: list, draft, answer sheet with its preview, approval; both themes, narrow, no scripts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Incident, Obligation
from incidents.services import open_incident, write_narrative
from reports.inspecting import token_of
from reports.models import Document
from reports.services import approve, draft_document, edit_answer, refresh_facts, submit_for_review
from reports.services.inspecting import invite_inspector
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from tests.reports.samples import TEXTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def incident(transactional_db: None, cast: Cast) -> Incident:
    """A case of Alice's with facts and one text."""
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    held = open_incident(
        workspace=cast.workspace,
        title="Customer files readable from outside",
        legal_entity=entity,
        opened_by=cast.alice,
        facts={
            "/organisation/role": "controller",
            "/organisation/establishments": ["FR"],
            "/organisation/main_establishment_eu": "FR",
            "/nature/confidentiality": "yes",
            "/timeline/became_aware_at": (datetime.now(UTC) - timedelta(hours=5)).isoformat(),
            "/affected/fr/country": "FR",
            "/affected/fr/presence": "confirmed",
            "/data/contact_details/status": "confirmed",
        },
    )
    text = "A storage area could be reached from outside without a password."
    write_narrative(held, question="summary", language="en", text=text, author=cast.alice)
    return held


@pytest.fixture
def document(incident: Incident, cast: Cast) -> Document:
    duty = incident.obligations.filter(duty="gdpr.art33.notify_authority").order_by("pk")[0]
    made = draft_document(party=duty.party, form="gdpr.art33", language="en", author=cast.alice, obligation=duty)
    return edit_answer(made, "contact_point", by=cast.alice, text="Alice, privacy@example.org, +33 1 23 45 67 89")


@pytest.fixture
def visit(live_server: LiveServer, incident: Incident, open_page: OpenPage) -> Visit:
    """`visit("documents/", width=320)`: a page of the case as Alice, signed in through the form."""

    def visit(path: str, **options: object) -> Page:
        page = open_page(**options)
        target = f"/w/harbour/incidents/{incident.number}/{path}"
        page.goto(f"{live_server.url}/accounts/login/?next={target}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{target}*")
        return page

    return visit


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_shows_the_answer_sheet_beside_the_paper(document: Document, visit: Visit, shot: Shot, theme: str) -> None:
    page = visit(f"documents/{document.ordinal}/", theme=theme)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Notification of a personal data breach to the supervisory authority"
    )
    paper = page.frame_locator("iframe.paper")
    expect(paper.get_by_text("Harbour Lines SA").first).to_be_visible()
    shot(page, f"document-{theme}")
    assert axe(page) == []


def test_it_fits_a_narrow_screen(document: Document, visit: Visit, shot: Shot) -> None:
    page = visit(f"documents/{document.ordinal}/", width=320)
    shot(page, "document-320")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_is_begun_answered_and_handed_over_without_scripts(incident: Incident, visit: Visit, shot: Shot) -> None:
    page = visit("documents/", java_script_enabled=False)
    shot(page, "documents")
    page.locator("a[href$='/gdpr.art33/']").first.click()
    expect(page.get_by_label("Language")).to_have_value("fr")  # which the authority takes
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Change Name and contact details").click()
    page.get_by_label("Answer").fill("Alice, privacy@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Alice, privacy@example.org").first).to_be_visible()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Handed over for approval.")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["documents/", "documents/1/answers/aware/", "documents/1/answers/aware/comments/", "documents/translation/"],
)
def test_it_has_no_barrier_on_the_other_pages(document: Document, visit: Visit, shot: Shot, path: str) -> None:
    page = visit(path)
    shot(page, "page-" + path.strip("/").replace("/", "-"))
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_it_shows_the_filing_board(document: Document, visit: Visit, shot: Shot, theme: str, width: int) -> None:
    page = visit("documents/filing/", theme=theme, width=width)
    expect(page.get_by_role("heading", level=1)).to_have_text("Filing board")
    shot(page, f"filing-{width}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_it_shows_the_register(
    incident: Incident, live_server: LiveServer, visit: Visit, shot: Shot, theme: str, width: int
) -> None:
    page = visit("documents/", theme=theme, width=width)
    page.goto(f"{live_server.url}/w/harbour/register/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Register")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Customer files readable from outside")
    shot(page, f"register-{width}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_it_shows_an_inspector_the_register(
    incident: Incident, cast: Cast, live_server: LiveServer, open_page: OpenPage, shot: Shot, theme: str, width: int
) -> None:
    held = invite_inspector(
        cast.workspace, by=cast.alice, name="CNIL", reason="Art. 58", expires_at=datetime.now(UTC) + timedelta(days=2)
    )
    page = open_page(theme=theme, width=width)
    page.goto(f"{live_server.url}/inspection/{token_of(held)}/")
    page.get_by_role("link", name="Customer files readable from outside").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(incident.reference)
    shot(page, f"inspector-{width}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1440])
def test_it_invites_an_inspector(
    incident: Incident, live_server: LiveServer, visit: Visit, shot: Shot, width: int
) -> None:
    page = visit("documents/", width=width)
    page.goto(f"{live_server.url}/w/harbour/register/inspections/")
    assert axe(page) == []
    page.get_by_label("Who is invited").fill("CNIL")
    page.get_by_label("On what ground").fill("Art. 58(1)(a)")
    page.get_by_label("Last day of access").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("Nothing so far.")  # the invitation itself: nobody looked yet
    assert axe(page) == []
    shot(page, f"inspection-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_it_shows_with_whom_a_notification_could_be_filed_today(
    incident: Incident, live_server: LiveServer, visit: Visit, shot: Shot, theme: str, width: int
) -> None:
    page = visit("documents/", theme=theme, width=width)
    page.goto(f"{live_server.url}/w/harbour/register/readiness/")
    assert axe(page) == []
    shot(page, f"readiness-{width}-{theme}")
    page.get_by_role("link", name="National Commission on Informatics and Liberty").click()
    assert axe(page) == []
    page.get_by_label("Who of us holds the login").fill("Alice")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="Alice")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_it_sends_a_notification_by_mail_once_it_is_confirmed(
    document: Document, cast: Cast, visit: Visit, shot: Shot, width: int, theme: str
) -> None:
    Obligation.objects.filter(pk=document.obligation_id).update(authority="AZOP")
    for question, text in TEXTS["en"].items():
        if question != "summary":
            write_narrative(document.incident, question=question, language="en", text=text, author=cast.alice)
    document = refresh_facts(document, by=cast.alice)
    approve(submit_for_review(document, by=cast.alice), by=cast.bob)
    page = visit(f"documents/{document.ordinal}/", width=width, theme=theme)
    page.get_by_role("link", name="Send by e-mail").click()
    expect(page.get_by_role("main")).to_contain_text("azop@azop.hr")
    assert axe(page) == []
    shot(page, f"mail-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("Being sent by e-mail")
    expect(page.frame_locator("iframe.paper").get_by_text("Harbour Lines SA").first).to_be_visible()
    assert axe(page) == []
    shot(page, f"being-sent-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1440, "dark")])
def test_it_takes_the_organisation_sheet(
    incident: Incident, live_server: LiveServer, visit: Visit, shot: Shot, width: int, theme: str
) -> None:
    page = visit("documents/", width=width, theme=theme)
    page.goto(f"{live_server.url}/w/harbour/register/readiness/")
    page.get_by_role("link", name="Harbour Lines SA").click()
    assert axe(page) == []
    shot(page, f"sheet-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Data protection officer").fill("Dora, dora@example.org, +33 1 23 45 67 89")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("The countries of establishment.")
    assert axe(page) == []
    shot(page, f"sheets-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
