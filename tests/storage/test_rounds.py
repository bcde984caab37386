"""Rounds: made once, resumed where they were left, and what they owe stays as it was when they opened."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.admin import Admin, administer
from storage.commands import BeginDraft, Command
from storage.models import Appointment, Due, Duty, Leave, Person, ReminderRule, Round, RoundStep
from storage.rounds import LEASE, WaitingStep
from storage.turns import TurnFacts
from storage.vocabulary import RoundState, StepState
from tests.storage.conftest import NOW, World, submit
from tests.storage.ruled import DIGEST, DUE, OPENING, OPENS, SUPERIOR, Ruled, add_observers, day_of, rule_group


@pytest.fixture
async def ruled(world: World) -> Ruled:
    return await rule_group(world)


async def test_a_round_is_made_once_whoever_asks(ruled: Ruled) -> None:
    made = await asyncio.gather(*(ruled.work.make(ruled.new(), now=OPENS) for _ in range(5)))
    assert len([each for each in made if each is not None]) == 1
    assert [each.period for each in await ruled.work.had(ruled.rule)] == ["2026-Q4"]
    assert len(await ruled.rows(RoundStep)) == 3


async def test_what_is_owed_is_fixed_when_the_round_opens(ruled: Ruled) -> None:
    await add_observers(ruled, 3)
    round_id = await ruled.opened()
    late = await add_observers(ruled, 1, ruled.world.site)
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        change = update(Appointment).where(col(Appointment.id) == ruled.world.appointment)
        await admin._session.execute(change.values(ends_on=date(2026, 12, 20)))
    assert await ruled.work.fill(now=OPENS, today=day_of) is None
    duties = await ruled.rows(Duty, Duty.round_id == round_id)
    owing = {duty.person_id for duty in duties}
    assert ruled.world.observer in owing
    assert not owing & set(late)
    assert len(duties) == 4
    told = await ruled.do(SUPERIOR, round_id)
    assert told == 0, "nobody has a superior"
    assert await ruled.do(DIGEST, round_id) == 4, "what the one who left owes is still the officer's to settle"


async def test_several_workers_open_one_round_together(ruled: Ruled) -> None:
    await add_observers(ruled, 40)
    await ruled.work.make(ruled.new(), now=OPENS)
    made = await asyncio.gather(*(ruled.work.fill(now=OPENS, today=day_of) for _ in range(4)))
    assert sum(each or 0 for each in made) == 41
    assert len(await ruled.rows(Duty)) == 41


async def test_a_round_left_half_made_is_gone_on_with_when_the_lease_ends(ruled: Ruled) -> None:
    await add_observers(ruled, 5)
    made = await ruled.work.make(ruled.new(), now=OPENS)
    leased = await ruled.work._lease_round(OPENS)  # a worker that died at once
    assert leased.id == made
    assert await ruled.work.fill(now=OPENS, today=day_of) is None
    later = OPENS + LEASE + timedelta(seconds=1)
    assert await ruled.work.fill(now=later, today=day_of) == 6
    (found,) = await ruled.rows(Round)
    assert found.state == RoundState.OPEN


async def test_a_step_tells_those_who_owe_and_nobody_twice(ruled: Ruled) -> None:
    people = await add_observers(ruled, 5)
    round_id = await ruled.opened()
    await ruled.world.handed_in("a", now=OPENS)
    (waiting,) = await ruled.work.waiting(now=OPENS)
    assert (waiting.name, waiting.audience, waiting.rule_active) == ("open", "observer", True)
    made = await asyncio.gather(*(ruled.work.fill_step(waiting, now=OPENS, today=OPENS.date()) for _ in range(3)))
    assert sum(made) == 5
    told = {due.recipient_id for due in await ruled.rows(Due)}
    assert told == set(people)
    assert await ruled.work.waiting(now=OPENS) == ()
    again = WaitingStep(round_id, 0, "open", "observer", OPENS, True, "2026-Q4", {})
    assert await ruled.work.fill_step(again, now=OPENS, today=OPENS.date()) == 0


async def test_who_is_away_has_somebody_told_in_their_place(ruled: Ruled) -> None:
    away, stands_in, boss = await add_observers(ruled, 3)
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        session = admin._session
        session.add(
            Leave(person_id=away, starts_on=date(2026, 12, 10), ends_on=date(2027, 1, 10), substitute_id=stands_in)
        )
        await session.execute(update(Person).where(col(Person.id) == away).values(superior_id=boss))
    round_id = await ruled.opened()
    await ruled.do(OPENING, round_id)
    dues = await ruled.rows(Due, Due.place == 0)
    assert sorted(due.recipient_id for due in dues) == sorted([ruled.world.observer, stands_in, stands_in, boss])
    assert await ruled.do(SUPERIOR, round_id) == 1
    (due,) = await ruled.rows(Due, Due.place == 1)
    assert due.recipient_id == boss
    assert await ruled.do(DIGEST, round_id) == 4
    dues = await ruled.rows(Due, Due.place == 2)
    assert {due.recipient_id for due in dues} == {ruled.world.officer}
    (found,) = await ruled.rows(Round)
    assert found.state == RoundState.CLOSED


async def test_a_sheet_counts_for_the_round_that_was_due_first(ruled: Ruled) -> None:
    third = await ruled.opened(
        period="2026-Q3",
        label="2026年第三季度",
        counts_from=datetime(2026, 6, 30, 16, 0, tzinfo=UTC),
        opens_at=OPENS - timedelta(days=90),
        due_at=DUE - timedelta(days=92),
        steps=(),
    )
    fourth = await ruled.opened()
    await ruled.world.handed_in("a", now=OPENS)
    await ruled.world.handed_in("b", now=OPENS)
    duties = await ruled.rows(Duty)
    sheets = {duty.round_id: duty.sheet_id or 0 for duty in duties}
    assert 0 < sheets[third] < sheets[fourth]


async def test_a_sheet_handed_in_before_the_round_opens_counts(ruled: Ruled) -> None:
    people = await add_observers(ruled, 2)
    await ruled.world.handed_in("a", now=datetime(2026, 9, 30, 15, 0, tzinfo=UTC))  # still September in Shanghai
    await ruled.world.handed_in("b", now=datetime(2026, 10, 8, 2, 0, tzinfo=UTC))
    round_id = await ruled.opened()
    done = [duty for duty in await ruled.rows(Duty) if duty.done_at is not None]
    assert [duty.person_id for duty in done] == [ruled.world.observer]
    assert await ruled.do(OPENING, round_id) == len(people)


@dataclass(frozen=True)
class Pausing:
    """A command that stops behind another one, within its transaction, until it may go on."""

    first: Command
    stopped: asyncio.Event
    go_on: asyncio.Event

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Any:
        result = await self.first.run(session, turn)
        self.stopped.set()
        await self.go_on.wait()
        return result


async def test_a_sheet_that_is_being_handed_in_while_the_round_opens_counts(ruled: Ruled) -> None:
    """Its transaction began before there were duties and ends after what came early was looked for."""
    stopped, go_on = asyncio.Event(), asyncio.Event()
    begin = BeginDraft("a", ruled.world.form_version, ruled.world.appointment, ruled.world.observer)
    turn = asyncio.create_task(ruled.world.does(begin, Pausing(submit("a"), stopped, go_on), now=OPENS))
    await asyncio.wait_for(stopped.wait(), 5)
    opening = asyncio.create_task(ruled.opened())
    await asyncio.sleep(0.5)
    go_on.set()
    assert (await turn).counts_for == "", "nothing was owed yet"
    round_id = await opening
    (duty,) = await ruled.rows(Duty)
    assert duty.sheet_id is not None
    assert await ruled.do(OPENING, round_id) == 0


async def test_the_steps_of_a_rule_that_was_stopped_are_known_as_such(ruled: Ruled) -> None:
    round_id = await ruled.opened()
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        await admin._session.execute(update(ReminderRule).values(active=False))
    assert await ruled.work.rules() == ()
    assert [step.rule_active for step in await ruled.work.waiting(now=OPENS)] == [False]
    await ruled.work.skip(round_id, (0, 1, 2))
    states = {step.state for step in await ruled.rows(RoundStep)}
    assert states == {StepState.SKIPPED}
    assert await ruled.work.waiting(now=DUE + timedelta(days=30)) == ()


async def test_the_duties_of_a_node_are_those_named(ruled: Ruled) -> None:
    await add_observers(ruled, 2)
    new = ruled.new(period="node:1", subject="东区管网", appointments=(ruled.world.appointment,))
    assert await ruled.work.make(new, now=OPENS) is not None
    (duty,) = await ruled.rows(Duty)
    assert duty.person_id == ruled.world.observer
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        assert isinstance(admin, Admin)
        assert (await admin._session.execute(select(func.count()).select_from(RoundStep))).scalar_one() == 3
