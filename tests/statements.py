"""SQL statements are compiled once for a test process; every engine would compile them again, a quarter of the time."""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Connection, Engine, event

_Key = tuple[Any, ...]


class SharedStatements(MutableMapping[_Key, Any]):
    """SQLAlchemy's cache of compiled statements, the same for all engines of one kind (the key begins with theirs)."""

    def __init__(self) -> None:
        self._compiled: dict[_Key, Any] = {}

    def __getitem__(self, key: _Key) -> Any:
        return self._compiled[_of_kind(key)]

    def __setitem__(self, key: _Key, compiled: Any) -> None:
        self._compiled[_of_kind(key)] = compiled

    def __delitem__(self, key: _Key) -> None:
        del self._compiled[_of_kind(key)]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)

    def share(self) -> None:
        """Let every connection from now on use this cache."""

        @event.listens_for(Engine, "engine_connect")
        def use(connection: Connection) -> None:
            connection.execution_options(compiled_cache=self)


def _of_kind(key: _Key) -> _Key:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)
