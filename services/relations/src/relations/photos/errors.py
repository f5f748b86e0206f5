"""What can be wrong about a photo."""

from shared.errors import Problem


class NotAPhoto(Problem):
    """The content is no picture of a kind we keep, or too large a one."""

    status, type, title = 422, "invalid", "Give a PNG, JPEG or WebP picture of at most 3 MB"
