"""The whole way with real processes: facts recorded, a real worker and beat, a mail in a real SMTP server's hands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message as Mail
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import LegalEntity
from incidents.services import open_incident
from outbox.models import Message
from tests.conftest import Cast
from tests.outbox.sink import Sink
from tests.outbox.test_killed_worker import url_of_the_test_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
PATIENCE = 60.0  # seconds: two process starts and two ticks of beat on a busy machine


@pytest.fixture
def processes(transactional_db: None, sink: Sink, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A worker and a beat of their own, on a broker folder of their own, ended with the test."""
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_the_test_database(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TOCSIN_VAR": str(tmp_path / "var with a space"),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
    }
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    commands = (["worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "info"], ["beat"])
    with (tmp_path / "log").open("wb") as log:
        started = [
            subprocess.Popen(
                [*celery, *words], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
            for words in commands
        ]
        try:
            yield started
        finally:
            end_all(started)


def end_all(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def open_case(cast: Cast, hours_ago: int) -> None:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    aware = timezone.now() - timedelta(hours=hours_ago)
    open_incident(
        workspace=cast.workspace,
        title="Booking files reachable from outside",
        legal_entity=entity,
        opened_by=cast.alice,
        facts={
            "/organisation/role": "controller",
            "/organisation/establishments": ["FR"],
            "/nature/confidentiality": "yes",
            "/timeline/became_aware_at": aware.isoformat(timespec="minutes"),
            "/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "exact", "n": 40}},
            "/affected_complete": "yes",
        },
    )


def wait_for_mail(sink: Sink, processes: list[subprocess.Popen[bytes]], log: Path) -> Mail:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if sink.taken:
            return sink.taken[0]
        for process in processes:
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        time.sleep(0.2)
    raise AssertionError(f"no mail in {PATIENCE} s\n{log.read_text(errors='replace')[-3000:]}")


def test_it_carries_a_deadline_from_the_facts_to_a_mailbox(
    cast: Cast, sink: Sink, processes: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    open_case(cast, hours_ago=70)  # two of the 72 hours are left
    mail = wait_for_mail(sink, processes, tmp_path / "log")
    assert mail["To"] == "alice@example.org"
    assert "CNIL" in mail["Subject"] or "France" in mail["Subject"]
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    rich = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    for text in (plain, rich):
        assert "UTC" in text
        assert "/w/harbour/incidents/1/duties/" in text
    sent = Message.objects.get()
    assert mail["Message-ID"] == sent.message_id
    end = time.monotonic() + 10
    while sent.state != "sent" and time.monotonic() < end:
        time.sleep(0.1)
        sent.refresh_from_db()
    assert sent.state == "sent"
