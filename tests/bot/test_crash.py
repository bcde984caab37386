"""kill -9 at every step of a turn: what people saw and what is stored agree, nothing is lost or doubled."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from storage.models import AuditEntry, Draft, Finding, Message, Sheet
from tests.bot.processes import Deployment, deploy
from tests.chat import User
from tests.walk import WEAK_POINT, fill

STEPS = ("opened", "handled", "committing", "committed", "saving", "saved")
QUICK = {("sqlite", "committed"), ("sqlite", "saving")}
"""The crashes that every `make test` runs; the whole matrix runs in `make test-long`."""
CASES = [
    pytest.param(back_end, step, marks=() if (back_end, step) in QUICK else (pytest.mark.long,))
    for back_end in ("sqlite", "redis")
    for step in STEPS
]
PURE_STEPS = [case for case in CASES if case.values[1] not in {"committing", "committed"}]

SUGGESTION = "建议食堂晚上加一个热菜"
FORGOTTEN = {("sqlite", "opened"), ("sqlite", "handled"), ("sqlite", "committing")}

Act = Callable[[User], Awaitable[str]]


@dataclass
class Crashing:
    """A deployment whose bot dies once, at one step of the turn that `dies_while` runs."""

    deployment: Deployment
    armed: Path

    async def dies_while(self, act: Awaitable[str]) -> str:
        """Let the bot die during this action; AssertionError when it did not."""
        await asyncio.to_thread(self.armed.touch)
        seen = await act
        assert not self.armed.exists(), "the step was never reached"
        return seen


@asynccontextmanager
async def crashing(folder: Path, step: str, stores: dict[str, str]) -> AsyncIterator[Crashing]:
    async with deploy(folder, repeat_pause=2.0, **stores) as deployment:
        armed = folder / "armed"
        bot = deployment.bot("tests.bot.worker", str(armed), step)
        bot.start()
        await bot.wait_ready(deployment.session)
        alive = asyncio.create_task(bot.keep_alive())
        try:
            yield Crashing(deployment, armed)
        finally:
            alive.cancel()
            with suppress(asyncio.CancelledError):
                await alive
        # The crash itself is an unanswered request; whatever else the simulator found would be the bot's fault.
        assert [found for found in await deployment.violations() if found["rule"] != "answered"] == []


async def counted(url: str, model: type) -> int:
    """Rows of a table."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return int((await connection.execute(select(func.count()).select_from(model))).scalar_one())
    finally:
        await engine.dispose()


@pytest.mark.parametrize(("back_end", "step"), PURE_STEPS)
async def test_an_answer_survives(
    back_end: str, step: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """A form answer is taken exactly once, and the person sees the next question."""
    async with crashing(tmp_path, step, stores(back_end)) as world:
        user = world.deployment.user("wang")
        await fill(user, until="主要的薄弱环节")
        await world.dies_while(user.says(WEAK_POINT))
        user.sees("风险等级")
        await user.says("上一步")
        user.sees("已填", WEAK_POINT)
        await user.says("跳过")
        user.sees("风险等级")


@pytest.mark.parametrize(("back_end", "step"), CASES)
async def test_a_submission_survives(
    back_end: str, step: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """One sheet, one number, and it is the number that the person saw."""
    async with crashing(tmp_path, step, stores(back_end)) as world:
        user = world.deployment.user("wang")
        await fill(user)
        await world.dies_while(user.says("提交"))
        found = re.search(r"GC\d\d-\d+", user.seen)
        assert found, user.seen
        url = world.deployment.settings.database
        assert await counted(url, Sheet) == 1
        assert await counted(url, Finding) == 1
        assert await counted(url, Draft) == 1
        officer = world.deployment.user("sun")
        await officer.says(f"查 {found.group()}")
        officer.sees("王建国", WEAK_POINT)


@pytest.mark.parametrize(("back_end", "step"), CASES)
async def test_a_one_shot_command_survives(
    back_end: str, step: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """Binding by an invite code happens once, and the person is told so."""
    async with crashing(tmp_path, step, stores(back_end)) as world:
        user = world.deployment.user("new-phone")
        url = world.deployment.settings.database
        audited = await counted(url, AuditEntry)
        await user.says(world.deployment.codes["chen"])
        user.sees("三公司")
        await world.dies_while(user.says("确认"))
        user.sees("陈晓")
        assert await counted(url, AuditEntry) == audited + 1
        await user.says("菜单")
        user.sees("综合观察表")


@pytest.mark.parametrize(("back_end", "step"), CASES)
async def test_a_confirmed_message_survives(
    back_end: str, step: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """A suggestion is kept once, its writer reads its number, and a second tap finds it kept.

    A single process has the key of what nobody confirmed in its memory (decisions 24): killed before the commit it has
    lost the text, which its writer is told and sends again.
    """
    async with crashing(tmp_path, step, stores(back_end)) as world:
        user = world.deployment.user("somebody")
        url = world.deployment.settings.database
        await user.says(SUGGESTION)
        user.sees("我理解您在提建议")
        confirmation = user.replies
        await world.dies_while(user.taps("对，提交"))
        if (back_end, step) in FORGOTTEN:
            user.sees("系统刚重启过", "没有登记，也没有保留")
            assert await counted(url, Message) == 0
            await user.says(SUGGESTION)
            confirmation = user.replies
            await user.taps("对，提交")
        user.sees("已登记，编号 YJ26-0000013")
        user.replies = confirmation
        await user.taps("对，提交")
        user.sees("YJ26-0000013")
        assert await counted(url, Message) == 1
