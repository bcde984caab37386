"""Small real files that people send when they choose none: a photo with its EXIF, a voice message, a video."""

import io
import math
import struct

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

WIDTH, HEIGHT = 480, 360
SIDEWAYS = 6
"""EXIF orientation of a phone that was held upright: the viewer turns the picture by 90 degrees."""
FRAME = b"\x3c" + bytes(31)
"""20 ms of AMR at 12.2 kbit/s, near enough to silence."""
VOICE = b"#!AMR\n" + FRAME * 100


def sample(kind: str, seed: int) -> bytes:
    """A file of this kind (image, voice, video, thumb); pictures and videos differ by `seed`."""
    if kind == "voice":
        return VOICE
    return _video(seed) if kind == "video" else photo(seed)


def photo(seed: int, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A JPEG of soft hills, as a phone leaves it: taken sideways, with camera, time and place in its EXIF."""
    sky, hill, field = ((seed * step) % 80 for step in (37, 53, 71))
    picture = Image.new("RGB", (width, height), (150 + sky, 190 + sky // 2, 235))
    draw = ImageDraw.Draw(picture)
    slope = [(x, height * (0.45 + 0.12 * math.sin(x / width * 6 + seed))) for x in range(0, width + 1, 8)]
    draw.polygon([*slope, (width, height), (0, height)], fill=(95 + hill // 2, 150 + hill // 3, 110))
    draw.rectangle((0, height * 0.78, width, height), fill=(190 + field // 2, 175 + field // 3, 120))
    draw.ellipse((width * 0.7, height * 0.1, width * 0.7 + 50, height * 0.1 + 50), fill=(250, 226, 150))
    kept = io.BytesIO()
    # Stored as the sensor sees it; the orientation below turns it upright again.
    picture.transpose(Image.Transpose.ROTATE_90).save(kept, "JPEG", quality=88, exif=_exif(seed), comment=b"simulator")
    return kept.getvalue()


def _exif(seed: int) -> Image.Exif:
    """Orientation, camera, owner, time, and a place near 天安门: what must not reach the records."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model], exif[Base.Artist] = "Simulator", f"Phone {seed}", "wang"
    exif[Base.Orientation], exif[Base.DateTime] = SIDEWAYS, "2026:11:20 09:30:00"
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (39.0, 54.0, 31.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (116.0, 23.0, 51.0),
        }
    )
    return exif


def _video(seed: int) -> bytes:
    """An MP4 of one second without tracks: type, movie header, and some bytes of media."""
    header = struct.pack(">4xIIIIIHxx8x", 0, 0, 1000, 1000, 0x10000, 0x100)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie = _box(b"mvhd", header + matrix + bytes(24) + struct.pack(">I", 2))
    kind = _box(b"ftyp", b"mp42" + struct.pack(">I", 0) + b"mp42isom")
    return kind + _box(b"moov", movie) + _box(b"mdat", bytes([seed % 256]) * 64)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content
