"""One question to somebody without an account: one link, one answer, and nothing of the case beside it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from incidents.models import Incident, InfoRequest, TimelineEntry
from incidents.selectors import newest_revision
from incidents.services import close_incident, patch_facts
from outbox.models import Message
from tests.conftest import Cast
from workbench.views.info_requests import token_of

ANSWER = {"answer": "exact", "low": "2,800", "name": "Ken Sato"}


@pytest.fixture
def asked(officer: Client, url: Callable[..., str]) -> InfoRequest:
    typed = {"name": "Ken", "email": "ken@example.jp", "days": "3", "note": "By Friday, please.", "language": "en"}
    response = officer.post(url("request_new", "affected_count") + "?row=de", typed)
    assert response.status_code == 302
    return InfoRequest.objects.get()


def link(request: InfoRequest) -> str:
    return reverse("workbench:request_answer", args=(token_of(request),))


def facts(incident: Incident) -> Any:
    revision = newest_revision(incident.parties.get())
    assert revision is not None
    return revision


def count(incident: Incident) -> Any:
    return next(row for row in facts(incident).document["affected"] if row["id"] == "de").get("count")


def test_it_sends_the_question_and_nothing_of_what_happened(asked: InfoRequest, incident: Incident) -> None:
    message = Message.objects.get(kind="request")
    assert message.recipient == "ken@example.jp"
    assert link(asked) in message.text
    assert asked.label in message.text
    assert "By Friday, please." in message.text
    assert incident.title not in message.text + message.subject
    assert TimelineEntry.objects.get(event="asked").incident == incident


def test_it_changes_nothing_when_it_is_opened(asked: InfoRequest, incident: Incident) -> None:
    page = Client().get(link(asked)).content.decode()
    assert asked.label in page
    assert incident.title not in page
    assert "500" not in page  # the number of another country stands recorded, and is not shown
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert facts(incident).number == 1


def test_it_makes_a_fact_of_the_answer_with_its_giver_as_source(asked: InfoRequest, incident: Incident) -> None:
    response = Client().post(link(asked), ANSWER)
    assert response.status_code == 302
    assert count(incident) == {"kind": "exact", "n": 2800}
    said = facts(incident).document["provenance"]["/affected/de/count"]
    assert said == {"state": "known", "from": "Ken Sato (ken@example.jp), asked by Alice"}
    asked.refresh_from_db()
    assert (asked.answered_by, asked.answer, asked.revision) == ("Ken Sato", "2,800", facts(incident))
    assert "Ken Sato" in TimelineEntry.objects.get(event="answered").text


def test_it_takes_one_answer(asked: InfoRequest, incident: Incident) -> None:
    Client().post(link(asked), ANSWER)
    Client().post(link(asked), {**ANSWER, "low": "3"})
    assert count(incident) == {"kind": "exact", "n": 2800}
    assert "Your answer is recorded" in Client().get(link(asked)).content.decode()


def test_it_overwrites_nothing_that_was_recorded_meanwhile(
    asked: InfoRequest, incident: Incident, officer: Client, url: Callable[..., str], cast: Cast
) -> None:
    theirs = {"kind": "exact", "n": 7}
    patch_facts(incident.parties.get(), {"/affected/de/count": theirs}, 1, cast.bob, "By telephone")
    Client().post(link(asked), ANSWER)
    assert count(incident) == theirs
    page = officer.get(url("requests")).content.decode()
    assert "2,800" in page
    assert "Compare the two." in page


def test_it_takes_not_known_yet_for_an_answer(asked: InfoRequest, incident: Incident) -> None:
    Client().post(link(asked), {"answer": "not_yet_known", "name": "Ken Sato"})
    assert count(incident) is None
    said = facts(incident).document["provenance"]["/affected/de/count"]
    assert (said["state"], said["from"]) == ("not_yet_known", "Ken Sato (ken@example.jp), asked by Alice")


def test_it_leaves_a_known_value_when_the_one_asked_does_not_know(
    incident: Incident, officer: Client, url: Callable[..., str]
) -> None:
    officer.post(
        url("request_new", "affected_count") + "?row=fr",
        {"name": "Ken", "email": "k@example.jp", "days": 3, "language": "en"},
    )
    request, before = InfoRequest.objects.get(), facts(incident)
    Client().post(link(request), {"answer": "not_yet_known", "name": "Ken Sato"})
    assert facts(incident) == before
    request.refresh_from_db()
    assert (request.answered_by, request.knew, request.revision) == ("Ken Sato", False, None)
    assert "does not know; what stands recorded stays" in TimelineEntry.objects.get(event="answered").text
    page = officer.get(url("requests")).content.decode()
    assert "What stands recorded stays as it is." in page
    assert "Compare the two" not in page


@pytest.mark.parametrize("ended", ["withdrawn", "expired", "closed"])
def test_it_takes_no_answer_once_it_is_over(
    asked: InfoRequest, incident: Incident, cast: Cast, officer: Client, url: Callable[..., str], ended: str
) -> None:
    if ended == "withdrawn":
        assert officer.post(url("request_withdraw", asked.pk)).status_code == 302
    elif ended == "closed":
        close_incident(incident, by=cast.alice, reason="Nothing happened.")
    else:
        past = timezone.now() - timedelta(days=1)
        InfoRequest.objects.filter(pk=asked.pk).update(asked_at=past - timedelta(days=3), expires_at=past)
    assert Client().get(link(asked)).status_code == 410
    assert Client().post(link(asked), ANSWER).status_code == 410
    assert count(incident) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"low": "about three"}, "no whole number"),
        ({"name": ""}, "an answer needs a source"),
        ({"answer": ""}, "Choose an answer"),
    ],
)
def test_it_names_the_fault_and_keeps_what_was_typed(asked: InfoRequest, typed: dict[str, str], words: str) -> None:
    response = Client().post(link(asked), {**ANSWER, **typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert ("Ken Sato" in page) == ("name" not in typed)
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_it_knows_its_own_signature_only(asked: InfoRequest) -> None:
    other = signing.Signer(salt="notifications.seen").sign(str(asked.pk))
    for token in (other, f"{asked.pk}:x", str(asked.pk)):
        assert Client().get(reverse("workbench:request_answer", args=(token,))).status_code == 404


@pytest.mark.parametrize("question", ["summary", "data_category", "risk_test"])
def test_it_puts_no_question_that_nobody_outside_can_answer(
    officer: Client, url: Callable[..., str], question: str
) -> None:
    address = url("request_new", question) + "?row=serious_harm"
    assert officer.get(address).status_code == 404


def test_it_keeps_the_mail_of_a_case_that_stands_still_inside(
    officer: Client, url: Callable[..., str], incident: Incident
) -> None:
    Incident.objects.filter(pk=incident.pk).update(stands_at=timezone.now())
    officer.post(url("request_new", "role"), {"name": "Ken", "email": "ken@example.jp", "days": "1", "language": "en"})
    assert Message.objects.get(kind="request").inside_only


def test_it_leaves_asking_to_privacy_officers(
    member: Callable[..., User], signed_in: Callable[[User], Client], url: Callable[..., str]
) -> None:
    client = signed_in(member(Role.LOCAL_REPRESENTATIVE, ["FR"]))
    assert client.get(url("request_new", "role")).status_code == 403
    assert "Ask somebody by e-mail" not in client.get(url("fact", "role")).content.decode()


def test_it_speaks_the_language_of_the_one_who_is_asked(
    officer: Client, url: Callable[..., str], incident: Incident
) -> None:
    typed = {"name": "Ana", "email": "ana@example.fr", "days": "3", "note": "", "language": "fr"}
    officer.post(url("request_new", "affected_count") + "?row=de", typed)
    message, request = Message.objects.get(kind="request"), InfoRequest.objects.get()
    assert message.language == "fr"
    assert message.subject == f"Une question de {request.party.legal_entity.name} ({incident.reference})"
    assert "Répondez ici" in message.text
    assert request.label == "Allemagne, clients\u00a0: combien de personnes\u00a0?"
    page = Client(headers={"Accept-Language": "en"}).get(link(request))
    assert page.headers["Content-Language"] == "fr"
    assert "Envoyer la réponse" in page.content.decode()
    chosen = Client()
    chosen.cookies["django_language"] = "en"
    assert "Send the answer" in chosen.get(link(request)).content.decode()


def test_it_proposes_the_language_of_the_workspace(officer: Client, url: Callable[..., str], cast: Cast) -> None:
    type(cast.workspace).objects.update(language="fr")
    page = officer.get(url("request_new", "affected_count") + "?row=de").content.decode()
    assert '<option value="fr" selected>' in page
