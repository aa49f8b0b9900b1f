"""The message broker on disk, so that no half-written message ends a worker.

Kombu's transport makes a message's file first and writes it then: a worker that looks in between takes an empty file
and dies of it, and so does the next one where a writer was killed. Here a file gets its name once it is whole, and one
that cannot be read is dropped: a message only nudges, what is to be done stands in the database.
"""

import logging
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """A channel whose messages are whole or not there."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu's own differ
        """Puts a message into the folder. Raises ChannelError where it cannot be written."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f".{name}"  # a name of no queue
        try:
            unfinished.write_text(dumps(message), "utf-8")  # type: ignore[no-untyped-call]  # nor here
            unfinished.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot write {name!r} into {str(folder)!r}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next message that can be read. Raises queue.Empty."""
        while True:
            try:
                return super()._get(queue)  # type: ignore[no-untyped-call]  # kombu does not say its types
            except ValueError:
                logger.warning(
                    "a message in %s could not be read and was dropped; the next tick makes up for it", queue
                )


class Transport(filesystem.Transport):
    """Takes the place of kombu's "filesystem"."""

    Channel = Channel
