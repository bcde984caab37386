"""The callback URL against whatever the internet sends: 4xx, counted, never a 5xx, never a trace."""

import asyncio
import hashlib
import io
import os
import random
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.app import observed
from bot.callback import query_of
from bot.telemetry import requests_of
from tests.world import SECRETS, World, open_world

TOKEN, APPID, AES_KEY = SECRETS["wechat_token"], SECRETS["wechat_appid"], SECRETS["wechat_aes_key"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def message(text: str = "你好", message_id: int = 1, kind: str = "text") -> str:
    """A message's XML."""
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>somebody</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>{kind}</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{message_id}</MsgId></xml>"
    )


def sealed(
    world: World, xml: str | bytes, *, appid: str = APPID, age: float = 0, nonce: str = ""
) -> tuple[dict[str, str], bytes]:
    """Query and body as WeChat sends them in safe mode; wechatpy encrypts."""
    timestamp = str(int(world.clock().timestamp() - age))
    nonce = nonce or f"{random.getrandbits(40)}"
    crypto = WeChatCrypto(TOKEN, AES_KEY, appid)
    body = crypto.encrypt_message(xml, nonce, timestamp)
    signature = body.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    query = {"timestamp": timestamp, "nonce": nonce, "encrypt_type": "aes", "msg_signature": signature}
    return query, body.encode()


async def post(world: World, query: Mapping[str, str], body: bytes | io.BytesIO) -> tuple[int, str]:
    """Status and text of the answer; AssertionError when it shows a trace."""
    async with world.session.post(f"{world.bot_url}/wechat", params=query, data=body) as response:
        text = await response.text()
    assert "Traceback" not in text
    assert response.status < 500, text
    return response.status, text


async def refusals(world: World, reason: str) -> float:
    """How many callbacks were refused for this reason so far."""
    async with world.session.get(f"{world.bot_url}/metrics") as response:
        for line in (await response.text()).splitlines():
            if line.startswith(f'qingfeng_callbacks_refused_total{{reason="{reason}"}}'):
                return float(line.rsplit(" ", 1)[1])
    return 0.0


async def test_the_url_check_echoes(world: World) -> None:
    """WeChat's GET gets its echo back; a wrong signature gets 403."""
    parts = {"timestamp": "1", "nonce": "2"}
    signature = hashlib.sha1("".join(sorted([TOKEN, "1", "2"])).encode(), usedforsecurity=False).hexdigest()
    for given_signature, status in ((signature, 200), ("0" * 40, 403), ("", 403), ("ü", 403)):
        query = {**parts, "signature": given_signature, "echostr": "<b>7</b>"}
        async with world.session.get(f"{world.bot_url}/wechat", params=query) as response:
            assert response.status == status
            if status == 200:
                assert await response.text() == "<b>7</b>"
                assert response.content_type == "text/plain"


async def test_a_genuine_message_is_answered(world: World) -> None:
    """The helper of this file makes callbacks that the bot takes."""
    status, text = await post(world, *sealed(world, message()))
    assert status == 200
    assert "<Encrypt>" in text


@pytest.mark.parametrize(
    ("reason", "status", "change"),
    [
        ("signature", 403, lambda query, body: ({**query, "msg_signature": "0" * 40}, body)),
        ("signature", 403, lambda query, body: ({**query, "nonce": "other"}, body)),
        ("plain", 403, lambda query, body: (query, message().encode())),
        ("malformed", 400, lambda query, body: (query, body[:-8])),
        ("malformed", 400, lambda query, body: (query, b"")),
        ("malformed", 400, lambda query, body: (query, os.urandom(500))),
        ("malformed", 400, lambda query, body: (query, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + body)),
        ("malformed", 400, lambda query, body: (query, b"<xml>" + b"<a/>" * 15000 + b"</xml>")),
        ("too_large", 413, lambda query, body: (query, io.BytesIO(body + b" " * 10_000_000))),
    ],
)
async def test_what_is_not_wechats_is_refused(reason: str, status: int, change: object, world: World) -> None:
    """Each with its own status and its own count."""
    assert callable(change)
    before = await refusals(world, reason)
    query, body = change(*sealed(world, message()))
    try:
        answered, _ = await post(world, query, body)
        assert answered == status
    except aiohttp.ClientConnectionError:
        assert reason == "too_large"  # the server may hang up before it was sent everything
    assert await refusals(world, reason) == before + 1


