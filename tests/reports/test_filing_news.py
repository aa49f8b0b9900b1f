"""Who is told that a notification did not reach its authority: once for each failure, with the mend."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from incidents.models import Fulfilment, Incident, Obligation
from notifications import filing_news
from notifications.models import ReminderPolicy
from outbox.models import Attempt, Message
from reports.models import Document, Mailing
from reports.services import mailing
from reports.undelivered import undelivered
from tests.conftest import PASSWORD, Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

State = Message.State


@pytest.fixture
def held(cast: Cast, approved: Document) -> Mailing:
    """Handed to the outbox by Alice, who owns the case; approved by Bob."""
    Obligation.objects.filter(pk=approved.obligation_id).update(authority="AZOP")
    filing = Document.objects.select_related("incident", "obligation").get(pk=approved.pk)
    subject, text = mailing.proposed_mail(filing, cast.alice)
    return mailing.send_by_mail(filing, by=cast.alice, subject=subject, text=text, reply_to="alice@example.org")


@pytest.fixture
def ends(held: Mailing) -> Callable[..., None]:
    """Lets the message come to an end."""

    def end(state: str, reason: str = "The server said: 550 no such user") -> None:
        sent_at = NOW if state in (State.SENT, State.BOUNCED) else None
        Message.objects.filter(pk=held.message_id).update(
            state=state, reason=reason, next_attempt_at=None, sent_at=sent_at
        )

    return end


def news() -> list[Message]:
    return list(Message.objects.filter(kind=filing_news.KIND).order_by("recipient"))


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.FAILED, "did not leave"), (State.WITHHELD, "was held back"), (State.BOUNCED, "came back")],
)
def test_it_tells_the_owner_and_the_approver_once_with_the_mend(
    ends: Callable[..., None], state: str, words: str
) -> None:
    ends(state)
    assert filing_news.run(timezone.now()) == 2
    assert filing_news.run(timezone.now()) == 0
    first, second = news()
    assert [first.recipient, second.recipient] == ["alice@example.org", "bob@example.org"]
    assert first.subject.startswith("The notification to ")
    assert first.headers == {"Importance": "high"}
    for part in (first.text, first.html):
        assert words in part
        assert "550 no such user" in part
        assert "azop@azop.hr" in part
        assert "Deadline" in part
        assert "file it another way" in part
        assert "/documents/" in part


def test_it_tells_of_nothing_that_is_on_its_way_or_has_arrived(ends: Callable[..., None]) -> None:
    assert filing_news.run(timezone.now()) == 0
    ends(State.SENT, "")
    mailing.settle_mailings()
    assert filing_news.run(timezone.now()) == 0


def test_it_tells_again_when_another_try_fails(held: Mailing, ends: Callable[..., None]) -> None:
    ends(State.FAILED)
    assert filing_news.run(timezone.now()) == 2
    now = timezone.now()
    Attempt.objects.create(message=held.message, number=1, started_at=now, ended_at=now, outcome="given_up")
    assert filing_news.run(timezone.now()) == 2


def test_it_stops_when_the_duty_is_fulfilled_another_way(held: Mailing, ends: Callable[..., None], cast: Cast) -> None:
    ends(State.FAILED)
    Fulfilment.objects.create(obligation=held.document.obligation, at=NOW, by=cast.alice, channel="phone")
    assert undelivered() == []
    assert filing_news.run(timezone.now()) == 0


def test_it_says_that_its_leaving_could_not_be_recorded(held: Mailing, ends: Callable[..., None]) -> None:
    ends(State.SENT, "")
    Mailing.objects.filter(pk=held.pk).update(problem="It lies before the approval")
    assert filing_news.run(timezone.now()) == 2
    assert "Do not send it again" in news()[0].text
    assert "It lies before the approval" in news()[0].text


def test_it_says_little_where_the_workspace_is_discreet(held: Mailing, ends: Callable[..., None], cast: Cast) -> None:
    ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    ends(State.FAILED)
    filing_news.run(timezone.now())
    message = news()[0]
    for part in (message.subject, message.text, message.html):
        assert "azop" not in part.lower()
        assert "550" not in part


def test_it_writes_in_the_language_of_the_reader(held: Mailing, ends: Callable[..., None], cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="fr")
    ends(State.BOUNCED)
    filing_news.run(timezone.now())
    assert "est revenu" in news()[0].text
    assert 'lang="en">The server said' in news()[0].html


def test_it_does_not_tell_who_may_not_see_the_case(held: Mailing, ends: Callable[..., None], cast: Cast) -> None:
    Incident.objects.filter(pk=held.document.incident_id).update(restricted=True)
    ends(State.FAILED)
    filing_news.run(timezone.now())
    assert [one.recipient for one in news()] == ["alice@example.org"]


def test_it_stands_on_the_desk_and_on_the_filing_board(
    held: Mailing, ends: Callable[..., None], client: Client
) -> None:
    ends(State.BOUNCED)
    mailing.settle_mailings()
    assert client.login(email="alice@example.org", password=PASSWORD)
    number = held.document.incident.number
    for address in (
        reverse("workbench:desk", args=("harbour",)),
        reverse("reports:filing", args=("harbour", number)),
    ):
        page = client.get(address).content.decode()
        assert "Did not arrive" in page
        assert "550 no such user" in page
        assert "met by what was sent" not in page
