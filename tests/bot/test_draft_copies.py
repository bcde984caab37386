"""What reaches the records while a form is filled: enough to go on when the conversation store is lost."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.draft_copies import MOST, DraftCopies
from storage.commands import DraftCopy
from storage.database import Database, RecordsUnavailable
from tests.servers import RedisServer
from tests.walk import fill
from tests.world import open_world


async def test_a_lost_store_costs_at_most_the_open_section(tmp_path: Path, redis_server: RedisServer) -> None:
    """Nobody said 暂存: the sections that were finished are there."""
    redis_server.flush()
    async with open_world(tmp_path, conversations_url=redis_server.url) as world:
        user = world.user("wang")
        await fill(user, until="干部职工管理的总体情况")
        await asyncio.sleep(1.0)  # copies are written every half second
        redis_server.flush()
        await user.says("总体良好")
        user.sees("继续")
        await user.says("继续")
        user.sees("接着填", "干部职工管理的总体情况")
        assert await world.violations() == []


async def test_a_stop_writes_what_waits(tmp_path: Path) -> None:
    """A graceful stop right after an answer keeps its copy."""
    async with open_world(tmp_path) as world:
        await fill(world.user("wang"), until="干部职工管理的总体情况")
        await world.running.cleanup()
        async with Database(world.settings.database) as database:
            contact = await database.contact_of("wang", world.clock.now)
            (draft,) = await database.records(contact, now=world.clock.now).open_drafts()
        assert "总体良好" not in str(draft.answers)
        assert "good" in str(draft.answers)


class Away(Database):
    """Records that are away for the first few writes."""

    def __init__(self, failures: int) -> None:
        super().__init__("sqlite+aiosqlite:///unused.db")
        self.failures = failures
        self.back = asyncio.Event()
        self.written: list[tuple[DraftCopy, datetime]] = []

    async def copy_drafts(self, copies: object) -> None:
        """Fails, then keeps."""
        if self.failures:
            self.failures -= 1
            raise RecordsUnavailable("away")
        assert isinstance(copies, list)
        self.written += copies
        self.back.set()


async def test_copies_wait_while_the_records_are_away() -> None:
    """The newest of each draft is written once they are back."""
    records, now = Away(failures=1), datetime.now(UTC)
    async with DraftCopies(records) as copies:
        for number in range(3):
            copies.add(DraftCopy("d", 1, {"n": number}, None, "c"), now)
        await asyncio.wait_for(records.back.wait(), 5)
    assert [copy.answers for copy, _ in records.written] == [{"n": 2}]


async def test_copies_never_fill_the_memory() -> None:
    """Beyond MOST they are dropped; they are copies."""
    records, now = Away(failures=0), datetime.now(UTC)
    async with DraftCopies(records) as copies:
        for number in range(MOST + 50):
            copies.add(DraftCopy(str(number), 1, {}, None, "c"), now)
    assert len(records.written) == MOST
