"""What tests of the whole bot share: the stores of a back end."""

from collections.abc import Callable

import pytest

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