async def test_the_appid_and_the_age_are_checked(world: World) -> None:
    """Another account's message, and one that is older than ten minutes."""
    assert (await post(world, *sealed(world, message(), appid="wxother")))[0] == 403
    assert (await post(world, *sealed(world, message(), age=601)))[0] == 403
    assert (await post(world, *sealed(world, message(), age=-601)))[0] == 403
    assert (await post(world, *sealed(world, message(), age=599)))[0] == 200


async def test_a_nonce_counts_for_one_body(world: World) -> None:
    """The same body again is WeChat's repeat and gets the same reply; another body is refused."""
    query, body = sealed(world, message("菜单", 7), nonce="n1")
    first, _ = await post(world, query, body)
    again, _ = await post(world, query, body)
    assert (first, again) == (200, 200)
    other_query, other_body = sealed(world, message("菜单", 8), nonce="n1")
    assert (await post(world, other_query, other_body))[0] == 403


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<xml></xml>",
        message(kind=""),
        message().replace("<MsgId>1</MsgId>", ""),
        message().replace("<FromUserName>somebody</FromUserName>", ""),
        message().replace("<CreateTime>1</CreateTime>", "<CreateTime>soon</CreateTime>"),
        "<!DOCTYPE x [<!ENTITY a 'b'>]>" + message("&a;"),
        "<xml>" + "<a>" * 3000 + "</a>" * 3000 + "</xml>",
        b"<xml>\xff\xfe</xml>",
        "<xml>\x00</xml>",
    ],
)
async def test_a_signed_message_that_cannot_be_read_gets_400(xml: str | bytes, world: World) -> None:
    """Well signed and yet no message."""
    status, _ = await post(world, *sealed(world, xml))
    assert status == 400


@pytest.mark.parametrize("event", ["never_heard_of", "VIEW", "LOCATION", "unsubscribe", "TEMPLATESENDJOBFINISH"])
async def test_events_without_an_answer_get_success(event: str, world: World) -> None:
    """`success` in plain text, as WeChat wants it."""
    xml = (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>somebody</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>event</MsgType><Event>{event}</Event><EventKey>x</EventKey><Latitude>23.1</Latitude><Longitude>113.3</Longitude><Status>success</Status>"
        "<MsgID>200163836</MsgID></xml>"
    )
    assert await post(world, *sealed(world, xml)) == (200, "success")


async def test_unknown_events_are_counted(world: World) -> None:
    """What WeChat invents next shows in the metrics."""
    async with world.session.get(f"{world.bot_url}/metrics") as response:
        before = value_of(await response.text(), "qingfeng_unknown_events_total")
    for event, second in (("never_heard_of", 5), ("VIEW", 6)):
        await post(
            world,
            *sealed(
                world,
                f"<xml><ToUserName>gh_1</ToUserName><FromUserName>somebody</FromUserName><CreateTime>{second}</CreateTime>"
                f"<MsgType>event</MsgType><Event>{event}</Event></xml>",
            ),
        )
    async with world.session.get(f"{world.bot_url}/metrics") as response:
        assert value_of(await response.text(), "qingfeng_unknown_events_total") == before + 1


def value_of(exposition: str, metric: str) -> float:
    """The value of a metric without labels."""
    return next(float(line.split(" ")[1]) for line in exposition.splitlines() if line.startswith(f"{metric} "))


HOSTILE = (
    "]]></Content><MsgType>image</MsgType>",
    "<a href='https://evil.example'>点我</a>",
    "\U0001f469\u200d\U0001f4bb" * 50,
)


async def test_hostile_text_cannot_write_xml(world: World) -> None:
    """`]]>`, tags and links that a person types come back as text, if at all."""
    user = world.user("somebody")
    for hostile in HOSTILE:
        assert await user.says(hostile)
        assert all("evil.example" not in tap["content"] for reply in user.replies for tap in reply.get("taps", ()))
        assert all("<a href='https" not in reply.get("content", "") for reply in user.replies)
    assert await world.violations() == []


QUERY_NAMES = ("timestamp", "nonce", "msg_signature", "signature", "openid")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), query=st.dictionaries(st.sampled_from(QUERY_NAMES), st.text(max_size=40)))
async def test_anything_at_all_gets_4xx(body: bytes, query: dict[str, str], world: World) -> None:
    """Random queries and bodies."""
    clean = {name: value.encode("utf-8", "ignore").decode() for name, value in query.items()}
    status, _ = await post(world, clean, body)
    assert 400 <= status < 500


async def counted(world: World, path: str, status: int) -> float:
    """How often this path gave this status so far."""
    async with world.session.get(f"{world.bot_url}/metrics") as response:
        for line in (await response.text()).splitlines():
            if line.startswith(f'qingfeng_requests_total{{path="{path}",status="{status}"}}'):
                return float(line.rsplit(" ", 1)[1])
    return 0.0


