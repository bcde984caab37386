"""A confidential outcome: nothing of its reply is kept, only the name of the recall that words it again."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from sqlmodel import col

from handlers import routes
from handlers.base import Context, Conversation, Inbound, Outcome, Reply, Said, text
from storage.commands import WriteAudit
from storage.models import Turn
from tests.bot.wire import PLAIN, Wire, rows
from tests.world import open_world

NAME, WORD, PURE = "receipt", "匿名", "匿名查看"
LEAD = "您的回执码是"


def receipt(key: str) -> str:
    """What stands in the reply: made of the message key alone."""
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def worded(key: str) -> str:
    """The whole reply; long enough for several pages."""
    return f"{LEAD}{receipt(key)}。" + "\n".join(f"{line} 请抄下来，只显示这一次。" for line in range(90))


async def recall(inbound: Inbound, context: Context) -> Reply:
    """The reply of a repeat."""
    return text(worded(inbound.key))


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The usual answers, and one that is confidential, with and without something for the records."""
    if inbound.text not in {WORD, PURE}:
        return await routes.answer(inbound, conversation, context)
    said = Said(conversation, text(worded(inbound.key)))
    if inbound.text == PURE:
        return Outcome(said=said, confidential=NAME)
    command = WriteAudit("test.confidential", "nothing")
    return Outcome(commands=(command,), then=lambda results: said, confidential=NAME)


@pytest.fixture
def opening(stores: Callable[[str], dict[str, str]], tmp_path: Path) -> Callable[[str], Any]:
    """Opens a wire on a back end, and what is in its conversation store as one text."""

    @asynccontextmanager
    async def opened(back_end: str) -> AsyncIterator[tuple[Wire, Callable[[], Any]]]:
        parts = {"answer": answer, "recalls": {NAME: recall}}
        chosen = stores(back_end)
        async with open_world(tmp_path, overrides=parts, **PLAIN, **chosen) as world:

            async def kept() -> str:
                if back_end == "redis":
                    return await _of_redis(chosen["conversations_url"])
                files = [*tmp_path.glob("conversations.db*"), *tmp_path.glob("records.db*")]
                return "".join(file.read_bytes().decode(errors="replace") for file in files)

            yield Wire(world, [world.bot_url]), kept

    return opened


async def _of_redis(url: str) -> str:
    found = []
    async with Redis.from_url(url, decode_responses=True) as redis:
        async for key in redis.scan_iter():
            value = await redis.hgetall(key) if await redis.type(key) == "hash" else await redis.get(key)
            found.append(f"{key!r}={value!r}")
    return "\n".join(found)


@pytest.mark.parametrize("back_end", ["sqlite", "redis"])
@pytest.mark.parametrize("said", [WORD, PURE])
async def test_only_the_recall_is_kept_and_a_repeat_gets_the_same(
    said: str, back_end: str, opening: Callable[[str], Any]
) -> None:
    """Neither store holds the receipt or a word of the reply; each repeat, at once or later, reads the same."""
    async with opening(back_end) as (wire, kept):
        first = await wire.says("somebody", said, 900001)
        assert first.startswith(f"{LEAD}{receipt('m:900001')}")
        assert await wire.says("somebody", said, 900001) == first
        await wire.says("somebody", "菜单")
        assert await wire.says("somebody", said, 900001) == first
        another = await wire.says("somebody", said, 900002)
        assert another.startswith(LEAD)
        assert receipt("m:900001") not in another
        turns = await rows(wire.world.settings.database, select(Turn).where(col(Turn.key).like("m:90000%")))
        assert [turn.reply for turn in turns] == ([f'{{"recall":"{NAME}"}}'] * 2 if said == WORD else [])
        stored = await kept() + "".join(f"{turn.conversation}{turn.reply}" for turn in turns)
        assert receipt("m:900001") not in stored
        assert LEAD not in stored
        assert "请抄下来" not in stored, "the further pages of a long reply are kept in the conversation"
