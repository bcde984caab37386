"""A process of its own for tests that kill or measure it: `python -m tests.storage.conversations.child storm URL`."""

import asyncio
import gc
import os
import sys

import psutil

from storage.conversations.contract import Conversations, Fresh
from storage.conversations.opening import open_store
from storage.conversations.redis import RedisConversations

PEOPLE = 24


async def storm(store: Conversations) -> None:
    """Turn after turn of many people; each acknowledged one is printed as `contact seq`. Message n is key n."""

    async def person(contact: str) -> None:
        while True:
            opened = await store.open(contact, f"{contact}-look", 5)
            assert isinstance(opened, Fresh)
            await store.release(opened.claim, doubtful=False)
            seq = opened.seq + 1
            turn = await store.open(contact, f"{contact}-{seq}", 5)
            assert isinstance(turn, Fresh)
            await store.save(turn.claim, seq, str(seq), f"reply {seq}")
            os.write(sys.stdout.fileno(), f"{contact} {seq}\n".encode())

    await asyncio.gather(*(person(f"p{number}") for number in range(PEOPLE)))


async def hold(store: Conversations) -> None:
    """Claim one contact's turn and wait to be killed."""
    opened = await store.open("held", "m1", 5)
    assert isinstance(opened, Fresh)
    os.write(sys.stdout.fileno(), b"held\n")
    await asyncio.sleep(60)


async def memory(store: Conversations) -> None:
    """Print how many bytes of resident memory 10,000 open conversations of 2 KB cost."""
    state = "状" * 700

    async def turns(prefix: str, count: int) -> None:
        for start in range(0, count, 50):
            await asyncio.gather(*(turn(f"{prefix}{number}") for number in range(start, start + 50)))

    async def turn(contact: str) -> None:
        opened = await store.open(contact, f"{contact}-1", 5)
        assert isinstance(opened, Fresh)
        await store.save(opened.claim, 1, state, "请填写")

    await turns("warm", 1_000)
    gc.collect()
    before = psutil.Process().memory_info().rss
    await turns("person", 10_000)
    gc.collect()
    os.write(sys.stdout.fileno(), f"{psutil.Process().memory_info().rss - before}\n".encode())


MODES = {"storm": storm, "hold": hold, "memory": memory}


async def main(mode: str, url: str) -> None:
    """Run one mode on the store of this URL."""
    async with _store(url) as store:
        await MODES[mode](store)


def _store(url: str) -> Conversations:
    """The store of this URL; its locks end soon after a kill, so that tests need not wait long."""
    return RedisConversations(url, lock_ttl=1.0) if url.startswith("redis") else open_store(url).conversations


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
