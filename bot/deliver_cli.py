"""`qingfeng deliver`: sends reminders and notices in a process of its own, for as long as it runs or once."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from bot.terminal import console, finish, settings_or_exit
from storage.vocabulary import DeliveryState

if TYPE_CHECKING:
    from bot.delivery import Deliveries
    from bot.settings import Settings

POLL: Final = 15.0
"""Seconds between two looks while it runs on."""
IN_USE: Final = (
    "[red]机器人正在运行[/]：它自己会发送提醒，不需要另外运行本命令。（SQLite 的会话库同时只能由一个进程使用。）"
)
AWAY: Final = "[red]会话库不可用[/]：{why}（先试 qingfeng doctor）"
NOTHING: Final = "现在没有到时间的推送。"
RUNNING: Final = "正在发送提醒和通知，Ctrl-C 停止。"
STATES: Final = {
    DeliveryState.SENT: "已发出",
    DeliveryState.PLANNED: "稍后再发",
    DeliveryState.PARKED: "暂时送不到（进电话提醒名单）",
    DeliveryState.FAILED: "发送失败",
    DeliveryState.MAYBE: "可能已送达",
    DeliveryState.UNREACHABLE: "联系不上",
    DeliveryState.SUPERSEDED: "不用再发（已交或已看过）",
}
"""What an operator reads of each state in which a run may leave a delivery."""


def deliver(once: Annotated[bool, typer.Option("--once", help="发完现在到时间的就结束")] = False) -> None:
    """发送到时间的提醒和通知（qingfeng serve 自己会发；这里用于单独的发送进程）。"""
    from bot.telemetry import configure_logging
    from storage.conversations.contract import StoreUnavailable
    from storage.conversations.sqlite_file import StoreInUse

    settings = settings_or_exit()
    configure_logging(settings.log_level)
    try:
        ended = finish(_once(settings) if once else _on(settings))
    except StoreInUse:
        console.print(IN_USE, highlight=False)
        raise typer.Exit(3) from None
    except StoreUnavailable as error:
        console.print(AWAY.format(why=error), highlight=False)
        raise typer.Exit(3) from None
    for state, name in STATES.items():
        if ended[state]:
            console.print(f"{name}：{ended[state]}", highlight=False)
    if once and not ended:
        console.print(NOTHING)


@asynccontextmanager
async def _opened(settings: "Settings") -> "AsyncIterator[Deliveries]":
    from bot.account import Account
    from bot.delivery import Deliveries
    from bot.wechat.client import WeChat
    from storage.conversations.opening import open_store
    from storage.database import Database

    secret = settings.wechat_secret.get_secret_value()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with (
        open_store(settings.conversations) as store,
        Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database,
        WeChat(settings.wechat_appid, secret, store.shared, base=settings.wechat_api_base) as wechat,
    ):
        yield Deliveries(
            database.deliveries,
            wechat,
            store.shared,
            Account(settings.delivery_ways, settings.message_templates, settings.rates),
            lambda: datetime.now(UTC),
            ZoneInfo(settings.timezone),
            poll=POLL,
        )


async def _once(settings: "Settings") -> Counter[DeliveryState]:
    async with _opened(settings) as deliveries:
        while await deliveries.do_some():
            pass
        return deliveries.ended


async def _on(settings: "Settings") -> Counter[DeliveryState]:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _opened(settings) as deliveries:
        console.print(RUNNING)
        async with deliveries:
            await stop.wait()
        return deliveries.ended
