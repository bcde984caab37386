"""Which commits wait for the disk."""

from pathlib import Path

from sqlalchemy import text

from storage.connections import Connections
from storage.upgrade import upgrade

FULL, NORMAL = 2, 1
"""PRAGMA synchronous: https://www.sqlite.org/pragma.html#pragma_synchronous."""


async def waits(connections: Connections, *, unhurried: bool) -> int | str:
    """What the back end says of the commit of such a transaction."""
    async with connections.writing(unhurried=unhurried) as session:
        name = session.get_bind().dialect.name
        asked = "PRAGMA synchronous" if name == "sqlite" else "SHOW synchronous_commit"
        found: int | str = (await session.execute(text(asked))).scalar_one()
    return found


async def test_only_unhurried_commits_do_not_wait_for_the_disk(tmp_path: Path, postgres_url: str) -> None:
    """Also beside each other on the one connection that writes, and after one that failed."""
    sqlite_url = f"sqlite+aiosqlite:///{tmp_path}/records.db"
    for url, kept, loose in ((sqlite_url, FULL, NORMAL), (postgres_url, "on", "off")):
        upgrade(url)
        connections = Connections(url)
        try:
            found = [await waits(connections, unhurried=unhurried) for unhurried in (False, True, True, False, True)]
            assert found == [kept, loose, loose, kept, loose]
            try:
                async with connections.writing(unhurried=True) as session:
                    await session.execute(text("SELECT * FROM nowhere"))
            except Exception as error:
                assert "nowhere" in str(error)
            assert await waits(connections, unhurried=False) == kept
        finally:
            await connections.dispose()
