"""What the commands of `qingfeng` share: the console, the settings, and work on the records with an end in one line."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from bot.settings import Settings, SettingsError, load
from storage.errors import RecordsUnavailable

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")

WHERE_SETTINGS = '设置从环境变量读；演示环境的，先执行 eval "$(qingfeng demo --env)"。'

WIDEST: Final = 10_000
"""Characters of a line that is written for a program."""


class Terminal(Console):
    """A console that fits lines and tables to a terminal only: what is piped is looked for line by line."""

    def print(self, *objects: Any, **options: Any) -> None:
        """See Console."""
        if self.is_terminal:
            super().print(*objects, **options)
            return
        tables = [each for each in objects if isinstance(each, Table)]
        before, wide = self._width, self.options.update(max_width=WIDEST)
        if tables:
            self.width = max(self.width, *(Measurement.get(self, wide, each).maximum for each in tables))
            options.pop("width", None)
        try:
            super().print(*objects, **{**options, "soft_wrap": not tables})
        finally:
            self._width = before


console = Terminal(emoji=False)  # a colon in what an author wrote stays one
warnings = Terminal(emoji=False, stderr=True)  # beside what another program reads


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
