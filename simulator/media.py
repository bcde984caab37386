"""Temporary media: what people send and what the account uploads, gone after three days."""

import itertools
import secrets
from dataclasses import dataclass

from simulator import limits

SIGNATURES: tuple[tuple[str, bytes, str], ...] = (
    ("image", b"\x89PNG\r\n\x1a\n", "image/png"),
    ("image", b"\xff\xd8\xff", "image/jpeg"),
    ("image", b"GIF8", "image/gif"),
    ("image", b"BM", "image/bmp"),
    ("voice", b"#!AMR", "audio/amr"),
    ("voice", b"ID3", "audio/mp3"),
    ("voice", b"\xff\xfb", "audio/mp3"),
    ("thumb", b"\xff\xd8\xff", "image/jpeg"),
)


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
