"""Taps under messages that are far up, tapped twice, or tapped beside a form that waits."""

from datetime import timedelta

import pytest

from handlers import typed_taps
from tests.handlers.answering import begins
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import SUGGESTION, messages

COMPLAINT = "我的加班费三个月没发了，找谁都没人管"
MAYBE = "听说采购部有人吃回扣，是真的吗"
REPORT = "项目部张经理收了供应商两条烟，还让他们出钱装修房子"


async def aside(office: Office) -> User:
    """An observer whose form waits at its first question."""
    wang = await office.observer()
    await begins(wang)
    await wang.says("菜单")
    return wang


async def without_an_id(user: User, label: str) -> None:
    """Tap a link where the platform does not say that it was one (test accounts)."""
    await user.says(next(tap.content for tap in user.taps_seen if tap.label == label))


@pytest.mark.parametrize("about", [True, False])
async def test_a_tap_is_no_sentence_for_the_form_that_waits(office: Office, about: bool) -> None:
    wang = await aside(office)
    await wang.says(MAYBE)
    if about:
        await wang.taps("是，我要举报")
    else:
        await wang.does(kind="text", text="我要举报", tap_id="1")
    wang.sees("请不要把举报内容发在这里", "12388")
    wang.sees_not("记入这一题")
    assert "举报" not in str(wang.memory)


async def test_a_choice_of_the_question_is_still_its_answer(office: Office) -> None:
    wang = await aside(office)
    await wang.does(kind="text", text="总体良好", tap_id="3")
    wang.sees("已记：总体良好", "第 2/")


def _but_for_taps(user: User) -> dict[str, object]:
    """What the conversation remembers, without the taps under its last reply."""
    return {name: kept for name, kept in user.memory.items() if name != typed_taps.MEMORY}


@pytest.mark.parametrize("said", ["发现严重问题", "未发现", "食堂卫生和浪费问题", "有人受伤"])
async def test_an_old_choice_is_neither_an_answer_nor_a_message(office: Office, said: str) -> None:
    for user in (await aside(office), await office.observer("李芳"), office.somebody()):
        before = _but_for_taps(user)
        await user.does(kind="text", text=said, tap_id="3", about=77)
        user.sees("刚才点的是前面消息里的，没有登记什么")
        assert "message" not in user.memory
        assert _but_for_taps(user) == before
    assert await messages(office) == []


async def test_two_apart_tapped_twice_registers_only_what_was_read_back(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says(COMPLAINT)
    await without_an_id(wang, "两条分开提")
    wang.sees("已登记，编号", "还有一条：", f"“{COMPLAINT}”")
    await wang.says("两条分开提")
    wang.sees(f"“{COMPLAINT}”", "我理解您在求助", "对吗")
    assert [each.text for each in await messages(office)] == [SUGGESTION]
    await wang.taps("对，提交")
    assert [each.text for each in await messages(office)] == [SUGGESTION, COMPLAINT]
    await wang.says("两条分开提")
    wang.sees("这条已经登记过了", "不用再提交")
    assert len(await messages(office)) == 2


async def test_two_apart_tapped_twice_under_its_own_message(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says(COMPLAINT)
    first = wang.reply
    assert first is not None
    await wang.taps("两条分开提")
    await wang.does(kind="text", text="两条分开提", tap_id="1", about=first.about)
    wang.sees("没有登记什么")
    await wang.says("看刚才那条")
    wang.sees(f"“{COMPLAINT}”")
    assert [each.text for each in await messages(office)] == [SUGGESTION]


@pytest.mark.parametrize("label", ["取消", "对，提交", "不是"])
async def test_a_tap_that_came_in_time_and_is_read_too_late(office: Office, label: str) -> None:
    """WeChat's clock says that it was tapped within the half hour, ours that it is over."""
    wang = await office.observer()
    await wang.says(SUGGESTION)
    offered = wang.reply
    assert offered is not None
    tap = next(tap for tap in wang.taps_seen if tap.label == label)
    office.passes(seconds=1801)
    for about in (offered.about, 0):
        tapped_at = office.now - timedelta(seconds=2)
        await wang.does(kind="text", text=tap.content, tap_id="1", about=about, created_at=tapped_at)
        wang.sees("没有登记")
        assert SUGGESTION not in str(wang.memory)
    assert await messages(office) == []


async def test_a_report_beside_a_form_is_answered_as_one_and_thanks_as_thanks(office: Office) -> None:
    """Also when WeChat asks again: `does` compares the reply to the repeat of what is confidential."""
    wang = await aside(office)
    await wang.says(REPORT)
    wang.sees("违纪违法", "没有保存", "如果这是观察表里的回答，请先回复“继续”")
    assert "张经理" not in str(wang.memory)
    before = dict(wang.memory)
    await wang.says("谢谢")
    wang.sees("不客气")
    wang.sees_not("违纪违法", "举报", "第 1 题")
    assert wang.memory == before, "nobody can tell from it which of the two was said"
    li = await office.observer("李芳")
    await li.says("谢谢")
    li.sees("不客气")
    li.sees_not("违纪违法", "举报")
