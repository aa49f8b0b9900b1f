"""Starts the embedded server at the first connection, never at import, and creates the database."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg import sql

from config import embedded_postgres, env
from config.embedded_postgres import locks
from config.embedded_postgres.backend.client import DatabaseClient
from config.embedded_postgres.options import from_environment
from config.embedded_postgres.places import PORT, Places, locate


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        check_allowed()
        params: dict[str, Any] = super().get_connection_params()
        with database_errors():
            params["host"] = str(locate(from_environment()).socket_dir)
        params["port"] = PORT
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raise ImproperlyConfigured where the server is not allowed, OperationalError if it fails."""
        places = have_server()
        conn_params["host"] = str(places.socket_dir)
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            name = self.settings_dict["NAME"]
            if f'database "{name}" does not exist' not in str(error):
                raise
            create_database(places, name)
            return super().get_new_connection(conn_params)


def have_server() -> Places:
    """The embedded server, started if need be. Raises as get_new_connection does."""
    check_allowed()
    with database_errors():
        return embedded_postgres.ensure()


@contextmanager
def database_errors() -> Iterator[None]:
    """As Django expects them of a backend: a server that does not start is a server that is down."""
    try:
        yield
    except embedded_postgres.EmbeddedPostgresError as error:
        raise OperationalError(str(error)) from error


def check_allowed() -> None:
    """Raise ImproperlyConfigured unless this is a development machine or its owner has said yes."""
    answer = env.text("EMBEDDED_DATABASE")
    if answer not in ("", "accept"):
        raise ImproperlyConfigured(f"EMBEDDED_DATABASE={answer!r}: expected 'accept', or leave it unset")
    if answer == "accept" or settings.DEBUG or _debug_as_configured():
        return
    raise ImproperlyConfigured(
        "DATABASE_URL is not set, and DEBUG is off: name the PostgreSQL server to use, for example "
        "DATABASE_URL=postgresql://tocsin:password@db.example.org/tocsin. To run on the embedded PostgreSQL "
        "instead (one machine, its backups are yours to make), set EMBEDDED_DATABASE=accept."
    )


def _debug_as_configured() -> bool:
    """DEBUG as the settings module has it: test runners turn settings.DEBUG off whatever it was."""
    name = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    return bool(name and getattr(importlib.import_module(name), "DEBUG", False))


def create_database(places: Places, name: str) -> None:
    """Create it unless another process was faster."""
    with (
        locks.exclusive(places.start_lock),
        psycopg.connect(
            host=str(places.socket_dir), port=PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection,
    ):
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
