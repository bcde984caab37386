"""The taps of an earlier question: none of them answers the question that was asked after it."""

import pytest

from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.desk import Office, User


@pytest.fixture
async def li(office: Office) -> User:
    for name in ("王建国", "陈晓"):
        await office.person(name, "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    return await office.officer("李敏", "清源集团")


async def scrolls_up(user: User, label: str, about: int) -> str:
    """Tap 确认 or 取消 below a question further up, which was about that."""
    said = {"确认": "确认办理", "取消": "不办了"}[label]
    return await user.does(kind="text", text=said, tap_id="1", about=about)


async def test_a_confirmation_further_up_does_not_do_what_was_asked_last(office: Office, li: User) -> None:
    """An officer asks for one, then for another, and taps below the first: nobody is dismissed by it."""
    await li.says("解聘 王建国")
    first = li.about
    await li.says("解聘 陈晓")
    second = li.about
    assert first and second and first != second
    await scrolls_up(li, "确认", first)
    li.sees("更早的一件事，没有办理", "点那一条里的“确认”")
    assert await opening.audited(office, "appointment.ended") == []
    await scrolls_up(li, "取消", first)
    li.sees("更早的一件事，没有办理")
    await scrolls_up(li, "确认", second)
    li.sees("已办好：陈晓")
    assert len(await opening.audited(office, "appointment.ended")) == 1
    await scrolls_up(li, "确认", second)
    li.sees("刚才那件已经办好了")
    await scrolls_up(li, "确认", first)
    li.sees("现在不等确认了，没有办理")
    li.sees_not("已经办好")
    assert len(await opening.audited(office, "appointment.ended")) == 1


async def test_the_same_question_asked_again_is_answered_below_either(office: Office, li: User) -> None:
    await li.says("解聘 王建国")
    first = li.about
    office.passes(seconds=40)
    await li.says("解聘 王建国")
    await scrolls_up(li, "确认", first)
    li.sees("已办好：王建国")


async def test_what_is_typed_means_the_question_asked_last(office: Office, li: User) -> None:
    await li.says("解聘 王建国")
    await li.says("解聘 陈晓")
    await li.says("确认")
    li.sees("已办好：陈晓")
