"""The Celery application.

Tasks are nudges: they carry ids, are safe to repeat, and claim rows. The broker is never the truth
(docs/architecture.md), so nothing here acknowledges late, retries or counts down.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("tocsin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
