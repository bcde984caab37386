"""Media come from WeChat behind the turns: once, whole, checked; whatever fails is tried again or told."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.app import Overrides, build
from bot.media.fetcher import LEASE
from simulator.samples import photo
from storage.database import Database
from storage.media_work import PendingMedia
from storage.vocabulary import MediaKind, MediaState, NoticeKind
from tests.bot.media.expecting import answer, expecting, kept, media_of, until
from tests.bot.media.files import PDF
from tests.world import World, listen

GET = "media/get"


def stored(media: Any) -> bool:
    """All are."""
    return all(one.state is MediaState.STORED for one in media)


def failed(media: Any) -> bool:
    """All are."""
    return all(one.state is MediaState.FAILED for one in media)


def base64_of(content: bytes) -> str:
    """As the simulator takes it."""
    return base64.b64encode(content).decode()


async def sends(world: World, kind: str = "image", **fields: object) -> None:
    """Wang sends something, and is answered."""
    assert "好" in await world.user("wang").sends(kind, **fields)


async def test_a_photo_is_fetched_at_once_and_tells_nothing_but_itself(tmp_path: Path) -> None:
    async with expecting(tmp_path) as (world, database):
        await sends(world, content_base64=base64_of(photo(3)))
        (one,) = await until(world, database, stored)
        (file,) = kept(world)
        assert (one.sha256, one.bytes, one.mime) == (file.name, file.stat().st_size, "image/jpeg")
        assert b"Simulator" not in file.read_bytes()
        with Image.open(file) as picture:
            assert picture.size[0] > picture.size[1]
            assert not picture.getexif()
        metrics = await (await world.session.get(world.bot_url + "/metrics")).text()
        assert 'qingfeng_media_fetched_total{kind="image"}' in metrics
        assert "qingfeng_media_waiting 0.0" in metrics


@pytest.mark.parametrize(
    ("kind", "mime"), [("voice", "audio/amr"), ("video", "video/mp4"), ("shortvideo", "video/mp4")]
)
async def test_voice_and_video_are_kept_as_they_are(kind: str, mime: str, tmp_path: Path) -> None:
    async with expecting(tmp_path) as (world, database):
        await sends(world, kind)
        (one,) = await until(world, database, stored)
        assert one.mime == mime
        assert len(kept(world)) == 1


async def test_nine_pictures_at_once_and_the_same_picture_twice(tmp_path: Path) -> None:
    """Nine callbacks, nine media; the tenth is one of them again and takes no room."""
    async with expecting(tmp_path) as (world, database):
        user = world.user("wang")
        await user.sends("image", count=9)
        media = await until(world, database, lambda media: len(media) == 9 and stored(media))
        assert len({one.id for one in media}) == 9
        distinct = {one.sha256 for one in media}
        assert {file.name for file in kept(world)} == distinct
        await sends(world, content_base64=base64_of(photo(4)))
        await sends(world, content_base64=base64_of(photo(4)))
        media = await until(world, database, lambda media: len(media) == 11 and stored(media))
        assert len(kept(world)) == len({one.sha256 for one in media}) <= 10


@pytest.mark.parametrize(
    "fault",
    [
        {"errcode": -1, "times": 3},
        {"status": 502, "times": 3},
        {"body": "<html>busy</html>", "times": 3},
        {"cut": 1000, "times": 3},
        {"errcode": 45011, "times": 3},
        {"errcode": 42001, "times": 2},
        {"errcode": 48001},
        {"errcode": 45009},
        {"errcode": 99999},
    ],
)
async def test_what_passes_is_tried_again(fault: dict[str, Any], tmp_path: Path) -> None:
    """After a pause, or when the quota or an operator may have mended it."""
    async with expecting(tmp_path, overrides={"poll": 0.05}) as (world, database):
        await world.faults(api=GET, **fault)
        await sends(world)
        await asyncio.sleep(0.1)
        for _ in range(100):
            if stored(media := await media_of(world, database)):
                break
            assert media[0].state is MediaState.PENDING
            world.clock.forward(minutes=31)
            await asyncio.sleep(0.1)
        assert stored(await media_of(world, database))
        assert len(kept(world)) == 1


@pytest.mark.parametrize(
    ("fault", "sent", "reason"),
    [
        ({"errcode": 40007}, {}, "保存期限"),
        ({}, {"content_base64": base64_of(b"<html>no picture</html>")}, "格式"),
        ({}, {"content_base64": base64_of(PDF)}, "格式"),
        ({}, {"content_base64": base64_of(photo(1)[:3000])}, "损坏"),
        ({}, {"content_base64": base64_of(photo(1) + bytes(300_000))}, "大小"),
    ],
)
async def test_what_cannot_be_is_told(fault: Any, sent: Any, reason: str, tmp_path: Path) -> None:
    """The row says why, nothing is kept, and the person gets a message."""
    async with expecting(tmp_path, image_mb=0.25) as (world, database):
        if fault:
            await world.faults(api=GET, **fault)
        await sends(world, **sent)
        (one,) = await until(world, database, failed)
        assert reason in one.reason
        assert kept(world) == []
        async with world.session.get(f"{world.platform_url}/sim/people/wang/inbox") as response:
            inbox = await response.json()
        for _ in range(100):
            if inbox[-1]["via"] == "customer-service":
                break
            await asyncio.sleep(0.05)
            async with world.session.get(f"{world.platform_url}/sim/people/wang/inbox") as response:
                inbox = await response.json()
        assert one.reason in inbox[-1]["content"]
        assert "重新发" in inbox[-1]["content"]


async def claimed(database: Database, world: World) -> tuple[PendingMedia, ...]:
    """What a worker would get now."""
    return await database.media.claim(now=world.clock(), lease=LEASE)


async def test_a_worker_that_dies_is_followed_by_another(tmp_path: Path) -> None:
    """Its lease runs out: nothing is lost, nothing is fetched twice meanwhile."""
    async with expecting(tmp_path, overrides={"poll": 0.05}) as (world, database):
        await world.faults(api=GET, latency=1.5)
        await sends(world)
        await asyncio.sleep(0.2)
        assert await claimed(database, world) == ()
        world.clock.forward(seconds=LEASE.total_seconds() - 1)
        assert await claimed(database, world) == ()
        world.clock.forward(seconds=1)
        (again,) = await claimed(database, world)
        assert (again.kind, again.attempts) == (MediaKind.IMAGE, 2)


async def test_a_stopped_worker_gives_back_what_it_had(tmp_path: Path) -> None:
    """The next start goes on at once."""
    async with expecting(tmp_path) as (world, database):
        await world.faults(api=GET, latency=1.5)
        await sends(world)
        await asyncio.sleep(0.2)
        await world.running.cleanup()
        async with world.session.delete(f"{world.platform_url}/sim/faults"):
            pass
        again = await listen(build(world.settings, Overrides(clock=world.clock, answer=answer)), world.settings.port)
        try:
            await until(world, database, stored)
        finally:
            await again.cleanup()
        assert [path for path in kept(world) if path.parent.name == "incoming"] == []


async def test_a_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, the bot stays ready, operators see it."""
    async with expecting(tmp_path, overrides={"poll": 0.05}) as (world, database):

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("bot.media.shelf.Shelf.keep", full)
        await sends(world)
        await asyncio.sleep(0.4)
        assert (await media_of(world, database))[0].state is MediaState.PENDING
        assert (await world.get("/readyz")).status == 200
        metrics = await (await world.session.get(world.bot_url + "/metrics")).text()
        assert 'qingfeng_media_retried_total{reason="disk"}' in metrics
        monkeypatch.undo()
        world.clock.forward(minutes=1)
        await until(world, database, stored)


