"""The watchdog in the web server that production uses: gunicorn, with processes that it forks."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.utils import timezone

from outbox.models import Alarm, Heartbeat
from tests.conftest import Cast
from tests.outbox.sink import Sink
from tests.outbox.test_killed_worker import url_of_the_test_database

ROOT = Path(__file__).parents[2]
PATIENCE = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def serve(sink: Sink, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts gunicorn on the test's database; gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def call(*more: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "DATABASE_URL": url_of_the_test_database(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
        }
        command = [sys.executable, "-m", "gunicorn", "tests.outbox.watched_wsgi", "--workers", "2"]
        command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "--chdir", str(ROOT), *more]
        with (tmp_path / "log").open("wb") as log:
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT))
        return f"http://127.0.0.1:{port}/watchdogs"

    yield call
    for process in started:
        process.terminate()
        process.wait(timeout=PATIENCE)


def watchdogs(address: str, processes: int) -> dict[str, int]:
    """How many watchdogs run in each process of the server, once so many have answered."""
    found: dict[str, int] = {}
    end = time.monotonic() + PATIENCE
    while len(found) < processes:
        assert time.monotonic() < end, found
        try:
            with urlopen(address, timeout=5) as answer:
                pid, count = answer.read().decode().split()
        except OSError:
            time.sleep(0.1)
            continue
        found[pid] = int(count)
    return found


@pytest.mark.parametrize("more", [(), ("--preload",)])
def test_it_watches_once_in_each_process_and_alarms_once(
    transactional_db: None, cast: Cast, sink: Sink, serve: Callable[..., str], more: tuple[str, ...]
) -> None:
    Heartbeat.objects.create(name="tick", at=timezone.now() - timedelta(minutes=10))
    address = serve(*more)
    assert list(watchdogs(address, 2).values()) == [1, 1]
    end = time.monotonic() + PATIENCE
    while len(sink.taken) < 2:
        assert time.monotonic() < end, "nobody was told"
        time.sleep(0.1)
    time.sleep(1)  # both processes have looked some more times
    assert sorted(str(mail["To"]) for mail in sink.taken) == ["alice@example.org", "charlie@example.org"]
    assert Alarm.objects.count() == 1
