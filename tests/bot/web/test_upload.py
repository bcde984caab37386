"""The upload page: files of the right kind for an open draft, and a friendly page for everything else."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.web.upload import MOST_FILES
from storage.database import Database
from storage.vocabulary import MediaState
from tests.bot.media.expecting import expecting, kept, media_of, ref_of
from tests.bot.media.files import AMR, MP4, PDF, SECRET, document, exif, office, picture
from tests.world import World

JSON = {"Accept": "application/json"}
DOCX = office("word/document.xml")


@asynccontextmanager
async def page(folder: Path, kind: str = "file", **changed: object) -> AsyncIterator[tuple[World, Database, str]]:
    """A world, its records, and the address of a page that the chat gave to wang."""
    async with expecting(folder, **changed) as (world, database):
        address = await world.user("wang").says(f"链接 {kind}")
        assert address.startswith(f"{world.bot_url}/upload/")
        yield world, database, address


def form(*files: bytes, name: str = "file") -> aiohttp.FormData:
    """What a browser posts."""
    data = aiohttp.FormData()
    for number, content in enumerate(files):
        data.add_field(
            name, io.BytesIO(content), filename=f"../../{number}.exe", content_type="application/octet-stream"
        )
    return data


async def uploads(world: World, address: str, *files: bytes) -> tuple[int, dict[str, object]]:
    """Post as the page's script does: status and answer."""
    async with world.session.post(address, data=form(*files), headers=JSON) as response:
        return response.status, await response.json()


async def test_the_page_says_what_may_be_uploaded(tmp_path: Path) -> None:
    """In Chinese, for a phone, with headers that let nothing in and nothing out."""
    async with page(tmp_path, upload_mb=7) as (world, _, address):
        async with world.session.get(address) as response:
            words, headers = await response.text(), response.headers
        for fragment in (
            "上传文件",
            "综合观察表",
            "PDF、Word",
            "7 MB",
            "涉密内容请勿上传",
            'name="viewport"',
            "还没有",
        ):
            assert fragment in words or fragment == "还没有"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "<script>" not in words
        assert " style=" not in words
        for asset, kind in (("upload.css", "text/css"), ("upload.js", "text/javascript")):
            async with world.session.get(f"{world.bot_url}/upload/static/{asset}") as response:
                assert (response.status, response.content_type) == (200, kind)
        for wrong in ("app.py", "..%2Fpages.py", "%2e%2e%2fupload.py"):
            assert (await world.get(f"/upload/static/{wrong}")).status == 404


@pytest.mark.parametrize(
    ("kind", "content"),
    [("file", PDF), ("file", DOCX), ("file", AMR), ("image", picture("PNG")), ("audio", AMR), ("video", MP4)],
)
async def test_a_file_is_kept_for_its_question(kind: str, content: bytes, tmp_path: Path) -> None:
    """As a stored medium of the draft; the answer lists it."""
    async with page(tmp_path, kind) as (world, database, address):
        status, answer = await uploads(world, address, content)
        assert status == 200
        assert len(answer["files"]) == 1  # type: ignore[arg-type]  # JSON
        (one,) = await media_of(world, database)
        assert (one.ref, one.kind, one.state) == (ref_of(kind), kind, MediaState.STORED)
        assert [path.name for path in kept(world)] == [one.sha256]
        async with world.session.get(address) as response:
            assert "已收到" in (words := await response.text())
            assert 'data-testid="count">1<' in words


async def test_pictures_lose_their_metadata_here_too(tmp_path: Path) -> None:
    """Whatever way they come."""
    async with page(tmp_path, "image") as (world, _, address):
        assert (await uploads(world, address, picture("JPEG", exif=exif())))[0] == 200
        (file,) = kept(world)
        assert SECRET not in file.read_bytes()


async def test_without_a_script_a_form_does(tmp_path: Path) -> None:
    """Several files at once; then the page again, so that a reload posts nothing."""
    async with page(tmp_path) as (world, database, address):
        async with world.session.post(address, data=form(PDF, DOCX)) as response:
            assert response.status == 200
            assert [step.status for step in response.history] == [303]
            assert 'data-testid="count">2<' in await response.text()
        assert len(await media_of(world, database)) == 2
        async with world.session.post(address, data=form(b"MZ")) as response:
            assert response.status == 415
            assert "格式收不了" in await response.text()


async def test_the_same_file_twice_is_one(tmp_path: Path) -> None:
    """A phone that tries again after the answer was lost."""
    async with page(tmp_path) as (world, database, address):
        for _ in range(2):
            assert (await uploads(world, address, PDF))[0] == 200
        assert len(await media_of(world, database)) == 1


