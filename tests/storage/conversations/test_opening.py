"""The URL of the conversation store."""

from pathlib import Path

import pytest

from storage.conversations.opening import open_store
from storage.conversations.redis import RedisConversations
from storage.conversations.sqlite import SqliteConversations


@pytest.mark.parametrize("slashes", ["sqlite:///", "SQLite:///"])
async def test_a_sqlite_url_names_a_file(tmp_path: Path, slashes: str) -> None:
    store = open_store(f"{slashes}{tmp_path}/my%20store.db")
    assert isinstance(store.conversations, SqliteConversations)
    assert not store.several_workers
    async with store:
        await store.shared.put("a", "b", 60)
        await store.conversations.ping()
    assert (tmp_path / "my store.db").exists()


async def test_three_slashes_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_store("sqlite:///var/conversations.db"):
        assert (tmp_path / "var" / "conversations.db").exists()


async def test_a_redis_url_names_a_server(redis_url: str) -> None:
    async with open_store(redis_url) as store:
        assert isinstance(store.conversations, RedisConversations)
        assert store.several_workers
        await store.conversations.ping()
        assert await store.shared.count("n", 60) == 1


@pytest.mark.parametrize("url", ["rediss://:secret@127.0.0.1:1/0", "unix:///run/redis.sock?db=1"])
async def test_other_redis_urls_are_understood(url: str) -> None:
    async with open_store(url) as store:
        assert isinstance(store.conversations, RedisConversations)


@pytest.mark.parametrize(
    "url",
    ["", "conversations.db", "mysql://:secret@h/db", "sqlite://", "sqlite:///:memory:", "sqlite://secret/x.db"],
)
def test_what_names_no_store_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite") as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
