"""Workbooks that nobody here wrote: purposes name the findings, and choices may be called anything."""

from storage.admin import administer
from storage.numbers import parse_number
from storage.vocabulary import Level
from tests.handlers.answering import FORM, begins
from tests.handlers.desk import Office, User, markdown_form
from tests.handlers.workbooks import AWKWARD_CHOICES, OTHER_NAMES


async def _observer_of(office: Office, source: str, level: Level) -> User:
    await office.publish(markdown_form(source), "一公司", level)  # takes the place of the group's
    return await office.bound(await office.person("周平", "一公司", observes=[(level, "一公司")]))


async def test_findings_come_from_the_purposes_whatever_the_questions_are_called(office: Office) -> None:
    zhou = await _observer_of(office, OTHER_NAMES, Level.FUNCTIONAL)
    li = await office.officer("李敏", "清源集团")
    await zhou.says("职能观察表")
    for said in ("有", "油卡在非工作日加油", "高", "收回油卡统一保管", "车队队长", "3500.5", "2026年12月1日"):
        zhou.sees("题　")
        await zhou.says(said)
    await zhou.says("提交")
    number = parse_number(zhou.seen.split("编号：")[1].split("\n")[0])
    assert number is not None
    await li.says(f"查 {number}")
    li.sees("《职能观察表》", "周平", "〔高〕油卡在非工作日加油", "措施：收回油卡统一保管", "责任人：车队队长")
    li.sees("期限：2026-12-01", "金额：0.35 万元", "【车辆与食堂】", "1. 本月有没有发现异常？")


async def test_nothing_found_gives_no_finding(office: Office) -> None:
    zhou = await _observer_of(office, OTHER_NAMES, Level.FUNCTIONAL)
    li = await office.officer("李敏", "清源集团")
    await zhou.says("开始")
    zhou.sees("职能观察表", "第 1/1 题")
    await zhou.says("没有")
    await zhou.says("提交")
    number = zhou.seen.split("编号：")[1].split("\n")[0]
    await li.says(f"查 {number}")
    li.sees("没有报告问题或风险点", "没有")


async def test_choices_called_like_commands_can_be_tapped(office: Office) -> None:
    zhou = await _observer_of(office, AWKWARD_CHOICES, Level.PROJECT)
    await zhou.says("项目观察表")
    await zhou.taps("取消")
    zhou.sees("已记：取消", "打几分")
    await zhou.says("上一步")
    await zhou.taps("继续")
    zhou.sees("已记：继续", "打几分")
    await zhou.says("上一步")
    await zhou.taps("确认")
    zhou.sees("已记：确认", "打几分")
    await zhou.says("上一步")
    await zhou.taps("待阅")
    zhou.sees("已记：待阅", "打几分")
    await zhou.says("上一步")
    await zhou.says("确认")
    zhou.sees("已记：确认", "打几分")
    await zhou.taps("3分")
    zhou.sees("已记：3分")
    await zhou.taps("业主和监理")
    zhou.sees("已记：业主和监理", "哪个岗位")


async def test_long_lists_of_choices(office: Office) -> None:
    zhou = await _observer_of(office, AWKWARD_CHOICES, Level.PROJECT)
    await zhou.says("项目观察表")
    await zhou.says("1")
    await zhou.says("1")
    zhou.sees("可能是指")
    await zhou.taps("1分")
    await zhou.taps("逐项点选")
    await zhou.taps("业主和监理")
    await zhou.taps("施工、分包")
    zhou.sees("☑ 1. 业主和监理", "☑ 2. 施工、分包", "☐ 3. 供应商")
    await zhou.taps("选好了")
    zhou.sees("1. 岗位1（编制内）", "下一页", "共 60 项")
    zhou.sees_not("60. 岗位60")
    await zhou.says("60")
    zhou.sees("已记：岗位60（编制内）", "都答完了")


async def test_two_levels_two_forms_and_several_drafts(office: Office) -> None:
    await office.publish(markdown_form(OTHER_NAMES), "一公司", Level.FUNCTIONAL)
    observes = [(Level.COMPREHENSIVE, "一公司"), (Level.FUNCTIONAL, "一公司")]
    zhou = await office.bound(await office.person("周平", "一公司", observes=observes))
    await zhou.says("开始")
    zhou.sees("要填哪一份", FORM, "职能观察表")
    await zhou.says("开始 车辆表")
    zhou.sees("没有找到这份表", FORM, "职能观察表")
    await zhou.taps(FORM)
    zhou.sees("政治建设的总体情况")
    await zhou.says("总体良好")
    await zhou.says("开始 职能观察表")
    zhou.sees("本月有没有发现异常")
    await zhou.says("有")
    await zhou.says("暂存")
    await zhou.says("继续")
    zhou.sees("接着填哪一份", FORM, "职能观察表")
    await zhou.taps(FORM)
    zhou.sees("第 2/", "重点工作落实的总体情况")
    await zhou.says("继续 职能观察表")
    zhou.sees("异常是什么")
    await zhou.says("菜单")
    zhou.sees(f"继续 {FORM}", "未完成的《职能观察表》")
    zhou.forget()
    await zhou.says("继续 职能观察表")
    zhou.sees("异常是什么")


async def test_the_same_form_for_two_units_is_told_apart_by_the_unit(office: Office) -> None:
    observes = [(Level.COMPREHENSIVE, "一公司"), (Level.COMPREHENSIVE, "二公司")]
    zhou = await office.bound(await office.person("周平", "一公司", observes=observes))
    await zhou.says(FORM)
    zhou.sees("要填哪一份", "一公司", "二公司")
    first, second = zhou.labels
    assert "一公司" in first
    await zhou.taps(first)
    zhou.sees("第 1/")
    await zhou.says("总体良好")
    await zhou.says("菜单")
    await zhou.taps(second)
    zhou.sees("第 1/")
    await zhou.says("暂存")
    await zhou.says("继续")
    zhou.sees("一公司", "二公司")
    await zhou.taps(next(label for label in zhou.labels if "一公司" in label))
    zhou.sees("第 2/")


async def test_a_form_that_was_withdrawn(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("取消")
    await wang.says("确认取消")
    async with administer(office.database, actor="test", now=office.now) as admin:
        await admin.withdraw_form(1)
    await wang.says("开始")
    wang.sees("还没有发布", "廉洁承诺书")
    wang.sees_not(FORM)
