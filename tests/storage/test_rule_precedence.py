"""Several rules for what one unit hands in: which of them holds, and that nobody is asked for a period twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from storage.admin import administer
from storage.models import Duty, ReminderRule, Round, Unit
from storage.round_spans import Asked, Span
from storage.rounds import NewRound
from storage.vocabulary import Level, RoundState
from tests.storage.conftest import NOW, World
from tests.storage.ruled import DUE, OPENS, Ruled, add_observers, day_of, own_rule, publish, rule_group


@pytest.fixture
async def ruled(world: World) -> Ruled:
    return await rule_group(world)


async def test_a_unit_with_a_rule_of_its_own_is_not_asked_twice(ruled: Ruled) -> None:
    await add_observers(ruled, 3)
    own = await own_rule(ruled, "comprehensive")
    await ruled.opened()
    assert len(await ruled.rows(Duty)) == 1
    await ruled.opened(rule_id=own, unit_id=ruled.world.first)
    assert len(await ruled.rows(Duty)) == 4


async def test_a_rule_for_the_unit_s_own_form_of_the_level_takes_the_place_of_one_above(ruled: Ruled) -> None:
    """Only the names of the forms were compared: the unit owed every period twice."""
    await add_observers(ruled, 3)
    await publish(ruled, "own", ruled.world.first)
    own = await own_rule(ruled, "own")
    await ruled.opened()
    assert {duty.unit_id for duty in await ruled.rows(Duty)} == {ruled.world.second}
    round_id = await ruled.opened(rule_id=own, unit_id=ruled.world.first, form_name="own")
    assert len(await ruled.rows(Duty, Duty.round_id == round_id)) == 3


async def test_rules_for_other_matters_leave_the_one_above_in_force(ruled: Ruled) -> None:
    """Another form of the group, one of another level, one of another unit, one that stands beside the unit's own."""
    await add_observers(ruled, 3)
    await publish(ruled, "beside", ruled.world.group)
    await publish(ruled, "functional", ruled.world.first, Level.FUNCTIONAL)
    await publish(ruled, "elsewhere", ruled.world.second)
    for form in ("beside", "functional", "elsewhere"):
        await own_rule(ruled, form)
    await ruled.opened()
    assert len(await ruled.rows(Duty)) == 4


async def test_of_two_rules_of_a_unit_the_one_for_its_own_form_holds(ruled: Ruled) -> None:
    await add_observers(ruled, 3)
    await publish(ruled, "own", ruled.world.first)
    rules = [(form, await own_rule(ruled, form)) for form in ("comprehensive", "own")]
    for form, rule in rules:
        await ruled.opened(rule_id=rule, unit_id=ruled.world.first, form_name=form)
    assert {duty.round_id for duty in await ruled.rows(Duty)} == {2}


async def change(ruled: Ruled, rule: int, **values: object) -> None:
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        await admin._session.execute(update(ReminderRule).where(col(ReminderRule.id) == rule).values(**values))


async def asked(ruled: Ruled, rule: int, form: str = "comprehensive") -> Asked:
    (unit,) = await ruled.rows(Unit, Unit.id == ruled.world.first)
    return Asked(rule, unit.path, form, Level.COMPREHENSIVE)


async def test_what_a_unit_was_asked_for_by_rules_above_is_known(ruled: Ruled) -> None:
    await add_observers(ruled, 2)
    await publish(ruled, "own", ruled.world.first)
    await publish(ruled, "beside", ruled.world.group)
    await ruled.opened()
    span = (Span("2026-Q4", "2026年第四季度", DUE),)
    long_ago = DUE - timedelta(days=400)
    for form in ("comprehensive", "own"):
        assert await ruled.work.had_above(await asked(ruled, 0, form), long_ago) == span
    assert await ruled.work.had_above(await asked(ruled, 0, "beside"), long_ago) == ()
    assert await ruled.work.had_above(await asked(ruled, ruled.rule), long_ago) == ()
    assert await ruled.work.had_above(await asked(ruled, 0), DUE) == (), "it was due before"


async def test_a_round_above_that_asked_nobody_of_the_unit_is_none_of_its(ruled: Ruled) -> None:
    await add_observers(ruled, 2)
    own = await own_rule(ruled, "comprehensive")
    await ruled.opened()
    assert await ruled.work.had_above(await asked(ruled, own), DUE - timedelta(days=400)) == ()


async def test_whoever_was_asked_by_a_rule_since_stopped_is_not_asked_by_the_one_above(ruled: Ruled) -> None:
    """Of the same days: what the stopped rule asked for months before is another matter."""
    await add_observers(ruled, 2)
    own = await own_rule(ruled, "comprehensive")
    first = {"rule_id": own, "unit_id": ruled.world.first}
    await ruled.opened(**first, period="2026-Q3", due_at=DUE - timedelta(days=92))
    await ruled.opened(**first)
    await change(ruled, own, active=False)
    group = await ruled.opened()
    assert {duty.unit_id for duty in await ruled.rows(Duty, Duty.round_id == group)} == {ruled.world.second}
    later = await ruled.opened(period="2027-Q1", due_at=DUE + timedelta(days=90))
    assert len(await ruled.rows(Duty, Duty.round_id == later)) == 3


async def test_rounds_of_a_level_are_filled_one_after_the_other(ruled: Ruled) -> None:
    """Each must see whom the ones before it have asked."""
    own = await own_rule(ruled, "comprehensive")
    work = ruled.work
    first = await work.make(ruled.new(), now=OPENS)
    await work.make(ruled.new(rule_id=own, unit_id=ruled.world.first), now=OPENS)
    other = await work.make(ruled.new(period="functional", level=Level.FUNCTIONAL), now=OPENS)
    lease = update(Round).where(col(Round.id) == first).values(lease_until=OPENS + timedelta(seconds=30))
    async with administer(ruled.world.database, actor="test", now=NOW) as admin:
        await admin._session.execute(lease)
    while await work.fill(now=OPENS, today=day_of) is not None:
        pass
    opened = {each.id for each in await ruled.rows(Round, Round.state == RoundState.OPEN)}
    assert opened == {other}
    later = OPENS + timedelta(seconds=31)
    while await work.fill(now=later, today=day_of) is not None:
        pass
    assert len(await ruled.rows(Round, Round.state == RoundState.OPEN)) == 3


@pytest.mark.parametrize("since", [{"version": 2}, {"active": False}])
async def test_a_round_of_a_rule_that_was_changed_since_it_was_read_is_not_made(
    ruled: Ruled, since: dict[str, object]
) -> None:
    """A slow worker made a round of the old calendar beside that of the new one."""
    new: NewRound = replace(ruled.new(), rule={"version": 1})
    await change(ruled, ruled.rule, **since)
    assert await ruled.work.make(new, now=OPENS) is None
    assert await ruled.rows(Round) == []
