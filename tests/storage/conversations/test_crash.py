"""What is left after a process or a server was killed in the middle of its work."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.conversations.contract import Seen
from storage.conversations.redis import RedisConversations
from tests.servers import RedisServer
from tests.storage.conversations.backends import AnyStore, Backend, fresh
from tests.storage.conversations.child import PEOPLE

ROOT = Path(__file__).parents[3]


@contextmanager
def child(mode: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process running one mode of child.py; it is killed at the end."""
    command = [sys.executable, "-m", "tests.storage.conversations.child", mode, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def acknowledged_until(process: subprocess.Popen[bytes], seconds: float) -> dict[str, int]:
    """Let the storm rage, kill it, and return the last acknowledged seq of everyone."""
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    time.sleep(seconds)
    process.kill()
    lines += process.stdout.readlines()
    process.wait()
    return {contact: int(seq) for contact, seq in (line.decode().split() for line in lines if line.endswith(b"\n"))}


async def check_everyone(store: AnyStore, acknowledged: dict[str, int]) -> None:
    """Everything acknowledged is there, and of every turn both state and reply or neither."""
    for contact, seq in acknowledged.items():
        opened = fresh(await store.open(contact, f"{contact}-look", 12))
        assert opened.seq in {seq, seq + 1}
        assert opened.state == str(opened.seq)
        await store.release(opened.claim, doubtful=False)
        for known in {1, max(1, seq - 1), seq, opened.seq}:
            assert await store.open(contact, f"{contact}-{known}", 1) == Seen(f"reply {known}")
        after = fresh(await store.open(contact, f"{contact}-{opened.seq + 1}", 1))
        await store.release(after.claim, doubtful=False)


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.7])
async def test_a_killed_process_loses_nothing_acknowledged(backend: Backend, seconds: float) -> None:
    with child("storm", backend.url) as process:
        acknowledged = acknowledged_until(process, seconds)
    assert len(acknowledged) == PEOPLE or seconds < 0.3
    async with backend.store(claim_ttl=0.5) as store:
        await check_everyone(store, acknowledged)


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
async def test_a_process_killed_at_many_moments_loses_nothing(backend: Backend, number: int) -> None:
    with child("storm", backend.url) as process:
        acknowledged = acknowledged_until(process, 0.05 + number * 0.037)
    async with backend.store(claim_ttl=0.5) as store:
        await check_everyone(store, acknowledged)


async def test_a_killed_redis_keeps_what_was_acknowledged(redis_server: RedisServer, redis_url: str) -> None:
    with child("storm", redis_url) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(200)]
        redis_server.kill9()
        lines += process.stdout.readlines()
    redis_server.start()
    acknowledged = {contact: int(seq) for contact, seq in (line.decode().split() for line in lines)}
    async with RedisConversations(redis_url) as store:
        await check_everyone(store, acknowledged)


async def test_a_turn_whose_process_was_killed_is_doubtful(backend: Backend) -> None:
    async with backend.store() as store:
        first = fresh(await store.open("held", "m0", 1))
        await store.save(first.claim, 1, "before", "zero")
    with child("hold", backend.url) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
    async with backend.store() as store:
        again = fresh(await store.open("held", "m1", 12))
        assert (again.doubtful, again.seq, again.state) == (True, 1, "before")


def test_ten_thousand_open_conversations_cost_no_memory(backend: Backend) -> None:
    with child("memory", backend.url) as process:
        assert process.stdout is not None
        grown = int(process.stdout.readline())
    assert grown <= 5_000_000
