"""What the commands of `qingfeng` share: the console, the settings, and work on the records with an end in one line."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console

from bot.settings import Settings, SettingsError, load
from storage.errors import RecordsUnavailable

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")

WHERE_SETTINGS = '设置从环境变量读；演示环境的，先执行 eval "$(qingfeng demo --env)"。'

console = Console(emoji=False)  # a colon in what an author wrote stays one
warnings = Console(emoji=False, stderr=True)  # beside what another program reads


def settings_or_exit() -> Settings:
    """The settings, or one line a wrong variable and exit status 2."""
    try:
        return load()
    except SettingsError as error:
        for line in str(error).splitlines():
            console.print(f"[red]设置有误[/] {line}", highlight=False)
        console.print(WHERE_SETTINGS, highlight=False, markup=False)
        raise typer.Exit(2) from None


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run `work`; a store or WeChat that cannot be reached becomes one line and exit status 1."""
    from bot.wechat.errors import SendError

    try:
        return asyncio.run(work)
    except RecordsUnavailable as error:
        console.print(f"[red]业务库不可用[/]：{error}（先试 qingfeng doctor）", highlight=False)
    except SendError as error:
        console.print(f"[red]微信接口没有成功[/]：{error}", highlight=False)
    raise typer.Exit(1)


async def with_database(settings: Settings, work: Callable[["Database"], Awaitable[T]]) -> T:
    """What `work` gives on an open database."""
    from storage.database import Database

    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        return await work(database)


def unit_path(text: str) -> tuple[str, ...]:
    """The names in `集团/二公司`, from the group down; the first is empty when it begins with a slash."""
    first, *rest = (part.strip() for part in text.replace("／", "/").split("/"))
    names = tuple(part for part in rest if part)
    return (first, *names) if first or names else ()


def actor() -> str:
    """Who is named in the audit log for what a command does."""
    return f"cli:{getpass.getuser()}"
