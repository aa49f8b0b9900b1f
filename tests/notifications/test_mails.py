"""What a mail says: subject, deadline in words, why, what to do; in both languages; nothing injected."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import LegalEntity, User
from incidents import services
from incidents.models import Assessment, Incident, Obligation, Outcome
from notifications.models import Reminder
from notifications.planning import reconcile
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import START, Clock, H, deliver_all

AddDuty = Callable[..., Obligation]

FACTS: dict[str, Any] = {
    "/organisation/role": "controller",
    "/organisation/establishments": ["FR"],
    "/organisation/regimes": [],
    "/nature/confidentiality": "yes",
    "/timeline/became_aware_at": START.isoformat(),
    "/affected/fr/country": "FR",
    "/affected/fr/presence": "confirmed",
    "/affected_complete": "yes",
    "/data/full_name/status": "confirmed",
}


@pytest.fixture
def open_case(cast: Cast, clock: Clock) -> Callable[..., Incident]:
    """A case of the law: the French authority must hear of it within 72 hours."""

    def opened(**facts: Any) -> Incident:
        entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
        return services.open_incident(
            workspace=cast.workspace,
            title="Customer files readable from outside",
            legal_entity=entity,
            opened_by=cast.alice,
            facts={**FACTS, **facts},
        )

    return opened


def receiver(cast: Cast, zone: str, language: str = "en") -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone=zone, language=language)


def newest() -> Message:
    return Message.objects.latest("pk")


class Words(HTMLParser):
    """The visible words of an HTML mail, and what it refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


def test_it_says_the_deadline_of_the_law_in_full(open_case: Callable[..., Incident], cast: Cast, clock: Clock) -> None:
    receiver(cast, "Asia/Tokyo")
    incident = open_case()
    assert clock.tick(62.5) == 1
    mail = newest()
    assert mail.subject == f"9 h 30 min left: CNIL (France) · {incident.reference}"
    for expected in (
        "Deadline: Thursday 5 November 2026, 18:30, Tokyo time (09:30 UTC)",
        "At the authority: Thursday 5 November 2026, 10:30, Paris time",
        "To: National Commission on Informatics and Liberty (CNIL), France",
        "not later than 72 hours after having become aware of it – Art. 33(1), Regulation (EU) 2016/679",
        "The clock has run since Monday 2 November 2026, 18:30, Tokyo time.",
        "What to do next: Prepare the notification, have it approved, send it, and record that it was sent.",
        f"http://127.0.0.1:8000/w/harbour/incidents/{incident.number}/duties/",
        "You receive this because you own the case.",
        "Written Thursday 5 November 2026, 09:00, Tokyo time (00:00 UTC).",
    ):
        assert expected in mail.text


