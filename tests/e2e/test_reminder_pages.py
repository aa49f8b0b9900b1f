"""The pages of reminders, outbox and settings, and every kind of mail, in a real browser; pictures are kept."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Incident, Obligation, Party
from incidents.services import add_obligation, change_obligation
from notifications.digests import run_digests
from notifications.models import ReminderPolicy
from notifications.sending import run_tick
from outbox import health
from outbox.models import Endpoint, Message
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from tests.notifications.test_seen import link_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


@pytest.fixture
def duty(transactional_db: None, cast: Cast) -> Obligation:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    incident = Incident.objects.create(
        workspace=cast.workspace, number=14, reference="INC-2026-014", title="Customer files readable from outside",
        owner=cast.alice, opened_by=cast.alice, time_zone="Europe/Paris", deputy=cast.charlie,
    )  # fmt: skip
    party = Party.objects.create(incident=incident, legal_entity=entity, created_by=cast.alice)
    due = timezone.now() + timedelta(hours=7, minutes=30)
    return add_obligation(
        party, title="Tell the insurer", source="Policy, clause 7", due=due, jurisdiction="FR", by=cast.alice
    )


@pytest.fixture
def mails(duty: Obligation, cast: Cast) -> dict[str, Message]:
    """One mail of every kind, by name."""
    now = timezone.now()
    due = duty.due
    assert due is not None
    made = {}

    def newest(name: str) -> None:
        made[name] = Message.objects.exclude(pk__in=[one.pk for one in made.values()]).latest("pk")

    run_tick(due - timedelta(hours=1, minutes=59))
    newest("before")
    change_obligation(duty, by=cast.alice, reason="Read again", due=due - timedelta(minutes=20))
    run_tick(now + timedelta(seconds=5))
    newest("moved")
    run_tick(due + timedelta(hours=5))
    newest("overdue")
    run_digests(now.replace(hour=12) + timedelta(days=1))
    newest("digest")
    ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    run_tick(due + timedelta(hours=9))
    newest("discreet")
    cast.alice.language = "fr"
    cast.alice.save()
    run_digests(now.replace(hour=12) + timedelta(days=2))
    newest("digest-discreet-french")
    made["test"] = health.send_test("alice@example.org", cast.alice, "en", now).message
    return made


@pytest.fixture
def visit(live_server: LiveServer, duty: Obligation, open_page: OpenPage) -> Visit:
    """`visit("/w/harbour/outbox/", width=320)` as Alice, signed in through the form."""

    def visit(path: str, **options: object) -> Page:
        page = open_page(**options)
        page.goto(f"{live_server.url}/accounts/login/?next={path}")
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{path}*")
        return page

    return visit


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (320, "light"), (1440, "light"), (1440, "dark")])
def test_it_is_accessible_and_fits(
    visit: Visit, mails: dict[str, Message], cast: Cast, live_server: LiveServer, shot: Shot, theme: str, width: int
) -> None:
    Endpoint.objects.create(workspace=cast.workspace, url="https://example.org/hooks/tocsin", created_by=cast.alice)
    stopped = mails["before"]
    reason = "Given up after 1 attempt(s): the mail server refuses this recipient (550)."
    Message.objects.filter(pk=stopped.pk).update(state="failed", reason=reason, next_attempt_at=None)
    page = visit("/w/harbour/settings/", width=width, theme=theme)
    proof = mails["test"].text.split("/mail/proved/")[1].split("/")[0]
    paths = {
        "settings": "/w/harbour/settings/",
        "policy": "/w/harbour/settings/reminders/",
        "mine": "/w/harbour/reminders/",
        "outbox": "/w/harbour/outbox/",
        "message": f"/w/harbour/outbox/{stopped.pk}/",
        "seen": link_of(mails["overdue"]),
        "proved": f"/mail/proved/{proof}/",
        "case": "/w/harbour/incidents/14/reminders/",
    }
    for name, path in paths.items():
        page.goto(live_server.url + path)
        shot(page, f"reminders-{name}-{width}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (800, "light")])
def test_every_mail_reads_well(
    mails: dict[str, Message], open_page: OpenPage, shot: Shot, tmp_path: Path, theme: str, width: int
) -> None:
    page = open_page(width=width, theme=theme)
    for name, mail in mails.items():
        assert mail.text.strip(), name
        if not mail.html:
            continue
        file = tmp_path / f"{name}.html"
        file.write_text(mail.html, encoding="utf-8")
        (Path(shot(page, "blank").parent) / f"mail-{name}.txt").write_text(
            f"Subject: {mail.subject}\n\n{mail.text}", encoding="utf-8"
        )
        page.goto(file.as_uri())
        shot(page, f"mail-{name}-{width}-{theme}")
        violations = [one for one in axe(page) if not one.startswith(("region", "landmark", "page-has-heading"))]
        assert violations == [], name  # a mail is a part of the reader's page, and has no landmarks of its own
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("scripts", [True, False])
def test_it_is_worked_with_the_keyboard_and_without_scripts(
    visit: Visit, cast: Cast, mails: dict[str, Message], problems: list[str], scripts: bool
) -> None:
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language="en")
    page = visit("/w/harbour/reminders/", java_script_enabled=scripts)
    page.get_by_label("From 24 hours before the deadline").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Reminders that are planned")).to_be_visible()
    page.get_by_label("Last day away").fill("2020-01-01")
    page.get_by_label("First day away").fill("2020-01-01")
    page.get_by_role("button", name="Note my absence").click()
    expect(page.get_by_role("alert")).to_contain_text("is past")
    assert all("422" in problem for problem in problems)  # the browser notes the status of the page
    problems.clear()
