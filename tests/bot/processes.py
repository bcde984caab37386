"""Bot processes of their own for tests that kill, stop or multiply them, and a simulator that calls them."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import Settings
from simulator import app as platform
from tests import forking
from tests.chat import User
from tests.ports import free_port
from tests.templates import Templates
from tests.world import listen, platform_config, populate, settings_for

PATIENCE = 30.0
"""Seconds a bot gets to start or to end."""

_TEMPLATES: Templates[tuple[dict[str, int], dict[str, str]]] = Templates()
"""Of the group as of now: these bots look at the real clock."""


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with the settings as QF_ variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QF_")}
    for name, value in settings.model_dump(exclude_none=True).items():
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if plain != "":
            kept[f"QF_{name.upper()}"] = str(plain)
    return kept


@dataclass
class BotProcess:
    """One bot in a process of its own."""

    settings: Settings
    command: Sequence[str]
    """A module and its arguments."""
    log: Path
    process: forking.Program | None = None

    def start(self) -> None:
        """Start it; `wait_ready` tells when it answers."""
        with self.log.open("ab") as log:
            self.process = forking.start(self.command, environment(self.settings), log)

    def kill9(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """End it politely, or when that does not help, otherwise."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.kill9()

    async def wait_ready(self, session: aiohttp.ClientSession) -> None:
        """Return when /readyz says so; AssertionError when it does not within PATIENCE."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.process is None or self.process.poll() is None, self.log.read_text()[-3000:]
            if await status_of(session, self.settings, "/readyz") == 200:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the bot did not start:\n{self.log.read_text()[-3000:]}")

    async def keep_alive(self) -> None:
        """Start it again whenever it ends, until cancelled."""
        while True:
            if self.process is None or self.process.poll() is not None:
                self.start()
            await asyncio.sleep(0.02)


async def status_of(session: aiohttp.ClientSession, settings: Settings, path: str) -> int:
    """The HTTP status of a path of the bot; 0 when it does not answer."""
    try:
        async with session.get(f"http://127.0.0.1:{settings.port}{path}") as response:
            return response.status
    except aiohttp.ClientError:
        return 0


@dataclass
class Deployment:
    """Stores with the group in them, a simulator in this process, and bots in processes of their own."""

    settings: Settings
    platform_url: str
    session: aiohttp.ClientSession
    people: Mapping[str, int]
    codes: Mapping[str, str]
    bots: list[BotProcess] = field(default_factory=list)

    def bot(self, *command: str) -> BotProcess:
        """A bot that is not started yet: `qingfeng serve`, or the module and arguments of `command`."""
        folder = self.settings.data_dir
        arguments = command or ("bot.cli", "serve")
        made = BotProcess(self.settings, arguments, folder / f"bot{len(self.bots)}.log")
        self.bots.append(made)
        return made

    def user(self, openid: str) -> User:
        """Somebody to chat as."""
        return User(openid, self.platform_url, self.session)

    async def violations(self) -> list[dict[str, Any]]:
        """What the simulator found wrong with the bot's answers."""
        async with self.session.get(f"{self.platform_url}/sim/violations") as response:
            found: list[dict[str, Any]] = await response.json()
            return found


@asynccontextmanager
async def deploy(folder: Path, *, repeat_pause: float = 2.0, **changed: object) -> AsyncIterator[Deployment]:
    """Prepare stores and simulator; every bot that the test made is ended with it."""
    bot_port, platform_port = free_port(), free_port()
    settings = settings_for(folder, bot_port, platform_port, **changed)
    people, codes = await _TEMPLATES.copied(settings.database, lambda: populate(settings, datetime.now(UTC)))
    wechat = await listen(platform.build(platform_config(settings, repeat_pause=repeat_pause)), platform_port)
    async with aiohttp.ClientSession() as session:
        deployment = Deployment(settings, f"http://127.0.0.1:{platform_port}", session, people, codes)
        try:
            yield deployment
        finally:
            for bot in deployment.bots:
                await asyncio.to_thread(bot.end)
            await wechat.cleanup()
