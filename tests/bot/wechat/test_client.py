"""The client against a real HTTP server: what is sent, what is tried again and what never is."""

import asyncio
import json
import logging

import pytest

from bot.wechat.client import API_BASE, PAGES_BASE, WeChat
from bot.wechat.errors import Action, Scope, SendError
from bot.wechat.limits import CALL_ATTEMPTS, DOWNLOAD_BYTES
from bot.wechat.transport import Upload
from storage.conversations.contract import Shared
from tests.bot.wechat.account import APPID, OPENID
from tests.bot.wechat.conftest import calling
from tests.bot.wechat.platform import SECRET, Fault, Platform, answers, errs, hangs_up, says, stalls
from tests.bot.wechat.test_errors import CODES

CUSTOM, TEMPLATE = "message/custom/send", "message/template/send"
MENU = {"button": [{"type": "click", "name": "我的任务", "key": "我的任务"}]}

UNCLEAR: dict[str, Fault] = {
    "502": says(b"bad gateway", 502),
    "500": says(b"", 500),
    "no JSON": says(b"<html>"),
    "endless JSON": says(b"[" * 200_000),
    "no number": says(b'{"errcode":"x"}'),
    "hangs up": hangs_up,
    "stalls": stalls,
}
PASSING: dict[str, Fault] = {"busy": errs(-1), "too often": errs(45011), **UNCLEAR}


async def send(wechat: WeChat) -> SendError:
    """Send a text that fails."""
    with pytest.raises(SendError) as caught:
        await wechat.message.send_text(OPENID, "您好")
    return caught.value


async def test_a_method_of_wechatpy_is_awaited(platform: Platform, wechat: WeChat) -> None:
    assert (await wechat.message.send_text(OPENID, "您好 👋"))["errcode"] == 0
    call = platform.last(CUSTOM)
    assert (call.method, call.query) == ("POST", {"access_token": "T1"})
    assert "您好 👋".encode() in call.body
    assert json.loads(call.body)["touser"] == OPENID


async def test_the_token_is_asked_for_as_documented_and_once(platform: Platform, wechat: WeChat) -> None:
    for _ in range(3):
        await wechat.user.get(OPENID)
    assert await wechat.token() == "T1"
    assert platform.count("stable_token") == 1
    asked = json.loads(platform.last("stable_token").body)
    assert asked == {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}


async def test_a_result_processor_and_another_base_of_wechatpy_work(platform: Platform, wechat: WeChat) -> None:
    platform.always["template/api_add_template"] = answers({"errcode": 0, "template_id": "TM1"})
    assert await wechat.template.add("TM00015") == "TM1"
    platform.always["card/invoice/setbizattr"] = answers({"paymch_info": {"mchid": "1"}})
    assert (await wechat.invoice.get_pay_mch())["paymch_info"] == {"mchid": "1"}


async def test_a_template_carries_its_client_msg_id(platform: Platform, wechat: WeChat) -> None:
    answer = await wechat.message.send_template(
        OPENID, "TM1", {"thing1": {"value": "综合观察表"}}, url="https://example.com", client_msg_id="d-1"
    )
    assert answer["msgid"] == 7
    assert json.loads(platform.last(TEMPLATE).body) == {
        "touser": OPENID,
        "template_id": "TM1",
        "url": "https://example.com",
        "client_msg_id": "d-1",
        "data": {"thing1": {"value": "综合观察表"}},
    }


async def test_half_an_emoji_in_a_payload_is_no_crash(platform: Platform, wechat: WeChat) -> None:
    await wechat.post("raw", data="a\ud83db")
    assert platform.last("raw").body == b"a?b"
    await wechat.message.send_text(OPENID, "a\ud83db")
    assert json.loads(platform.last(CUSTOM).body)["text"]["content"] == "a?b"


@pytest.mark.parametrize(
    ("errcode", "action", "scope", "retryable"), [row for row in CODES if row[1] is not Action.REFRESH_TOKEN]
)
async def test_every_code_reaches_the_sender_after_one_sending(
    platform: Platform, wechat: WeChat, errcode: int, action: Action, scope: Scope, retryable: bool
) -> None:
    platform.always[CUSTOM] = errs(errcode)
    error = await send(wechat)
    assert (error.errcode, error.action, error.scope, error.retryable) == (errcode, action, scope, retryable)
    assert not error.ambiguous
    assert platform.count(CUSTOM) == 1


