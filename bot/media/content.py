"""What a file is, by its content: never by its name or by what its sender says."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from storage.vocabulary import MediaKind


@dataclass(frozen=True, slots=True)
class Content:
    """A type that we take: its name, and the kind of medium that it is."""

    mime: str
    kind: MediaKind


JPEG: Final = Content("image/jpeg", MediaKind.IMAGE)
PNG: Final = Content("image/png", MediaKind.IMAGE)
GIF: Final = Content("image/gif", MediaKind.IMAGE)
WEBP: Final = Content("image/webp", MediaKind.IMAGE)
AMR: Final = Content("audio/amr", MediaKind.AUDIO)
MP3: Final = Content("audio/mpeg", MediaKind.AUDIO)
WAV: Final = Content("audio/wav", MediaKind.AUDIO)
OGG: Final = Content("audio/ogg", MediaKind.AUDIO)
M4A: Final = Content("audio/mp4", MediaKind.AUDIO)
MP4: Final = Content("video/mp4", MediaKind.VIDEO)
QUICKTIME: Final = Content("video/quicktime", MediaKind.VIDEO)
PDF: Final = Content("application/pdf", MediaKind.FILE)
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX: Final = Content(f"{_OFFICE}.wordprocessingml.document", MediaKind.FILE)
XLSX: Final = Content(f"{_OFFICE}.spreadsheetml.sheet", MediaKind.FILE)
PPTX: Final = Content(f"{_OFFICE}.presentationml.presentation", MediaKind.FILE)

# Offset, bytes, type; the first that fits. Sources: the formats' own specifications, and
# https://www.iana.org/assignments/media-types for the names; RFC 4867 section 5 for AMR.
SIGNATURES: Final[tuple[tuple[int, bytes, Content], ...]] = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (8, b"WEBP", WEBP),
    (0, b"#!AMR\n", AMR),
    (0, b"#!AMR-WB\n", AMR),
    (0, b"ID3", MP3),
    (8, b"WAVE", WAV),
    (28, b"Speex   ", OGG),
    (28, b"OpusHead", OGG),
    (28, b"\x01vorbis", OGG),
    (0, b"%PDF-", PDF),
)
RIFF: Final = frozenset({WEBP, WAV})
_MP3_FRAMES: Final = frozenset({0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2})
"""Second byte of a frame of MPEG 1, 2 or 2.5, layer III."""
_BRANDS: Final[Mapping[bytes, Content]] = MappingProxyType(
    {
        **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV"), MP4),
        **dict.fromkeys((b"M4V ", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"dash"), MP4),
        **dict.fromkeys((b"M4A ", b"M4B "), M4A),
        b"qt  ": QUICKTIME,
    }
)
"""Major brands of an ISO base media file; HEIC pictures are of the same family and not taken."""
_DOCUMENTS: Final = ((b"word/document.xml", DOCX), (b"xl/workbook.xml", XLSX), (b"ppt/presentation.xml", PPTX))
_MACROS: Final = b"vbaproject.bin"
"""In small letters: names inside a document are the same whatever their case (ECMA-376, part 2, section 9.1.1)."""
_HEAD: Final = 64
_END_RECORD, _END_SIGNATURE = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_COMMENT: Final = 65_535
_DIRECTORY: Final = 1024 * 1024
"""Bytes of the largest table of contents that is looked at; an office document has some KB."""


def recognise(path: Path) -> Content | None:
    """The type of a file, None when it is none that we take. Reads at most about 1 MB. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"PK\x03\x04"):
            return _document(file)
    return _by_signature(head)


def _by_signature(head: bytes) -> Content | None:
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if len(head) > 1 and head[0] == 0xFF and head[1] in _MP3_FRAMES:  # noqa: PLR2004 - the format's own number
        return MP3
    for offset, signature, content in SIGNATURES:
        if head.startswith(signature, offset):
            container = b"RIFF" if content in RIFF else b"OggS" if content is OGG else b""
            return content if head.startswith(container) else None
    return None


def _document(file: BinaryIO) -> Content | None:
    """A document of Word, Excel or PowerPoint by the names in the archive, without unpacking anything; those with
    macros are not taken.
    """
    names = _directory(file)
    if b"[Content_Types].xml" not in names or _MACROS in names.lower():
        return None
    return next((content for name, content in _DOCUMENTS if name in names), None)


def _directory(file: BinaryIO) -> bytes:
    """The table of contents of a zip archive as it stands there, names in plain; empty when there is none."""
    size = file.seek(0, 2)
    tail_at = file.seek(max(0, size - _COMMENT - _END_RECORD.size))
    tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END_RECORD.size:
        return b""
    length, offset = _END_RECORD.unpack_from(tail, at)[5:7]
    if length > _DIRECTORY or offset + length > tail_at + at:
        return b""
    file.seek(offset)
    return file.read(length)
