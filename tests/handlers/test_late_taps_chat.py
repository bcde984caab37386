"""Taps under questions that are asked no more: double taps, old messages, another form with the same words."""

from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form

ROUND = """
| survey | type | name | label | required |
| | select_one yn | fuel | 油卡有没有异常？ | yes |
| | select_one yn | canteen | 食堂有没有异常？ | yes |
| | text | more | 还有什么要说的？ | |
| | text | wish | 有什么建议？ | |
| | begin_repeat | trip | 出车 | |
| | text | where | 去了哪里？ | yes |
| | end_repeat | | | |
| choices | list_name | name | label |
| | yn | y | 有 |
| | yn | n | 没有 |
| settings | form_title | form_id |
| | 巡查表 | round |
"""
FUEL, CANTEEN = "/data/fuel", "/data/canteen"


async def begun(office: Office) -> User:
    await office.publish(markdown_form(ROUND), "清源集团", Level.DAILY)
    user = await office.bound(await office.person("周平", "二公司", observes=[(Level.DAILY, "二公司")]))
    await user.says("巡查表")
    user.sees("第 1/", "油卡")
    return user


async def taps_twice(user: User, label: str) -> None:
    """The same link twice, before the answer to the first tap is seen."""
    content = next(tap.content for tap in user.taps_seen if tap.label == label)
    about = user.reply.about if user.reply is not None else 0
    for _ in range(2):
        await user.does(kind="text", text=content, tap_id="1", about=about)


def answered(user: User) -> dict[str, str]:
    """What the form under way holds."""
    answers: dict[str, str] = user.memory["sheet"]["state"]["answers"]
    return answers


async def test_a_second_tap_on_a_choice_does_not_answer_the_next_question(office: Office) -> None:
    user = await begun(office)
    await taps_twice(user, "有")
    assert answered(user) == {FUEL: "y"}
    user.sees("刚才点的“有”是前面消息里的", "要改第 1 题", "第 2/", "食堂")
    await user.taps("没有")
    assert answered(user) == {FUEL: "y", CANTEEN: "n"}
    await taps_twice(user, "跳过")
    user.sees("前面消息里的", "有什么建议")


async def test_a_second_tap_on_one_more_item_adds_one(office: Office) -> None:
    user = await begun(office)
    for said in ("有", "没有", "跳过", "跳过", "县城"):
        await user.says(said)
    await taps_twice(user, "再加一项")
    user.sees("前面消息里的", "出车（第 2 项）")
    assert user.memory["sheet"]["state"]["counts"] == {"/data/trip": 2}
    await user.says("市区")
    await user.taps("没有了")
    user.sees("都答完了")


async def test_an_old_message_changes_nothing_unless_its_question_is_asked_again(office: Office) -> None:
    user = await begun(office)
    first = user.reply
    await user.taps("有")
    await user.taps("有")
    assert first is not None
    await user.does(kind="text", text="没有", tap_id="1", about=first.about)
    user.sees("要改第 1 题")
    assert answered(user) == {FUEL: "y", CANTEEN: "y"}
    await user.taps("修改 1")
    await user.does(kind="text", text="没有", tap_id="1", about=first.about)
    assert answered(user)[FUEL] == "n"


async def test_the_same_question_of_a_form_that_was_given_up_is_another_one(office: Office) -> None:
    user = await begun(office)
    first = user.reply
    await user.says("取消")
    await user.taps("确认取消")
    await user.says("巡查表")
    assert first is not None
    await user.does(kind="text", text="没有", tap_id="1", about=first.about)
    user.sees("前面消息里的", "第 1/")
    user.sees_not("要改第")
    assert answered(user) == {}


async def test_a_tap_without_an_id_and_a_typed_word_count_as_ever(office: Office) -> None:
    """Test accounts send no id along (WECHAT.md, section Callback)."""
    user = await begun(office)
    await user.does(kind="text", text="有")
    await user.does(kind="text", text="没有", tap_id="3")
    assert answered(user) == {FUEL: "y", CANTEEN: "n"}


async def test_after_an_aside_an_old_choice_is_no_answer(office: Office) -> None:
    user = await begun(office)
    first = user.reply
    await user.taps("有")
    await user.says("帮助")
    assert first is not None
    await user.does(kind="text", text="有", tap_id="1", about=first.about)
    assert answered(user) == {FUEL: "y"}
