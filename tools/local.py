"""manage.py with the settings of one machine: `python -m tools.local COMMAND ...`.

DEBUG is on; the secret key and the key of stored files come from var/secret_key and var/file_keys, made once.
Whatever the environment names already (DATABASE_URL, SECRET_KEY, DEBUG ...) stays as it is.
"""

import base64
import contextlib
import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Two of these at once on an empty database would make the same tables and the same demonstration twice.
ONE_AT_A_TIME = {"migrate", "demo"}


def data_folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("TOCSIN_VAR", "").strip() or ROOT / "var")


def secret_key(path: Path) -> str:
    """The key that signs, in that file; made on first use."""
    return kept_secret(path, lambda: secrets.token_urlsafe(64))


def file_keys(path: Path) -> str:
    """The keys under which files are encrypted, in that file; one is made on first use."""
    return kept_secret(path, lambda: f"local:{base64.b64encode(secrets.token_bytes(32)).decode()}")


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """What stands in that file, made on first use and readable by its owner only.

    Linking a finished file into place makes two first uses at once agree on one secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make() + "\n")
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
    if not any(result.get(name, "").strip() for name in ("TOCSIN_FILE_KEYS", "TOCSIN_FILE_KEYS_FILE")):
        result["TOCSIN_FILE_KEYS"] = file_keys(data_folder(result) / "file_keys")
    return result


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock that the kernel lets go with the process; who comes second says so and waits."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another one is at it already; waiting for it ...", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Run manage.py, or become it."""
    os.chdir(ROOT)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    environment = local_environment(os.environ)
    if not arguments or arguments[0] not in ONE_AT_A_TIME:
        os.execve(sys.executable, command, environment)  # noqa: S606
    with one_at_a_time(data_folder(environment) / "prepare.lock"), contextlib.suppress(KeyboardInterrupt):
        return subprocess.run(command, env=environment, check=False).returncode
    return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