async def test_an_unlisted_code_reaches_the_sender(platform: Platform, wechat: WeChat) -> None:
    platform.always[CUSTOM] = answers({"errcode": "45157", "errmsg": "a string, as some APIs answer"})
    error = await send(wechat)
    assert (error.errcode, error.action) == (45157, Action.PAYLOAD_BAD)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_an_idempotent_call_is_tried_a_bounded_number_of_times(
    platform: Platform, wechat: WeChat, fault: Fault
) -> None:
    platform.always["menu/create"] = fault
    with pytest.raises(SendError) as caught:
        await wechat.menu.create(MENU)
    assert (caught.value.action, caught.value.ambiguous) == (Action.RETRY, False)
    assert platform.count("menu/create") == CALL_ATTEMPTS
    assert platform.count("stable_token") == 1


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_an_idempotent_call_recovers(platform: Platform, wechat: WeChat, fault: Fault) -> None:
    platform.scripted["user/info"].append(fault)
    platform.always["user/info"] = answers({"openid": OPENID})
    assert (await wechat.user.get(OPENID))["openid"] == OPENID


@pytest.mark.parametrize("errcode", [40003, 45009, 48001])
async def test_an_idempotent_call_is_not_tried_again_when_that_cannot_help(
    platform: Platform, wechat: WeChat, errcode: int
) -> None:
    platform.always["user/info"] = errs(errcode)
    with pytest.raises(SendError):
        await wechat.user.get(OPENID)
    assert platform.count("user/info") == 1


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR)
async def test_a_sending_without_a_clear_answer_is_ambiguous_and_not_repeated(
    platform: Platform, wechat: WeChat, fault: Fault
) -> None:
    platform.always[CUSTOM] = fault
    error = await send(wechat)
    assert (error.ambiguous, error.errcode, error.action, error.retryable) == (True, None, Action.RETRY, True)
    assert platform.count(CUSTOM) == 1


async def test_a_server_that_is_not_there_was_certainly_not_reached(shared: Shared) -> None:
    platform = Platform()
    async with platform:
        pass
    await shared.put(f"wechat:token:{APPID}", "T1", 60)
    async with calling(platform, shared, timeout=0.5) as wechat:
        error = await send(wechat)
    assert (error.ambiguous, error.retryable, error.scope) == (False, True, Scope.CALL)


@pytest.mark.parametrize("status", [302, 404, 413])
async def test_a_wrong_address_stops_the_channel_and_takes_the_token_nowhere(
    platform: Platform, wechat: WeChat, status: int
) -> None:
    platform.always[CUSTOM] = says(b"", status, headers={"Location": f"{platform.base}/elsewhere"})
    error = await send(wechat)
    assert (error.action, error.http_status, error.ambiguous) == (Action.CHANNEL_DOWN, status, False)
    assert platform.count("elsewhere") == 0


async def test_the_timeout_bounds_every_request_of_a_call(platform: Platform, shared: Shared) -> None:
    platform.always["stable_token"] = stalls
    async with calling(platform, shared, timeout=0.2) as wechat:
        started = asyncio.get_running_loop().time()
        error = await send(wechat)
        took = asyncio.get_running_loop().time() - started
    assert (error.ambiguous, error.retryable) == (False, True)
    assert took < 2
    assert (platform.count("stable_token"), platform.count(CUSTOM)) == (2, 0)


