"""Faults on purpose, and what stands afterwards: `python -m bench.faults [TICKS CHANGES DELIVERIES] [--write]`.

Everything happens in a database, a broker folder and a mail server of its own, thrown away at the end. With
--write the result becomes docs/operations/faults.md. The status is 1 where something did not hold.
"""

import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench._faults import Tally, World
    from tests.outbox.sink import Sink

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "operations" / "faults.md"
SEED = 20_261_127
TRIALS = (150, 100, 50)

HOW = """\
A child process is forked for each trial, does the product's own work on a database of its own, and is killed with
SIGKILL after a random time within what the work takes; then the next tick, sweep or request goes on. After each trial
are checked: every reminder that is due has gone, none twice and none in two states; steps of one person and instant lie
in one mail; no change of state is half written; every message came; of a delivery that was killed at most one message
came twice, with the same Message-ID. A killed worker's lease is made to run out at once, not after six minutes."""
HEAD = """\
| fault | trials | hit while at work | messages that came twice | did not hold |
| --- | ---: | ---: | ---: | --- |"""
AFTERWARDS = """\
A worker that is killed between the mail server's answer and our note of it is the one case in which a message comes
twice: no design over SMTP can exclude it, and the Message-ID lets the reader's mail program know it again."""


def prepare(folder: Path) -> "Sink":
    """Settings for this run alone; then Django, its tables, and a mail server."""
    folder.chmod(0o755)
    os.environ |= {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TOCSIN_VAR": str(folder / "var"),
        "TOCSIN_EMBEDDED_HOME": str(folder / "database"),
        "TOCSIN_EMBEDDED_FSYNC": "0",
        "CELERY_BROKER_URL": "",
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    from tests.outbox.sink import Sink

    sink = Sink()
    os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.port)}
    for name in ("queue", "control"):
        (folder / "var" / "broker" / name).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.EMAIL_TIMEOUT = 1
    call_command("migrate", verbosity=0)
    sink.controller.start()
    return sink


def database_restarts(world: "World", trials: int) -> "Tally":
    """The database is stopped in the middle of a tick; the next connection starts it again."""
    from django.db import connections
    from django.utils import timezone

    from bench import _faults
    from notifications.models import Reminder
    from notifications.sending import run_tick

    tally = _faults.Tally("the database is restarted in a reminder tick")
    for _ in range(trials):
        tally.trials += 1
        duties = world.add(3)
        at = timezone.now() + _faults.HALF
        connections.close_all()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                while True:
                    run_tick(at)
            finally:
                os._exit(status)
        time.sleep(world.chance.uniform(0, 0.4))
        command = [sys.executable, "-m", "config.embedded_postgres", "stop", "--now"]
        subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        tally.killed_at_work += 1
        run_tick(at)
        rows = Reminder.objects.filter(obligation__in=[one.pk for one in duties], step="half")
        states = Counter(rows.values_list("state", flat=True))
        tally.hold(states == {"claimed": 3}, f"steps after recovery: {dict(states)}")
        tally.hold(rows.values("message").distinct().count() == 1, "more than one mail")
        _faults._done(world, duties)
    return tally


