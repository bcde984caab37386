"""A group with a reminder rule, and rounds of it made by hand: for tests of rounds on both back ends."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from storage.admin import administer
from storage.models import ReminderRule, Table
from storage.rounds import NewRound, NewStep, RoundWork
from storage.vocabulary import Level
from tests.storage.conftest import NOW, World

R = TypeVar("R", bound=Table)

OPENS = datetime(2026, 12, 17, 1, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
OPENING = NewStep(0, "open", "observer", OPENS)
SUPERIOR = NewStep(1, "T+3", "superior", DUE + timedelta(days=5))
DIGEST = NewStep(2, "T+5", "officers", DUE + timedelta(days=7))


def day_of(moment: datetime) -> date:
    """Of UTC."""
    return moment.date()


@dataclass
class Ruled:
    """The small group with a rule for the comprehensive sheet of the whole group."""

    world: World
    rule: int
    made: list[int] = field(default_factory=list)

    def new(self, period: str = "2026-Q4", **changed: Any) -> NewRound:
        new = NewRound(
            rule_id=self.rule,
            period=period,
            label="2026年第四季度",
            form_name="comprehensive",
            level=Level.COMPREHENSIVE,
            unit_id=self.world.group,
            rule={},
            counts_from=datetime(2026, 9, 30, 16, 0, tzinfo=UTC),
            opens_at=OPENS,
            due_at=DUE,
            steps=(OPENING, SUPERIOR, DIGEST),
        )
        return replace(new, **changed)

    async def opened(self, **changed: Any) -> int:
        """A round with all its duties."""
        made = await self.work.make(self.new(**changed), now=OPENS)
        assert made is not None
        await self.work.fill(now=OPENS, today=day_of)
        return made

    @property
    def work(self) -> RoundWork:
        """The rounds of the records."""
        return self.world.database.rounds

    async def rows(self, table: type[R], *wanted: Any) -> list[R]:
        """All rows of a table that are `wanted`."""
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            found = list((await admin._session.execute(select(table).where(*wanted))).scalars())
            admin._session.expunge_all()
            return found

    async def do(self, step: NewStep, round_id: int, now: datetime | None = None) -> int:
        at = now or step.at
        waiting = [found for found in await self.work.waiting(now=at) if found.place == step.place]
        assert [found.round_id for found in waiting] == [round_id]
        made: int = await self.work.fill_step(waiting[0], now=at, today=at.date())
        return made


async def rule_group(world: World) -> Ruled:
    """The rule is there, no round is."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        rule = ReminderRule(
            kind="form", form_name="comprehensive", unit_id=world.group, rule={}, changed_at=NOW, active=True
        )
        return Ruled(world, await admin._add(rule))


async def add_observers(ruled: Ruled, count: int, unit: int | None = None) -> list[int]:
    """More observers of 一公司; their person ids."""
    people = []
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        for number in range(count):
            person = await admin.add_person(f"观察员{number}", unit or ruled.world.first)
            await admin.appoint(person, Level.COMPREHENSIVE, unit or ruled.world.first, starts_on=date(2026, 1, 1))
            people.append(person)
    return people


async def own_rule(ruled: Ruled, form: str, unit: int | None = None) -> int:
    """A rule of 一公司, or of `unit`, for this form."""
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        where = unit or ruled.world.first
        return await admin._add(
            ReminderRule(kind="form", form_name=form, unit_id=where, rule={}, changed_at=NOW, active=True)
        )


async def publish(ruled: Ruled, name: str, unit: int, level: Level = Level.COMPREHENSIVE) -> None:
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        await admin.publish_form(
            name=name, title=name, level=level, unit=unit, xml="<h:html/>", sha256=name[0] * 64
        )  # fmt: skip
