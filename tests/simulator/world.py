"""A small world for tests: a tiny bot written by the test, a simulator, a clock that moves, and a person's hands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import WeChatCrypto

from simulator.app import PLATFORM, build
from simulator.config import Card, Config, Template
from simulator.platform import Platform

TOKEN, APPID, SECRET = "callback-token", "wx0123456789abcdef", "app-secret"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_5f0e8d3c2b1a"
REMINDER = Template(
    "remind", "交表提醒", "表单：{{thing1.DATA}}\n编号：{{character_string2.DATA}}\n截止：{{time3.DATA}}"
)
NOTICE = Template("notice", "办理结果", "事项：{{thing1.DATA}}\n结果：{{phrase2.DATA}}", "subscribe")
REMINDER_DATA = {
    "thing1": {"value": "综合观察表"},
    "character_string2": {"value": "GC26-0000178"},
    "time3": {"value": "2026年10月1日 15:01"},
}
NOTICE_DATA = {"thing1": {"value": "食堂采购建议"}, "phrase2": {"value": "已采纳"}}
CONFIG = Config(
    callback="",
    token=TOKEN,
    appid=APPID,
    secret=SECRET,
    aes_key=AES_KEY,
    people=(
        Card("wang", "王建国", "二公司 负责人"),
        Card("li", "李芳", "纪检监察室"),
        Card("away", "路人", followed=False),
    ),
    templates=(REMINDER, NOTICE),
    deadline=0.6,
    repeat_pause=0.01,
    hang=2.0,
)
"""A deadline of 0.6 s in place of 5 s, so that the tests of repeats are quick."""


@dataclass
class Clock:
    """Epoch seconds that only a test moves."""

    now: float = 1_793_600_000.0

    def __call__(self) -> float:
        return self.now

    def moves(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass
class Heard:
    """One callback as the bot got it: elements by tag, the query, which request of the same message it is."""

    fields: dict[str, str]
    query: Mapping[str, str]
    number: int

    @property
    def openid(self) -> str:
        """Who."""
        return self.fields["FromUserName"]

    def text(self, content: str, **changes: str) -> str:
        """The XML of a correct text reply, some elements changed."""
        parts = {
            "ToUserName": f"<![CDATA[{self.openid}]]>",
            "FromUserName": f"<![CDATA[{self.fields['ToUserName']}]]>",
            "CreateTime": "1793600000",
            "MsgType": "<![CDATA[text]]>",
            "Content": f"<![CDATA[{content.replace(']]>', ']]]]><![CDATA[>')}]]>",
        } | changes
        return "<xml>" + "".join(f"<{tag}>{inside}</{tag}>" for tag, inside in parts.items()) + "</xml>"

    def reply(self, kind: str, inside: str) -> str:
        """The XML of a reply of another type."""
        return self.text("", MsgType=kind).replace("<Content><![CDATA[]]></Content>", inside)


Answer: TypeAlias = str | bytes | web.Response
"""What the test's bot says: a payload to encrypt, raw bytes, or a whole response."""


@dataclass
class Bot:
    """A tiny bot. By default it echoes texts and answers `success` to the rest; tests give it wrong manners."""

    say: Callable[[Heard], Answer | Awaitable[Answer]]
    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, AES_KEY, APPID))
    heard: list[Heard] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)
    echo: Callable[[str], str] = lambda echostr: echostr

    async def handle(self, request: web.Request) -> web.Response:
        """GET check and POST."""
        if request.method == "GET":
            return web.Response(text=self.echo(request.query["echostr"]))
        body = (await request.read()).decode()
        safe = request.query.get("encrypt_type") == "aes"
        if safe:
            query = request.query
            body = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        fields = {child.tag: child.text or "" for child in fromstring(body)}
        key = fields.get("MsgId") or fields["CreateTime"] + fields.get("Event", "")
        self.times[key] = self.times.get(key, 0) + 1
        heard = Heard(fields, dict(request.query), self.times[key])
        self.heard.append(heard)
        said = self.say(heard)
        answer = said if isinstance(said, str | bytes | web.Response) else await said
        if isinstance(answer, web.Response):
            return answer
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        return web.Response(text=self.seal(answer) if safe else answer)

    def seal(self, payload: str) -> str:
        """A correct envelope around the payload."""
        return str(self.crypto.encrypt_message(payload, "777", "1793600000"))


