"""The two-minute drill: an exercise case, a mail with a button, a tick of the scheduler: a proof of reminders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from incidents.scenarios import load_scenarios
from incidents.services import end_exercise, start_exercise
from notifications.models import InstallationDrill
from outbox import health
from outbox.services import nudge

SCENARIO = "misdirected-mail"
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Step:
    """One step, when it was seen (None: not yet), and what to do while it is not."""

    words: str | Promise
    at: datetime | None
    waiting: str | Promise


def begin(workspace: Workspace, *, by: User, now: datetime) -> InstallationDrill:
    """Opens the case and puts the mail into the outbox, in one transaction. Raises OutboxError for a wrong address."""
    with transaction.atomic():
        drill = start_exercise(workspace, load_scenarios()[SCENARIO], by=by, language=by.language)
        proof = health.send_test(by.email, by, by.language, now)
        run = InstallationDrill.objects.create(
            workspace=workspace, incident=drill.incident, proof=proof, started_by=by, started_at=now
        )
        nudge(proof.message_id)
    return run


def look(run: InstallationDrill, now: datetime) -> InstallationDrill:
    """Notes what has been seen since; ends the drill, and its case, once nothing is missing."""
    with transaction.atomic():
        rows = InstallationDrill.objects.select_for_update(of=("self",)).select_related(
            "proof__message", "incident__workspace", "started_by"
        )
        held = rows.get(pk=run.pk)
        tick = health.last_tick()
        if held.tick_at is None and tick is not None and tick > held.started_at:
            held.tick_at = tick
            held.save(update_fields=["tick_at"])
        if held.ended_at is None and held.tick_at is not None and held.proof.confirmed_at is not None:
            _end(held, max(held.tick_at, held.proof.confirmed_at))
    return held


def give_up(run: InstallationDrill, now: datetime) -> InstallationDrill:
    """Ends a drill of which something was not seen: that is its result."""
    with transaction.atomic():
        held = (
            InstallationDrill.objects.select_for_update(of=("self",))
            .select_related("incident", "started_by")
            .get(pk=run.pk)
        )
        if held.ended_at is None:
            _end(held, now)
    return held


def _end(held: InstallationDrill, at: datetime) -> None:
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    end_exercise(held.incident.drill, by=held.started_by, remarks="Two-minute drill of mail and scheduler.")


def passed(run: InstallationDrill) -> bool:
    """Was every step seen?"""
    return run.tick_at is not None and run.proof.confirmed_at is not None


def steps(run: InstallationDrill) -> list[Step]:
    """What the drill has shown so far, in the order in which it happens."""
    message = run.proof.message
    return [
        Step(_("A test case was opened. It is an exercise: nothing of it leaves the house."), run.started_at, ""),
        Step(_("A mail to you was put into the outbox."), message.created_at, ""),
        Step(
            _("The mail server has taken it."),
            message.sent_at,
            message.reason
            or _("A worker hands it over within seconds. If nothing happens, the worker is not running."),
        ),
        Step(
            _("You pressed the button in the mail."),
            run.proof.confirmed_at,
            _("Open your mailbox, follow the address in the mail and press the button. Look among unwanted mail too."),
        ),
        Step(
            _("The scheduler has ticked since the start."),
            run.tick_at,
            _("It ticks every few seconds. If nothing happens, start the scheduler (celery beat) and a worker."),
        ),
    ]
