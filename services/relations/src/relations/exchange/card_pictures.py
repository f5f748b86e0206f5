"""The picture of a vCard: read from inside the card, never fetched from the address it may name."""

import base64
import binascii

from relations.exchange.card_lines import Card
from relations.record.domain import Picture
from relations.record.picture import NotAPicture, made_anew

PICTURES = ("PHOTO", "LOGO")

LONGEST_HEAD = 100
"""Signs before the picture itself in a data URI, and within which the address of one elsewhere is known."""


def picture_of(card: Card) -> Picture | None:
    """Return the photo of a card, else its logo, made anew; None without any. Raises ``NotAPicture``."""
    values = (one.value for name in PICTURES for one in card.properties if one.name == name)
    given = next((inside for value in values if (inside := _inside(value))), "")
    try:
        content = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAPicture from error
    return made_anew(content) if content else None


def _inside(value: str) -> str:
    """Return the base64 text of a picture that is in the card itself."""
    head, found, text = value.partition("base64,")
    if found and len(head) < LONGEST_HEAD:
        value = text
    return "" if "://" in value[:LONGEST_HEAD] else "".join(value.split())


def lines_of(picture: Picture, *, version: str) -> str:
    """Return the property that holds a picture."""
    text = base64.b64encode(picture.content).decode()
    if version == "4.0":
        return f"PHOTO:data:{picture.media_type};base64,{text}"
    return f"PHOTO;ENCODING=b;TYPE={picture.media_type.partition('/')[2].upper()}:{text}"
