"""A unit's own rule is stopped, or comes, while a round of the rule above is open or being made."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage.admin import administer
from storage.commands import BeginDraft, RuleWritten, WriteRule
from storage.models import Due, Duty, Leave, Round, Unit
from storage.round_spans import Asked
from storage.vocabulary import Level, RoundState
from tests.storage.conftest import World, submit
from tests.storage.ruled import (
    DUE,
    OPENING,
    OPENS,
    SUPERIOR,
    Ruled,
    add_observers,
    day_of,
    own_rule,
    publish,
    rule_group,
)

STOPPED = OPENS + timedelta(days=2)
LEVEL = {"level": Level.COMPREHENSIVE}


@pytest.fixture
async def ruled(world: World) -> Ruled:
    """王建国 observes 二公司; two more observe 一公司."""
    made = await rule_group(world)
    await add_observers(made, 2)
    return made


async def stops(
    ruled: Ruled, rule: int, unit: int, form: str = "comprehensive", now: datetime = STOPPED, version: int = 1
) -> RuleWritten:
    stop = WriteRule(unit, "form", form, LEVEL, active=False, rule_id=rule, expected_version=version)
    written = await ruled.world.does(stop, contact=ruled.world.officer_contact, now=now)
    assert isinstance(written, RuleWritten)
    return written


async def owing(ruled: Ruled, round_id: int) -> list[int]:
    """The units of the duties of a round."""
    return sorted(duty.unit_id for duty in await ruled.rows(Duty, Duty.round_id == round_id))


@pytest.mark.parametrize("form", ["comprehensive", "own"])
async def test_a_rule_that_is_stopped_leaves_its_unit_to_the_open_round_above(ruled: Ruled, form: str) -> None:
    """The unit owed nothing for the quarter, and vanished from 提交率."""
    first, second = ruled.world.first, ruled.world.second
    await publish(ruled, "own", first)
    own = await own_rule(ruled, form)
    round_id = await ruled.opened()
    assert await owing(ruled, round_id) == [second]
    (unit,) = await ruled.rows(Unit, Unit.id == first)
    records = ruled.world.database.records(ruled.world.officer_contact, now=STOPPED)
    told = await records.rounds.lacking(Asked(own, unit.path, form, Level.COMPREHENSIVE), STOPPED)
    assert [(each.label, each.duties) for each in told] == [("2026年第四季度", 2)]
    assert (await stops(ruled, own, first, form)).completed == told
    assert await owing(ruled, round_id) == [first, first, second]
    again = WriteRule(first, "form", form, LEVEL, rule_id=own, expected_version=2)
    assert (await ruled.world.does(again, contact=ruled.world.officer_contact, now=STOPPED)).completed == ()
    assert (await stops(ruled, own, first, form, version=3)).completed == (), "nobody twice"


async def test_who_comes_into_a_round_late_is_told_by_its_newest_step(ruled: Ruled) -> None:
    own = await own_rule(ruled, "comprehensive")
    round_id = await ruled.opened()
    assert await ruled.do(OPENING, round_id) == 1
    people = {duty.person_id for duty in await ruled.rows(Duty)}
    await stops(ruled, own, ruled.world.first)
    late = {duty.person_id for duty in await ruled.rows(Duty)} - people
    assert {due.recipient_id for due in await ruled.rows(Due) if due.place == 0} == people | late
    assert len(late) == 2
    assert await ruled.do(SUPERIOR, round_id) == 0, "nobody has a superior"


async def test_before_the_first_step_nobody_is_told(ruled: Ruled) -> None:
    own = await own_rule(ruled, "comprehensive")
    round_id = await ruled.opened()
    await stops(ruled, own, ruled.world.first)
    assert await ruled.rows(Due) == []
    assert await ruled.do(OPENING, round_id) == 3


async def test_what_was_handed_in_before_counts_and_is_not_asked_for(ruled: Ruled) -> None:
    """By 王建国 of 二公司, whose unit had the rule."""
    world = ruled.world
    own = await own_rule(ruled, "comprehensive", world.second)
    round_id = await ruled.opened()
    await ruled.do(OPENING, round_id)
    begin = BeginDraft("early", world.form_version, world.appointment, world.observer)
    assert (await world.does(begin, submit("early"), now=OPENS + timedelta(days=1))).counts_for == ""
    assert [each.duties for each in (await stops(ruled, own, world.second)).completed] == [1]
    (duty,) = await ruled.rows(Duty, Duty.unit_id == world.second)
    assert duty.sheet_id is not None
    assert await ruled.rows(Due, Due.duty_id == duty.id) == []


async def test_a_substitute_is_told_instead(ruled: Ruled) -> None:
    world = ruled.world
    own = await own_rule(ruled, "comprehensive", world.second)
    await ruled.do(OPENING, await ruled.opened())
    async with administer(world.database, actor="test", now=STOPPED) as admin:
        leave = Leave(
            person_id=world.observer, substitute_id=world.officer, starts_on=STOPPED.date(), ends_on=STOPPED.date()
        )
        await admin._add(leave)
    await stops(ruled, own, world.second)
    (duty,) = await ruled.rows(Duty, Duty.unit_id == world.second)
    assert [due.recipient_id for due in await ruled.rows(Due, Due.duty_id == duty.id)] == [world.officer]


async def test_what_the_rule_has_asked_for_itself_stays_with_its_round(ruled: Ruled) -> None:
    own = await own_rule(ruled, "comprehensive")
    group = await ruled.opened()
    mine = await ruled.opened(rule_id=own, unit_id=ruled.world.first)
    assert (await stops(ruled, own, ruled.world.first)).completed == ()
    assert await owing(ruled, group) == [ruled.world.second]
    assert await owing(ruled, mine) == [ruled.world.first] * 2


async def test_a_round_above_that_was_due_already_is_nobody_s(ruled: Ruled) -> None:
    own = await own_rule(ruled, "comprehensive")
    group = await ruled.opened()
    assert (await stops(ruled, own, ruled.world.first, now=DUE + timedelta(minutes=1))).completed == ()
    assert await owing(ruled, group) == [ruled.world.second]


async def test_a_unit_below_with_a_rule_of_its_own_stays_with_that(ruled: Ruled) -> None:
    world = ruled.world
    await add_observers(ruled, 1, world.site)
    await own_rule(ruled, "comprehensive", world.site)
    own = await own_rule(ruled, "comprehensive", world.second)
    group = await ruled.opened()
    assert await owing(ruled, group) == [world.first] * 2
    await stops(ruled, own, world.second)
    assert await owing(ruled, group) == [world.first, world.first, world.second]


async def test_who_begins_after_the_stop_is_not_asked(ruled: Ruled) -> None:
    own = await own_rule(ruled, "comprehensive")
    group = await ruled.opened()
    await stops(ruled, own, ruled.world.first)
    await add_observers(ruled, 1, ruled.world.site)
    assert await ruled.work.fill(now=STOPPED, today=day_of) is None
    assert len(await owing(ruled, group)) == 3


async def test_a_rule_that_comes_while_the_round_above_is_being_made_leaves_that_to_it(ruled: Ruled) -> None:
    """Whom the worker had looked at owed by the group, the others by nobody: the own rule begins after the round."""
    work, world = ruled.work, ruled.world
    made = await work.make(ruled.new(), now=OPENS)
    assert made is not None
    new = WriteRule(world.first, "form", "comprehensive", LEVEL)
    assert isinstance(await world.does(new, contact=world.officer_contact, now=OPENS), RuleWritten)
    assert await owing(ruled, made) == [world.first] * 2, "before the worker comes to them"
    await work.fill(now=OPENS, today=day_of)
    assert await owing(ruled, made) == [world.first, world.first, world.second]


@pytest.mark.parametrize("times", range(3))
async def test_stopping_beside_workers_who_make_the_round_asks_everybody_once(ruled: Ruled, times: int) -> None:
    world, work = ruled.world, ruled.work
    await add_observers(ruled, 40)
    own = await own_rule(ruled, "comprehensive")

    async def worker() -> None:
        await work.make(ruled.new(), now=OPENS)
        while await work.fill(now=OPENS, today=day_of) is not None:
            pass

    async def officer() -> None:
        await asyncio.sleep(0.004 * times)
        await stops(ruled, own, world.first, now=OPENS)

    await asyncio.gather(worker(), officer(), worker(), worker())
    (made,) = await ruled.rows(Round)
    assert made.state == RoundState.OPEN
    assert made.id is not None
    assert len(await owing(ruled, made.id)) == 43
    assert len({duty.appointment_id for duty in await ruled.rows(Duty)}) == 43
