"""What only the SQLite back end promises: one owner, a file that is only ours, a full disk, expiry."""

import asyncio
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.conversations import sqlite, sqlite_shared, sqlite_writer
from storage.conversations.contract import Busy, Seen, StoreUnavailable
from storage.conversations.sqlite import SqliteConversations
from storage.conversations.sqlite_file import StoreInUse, connect
from tests.storage.conversations.backends import fresh

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made; the directory does not exist yet."""
    return tmp_path / "made on demand" / "conversations.db"


def run_another(path: Path) -> subprocess.CompletedProcess[bytes]:
    """Another process that tries to open the store."""
    command = [sys.executable, "-m", "tests.storage.conversations.child", "hold", f"sqlite:///{path}"]
    return subprocess.run(command, capture_output=True, check=False, cwd=ROOT)


def write(path: Path, content: bytes) -> None:
    """Replace the file."""
    path.write_bytes(content)


def stored(path: Path) -> tuple[int, bytes]:
    """How many replies there are, and all bytes of the file and its log."""
    connection = sqlite3.connect(path)
    (replies,) = connection.execute("SELECT count(*) FROM replies").fetchone()
    connection.close()
    return replies, path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


@contextmanager
def no_space(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: writes fail as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def say(store: SqliteConversations, contact: str, key: str, text: str) -> None:
    """One whole turn, released as a caller does when the store cannot save."""
    opened = fresh(await store.open(contact, key, 3))
    try:
        await store.save(opened.claim, opened.seq + 1, text, text)
    except StoreUnavailable:
        await store.release(opened.claim, doubtful=True)
        raise


async def test_a_second_process_gets_an_error_naming_file_and_owner(path: Path) -> None:
    async with SqliteConversations(path):
        with pytest.raises(StoreInUse) as caught:
            await SqliteConversations(path).__aenter__()
        assert (caught.value.path, caught.value.pid) == (path, os.getpid())
        assert str(path) in str(caught.value)
        other = await asyncio.to_thread(run_another, path)
        assert other.returncode == 1
        assert f"in use by process {os.getpid()}".encode() in other.stderr
    async with SqliteConversations(path) as again:
        await again.ping()


async def test_the_lock_is_free_again_when_opening_failed(path: Path) -> None:
    path.parent.mkdir()
    write(path, b"this is no database" * 100)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="not a database"):
            await SqliteConversations(path).__aenter__()


async def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    async with SqliteConversations(path):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailable, match="newer version"):
        await SqliteConversations(path).__aenter__()


async def test_a_directory_that_cannot_be_made_is_an_error_with_its_name(path: Path) -> None:
    path.parent.write_text("a file stands in the way")
    with pytest.raises(StoreUnavailable, match="made on demand"):
        await SqliteConversations(path).__aenter__()


async def test_only_the_owner_may_read_the_files(path: Path) -> None:
    async with SqliteConversations(path) as store:
        await say(store, "anna", "m1", "secret")
        files = sorted(path.parent.iterdir())
        assert [file.name.removeprefix("conversations.db") for file in files] == ["", "-shm", "-wal", ".lock"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_every_commit_is_synced_and_deleted_text_is_overwritten(path: Path) -> None:
    path.parent.mkdir()
    connection = connect(path)
    settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "secure_delete")}
    assert settings == {"synchronous": 2, "secure_delete": 1}
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


async def test_a_full_disk_is_reported_and_got_over(path: Path) -> None:
    async with SqliteConversations(path) as store:
        await say(store, "anna", "m0", "before")
        await store.shared.put("token", "old", 7_200)
        saved, refused = ["m0"], []
        with no_space(100_000):
            for number in range(1, 60):
                try:
                    await say(store, "anna", f"m{number}", f"{number} " * 2_000)
                    saved.append(f"m{number}")
                except StoreUnavailable:
                    refused.append(f"m{number}")
            assert len(refused) > 20
            with pytest.raises(StoreUnavailable):
                await store.ping()
            with pytest.raises(StoreUnavailable):
                await store.shared.put("token", "new", 7_200)
            with pytest.raises(StoreUnavailable):
                await store.shared.put_if_absent("other", "new", 7_200)
            assert await store.shared.get("token") == "old"
            assert await store.shared.get("other") is None
            assert isinstance(await store.open("anna", "m0", 1), Seen)
        await store.ping()
        for key in saved:
            assert isinstance(await store.open("anna", key, 1), Seen)
        opened = fresh(await store.open("anna", refused[-1], 1))
        assert opened.seq == len(saved)
        assert opened.doubtful
        await store.save(opened.claim, opened.seq + 1, "after", "after")


async def test_a_disk_that_hangs_makes_saves_fail_in_time_and_keeps_the_turn_closed(path: Path) -> None:
    async with SqliteConversations(path, timeout=0.3) as store:
        await say(store, "anna", "m0", "before")
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        opened = fresh(await store.open("anna", "m1", 1))
        started = asyncio.get_running_loop().time()
        with pytest.raises(StoreUnavailable):
            await store.save(opened.claim, 2, "one", "one")
        assert asyncio.get_running_loop().time() - started < 0.45
        await store.release(opened.claim, doubtful=True)
        assert await store.open("anna", "m2", 0.05) == Busy()
        blocker.execute("ROLLBACK")
        blocker.close()
        then = await store.open("anna", "m1", 2)
        assert then == Seen("one") or fresh(then).doubtful


async def test_what_an_earlier_process_wrote_is_doubtful_until_saved_again(path: Path) -> None:
    async with SqliteConversations(path) as store:
        await say(store, "anna", "m0", "before")
    async with SqliteConversations(path) as store:
        first = fresh(await store.open("anna", "m1", 1))
        assert first.doubtful
        await store.save(first.claim, 2, "x", "x")
        assert not fresh(await store.open("anna", "m2", 1)).doubtful


async def test_too_many_doubts_make_everyone_doubtful_and_cost_no_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "MOST_DOUBTFUL", 10)
    async with SqliteConversations(path) as store:
        for number in range(30):
            await say(store, f"p{number}", "m0", "x")
        for number in range(1, 30):
            opened = fresh(await store.open(f"p{number}", "m1", 1))
            await store.release(opened.claim, doubtful=True)
        assert fresh(await store.open("p0", "m1", 1)).doubtful
        assert all([fresh(await store.open(f"p{number}", "m2", 1)).doubtful for number in range(1, 30)])


async def test_expired_replies_are_swept_and_their_text_is_gone_from_the_disk(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_writer, "SWEEP_EVERY", 0.1)
    monkeypatch.setattr(sqlite_writer, "SWEEP_AGAIN", 0.01)
    monkeypatch.setattr(sqlite_writer, "SWEEP_ROWS", 7)
    async with SqliteConversations(path, reply_ttl=0) as store:
        for number in range(100):
            await say(store, "anna", f"m{number}", f"very secret {number}")
        await store.shared.put("link", "very secret link", 3_600)
        await store.shared.remove("link", "very secret link")
        await say(store, "anna", "last", "harmless")
        assert b"very secret 99" in stored(path)[1]
        for _ in range(100):
            await asyncio.sleep(0.1)
            replies, text = stored(path)
            if not replies and b"very secret" not in text:
                break
        assert replies == 0
        assert b"very secret" not in text
        assert fresh(await store.open("anna", "m5", 1)).state == "harmless"


async def test_shared_entries_are_bounded_and_the_oldest_go_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_shared, "MOST_ENTRIES", 500)
    async with SqliteConversations(path) as store:
        await store.shared.put("token", "kept", 7_200)
        for number in range(5_000):
            assert await store.shared.put_if_absent(f"nonce{number}", "x", 600) is None
        assert await store.shared.get("nonce4999") == "x"
        assert await store.shared.get("nonce1") is None
        assert await store.shared.get("token") == "kept"
        await asyncio.gather(*(store.shared.put(f"link{number}", "y", 7_200) for number in range(3_000)))
        assert await store.shared.get("link2999") == "y"
        assert await store.shared.get("link0") is None


async def test_too_many_pending_writes_are_refused_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_writer, "MOST_PENDING", 3)
    async with SqliteConversations(path) as store:
        results = await asyncio.gather(
            *(say(store, f"p{number}", "m", "x") for number in range(10)), return_exceptions=True
        )
        assert [type(result) for result in results] == [type(None)] * 3 + [StoreUnavailable] * 7
        await say(store, "p9", "m", "x")


async def test_a_store_that_is_not_open_says_so(path: Path) -> None:
    store = SqliteConversations(path)
    with pytest.raises(StoreUnavailable):
        await store.ping()
    async with store:
        await store.ping()
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.shared.put("a", "b", 7_200)


async def test_closing_writes_what_is_pending_and_ends_the_thread(path: Path) -> None:
    async with SqliteConversations(path) as store:
        opened = [fresh(await store.open(f"p{number}", "m", 1)) for number in range(300)]
        saving = [asyncio.create_task(store.save(turn.claim, 1, "x", "x")) for turn in opened]
        await asyncio.sleep(0)
    await asyncio.gather(*saving)
    assert "conversations" not in {thread.name for thread in threading.enumerate()}
    async with SqliteConversations(path) as store:
        assert await store.open("p299", "m", 1) == Seen("x")
