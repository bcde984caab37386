"""The taps of an earlier question: none of them answers the question that was asked after it."""

import pytest
from sqlmodel import col, update

from storage.admin import administer
from storage.models import Person
from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User


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


@pytest.mark.parametrize("said", ["是的", "好的", "对", "可以", "没问题", "办吧", "確定", "嗯", "同意", "确认。"])
async def test_yes_in_other_words_does_it(office: Office, li: User, said: str) -> None:
    """Only 确认 was understood; 好的 was taken for somebody who has heard."""
    await li.says("解聘 陈晓")
    await li.says(said)
    li.sees("已办好：陈晓")


@pytest.mark.parametrize("said", ["不是", "不对", "算了", "先不办", "别办", "不用了", "再想想", "不要"])
async def test_no_in_other_words_leaves_it(office: Office, li: User, said: str) -> None:
    await li.says("解聘 陈晓")
    await li.says(said)
    li.sees("没有办理")
    assert await opening.audited(office, "appointment.ended") == []
    await li.says("确认")
    li.sees_not("已办好")


@pytest.mark.parametrize("said", ["好的", "不是"])
async def test_such_a_word_after_something_else_or_much_later_means_no_question(
    office: Office, li: User, said: str
) -> None:
    await li.says("解聘 陈晓")
    await li.says("菜单")
    await li.says(said)
    li.sees_not("已办好", "没有办理")
    await li.says("解聘 陈晓")
    office.passes(hours=2)
    await li.says(said)
    li.sees_not("已办好", "没有办理", "不等确认")
    assert await opening.audited(office, "appointment.ended") == []


async def test_a_word_that_says_neither_does_nothing(office: Office, li: User) -> None:
    await li.says("解聘 陈晓")
    for said in ("等一下", "好的不得了", "是不是搞错了", "那陈晓什么时候到期？"):
        await li.says(said)
        li.sees_not("已办好")
    assert await opening.audited(office, "appointment.ended") == []


async def test_who_asks_to_be_bound_says_yes_in_their_own_words(office: Office, li: User) -> None:
    person = await office.person("王小明", "二公司")
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        await admin._session.execute(update(Person).where(col(Person.id) == person).values(phone="13900000412"))
    somebody = office.somebody()
    await somebody.says("綁定 王小明 0412")
    somebody.sees("是您本人吗")
    await somebody.says("是我")
    somebody.sees("申请已经交给纪检人员")