def mail_server_habits(world: "World", sink: "Sink") -> list["Tally"]:
    """Each bad habit of a mail server: the message waits or is given up with its cause, and then leaves."""
    from bench import _faults
    from outbox import delivery, services
    from outbox.models import Message
    from tests.outbox.sink import Habits

    cases: list[tuple[str, Habits, str, str]] = [
        ("the mail server refuses the recipient (550)", Habits(recipient="550 5.1.1"), "failed", "recipient_refused"),
        ("the mail server refuses the sender (553)", Habits(sender="553 5.7.1 no"), "awaiting_retry", "sender_refused"),
        ("the mail server greylists (451)", Habits(greylists=True), "awaiting_retry", "deferred"),
        ("the mail server is out of space (452)", Habits(data="452 4.3.1 full"), "awaiting_retry", "deferred"),
        ("the mail server hangs in DATA", Habits(sleeps_in_data=3), "awaiting_retry", "timed_out"),
        ("the mail server closes in DATA", Habits(closes_in_data=True), "awaiting_retry", "disconnected"),
    ]  # fmt: skip
    found = []
    for number, (name, habits, state, failure) in enumerate(cases):
        tally = _faults.Tally(name, trials=1)
        message = services.enqueue(
            workspace=world.workspace, to=f"h{number}@example.org", subject="Due", text="Due.", html="",
            key=f"habit:{number}",
        )  # fmt: skip
        sink.habits = habits
        delivery.deliver([message.pk])
        message.refresh_from_db()
        attempt = message.attempts.get()
        tally.hold((message.state, attempt.failure) == (state, failure), f"{message.state}, {attempt.failure}")
        tally.hold("@" not in attempt.answer, "an address in the row of the attempt")
        if not habits.greylists:  # which takes the second attempt, as it stands
            time.sleep(habits.sleeps_in_data)
            sink.habits = Habits()
        services.requeue(message)
        delivery.deliver([message.pk])
        came = [mail for mail in sink.taken if mail["Message-ID"] == message.message_id]
        tally.hold(Message.objects.get(pk=message.pk).state == "sent", "it did not leave afterwards")
        tally.hold(1 <= len(came) <= 2, f"it came {len(came)} times")
        tally.repeated = len(came) - 1
        sink.habits = Habits()
        found.append(tally)
    return found


def summer_time(world: "World") -> "Tally":
    """A series across both changes of summer time: elapsed time, on every host zone."""
    from bench import _faults
    from notifications.reminder_plan import series
    from notifications.words import zone_named

    tally = _faults.Tally("a change of summer time lies within the period")
    for zone in ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"):
        for day in (datetime(2026, 3, 28, 9, tzinfo=UTC), datetime(2026, 10, 24, 9, tzinfo=UTC)):
            tally.trials += 1
            start = day.astimezone(zone_named(zone))
            due = (day + timedelta(hours=72)).astimezone(zone_named(zone))
            local, world_time = series(due, start), series(day + timedelta(hours=72), day)
            tally.hold([one.at for one in local] == [one.at for one in world_time], f"bent in {zone}")
    return tally