def echo(heard: Heard) -> Answer:
    """The good bot."""
    return heard.text(f"听到：{heard.fields['Content']}") if "Content" in heard.fields else b"success"


@dataclass
class World:
    """Everything running, and short ways to use it."""

    bot: Bot
    platform: Platform
    clock: Clock
    url: str
    session: aiohttp.ClientSession
    token: str = ""
    token_until: float = 0.0

    async def does(self, openid: str, what: str, **asked: Any) -> dict[str, Any]:
        """One action of a person; the whole answer."""
        return await self.post(f"/sim/people/{openid}/{what}", asked)

    async def says(self, openid: str, text: str) -> list[dict[str, Any]]:
        """A person writes; what they get back."""
        replies: list[dict[str, Any]] = (await self.does(openid, "says", text=text))["replies"]
        return replies

    async def get(self, path: str, **query: str) -> Any:
        """GET, JSON."""
        async with self.session.get(self.url + path, params=query) as response:
            return await response.json(content_type=None)

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """POST, JSON both ways."""
        async with self.session.post(self.url + path, json=body) as response:
            found: dict[str, Any] = await response.json(content_type=None)
            return found

    async def inbox(self, openid: str) -> list[dict[str, Any]]:
        """Everything in a person's chat."""
        found: list[dict[str, Any]] = await self.get(f"/sim/people/{openid}/inbox")
        return found

    async def violations(self) -> list[str]:
        """The rules that were broken so far."""
        return [each["rule"] for each in await self.get("/sim/violations")]

    async def fetches_token(self, **more: Any) -> dict[str, Any]:
        """stable_token, as a right client does."""
        asked = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **more}
        return await self.post("/cgi-bin/stable_token", asked)

    async def calls(self, api: str, body: Any = None, **query: str) -> dict[str, Any]:
        """One call of the API with a good token: POST when there is a body."""
        if self.clock.now >= self.token_until:
            fetched = await self.fetches_token()
            self.token, self.token_until = fetched["access_token"], self.clock.now + fetched["expires_in"]
        path = f"/cgi-bin/{api}?access_token={self.token}"
        path += "".join(f"&{name}={value}" for name, value in query.items())
        answer: dict[str, Any] = await (self.get(path) if body is None else self.post(path, body))
        return answer

    async def sends(self, openid: str, content: str) -> int:
        """A customer-service text; the errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": content}}
        return int((await self.calls("message/custom/send", body))["errcode"])

    async def reminds(self, openid: str, **more: Any) -> dict[str, Any]:
        """A right template message, some fields changed."""
        body = {"touser": openid, "template_id": "remind", "data": REMINDER_DATA, **more}
        return await self.calls("message/template/send", body)

    async def notifies(self, openid: str, **more: Any) -> dict[str, Any]:
        """A right subscription notification, some fields changed."""
        body = {"touser": openid, "template_id": "notice", "data": NOTICE_DATA, **more}
        return await self.calls("message/subscribe/bizsend", body)

    async def hears(self, event: str) -> Heard:
        """Wait until the bot has heard this event."""
        for _ in range(200):
            for heard in self.bot.heard:
                if heard.fields.get("Event") == event:
                    return heard
            await asyncio.sleep(0.01)
        raise AssertionError(f"the bot never heard {event}")


@asynccontextmanager
async def world(say: Callable[[Heard], Answer | Awaitable[Answer]] = echo, **changes: Any) -> AsyncIterator[World]:
    """A bot with these manners and a simulator whose configuration is CONFIG with `changes`."""
    bot, clock = Bot(say), Clock()
    app = web.Application()
    app.router.add_route("*", "/wechat", bot.handle)
    async with TestServer(app) as bots, aiohttp.ClientSession() as session:
        simulator = build(replace(CONFIG, **{"callback": str(bots.make_url("/wechat")), **changes}), clock=clock)
        async with TestServer(simulator) as server:
            yield World(bot, simulator[PLATFORM], clock, str(server.make_url("")).rstrip("/"), session)
