"""Settings for the tests: those of one machine, and nothing of the developer's own configuration."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"DATABASE_URL", "TOCSIN_VAR", "TOCSIN_EMBEDDED_HOME", "TOCSIN_EMBEDDED_USER"}
FOREIGN = (
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "CELERY_BROKER_URL",
    "BEHIND_PROXY",
)
for _name in FOREIGN:
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.startswith(("TOCSIN_", "EMAIL_", "SECURE_"))]:
    if _name not in KEPT:
        del os.environ[_name]
os.environ |= {"DEBUG": "1", "SECRET_KEY": "only-for-tests-" + "x" * 50, "EMBEDDED_DATABASE": "accept"}
os.environ["TOCSIN_EMBEDDED_FSYNC"] = "off"  # a database apart from the one that people work in

from config.settings import *  # noqa: E402

_FOLDER = tempfile.mkdtemp(prefix="tocsin-tests-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = _FOLDER + "/mail"
RULEBOOK_FILE = Path(_FOLDER, "rulebook.tar.xz")
STORAGES["default"]["OPTIONS"] = {"location": _FOLDER + "/files"}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
# Files straight from their folders: nothing is collected for tests.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