async def test_an_error_or_a_log_never_shows_token_secret_or_openid(
    platform: Platform, wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    platform.token = "TOKEN-IN-USE"
    platform.always[CUSTOM] = says(b"", 500)
    shown = [str(await send(wechat)), repr(wechat), caplog.text]
    platform.always[CUSTOM] = hangs_up
    error = await send(wechat)
    shown += [str(error), repr(error.__cause__)]
    assert error.__suppress_context__
    assert not any(word in text for text in shown for word in ("TOKEN-IN-USE", SECRET, OPENID))


async def test_the_menu_is_read_and_its_absence_is_no_error(platform: Platform, wechat: WeChat) -> None:
    platform.scripted["menu/get"].append(answers({"menu": MENU}))
    assert await wechat.menu.get() == {"menu": MENU}
    platform.scripted["menu/get"].append(errs(46003))
    assert await wechat.menu.get() is None
    platform.scripted["menu/get"].append(errs(48001))
    with pytest.raises(SendError):
        await wechat.menu.get()


async def test_media_are_downloaded_as_they_are(platform: Platform, wechat: WeChat) -> None:
    platform.always["media/get"] = says(
        b"\xff\xd8", content_type="image/jpeg", headers={"Content-disposition": 'attachment; filename="m.jpg"'}
    )
    picture = await wechat.media.download("m")
    assert (picture.content, picture.content_type, picture.filename) == (b"\xff\xd8", "image/jpeg", "m.jpg")
    assert platform.last("media/get").query == {"media_id": "m", "access_token": "T1"}


async def test_media_errors_and_videos_come_as_json(platform: Platform, wechat: WeChat) -> None:
    platform.scripted["media/get"].append(errs(40007))
    with pytest.raises(SendError) as caught:
        await wechat.media.download("m")
    assert caught.value.action is Action.PAYLOAD_BAD
    platform.scripted["media/get"].append(answers({"video_url": f"{platform.base}/video"}))
    platform.always["video"] = says(b"film", content_type="video/mp4")
    assert (await wechat.media.download("v")).content == b"film"
    assert platform.last("video").query == {}
    for strange in ({}, {"video_url": "not an address"}, {"video_url": 1}):
        platform.scripted["media/get"].append(answers(strange))
        with pytest.raises(SendError):
            await wechat.media.download("v")


async def test_a_download_is_bounded(platform: Platform, wechat: WeChat) -> None:
    platform.always["media/get"] = says(bytes(DOWNLOAD_BYTES + 1), content_type="video/mp4")
    with pytest.raises(SendError, match="too large"):
        await wechat.media.download("m")


async def test_media_are_uploaded_again_whole_after_a_refused_token(
    platform: Platform, wechat: WeChat, shared: Shared
) -> None:
    await shared.put(f"wechat:token:{APPID}", "stale", 60)
    platform.scripted["media/upload"].append(errs(40014))
    platform.scripted["media/upload"].append(answers({"type": "image", "media_id": "M"}))
    answer = await wechat.media.upload("image", Upload("现场.png", b"\x89PNG", "image/png"))
    assert answer["media_id"] == "M"
    first, second = (call for call in platform.calls if call.api == "media/upload")
    assert b"\x89PNG" in first.body
    assert b"\x89PNG" in second.body
    assert (second.query, second.content_type) == ({"type": "image", "access_token": "T1"}, "multipart/form-data")


async def test_the_picture_of_a_code_is_fetched_without_the_token(platform: Platform, wechat: WeChat) -> None:
    platform.always["showqrcode"] = says(b"png", content_type="image/png")
    assert (await wechat.qrcode.show({"ticket": "a b"})).content == b"png"
    assert platform.last("showqrcode").query == {"ticket": "a b"}
    assert (await wechat.qrcode.show("t")).content_type == "image/png"


async def test_the_token_goes_to_wechats_api_only(wechat: WeChat, platform: Platform) -> None:
    with pytest.raises(ValueError, match="API only"):
        await wechat.get("https://api.weixin.qq.com.evil.example/cgi-bin/x")
    assert platform.calls == []


def test_the_real_addresses_are_wechats(shared: Shared) -> None:
    wechat = WeChat(APPID, SECRET, shared)
    assert wechat.pages_base == PAGES_BASE == "https://mp.weixin.qq.com"
    assert API_BASE == "https://api.weixin.qq.com"


async def test_a_client_outside_its_with_says_so(shared: Shared) -> None:
    wechat = WeChat(APPID, SECRET, shared)
    with pytest.raises(RuntimeError, match="async with"):
        await wechat.fetch("http://127.0.0.1/")
    with pytest.raises(AttributeError, match="await"):
        _ = wechat.access_token
