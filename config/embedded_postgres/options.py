"""What may be chosen from outside. docs/embedded-database.md lists the variables."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import env

LINGER = 3  # seconds: longer than the start of one manage.py command after another


@dataclass(frozen=True)
class Options:
    """`var` is the folder of this installation; `home` and `account` matter only to root.

    `fsync` off is for data that nobody will miss: it has a data directory of its own, so that a test
    run can never weaken the database that people work in. `linger` is in seconds.
    """

    var: Path
    home: Path = Path("/var/lib/tocsin")
    account: str = "nobody"
    fsync: bool = True
    linger: int = LINGER


def from_environment() -> Options:
    """Raises ImproperlyConfigured for a variable that cannot be read."""
    linger = env.number("TOCSIN_EMBEDDED_LINGER", LINGER)
    if linger < 0:
        raise ImproperlyConfigured(f"TOCSIN_EMBEDDED_LINGER={linger}: expected seconds, 0 or more")
    return Options(
        var=Path(settings.VAR_DIR).resolve(),
        home=Path(env.text("TOCSIN_EMBEDDED_HOME") or Options.home).resolve(),
        account=env.text("TOCSIN_EMBEDDED_USER") or Options.account,
        fsync=env.flag("TOCSIN_EMBEDDED_FSYNC", default=True),
        linger=linger,
    )
