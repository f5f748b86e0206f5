"""Which pictures are accepted: known by their first bytes, whatever they say they are."""

LARGEST = 1024 * 1024
"""Bytes of a photo."""


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a picture by its content, or None for what is not accepted."""
    if len(content) <= LARGEST:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "image/webp"
    return None
