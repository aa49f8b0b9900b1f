"""manage.py dbshell: the psql of the same wheel, on the embedded server."""

import os
from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient as PostgresClient

from config.embedded_postgres import binaries
from config.embedded_postgres.options import from_environment
from config.embedded_postgres.places import PORT, locate

# The wheel's terminal library was built for another distribution and looks in fewer folders.
TERMINALS = "/etc/terminfo:/lib/terminfo:/usr/lib/terminfo:/usr/share/terminfo"


class DatabaseClient(PostgresClient):
    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        host = str(locate(from_environment()).socket_dir)
        args, environment = super().settings_to_cmd_args_env(
            settings_dict | {"HOST": host, "PORT": str(PORT)}, list(parameters)
        )
        args[0] = str(binaries.installed() / "bin" / "psql")
        return args, {"TERMINFO_DIRS": os.environ.get("TERMINFO_DIRS", TERMINALS), **(environment or {})}

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.ensure_connection()  # starts the server, creates the database
        super().runshell(list(parameters))
