"""`qingfeng deliver`: sends what is due and says so; beside a running bot on SQLite it says that it is not needed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from storage.database import Database
from storage.models import Unit, core
from tests.bot.posting import CONTENT, TEMPLATE_ID, WITH_TEMPLATE
from tests.bot.processes import Deployment, deploy
from tests.bot.test_cli import qingfeng
from tests.bot.test_deliveries_crash import awake_now, messages, tell
from tests.storage.owed import Owing


@asynccontextmanager
async def owing(folder: Path, **changed: Any) -> AsyncIterator[tuple[Deployment, dict[str, int]]]:
    """Three people with a WeChat who owe a sheet; person ids by openid."""
    async with deploy(folder, templates=json.dumps(WITH_TEMPLATE), **changed) as deployment:
        made = {"template_id": TEMPLATE_ID, "title": "提醒", "content": CONTENT, "kind": "template"}
        await tell(deployment, "templates", made)
        settings = deployment.settings
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            owed = Owing(database, datetime.now(UTC))
            async with database.administration("test", owed.now) as session:
                await session.execute(update(core(Unit)).values(timezone=awake_now()))
            unit = (await owed.rows(select(core(Unit).c.id).order_by(core(Unit).c.id)))[0].id
            await owed.begin(unit)
            people = {}
            for number in range(3):
                openid = f"cli-{number}"
                people[openid] = await owed.observer(f"观察员{number}", unit, openid)
                await tell(deployment, "people", {"openid": openid, "name": openid})
                await owed.tell(await owed.owes(people[openid], unit), people[openid])
            await owed.tell(await owed.owes(await owed.observer("没绑定", unit), unit), people["cli-0"], 1)
        yield deployment, people


async def test_once_sends_what_is_due_and_ends(tmp_path: Path) -> None:
    async with owing(tmp_path) as (deployment, people):
        status, printed = await qingfeng(deployment, "deliver", "--once")
        assert (status, printed.strip().splitlines()) == (0, ["已发出：3"])
        assert [await messages(deployment, openid) for openid in people] == [1, 1, 1]
        status, printed = await qingfeng(deployment, "deliver", "--once")
        assert (status, printed.strip()) == (0, "现在没有到时间的推送。")


async def test_what_cannot_be_sent_is_counted_too(tmp_path: Path) -> None:
    async with owing(tmp_path, wechat_account="subscription") as (deployment, _):
        status, printed = await qingfeng(deployment, "deliver", "--once")
        assert (status, printed.strip()) == (0, "暂时送不到（进电话提醒名单）：3")


async def test_beside_a_bot_on_sqlite_it_says_that_the_bot_sends(tmp_path: Path) -> None:
    async with owing(tmp_path) as (deployment, people):
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        status, printed = await qingfeng(deployment, "deliver", "--once")
        assert status == 3
        assert "机器人正在运行" in printed
        for _ in range(200):
            if [await messages(deployment, openid) for openid in people] == [1, 1, 1]:
                break
            await asyncio.sleep(0.1)
        assert [await messages(deployment, openid) for openid in people] == [1, 1, 1]
