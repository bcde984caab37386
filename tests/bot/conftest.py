"""What tests of the whole bot share: the stores of a back end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage.conversations.contract import Shared
from storage.conversations.opening import open_store
from tests.servers import PostgresServer, RedisServer


@pytest.fixture
def stores(request: pytest.FixtureRequest) -> Callable[[str], dict[str, str]]:
    """The settings of a back end: SQLite for both stores, or Redis with PostgreSQL."""

    def settings(back_end: str) -> dict[str, str]:
        if back_end == "sqlite":
            return {}
        redis: RedisServer = request.getfixturevalue("redis_server")
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        redis.flush()
        return {"conversations_url": redis.url, "database_url": postgres.database()}

    return settings


@pytest.fixture(params=["sqlite", "redis"])
async def two_shared(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Shared, Shared]]:
    """What two clients of one deployment see: the same object on SQLite, two connections on Redis."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            one = await stack.enter_async_context(open_store(f"sqlite:///{tmp_path}/conversations.db"))
            yield one.shared, one.shared
        else:
            url = request.getfixturevalue("redis_url")
            stores = [await stack.enter_async_context(open_store(url)) for _ in range(2)]
            yield stores[0].shared, stores[1].shared
