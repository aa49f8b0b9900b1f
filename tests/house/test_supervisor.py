"""Services that run as one, with real processes."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.supervisor import meaning

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0  # seconds that a loaded machine may take; a test waits no longer than it must

SUPERVISE = """
import json, sys
from pathlib import Path
from tools.supervisor import Service, Supervisor
scripts, grace, folder = json.loads(sys.argv[1])
services = [Service(name, [sys.executable, "-S", "-c", script]) for name, script in scripts.items()]
sys.exit(Supervisor(services, environment={"PATH": "/usr/bin:/bin"}, folder=Path(folder), grace_seconds=grace).run())
"""
# Each service first writes its process number, so that a test can see whether it still lives.
SIGN = """
import os, signal, subprocess, sys, time
open("{name}.new", "w").write(str(os.getpid()))
os.rename("{name}.new", "{name}.pid")
"""
OBEDIENT = "signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), os._exit(0))); time.sleep(60)"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


class Run:
    """A supervisor in a process of its own, with the services it started."""

    def __init__(self, folder: Path, scripts: dict[str, str], grace: float, output: int) -> None:
        self.folder = folder
        self.names = list(scripts)
        signed = {name: SIGN.format(name=name) + script for name, script in scripts.items()}
        arguments = json.dumps([signed, grace, str(folder)])
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, arguments],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pid(self, name: str) -> int:
        file = self.folder / f"{name}.pid"
        until(file.exists)
        return int(file.read_text())

    def pids(self) -> list[int]:
        return [self.pid(name) for name in self.names]

    def end(self, number: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.result()

    def result(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output


def until(condition):
    """The first true answer of `condition`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def lives(pid: int) -> bool:
    """A zombie that nobody has collected yet does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def supervise(tmp_path):
    runs: list[Run] = []

    def start(scripts: dict[str, str], grace: float = 10.0, output: int = subprocess.PIPE) -> Run:
        runs.append(Run(tmp_path, scripts, grace, output))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
        if run.process.stdout:
            run.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_every_service_when_asked(supervise, number):
    run = supervise({"web": OBEDIENT, "worker": OBEDIENT})
    pids = run.pids()
    wait_for_handlers(pids)
    status, output = run.end(number)
    assert status == 0
    assert output.splitlines().count("web    | bye") == 1
    assert output.splitlines().count("worker | bye") == 1
    assert not any(lives(pid) for pid in pids)


def test_it_ends_all_when_one_service_ends_unasked(supervise):
    run = supervise({"web": OBEDIENT, "beat": "print('no clock', flush=True); sys.exit(7)"})
    web = run.pid("web")
    status, output = run.result()
    assert status == 1
    assert "beat | no clock" in output
    assert "beat ended unasked (exit status 7)" in output
    assert not lives(web)


def test_it_takes_even_a_quiet_end_of_a_service_for_unasked(supervise):
    status, output = supervise({"web": OBEDIENT, "worker": "sys.exit(0)"}).result()
    assert status == 1
    assert "worker ended unasked (exit status 0)" in output


def test_it_ends_by_force_what_does_not_end_in_time(supervise):
    run = supervise({"web": OBEDIENT, "worker": STUBBORN}, grace=0.3)
    pids = run.pids()
    assert run.process.stdout
    assert run.process.stdout.readline().endswith("ready\n")
    status, output = run.end(signal.SIGTERM)
    assert status == 0
    assert "Ending by force: worker" in output
    assert not any(lives(pid) for pid in pids)


def test_it_does_not_wait_when_asked_twice(supervise):
    run = supervise({"worker": STUBBORN}, grace=600)
    assert run.process.stdout
    assert run.process.stdout.readline().endswith("ready\n")
    run.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert run.process.poll() is None
    status, output = run.end(signal.SIGINT)
    assert status == 0
    assert "Ending by force: worker" in output


def test_it_leaves_nothing_of_a_service_s_own_children(supervise, tmp_path):
    parent = (
        "child = subprocess.Popen(['sleep', '60']); open('child.tmp', 'w').write(str(child.pid)); "
        "os.rename('child.tmp', 'child'); " + OBEDIENT
    )
    run = supervise({"web": parent})
    until((tmp_path / "child").exists)
    child = int((tmp_path / "child").read_text())
    wait_for_handlers(run.pids())
    run.end(signal.SIGINT)
    until(lambda: not lives(child))


def test_it_leaves_no_orphans_when_it_is_killed(supervise):
    run = supervise({"web": OBEDIENT, "worker": OBEDIENT})
    pids = run.pids()
    run.process.kill()
    until(lambda: not any(lives(pid) for pid in pids))


def test_it_ends_when_its_terminal_is_closed(supervise):
    master, slave = pty.openpty()
    run = supervise({"web": OBEDIENT, "worker": STUBBORN}, grace=0.3, output=slave)
    os.close(slave)
    pids = run.pids()
    os.close(master)
    run.process.wait(timeout=PATIENCE)
    assert not any(lives(pid) for pid in pids)


def test_it_ends_when_nobody_reads_what_it_says(supervise):
    run = supervise({"web": "while True: print('chatter', flush=True); time.sleep(0.01)", "worker": OBEDIENT})
    pids = run.pids()
    assert run.process.stdout
    run.process.stdout.close()
    run.process.wait(timeout=PATIENCE)
    assert not any(lives(pid) for pid in pids)


def test_it_does_not_start_a_service_for_a_parent_that_is_gone():
    command = [sys.executable, str(ROOT / "tools" / "child.py"), "1", "echo", "started"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""


def test_it_puts_exit_codes_into_words():
    assert meaning(3) == "exit status 3"
    assert meaning(-9) == "killed by SIGKILL"
    assert meaning(-63) == "killed by signal 63"


def wait_for_handlers(pids: list[int]) -> None:
    """Until each process catches SIGTERM: asked before that, it would end without a word."""
    bit = 1 << (signal.SIGTERM - 1)

    def caught(pid: int) -> bool:
        status = Path(f"/proc/{pid}/status").read_text()
        return bool(int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16) & bit)

    until(lambda: all(caught(pid) for pid in pids))
