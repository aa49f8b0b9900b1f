from collections.abc import Iterator

import pytest

from outbox import tasks
from tests.outbox.sink import Habits, Sink


@pytest.fixture(scope="session")
def _running_sink() -> Iterator[Sink]:
    sink = Sink()
    sink.controller.start()
    yield sink
    sink.controller.stop()


@pytest.fixture
def sink(_running_sink: Sink, settings: object) -> Sink:
    """The mail server that the settings name, well behaved and empty."""
    _running_sink.habits = Habits()
    _running_sink.taken.clear()
    _running_sink.sessions.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = _running_sink.port  # type: ignore[attr-defined]
    settings.EMAIL_TIMEOUT = 2  # type: ignore[attr-defined]
    return _running_sink


@pytest.fixture(autouse=True)
def _no_connection_left_from_the_test_before() -> Iterator[None]:
    yield
    tasks.hang_up()
