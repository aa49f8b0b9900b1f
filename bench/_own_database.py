"""A database of a measurement's own, thrown away at the end, and nothing of the developer's settings."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def own_database() -> Iterator[Path]:
    """Django set up on an empty embedded PostgreSQL with its tables; gives the folder in which it lies."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    folder.chmod(0o755)
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DEBUG": "",
        "SECRET_KEY": "only-for-measuring" + "x" * 50,
        "EMBEDDED_DATABASE": "accept",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TOCSIN_VAR": str(folder / "var"),
        "TOCSIN_EMBEDDED_HOME": str(folder / "database"),
    }
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # Tables straight from the models, as for the tests: the same, in a fraction of the time.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    try:
        yield folder
    finally:
        command = [sys.executable, "-m", "config.embedded_postgres", "stop", "--now"]
        subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
