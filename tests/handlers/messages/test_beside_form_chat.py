"""A suggestion beside a form that was put aside: it may be the answer, it may be a message; nothing is lost."""

import pytest

from handlers.messages import parts
from handlers.messages.deciding import Way
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import SUGGESTION, messages

ANOTHER = "建议停车场划上线，早上总是找不到车位"


@pytest.fixture
async def wang(office: Office) -> User:
    """An observer who opened the menu in the middle of a form."""
    user = await office.observer()
    await user.says("综合观察表")
    await user.says("菜单")
    return user


async def test_it_is_handed_in_as_a_message_with_a_tap(office: Office, wang: User) -> None:
    await wang.says(SUGGESTION)
    wang.sees("还没有登记", "第 1 题", "还是另外提的建议、咨询或求助")
    assert wang.labels == ["记入这一题", "另外提的", "继续", "菜单"]
    await wang.taps("另外提的")
    wang.sees("我理解您在提建议：食堂后勤，对吗？")
    await wang.taps("对，提交")
    wang.sees("已登记，编号", "您有一份未完成的《综合观察表》")
    assert [each.text for each in await messages(office)] == [SUGGESTION]
    await wang.taps("继续")
    wang.sees("第 1/")


async def test_it_may_still_be_the_answer(office: Office, wang: User) -> None:
    await wang.says(SUGGESTION)
    await wang.taps("记入这一题")
    wang.sees(f"选项里没有“{SUGGESTION}”")
    assert await messages(office) == []


async def test_what_was_announced_is_no_answer(office: Office, wang: User) -> None:
    await wang.says("我想提建议")
    wang.sees("直接发给我")
    await wang.says(SUGGESTION)
    wang.sees(f"“{SUGGESTION}”", "我理解您在提建议")
    await wang.taps("对，提交")
    assert [each.text for each in await messages(office)] == [SUGGESTION]


async def test_beside_another_one_it_is_asked_what_to_do_with_both(office: Office, wang: User) -> None:
    await wang.says("我要提建议")
    await wang.says(SUGGESTION)
    await wang.says("菜单")
    await wang.says(ANOTHER)
    await wang.taps("另外提的")
    wang.sees("又收到一条：“建议停车场划上线")
    await wang.taps("两条分开提")
    await wang.taps("对，提交")
    assert [each.text for each in await messages(office)] == [SUGGESTION, ANOTHER]


async def test_what_is_no_message_is_only_asked_about_as_an_answer(wang: User) -> None:
    await wang.says("今天天气不错")
    wang.sees("不是的话不用管")
    assert "另外提的" not in wang.labels


async def test_the_tap_of_long_ago_registers_nothing(office: Office, wang: User) -> None:
    await wang.says(SUGGESTION)
    await wang.says("继续")
    await wang.does(kind="text", text="另外提的", tap_id="1")
    wang.sees("前面消息里的", "没有登记")
    assert "另外提的" not in str(wang.memory)
    await wang.says("继续")
    wang.sees("第 1/")
    assert await messages(office) == []


async def test_what_turns_out_to_be_a_report_is_not_kept(
    office: Office, wang: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wang.says(SUGGESTION)
    monkeypatch.setattr(parts, "decide", lambda text, found, chosen="": Way.PERHAPS_REPORT)
    await wang.taps("另外提的")
    wang.sees("没有登记，也不再保存")
    assert SUGGESTION not in str(wang.memory)
    assert await messages(office) == []
