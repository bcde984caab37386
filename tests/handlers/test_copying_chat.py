"""复制上期: the last answers stand beside the questions and are taken one by one, never by themselves."""

import pytest

from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form

MONTHLY = """
| survey | type | name | label | required | constraint | constraint_message |
| | select_one way | way | 总体情况 | yes | | |
| | select_multiple what | what | 开展了哪些工作？ | | | |
| | decimal | money | 涉及金额（元） | | | |
| | date | until | 哪天整改到位？ | | . >= today() | 日期不能早于今天 |
| | image | photo | 照片 | | | |
| | begin_repeat | point | 风险点 | | | |
| | text | risk | 什么风险？ | yes | | |
| | end_repeat | | | | | |
| choices | list_name | name | label |
| | way | good | 良好 |
| | way | bad | 有问题 |
| | what | talk | 谈话 |
| | what | visit | 走访 |
| settings | form_title | form_id |
| | 月度观察表 | monthly |
"""
CHANGED = MONTHLY.replace("| | what | visit | 走访 |", "| | what | letter | 发函 |").replace(
    "| | way | bad | 有问题 |", "| | way | weak | 有薄弱环节 |"
)
PROJECT = """
| survey | type | name | label | required | 用途 | relevant |
| | text | project | 项目名称 | yes | 项目 | |
| | note | shown | 上次的措施：${last-saved#measure} | | | ${last-saved#measure} != '' |
| | text | measure | 采取什么措施？ | yes | 措施 | |
| settings | form_title | form_id |
| | 工程观察表 | project_own |
"""


async def observer(office: Office, source: str = MONTHLY, level: Level = Level.FUNCTIONAL) -> User:
    """An observer of 一公司 for whom the form is published."""
    await office.publish(markdown_form(source), "一公司", level)
    return await office.bound(await office.person("周平", "一公司", observes=[(level, "一公司")]))


async def fills(user: User, *answers: str) -> None:
    """Begin the monthly sheet, answer and hand it in."""
    await user.says("月度观察表")
    for said in answers:
        await user.says(said)
    await user.says("提交")
    user.sees("编号：")


LAST = (
    *("有问题", "谈话、走访", "6000余", "2026年12月1日", "跳过"),
    *("油卡由司机个人保管", "加", "食堂验收一人签字", "没了"),
)


async def test_the_last_answers_stand_beside_the_questions(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("月度观察表")
    zhou.sees_not("复制上期")
    await zhou.says("取消")
    await zhou.says("确认取消")
    await fills(zhou, *LAST)
    office.passes(days=5)
    await zhou.says("月度观察表")
    zhou.sees("您2026年11月20日提交过这份表", "复制上期", "第 1/")
    zhou.sees_not("上期：")
    await zhou.taps("复制上期")
    zhou.sees("上期：有问题", "沿用上期", "第 1/")
    await zhou.taps("沿用上期")
    zhou.sees("已记：有问题（沿用上期）", "上期：谈话、走访")
    await zhou.says("走访")
    zhou.sees("上期：6000余")
    await zhou.taps("沿用上期")
    assert zhou.memory["sheet"]["state"]["said"]
    zhou.sees("上期：2026-12-01")
    await zhou.taps("沿用上期")
    zhou.sees("照片")
    zhou.sees_not("上期：")
    await zhou.says("沿用上期")
    zhou.sees("没有可以沿用的回答", "照片")
    await zhou.says("跳过")
    zhou.sees("第 1 项", "上期：油卡由司机个人保管")
    await zhou.taps("沿用上期")
    await zhou.says("加")
    zhou.sees("第 2 项", "上期：食堂验收一人签字")
    await zhou.says("食堂验收已改为两人签字")
    await zhou.says("加")
    zhou.sees("第 3 项")
    zhou.sees_not("上期：")


async def test_it_is_never_taken_without_having_been_shown(office: Office) -> None:
    zhou = await observer(office)
    await fills(zhou, *LAST)
    await zhou.says("月度观察表")
    await zhou.says("沿用上期")
    zhou.sees("上期：有问题", "第 1/")
    assert zhou.memory["sheet"]["state"]["answers"] == {}


async def test_what_the_form_does_not_take_today_is_refused_in_its_words(office: Office) -> None:
    zhou = await observer(office)
    await fills(zhou, *LAST)
    office.passes(days=20)
    await zhou.says("月度观察表")
    await zhou.says("复制上期")
    for _ in range(3):
        await zhou.says("沿用上期")
    zhou.sees("上期：2026-12-01")
    await zhou.says("沿用上期")
    zhou.sees("日期不能早于今天", "哪天整改到位")


async def test_a_choice_that_is_there_no_more_is_said(office: Office) -> None:
    zhou = await observer(office)
    await fills(zhou, *LAST)
    await office.publish(markdown_form(CHANGED), "一公司", Level.FUNCTIONAL)
    await zhou.says("月度观察表")
    await zhou.says("复制上期")
    zhou.sees("上期：有问题（现在不在选项里了，请重新选）")
    assert "沿用上期" not in zhou.labels
    await zhou.says("沿用上期")
    zhou.sees("没有可以沿用的回答")
    await zhou.says("良好")
    zhou.sees("上期：谈话（其中“走访”现在不在选项里了）")
    await zhou.taps("沿用上期")
    zhou.sees("已记：谈话（沿用上期）")


async def test_without_an_earlier_sheet_there_is_nothing_to_copy(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("月度观察表")
    await zhou.says("复制上期")
    zhou.sees("没有找到您以前提交的这份表", "第 1/")


async def test_the_last_sheet_of_the_same_project_is_shown_by_the_form(office: Office) -> None:
    zhou = await observer(office, PROJECT, Level.PROJECT)
    for project, measure in (("二期管网", "工程款支付逐笔由两人会签复核"), ("三号泵站", "关键工序由监理全程旁站监督")):
        await zhou.says("工程观察表")
        await zhou.says(project)
        zhou.sees_not("上次的措施")
        await zhou.says(measure)
        await zhou.says("提交")
        zhou.sees("编号：")
        if project == "二期管网":
            office.passes(days=1)
    await zhou.says("工程观察表")
    await zhou.says("二期管网")
    zhou.sees("上次的措施：工程款支付逐笔由两人会签复核", "采取什么措施")
    await zhou.says("上一步")
    await zhou.says("三号泵站")
    zhou.sees("上次的措施：关键工序由监理全程旁站监督")
    await zhou.says("上一步")
    await zhou.says("四号泵站")
    zhou.sees_not("上次的措施")


@pytest.mark.parametrize("said", ["一样", "同上期", "不变", "沿用", "和上期一样", "没有变化"])
async def test_the_same_as_last_time_in_other_words(office: Office, said: str) -> None:
    zhou = await observer(office)
    await zhou.says("月度观察表")
    for answer in ("良好", "谈话", "跳过", "跳过", "跳过", "油卡由司机个人保管", "没有了", "提交"):
        await zhou.says(answer)
    zhou.sees("已提交")
    await zhou.says("月度观察表")
    await zhou.says(said)
    zhou.sees("第 1/")
    await zhou.says("复制上期")
    await zhou.says(said)
    zhou.sees("已记：良好（沿用上期）", "上期：谈话")
    await zhou.says(said)
    zhou.sees("已记：谈话（沿用上期）")
