"""Debian packages: named first, then installed with one `apt-get`, as root only and never with sudo."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.setup.probes import Missing

LISTS = Path("/var/lib/apt/lists")
STALE_AFTER_SECONDS = 7 * 24 * 3600
LOCK_SECONDS = 300

Run = Callable[[list[str]], "subprocess.CompletedProcess[str]"]


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def packages(missing: Iterable[Missing]) -> list[str]:
    """The packages to install, each once, in the order of first need."""
    return list(dict.fromkeys(item.package for item in missing if item.package))


def describe(missing: Iterable[Missing]) -> str:
    lines = ["This machine lacks:"]
    for item in missing:
        source = f"Debian package {item.package}" if item.package else "no Debian package brings it"
        lines.append(f"  - {item.what}\n      why: {item.reason}\n      from: {source}")
    return "\n".join(lines)


def install_line(names: Iterable[str]) -> str:
    return "apt-get update && apt-get install -y --no-install-recommends " + " ".join(names)


def supply(
    missing: list[Missing],
    *,
    allowed: bool | None = None,
    is_root: bool | None = None,
    has_apt: bool | None = None,
    run: Run | None = None,
) -> None:
    """Name what is missing, then install it. Raises SetupError where that is not possible or not allowed."""
    allowed = os.environ.get("TOCSIN_NO_APT", "") in {"", "0"} if allowed is None else allowed
    is_root = os.geteuid() == 0 if is_root is None else is_root
    has_apt = shutil.which("apt-get") is not None if has_apt is None else has_apt
    print(describe(missing), file=sys.stderr, flush=True)
    names = packages(missing)
    hopeless = [item for item in missing if not item.package]
    if hopeless:
        raise SetupError(
            f"No Debian package completes this Python ({sys.executable}).\n"
            "Name another one: make demo TOCSIN_PYTHON=/usr/bin/python3"
        )
    if not has_apt:
        raise SetupError("This machine has no apt-get. Install what is named above by its own means, then try again.")
    if not allowed or not is_root:
        why = "TOCSIN_NO_APT forbids to install" if not allowed else "Only root may install"
        raise SetupError(
            f"{why}, so nothing was installed. Run this line as root, then the same command again:\n\n"
            f"    {install_line(names)}\n"
        )
    install(names, run or _run)


def install(names: list[str], run: Run, *, stale: bool | None = None) -> None:
    """One `apt-get install`; before it, or after its failure, the package lists are brought up to date."""
    if lists_are_stale() if stale is None else stale:
        _apt(run, "update")
        updated = True
    else:
        updated = False
    print("Installing: " + " ".join(names), file=sys.stderr, flush=True)
    try:
        _apt(run, "install", *names)
    except SetupError:
        if updated:
            raise
        _apt(run, "update")
        _apt(run, "install", *names)


def lists_are_stale(lists: Path = LISTS, now: float | None = None) -> bool:
    """Whether apt's lists are absent, or older than a week (then packages they name may be gone)."""
    if not any(lists.glob("*_Packages*")):
        return True
    return (time.time() if now is None else now) - lists.stat().st_mtime > STALE_AFTER_SECONDS


def _apt(run: Run, verb: str, *names: str, patience: float = LOCK_SECONDS) -> None:
    """Run apt-get, waiting for other users of it.

    DPkg::Lock::Timeout covers the lock of dpkg, not those of the lists and the archive; for them the
    whole command is tried again.
    """
    command = ["apt-get", "-q", "-y", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}", "-o", "Acquire::Retries=3"]
    command += ["install", "--no-install-recommends", *names] if verb == "install" else [verb]
    until = time.monotonic() + patience
    while True:
        done = run(command)
        if done.returncode == 0:
            return
        if "Could not get lock" not in done.stderr or time.monotonic() > until:
            tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
            raise SetupError(f"`{' '.join(command)}` failed with status {done.returncode}:\n{tail}")
        time.sleep(2)


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