@pytest.mark.parametrize(
    ("method", "path", "status", "label"),
    [
        ("GET", "/nowhere", 404, "other"),
        ("DELETE", "/wechat", 405, "/wechat"),
        ("GET", "/healthz", 200, "/healthz"),
        ("GET", "/wechat", 403, "/wechat"),
    ],
)
async def test_every_answer_is_counted_once(method: str, path: str, status: int, label: str, world: World) -> None:
    """Also where aiohttp finds no handler; a path that we do not have is counted as `other`."""
    before = await counted(world, label, status)
    async with world.session.request(method, f"{world.bot_url}{path}") as response:
        assert response.status == status
    assert await counted(world, label, status) == before + 1


async def test_an_error_of_ours_is_a_bare_500() -> None:
    """Nothing of it is shown but the number; it is counted and logged."""

    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError("悄悄话")

    app = web.Application()
    app.router.add_get("/healthz", observed("/healthz", broken))
    failures = requests_of("/healthz", 500)
    before = failures._value.get()
    with structlog.testing.capture_logs() as logged:
        async with (
            TestServer(app) as server,
            aiohttp.ClientSession() as session,
            session.get(server.make_url("/healthz")) as response,
        ):
            assert (response.status, await response.text()) == (500, "500\n")
    assert failures._value.get() == before + 1
    assert [(entry["event"], entry["path"]) for entry in logged] == [("request failed", "/healthz")]


QUERIES = st.lists(
    st.sampled_from([*QUERY_NAMES, "=", "&", "+", "%41", "%", "%ED%A0%80", "%E5%A5%BD", ";", "1", "?"])
).map("".join)


@given(raw=QUERIES | st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40))
def test_the_query_is_what_aiohttp_makes_of_it(raw: str) -> None:
    """The quick way of reading it changes nothing."""
    request = make_mocked_request("POST", f"/wechat?{raw}")
    query = query_of(request)
    for name in {*request.query, *query, *QUERY_NAMES} - {""}:
        assert query.get(name) == request.query.get(name)


async def test_plain_mode_takes_plain_messages(tmp_path: Path) -> None:
    """QF_WECHAT_MODE=plain: signed in the query, answered in plain XML."""
    async with open_world(tmp_path, wechat_mode="plain", wechat_aes_key=None) as world:
        timestamp, nonce = str(int(world.clock().timestamp())), "9"
        parts = "".join(sorted([TOKEN, timestamp, nonce])).encode()
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": hashlib.sha1(parts, usedforsecurity=False).hexdigest(),
        }
        status, text = await post(world, query, message("菜单").encode())
        assert status == 200
        assert text.startswith("<xml><ToUserName><![CDATA[somebody]]>")
        assert (await post(world, {**query, "signature": "0"}, message("菜单").encode()))[0] == 403


async def test_the_previous_key_is_taken_and_answered_with(tmp_path: Path) -> None:
    """While the AES key is changed, WeChat may use either; the reply uses the one that came."""
    old = "Z" * 43
    async with open_world(tmp_path, wechat_aes_key=old, wechat_aes_key_previous=AES_KEY) as world:
        query, body = sealed(world, message("菜单"))
        status, text = await post(world, query, body)
        assert status == 200
        crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
        signature = text.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        nonce = text.split("<Nonce><![CDATA[")[1].split("]]>")[0]
        stamp = text.split("<TimeStamp>")[1].split("<")[0]
        assert "somebody" in crypto.decrypt_message(text, signature, stamp, nonce)


async def test_an_answer_is_quick(world: World) -> None:
    """No turn of an idle bot comes near WeChat's 5 s."""
    started = time.monotonic()
    await post(world, *sealed(world, message("菜单", 5)))
    assert time.monotonic() - started < 4.5, "the budget of a turn"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_not_what_its_headers_say_is_refused(encoding: str, world: World) -> None:
    """Garbage under a Content-Encoding: 4xx, no traceback."""
    headers = {"Content-Encoding": encoding}
    async with world.session.post(f"{world.bot_url}/wechat", data=b"no such thing", headers=headers) as response:
        assert 400 <= response.status < 500
        assert "Traceback" not in await response.text()


async def test_whoever_hangs_up_half_way_disturbs_nobody(world: World) -> None:
    """A body that never comes; the bot goes on."""
    for _ in range(3):
        _, writer = await asyncio.open_connection("127.0.0.1", world.settings.port)
        writer.write(b"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert (await post(world, *sealed(world, message("菜单", 4))))[0] == 200
