"""The site as gunicorn serves it, with a watchdog that does not wait for minutes and a page that counts its threads."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from outbox import watchdog  # noqa: E402 - needs the applications

watchdog.FIRST, watchdog.EVERY = 0.0, 0.2

from config import wsgi  # noqa: E402 - starts the watchdog


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/watchdogs":
        return wsgi.application(environ, start_response)
    count = sum(thread.name == watchdog.NAME for thread in threading.enumerate())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {count}".encode()]
