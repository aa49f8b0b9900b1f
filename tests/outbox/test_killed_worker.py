"""kill -9 of a worker in the middle of a delivery."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from threading import Event
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from outbox import delivery
from outbox.models import Message
from outbox.services import enqueue
from tests.outbox.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

WORKER = """
import sys
import django
django.setup()
from outbox.delivery import deliver
deliver([int(sys.argv[1])])
"""


def url_of_the_test_database() -> str:
    """Where this test's own connection leads, whichever server the settings chose."""
    connection.ensure_connection()
    server = connection.connection.info
    login = quote(server.user) + (f":{quote(server.password)}" if server.password else "")
    host = quote(server.host, safe="")
    return f"postgresql://{login}@/{server.dbname}?host={host}&port={server.port}"


def start_worker(message: Message, sink: Sink) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_the_test_database(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER, str(message.pk)], env=environment)


def test_it_loses_nothing_and_repeats_with_the_same_message_id(transactional_db: None, sink: Sink) -> None:
    workspace = Workspace.objects.create(slug="harbour", name="Harbour Lines")
    message = enqueue(workspace=workspace, to="bob@example.org", subject="Due", text="Due.", html="", key="a")
    taken = Event()
    sink.habits.before_answer = taken.set
    sink.habits.sleeps_in_data = 0.3  # the server takes the mail, but the worker does not live to hear it
    worker = start_worker(message, sink)
    try:
        assert taken.wait(timeout=20)
    finally:
        worker.kill()  # SIGKILL: no handler runs, no connection is closed in order
        worker.wait()
    message.refresh_from_db()
    assert message.state == "in_flight"

    delivery.repair(timezone.now() + delivery.LEASE + timedelta(seconds=1))
    Message.objects.update(next_attempt_at=timezone.now())
    time.sleep(0.4)
    sink.habits.before_answer, sink.habits.sleeps_in_data = None, 0
    delivery.deliver([message.pk])
    message.refresh_from_db()
    assert message.state == "sent"
    assert [attempt.outcome for attempt in message.attempts.order_by("number")] == ["lost", "sent"]
    assert 1 <= len(sink.taken) <= 2
    assert {mail["Message-ID"] for mail in sink.taken} == {message.message_id}
