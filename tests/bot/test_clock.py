"""The tick: old turns go, new ones stay, and records that are away are no accident."""

from datetime import timedelta
from pathlib import Path

from bot.clock import TURNS_KEPT, Clock
from storage.database import Database
from storage.upgrade import upgrade
from tests.world import START


async def test_old_turns_are_ended(tmp_path: Path) -> None:
    """A turn answers repeats for TURNS_KEPT and is gone after."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    async with Database(url) as database:
        contact = await database.contact_of("somebody", START)
        for seq, at in ((1, START), (2, START + timedelta(days=5))):
            await database.commit_turn(
                key=f"m:{seq}",
                contact=contact,
                seq=seq,
                now=at,
                commands=[],
                generation=None,
                finish=lambda results: ("{}", "{}"),
            )
        async with Clock(database, lambda: START + TURNS_KEPT + timedelta(seconds=1)) as clock:
            await clock.tick()
        assert await database.find_turn("m:1", contact, 99) is None
        assert await database.find_turn("m:2", contact, 99) is not None


async def test_a_tick_outlives_an_outage(tmp_path: Path) -> None:
    """Records that cannot be reached are tried again at the next tick."""
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}") as database:
        await Clock(database, lambda: START).tick()
