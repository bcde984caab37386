"""Rounds by the clock: opened and stepped through in time, once, and caught up with after a standstill."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.organisation import Member, add_member, publish_catalog
from bot.rounds import Rounds, rehearse
from bot.workdays import Workdays
from handlers.rounds.rule import HOLIDAY_LADDER, PeriodKind, Rule, RuleKind, to_json
from storage.admin import Admin, administer
from storage.database import Database
from storage.models import Due, Duty, Notice, Person, ReminderRule, Round, RoundStep, Table
from storage.upgrade import upgrade
from storage.vocabulary import Level, Role
from tests.world import GROUP, TIMEZONE, Clock

R = TypeVar("R", bound=Table)
MADE = datetime(2026, 11, 1, 2, tzinfo=UTC)


@dataclass
class Company:
    """A group with two observers (one has a superior) and an officer, and a rule for the end of each quarter."""

    database: Database
    clock: Clock
    rounds: Rounds
    workdays: Workdays
    rule: int
    people: dict[str, int]

    async def at(self, *moment: int) -> None:
        """It is that local time, and the clock ticks."""
        self.clock.now = datetime(*moment, tzinfo=TIMEZONE)  # type: ignore[arg-type, misc]  # year, month, …
        await self.rounds.tick()

    async def told(self) -> list[tuple[int, str]]:
        """(place of the step, name of the person) of all dues, in their order."""
        query = select(col(Due.place), col(Person.name)).join(Person, col(Person.id) == col(Due.recipient_id))
        async with administer(self.database, actor="test", now=MADE) as admin:
            rows = (await admin._session.execute(query)).all()
        return sorted((place, name) for place, name in rows)

    async def rows(self, table: type[R]) -> list[R]:
        """All rows of a table."""
        async with administer(self.database, actor="test", now=MADE) as admin:
            found = list((await admin._session.execute(select(table))).scalars())
            admin._session.expunge_all()
        return found


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    clock = Clock(MADE)
    members = {
        "王建国": Member("王建国", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="1"),
        "陈晓": Member("陈晓", (GROUP, "三公司"), levels=(Level.COMPREHENSIVE,), staff_number="2"),
        "赵总": Member("赵总", (GROUP,), staff_number="3"),
        "李敏": Member("李敏", (GROUP, "纪检监察室"), roles=(Role.OFFICER,), over=(GROUP,), staff_number="4"),
    }
    async with Database(url) as database:
        await publish_catalog(database, GROUP, MADE, "test")
        people = {}
        for name, member in members.items():
            async with administer(database, actor="test", now=MADE) as admin:
                people[name] = await add_member(admin, member, MADE, TIMEZONE)
        async with administer(database, actor="test", now=MADE) as admin:
            (await admin._session.get_one(Person, people["王建国"])).superior_id = people["赵总"]
            rule = await add_rule(
                admin,
                Rule(0, "综合", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, 1, "/1/", "0 18 L 3,6,9,12 *"),
            )
        workdays = Workdays(tmp_path)
        rounds = Rounds(database.rounds, clock, TIMEZONE, workdays, wake=lambda: None)
        yield Company(database, clock, rounds, workdays, rule, people)


async def add_rule(admin: Admin, rule: Rule) -> int:
    row = ReminderRule(
        kind=rule.kind, form_name=rule.form, unit_id=rule.unit_id, rule=to_json(rule), changed_at=MADE, active=True
    )
    return await admin._add(row)


async def test_a_quarter_from_its_opening_to_the_digest(company: Company) -> None:
    """T is 31 December 2026, a Thursday; 1 January is off by law, 2 and 3 are a weekend."""
    await company.at(2026, 12, 17, 8, 59)
    assert await company.told() == []
    await company.at(2026, 12, 17, 9, 0)
    assert await company.told() == [(0, "王建国"), (0, "陈晓")]
    await company.at(2026, 12, 17, 9, 1)
    assert len(await company.told()) == 2, "a second tick makes nothing twice"
    await company.at(2026, 12, 28, 9, 0)
    await company.at(2026, 12, 31, 9, 0)
    assert [place for place, _ in await company.told()] == [0, 0, 1, 1, 2, 2]
    await company.at(2027, 1, 3, 9, 0)
    assert len(await company.told()) == 6, "nobody is reminded on holidays"
    await company.at(2027, 1, 4, 9, 0)
    await company.at(2027, 1, 6, 9, 0)
    await company.at(2027, 1, 8, 9, 0)
    told = await company.told()
    assert [each for each in told if each[0] >= 3] == [
        (3, "王建国"),
        (3, "陈晓"),
        (4, "赵总"),
        (5, "李敏"),
        (5, "李敏"),
    ]
    (found,) = await company.rows(Round)
    assert (found.period, found.label, found.state) == ("2026-Q4", "2026年第四季度", "closed")


async def test_after_a_standstill_there_is_one_catch_up(company: Company) -> None:
    await company.at(2026, 12, 31, 12, 0)
    assert await company.told() == [(2, "王建国"), (2, "陈晓")], "not the opening and T-3 as well"
    states = {step.place: step.state for step in await company.rows(RoundStep)}
    assert states == {0: "skipped", 1: "skipped", 2: "done", 3: "waiting", 4: "waiting", 5: "waiting"}


async def test_a_period_that_was_missed_whole_is_still_owed(company: Company) -> None:
    await company.at(2027, 2, 1, 10, 0)
    assert len(await company.rows(Duty)) == 2
    told = await company.told()
    assert told == [(3, "王建国"), (3, "陈晓"), (4, "赵总"), (5, "李敏"), (5, "李敏")]
    await company.at(2027, 3, 31, 9, 0)
    assert sorted(found.period for found in await company.rows(Round)) == ["2026-Q4", "2027-Q1"]


async def test_a_rule_made_after_the_due_day_asks_nothing_of_the_past(company: Company) -> None:
    async with administer(company.database, actor="test", now=MADE) as admin:
        row = await admin._session.get_one(ReminderRule, company.rule)
        row.changed_at = datetime(2027, 1, 4, tzinfo=UTC)
    await company.at(2027, 1, 5, 10, 0)
    assert await company.rows(Round) == []


async def test_a_rule_edited_meanwhile_does_not_change_the_round_that_is_open(company: Company) -> None:
    await company.at(2026, 12, 17, 9, 0)
    async with administer(company.database, actor="test", now=MADE) as admin:
        row = await admin._session.get_one(ReminderRule, company.rule)
        row.rule, row.changed_at = {**row.rule, "calendar": "0 18 20 3,6,9,12 *"}, company.clock.now
    await company.at(2026, 12, 20, 9, 0)
    await company.at(2026, 12, 28, 9, 0)
    (found,) = await company.rows(Round)
    assert found.due_at == datetime(2026, 12, 31, 18, tzinfo=TIMEZONE)
    assert [place for place, _ in await company.told()] == [0, 0, 1, 1]


async def test_a_stopped_rule_tells_nobody_any_more(company: Company) -> None:
    await company.at(2026, 12, 17, 9, 0)
    async with administer(company.database, actor="test", now=MADE) as admin:
        (await admin._session.get_one(ReminderRule, company.rule)).active = False
    await company.at(2026, 12, 28, 9, 0)
    assert [place for place, _ in await company.told()] == [0, 0]


async def test_the_eve_of_a_holiday(company: Company) -> None:
    async with administer(company.database, actor="test", now=MADE) as admin:
        rule = Rule(0, "节前", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER, period=PeriodKind.DAY)
        await add_rule(admin, rule)
    (company.workdays._file).write_text(
        "\n".join(
            f"2027-{day},休,{name}"
            for day, name in (
                ("01-01", "元旦"),
                ("02-05", "春节"),
                ("04-05", "清明"),
                ("05-01", "五一"),
                ("06-09", "端午"),
                ("09-15", "中秋"),
                ("10-01", "国庆"),
            )
        ),
        encoding="utf-8",
    )
    await company.at(2026, 12, 31, 8, 59)
    assert await company.rows(Notice) == []
    await company.at(2026, 12, 31, 9, 0)
    notices = await company.rows(Notice)
    assert {notice.person_id for notice in notices} == {company.people[name] for name in ("王建国", "陈晓", "李敏")}
    body = notices[0].body
    assert (body["holiday"], body["first"]) == ("元旦", "2027-01-01")
    assert len(body["prompt"]) > 10
    await company.at(2026, 12, 31, 9, 1)
    assert len(await company.rows(Notice)) == len(notices)


async def test_an_eve_that_was_missed_is_not_made_up_for_within_the_holiday(company: Company) -> None:
    """Found by the two years: 国庆将至 went out on 5 October, after a standstill."""
    async with administer(company.database, actor="test", now=MADE) as admin:
        rule = Rule(0, "节前", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER, period=PeriodKind.DAY)
        row = await admin._session.get_one(ReminderRule, await add_rule(admin, rule))
        row.changed_at = datetime(2026, 4, 1, tzinfo=UTC)
    await company.at(2026, 5, 1, 9, 0)
    assert await company.rows(Notice) == []
    await company.at(2026, 6, 18, 21, 0)
    assert {notice.body["holiday"] for notice in await company.rows(Notice)} == {"端午"}, "late, but on the eve"


async def test_a_rehearsal_tells_what_would_be_and_keeps_nothing(company: Company) -> None:
    company.clock.now = datetime(2026, 12, 1, 10, tzinfo=TIMEZONE)
    until = datetime(2027, 1, 31, 10, tzinfo=TIMEZONE)
    found = await rehearse(company.database, company.clock.now, until, TIMEZONE, company.workdays())
    told = [(step.at.astimezone(TIMEZONE).date(), step.name, len(step.told), step.is_new) for step in found]
    assert told == [
        (date(2026, 12, 17), "open", 2, True),
        (date(2026, 12, 28), "T-3", 2, True),
        (date(2026, 12, 31), "T-0", 2, True),
        (date(2027, 1, 4), "T+1", 2, True),
        (date(2027, 1, 6), "T+3", 1, True),
        (date(2027, 1, 8), "T+5", 2, True),
    ]
    assert found[-1].told[0].recipient == "李敏"
    assert await company.rows(Round) == []
    assert await company.told() == []


async def test_a_file_with_faults_changes_nothing(company: Company) -> None:
    known = company.workdays().known_until
    company.workdays._file.write_text("2027-01-01,休,元旦\n昨天,休,什么", encoding="utf-8")
    assert company.workdays().known_until == known
    assert "第 2 行" in company.workdays.fault
    company.workdays._file.unlink()
    assert company.workdays().known_until == known
    assert company.workdays.fault == ""


async def test_many_workers_make_one_round(company: Company) -> None:
    company.clock.now = datetime(2026, 12, 17, 9, tzinfo=TIMEZONE)
    await asyncio.gather(*(company.rounds.tick() for _ in range(4)))
    company.clock.now += timedelta(minutes=1)
    await company.rounds.tick()
    assert len(await company.rows(Round)) == 1
    assert len(await company.told()) == 2


async def test_a_rehearsal_counts_those_whom_the_notice_of_an_eve_is_for(company: Company) -> None:
    """It counted duties, of which such a notice has none: 0 people; and it left out a holiday begun by then."""
    async with administer(company.database, actor="test", now=MADE) as admin:
        rule = Rule(0, "节前", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER, period=PeriodKind.DAY)
        await add_rule(admin, rule)
    company.clock.now = datetime(2026, 12, 1, 10, tzinfo=TIMEZONE)
    for until in (datetime(2026, 12, 31, 18, tzinfo=TIMEZONE), datetime(2027, 1, 5, 23, tzinfo=TIMEZONE)):
        found = await rehearse(company.database, company.clock.now, until, TIMEZONE, company.workdays())
        (notice,) = [step for step in found if step.rule_name == "节前"]
        assert notice.at.astimezone(TIMEZONE) == datetime(2026, 12, 31, 9, tzinfo=TIMEZONE)
        assert (notice.audience, notice.period) == ("everybody", "2027年元旦")
        assert {told.recipient for told in notice.told} == {"王建国", "陈晓", "李敏"}
    assert await company.rows(Notice) == []
    await company.at(2026, 12, 31, 9, 0)
    names = {number: name for name, number in company.people.items()}
    assert {names[each.person_id] for each in await company.rows(Notice)} == {told.recipient for told in notice.told}


async def test_a_rehearsal_of_many_months_leaves_no_round_out(company: Company) -> None:
    """Of the due moments up to then only the last one was rehearsed."""
    company.clock.now = datetime(2026, 12, 1, 10, tzinfo=TIMEZONE)
    until = datetime(2027, 7, 1, 10, tzinfo=TIMEZONE)
    found = await rehearse(company.database, company.clock.now, until, TIMEZONE, company.workdays())
    assert len({step.period for step in found}) == 3, "the ends of three quarters"
