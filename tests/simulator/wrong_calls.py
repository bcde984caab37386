"""For every rule about calls of the API, a client that breaks just this rule; each returns the errcode it got."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from simulator.config import AccountKind
from simulator.samples import sample
from tests.simulator.world import APPID, NOTICE_DATA, REMINDER_DATA, SECRET, World

Wrong = Callable[[World], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class WrongCall:
    """The bad habit and the configuration to meet it."""

    does: Wrong
    changes: Mapping[str, Any] = field(default_factory=dict)


def custom(**body: Any) -> WrongCall:
    """A customer-service message with this body to somebody who has just written."""

    async def does(here: World) -> dict[str, Any]:
        await here.says("wang", "在吗")
        return await here.calls("message/custom/send", {"touser": "wang", **body})

    return WrongCall(does)


def text(content: str) -> WrongCall:
    """The same as a text."""
    return custom(msgtype="text", text={"content": content})


def menu(*buttons: dict[str, Any]) -> WrongCall:
    """A menu of these buttons."""
    return WrongCall(lambda here: here.calls("menu/create", {"button": list(buttons)}))


def click(name: str = "菜单", key: str = "menu") -> dict[str, Any]:
    """A right button."""
    return {"type": "click", "name": name, "key": key}


def reminder(**changes: Any) -> WrongCall:
    """A template message, some fields changed."""
    return WrongCall(lambda here: here.reminds("wang", **changes))


def qr(action: str, scene: dict[str, Any], **more: Any) -> WrongCall:
    """A QR code."""
    body = {"action_name": action, "action_info": {"scene": scene}, **more}
    return WrongCall(lambda here: here.calls("qrcode/create", body))


def upload(kind: str, content: bytes, name: str = "media") -> WrongCall:
    """A file as wechatpy uploads it."""

    async def does(here: World) -> dict[str, Any]:
        token = (await here.fetches_token())["access_token"]
        form = aiohttp.FormData()
        form.add_field(name, io.BytesIO(content), filename="a.jpg")
        url = f"{here.url}/cgi-bin/media/upload"
        async with here.session.post(url, params={"access_token": token, "type": kind}, data=form) as response:
            found: dict[str, Any] = await response.json(content_type=None)
            return found

    return WrongCall(does)


def with_token(token: str, after: float = 0.0, *, renewed: bool = False) -> WrongCall:
    """A call with this token ("" : a good one), some time after it was fetched, perhaps after another was made."""

    async def does(here: World) -> dict[str, Any]:
        good = str((await here.fetches_token())["access_token"])
        if renewed:
            await here.fetches_token(force_refresh=True)
        here.clock.moves(after)
        found: dict[str, Any] = await here.get("/cgi-bin/menu/get", access_token=token or good)
        return found

    return WrongCall(does)


def without_token() -> WrongCall:
    """A call with none."""
    return WrongCall(lambda here: here.get("/cgi-bin/menu/get"))


async def storm(here: World) -> dict[str, Any]:
    """A client that asks for a token again and again."""
    for _ in range(30):
        await here.fetches_token()
    return {"errcode": 0}


async def not_json(here: World) -> dict[str, Any]:
    """A template message as a form."""
    token = (await here.fetches_token())["access_token"]
    url = f"{here.url}/cgi-bin/message/template/send?access_token={token}"
    async with here.session.post(url, data={"touser": "wang"}) as response:
        found: dict[str, Any] = await response.json(content_type=None)
        return found


async def six(here: World) -> dict[str, Any]:
    """Six messages after one."""
    await here.says("wang", "在吗")
    return {"errcode": [await here.sends("wang", f"第{number}条") for number in range(6)][-1]}


async def too_late(here: World) -> dict[str, Any]:
    """A message two days and a second after the last one."""
    await here.says("wang", "在吗")
    here.clock.moves(48 * 3600 + 1)
    return {"errcode": await here.sends("wang", "两天以后")}


async def over_quota(here: World) -> dict[str, Any]:
    """One template more than the day allows."""
    await here.reminds("wang")
    return await here.reminds("wang")


async def gone_media(here: World) -> dict[str, Any]:
    """A picture after three days."""
    medium = here.platform.media.keep("image", sample("image", 1), here.clock())
    here.clock.moves(3 * 86400)
    return await here.calls("media/get", media_id=medium.media_id)


async def one_permanent_too_many(here: World) -> dict[str, Any]:
    """A code when all are made."""
    here.platform.qr_permanent = 100_000
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}
    return await here.calls("qrcode/create", body)


def oauth(*, times: int = 1, after: float = 0.0, code: str = "") -> WrongCall:
    """A code turned into an openid, some time later, perhaps several times."""

    async def does(here: World) -> dict[str, Any]:
        good = await authorize(here, "snsapi_base")
        here.clock.moves(after)
        query = {"appid": APPID, "secret": SECRET, "code": code or good, "grant_type": "authorization_code"}
        answers = [await here.get("/sns/oauth2/access_token", **query) for _ in range(times)]
        return dict(answers[-1])

    return WrongCall(does)


async def authorize(here: World, scope: str) -> str:
    """Pass through the page as wang; the code."""
    query = {
        "appid": APPID,
        "redirect_uri": "http://127.0.0.1:1/back?x=1",
        "response_type": "code",
        "scope": scope,
        "state": "s",
        "openid": "wang",
    }
    url = f"{here.url}/connect/oauth2/authorize"
    async with here.session.get(url, params=query, allow_redirects=False) as response:
        return str(response.headers["Location"].split("code=")[1].split("&")[0])


async def curious(here: World) -> dict[str, Any]:
    """Asks for more than the openid."""
    await asyncio.sleep(0)
    await authorize(here, "snsapi_userinfo")
    return {"errcode": 0}


SUBS = [click(f"第{number}项", f"k{number}") for number in range(6)]
COLOURED = {**REMINDER_DATA, "thing1": {"value": "综合观察表", "color": "#ff0000"}}
LONG_THING = {**REMINDER_DATA, "thing1": {"value": "二十一个字" * 4 + "多"}}
GRANT = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}

WRONG_CALLS: Mapping[str, WrongCall] = {
    "token-given": without_token(),
    "token-expired": with_token("", after=7200),
    "token-latest": with_token("", after=301, renewed=True),
    "token-known": with_token("made-up"),
    "json": WrongCall(not_json),
    "token-grant": WrongCall(lambda here: here.get("/cgi-bin/token", **{**GRANT, "grant_type": "password"})),
    "token-appid": WrongCall(lambda here: here.fetches_token(appid="wxfedcba9876543210")),
    "token-secret": WrongCall(lambda here: here.fetches_token(secret="guessed")),
    "token-storm": WrongCall(storm),
    "account-may": WrongCall(lambda here: here.reminds("wang"), {"account": AccountKind.SUBSCRIPTION}),
    "openid": WrongCall(lambda here: here.reminds("nobody")),
    "follower": WrongCall(lambda here: here.reminds("away")),
    "custom-type": custom(msgtype="markdown", markdown={"content": "x"}),
    "custom-empty": text("  "),
    "custom-bytes": text("长" * 683),
    "custom-media": custom(msgtype="image", image={"media_id": "never-uploaded"}),
    "custom-news": custom(msgtype="news", news={"articles": [{"title": "一"}, {"title": "二"}]}),
    "custom-menu": custom(msgtype="msgmenu", msgmenu={"head_content": "请选", "list": [{"id": "1", "content": ""}]}),
    "custom-characters": text("\u200d👩"),
    "custom-links": text('<a href="weixin://bizmsgmenu?msgmenucontent=一">一</a>'),
    "custom-window": WrongCall(too_late),
    "custom-count": WrongCall(six),
    "template-id": reminder(template_id="unknown"),
    "template-keys": reminder(data={"thing1": {"value": "综合观察表"}}),
    "template-values": reminder(data=LONG_THING),
    "template-old-fields": reminder(data=COLOURED),
    "tick": WrongCall(lambda here: here.notifies("wang", data=NOTICE_DATA)),
    "quota": WrongCall(over_quota, {"daily": {"message/template/send": 1}}),
    "menu-buttons": menu(*(click() for _ in range(4))),
    "menu-depth": menu({"name": "一", "sub_button": [{"name": "二", "sub_button": [click()]}]}),
    "menu-sub-buttons": menu({"name": "更多", "sub_button": SUBS}),
    "menu-name": menu(click("六个汉字多了")),
    "menu-sub-name": menu({"name": "更多", "sub_button": [click("字" * 21)]}),
    "menu-type": menu({"type": "tap", "name": "一", "key": "k"}),
    "menu-key": menu(click(key="k" * 129)),
    "menu-url": menu({"type": "view", "name": "一", "url": "ftp://example.com"}),
    "media-type": upload("file", b"%PDF"),
    "media-given": upload("image", sample("image", 1), name="picture"),
    "media-format": upload("image", b"<svg/>"),
    "media-bytes": upload("image", sample("image", 1) + bytes(2 * 2**20)),
    "media-id": WrongCall(gone_media),
    "qr-action": qr("QR_FOREVER", {"scene_str": "a"}),
    "qr-scene": qr("QR_STR_SCENE", {"scene_str": "a" * 65}),
    "qr-seconds": qr("QR_STR_SCENE", {"scene_str": "a"}, expire_seconds=30 * 86400 + 1),
    "qr-permanent": WrongCall(one_permanent_too_many),
    "user-next": WrongCall(lambda here: here.calls("user/get", next_openid="nobody")),
    "code-known": oauth(code="made-up"),
    "code-once": oauth(times=2),
    "code-age": oauth(after=301),
    "oauth-scope": WrongCall(curious),
}
