"""A round of 100,000 duties and dues on SQLite and PostgreSQL beside the same rows by an ORM.

`python -m benchmarks.rounds`. The round is made by the code that the clock calls. "max" is the longest transaction
with its commit: what a turn that writes may have to wait for. The peer makes the same rows as objects of SQLAlchemy's
ORM, a thousand in a transaction, as a scheduled task of a web framework does.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.admin import administer
from storage.connections import Connections
from storage.database import Database
from storage.models import Appointment, Due, Duty, Person, ReminderRule, core
from storage.rounds import NewRound, NewStep
from storage.upgrade import upgrade
from storage.vocabulary import Level, UnitKind
from tests.servers import PostgresServer

DUTIES = 100_000
UNITS = 100
NOW = datetime(2026, 12, 17, 1, tzinfo=UTC)
GOALS = {"SQLite": 0.5, "PostgreSQL": 1.5}
"""Seconds for duties and dues (DESIGN.md, Speed and memory)."""
LONGEST_MS = 20.0
AT_ONCE = 1000


@dataclass
class Measured:
    """Seconds of each run."""

    duties: list[float] = field(default_factory=list)
    dues: list[float] = field(default_factory=list)
    transactions: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Of duties and dues, the median."""
        return statistics.median(sum(both) for both in zip(self.duties, self.dues, strict=True))


async def people(database: Database, count: int) -> int:
    """A group with `count` observers and a rule; the id of the group."""
    async with administer(database, actor="benchmark", now=NOW) as admin:
        group = await admin.add_unit("集团", UnitKind.GROUP)
        units = [await admin.add_unit(f"公司{number}", UnitKind.SUBSIDIARY, parent=group) for number in range(UNITS)]
        session = admin._session
        for start in range(0, count, 5000):
            numbers = range(start, min(start + 5000, count))
            await session.execute(
                insert(core(Person)),
                [{"id": n + 1, "name": f"人{n}", "unit_id": units[n % UNITS], "generation": 1} for n in numbers],
            )
            await session.execute(insert(core(Appointment)), [_appointment(n, units[n % UNITS]) for n in numbers])
        rule = ReminderRule(kind="form", form_name="comprehensive", unit_id=group, rule={}, changed_at=NOW, active=True)
        await admin._add(rule)
    async with database._connections.writing() as session:
        await session.execute(text("ANALYZE"))
    return group


def _appointment(number: int, unit: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "person_id": number + 1,
        "unit_id": unit,
        "level": Level.COMPREHENSIVE,
        "starts_on": date(2026, 1, 1),
    }


def new_round(group: int, number: int) -> NewRound:
    """One round with an opening notice."""
    return NewRound(
        rule_id=1,
        period=str(number),
        label=f"第 {number} 期",
        form_name="comprehensive",
        level=Level.COMPREHENSIVE,
        unit_id=group,
        rule={},
        counts_from=datetime(2026, 10, 1, tzinfo=UTC),
        opens_at=NOW,
        due_at=datetime(2026, 12, 31, 10, tzinfo=UTC),
        steps=(NewStep(0, "open", "observer", NOW),),
    )


@contextmanager
def timed_transactions(found: list[float]) -> Iterator[None]:
    """How long each writing transaction takes, in `found`."""
    original = Connections.writing

    @asynccontextmanager
    async def writing(self: Connections, *, unhurried: bool = False) -> AsyncIterator[AsyncSession]:
        began = 0.0
        async with original(self, unhurried=unhurried) as session:
            await session.connection()  # from here on it holds the writer
            began = time.perf_counter()
            yield session
        found.append(time.perf_counter() - began)

    Connections.writing = writing  # type: ignore[method-assign]  # measured from outside, for the time of a run
    try:
        yield
    finally:
        Connections.writing = original  # type: ignore[method-assign]  # see above


async def measure(url: str, count: int, runs: int) -> Measured:
    """Ours, `runs` times, and then the peer as often."""
    upgrade(url)
    found = Measured()
    async with Database(url) as database:
        group = await people(database, count)
        for number in range(runs):
            with timed_transactions(found.transactions):
                began = time.perf_counter()
                await database.rounds.make(new_round(group, number), now=NOW)
                made = await database.rounds.fill(now=NOW, today=lambda moment: moment.date())
                found.duties.append(time.perf_counter() - began)
                began = time.perf_counter()
                (step,) = await database.rounds.waiting(now=NOW)
                dues = await database.rounds.fill_step(step, now=NOW, today=NOW.date())
                found.dues.append(time.perf_counter() - began)
            if (made, dues) != (count, count):
                raise RuntimeError(f"{made} duties and {dues} dues instead of {count}")
        for number in range(runs):  # afterwards: what it leaves in SQLite's log is not ours to bring into the file
            found.peer.append(await peer(database, count, number))
    return found


async def peer(database: Database, count: int, number: int) -> float:
    """The same rows as objects of the ORM."""
    began = time.perf_counter()
    round_id = 1_000_000 + number
    for start in range(0, count, AT_ONCE):
        async with database._connections.writing() as session:
            duties = [
                Duty(round_id=round_id, appointment_id=n + 1, person_id=n + 1, unit_id=1)
                for n in range(start, min(start + AT_ONCE, count))
            ]
            session.add_all(duties)
            await session.flush()
            session.add_all(Due(duty_id=duty.id or 0, place=0, recipient_id=duty.person_id) for duty in duties)
    return time.perf_counter() - began


def table(measured: dict[str, Measured]) -> Table:
    """What was found beside the goals."""
    shown = Table(title=f"a round of {DUTIES:,} duties and dues; goal for a transaction: {LONGEST_MS:.0f} ms")
    columns = (
        "records",
        "duties s",
        "dues s",
        "both s",
        "goal s",
        "met",
        "transaction p50 ms",
        "max ms",
        "ORM s",
        "×",
    )
    for column in columns:
        shown.add_column(column, justify="left" if column == "records" else "right")
    for name, found in measured.items():
        ms = sorted(each * 1000 for each in found.transactions)
        orm = statistics.median(found.peer)
        shown.add_row(
            name,
            f"{statistics.median(found.duties):.2f}",
            f"{statistics.median(found.dues):.2f}",
            f"{found.total:.2f}",
            f"{GOALS[name]:.1f}",
            "yes" if found.total <= GOALS[name] else "NO",
            f"{statistics.median(ms):.1f}",
            f"{ms[-1]:.1f}",
            f"{orm:.1f}",
            f"{orm / found.total:.0f}×",
        )
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--duties", type=int, default=DUTIES)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    server = PostgresServer()
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="qingfeng-bench-") as folder:
            urls = {
                "SQLite": f"sqlite+aiosqlite:///{Path(folder) / 'records.db'}",
                "PostgreSQL": server.database(),
            }
            measured = {name: asyncio.run(measure(url, given.duties, given.runs)) for name, url in urls.items()}
    finally:
        server.stop()
    Console().print(table(measured))


if __name__ == "__main__":
    main()
