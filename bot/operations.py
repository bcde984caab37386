"""What an operator does to the account itself: a client for one command, the bottom menu."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.menu import menu
from bot.settings import Settings
from bot.wechat.client import WeChat
from storage.conversations.opening import open_store


@asynccontextmanager
async def wechat_for_command(settings: Settings) -> AsyncIterator[WeChat]:
    """A client beside the running bot, with its own copy of the account's token: stable_token gives everybody the
    same one, so nothing has to be shared with the process that owns the conversation store.
    """
    with tempfile.TemporaryDirectory(prefix="qingfeng-") as folder:
        url = f"sqlite:///{Path(folder) / 'token.db'}"
        async with (
            open_store(url) as store,
            WeChat(
                settings.wechat_appid,
                settings.wechat_secret.get_secret_value(),
                store.shared,
                base=settings.wechat_api_base,
            ) as client,
        ):
            yield client


async def push_menu(settings: Settings) -> None:
    """Set the account's bottom menu. Raises SendError."""
    async with wechat_for_command(settings) as client:
        await client.menu.create(menu())
