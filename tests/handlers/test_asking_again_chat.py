"""催办 on a day on which the round reminded people by itself: they are not told the same twice."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.admin import administer
from storage.models import Delivery, Due, Duty
from storage.vocabulary import DeliveryState, Level
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
async def li(office: Office) -> User:
    """The officer of the group; three people owe the sheet of the quarter, and its first step is for them."""
    for name, unit in (("王建国", "二公司"), ("陈晓", "一公司"), ("吴桂芳", "项目部")):
        await office.person(name, unit, observes=[(Level.COMPREHENSIVE, unit)])
    rule = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=END_OF_YEAR, audience="observer")
    return await office.officer("李敏", "清源集团")


async def reminded(office: Office, *names: int, at: datetime, state: DeliveryState | None = DeliveryState.SENT) -> None:
    """The round's own reminder of these duties, by their place; without a state it is not planned yet."""
    duties = await opening.rows(office, Duty)
    for place in names:
        duty = duties[place]
        async with administer(office.database, actor=ACTOR, now=at) as admin:
            number = None
            if state is not None:
                sent = Delivery(
                    person_id=duty.person_id, state=state, way="template", next_at=at, created_at=at, updated_at=at
                )
                admin._session.add(sent)
                await admin._session.flush()
                number = sent.id
            admin._session.add(Due(duty_id=duty.id, place=0, recipient_id=duty.person_id, delivery_id=number))


async def asked_for(office: Office) -> list[int]:
    """The duties that a 催办 asked for."""
    return [due.duty_id for due in await opening.rows(office, Due) if due.place >= 1000]


@pytest.mark.parametrize("state", [None, DeliveryState.PLANNED, DeliveryState.SENT, DeliveryState.DELIVERED])
async def test_who_was_reminded_today_is_left_out(office: Office, li: User, state: DeliveryState | None) -> None:
    """The first reminder of a round at 00:19 and 催办 at 00:20 were the same message."""
    await reminded(office, 0, 1, at=office.now - timedelta(minutes=1), state=state)
    await li.says("催办 四季度")
    li.sees("一共 1 人，1 份", "今天已自动提醒 2 人，这次不再催他们。")
    li.sees_not("今天催过")
    assert li.labels == ["确认", "连今天提醒过的一起催", "取消"]
    await li.taps("确认")
    li.sees("已安排催办：1 人，1 份")
    assert len(await asked_for(office)) == 1


async def test_a_tap_asks_them_too(office: Office, li: User) -> None:
    await reminded(office, 0, 1, at=office.now)
    await li.says("催办 四季度")
    await li.taps("连今天提醒过的一起催")
    li.sees("要催没交的人（2026年第四季度）：一共 3 人，3 份")
    li.sees_not("今天已自动提醒")
    await li.taps("确认")
    li.sees("已安排催办：3 人，3 份")
    assert len(await asked_for(office)) == 3


async def test_when_all_were_reminded_that_is_said(office: Office, li: User) -> None:
    await reminded(office, 0, 1, 2, at=office.now)
    await li.says("催办")
    li.sees("进行中的期次：今天已自动提醒 3 人，没有别的要催的人。")
    await li.taps("连今天提醒过的一起催")
    li.sees("要催没交的人（进行中的期次）：一共 3 人，3 份")


async def test_who_was_reminded_before_or_in_vain_is_asked(office: Office, li: User) -> None:
    await reminded(office, 0, at=office.now - timedelta(days=1))
    await reminded(office, 1, at=office.now, state=DeliveryState.UNREACHABLE)
    await li.says("催办")
    li.sees("一共 3 人，3 份")
    li.sees_not("今天已自动提醒")


async def test_who_was_reminded_between_question_and_answer_is_left_out(office: Office, li: User) -> None:
    await li.says("催办")
    li.sees("一共 3 人，3 份")
    await reminded(office, 0, at=office.now)
    await li.taps("确认")
    li.sees("已安排催办：2 人，2 份")
