"""Pictures to test with, the sound and the hostile."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def drawn(size: tuple[int, int], kind: str, *, mode: str = "RGB", **more: Any) -> bytes:
    """Return a picture that is dark on its left half and light on its right."""
    picture = Image.new(mode, size)
    light = 255 if len(picture.getbands()) == 1 else (255,) * len(picture.getbands())
    picture.paste(light, (size[0] // 2, 0, *size))
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def bomb(side: int) -> bytes:
    """Return a PNG of some kilobytes that takes ``side`` x ``side`` dots of memory to open."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    dots = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in ((b"IHDR", head), (b"IDAT", dots), (b"IEND", b""))
    )
