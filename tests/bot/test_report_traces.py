"""A report of misconduct that somebody sends all the same: no byte of it, or of what it was answered, is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.bot.wire import PLAIN, Wire
from tests.world import open_world

REPORT = "项目部张经理收了供应商两条烟，还让他们出钱装修房子"
DANGER = "工地塔吊要倒了，下面有人"
MAYBE = "听说采购部有人吃回扣，是真的吗"
ASKED = "请问魏科长收了供应商手表，这算违规吗？"
THANKED = "仓库管理员把剩余电缆拉出去卖了，谢谢"
THANKS = "谢谢你们"
TRACES = (
    *("张经理", "两条烟", "塔吊", "回扣", "魏科长", "手表", "电缆"),
    *("违纪违法", "不受理举报", "拿不准", "先顾人的安全"),
)


async def _kept(folder: Path, redis_url: str) -> str:
    files = [*folder.glob("conversations.db*"), *folder.glob("records.db*")]
    stored = "".join(file.read_bytes().decode(errors="replace") for file in files)
    if not redis_url:
        return stored
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        async for key in redis.scan_iter():
            value: Any = await redis.hgetall(key) if await redis.type(key) == "hash" else await redis.get(key)
            stored += f"{key!r}={value!r}\n"
    return stored


@pytest.mark.parametrize("back_end", ["sqlite", "redis"])
async def test_neither_stores_nor_logs_hold_a_word_and_a_repeat_reads_the_same(
    back_end: str, tmp_path: Path, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    redis_url = request.getfixturevalue("redis_url") if back_end == "redis" else ""
    chosen: dict[str, Any] = {"conversations_url": redis_url} if redis_url else {}
    async with open_world(tmp_path, **PLAIN, **chosen) as world:
        wire = Wire(world, [world.bot_url])
        for who in ("wang", "somebody"):
            for number, said in enumerate((REPORT, DANGER, MAYBE, ASKED, THANKED), start=1):
                first = await wire.says(who, said, 910000 + number)
                assert "没有保存" in first
                assert await wire.says(who, said, 910000 + number) == first
            await wire.says(who, "我要举报")
            await wire.says(who, "菜单")
            assert await wire.says(who, REPORT, 910001) == await wire.says(who, REPORT)
        stored = await _kept(tmp_path, redis_url)
    logged = "".join(capfd.readouterr())
    for trace in TRACES:
        escaped = json.dumps(trace)[1:-1]
        for where in (stored, logged):
            assert trace not in where, trace
            assert escaped not in where or trace.isascii(), trace


async def test_a_store_does_not_tell_a_report_from_a_thank_you(tmp_path: Path) -> None:
    async with open_world(tmp_path, **PLAIN) as world:
        wire = Wire(world, [world.bot_url])
        assert "没有保存" in await wire.says("somebody", REPORT)
        assert "不客气" in await wire.says("somebody", THANKS)
        stored = await _kept(tmp_path, "")
    assert stored.count('{"recall":"said"}') >= 2
    assert "不客气" not in stored


@pytest.mark.parametrize("said", [REPORT, "谢谢"])
async def test_nor_beside_a_form_that_was_put_aside(said: str, tmp_path: Path) -> None:
    """A thank-you is not taken for an answer there: what is kept of the two is the same but for the store's noise."""
    async with open_world(tmp_path, **PLAIN) as world:
        wire = Wire(world, [world.bot_url])
        await wire.says("wang", "综合观察表")
        await wire.says("wang", "菜单")
        assert ("没有保存" if said == REPORT else "不客气") in await wire.says("wang", said)
        stored = await _kept(tmp_path, "")
    assert '{"recall":"said"}' in stored
    assert "sealed" not in stored
