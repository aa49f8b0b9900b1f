"""Uploads are streamed to disk, and only up to the limit: what comes beyond is read and thrown away.

So a file that is too large ends in a form that says so, not in a broken connection. One that is many times too large is
cut off.
"""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

CUT_OFF = 8
"""So many times the limit is read before the connection is ended."""


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to a temporary one, up to settings.EVIDENCE_MAX_BYTES. `size` of the file is what was sent."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.sent = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.sent = start + len(raw_data)
        if self.sent > settings.EVIDENCE_MAX_BYTES * CUT_OFF:
            raise StopUpload(connection_reset=True)
        if self.sent <= settings.EVIDENCE_MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
        return None
