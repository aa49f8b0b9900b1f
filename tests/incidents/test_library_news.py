"""Owners are told what another law library, or a correction of it, means for their cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents import selectors, services
from incidents.models import Assessment, Incident, Party
from incidents.selectors import rulebooks
from law.rulebook import Rulebook, load_rulebook, read_folder, read_rulebook
from notifications import library_news, subscriptions
from notifications.models import LibraryNews, ReminderPolicy
from outbox.models import Message
from tests.conftest import Cast

GDPR = "jurisdictions/gdpr.toml"
ART33 = "gdpr.art33.notify_authority"
CORRECTION = """
[[duty.version.correction]]
revision = 1
on = 2031-01-02
was = "72 hours"
why = "The text says forty-eight hours."
effect = "What was assessed before ends a day sooner."

"""
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def corrected() -> Rulebook:
    """The GDPR alone, with 48 hours in Article 33 as the correction of a mistake."""
    files = {name: text for name, text in read_folder().files.items() if name in (GDPR, "authorities/eea.toml")}
    text = files[GDPR].decode()
    assert "limit = { hours = 72" in text
    text = text.replace("limit = { hours = 72", "limit = { hours = 48")
    begin = text.index(f'id = "{ART33}"')
    stage = text.index("[[duty.version.stage]]", begin)
    text = text[:stage] + CORRECTION.lstrip() + text[stage:]
    text = text.replace("verified_on = 2026", "verified_on = 2031", 1)
    return read_rulebook({**files, GDPR: text.encode()})


@pytest.fixture
def newer(corrected: Rulebook, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Puts the corrected library in use and assesses open cases anew."""

    def install() -> int:
        for where in (
            "incidents.services.reconciling",
            "incidents.services.assessing",
            "incidents.selectors.rulebooks",
        ):
            monkeypatch.setattr(f"{where}.load_rulebook", lambda: corrected)
        # Kept beside the assessments, and read from there (tests/incidents/test_rulebooks.py); that takes seconds.
        known = {one.digest: one for one in (load_rulebook(), corrected)}
        monkeypatch.setattr(rulebooks, "_kept", known.get)
        return services.reassess_stale()

    return install


def later() -> Any:
    return timezone.now() + library_news.WAIT + MINUTE


def test_it_writes_to_the_owner_what_the_correction_means(party: Party, cast: Cast, newer: Callable[[], int]) -> None:
    assert newer() == 1
    assert library_news.run(timezone.now()) == 0  # other cases of the same person may follow
    assert library_news.run(later()) == 1
    assert library_news.run(later()) == 0
    message = Message.objects.get(kind="library")
    assert message.recipient == "alice@example.org"
    assert message.subject.startswith("The law library changed: one duty reads otherwise · INC-")
    for body in (message.text, message.html):
        for words in (
            "The deadline moved", "Deadline was", "Corrected on 2 January 2031", "The text says forty-eight hours.",
            "72 hours", "What was assessed before ends a day sooner.", "/library/",
        ):  # fmt: skip
            assert words in body
    assert "UTC)" in message.text or "UTC" in message.text


def test_it_speaks_the_language_of_the_owner(party: Party, cast: Cast, newer: Callable[[], int]) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="fr")
    newer()
    library_news.run(later())
    message = Message.objects.get(kind="library")
    assert message.subject.startswith("La base juridique a changé : une obligation")
    assert "L’échéance a été déplacée" in message.text
    assert "Corrigé le 2 janvier 2031 : The text says forty-eight hours." in message.text
    assert 'lang="en">The text says forty-eight hours.' in message.html


def test_it_puts_all_cases_of_a_person_into_one_mail(
    party: Party, cast: Cast, open_case: Callable[..., Incident], newer: Callable[[], int]
) -> None:
    open_case(title="Another case")
    assert newer() == 2
    assert library_news.run(later()) == 1
    message = Message.objects.get(kind="library")
    assert message.subject == "The law library changed: 2 duties read otherwise"
    assert "Another case" in message.text


def test_it_says_little_where_that_was_asked_for(party: Party, cast: Cast, newer: Callable[[], int]) -> None:
    ReminderPolicy.objects.update_or_create(workspace=cast.workspace, defaults={"discreet": True})
    newer()
    library_news.run(later())
    message = Message.objects.get(kind="library")
    assert "Duties of this case that read otherwise: 1." in message.text
    assert "forty-eight" not in message.text + message.html + message.subject


def test_it_writes_to_nobody_of_a_case_that_is_closed_or_stands_still(
    party: Party, cast: Cast, newer: Callable[[], int]
) -> None:
    services.close_incident(party.incident, by=cast.alice, reason="Nothing more to do")
    assert newer() == 0
    assert not LibraryNews.objects.exists()


def test_it_does_not_tell_whoever_may_no_longer_see_the_case(
    party: Party, cast: Cast, newer: Callable[[], int]
) -> None:
    newer()
    Membership.objects.filter(user=cast.alice).delete()
    assert library_news.run(later()) == 0
    assert not LibraryNews.objects.exists()


def test_it_finds_from_the_rows_what_a_lost_event_would_have_noted(
    party: Party, cast: Cast, newer: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions.library_news, "note", lambda *_: 0)
    newer()
    assert not LibraryNews.objects.exists()
    monkeypatch.undo()
    at = timezone.now() + library_news.SETTLED + MINUTE
    library_news.run(at)
    assert library_news.run(at + library_news.WAIT) == 1


def test_it_takes_new_facts_for_no_change_of_the_library(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/cause/actor": "internal"}, 1, cast.alice, "as seen")
    library_news.run(later())
    assert not Message.objects.filter(kind="library").exists()


def test_it_tells_the_library_apart_from_facts_recorded_under_it_first(
    party: Party, cast: Cast, newer: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An officer's entry comes before the tick: the library is looked through by itself, then the facts."""
    monkeypatch.setattr(services, "reassess_stale", lambda: 0)
    newer()
    services.patch_facts(party, {"/cause/actor": "internal"}, 1, cast.alice, "as seen")
    assert Assessment.objects.filter(party=party).count() == 3
    (change,) = selectors.library_changes(party)
    assert [(row.kind, row.obligation.duty) for row in change.changes] == [("moved", ART33)]
    assert [one.why for one in change.why[ART33].corrections] == ["The text says forty-eight hours."]


def test_the_case_shows_it(party: Party, cast: Cast, newer: Callable[[], int], client: Client) -> None:
    newer()
    client.force_login(cast.alice)
    case = (cast.workspace.slug, party.incident.number)
    overview = client.get(reverse("workbench:case", args=case)).content.decode()
    assert "The law library was brought up to date (state of" in overview
    page = client.get(reverse("workbench:library", args=case)).content.decode()
    for words in ("Deadline moved", "Corrected on 2 January 2031:", "The text says forty-eight hours.", "72 hours"):
        assert words in page


def test_it_needs_no_role_of_the_owner(party: Party, cast: Cast, newer: Callable[[], int]) -> None:
    """An owner who is only a contributor is told as well; the privacy team is, where the owner cannot be reached."""
    dora = User.objects.create_user("dora@example.org", None, display_name="Dora")
    Membership.objects.create(user=dora, workspace=cast.workspace, role=Role.PRIVACY_OFFICER)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    newer()
    library_news.run(later())
    assert Message.objects.get(kind="library").recipient == "dora@example.org"
