"""Temporary media: what people send and what the account uploads, gone after three days."""

import itertools
import secrets
import struct
import zlib
from dataclasses import dataclass

from simulator import limits

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIGNATURES: tuple[tuple[str, bytes, str], ...] = (
    ("image", PNG_SIGNATURE, "image/png"),
    ("image", b"\xff\xd8\xff", "image/jpeg"),
    ("image", b"GIF8", "image/gif"),
    ("image", b"BM", "image/bmp"),
    ("voice", b"#!AMR", "audio/amr"),
    ("voice", b"ID3", "audio/mp3"),
    ("voice", b"\xff\xfb", "audio/mp3"),
    ("thumb", b"\xff\xd8\xff", "image/jpeg"),
)
VOICE = b"#!AMR\n" + bytes([0x3C]) + bytes(31)
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


@dataclass(frozen=True, slots=True)
class Media:
    """One stored medium. `created_at` is epoch seconds."""

    media_id: str
    kind: str
    content: bytes
    content_type: str
    created_at: int


class MediaShelf:
    """All media of the account."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self._number = itertools.count(1)

    def keep(self, kind: str, content: bytes, now: float) -> Media:
        """Store `content` and give it a media_id."""
        media_id = f"{kind}-{next(self._number)}-{secrets.token_urlsafe(36)}"
        media = Media(media_id, kind, content, content_type(kind, content) or fallback_type(kind), int(now))
        self._media[media_id] = media
        return media

    def get(self, media_id: str, now: float) -> Media | None:
        """The medium, or None when it never was or is past its three days."""
        media = self._media.get(media_id)
        return media if media and now < media.created_at + limits.MEDIA_SECONDS else None


def content_type(kind: str, content: bytes) -> str:
    """The content type by the first bytes, or "" when they are not of this kind."""
    if kind == "video":
        return "video/mp4" if content[4:8] == b"ftyp" else ""
    return next((name for of, signature, name in SIGNATURES if of == kind and content.startswith(signature)), "")


def fallback_type(kind: str) -> str:
    """The content type that a kind has when its bytes do not tell."""
    return {"image": "image/jpeg", "voice": "audio/amr", "thumb": "image/jpeg"}.get(kind, "video/mp4")


def sample(kind: str, seed: int) -> bytes:
    """A small real file of this kind, for a person who sends one without choosing it."""
    if kind == "image":
        return _picture(seed)
    return VOICE if kind == "voice" else VIDEO


def _picture(seed: int, width: int = 160, height: int = 120) -> bytes:
    """A PNG of soft hills whose colours depend on `seed`."""
    sky, hill, field = ((seed * step) % 80 for step in (37, 53, 71))
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            if y < height * 0.45 + abs((x * 3 + seed * 11) % 160 - 80) * 0.22:
                rows += bytes((150 + sky - y // 3, 190 + sky // 2 - y // 4, 235))
            elif y < height * 0.78:
                rows += bytes((95 + hill // 2, 150 + hill // 3, 110))
            else:
                rows += bytes((190 + field // 2, 175 + field // 3, 120))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        PNG_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
