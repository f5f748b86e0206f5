"""Files that a reader keeps."""

from flask import Response


def as_file(content: bytes, name: str, content_type: str) -> Response:
    """Return content as a file to keep."""
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