async def test_what_wechat_has_no_more_is_given_up(tmp_path: Path) -> None:
    """An account that is refused for three days, and an error code that nobody knows."""
    async with expecting(tmp_path, overrides={"poll": 0.05}) as (world, database):
        await world.faults(api=GET, errcode=48001, times=1000)
        await sends(world)
        await asyncio.sleep(0.2)
        world.clock.forward(days=3, minutes=1)
        (one,) = await until(world, database, failed)
        assert "保存期限" in one.reason


async def test_an_unknown_errcode_is_not_tried_for_ever(tmp_path: Path) -> None:
    """Some times, in case that it passes."""
    async with expecting(tmp_path, overrides={"poll": 0.02}) as (world, database):
        await world.faults(api=GET, errcode=99999, times=1000)
        await sends(world)
        for _ in range(200):
            if failed(await media_of(world, database)):
                break
            world.clock.forward(minutes=5)
            await asyncio.sleep(0.05)
        assert failed(await media_of(world, database))


async def test_a_draft_that_was_given_up_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Its media are not fetched, or not kept, and nobody is told."""
    async with expecting(tmp_path) as (world, database):
        await world.faults(api=GET, latency=0.4)
        await sends(world)
        assert await world.user("wang").says("弃表") == "好"
        await asyncio.sleep(0.7)
        contact = await database.contact_of("wang", world.clock())
        told = await database.records(contact, now=world.clock()).notices()
        assert [one.kind for one in told if one.kind is NoticeKind.MEDIA_FAILED] == []
