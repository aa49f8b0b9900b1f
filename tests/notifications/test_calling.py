"""Whoever a comment calls by @ gets one mail, which says who calls and where, and never what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents.models import Incident
from incidents.services import change_incident
from incidents.services.comments import edit_comment, see_mentions, write_comment
from notifications import calling
from notifications.models import ReminderPolicy
from outbox.models import Message
from tests.conftest import Cast


def mails() -> list[Message]:
    return list(Message.objects.filter(kind="mention").order_by("pk"))


def test_it_writes_once_to_whom_a_comment_calls(incident: Incident, cast: Cast) -> None:
    comment = write_comment(incident, text="@Bob @Charlie @Alice the pump is on fire", by=cast.alice, key="k")
    edit_comment(comment, text="@Bob the pumps are on fire", by=cast.alice, base=1)
    (mail,) = mails()
    assert (mail.recipient, mail.workspace) == ("bob@example.org", cast.workspace)
    assert mail.subject == f"Alice calls you in a comment · {incident.reference}"
    for part in (mail.text, mail.html):
        assert incident.title in part
        assert f"/w/harbour/incidents/{incident.number}/comments/#comment-{comment.pk}" in part
        assert "pump" not in part


def test_it_writes_to_whom_an_edit_calls_anew(incident: Incident, cast: Cast) -> None:
    carol = User.objects.create_user("carol@example.org", "x", display_name="Carol", language="fr")
    Membership.objects.create(user=carol, workspace=cast.workspace, role=Role.CONTRIBUTOR)
    comment = write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    edit_comment(comment, text="@Bob and @Carol look", by=cast.alice, base=1)
    assert [(one.recipient, one.language) for one in mails()[1:]] == [("carol@example.org", "fr")]
    assert mails()[1].subject == f"Alice vous interpelle dans un commentaire · {incident.reference}"


@pytest.mark.parametrize("restricted", [True, False])
def test_it_names_no_title_where_little_is_to_be_said(incident: Incident, cast: Cast, restricted: bool) -> None:
    if restricted:
        change_incident(incident, by=cast.alice, reason="Small circle", restricted=True, deputy=cast.bob)
        incident.refresh_from_db()
    else:
        ReminderPolicy.objects.create(workspace=cast.workspace, discreet=True)
    write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    (mail,) = mails()
    assert incident.title not in mail.subject + mail.text + mail.html
    assert incident.reference in mail.text


def test_it_writes_to_nobody_who_may_not_see_the_case(incident: Incident, cast: Cast) -> None:
    change_incident(incident, by=cast.alice, reason="Small circle", restricted=True)
    incident.refresh_from_db()
    write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    assert mails() == []


def test_it_never_leaves_the_machine_from_an_exercise(incident: Incident, cast: Cast) -> None:
    Incident.objects.filter(pk=incident.pk).update(stands_at=timezone.now())
    incident.refresh_from_db()
    write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    assert mails()[0].inside_only


def test_it_finds_a_call_whose_mail_was_lost(incident: Incident, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(calling, "enqueue", broken)
        write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    assert mails() == []
    now = timezone.now()
    assert calling.run(now) == 0  # perhaps its transaction is still open
    assert calling.run(now + timedelta(minutes=3)) == 1
    assert calling.run(now + timedelta(minutes=4)) == 0
    assert [one.recipient for one in mails()] == ["bob@example.org"]


def test_it_lets_a_call_be_that_was_seen_or_is_old(incident: Incident, cast: Cast, waiting: Callable[[], int]) -> None:
    assert calling.run(timezone.now() + timedelta(days=2)) == 0
    see_mentions(cast.bob, [waiting()])
    assert calling.run(timezone.now() + timedelta(minutes=3)) == 0


@pytest.fixture
def waiting(incident: Incident, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A call without a mail; gives its id."""
    from incidents.models import Mention

    monkeypatch.setattr(calling, "people_allowed_to_see", lambda incident: set())
    write_comment(incident, text="@Bob look", by=cast.alice, key="k")
    monkeypatch.undo()
    return lambda: Mention.objects.get().pk