class Processes:
    """Real worker, beat and web process, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        self.commands = {
            "worker": [*celery, "worker", "--concurrency", "1", "--loglevel", "ERROR"],
            "beat": [*celery, "beat", "--loglevel", "ERROR", "--pidfile="],
            "web": [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "error"],
        }
        self.log = (folder / "log").open("wb")
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            self.commands[name], cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)  # its children as well
        process.wait()

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.log.close()


def killed_processes(world: "World", sink: "Sink", folder: Path, rounds: int) -> "Tally":
    """The real processes are killed and started again, the broker is emptied, while deadlines come due."""
    from django.utils import timezone

    from bench import _faults
    from incidents import services
    from notifications.models import Reminder
    from notifications.sending import run_tick, settle
    from outbox.models import Message

    tally = _faults.Tally("kill -9 of real worker, beat and web, and an emptied broker, while deadlines come due")
    begun = timezone.now()
    dues = [begun + timedelta(seconds=24 + 9 * n) for n in range(8)]
    duties = [
        services.add_obligation(world.party, title=f"Tell bank {due:%S}", source="Loan", by=world.owner, due=due)
        for due in dues
    ]
    processes = Processes(folder)
    before = len(sink.taken)
    try:
        for name in processes.commands:
            processes.start(name)
        for number in range(rounds):
            time.sleep(world.chance.uniform(4, 9))
            name = ("worker", "beat", "web", "broker")[number % 4]
            tally.trials += 1
            tally.killed_at_work += 1
            if name == "broker":
                for file in (folder / "var" / "broker" / "queue").iterdir():
                    file.unlink(missing_ok=True)
                continue
            processes.kill(name)
            processes.start(name)
        time.sleep(max(0, (dues[-1] - timezone.now()).total_seconds()) + 15)
    finally:
        processes.end()
    now = timezone.now()
    run_tick(now)
    _faults.recover(list(Message.objects.values_list("pk", flat=True)))
    settle(now)
    rows = Reminder.objects.filter(obligation__in=[one.pk for one in duties], planned_for__lte=now)
    states = Counter(rows.exclude(state="dropped").values_list("state", flat=True))
    tally.hold(set(states) == {"sent"}, f"steps: {dict(states)}")
    overdue = rows.filter(step="overdue-0", state="sent").count()
    tally.hold(overdue == len(duties), f"{overdue} of {len(duties)} deadlines were told")
    came = Counter(mail["Message-ID"] for mail in sink.taken[before:])
    sent = set(rows.filter(state="sent").values_list("message__message_id", flat=True))
    tally.hold(sent <= set(came), "a message that is marked sent did not come")
    tally.repeated = sum(came.values()) - len(came)
    tally.hold(tally.repeated <= rounds, f"{tally.repeated} repeated")
    return tally


def page(tallies: Sequence["Tally"], seconds: float) -> str:
    """The table as a page of the documentation."""
    total = sum(one.trials for one in tallies)
    made = (
        f"Made by `python -m bench.faults --write` on {datetime.now(UTC):%d %B %Y}, in {seconds:.0f} s, on"
        f" {os.cpu_count()} cores, Python {platform.python_version()}: {total} trials, seed {SEED}."
    )
    lines = ["# Faults", "", made, "", *HOW.splitlines(), "", *HEAD.splitlines()]
    for one in tallies:
        broken = "; ".join(one.broken[:3]) or "–"
        lines.append(f"| {one.name} | {one.trials} | {one.killed_at_work} | {one.repeated} | {broken} |")
    lines += ["", *AFTERWARDS.splitlines(), ""]
    return "\n".join(lines)


def run(sizes: Sequence[int], folder: Path) -> list["Tally"]:
    """All of it, in order; each tally is printed as it ends."""
    sink = prepare(folder)
    from bench import _faults

    world = _faults.new_world(SEED)
    ticks, changes, deliveries = sizes
    steps: list[Callable[[], Tally | list[Tally]]] = [
        lambda: _faults.killed_ticks(world, ticks),
        lambda: _faults.killed_changes(world, changes),
        lambda: _faults.killed_deliveries(world, deliveries, lambda: sink.taken),
        lambda: _faults.clock_jumps(world, 10),
        lambda: _faults.down_over_a_deadline(world, 10),
        lambda: summer_time(world),
        lambda: mail_server_habits(world, sink),
        lambda: database_restarts(world, 5),
        lambda: killed_processes(world, sink, folder, 12),
    ]
    found: list[Tally] = []
    try:
        for step in steps:
            result = step()
            for tally in result if isinstance(result, list) else [result]:
                found.append(tally)
                print(
                    f"{tally.name}: {tally.trials} trials, {tally.killed_at_work} hit at work,"
                    f" {tally.repeated} twice, {len(tally.broken)} broken {tally.broken[:3]}",
                    flush=True,
                )
    finally:
        sink.controller.stop()
        command = [sys.executable, "-m", "config.embedded_postgres", "stop", "--now"]
        subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    return found


def main(arguments: list[str]) -> int:
    """Runs and, with --write, keeps the page. Status 1 where something did not hold."""
    sizes = [int(word) for word in arguments if word.isdigit()] or list(TRIALS)
    if len(sizes) != len(TRIALS):
        print("expected three numbers (ticks, changes, deliveries) or none", file=sys.stderr)
        return 2
    random.seed(SEED)
    begun = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tocsin-faults-"))
    try:
        found = run(sizes, folder)
        if "--write" in arguments:
            PAGE.parent.mkdir(parents=True, exist_ok=True)
            PAGE.write_text(page(found, time.monotonic() - begun), encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return int(any(one.broken for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
