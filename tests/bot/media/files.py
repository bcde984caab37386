"""Small files of every type that we take, and of some that we do not, made here and now."""

import io
import zipfile
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

SECRET = b"Zhang-San-1st-floor"
"""What stands in every kind of metadata, to be looked for afterwards."""


def picture(kind: str, *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    """A picture, red on its left half and blue on its right."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    kept = io.BytesIO()
    made.convert(mode).save(kept, kind, **options)
    return kept.getvalue()


def exif(orientation: int = 1) -> bytes:
    """EXIF with a name and a place."""
    told = Image.Exif()
    told[Base.Artist], told[Base.Orientation] = SECRET.decode(), orientation
    told.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (39.0, 54.0, 31.0)})
    return told.tobytes()


def animation(frames: int = 3, size: tuple[int, int] = (20, 10)) -> bytes:
    """A GIF that moves, with a comment."""
    pictures = [Image.new("RGB", size, (number * 50 % 256, 0, 0)) for number in range(frames)]
    kept = io.BytesIO()
    pictures[0].save(kept, "GIF", save_all=True, append_images=pictures[1:], duration=70, loop=0, comment=SECRET)
    return kept.getvalue()


def document(*names: str) -> bytes:
    """A zip archive with these names in it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return kept.getvalue()


def office(main: str, *more: str) -> bytes:
    """An office document with this main part."""
    return document("[Content_Types].xml", "_rels/.rels", main, *more)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 10
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(32)
