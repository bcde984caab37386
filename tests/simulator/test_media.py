"""What people send besides words: real files, several at once, and what can go wrong when they are fetched."""

import base64
import io
from typing import Any

import aiohttp
import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from simulator.samples import HEIGHT, WIDTH, photo, sample
from tests.simulator.world import Heard, World, echo, world


async def fetch(here: World, media_id: str) -> tuple[int, str, bytes]:
    """media/get with a good token: status, content type, body."""
    await here.calls("menu/get")
    url = f"{here.url}/cgi-bin/media/get?access_token={here.token}&media_id={media_id}"
    async with here.session.get(url) as response:
        return response.status, response.content_type, await response.read()


def silent(heard: Heard) -> bytes:
    """A bot with nothing to say."""
    return b"success"


def test_a_photo_is_as_a_phone_leaves_it() -> None:
    """Sideways, with camera and place; two photos differ."""
    with Image.open(io.BytesIO(photo(1))) as picture:
        exif = picture.getexif()
        assert (picture.format, picture.size) == ("JPEG", (HEIGHT, WIDTH))
        assert exif[Base.Orientation] == 6
        assert exif.get_ifd(IFD.GPSInfo)
    assert photo(1) == photo(1) != photo(2)
    assert sample("video", 1)[4:8] == b"ftyp"
    assert sample("voice", 1).startswith(b"#!AMR\n")


@pytest.mark.parametrize(("kind", "content_type"), [("image", "image/jpeg"), ("voice", "audio/amr")])
async def test_what_was_sent_is_fetched_for_three_days(kind: str, content_type: str) -> None:
    """The very bytes; afterwards 40007; with a bad token an errcode, as JSON."""
    async with world(silent) as here:
        content = sample(kind, 5)
        await here.does("wang", "sends", type=kind, content_base64=base64.b64encode(content).decode())
        media_id = here.bot.heard[0].fields["MediaId"]
        assert await fetch(here, media_id) == (200, content_type, content)
        async with here.session.get(f"{here.url}/cgi-bin/media/get?access_token=bad&media_id={media_id}") as response:
            assert (await response.json(content_type=None))["errcode"] == 40001
        here.clock.moves(3 * 86400)
        assert b"40007" in (await fetch(here, media_id))[2]


async def test_a_video_is_fetched_by_its_address() -> None:
    """media/get answers JSON with an address that wants no token."""
    async with world(silent) as here:
        await here.does("wang", "sends", type="video")
        answer = await here.calls("media/get", media_id=here.bot.heard[0].fields["MediaId"])
        async with here.session.get(answer["video_url"]) as response:
            assert (response.content_type, (await response.read())[4:8]) == ("video/mp4", b"ftyp")


async def test_nine_pictures_are_nine_callbacks_at_once() -> None:
    """Each with its own message and medium; the answers come back together."""
    async with world(lambda heard: heard.text(heard.fields["MsgId"])) as here:
        told = await here.does("wang", "sends", type="image", count=9)
        assert told["requests"] == 9
        assert len({reply["content"] for reply in told["replies"]}) == 9
        assert len({heard.fields["MediaId"] for heard in here.bot.heard}) == 9


async def test_several_chosen_files_are_sent_as_they_are() -> None:
    """`items` carry their own contents, beside the fields that they share."""
    async with world(silent) as here:
        contents = [photo(1), photo(2)]
        items = [{"content_base64": base64.b64encode(content).decode()} for content in contents]
        await here.does("wang", "sends", type="image", items=items)
        fetched = {(await fetch(here, heard.fields["MediaId"]))[2] for heard in here.bot.heard}
        assert fetched == set(contents)


@pytest.mark.parametrize(
    "asked",
    [
        {"count": 10},
        {"count": "9"},
        {"count": 0},
        {"items": []},
        {"items": "x"},
        {"items": [1]},
        {"items": [{}] * 10},
        {"items": [{"content_base64": "%"}]},
    ],
)
async def test_nonsense_is_refused(asked: dict[str, Any]) -> None:
    """More than nine, or no list."""
    async with world(echo) as here:
        assert "error" in await here.does("wang", "sends", type="image", **asked)
        assert here.bot.heard == []


async def test_a_page_of_a_proxy_instead_of_a_file() -> None:
    """Status 200, HTML; once."""
    async with world(silent) as here:
        await here.does("wang", "sends", type="image")
        media_id = here.bot.heard[0].fields["MediaId"]
        await here.post("/sim/faults", {"api": "media/get", "body": "<html>busy</html>"})
        assert await fetch(here, media_id) == (200, "text/html", b"<html>busy</html>")
        assert (await fetch(here, media_id))[1] == "image/jpeg"


async def test_a_connection_that_breaks_within_a_file() -> None:
    """The headers promise more than comes; once."""
    async with world(silent) as here:
        await here.does("wang", "sends", type="image")
        media_id = here.bot.heard[0].fields["MediaId"]
        await here.post("/sim/faults", {"api": "media/get", "cut": 100})
        with pytest.raises(aiohttp.ClientPayloadError):
            await fetch(here, media_id)
        assert (await fetch(here, media_id))[1] == "image/jpeg"
