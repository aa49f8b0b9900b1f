"""`make run`: web, worker and beat on this machine, until Ctrl-C.

The web server is gunicorn with threads, as in production: unlike Django's own it takes over a socket that is
bound already, so that two runs started at once never fight for a port; WhiteNoise serves the static files.
"""

import contextlib
import http.client
import ipaddress
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from tools.local import ROOT, data_folder, local_environment
from tools.supervisor import Service, Supervisor

FIRST_PORT = 8000
LAST_PORT = 8099
READY_SECONDS = 60.0


class RunError(Exception):
    """`make run` cannot start; the text says why and what to do."""


def listen(host: str, port: str = "") -> socket.socket:
    """A listening socket: on that port, or on the first free one from 8000. Raises RunError."""
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise RunError(f"PORT={port!r}: expected a whole number from 1 to 65535")
    for number in [int(port)] if port else range(FIRST_PORT, LAST_PORT + 1):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        except socket.gaierror as error:
            raise RunError(f"HOST={host!r}: expected an address of this machine ({error.strerror})") from None
        server = socket.socket(family, kind, protocol)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(address)
            server.listen(128)
        except OSError as error:
            server.close()
            if error.errno not in {13, 98} or port:  # EACCES, EADDRINUSE
                raise RunError(f"Cannot listen on {host} port {number}: {error.strerror}") from None
            continue
        return server
    raise RunError(f"No port from {FIRST_PORT} to {LAST_PORT} is free on {host}. Name one: make run PORT=9000")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url(host: str, port: int) -> str:
    """The address for a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def run_environment(environment: Mapping[str, str], host: str, port: int) -> dict[str, str]:
    """What the three processes are told. TOCSIN_LISTEN is where the demonstration logins look."""
    result = local_environment(environment)
    result["TOCSIN_LISTEN"] = host
    result.setdefault("TOCSIN_URL", url(host, port))
    if not is_loopback(host) and not result.get("ALLOWED_HOSTS", "").strip():
        names = ["127.0.0.1", "localhost", socket.gethostname()]
        names += [] if host in {"0.0.0.0", "::"} else [host]  # noqa: S104
        result["ALLOWED_HOSTS"] = ",".join(names)
    return result


def services(python: str, server: socket.socket) -> list[Service]:
    # Celery's warning about root is about pickled messages; these are JSON (CELERY_ACCEPT_CONTENT).
    celery = [python, "-W", "ignore:You're running the worker with superuser privileges", "-m", "celery"]
    celery += ["--quiet", "--app", "config"]
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{server.fileno()}", "--workers", "1"]
    web += ["--threads", "8", "--log-level", "warning", "--graceful-timeout", "5", "--timeout", "120"]
    web += ["--no-control-socket"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Service("web", web, pass_fds=(server.fileno(),)),
        Service("worker", [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2", *quiet]),
        Service("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]),
    ]


def banner(
    environment: Mapping[str, str], address: str, logins: str, database_folder: str, setup_link: str = ""
) -> str:
    """What a person who started this needs to know."""
    data = data_folder(environment)
    database = "the one that DATABASE_URL names"
    if database_folder:
        database = f"embedded PostgreSQL, for this one machine only, in {database_folder}"
    mail = f"none leaves this machine: each message becomes a file in {data / 'mail'}"
    if environment.get("EMAIL_HOST") or environment.get("EMAIL_BACKEND"):
        mail = "leaves this machine: EMAIL_HOST or EMAIL_BACKEND is set"
    lines = ["", f"Tocsin runs at {address}/", ""]
    if is_loopback(environment["TOCSIN_LISTEN"]):
        indented = [" " * 12 + line for line in logins.splitlines() if line.strip()]
        lines += ["  Sign in as", *indented] if indented else []
    else:
        host = environment["TOCSIN_LISTEN"]
        lines += [
            f"  Caution   It listens on {host}, where others reach it, error pages included.",
            "            Demonstration logins do not work. Names it answers to: " + environment["ALLOWED_HOSTS"],
        ]
    if setup_link:
        lines += [
            "  Set up    your own organisation beside the demonstration, once, within a day:",
            f"            {setup_link}",
        ]
    lines += [
        f"  Data      {data}",
        f"  Database  {database}",
        f"  Mail      {mail}",
        "",
        "Ctrl-C ends it.",
        "",
    ]
    return "\n".join(lines)


def prepare(python: str, environment: Mapping[str, str]) -> str:
    """Tables and demonstration data, where they are not there yet. Returns the logins, a line each."""
    data = data_folder(environment)
    for folder in ("mail", "beat", "broker/queue", "broker/control"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    for command in (["migrate", "--verbosity", "0"], ["demo", "--logins"]):
        done = subprocess.run(
            [python, "-m", "tools.local", *command],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(done.stdout, end="", file=sys.stderr)
            raise RunError(f"`manage.py {' '.join(command)}` failed; its own words are above.")
    return done.stdout


def setup_link(python: str, environment: Mapping[str, str]) -> str:
    """The address at which the first person sets Tocsin up; empty where there is one already."""
    command = [python, "-m", "tools.local", "setup_link", "--if-empty"]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def embedded_database(python: str, environment: Mapping[str, str]) -> str:
    """The folder of the embedded database, or nothing where DATABASE_URL names another."""
    if environment.get("DATABASE_URL", "").strip():
        return ""
    command = [python, "-m", "config.embedded_postgres", "status"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    words = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    return next((word[1] for word in words if len(word) == 2 and word[0] == "data"), "")


def wait_until_it_answers(address: str, still_running: Callable[[], bool]) -> bool:
    """Whether the web process answered, with whatever status, before it fell or a minute was over."""
    until = time.monotonic() + READY_SECONDS
    where = address.removeprefix("http://")
    while still_running() and time.monotonic() < until:
        connection = http.client.HTTPConnection(where, timeout=READY_SECONDS)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/", headers={"Host": "localhost"})
            connection.getresponse()
            return True
        time.sleep(0.2)
    return False


def main() -> int:
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    try:
        server = listen(host, os.environ.get("PORT", "").strip())
        port = int(server.getsockname()[1])
        environment = run_environment(os.environ, host, port)
        print("Preparing the database ...", flush=True)
        logins = prepare(sys.executable, environment)
        link = setup_link(sys.executable, environment)
        database_folder = embedded_database(sys.executable, environment)
    except RunError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    supervisor = Supervisor(services(sys.executable, server), environment=environment, folder=ROOT)
    address = url(host, port)

    def announce(still_running: Callable[[], bool]) -> None:
        if wait_until_it_answers(address, still_running):
            supervisor.say(banner(environment, address, logins, database_folder, link))

    return supervisor.run(announce)


if __name__ == "__main__":
    sys.exit(main())
