"""What observers and officers see of rounds, and what officers do about them, on both back ends.

Long, for every case reckons with the same group of units, observers and officers.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from storage.admin import administer
from storage.chasing import FIRST_DAY, place_of
from storage.commands import (
    AskDuties,
    BeginDraft,
    CancelNode,
    DutyRefused,
    ExcuseDuty,
    NodeCancelled,
    NodeOpened,
    OpenNode,
    RuleWritten,
    WriteRule,
)
from storage.duty_records import DutyRecords
from storage.duty_views import Askable, DutyScope
from storage.models import Appointment, Delivery, DeliveryEvent, Due, Duty, Leave, Person, Reach, Round
from storage.round_models import ASKED
from storage.rounds import NewRound, NewStep, RoundWork
from storage.vocabulary import DeliveryState, Level, Permission, Role, RoundRefusal
from tests.storage.conftest import NOW, World, submit

DUE = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
OPEN = NewStep(0, "open", "observer", NOW)
END = NewStep(1, "T+5", "officers", DUE + timedelta(days=7))
ALL = DutyScope()


def day_of(moment: datetime) -> date:
    return moment.date()


@dataclass
class Group:
    """The small group, its officers, and rounds of the comprehensive sheet."""

    world: World
    rule: int
    seq: int = 10
    people: dict[str, int] = field(default_factory=dict)

    @property
    def work(self) -> RoundWork:
        work: RoundWork = self.world.database.rounds
        return work

    def seen_by(self, contact: str, now: datetime = NOW) -> DutyRecords:
        return self.world.database.records(contact, now=now).rounds

    @property
    def officer(self) -> DutyRecords:
        return self.seen_by(self.world.officer_contact)

    def new(self, **changed: Any) -> NewRound:
        made = NewRound(
            rule_id=self.rule,
            period="2026-Q4",
            label="2026年第四季度",
            form_name="comprehensive",
            level=Level.COMPREHENSIVE,
            unit_id=self.world.group,
            rule={},
            counts_from=NOW,
            opens_at=NOW,
            due_at=DUE,
            steps=(OPEN, END),
        )
        return replace(made, **changed)

    async def opened(self, **changed: Any) -> int:
        made = await self.work.make(self.new(**changed), now=NOW)
        assert made is not None
        await self.work.fill(now=NOW, today=day_of)
        return made

    async def does(self, contact: str, command: Any, now: datetime = NOW) -> Any:
        self.seq += 1
        _, (result,) = await self.world.run(f"do {self.seq}", self.seq, command, contact=contact, now=now)
        return result

    async def observer(self, name: str, unit: int, level: Level = Level.COMPREHENSIVE) -> int:
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            person = await admin.add_person(name, unit, staff_number=f"N-{name}")
            appointment = await admin.appoint(person, level, unit, starts_on=date(2026, 1, 1))
        self.people[name] = person
        self.people[f"{name}'s appointment"] = appointment
        return person

    async def add(self, *rows: Any) -> list[int]:
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            for row in rows:
                admin._session.add(row)
                await admin._session.flush()
            return [getattr(row, "id", 0) for row in rows]

    async def change(self, statement: Any) -> None:
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            await admin._session.execute(statement)

    async def rows(self, table: Any, *wanted: Any) -> list[Any]:
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            found = list((await admin._session.execute(select(table).where(*wanted))).scalars())
            admin._session.expunge_all()
            return found

    async def officer_of(self, unit: int, role: Role = Role.OFFICER) -> str:
        async with administer(self.world.database, actor="test", now=NOW) as admin:
            person = await admin.add_person(f"纪检{unit}{role}", unit)
            await admin.give_office(person, role, unit)
        self.people[f"officer of {unit}"] = person
        return await self.world.bind(f"openid of the {role} of {unit}", person)


@pytest.fixture
async def group(world: World) -> Group:
    made = Group(world, 0)
    rule = WriteRule(world.group, "form", "comprehensive", {"name": "综合", "calendar": "0 18 L 3,6,9,12 *"})
    written = await made.does(world.officer_contact, rule)
    assert isinstance(written, RuleWritten)
    made.rule = written.rule_id
    return made


async def test_an_observer_sees_what_they_owe_and_what_counted(group: Group) -> None:
    world = group.world
    await group.opened(period="2026-Q3", label="2026年第三季度", due_at=DUE - timedelta(days=92))
    await group.opened()
    mine = await group.seen_by(world.observer_contact).own()
    assert [(duty.label, duty.title, duty.done_at, duty.absent_name) for duty in mine] == [
        ("2026年第三季度", "综合观察表", None, ""),
        ("2026年第四季度", "综合观察表", None, ""),
    ]
    assert mine[0].appointment_id == world.appointment
    number = await world.handed_in("a")
    first, second = await group.seen_by(world.observer_contact).own()
    assert (first.sheet_number, first.done_at) == (number, NOW)
    assert second.done_at is None
    assert await group.seen_by(world.officer_contact).own() == ()
    assert await group.seen_by("nobody").own() == ()


async def test_a_substitute_sees_the_duties_of_the_one_on_leave_while_it_lasts(group: Group) -> None:
    world = group.world
    await group.opened()
    stand_in = await group.observer("李四", world.second, Level.FUNCTIONAL)
    contact = await world.bind("openid of the substitute", stand_in)
    assert await group.seen_by(contact).own() == ()
    today = NOW.date()
    await group.add(
        Leave(person_id=world.observer, starts_on=today, ends_on=today + timedelta(days=3), substitute_id=stand_in)
    )
    (duty,) = await group.seen_by(contact).own()
    assert (duty.absent_name, duty.appointment_id) == ("王建国", world.appointment)
    assert await group.seen_by(contact, NOW + timedelta(days=5)).own() == ()
    page = await group.officer.owed(ALL, limit=10)
    (line,) = page.lines
    assert (line.on_leave, line.substitute_name, line.has_left, line.bound) == (True, "李四", False, True)


async def test_an_officer_sees_what_is_owed_in_their_subtree_and_nobody_else_anything(group: Group) -> None:
    world = group.world
    await group.observer("甲", world.first)
    await group.observer("乙", world.site)
    await group.opened()
    await world.handed_in("a")
    page = await group.officer.owed(ALL, limit=10)
    assert (page.total, page.owed, page.people) == (3, 2, 2)
    assert [line.person_name for line in page.lines] == ["甲", "乙"]
    assert [line.unit.full_name for line in page.lines] == ["集团 / 一公司", "集团 / 二公司 / 项目部"]
    assert not page.lines[0].bound
    assert [line.person_name for line in (await group.officer.owed(ALL, limit=1, offset=1)).lines] == ["乙"]
    second = await group.officer_of(world.second)
    below = await group.seen_by(second).owed(ALL, limit=10)
    assert (below.total, below.owed, [line.person_name for line in below.lines]) == (2, 1, ["乙"])
    elsewhere = await group.seen_by(second).owed(DutyScope(unit_id=world.first), limit=10)
    assert (elsewhere.total, elsewhere.lines) == (0, ())
    keeper = await group.officer_of(world.group, Role.ADMINISTRATOR)
    for contact in (keeper, world.observer_contact, "nobody"):
        assert (await group.seen_by(contact).owed(ALL, limit=10)).total == 0
        assert await group.seen_by(contact).rates(ALL) == ()
        assert await group.seen_by(contact).phones(ALL, limit=10) == (0, ())
        assert await group.seen_by(contact).rules() == ()


async def test_what_is_meant_narrows_by_period_level_and_unit(group: Group) -> None:
    world = group.world
    await group.observer("甲", world.first)
    await group.opened(period="2026-Q3", label="2026年第三季度", due_at=DUE - timedelta(days=92), steps=(END,))
    await group.opened()
    await group.change(update(Round).where(col(Round.period) == "2026-Q3").values(state="closed"))

    async def labels(**meant: Any) -> list[str]:
        return [line.label[-4:] for line in (await group.officer.owed(DutyScope(**meant), limit=10)).lines]

    assert await labels() == ["第四季度"] * 2
    assert await labels(periods=frozenset({"2026-Q3"})) == ["第三季度"] * 2
    assert await labels(level=Level.FUNCTIONAL) == []
    assert await labels(level=Level.COMPREHENSIVE, unit_id=world.first) == ["第四季度"]
    assert await labels(back=frozenset({0})) == ["第四季度"] * 2
    assert await labels(back=frozenset({1})) == ["第三季度"] * 2
    assert await labels(back=frozenset({2})) == []
    assert await group.officer.labels(DutyScope(back=frozenset({0, 1}))) == ("2026年第三季度", "2026年第四季度")
    assert [unit.name for unit in await group.officer.units_named("公司")] == ["一公司", "二公司"]
    assert [unit.name for unit in await group.officer.units_named("一公司")] == ["一公司"]
    assert await group.officer.units_named("%") == ()


async def test_names_are_sorted_alike_by_every_back_end(group: Group) -> None:
    """Whatever stands in them: signs that no Chinese code has, as well."""
    names = ("任重", "刘洋", "𠮷川", "Åsa", "😀", "卢刚", "a", "安宁", "\ue7c7", "闫明")
    for name in names:
        await group.observer(name, group.world.first)
    await group.opened()
    listed = [line.person_name for line in (await group.officer.owed(ALL, limit=50)).lines]
    assert listed[: len(names)] == ["a", "Åsa", "😀", "𠮷川", "\ue7c7", "安宁", "刘洋", "卢刚", "任重", "闫明"]


async def test_the_rate_of_a_unit_counts_those_below_and_leaves_the_excused_out(group: Group) -> None:
    world = group.world
    await group.observer("甲", world.first)
    await group.observer("乙", world.site)
    await group.observer("丙", world.site)
    await group.opened()
    await world.handed_in("a", now=DUE + timedelta(hours=1))
    (owing,) = await group.officer.owed_by(group.people["丙"], ALL)
    assert not isinstance(await group.does(world.officer_contact, ExcuseDuty(owing.duty_id, "休产假")), DutyRefused)
    every, itself, first, second = await group.officer.rates(ALL)
    assert (every.name, every.total, every.done, every.late, every.excused) == ("集团", 3, 1, 1, 1)
    assert itself.itself
    assert itself.total == 0
    assert (first.name, first.total, first.done) == ("一公司", 1, 0)
    assert (second.name, second.total, second.done, second.late, second.excused) == ("二公司", 2, 1, 1, 1)
    of_second = await group.officer.rates(DutyScope(unit_id=world.second))
    assert [(rate.name, rate.total, rate.itself) for rate in of_second] == [
        ("二公司", 2, False), ("二公司", 1, True), ("项目部", 1, False),
    ]  # fmt: skip


async def test_a_duty_is_asked_about_once_a_day_whoever_asks(group: Group) -> None:
    world = group.world
    await group.observer("甲", world.first)
    await group.observer("乙", world.site)
    await group.opened()
    second = await group.officer_of(world.second)
    assert await group.seen_by(second).askable(ALL, NOW) == Askable(2, 2, 1, 0)
    assert await group.does(second, AskDuties(ALL)) == Askable(2, 2, 1, 0)
    assert await group.does(second, AskDuties(ALL)) == Askable(0, 0, 0, 2)
    assert await group.does(world.officer_contact, AskDuties(ALL)) == Askable(1, 1, 1, 2)
    dues = await group.rows(Due)
    assert {due.place for due in dues} == {ASKED + (NOW.date() - FIRST_DAY).days}
    assert len(dues) == 3
    tomorrow = await group.does(second, AskDuties(ALL), now=NOW + timedelta(days=1))
    assert tomorrow == Askable(2, 2, 1, 0)
    assert place_of(date(2106, 1, 1)) < 2**15


async def test_asking_tells_the_substitute_and_never_the_officer_about_themselves(group: Group) -> None:
    world = group.world
    stand_in = await group.observer("李四", world.second, Level.FUNCTIONAL)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.appoint(world.officer, Level.COMPREHENSIVE, world.first, starts_on=date(2026, 1, 1))
    await group.add(Leave(person_id=world.observer, starts_on=NOW.date(), ends_on=NOW.date(), substitute_id=stand_in))
    await group.opened()
    assert await group.does(world.officer_contact, AskDuties(ALL)) == Askable(1, 1, 1, 0)
    (due,) = await group.rows(Due)
    assert due.recipient_id == stand_in
    own = next(duty for duty in await group.rows(Duty) if duty.person_id == world.officer)
    refused = await group.does(world.officer_contact, ExcuseDuty(own.id, "忙"))
    assert refused == DutyRefused(RoundRefusal.OWN)


async def test_nobody_asks_or_excuses_without_the_right(group: Group) -> None:
    world = group.world
    await group.opened()
    (duty,) = await group.rows(Duty)
    first = await group.officer_of(world.first)
    keeper = await group.officer_of(world.group, Role.ADMINISTRATOR)
    for contact in (first, keeper, world.observer_contact):
        assert (await group.does(contact, AskDuties(ALL))).duties == 0
        assert await group.does(contact, ExcuseDuty(duty.id, "x")) == DutyRefused(RoundRefusal.UNKNOWN)
    assert await group.rows(Due) == []
    await world.handed_in("a")
    assert await group.does(world.officer_contact, ExcuseDuty(duty.id, "x")) == DutyRefused(RoundRefusal.DONE)


async def test_what_was_sent_is_seen_with_its_story_by_officers_of_the_person(group: Group) -> None:
    world = group.world
    await group.opened()
    (duty,) = await group.rows(Duty)
    (number,) = await group.add(
        Delivery(
            person_id=world.observer, state=DeliveryState.DELIVERED, way="template", next_at=NOW, created_at=NOW,
            updated_at=NOW,
        )
    )  # fmt: skip
    await group.add(
        Due(duty_id=duty.id, place=0, recipient_id=world.observer, delivery_id=number),
        Due(duty_id=duty.id, place=place_of(NOW.date()), recipient_id=world.observer, delivery_id=number),
        DeliveryEvent(delivery_id=number, at=NOW, what="planned"),
        DeliveryEvent(delivery_id=number, at=NOW, what="ended", way="template", detail="delivered"),
    )
    (found,) = await group.officer.deliveries(world.observer, NOW - timedelta(days=90), limit=5)
    assert (found.state, found.way, found.duties) == ("delivered", "template", (("综合观察表", "2026年第四季度", ""),))
    assert [line.what for line in await group.officer.story(number)] == ["planned", "ended"]
    assert (await group.officer.owed(ALL, limit=5)).lines[0].told == {"template": 1}
    assert await group.officer.deliveries(world.observer, NOW + timedelta(days=1), limit=5) == ()
    first = await group.officer_of(world.first)
    assert await group.seen_by(first).deliveries(world.observer, NOW - timedelta(days=90), limit=5) == ()
    assert await group.seen_by(first).delivery(number) is None
    assert await group.seen_by(first).story(number) == ()
    assert await group.seen_by(first).persons_named("王建国", Permission.READ_SHEETS) == ()
    (named,) = await group.officer.persons_named("a1", Permission.READ_SHEETS)
    assert (named.name, named.unit_name) == ("王建国", "集团 / 二公司")


async def test_the_phone_list_holds_those_whom_nothing_reaches(group: Group) -> None:
    world = group.world
    await group.observer("甲", world.first)
    gone = await group.observer("乙", world.site)
    contact = await world.bind("openid of 乙", gone)
    await group.add(Reach(contact=contact, gone="unfollowed"))
    await group.change(update(Person).where(col(Person.id) == gone).values(phone="13800000002"))
    await group.opened()
    total, lines = await group.officer.phones(ALL, limit=10)
    assert total == 2
    assert [(line.name, line.bound, line.gone, line.phone, line.owed) for line in lines] == [
        ("甲", False, "", "", 1),
        ("乙", True, "unfollowed", "13800000002", 1),
    ]
    for state, more in ((DeliveryState.PARKED, 1), (DeliveryState.DELIVERED, 0)):
        await group.add(Delivery(person_id=world.observer, state=state, next_at=NOW, created_at=NOW, updated_at=NOW))
        total, lines = await group.officer.phones(ALL, limit=10)
        assert total == 2 + more, state
    total, lines = await group.seen_by(await group.officer_of(world.first)).phones(ALL, limit=10)
    assert [line.name for line in lines] == ["甲"]


async def test_a_rule_is_written_at_the_version_that_was_read(group: Group) -> None:
    world = group.world
    (rule,) = await group.officer.rules()
    assert (rule.id, rule.version, rule.editable, rule.rule["unit_path"]) == (group.rule, 1, True, rule.unit.path)
    change = WriteRule(
        world.group, "form", "comprehensive", {**rule.rule, "calendar": "0 18 25 * *"}, rule_id=rule.id,
        expected_version=1,
    )  # fmt: skip
    assert await group.does(world.officer_contact, change) == RuleWritten(rule.id, 2)
    assert await group.does(world.officer_contact, change) == DutyRefused(RoundRefusal.CHANGED)
    (now,) = await group.officer.rules()
    assert (now.version, now.rule["version"], now.rule["calendar"]) == (2, 2, "0 18 25 * *")
    again = WriteRule(world.group, "form", "comprehensive", {})
    assert await group.does(world.officer_contact, again) == DutyRefused(RoundRefusal.EXISTS)


async def test_a_rule_above_is_seen_and_not_written_and_elsewhere_none_is(group: Group) -> None:
    world = group.world
    second = await group.officer_of(world.second)
    (rule,) = await group.seen_by(second).rules()
    assert not rule.editable
    change = WriteRule(world.group, "form", "comprehensive", {}, rule_id=rule.id, expected_version=1)
    assert await group.does(second, change) == DutyRefused(RoundRefusal.UNKNOWN)
    for unit in (world.group, world.first):
        assert await group.does(second, WriteRule(unit, "form", "f", {})) == DutyRefused(RoundRefusal.UNKNOWN)
    own = WriteRule(world.second, "form", "comprehensive", {})
    assert isinstance(await group.does(second, own), RuleWritten)
    first = await group.officer_of(world.first)
    assert [each.id for each in await group.seen_by(first).rules()] == [group.rule]
    assert [round_.label for round_ in await group.seen_by(first).rounds_of(group.rule)] == []
    await group.opened()
    assert [round_.label for round_ in await group.seen_by(first).rounds_of(group.rule)] == ["2026年第四季度"]
    assert await group.seen_by(world.observer_contact).rounds_of(group.rule) == ()


async def test_a_node_is_opened_by_its_observer_or_their_officer_and_counts_by_project(group: Group) -> None:
    world = group.world
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.publish_form(
            name="project", title="项目观察表", level=Level.PROJECT, unit=world.group, xml="<h:html/>", sha256="b" * 64
        )
    owner = await group.observer("周立新", world.site, Level.PROJECT)
    contact = await world.bind("openid of the owner", owner)
    written = await group.does(world.officer_contact, WriteRule(world.group, "node", "project", {"kind": "node"}))
    appointment = group.people["周立新's appointment"]
    new = group.new(
        rule_id=written.rule_id, period="node:1", subject="东区管网", level=Level.PROJECT, form_name="project",
        appointments=(appointment,),
    )  # fmt: skip
    (seat,) = await group.seen_by(contact).project_seats()
    assert (seat.own, seat.appointment_id) == (True, appointment)
    assert [each.own for each in await group.officer.project_seats()] == [False]
    first = await group.officer_of(world.first)
    assert await group.seen_by(first).project_seats() == ()
    assert await group.does(first, OpenNode(new)) == DutyRefused(RoundRefusal.UNKNOWN)
    assert await group.does(world.observer_contact, OpenNode(new)) == DutyRefused(RoundRefusal.UNKNOWN)
    assert isinstance(await group.does(contact, OpenNode(new)), NodeOpened)
    assert await group.does(contact, OpenNode(new)) == DutyRefused(RoundRefusal.EXISTS)
    wrong = replace(new, period="node:2", appointments=(world.appointment,))
    assert await group.does(world.officer_contact, OpenNode(wrong)) == DutyRefused(RoundRefusal.UNKNOWN)
    other = replace(new, period="node:3", subject="西区泵站", due_at=DUE + timedelta(days=9))
    assert isinstance(await group.does(world.officer_contact, OpenNode(other)), NodeOpened)
    assert [duty.subject for duty in await group.seen_by(contact).own()] == ["东区管网", "西区泵站"]
    version = (await world.database.records(contact, now=NOW).forms())[0].form_version_id
    for draft, project in (("x", "南区"), ("y", " 西区 泵站"), ("z", "东区管网")):
        await group.does(contact, BeginDraft(draft, version, appointment, owner))
        counted = await group.does(contact, submit(draft, project=project))
        open_nodes = [duty.subject for duty in await group.seen_by(contact).own() if duty.done_at is None]
        assert counted.counts_for == ("" if project == "南区" else "2026年第四季度")
        assert open_nodes == {"南区": ["东区管网", "西区泵站"], " 西区 泵站": ["东区管网"], "东区管网": []}[project]
    assert isinstance(await group.does(contact, OpenNode(replace(new, period="node:4"))), NodeOpened)
    in_time = DutyScope(frozenset({"2026-Q4"}), ((NOW, DUE + timedelta(days=1)),))
    assert [line.subject for line in (await group.officer.owed(in_time, limit=9)).lines] == ["东区管网"]
    in_progress = DutyScope(back=frozenset({0}))
    assert [line.subject for line in (await group.officer.owed(in_progress, limit=9)).lines] == ["东区管网"]
    assert await group.officer.labels(in_progress) == ("",)
    (again,) = await group.officer.open_nodes()
    assert (again.project, again.people, again.done) == ("东区管网", ("周立新",), 0)
    assert await group.seen_by(first).open_nodes() == ()
    for whoever in (first, contact):
        assert await group.does(whoever, CancelNode(again.round_id)) == DutyRefused(RoundRefusal.UNKNOWN)
    assert await group.does(world.officer_contact, CancelNode(again.round_id)) == NodeCancelled(1, 0)
    assert await group.does(world.officer_contact, CancelNode(again.round_id)) == DutyRefused(RoundRefusal.UNKNOWN)
    assert await group.officer.open_nodes() == ()


async def test_who_has_left_is_marked(group: Group) -> None:
    world = group.world
    await group.opened()
    await group.change(
        update(Appointment)
        .where(col(Appointment.id) == world.appointment)
        .values(ends_on=NOW.date() - timedelta(days=1))
    )
    (line,) = (await group.officer.owed(ALL, limit=5)).lines
    assert line.has_left
    assert await group.seen_by(world.observer_contact).own() == ()
    assert (await group.officer.askable(ALL, NOW)).duties == 0
