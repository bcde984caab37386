"""Files that nobody needs are deleted at the clock's ticks; those that somebody needs never."""

import os
from pathlib import Path

from bot.clock import Clock
from bot.media.cleaning import Cleaning
from bot.media.shelf import Shelf
from storage.database import Database
from storage.vocabulary import MediaState
from tests.bot.media.expecting import expecting, kept, until
from tests.world import World


def old(path: Path) -> Path:
    """As if it had been there for long."""
    os.utime(path, (1.0, 1.0))
    return path


async def ticks(world: World, database: Database, cleaning: Cleaning) -> None:
    """One tick of the clock."""
    await Clock(database, world.clock, chores=(cleaning.clean,)).tick()


async def test_the_files_of_a_dropped_draft_go(tmp_path: Path) -> None:
    """After the grace; the rows at once."""
    async with expecting(tmp_path) as (world, database):
        shelf = Shelf(world.settings.data_dir / "media")
        cleaning = Cleaning(database.media, shelf)
        await world.user("wang").sends("image", count=2)
        await until(world, database, lambda media: all(one.state is MediaState.STORED for one in media))
        first, *_ = kept(world)
        old(first)
        await ticks(world, database, cleaning)
        assert first.exists()
        await world.user("wang").says("弃表")
        before = len(kept(world))
        await ticks(world, database, cleaning)
        assert not first.exists()
        assert len(kept(world)) == before - 1
        for path in kept(world):
            old(path)
        for _ in range(256):
            await cleaning.clean()
        assert kept(world) == []


async def test_leftovers_of_a_crash_go_and_named_files_stay(tmp_path: Path) -> None:
    """Stored, but the row was never written; half received."""
    async with expecting(tmp_path) as (world, database):
        shelf = Shelf(world.settings.data_dir / "media")
        await world.user("wang").sends("image")
        await until(world, database, lambda media: all(one.state is MediaState.STORED for one in media))
        (named,) = kept(world)
        old(named)
        with shelf.scratch() as place:
            place.write_bytes(b"a leftover")
            leftover = old(shelf.path(shelf.keep(place)[0]))
        half = old_file(named.parent.parent / "incoming" / ("0" * 32))
        cleaning = Cleaning(database.media, shelf)
        for _ in range(256):
            await cleaning.clean()
        assert kept(world) == [named]
        assert not leftover.exists()
        assert not half.exists()


def old_file(path: Path) -> Path:
    """A file that has been there for long."""
    path.write_bytes(b"half")
    return old(path)


async def test_one_chore_that_fails_holds_up_no_other(tmp_path: Path) -> None:
    """Records that are away, a disk that is, a mistake of ours."""
    done = []

    async def fails() -> None:
        raise OSError("no disk")

    async def is_wrong() -> None:
        raise TypeError

    async def works() -> None:
        done.append(True)

    async with expecting(tmp_path) as (world, database):
        await Clock(database, world.clock, chores=(fails, is_wrong, works)).tick()
    assert done == [True]
