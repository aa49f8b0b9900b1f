"""manage.py with the settings of one machine: `python -m tools.local COMMAND ...`.

DEBUG is on and the secret key comes from var/secret_key, made once. Whatever the environment names
already (DATABASE_URL, SECRET_KEY, DEBUG ...) stays as it is.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def data_folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("TOCSIN_VAR", "").strip() or ROOT / "var")


def secret_key(path: Path) -> str:
    """The key in that file, made on first use and readable by its owner only.

    Linking a finished file into place makes two first uses at once agree on one key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text("ascii").strip()


def local_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for the processes of one machine."""
    result = dict(environment)
    result.setdefault("DEBUG", "1")
    if not result.get("SECRET_KEY", "").strip():
        result["SECRET_KEY"] = secret_key(data_folder(result) / "secret_key")
    return result


def main(arguments: list[str]) -> None:
    """Become manage.py."""
    os.chdir(ROOT)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    os.execve(sys.executable, command, local_environment(os.environ))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
