"""Pictures from outside, made anew: what is kept and shown was drawn by us, dot by dot, and carries nothing else.

No place where a photo was taken, no script behind a picture's end, no picture that needs a gigabyte to be opened.
"""

from io import BytesIO

from PIL import Image, ImageOps

from relations.record.domain import Picture

LARGEST = 3 * 1024 * 1024
"""Bytes of a picture that is given."""

MOST_DOTS = 25_000_000
"""Dots of a picture that is given: more than a telephone's camera makes."""

SIDE = 512
"""Dots along the longest side of a picture that is kept."""

FORMATS = ("PNG", "JPEG", "WEBP")


class NotAPicture(ValueError):
    """The content is no picture of a kind we keep, a damaged one, or too large a one."""


def made_anew(content: bytes) -> Picture:
    """Return a picture upright, small and without anything beside it; raises ``NotAPicture``."""
    if len(content) > LARGEST:
        raise NotAPicture
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as given:
            if given.width * given.height > MOST_DOTS:
                raise NotAPicture
            given.draft("RGB", (SIDE, SIDE))  # a large JPEG is read in small from the start
            return _kept(ImageOps.exif_transpose(given))
    except Exception as error:  # what a damaged or hostile picture makes its reader do is anybody's guess
        raise NotAPicture from error


def _kept(picture: Image.Image) -> Picture:
    picture.thumbnail((SIDE, SIDE))
    file = BytesIO()
    if picture.has_transparency_data:
        _without_words(picture.convert("RGBA")).save(file, "PNG", optimize=True)
        return Picture("image/png", file.getvalue())
    _without_words(picture.convert("RGB")).save(file, "JPEG", quality=85)
    return Picture("image/jpeg", file.getvalue())


def _without_words(picture: Image.Image) -> Image.Image:
    """Return the dots alone, without comments, profiles and what else travels with them."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare
