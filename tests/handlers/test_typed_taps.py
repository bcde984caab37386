"""What a tap shows, typed instead of tapped, means the tap: right after it was shown, and only then."""

import pytest

from handlers import typed_taps
from handlers.base import Conversation, Inbound, Outcome, Said, Tap, Text, text
from tests.handlers.desk import START, Office
from tests.handlers.messages.kept import SUGGESTION, messages, only
from tests.handlers.quality_forms import OTHER_PROBLEM, observer, publish, submits

NOW = int(START.timestamp())


def typed(said: str, **fields: object) -> Inbound:
    """A typed text."""
    given = {"key": "message:1", "openid": "o", "account": "gh", "kind": "text", "created_at": START, **fields}
    return Inbound(text=said, **given)  # type: ignore[arg-type]  # as given


def after(reply: Text | None, seq: int = 3) -> Conversation:
    """The conversation behind a turn with this reply."""
    outcome = typed_taps.remembered(Outcome(said=Said(Conversation("c", seq), reply)), NOW)
    assert outcome.said is not None
    return outcome.said.conversation._replace(seq=seq + 1)


def meant(said: str, *taps: Tap) -> str:
    """What a text means after these taps were shown."""
    return typed_taps.meant(typed(said), after(text(*taps))).text


async def test_a_label_typed_is_the_tap(office: Office) -> None:
    await publish(office)
    number = await submits(await observer(office, "王建国", "二公司"), 发现了什么问题=OTHER_PROBLEM)
    li = await office.officer("李敏", "清源集团")
    await li.says(f"查 {number}")
    await li.says("通过")
    li.sees(number, "已通过")
    await li.says("通过")
    li.sees("这样说：通过 编号")


async def test_the_kind_of_a_message_is_typed_as_it_is_shown(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says("不是")
    await wang.says("投诉求助")
    wang.sees("已登记", "投诉求助")
    assert (await only(office)).kind == "complaint"


async def test_a_message_that_waits_is_looked_at_by_the_words_that_are_shown(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says("我的意见")
    wang.sees("看那条")
    await wang.says("看那条")
    wang.sees("念给您听", SUGGESTION)
    await wang.says("帮助")
    await wang.says("我的意见")
    await wang.says("看那条。")
    wang.sees("念给您听", SUGGESTION)


@pytest.mark.parametrize("yes", ["就这条", "是，就这条", "就这样"])
async def test_this_one_is_a_yes(office: Office, yes: str) -> None:
    wang = await office.observer()
    await wang.says(yes)
    wang.sees_not("没有看懂", "举报")
    await wang.says(SUGGESTION)
    await wang.says(yes)
    wang.sees("已登记")
    assert len(await messages(office)) == 1


@pytest.mark.parametrize("kind", ["投诉求助", "建议", "咨询"])
async def test_a_kind_typed_under_a_refusal_announces_a_message(office: Office, kind: str) -> None:
    """Nothing is remembered of a refusal; so the kind alone means what its tap says, at any time."""
    for user in (office.somebody(), await office.observer()):
        await user.says("听说采购部有人吃回扣，是真的吗")
        user.sees(kind)
        assert typed_taps.MEMORY not in user.memory
        await user.says(kind)
        user.sees("请把要说的话直接发给我", f"这里收{kind}")


async def test_i_report_typed_as_it_is_shown(office: Office) -> None:
    user = office.somebody()
    await user.says("听说采购部有人吃回扣，是真的吗")
    await user.says("是，我要举报")
    user.sees("要举报的话")


def test_only_right_after_it_was_shown() -> None:
    kept = after(text(Tap("通过", "通过 GC26-1")))
    assert typed_taps.meant(typed("通过"), kept).text == "通过 GC26-1"
    assert typed_taps.meant(typed("通过"), kept._replace(seq=9)).text == "通过"


def test_what_nobody_saw_changes_nothing() -> None:
    kept = after(text(Tap("通过", "通过 GC26-1")))
    quiet = typed_taps.remembered(Outcome(said=Said(kept, None)), NOW).said
    assert quiet is not None
    assert typed_taps.meant(typed("通过"), quiet.conversation._replace(seq=5)).text == "通过 GC26-1"


def test_the_next_reply_forgets_it() -> None:
    kept = after(text(Tap("通过", "通过 GC26-1")))
    outcome = typed_taps.remembered(Outcome(said=Said(kept, text("好的", Tap("菜单")))), NOW)
    assert outcome.said is not None
    assert outcome.said.conversation.recall(typed_taps.MEMORY) is None


def test_what_it_is_about_comes_along() -> None:
    kept = after(Text((Tap("建议", "按建议提交"),), about=77))
    found = typed_taps.meant(typed("“建议”。"), kept)
    assert (found.text, found.about, bool(found.tap_id)) == ("按建议提交", 77, True)


def test_a_label_of_several_taps_means_none() -> None:
    assert meant("确认", Tap("确认", "确认绑定 1"), Tap("确认", "确认绑定 2"), Tap("拒绝", "拒绝绑定 1")) == "确认"
    assert meant("拒绝", Tap("确认", "确认绑定 1"), Tap("拒绝", "拒绝绑定 1")) == "拒绝绑定 1"


def test_the_same_tap_twice_is_one() -> None:
    assert meant("去改", Tap("去改", "修改 3"), Tap("去改", "修改 3")) == "修改 3"


def test_numbers_mean_lines_and_choices() -> None:
    assert meant("4", Tap("4.", "修改 4")) == "4"


def test_a_tap_and_a_picture_are_themselves() -> None:
    kept = after(text(Tap("通过", "通过 GC26-1")))
    for inbound in (typed("通过", tap_id="3"), typed("通过", kind="voice")):
        assert typed_taps.meant(inbound, kept) is inbound


async def test_a_label_is_not_typed_hours_later(office: Office) -> None:
    """A message that was sent meanwhile may show another 通过: nothing is accepted that is not seen last."""
    await publish(office)
    number = await submits(await observer(office, "王建国", "二公司"), 发现了什么问题=OTHER_PROBLEM)
    li = await office.officer("李敏", "清源集团")
    await li.says(f"查 {number}")
    office.passes(minutes=31)
    await li.says("通过")
    li.sees("这样说：通过 编号")
    await li.says("待阅")
    li.sees(number)


@pytest.mark.parametrize(("label", "seen"), [("现在补正", "没有退回给您补正的"), ("看全文", "观察表")])
async def test_what_a_pushed_message_shows_is_no_message_when_it_is_typed(
    office: Office, label: str, seen: str
) -> None:
    wang = await office.observer()
    await wang.says(label)
    wang.sees(seen)
    wang.sees_not("属于哪一种", "没有看懂")
