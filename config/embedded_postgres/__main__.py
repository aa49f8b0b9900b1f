"""The command line: `python -m config.embedded_postgres status|start|stop|url|prune`."""

import argparse
import os
import sys

from django.core.exceptions import ImproperlyConfigured

from config.embedded_postgres import binaries, server
from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.options import from_environment
from config.embedded_postgres.places import left_behind, remove


def main(arguments: list[str] | None = None) -> int:
    """0: done; for status: it runs. 1: it does not run, or could not be done. 2: wrong arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    parser = argparse.ArgumentParser(
        prog="python -m config.embedded_postgres", description="The PostgreSQL server of this installation."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="whether it runs, and where everything lies")
    commands.add_parser("start", help="start it and leave it running until stop")
    stop = commands.add_parser("stop", help="stop it")
    stop.add_argument("--now", action="store_true", help="even while other processes use it")
    url = commands.add_parser("url", help="print what DATABASE_URL would be; starts nothing")
    url.add_argument("name", nargs="?", default="tocsin", help="database (default: tocsin)")
    prune = commands.add_parser("prune", help="list databases whose checkout, or its var/, is gone (root)")
    prune.add_argument("--yes", action="store_true", help="and remove them")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "url":
            print(server.url(chosen.name))
            return 0
        if chosen.command == "stop":
            return _stop(chosen.now)
        if chosen.command == "prune":
            return _prune(chosen.yes)
        return _start() if chosen.command == "start" else _status()
    except (EmbeddedPostgresError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1


def _status() -> int:
    found = server.status()
    places = found.places
    if found.pid is None:
        state = "not running"
    else:
        why = "in use" if found.in_use else "stays until stop" if found.stays else "about to stop"
        state = f"running (process {found.pid}), {why}"
    print(f"server    {state}")
    print(f"data      {places.data}{'' if places.data.exists() else ' (not made yet)'}")
    print(f"socket    {places.socket_dir}")
    print(f"log       {places.log}")
    print(f"programs  {binaries.installed() / 'bin'}")
    for path in left_behind(from_environment().home) if places.account else []:
        print(f"left over {path}")
    return 0 if found.pid else 1


def _start() -> int:
    places = server.stay()
    print(f"running; data in {places.data}; until `python -m config.embedded_postgres stop`")
    return 0


def _stop(now: bool) -> int:
    found = server.status()
    if found.pid and found.in_use and not now:
        print(
            "Other processes use the server. Once they end it stops by itself; `stop --now` cuts them off.",
            file=sys.stderr,
        )
        found.places.stay.unlink(missing_ok=True)
        return 1
    print("stopped" if server.stop() else "was not running")
    return 0


def _prune(sure: bool) -> int:
    for path in left_behind(from_environment().home):
        if not sure:
            print(f"would remove {path}")
        elif remove(path):
            print(f"removed {path}")
        else:
            print(f"kept {path}: its server runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
