"""Which pictures are accepted: known by their first bytes, whatever they say they are."""

from shared.errors import Problem

LARGEST = 1024 * 1024
"""Bytes of a photo."""


class NotAPhoto(Problem):
    """The content is no picture of a kind we keep, or too large a one."""

    status, type, title = 422, "invalid", "Give a PNG, JPEG or WebP picture of at most 1 MB"


def media_type_of(content: bytes) -> str:
    """Return the media type of a picture by its content; raises ``NotAPhoto``."""
    if len(content) <= LARGEST:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "image/webp"
    raise NotAPhoto
