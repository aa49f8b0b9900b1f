"""The same code on every broker that is there: two beats, one worker, one mail; and a broker that is emptied."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import LegalEntity
from incidents.models import Incident, Party
from incidents.services import add_obligation
from notifications.models import Reminder
from outbox import health
from outbox.models import Message
from tests.brokers import brokers
from tests.conftest import Cast
from tests.e2e.test_deadline_to_mailbox import end_all
from tests.outbox.sink import Sink
from tests.outbox.test_killed_worker import url_of_the_test_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
PATIENCE = 90.0  # seconds: three process starts and some ticks of beat on a busy machine

CELERY = [sys.executable, "-m", "celery", "-A", "config"]
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


@pytest.fixture(params=list(brokers()))
def environment(request: pytest.FixtureRequest, transactional_db: None, sink: Sink, tmp_path: Path) -> dict[str, str]:
    """The settings of this test's processes: a broker, queues of their own, the test's database and mail server."""
    return {
        **os.environ,
        "DATABASE_URL": url_of_the_test_database(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TOCSIN_VAR": str(tmp_path / "var"),
        "CELERY_BROKER_URL": brokers()[request.param],
        "CELERY_QUEUE_PREFIX": f"tocsin-test-{secrets.token_hex(4)}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
    }


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    with (tmp_path / "log").open("ab") as log:

        def start(*words: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [*CELERY, *words], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
            started.append(process)
            return process

        yield start
        purge = [*CELERY, "purge", "-f", "-Q", ",".join(queues(environment))]
        end_all(started)
        subprocess.run(purge, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False, timeout=60)


def queues(environment: dict[str, str]) -> list[str]:
    return [f"{environment['CELERY_QUEUE_PREFIX']}-{part}" for part in ("ticks", "mail", "work")]


def due_soon(cast: Cast) -> None:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    incident = Incident.objects.create(
        workspace=cast.workspace, number=14, reference="INC-2026-014", title="Files readable", owner=cast.alice,
        opened_by=cast.alice, time_zone="UTC",
    )  # fmt: skip
    party = Party.objects.create(incident=incident, legal_entity=entity, created_by=cast.alice)
    due = timezone.now() + timedelta(minutes=25)
    add_obligation(party, title="Tell the insurer", source="Policy", due=due, jurisdiction="FR", by=cast.alice)
    Reminder.objects.filter(step="half").update(planned_for=timezone.now())


def wait(condition: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, log.read_text(errors="replace")[-3000:]
        time.sleep(0.2)


def test_it_sends_one_mail_although_two_beats_tick_and_the_broker_was_emptied(
    environment: dict[str, str], start: Callable[..., subprocess.Popen[bytes]], cast: Cast, sink: Sink, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    due_soon(cast)
    for number in (1, 2):
        start("beat", "--pidfile=", "--schedule", str(tmp_path / f"beat{number}"), "--loglevel", "info")
    wait(lambda: "notifications.tick" in log.read_text(errors="replace"), log)  # in the broker, with nobody to take it
    purge = [*CELERY, "purge", "-f", "-Q", ",".join(queues(environment))]
    subprocess.run(purge, env=environment, check=True, capture_output=True, timeout=60)
    start("worker", "--concurrency", "1", "--loglevel", "warning", *QUIET)
    wait(lambda: bool(sink.taken), log)
    first = health.last_tick()
    wait(lambda: (health.last_tick() or first) != first, log)  # another tick, of either beat
    assert Message.objects.count() == 1
    assert [mail["To"] for mail in sink.taken] == ["alice@example.org"]
    assert first is not None
