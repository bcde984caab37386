"""The two statements that every writer shares: insert unless it is there, and take the next number of a counter."""

from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Executable, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage.models import Counter, Table, core

Executor: TypeAlias = AsyncSession | AsyncConnection
"""What statements run in: a transaction with objects, or one without what these cost (Connections.writing_rows)."""

_COUNTERS = core(Counter)
_RAISE = (
    update(_COUNTERS)
    .where(_COUNTERS.c.name == bindparam("counter"))
    .values(value=_COUNTERS.c.value + bindparam("amount"))
    .returning(_COUNTERS.c.value)
)


def dialect_of(executor: Executor) -> str:
    """Which database it is: "sqlite" or "postgresql"."""
    bind = executor if isinstance(executor, AsyncConnection) else executor.get_bind()
    return bind.dialect.name


async def insert_unless_there(executor: Executor, table: type[Table], **row: Any) -> Any:
    """INSERT … ON CONFLICT DO NOTHING: the new row's primary key, or None when a unique column stood in the way."""
    insert = _insert(dialect_of(executor), table)
    return (await executor.execute(insert, row)).scalar_one_or_none()


@cache  # building a statement costs more than running it
def _insert(dialect: str, table: type[Table]) -> Executable:
    (key,) = core(table).primary_key
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(core(table)).on_conflict_do_nothing().returning(key)


async def take(session: AsyncSession, name: str, amount: int = 1) -> int:
    """Raise the counter `name` by `amount` and return what it is then (a new one begins at 0).

    The counter's row stays locked until the transaction ends, so nobody else gets the same number.
    """
    wanted = {"counter": name, "amount": amount}
    value = (await session.execute(_RAISE, wanted)).scalar_one_or_none()
    if value is None:
        await insert_unless_there(session, Counter, name=name, value=0)
        value = (await session.execute(_RAISE, wanted)).scalar_one()
    return int(value)
