"""Files come from WeChat into a file on disk: streamed, bounded, and never an error in their place."""

import json
from pathlib import Path

import pytest

from bot.receiving import Sink, TooLarge, Unwritable
from bot.wechat.client import WeChat
from bot.wechat.errors import Action, SendError
from tests.bot.wechat.platform import Fault, Platform, answers, errs, hangs_up, says

GET = "media/get"


@pytest.fixture
def sink(tmp_path: Path) -> Sink:
    """At most 300 KB."""
    return Sink(tmp_path / "file", 300_000)


async def test_a_file_is_written_as_it_is(platform: Platform, wechat: WeChat, sink: Sink) -> None:
    content = bytes(range(256)) * 1000
    platform.always[GET] = says(content, content_type="image/jpeg")
    await wechat.media.save("m", sink)
    assert sink.path.read_bytes() == content
    assert platform.last(GET).query == {"media_id": "m", "access_token": "T1"}


async def test_a_video_is_fetched_by_its_address(platform: Platform, wechat: WeChat, sink: Sink) -> None:
    platform.always[GET] = answers({"video_url": f"{platform.base}/video"})
    platform.always["video"] = says(b"film", content_type="video/mp4")
    await wechat.media.save("v", sink)
    assert sink.path.read_bytes() == b"film"
    assert platform.last("video").query == {}


async def test_what_is_too_large_is_not_written_to_its_end(platform: Platform, wechat: WeChat, sink: Sink) -> None:
    platform.always[GET] = says(bytes(300_001), content_type="video/mp4")
    with pytest.raises(TooLarge):
        await wechat.media.save("m", sink)
    assert platform.count(GET) == 1


@pytest.mark.parametrize("label", ["application/json", "text/plain", "image/jpeg", "application/octet-stream"])
async def test_an_errcode_is_one_however_it_is_labelled(
    label: str, platform: Platform, wechat: WeChat, sink: Sink
) -> None:
    platform.always[GET] = says(json.dumps({"errcode": 40007, "errmsg": "x"}).encode(), content_type=label)
    with pytest.raises(SendError) as caught:
        await wechat.media.save("m", sink)
    assert (caught.value.errcode, caught.value.action) == (40007, Action.PAYLOAD_BAD)
    assert not sink.path.exists()


@pytest.mark.parametrize(
    "fault",
    [
        says(b"<html>busy</html>"),
        says(b"", 502),
        hangs_up,
        errs(-1),
        answers([]),
        answers({"video_url": 7}),
        says(b"{" + bytes(200_000), content_type="image/jpeg"),
    ],
)
async def test_what_passes_is_tried_again_and_then_told(
    fault: Fault, platform: Platform, wechat: WeChat, sink: Sink
) -> None:
    platform.scripted[GET].append(fault)
    platform.always[GET] = says(b"\xff\xd8\xff picture", content_type="image/jpeg")
    try:
        await wechat.media.save("m", sink)
    except SendError as error:
        assert error.action is Action.RETRY
    else:
        assert sink.path.read_bytes() == b"\xff\xd8\xff picture"


async def test_a_refused_token_is_replaced_once(platform: Platform, wechat: WeChat, sink: Sink) -> None:
    platform.scripted[GET].append(errs(40001))
    platform.always[GET] = says(b"\xff\xd8\xff", content_type="image/jpeg")
    await wechat.media.save("m", sink)
    assert sink.path.read_bytes() == b"\xff\xd8\xff"


async def test_a_disk_that_does_not_take_it_is_not_taken_for_the_network(
    platform: Platform, wechat: WeChat, tmp_path: Path
) -> None:
    platform.always[GET] = says(b"\xff\xd8\xff", content_type="image/jpeg")
    with pytest.raises(Unwritable):
        await wechat.media.save("m", Sink(tmp_path / "no" / "folder", 100))
    assert platform.count(GET) == 1


async def test_a_video_whose_address_answers_json_is_no_video(platform: Platform, wechat: WeChat, sink: Sink) -> None:
    platform.always[GET] = answers({"video_url": f"{platform.base}/other"})
    platform.always["other"] = answers({"errcode": 0})
    with pytest.raises(SendError):
        await wechat.media.save("v", sink)
