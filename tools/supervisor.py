"""Run several services as one: started together, ended together, none left behind.

Each service has a process group of its own, so that Ctrl-C reaches the supervisor alone and the services
end in order: SIGTERM to each service, and after the grace SIGKILL to whatever is left of its group.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

CHILD = Path(__file__).with_name("child.py")
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Service:
    """A command under a name; `pass_fds` are open sockets that it takes over."""

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()


class Supervisor:
    """Call `run` once, from the main thread."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        environment: Mapping[str, str],
        folder: Path,
        grace_seconds: float = 15.0,
        output: IO[str] = sys.stdout,
    ) -> None:
        self.services = services
        self.environment = dict(environment)
        self.folder = folder
        self.grace_seconds = grace_seconds
        self.output = output
        self.width = max(len(service.name) for service in services)
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.readers: list[threading.Thread] = []
        self.asked = 0
        self.printing = threading.Lock()
        self.on_terminal = output.isatty()
        self.unheard = False

    def run(self, when_started: Callable[[Callable[[], bool]], None] | None = None) -> int:
        """Start all and stay until they are asked to end (0) or one ends unasked (1).

        `when_started` runs in a thread once all are started; the function it is given says whether the
        services still run, so that it can stop waiting for them.
        """
        previous = {
            number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            return self._run(when_started)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def say(self, text: str) -> None:
        """Print; where nobody can read any more, what there is to say is dropped and all is to end."""
        with self.printing:
            if self.unheard:
                return
            try:
                print(text, file=self.output, flush=True)
            except OSError:
                self.unheard = True

    def _run(self, when_started: Callable[[Callable[[], bool]], None] | None) -> int:
        status = 0
        try:
            for service in self.services:
                self._start(service)
            if when_started:
                threading.Thread(target=when_started, args=(self._healthy,), daemon=True).start()
            while not self.asked and not self._deserted():
                fallen = self._fallen()
                if fallen:
                    name, code = fallen
                    self.say(f"\n{name} ended unasked ({meaning(code)}); its last lines are above. Ending the others.")
                    status = 1
                    break
                time.sleep(POLL_SECONDS)
            else:
                self.say("\nEnding; what is begun is finished first. Once more ends it at once.")
        finally:
            self._end()
        return status

    def _start(self, service: Service) -> None:
        command = [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), *service.command]
        child = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=service.pass_fds,
        )
        self.children[service.name] = child
        reader = threading.Thread(target=self._relay, args=(service.name, child), daemon=True)
        reader.start()
        self.readers.append(reader)

    def _relay(self, name: str, child: "subprocess.Popen[str]") -> None:
        assert child.stdout is not None  # noqa: S101
        for line in child.stdout:
            self.say(f"{name:<{self.width}} | {line.rstrip()}")

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def _healthy(self) -> bool:
        return not self.asked and self._fallen() is None

    def _deserted(self) -> bool:
        """Whether the terminal was closed: its first process alone is told so, and that may be `make`."""
        return self.unheard or (self.on_terminal and not self.output.isatty())

    def _fallen(self) -> tuple[str, int] | None:
        for name, child in self.children.items():
            code = child.poll()
            if code is not None:
                return name, code
        return None

    def _end(self) -> None:
        """TERM, the grace, KILL. Being asked a second time ends the grace."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + self.grace_seconds
        patience = self.asked + 1
        while any(child.poll() is None for child in self.children.values()):
            if time.monotonic() > until or self.asked >= patience:
                late = [name for name, child in self.children.items() if child.poll() is None]
                self.say(f"Ending by force: {', '.join(late)}")
                break
            time.sleep(POLL_SECONDS)
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):  # nothing is left of the group
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        for reader in self.readers:
            reader.join(timeout=1)


def meaning(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
