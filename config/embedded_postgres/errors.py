"""The one error of the embedded server."""


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run. The message says where, why, and how to mend it."""
