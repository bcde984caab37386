"""A whole deployment in a test: records, conversation store, bot, simulator, and a group of people."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.app import Overrides, build
from bot.organisation import Member, add_member, invite, publish_catalog
from bot.settings import Settings, load
from simulator import app as platform
from simulator.config import AccountKind, Config, Mode
from storage.admin import administer
from storage.commands import BindContact
from storage.database import Database
from storage.vocabulary import Level, Role
from tests.chat import User
from tests.ports import free_port
from tests.templates import Templates

GROUP = "清源集团"
TIMEZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""A Friday, 09:30 in Shanghai."""
SECRETS = {
    "wechat_token": "test-token",
    "wechat_appid": "wx0123456789abcdef",
    "wechat_secret": "0123456789abcdef0123456789abcdef",
    "wechat_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
MEMBERS: Mapping[str, Member] = {
    "wang": Member("王建国", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="1"),
    "chen": Member("陈晓", (GROUP, "三公司"), levels=(Level.COMPREHENSIVE,), staff_number="2"),
    "li": Member("李敏", (GROUP, "纪检监察室"), roles=(Role.OFFICER,), over=(GROUP,), staff_number="3"),
    "sun": Member("孙莉", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="4"),
    "zhao": Member("赵强", (GROUP, "一公司"), roles=(Role.OFFICER,), staff_number="5"),
}


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time: aware UTC."""
        return self.now

    def seconds(self) -> float:
        """Seconds since 1970, as the simulator takes it."""
        return self.now.timestamp()

    def forward(self, **amount: float) -> None:
        """Let time pass; as timedelta takes it."""
        self.now += timedelta(**amount)


@dataclass
class World:
    """What a test works with; servers listen on loopback ports of their own."""

    settings: Settings
    clock: Clock
    session: aiohttp.ClientSession
    bot_url: str
    platform_url: str
    people: Mapping[str, int]
    """Person ids by the names of MEMBERS."""
    codes: Mapping[str, str]
    """Unused invite codes of people who are not bound yet."""
    running: web.AppRunner = field(repr=False)

    def user(self, openid: str) -> User:
        """Somebody to chat as; the openids of bound people are the names of MEMBERS."""
        return User(openid, self.platform_url, self.session)

    async def get(self, path: str) -> aiohttp.ClientResponse:
        """GET from the bot; the body is read."""
        async with self.session.get(self.bot_url + path) as response:
            await response.read()
            return response

    async def violations(self) -> list[Any]:
        """What the simulator found wrong with the bot's answers."""
        async with self.session.get(f"{self.platform_url}/sim/violations") as response:
            found: list[Any] = await response.json()
            return found

    async def faults(self, **fault: object) -> None:
        """Ask the simulator for a fault."""
        async with self.session.post(f"{self.platform_url}/sim/faults", json=fault) as response:
            assert response.status == 200, await response.text()


def settings_for(folder: Path, bot_port: int, platform_port: int, **changed: object) -> Settings:
    """Settings of a deployment in `folder`; SQLite unless changed."""
    given: dict[str, object] = {
        **SECRETS,
        "wechat_api_base": f"http://127.0.0.1:{platform_port}",
        "web_base": f"http://127.0.0.1:{bot_port}",
        "data_dir": folder,
        "port": bot_port,
        **changed,
    }
    return load(**given)


async def populate(
    settings: Settings, now: datetime, unbound: frozenset[str] = frozenset({"chen"})
) -> tuple[dict[str, int], dict[str, str]]:
    """Publish the catalogue, add MEMBERS, bind all but `unbound`; person ids and unused invite codes."""
    people: dict[str, int] = {}
    codes: dict[str, str] = {}
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        await publish_catalog(database, GROUP, now, "test")
        for name, member in MEMBERS.items():
            async with administer(database, actor="test", now=now) as admin:
                people[name] = await add_member(admin, member, now, TIMEZONE)
            code = await invite(database, people[name], now, "test", timedelta(days=14))
            if name in unbound:
                codes[name] = code
            else:
                await bind(database, name, people[name], code, now)
    return people, codes


async def bind(database: Database, openid: str, person: int, code: str, now: datetime) -> None:
    """Bind an openid to a person as if they had confirmed an invite code."""
    await database.commit_turn(
        key=f"bind:{openid}",
        contact=await database.contact_of(openid, now),
        seq=0,
        now=now,
        commands=[BindContact(code, person)],
        generation=None,
        finish=lambda results: ("{}", "{}"),
    )


def platform_config(settings: Settings, *, repeat_pause: float = 0.05) -> Config:
    """The simulated account that these settings belong to."""
    return Config(
        callback=f"http://127.0.0.1:{settings.port}/wechat",
        token=settings.wechat_token.get_secret_value(),
        appid=settings.wechat_appid,
        secret=settings.wechat_secret.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value() if settings.wechat_aes_key else "",
        mode=Mode(settings.wechat_mode.value),
        account=AccountKind(settings.wechat_account.value),
        repeat_pause=repeat_pause,
    )


async def listen(app: web.Application, port: int) -> web.AppRunner:
    """Serve an application on a loopback port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


_TEMPLATES: Templates[tuple[dict[str, int], dict[str, str]]] = Templates()


async def _prepare(settings: Settings) -> tuple[dict[str, int], dict[str, str]]:
    """Records of the group as of START."""
    people, codes = await _TEMPLATES.copied(settings.database, lambda: populate(settings, START))
    return dict(people), dict(codes)


@asynccontextmanager
async def open_world(
    folder: Path, *, overrides: Mapping[str, Any] | None = None, **changed: object
) -> AsyncIterator[World]:
    """Bot and simulator in this process. `changed` are settings, `overrides` fields of bot.app.Overrides."""
    bot_port, platform_port = free_port(), free_port()
    settings = settings_for(folder, bot_port, platform_port, **changed)
    clock = Clock()
    people, codes = await _prepare(settings)
    parts = Overrides(clock=clock, **(overrides or {}))
    async with AsyncExitStack() as stack:
        bot = await listen(build(settings, parts), bot_port)
        stack.push_async_callback(bot.cleanup)
        wechat = await listen(platform.build(platform_config(settings), clock=clock.seconds), platform_port)
        stack.push_async_callback(wechat.cleanup)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield World(
            settings,
            clock,
            session,
            f"http://127.0.0.1:{bot_port}",
            f"http://127.0.0.1:{platform_port}",
            people,
            codes,
            bot,
        )