def test_it_leaves_out_the_authoritys_time_where_it_is_the_receivers(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    receiver(cast, "Europe/Berlin")
    open_case()
    clock.tick(62.5)
    assert "At the authority" not in newest().text


def test_it_says_how_long_overdue_and_asks_for_the_reasons(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    receiver(cast, "Europe/Paris")
    incident = open_case()
    clock.tick(74 + 1 / 6)
    assert newest().subject == f"Overdue by 2 h 10 min: CNIL (France) · {incident.reference}"
    assert "A late notification must state the reasons for the delay." in newest().text


def test_it_speaks_french(open_case: Callable[..., Incident], cast: Cast, clock: Clock) -> None:
    receiver(cast, "Asia/Tokyo", "fr")
    incident = open_case()
    clock.tick(62.5)
    mail = newest()
    assert mail.language == "fr"
    assert mail.subject == f"Encore 9 h 30 min : CNIL (France) · {incident.reference}"
    assert "Échéance : jeudi 5 novembre 2026 à 18\u00a0h\u00a030, heure de Tokyo (9\u00a0h\u00a030 UTC)" in mail.text
    assert "Commission nationale de l'informatique et des libertés" in mail.text.replace("’", "'")
    assert "Vous recevez ce message comme responsable du dossier." in mail.text
    assert '<html lang="fr">' in mail.html
    # What the law library says, and why.
    assert "<h1>Notifier à l’autorité de contrôle une violation de données à caractère personnel</h1>" in mail.html
    assert "Un responsable du traitement établi dans l’EEE" in mail.text
    assert 'lang="en"' not in mail.html


def test_it_tells_a_screen_reader_what_stays_english(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    receiver(cast, "Asia/Tokyo", "fr")
    Obligation.objects.filter(incident=open_case()).update(title="Tell the harbour master")
    clock.tick(62.5)
    assert '<h1 lang="en">Tell the harbour master</h1>' in newest().html


def test_it_says_the_same_in_text_and_html_and_fetches_nothing(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    open_case()
    clock.tick(62.5)
    mail = newest()
    html = Words(mail.html)
    assert not {"img", "link", "script", "iframe", "table"} & set(html.tags)
    assert all(link.startswith("http://127.0.0.1:8000/") for link in html.links)
    assert "url(" not in mail.html
    assert "@import" not in mail.html
    said = set(html.words)
    for word in re.findall(r"[\w’]+", mail.text):
        assert word in " ".join(said) or word.startswith("http") or word in mail.html, word


def test_it_lets_no_title_write_headers_lines_or_markup(add_duty: AddDuty, incident: Incident, clock: Clock) -> None:
    evil = "Files\r\nBcc: all@example.org\r\n\r\nDeadline: none\u2028<script>alert(1)</script>"
    Incident.objects.update(title=evil)
    add_duty(72, title=evil, jurisdiction="", source="Clause\r\nX-Evil: 1")
    clock.tick(36)
    (mail,) = deliver_all()
    assert mail.subject.startswith("36 h left: Files Bcc: all@example.org Deadline: none <script>")
    assert "\n" not in mail.subject
    assert {name.lower() for name in mail.message()} & {"bcc", "x-evil"} == set()
    assert mail.recipients() == ["alice@example.org"]
    assert not re.search(r"^\s*(Bcc|Deadline: none)", str(mail.body), re.MULTILINE)
    assert "<script>" not in newest().html
    assert "&lt;script&gt;" in newest().html


def test_it_shortens_a_subject_that_nobody_could_read(add_duty: AddDuty, clock: Clock) -> None:
    add_duty(72, title="x" * 300, jurisdiction="")
    clock.tick(36)
    assert len(newest().subject) <= 200


def test_it_says_from_when_to_when_a_deadline_moved_by_whom_and_why(duty: Obligation, cast: Cast, clock: Clock) -> None:
    clock.tick(36)
    clock.set(40)
    services.change_obligation(duty, by=cast.bob, reason="The insurer\nagreed", due=clock.at(96))
    clock.tick(40)
    assert newest().subject.startswith("Deadline moved, 2 days 8 h left: Tell the insurer (France)")
    moved = (
        "The deadline moved from Thursday 5 November 2026, 10:30, Paris time to Friday 6 November 2026, 10:30,"
        " Paris time, because Bob changed it (“The insurer agreed”)."
    )
    assert moved in newest().text
    clock.tick(72)
    assert newest().subject.startswith("24 h left")
    assert "moved" not in newest().text


def test_it_says_which_facts_moved_a_deadline_of_the_law(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    receiver(cast, "Europe/Paris")
    party = open_case().parties.get()
    clock.tick(36)
    clock.set(37)
    earlier = (START - 5 * H).isoformat()
    services.patch_facts(party, {"/timeline/became_aware_at": earlier}, 1, cast.bob, "The log shows it")
    clock.tick(37)
    assert (
        "The deadline moved from Thursday 5 November 2026, 10:30, Paris time to Thursday 5 November 2026, 05:30,"
        " Paris time, because Bob recorded new facts (“The log shows it”)."
    ) in newest().text


def test_it_says_when_it_was_the_law_that_moved_a_deadline(
    open_case: Callable[..., Incident], cast: Cast, clock: Clock
) -> None:
    party = open_case().parties.get()
    clock.tick(36)
    first = Assessment.objects.get()
    second = Assessment.objects.get()
    second.pk, second.rulebook, second._state.adding = None, "sha256:another", True
    second.save()
    duty = Obligation.objects.get(party=party, due__isnull=False, outcome=Outcome.APPLIES)
    Obligation.objects.filter(pk=duty.pk).update(assessment=second, due=clock.at(60), updated_at=timezone.now())
    clock.tick(37)
    expected = f"because the law library was brought up to date (state of {first.rulebook_date.isoformat()})."
    assert expected in newest().text


def test_it_says_that_a_deadline_no_longer_runs(duty: Obligation, cast: Cast, clock: Clock) -> None:
    clock.tick(36)
    services.change_obligation(duty, by=cast.alice, reason="Not covered", outcome=Outcome.DOES_NOT_APPLY)
    clock.tick(36.1)
    assert newest().subject == "No longer required: Tell the insurer (France) · INC-2026-014"
    assert "You were reminded of the deadline Thursday 5 November 2026, 10:30, Paris time." in newest().text


def test_it_never_calls_a_yardstick_overdue(add_duty: AddDuty, clock: Clock) -> None:
    add_duty(72)
    Obligation.objects.update(due=None, guideline_due=clock.at(72), updated_at=timezone.now())
    reconcile(clock.now)
    clock.tick(64)
    assert newest().subject.startswith("8 h left to the yardstick: ")
    assert "The authority's own yardstick, not a limit of the law" in newest().text
    clock.tick(74)
    assert newest().subject.startswith("Yardstick passed 2 h ago: ")
    assert "verdue" not in newest().text


def test_it_names_an_outer_limit_as_such(add_duty: AddDuty, clock: Clock) -> None:
    add_duty(72)
    Obligation.objects.update(due=None, outer_due=clock.at(72), updated_at=timezone.now())
    reconcile(clock.now)
    clock.tick(64)
    assert newest().subject.startswith("8 h left to the outer limit: ")
    assert "by which it must be done at the very latest" in newest().text


def test_it_says_that_a_clock_runs_under_doubt(add_duty: AddDuty, clock: Clock) -> None:
    add_duty(72)
    Obligation.objects.update(outcome=Outcome.UNDETERMINED, updated_at=timezone.now())
    clock.tick(36)
    assert "It is not settled whether this duty applies." in newest().text


def test_it_tells_ten_duties_in_full(add_duty: AddDuty, clock: Clock) -> None:
    for n in range(10):
        add_duty(72 + n / 100, title=f"Duty number {n}")
    clock.tick(36)
    assert newest().text.count("Time limit") + newest().text.count("Why: ") == 10


def test_it_tells_the_first_of_a_crowd_in_full_and_counts_the_others(add_duty: AddDuty, clock: Clock) -> None:
    for n in range(74):
        add_duty(72 + n / 1000, title=f"Duty number {n}")
    clock.tick(36)
    text = newest().text
    assert [n for n in range(74) if f"Duty number {n}\n" in text] == [0, 1, 2, 3, 4]
    assert "This mail is about 69 more" in text
    assert "- INC-2026-014: later: 69\n  http" in text
    assert len(text) < 5_000
    assert newest().subject == "36 h left: Duty number 0 (France), and 73 more · INC-2026-014"
    assert Reminder.objects.filter(message=newest()).count() == 74  # each was told, if only by its number


def test_it_names_the_offset_in_the_hour_that_happens_twice(add_duty: AddDuty, cast: Cast, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    receiver(cast, "Europe/Paris")
    due = (datetime(2026, 10, 25, 1, 30, tzinfo=UTC) - START) / H
    add_duty(due)
    clock.tick(due - 1)
    assert "Sunday 25 October 2026, 02:30 (UTC+1), Paris time (01:30 UTC)" in newest().text
    assert newest().subject.startswith("1 h left")
