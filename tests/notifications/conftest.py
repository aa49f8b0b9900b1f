"""A case with a clock of its own: Alice owns it, Bob is her deputy, Dora leads the privacy team."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import LegalEntity, Membership, Role, User
from incidents import services
from incidents.models import Incident, Obligation, Party
from notifications import clock as clock_module
from notifications import finding
from notifications.models import Reminder, State
from notifications.sending import run_tick
from outbox import delivery
from outbox.models import Message
from tests.conftest import PASSWORD, Cast

START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""A Monday morning: when the case is opened."""

H = timedelta(hours=1)


@dataclass
class Clock:
    """What time it is for reminders. Ticks go by it."""

    now: datetime = START

    def at(self, hours: float) -> datetime:
        """So many hours after the start."""
        return START + hours * H

    def set(self, hours: float) -> None:
        self.now = self.at(hours)

    def tick(self, hours: float) -> int:
        """Moves to that hour and ticks. Returns how many mails were written."""
        self.set(hours)
        return run_tick(self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock_module, "now", lambda: made.now)
    return made


@pytest.fixture
def dora(cast: Cast) -> User:
    user = User.objects.create_user("dora@example.org", PASSWORD, display_name="Dora")
    Membership.objects.create(user=user, workspace=cast.workspace, role=Role.PRIVACY_OFFICER)
    return user


@pytest.fixture
def party(cast: Cast, clock: Clock) -> Party:
    """The one legal person of a case that knows no facts yet: no duty but those entered by hand."""
    User.objects.filter(pk=cast.alice.pk).update(time_zone="Europe/Paris")
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    incident = Incident.objects.create(
        workspace=cast.workspace,
        number=14,
        reference="INC-2026-014",
        title="Customer files readable from outside",
        owner=cast.alice,
        opened_by=cast.alice,
        time_zone="Europe/Paris",
    )
    return Party.objects.create(incident=incident, legal_entity=entity, created_by=cast.alice)


@pytest.fixture
def incident(party: Party) -> Incident:
    return party.incident


@pytest.fixture
def add_duty(party: Party, cast: Cast, clock: Clock) -> Callable[..., Obligation]:
    """Enters a duty by hand, due so many hours after the start."""

    def add(due: float, **more: Any) -> Obligation:
        given = {"title": "Tell the insurer", "source": "Policy, clause 7", "by": cast.alice, "jurisdiction": "FR"}
        return services.add_obligation(party, due=clock.at(due), **{**given, **more})

    return add


@pytest.fixture
def duty(add_duty: Callable[..., Obligation]) -> Obligation:
    """Due after 72 hours."""
    return add_duty(72)


def steps(user: User | None = None, state: State | None = State.PLANNED, **where: Any) -> list[tuple[str, float]]:
    """Steps with their hour after the start, in the order in which they go."""
    rows = Reminder.objects.filter(**where)
    rows = rows.filter(recipient=user) if user else rows
    rows = rows.filter(state=state) if state else rows
    return [(row.step, (row.planned_for - START) / H) for row in rows.order_by("planned_for", "pk")]


def behind() -> list[int]:
    """Every obligation whose plan another look would change."""
    everything = finding.behind_between(0, 2**62)
    return sorted({*finding.behind(clock_module.now()), *everything})


def deliver_all() -> list[mail.EmailMessage]:
    """Lets the outbox deliver what waits in it; returns all mails delivered so far."""
    waiting = Message.objects.filter(state=Message.State.QUEUED)
    delivery.deliver(list(waiting.order_by("pk").values_list("pk", flat=True)))
    return list(mail.outbox)
