"""The client under test, the platform it calls and the stores that share its token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.client import WeChat
from storage.conversations.contract import Shared
from storage.conversations.opening import open_store
from tests.bot.wechat.account import APPID
from tests.bot.wechat.platform import SECRET, Platform


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform that knows the token T1."""
    async with Platform() as served:
        yield served


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[Shared]:
    """The default back end's shared facts."""
    async with open_store(f"sqlite:///{tmp_path}/conversations.db") as store:
        yield store.shared


@asynccontextmanager
async def calling(platform: Platform, shared: Shared, **settings: Any) -> AsyncIterator[WeChat]:
    """A client of this platform, quick to try again."""
    async with WeChat(APPID, SECRET, shared, base=platform.base, **({"backoff": 0.01} | settings)) as wechat:
        yield wechat


@pytest.fixture
async def wechat(platform: Platform, shared: Shared) -> AsyncIterator[WeChat]:
    """A client that waits half a second for an answer."""
    async with calling(platform, shared, timeout=0.5) as client:
        yield client
