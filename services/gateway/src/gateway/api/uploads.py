"""Forms with files on their way to a service: passed on piece by piece, so that none ever fills the memory."""

from collections.abc import Iterator
from typing import IO

from flask import current_app, request
from werkzeug.exceptions import LengthRequired

from gateway.settings import GatewaySettings

PIECE = 64 * 1024


class Upload:
    """The body of the current request as something with a length that is read once."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(PIECE):
            yield piece

    def read(self, size: int = PIECE) -> bytes:
        """Return the next piece."""
        return self._stream.read(size)


def incoming_upload() -> Upload:
    """Return the body of the current request; raises HTTP's 411 without a length, and 413 when it is too large."""
    settings: GatewaySettings = current_app.extensions["settings"]
    request.max_content_length = settings.largest_upload
    if request.content_length is None:
        raise LengthRequired("Say how long the upload is")
    return Upload(request.stream, request.content_length)
