"""`manage.py check --deploy` under the settings of a production installation; any warning fails."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the caller's own configuration may help or hinder; the database is named, not connected to.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE")


def production_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "tocsin.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://tocsin.example.org",
        "TOCSIN_URL": "https://tocsin.example.org",
        "DATABASE_URL": "postgresql://tocsin:secret@127.0.0.1:5432/tocsin",
        "TOCSIN_FILE_KEYS": f"check:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
        "EMAIL_HOST": "mail.example.org",
        "DEFAULT_FROM_EMAIL": "Tocsin <tocsin@example.org>",
        "BEHIND_PROXY": "1",
    }


def main() -> int:
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=production_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
