"""The audit log: chained, append-only, and a change or a removal is found."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.commands import WriteAudit
from tests.storage.conftest import NOW, World

WITHOUT_GUARDS = {
    "sqlite": ("DROP TRIGGER audit_entries_keep_UPDATE", "DROP TRIGGER audit_entries_keep_DELETE"),
    "postgresql": ("SET LOCAL session_replication_role = replica",),
}


async def execute(url: str, *statements: str, unguarded: bool = False) -> None:
    """Run statements as somebody with the database's password would."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            guards = WITHOUT_GUARDS[engine.dialect.name] if unguarded else ()
            for statement in (*guards, *statements):
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def test_a_whole_log_is_found_well(world: World) -> None:
    verdict = await world.database.verify_audit()
    await world.run("m", 2, WriteAudit("sheet.read", "sheet:1", {"why": "抽查"}), WriteAudit("a", "b"))
    longer = await world.database.verify_audit()
    assert verdict.broken_at is None and longer.broken_at is None
    assert longer.entries == verdict.entries + 2
    assert longer.head != verdict.head


async def test_a_long_log_is_read_in_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.audit._CHUNK", 3)
    verdict = await world.database.verify_audit()
    assert verdict.broken_at is None and verdict.entries > 6


async def test_lines_written_at_once_are_chained_one_after_the_other(world: World) -> None:
    before = (await world.database.verify_audit()).entries
    contacts = [await world.database.contact_of(f"openid {n}", NOW) for n in range(20)]
    await asyncio.gather(
        *(world.run(f"m{n}", 1, WriteAudit("a", str(n)), contact=contact) for n, contact in enumerate(contacts))
    )
    verdict = await world.database.verify_audit()
    assert (verdict.entries, verdict.broken_at) == (before + 20, None)


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET detail = '{}'", "DELETE FROM audit_entries"])
async def test_the_database_refuses_to_change_the_log(world: World, url: str, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        await execute(url, change)


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE audit_entries SET actor = 'somebody else' WHERE position = 3", 3),
        ("UPDATE audit_entries SET at = '2026-11-13 03:00:00.000000' WHERE position = 3", 3),
        ("UPDATE audit_entries SET subject = 'unit:9' WHERE position = 1", 1),
        ("DELETE FROM audit_entries WHERE position = 4", 4),
        ("DELETE FROM audit_entries WHERE position = 1", 1),
        ("DELETE FROM audit_entries WHERE position > 5", 6),
        ("DELETE FROM audit_entries", 1),
    ],
)
async def test_a_change_or_removal_is_found(world: World, url: str, tampering: str, found_at: int) -> None:
    await execute(url, tampering, unguarded=True)
    verdict = await world.database.verify_audit()
    assert verdict.broken_at == found_at
    assert verdict.entries == found_at - 1
