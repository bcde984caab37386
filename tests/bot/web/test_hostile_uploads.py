"""What strangers' programs post to the upload page: every answer is a sentence, nothing is kept, nobody else waits."""

import asyncio
import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.web import upload
from bot.web.links import Place, UploadLinks
from storage.vocabulary import MediaKind
from tests.bot.media.expecting import DRAFT, kept, media_of
from tests.bot.media.files import PDF, office, picture
from tests.bot.web.test_upload import JSON, page, uploads
from tests.world import World

HEAD = 'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
FORM = "multipart/form-data; boundary=x"


def part(content: bytes = PDF, head: str = HEAD) -> bytes:
    return b"--x\r\n" + head.encode() + content + b"\r\n"


def nested(depth: int) -> bytes:
    """Forms in a form."""
    return b"".join(
        f"--{number or 'x'}\r\nContent-Type: multipart/mixed; boundary={number + 1}\r\n\r\n".encode()
        for number in range(depth)
    )


BODIES = {
    "nothing": (FORM, b""),
    "no boundary is named": ("multipart/form-data", part()),
    "another boundary": ("multipart/form-data; boundary=y", part()),
    "a boundary too long": (f"multipart/form-data; boundary={'x' * 100}", part()),
    "no type": ("", part()),
    "a type that is none": ("multipart/form-data; boundary", part()),
    "many headers": (FORM, part(head="A: b\r\n" * 1_000 + HEAD)),
    "a header that is none": (FORM, part(head="\x00\x01 no header\r\n\r\n")),
    "a long header": (FORM, part(head=f"A: {'b' * 20_000}\r\n\r\n")),
    "a charset": (FORM, part(b"x" * 100, 'Content-Disposition: form-data; name="_charset_"\r\n\r\n')),
    "a charset that is none": (
        FORM,
        part(b"\xff", 'Content-Disposition: form-data; name="_charset_"\r\n\r\n') + part(),
    ),
    "forms in a form": (FORM, nested(3_000)),
    "a length that is none": (FORM, part(head=f"Content-Length: x\r\n{HEAD}")),
    "a length below zero": (FORM, part(head=f"Content-Length: -5\r\n{HEAD}")),
    "a transfer encoding": (FORM, part(head=f"Content-Transfer-Encoding: zip\r\n{HEAD}")),
    "no name": (FORM, part(head='Content-Disposition: form-data; filename="a"\r\n\r\n') + b"--x--\r\n"),
    "no end": (FORM, part()),
}


async def test_forms_that_no_browser_sends_get_a_sentence(tmp_path: Path) -> None:
    """Never a crash; and nothing stays behind."""
    async with page(tmp_path) as (world, database, address):
        for name, (kind, body) in BODIES.items():
            headers = {**JSON, "Content-Type": kind}
            async with world.session.post(address, data=body, headers=headers) as response:
                assert response.status == 400, name
                assert (await response.json())["error"], name
        assert await media_of(world, database) == ()
        assert kept(world) == []


NAMES = (
    "../../../etc/passwd",
    "a\\..\\b",
    "%00.pdf",
    "CON",
    "x" * 5_000,
    "<script>.pdf",
    'a"; x="b',
    "名单.pdf",
    "\u202efdp",
)


async def test_names_of_files_mean_nothing(tmp_path: Path) -> None:
    """They are neither paths, nor headers, nor shown."""
    async with page(tmp_path) as (world, database, address):
        for name in NAMES:
            data = aiohttp.FormData()
            data.add_field("file", io.BytesIO(PDF), filename=name, content_type="text/html")
            async with world.session.post(address, data=data, headers=JSON) as response:
                shown = await response.text()
                assert response.status == 200, name
                assert "script" not in shown
        (one,) = await media_of(world, database)
        assert [path.name for path in kept(world)] == [one.sha256]


def _docm(name: str) -> bytes:
    return office("word/document.xml", name)


def _jpeg_and_zip() -> bytes:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("evil.html", "<script>")
    return picture("JPEG") + hidden.getvalue()


