"""Which brokers the tests can use here: the one on disk always, Redis and RabbitMQ where they answer.

TOCSIN_TEST_REDIS and TOCSIN_TEST_RABBITMQ name others than those of this machine. The tests need none of them;
the head of pytest's output says which they run on.
"""

import os
import socket
from functools import cache
from urllib.parse import urlsplit

CANDIDATES = {
    "redis": os.environ.get("TOCSIN_TEST_REDIS", "redis://127.0.0.1:6379/9"),
    "rabbitmq": os.environ.get("TOCSIN_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
}


@cache
def brokers() -> dict[str, str]:
    """Name and CELERY_BROKER_URL of each broker that is there."""
    return {"filesystem": ""} | {name: url for name, url in CANDIDATES.items() if _answers(url)}


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1):
            return True
    except OSError:
        return False
