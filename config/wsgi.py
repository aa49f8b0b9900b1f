"""The WSGI entry point.

The law is read before the first request: a fault in a law file stops the start, with its file, duty, key
and mend, instead of the first officer's page. Then a thread begins to watch that the scheduler ticks.
"""

import os

from django.core.wsgi import get_wsgi_application

from law.warm import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
settle()

from outbox import watchdog  # noqa: E402 - needs the applications

watchdog.start()