def _huge_png() -> bytes:
    """A small picture whose header says that it has 30,000 × 30,000 pixels."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 30_000, 30_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


async def test_what_hides_in_files(tmp_path: Path) -> None:
    """Macros under any spelling, drawings with scripts, pages called pictures, pictures that would fill the memory;
    an archive behind a picture is cut off.
    """
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    refused = (
        _docm("word/VBAPROJECT.BIN"),
        svg,
        b"<!doctype html><html></html>",
        _huge_png(),
        b"PK\x03\x04" + bytes(100),
    )
    async with page(tmp_path, "file") as (world, _, address):
        for content in refused:
            assert (await uploads(world, address, content))[0] == 415, content[:20]
        assert kept(world) == []
        assert (await uploads(world, address, _jpeg_and_zip()))[0] == 200
        (file,) = kept(world)
        assert b"evil.html" not in file.read_bytes()


async def test_a_packed_body_is_counted_as_it_comes_out(tmp_path: Path) -> None:
    """A form that unpacks to more than a file may have."""
    async with page(tmp_path, upload_mb=1) as (world, _, address):
        body = gzip.compress(part(PDF + bytes(30_000_000)) + b"--x--\r\n")
        headers = {**JSON, "Content-Type": FORM, "Content-Encoding": "gzip"}
        async with world.session.post(address, data=body, headers=headers) as response:
            assert response.status in {400, 413}
        assert kept(world) == []


async def test_two_pages_at_once_share_the_room(tmp_path: Path) -> None:
    """However many send at the same moment, a question gets no more files than it may have."""
    async with page(tmp_path, "image") as (world, database, address):
        pictures = [picture("PNG", size=(20 + number, 20)) for number in range(upload.MOST_FILES + 5)]
        for some in (pictures[:-8], pictures[-8:]):
            answers = await asyncio.gather(*(uploads(world, address, content) for content in some))
            assert {status for status, _ in answers} <= {200, 409, 503}
        assert len(await media_of(world, database)) <= upload.MOST_FILES


async def _open(world: World, address: str, body: bytes) -> asyncio.StreamWriter:
    where = urlsplit(address)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST {where.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\nContent-Type: {FORM}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return writer


async def test_slow_senders_take_only_their_own_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that send nothing more take as much room as one draft has, and are ended."""
    monkeypatch.setattr(upload, "SILENCE", 0.5)
    assert upload.AT_ONCE_EACH * 2 < upload.AT_ONCE
    async with page(tmp_path) as (world, _, address):
        slow = [await _open(world, address, part()[:-10]) for _ in range(upload.AT_ONCE + 4)]
        await asyncio.sleep(0.1)
        assert (await uploads(world, address, PDF))[0] == 503
        await asyncio.sleep(0.6)
        assert (await uploads(world, address, PDF))[0] == 200
        for writer in slow:
            writer.close()


async def test_a_link_for_a_question_that_is_no_more(tmp_path: Path) -> None:
    """Signed by us, but the form of the draft has no such question of that kind (any more)."""
    async with page(tmp_path) as (world, database, _):
        key = world.settings.upload_key
        links = UploadLinks(world.bot_url, key)
        contact = await database.contact_of("wang", world.clock())
        for ref, kind in (
            ("/data/gone", MediaKind.FILE),
            ("/data/image", MediaKind.FILE),
            ("/data/image[2]", MediaKind.FILE),
        ):
            address = links.make(Place(contact, DRAFT, ref, kind), world.clock())
            status, answer = await uploads(world, address, PDF)
            assert (status, "没有这一题" in str(answer["error"])) == (410, True), ref
        assert kept(world) == []
        other = links.make(Place(contact, "e" * 22, "/data/file", MediaKind.FILE), world.clock())
        assert (await uploads(world, other, PDF))[0] == 410


async def test_parts_without_end_are_not_read_for_ever(tmp_path: Path) -> None:
    """A form of a million little fields is left at some point."""
    async with page(tmp_path) as (world, _, address):
        field = part(b"1", 'Content-Disposition: form-data; name="a"\r\n\r\n')
        headers = {**JSON, "Content-Type": FORM}
        async with world.session.post(address, data=field * 5_000, headers=headers) as response:
            assert response.status == 400
