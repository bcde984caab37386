"""A text that its writer has not confirmed: readable by nobody after half an hour, nor after they gave it up."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.sealing import Seal
from handlers.base import Conversation
from handlers.messages.memory import MEMORY, PATIENCE, Pending
from storage.conversations.contract import Shared
from storage.conversations.opening import open_store
from tests.bot.wire import PLAIN, Wire
from tests.world import open_world

SUGGESTION, MORE = "建议食堂晚上加一个热菜，加班的人能吃上", "最好八点以后也有"
TRACES = ("热菜", "八点以后")
BACK_ENDS = pytest.mark.parametrize("back_end", ["sqlite", "redis"])


@pytest.fixture
def opening(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Opens a bot on a back end, with what its stores hold as one text and the address of the Redis."""

    @asynccontextmanager
    async def opened(back_end: str) -> AsyncIterator[tuple[Wire, Callable[[], Awaitable[str]], str]]:
        redis_url = request.getfixturevalue("redis_url") if back_end == "redis" else ""
        chosen: dict[str, Any] = {"conversations_url": redis_url} if redis_url else {}
        async with open_world(tmp_path, **PLAIN, **chosen) as world:

            async def kept() -> str:
                files = [*tmp_path.glob("conversations.db*"), *tmp_path.glob("records.db*")]
                stored = "".join(file.read_bytes().decode(errors="replace") for file in files)
                return stored + (await _of_redis(redis_url) if redis_url else "")

            yield Wire(world, [world.bot_url]), kept, redis_url

    return opened


async def _of_redis(url: str) -> str:
    found = []
    async with Redis.from_url(url, decode_responses=True) as redis:
        async for key in redis.scan_iter():
            value: Any = await redis.hgetall(key) if await redis.type(key) == "hash" else await redis.get(key)
            found.append(f"{key!r}={value!r}")
    return "\n".join(found)


def _holds(stored: str) -> list[str]:
    return [trace for trace in TRACES if trace in stored or json.dumps(trace)[1:-1] in stored]


@BACK_ENDS
async def test_it_is_kept_sealed_and_registered_all_the_same(back_end: str, opening: Callable[[str], Any]) -> None:
    async with opening(back_end) as (wire, kept, _):
        await wire.says("somebody", SUGGESTION, 1)
        assert "又收到一条" in await wire.says("somebody", MORE, 2)
        assert "热菜" in await wire.says("somebody", MORE, 2), "a repeat reads the same"
        merged = await wire.says("somebody", "加到刚才那条", 3)
        assert f"“{SUGGESTION}\n{MORE}”" in merged
        assert await wire.says("somebody", "加到刚才那条", 3) == merged
        assert _holds(await kept()) == []
        recorded = await wire.says("somebody", "对，提交", 4)
        assert "已登记，编号 YJ" in recorded
        assert await wire.says("somebody", "对，提交", 4) == recorded


@BACK_ENDS
async def test_nothing_of_it_can_be_read_after_it_was_given_up(back_end: str, opening: Callable[[str], Any]) -> None:
    async with opening(back_end) as (wire, kept, redis_url):
        await wire.says("somebody", SUGGESTION, 1)
        await wire.says("somebody", MORE, 2)
        assert "没有登记，也没有保留" in await wire.says("somebody", "不提了", 3)
        assert "之前已经答复过了" in await wire.says("somebody", MORE, 2), "the reply that quoted it is unreadable"
        stored = await kept()
        assert _holds(stored) == []
        assert not redis_url or "seal:" not in await _of_redis(redis_url)


@BACK_ENDS
async def test_what_nobody_came_back_to_is_gone_after_half_an_hour(
    back_end: str, opening: Callable[[str], Any]
) -> None:
    async with opening(back_end) as (wire, kept, redis_url):
        await wire.says("somebody", SUGGESTION, 1)
        if redis_url:
            async with Redis.from_url(redis_url, decode_responses=True) as redis:
                (name,) = [key async for key in redis.scan_iter("*seal:*")]
                assert 0 < await redis.ttl(name) <= PATIENCE
                await redis.delete(name)  # as it does by itself
            assert "隔得有点久了" in await wire.says("somebody", "对，提交", 2)
        assert _holds(await kept()) == []


@BACK_ENDS
async def test_a_suggestion_beside_a_form_is_sealed_and_handed_in_all_the_same(
    back_end: str, opening: Callable[[str], Any]
) -> None:
    async with opening(back_end) as (wire, kept, _):
        await wire.says("wang", "综合观察表")
        await wire.says("wang", "菜单")
        assert "另外提的" in await wire.says("wang", SUGGESTION)
        offered = await wire.says("wang", "另外提的", 7)
        assert "我理解您在提建议" in offered
        assert await wire.says("wang", "另外提的", 7) == offered, "a repeat reads the same"
        assert _holds(await kept()) == []
        assert "已登记，编号 YJ" in await wire.says("wang", "对，提交")


@BACK_ENDS
async def test_so_is_a_sentence_that_might_answer_a_form(back_end: str, opening: Callable[[str], Any]) -> None:
    async with opening(back_end) as (wire, kept, _):
        await wire.says("wang", "综合观察表")
        await wire.says("wang", "菜单")
        assert "记入这一题" in await wire.says("wang", SUGGESTION)
        assert _holds(await kept()) == []
        assert f"选项里没有“{SUGGESTION}”" in await wire.says("wang", "记入这一题"), "it was read again"


@pytest.fixture
async def shared(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Shared]:
    """The small facts of a store."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else f"sqlite:///{tmp_path}/talk.db"
    async with open_store(url) as store:
        yield store.shared


@pytest.mark.parametrize("shared", ["sqlite", "redis"], indirect=True)
async def test_a_key_lives_as_long_as_the_text_may_wait(shared: Shared) -> None:
    now = 1_000_000
    waits = Conversation("c1").with_memory(MEMORY, Pending(now - PATIENCE + 1, 7, SUGGESTION, "suggestion").to_json())
    seal = Seal(shared, "c1", now)
    kept = seal.closed(waits, "pages", sealed=False)
    assert _holds(json.dumps(kept, ensure_ascii=False)) == []
    await seal.keep(kept, "pages")
    assert await Seal(shared, "c1", now).opened(Conversation("c1", 1, kept), "pages") == waits._replace(seq=1)
    another = await Seal(shared, "c2", now).opened(Conversation("c2", 1, kept), "pages")
    assert Pending.from_json(another.recall(MEMORY)).gone, "nobody else's key opens it"
    await asyncio.sleep(1.1)
    late = await Seal(shared, "c1", now).opened(Conversation("c1", 1, kept), "pages")
    assert Pending.from_json(late.recall(MEMORY)) == Pending(now - PATIENCE + 1, 7, gone=True)
