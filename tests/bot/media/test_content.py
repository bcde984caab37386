"""The type of a file comes from its content alone."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.media.content import recognise
from storage.vocabulary import MediaKind
from tests.bot.media.files import AMR, MP4, PDF, animation, document, office, picture

TAKEN = {
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/gif": animation(),
    "image/webp": picture("WEBP"),
    "audio/amr": AMR,
    "audio/mpeg": b"ID3\x04" + bytes(40),
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20),
    "audio/ogg": b"OggS" + bytes(24) + b"Speex   1.2" + bytes(20),
    "audio/mp4": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + bytes(16),
    "video/mp4": MP4,
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00" + bytes(16),
    "application/pdf": PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office("word/document.xml"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office("xl/workbook.xml"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": office("ppt/presentation.xml"),
}
NOT_TAKEN = {
    "nothing": b"",
    "a page": b"<!doctype html><html><script>alert(1)</script></html>",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a program": b"MZ\x90\x00" + bytes(60),
    "an ELF program": b"\x7fELF" + bytes(60),
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "an HEIC picture": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "an archive": document("a.txt"),
    "a document with macros": office("word/document.xml", "word/vbaProject.bin"),
    "an app": document("AndroidManifest.xml", "classes.dex", "META-INF/MANIFEST.MF"),
    "half an archive": office("word/document.xml")[:60],
    "an old document": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(60),
    "a WebP without its container": b"XXXX\x00\x00\x00\x00WEBP" + bytes(40),
    "errcode": b'{"errcode":40007,"errmsg":"invalid media_id"}',
}


@pytest.mark.parametrize("mime", TAKEN)
def test_what_is_taken(mime: str, tmp_path: Path) -> None:
    """Whatever the file is called."""
    file = tmp_path / "x.exe"
    file.write_bytes(TAKEN[mime])
    found = recognise(file)
    assert found is not None
    assert found.mime == mime
    half = mime.partition("/")[0]
    assert found.kind is (MediaKind.FILE if half == "application" else MediaKind(half))


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_not_taken(name: str, tmp_path: Path) -> None:
    """Whatever the file is called."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(NOT_TAKEN[name])
    assert recognise(file) is None


def test_a_huge_table_of_contents_is_not_read(tmp_path: Path) -> None:
    """An archive of a million entries costs nothing."""
    whole = bytearray(office("word/document.xml"))
    at = whole.rfind(b"PK\x05\x06")
    whole[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    file = tmp_path / "bomb.docx"
    file.write_bytes(whole)
    assert recognise(file) is None


@settings(max_examples=60, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*TAKEN.values(), b"PK\x03\x04"]), st.binary(max_size=60), st.integers(0, 200))
def test_damaged_files_are_no_accident(tmp_path: Path, content: bytes, more: bytes, cut: int) -> None:
    """Cut, with rubbish behind or in front: an answer, never an exception."""
    file = tmp_path / "damaged"
    for damaged in (content[:cut] + more, more + content, content[:cut] + more + content[cut:]):
        file.write_bytes(damaged)
        recognise(file)