@pytest.mark.parametrize(
    ("kind", "content", "status", "words"),
    [
        ("file", b"<html><script>alert(1)</script></html>", 415, "格式"),
        ("file", document("a.txt"), 415, "格式"),
        ("file", office("word/document.xml", "word/vbaProject.bin"), 415, "带宏"),
        ("image", PDF, 415, "JPG"),
        ("image", picture("JPEG")[:200], 415, "损坏"),
        ("file", b"", 415, "空的"),
        ("file", PDF + bytes(1024 * 1024), 413, "1 MB"),
    ],
)
async def test_what_is_not_taken_leaves_nothing(
    kind: str, content: bytes, status: int, words: str, tmp_path: Path
) -> None:
    """Neither a file nor a row, and a sentence that says what to do."""
    async with page(tmp_path, kind, upload_mb=1) as (world, database, address):
        got, answer = await uploads(world, address, content)
        assert got == status
        assert words in str(answer["error"])
        assert await media_of(world, database) == ()
        assert kept(world) == []


async def test_a_form_without_a_file(tmp_path: Path) -> None:
    """Nothing chosen, another field, no form at all, a form that is cut off."""
    async with page(tmp_path) as (world, _, address):
        for data in (form(), form(PDF, name="other"), b"%PDF-", {"file": "text"}):
            async with world.session.post(address, data=data, headers=JSON) as response:
                assert response.status == 400
        headers = {**JSON, "Content-Type": "multipart/form-data; boundary=x"}
        cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-1'
        async with world.session.post(address, data=cut, headers=headers) as response:
            assert response.status == 400
        assert kept(world) == []


async def test_there_is_room_for_so_many(tmp_path: Path) -> None:
    """One more is refused."""
    async with page(tmp_path, "image") as (world, database, address):
        for number in range(MOST_FILES):
            assert (await uploads(world, address, picture("PNG", size=(20 + number, 20))))[0] == 200
        status, answer = await uploads(world, address, picture("PNG", size=(99, 20)))
        assert (status, str(MOST_FILES) in str(answer["error"])) == (409, True)
        assert len(await media_of(world, database)) == MOST_FILES


async def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    """Made up, past its day, of a draft that was given up: a page with a sentence, whatever is posted."""
    async with page(tmp_path) as (world, _, address):
        for path in ("/upload/x", "/upload/" + "x" * 3000, "/upload/%00", address[len(world.bot_url) :] + "x"):
            response = await world.get(path)
            assert response.status == 404
            assert "回到微信对话" in await response.text()
        world.clock.forward(hours=24, seconds=1)
        assert (await uploads(world, address, PDF))[0] == 410
        async with world.session.get(address) as response:
            assert response.status == 410
            assert "24 小时" in await response.text()
        again = await world.user("wang").says("链接 file")
        assert (await uploads(world, again, PDF))[0] == 200
        await world.user("wang").says("弃表")
        status, answer = await uploads(world, again, DOCX)
        assert (status, "不能再添加" in str(answer["error"])) == (410, True)


async def test_without_an_address_there_is_no_link(tmp_path: Path) -> None:
    """And handlers can tell."""
    async with expecting(tmp_path, web_base="") as (world, _):
        assert await world.user("wang").says("链接 file") == "没有设置上传页"


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """A phone that loses its connection."""
    async with page(tmp_path) as (world, database, address):
        where = urlsplit(address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        head = (
            f"POST {where.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-1.7'
        )
        writer.write(head.encode() + bytes(100_000))
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        writer.transport.abort()
        for _ in range(50):
            if not kept(world):
                break
            await asyncio.sleep(0.05)
        assert kept(world) == []
        assert await media_of(world, database) == ()
        assert (await world.get("/healthz")).status == 200
        del reader


async def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, and again as soon as there is room."""
    async with page(tmp_path) as (world, _, address):

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("bot.media.shelf.Shelf.keep", full)
        assert (await uploads(world, address, PDF))[0] == 503
        monkeypatch.undo()
        assert (await uploads(world, address, PDF))[0] == 200


async def test_the_token_is_in_no_metric(tmp_path: Path) -> None:
    """The path is counted as /upload."""
    async with page(tmp_path) as (world, _, address):
        await world.session.get(address)
        metrics = await (await world.session.get(world.bot_url + "/metrics")).text()
        assert 'path="/upload"' in metrics
        assert address.rpartition("/")[2] not in metrics
