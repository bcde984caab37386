"""Registering several items in one sheet: asked after each, looked at, changed, removed, added later."""

from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form
from tests.handlers.workbooks import SITE_ROUND


async def observer(office: Office) -> User:
    """Somebody who has begun the sheet and named the place."""
    await office.publish(markdown_form(SITE_ROUND), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("场站巡查表")
    await zhou.says("城北场站")
    return zhou


async def registers(user: User, what: str, level: str = "高") -> None:
    """Answer the questions of one item, without a photo."""
    user.sees("什么问题")
    await user.says(what)
    await user.says(level)
    user.sees("现场照片")
    await user.says("跳过")


async def test_each_item_has_its_heading_and_the_next_is_asked_for(office: Office) -> None:
    zhou = await observer(office)
    zhou.sees("第 1 项", "第 2/")
    await registers(zhou, "油卡由司机个人保管")
    zhou.sees("已登记 1 项", "1. 油卡由司机个人保管，高", "还有要登记的吗")
    assert zhou.labels[:3] == ["1.", "再加一项", "没有了"]
    await zhou.taps("再加一项")
    zhou.sees("第 2 项", "什么问题")
    await registers(zhou, "食堂验收一人签字", "低")
    zhou.sees("已登记 2 项", "1. 油卡", "2. 食堂验收一人签字，低")
    await zhou.taps("没有了")
    zhou.sees("门牌照片")


async def test_one_more_and_no_more_in_the_words_of_people(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    for said in ("加", "再加一个", "还有", "是"):
        await zhou.says(said)
        zhou.sees("什么问题")
        await registers(zhou, "食堂验收一人签字")
    for said in ("没了", "就这些", "没有", "否", "完成"):
        await zhou.says(said)
        zhou.sees("门牌照片")
        await zhou.says("上一步")
        zhou.sees("还有要登记的吗")
    await zhou.says("也许吧")
    zhou.sees("再加一项", "还有要登记的吗")


async def test_an_item_is_looked_at_and_changed(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    await registers(zhou, "食堂验收一人签字")
    await zhou.taps("1.")
    zhou.sees("“发现的问题”第 1 项", "油卡由司机个人保管", "删除这一项")
    zhou.sees_not("食堂")
    await zhou.taps("返回")
    zhou.sees("已登记 2 项")
    await zhou.taps("2.")
    zhou.sees("食堂验收一人签字")
    await zhou.taps("5.")
    zhou.sees("第 2 项", "已填：食堂验收一人签字")
    await zhou.says("食堂验收两人都没有到场")
    zhou.sees("2. 食堂验收两人都没有到场", "还有要登记的吗")
    await zhou.says("看第 7 项")
    zhou.sees("没有第 7 项，现在一共有 2 项")


async def test_a_bare_number_means_the_item_that_bears_it(office: Office) -> None:
    """The items stand there with numbers, 再加一项 and 没有了 without: 1 must not add an item."""
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    for said in ("1", "1.", "第1项"):
        await zhou.says(said)
        zhou.sees("“发现的问题”第 1 项", "油卡由司机个人保管", "删除这一项")
        await zhou.taps("返回")
        zhou.sees("已登记 1 项")
    await zhou.says("2")
    zhou.sees("没有第 2 项，现在一共有 1 项", "还有要登记的吗")


async def test_back_from_an_item_just_added_takes_it_away(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    zhou.sees("第 2 项", "什么问题")
    await zhou.taps("上一步")
    zhou.sees("“发现的问题”第 2 项还没有填，已经去掉", "已登记 1 项", "还有要登记的吗")
    await zhou.taps("再加一项")
    await zhou.says("食堂验收一人签字")
    await zhou.taps("上一步")
    zhou.sees("已填：食堂验收一人签字")
    await zhou.taps("上一步")
    zhou.sees_not("已经去掉")


async def test_an_item_is_removed_after_a_question(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    await registers(zhou, "食堂验收一人签字")
    await zhou.says("删除 2")
    zhou.sees("确定删除“发现的问题”第 1 项吗", "油卡由司机个人保管，高")
    await zhou.says("嗯嗯")
    zhou.sees("删不删")
    await zhou.taps("不删了")
    zhou.sees("已登记 2 项")
    await zhou.says("删除第 1 项")
    await zhou.says("取消")
    zhou.sees("已登记 2 项")
    zhou.sees_not("确定不填了吗")
    await zhou.says("删除第 1 项")
    await zhou.taps("确认删除")
    zhou.sees("已删除“发现的问题”第 1 项", "已登记 1 项", "1. 食堂验收一人签字")
    await zhou.says("确认删除")
    zhou.sees("已登记 1 项")
    await zhou.says("删除 2")
    await zhou.says("确认")
    zhou.sees("已删除", "发现的问题", "填一项", "没有")
    await zhou.taps("填一项")
    zhou.sees("第 1 项", "什么问题")


async def test_what_is_no_item_is_not_removed(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("删除 1")
    zhou.sees("第 1 题不在可以增减的项目里", "修改 1")
    await zhou.says("删除 99")
    zhou.sees("没有第 99 题")


async def test_the_preview_groups_by_item_and_adds_one_later(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    await registers(zhou, "食堂验收一人签字")
    await zhou.taps("没有了")
    await zhou.says("预览")
    zhou.sees("【发现的问题（第 1 项）】　删除这一项", "【发现的问题（第 2 项）】　删除这一项", "再加一项")
    assert zhou.labels.count("删除这一项") == 2
    await zhou.taps("再加一项")
    zhou.sees("第 3 项", "什么问题")
    await registers(zhou, "值班表与实际不符")
    await zhou.says("没有了")
    zhou.sees("门牌照片")
    await zhou.says("预览")
    await zhou.taps("删除这一项")
    zhou.sees("确定删除“发现的问题”第 1 项")
    await zhou.taps("确认删除")
    zhou.sees("已删除", "门牌照片")
    await zhou.says("上一步")
    zhou.sees("已登记 2 项", "1. 食堂验收一人签字")


async def test_days_later_in_the_middle_of_the_second_item(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    await zhou.says("食堂验收一人签字")
    office.passes(days=5)
    await zhou.says("低")
    zhou.sees("欢迎回来", "现场照片")
    office.passes(days=5)
    await zhou.says("继续")
    zhou.sees("现场照片")
    await zhou.says("跳过")
    zhou.sees("1. 油卡由司机个人保管，高", "2. 食堂验收一人签字，低")


async def test_a_lost_conversation_comes_back_with_its_items(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.taps("再加一项")
    await zhou.says("食堂验收一人签字")
    await zhou.says("暂存")
    zhou.forget()
    await zhou.says("继续")
    zhou.sees("第 6/", "几级")
    await zhou.says("低")
    await zhou.says("跳过")
    zhou.sees("1. 油卡由司机个人保管，高", "2. 食堂验收一人签字，低")


async def test_more_items_than_a_form_may_have_are_refused_kindly(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    state = zhou.memory["sheet"]["state"]
    state["counts"] = {"/data/problem": 100}
    for number in range(2, 101):
        state["answers"][f"/data/problem[{number}]/what"] = f"第{number}件事"
        state["answers"][f"/data/problem[{number}]/level"] = "low"
    zhou.memory["sheet"]["state"]["skipped"] = [f"/data/problem[{number}]/photo" for number in range(1, 101)]
    await zhou.says("看第 100 项")
    zhou.sees("第100件事")
    await zhou.taps("返回")
    zhou.sees("已经登记满 100 项", "前 90 项在预览里看", "100. 第100件事")
    assert "再加一项" not in zhou.labels
    await zhou.says("再加一项")
    zhou.sees("已经有 100 项了，不能再加")
    await zhou.says("没有了")
    zhou.sees("门牌照片")


TWO = """
| survey | type | name | label | required | repeat_count |
| | integer | many | 几个班组？ | yes | |
| | begin_repeat | team | 班组 | | ${many} |
| | text | leader | 班长是谁？ | yes | |
| | end_repeat | | | | |
| | begin_repeat | risk | 风险点 | | |
| | text | what | 什么风险？ | yes | |
| | begin_repeat | step | 措施 | | |
| | text | how | 怎么防？ | yes | |
| | end_repeat | | | | |
| | end_repeat | | | | |
| | begin_repeat | wish | 建议 | | |
| | text | hope | 有什么建议？ | yes | |
| | end_repeat | | | | |
| settings | form_title | form_id |
| | 班组表 | teams |
"""


async def test_counted_and_nested_and_several_repeats(office: Office) -> None:
    await office.publish(markdown_form(TWO), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("班组表")
    await zhou.says("2")
    zhou.sees("第 1 项", "班长是谁")
    await zhou.says("张三")
    zhou.sees("第 2 项", "班长是谁")
    await zhou.says("李四")
    await zhou.says("删除 2")
    zhou.sees("项数由前面的回答决定", "什么风险")
    await zhou.says("再加一项")
    zhou.sees("要给哪一部分再加一项", "“风险点”再加一项", "“建议”再加一项")
    await zhou.says("继续")
    await zhou.says("高处作业")
    await zhou.says("双人监护")
    zhou.sees("1. 双人监护")
    await zhou.says("没有了")
    zhou.sees("1. 高处作业")
    await zhou.says("没有了")
    await zhou.says("多配一名安全员")
    await zhou.says("没有了")
    zhou.sees("都答完了")
    await zhou.says("预览")
    zhou.sees("“风险点”再加一项", "“措施”再加一项", "“建议”再加一项")
    assert zhou.labels.count("删除这一项") == 3
    await zhou.taps("“措施”再加一项")
    zhou.sees("第 2 项", "怎么防")
    await zhou.says("每天班前交底")
    zhou.sees("2. 每天班前交底")
    await zhou.says("删除第 2 项")
    zhou.sees("“措施”第 2 项", "每天班前交底")
    await zhou.taps("确认删除")
    await zhou.says("看第 1 项")
    zhou.sees("双人监护")


async def test_what_stands_behind_the_items_has_no_empty_heading(office: Office) -> None:
    zhou = await observer(office)
    await registers(zhou, "油卡由司机个人保管")
    await zhou.says("随便")
    zhou.sees("请点选“再加一项”或“没有了”")
    await zhou.taps("没有了")
    await zhou.says("预览")
    zhou.sees("门牌照片")
    zhou.sees_not("【】")
