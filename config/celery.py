"""The Celery application.

Tasks are nudges: they carry ids, are safe to repeat, and claim rows. The broker is never the truth
(docs/architecture.md), so nothing here acknowledges late, retries or counts down.
"""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["filesystem"] = "config.disk_broker:Transport"
app = Celery("tocsin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect  # type: ignore[untyped-decorator]
def make_broker_folders(sender: Any, **_: object) -> None:
    """The broker on disk does not make its own folders; whoever comes first, worker, beat or web, does."""
    if str(sender.conf.broker_url).startswith("filesystem://"):
        for name in ("data_folder_in", "data_folder_out", "control_folder"):
            Path(sender.conf.broker_transport_options[name]).mkdir(parents=True, exist_ok=True)
    Path(sender.conf.beat_schedule_filename).parent.mkdir(parents=True, exist_ok=True)


@worker_init.connect  # type: ignore[untyped-decorator]
def read_the_law(**_: object) -> None:
    """Before the pool's processes are forked, which then share it: else the first mail of each waits for it."""
    from law.warm import settle

    settle()
