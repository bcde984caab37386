"""催报规则, 新建催报规则 and 开节点: what is shown, what is asked before anything is written, what then counts."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.organisation import add_default_rules
from bot.unit_finding import find_unit
from handlers.rounds.rule import PeriodKind, Rule, RuleKind, from_json
from handlers.rounds.typed_calendar import likely_period, read_calendar
from handlers.ruling.wording import DUE_EXAMPLES
from storage.models import Duty
from storage.vocabulary import Level, Role
from tests.handlers import opening
from tests.handlers.desk import Office, User


@pytest.fixture
async def li(office: Office) -> User:
    return await office.officer("李敏", "清源集团")


@pytest.fixture
async def rule(office: Office) -> int:
    return await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))


async def kept(office: Office, number: int) -> Rule:
    found = {each.id: each for each in await office.database.rounds.rules(active=False)}
    return from_json(found[number].rule)


async def test_the_rules_are_listed_with_their_next_round(office: Office, li: User, rule: int) -> None:
    await li.says("催报规则")
    li.sees("催报规则，共 1 条：", "1. 综合观察表（清源集团）")
    li.sees("下一期：2026年第四季度，12月17日 09:00开始提醒，12月31日（周四）18:00截止")
    await li.taps("看")
    li.sees("每季度末月最后一天18:00截止，遇休息日提前", "2026年第四季度的提醒：", "12月17日 09:00　通知本人开始填写")
    li.sees("12月28日 09:00　提醒本人", "12月31日 18:00　截止", "提醒上级", "列入纪检人员的汇总")
    await li.says("催报规则 99")
    li.sees("没有查到催报规则")


async def test_a_change_is_shown_with_what_it_does_and_confirmed(office: Office, li: User, rule: int) -> None:
    await li.says("催报规则 1 截止 每季度末月25日17点")
    li.sees("要把规则 1 改成：", "每季度末月25日17:00截止", "从 2026年第四季度 起", "12月25日（周五）17:00截止")
    assert (await kept(office, rule)).calendar == "0 18 L 3,6,9,12 *"
    await li.taps("取消")
    assert (await kept(office, rule)).version == 1
    await li.says("催报规则 1 截止 每季度末月25日17点")
    await li.taps("确认")
    li.sees("已改好：规则 1（综合观察表），现在是第 2 版")
    changed = await kept(office, rule)
    assert (changed.calendar, changed.version) == ("0 17 25 3,6,9,12 *", 2)
    (entry,) = await opening.audited(office, "rule.changed")
    assert json.loads(entry)["before"] == {"calendar": "0 18 L 3,6,9,12 *"}
    assert json.loads(entry)["after"] == {"calendar": "0 17 25 3,6,9,12 *"}


async def test_a_round_under_way_keeps_the_old_rule(office: Office, li: User, rule: int) -> None:
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=office.now + timedelta(days=40))
    await li.says("催报规则 1 顺延")
    li.sees("本期（2026年第四季度）已经开始，仍按旧规则；新规则从 2027年第一季度 起")
    await li.taps("确认")
    await li.says("催报规则 1")
    li.sees("遇休息日顺延", "进行中：2026年第四季度", "2027年第一季度的提醒")


async def test_the_example_of_a_due_day_keeps_the_period_of_the_rule(office: Office, li: User, rule: int) -> None:
    await opening.add(
        office,
        opening.rule_of(office, Level.FUNCTIONAL, "清源集团", calendar="0 18 L * *", period=PeriodKind.MONTH),
    )
    await li.says("催报规则 1")
    li.sees("催报规则 1 截止 每季度末18点")
    await li.says("催报规则 2")
    li.sees("催报规则 2 截止 每月25日18点")


@pytest.mark.parametrize("period", PeriodKind)
def test_every_example_of_a_due_day_has_its_period(period: PeriodKind) -> None:
    assert likely_period(read_calendar(DUE_EXAMPLES[period])) is period


@pytest.mark.parametrize(
    ("said", "ladder"),
    [
        ("提前8天 提前2天 当天 逾期1天", [("open", -8), ("T-2", -2), ("T-0", 0), ("T+1", 1), ("T+3", 3), ("T+5", 5)]),
        ("提前五天10点半，逾期2天上级", [("open", -5), ("T+2", 2), ("T+5", 5)]),
        ("提前3个工作日 当天9:30 逾期1天汇总", [("open", -3), ("T-0", 0), ("T+1", 1), ("T+3", 3)]),
    ],
)
async def test_the_ladder_is_typed(
    office: Office, li: User, rule: int, said: str, ladder: list[tuple[str, int]]
) -> None:
    await li.says(f"催报规则 1 提醒 {said}")
    await li.taps("确认")
    assert [(step.name, step.workdays) for step in (await kept(office, rule)).ladder] == ladder


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("提醒 提前很久", "没看懂“提前很久”"),
        ("提醒", "还要写哪几天提醒"),
        ("提醒 逾期3天上级", "至少要有一次是发给填表人本人的"),
        ("提醒 提前3天6点", "没有改：\n提醒“提前3天”的时间 6:00 不对"),
        ("提醒 提前100天 当天", "比上一期的截止日还早"),
        ("截止 每月32日", "没有"),
        ("改成好的", "没看懂要改什么"),
        ("启用", "本来就是这样"),
        ("提前", "本来就是这样"),
    ],
)
async def test_a_fault_is_refused_in_a_sentence(office: Office, li: User, rule: int, said: str, told: str) -> None:
    await li.says(f"催报规则 1 {said}")
    li.sees(told)
    await li.says("确认")
    assert (await kept(office, rule)).version == 1


async def test_a_rule_is_stopped_and_started_again(office: Office, li: User, rule: int) -> None:
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=office.now + timedelta(days=40))
    await li.says("催报规则 1")
    await li.taps("停用")
    li.sees("要停用规则 1（综合观察表）？", "已经开始的本期（2026年第四季度）也不再自动提醒")
    await li.taps("确认")
    assert await office.database.rounds.rules() == ()
    await li.says("催报规则")
    li.sees("已停用")
    await li.says("催报规则 1 启用")
    await li.taps("确认")
    assert len(await office.database.rounds.rules()) == 1


async def test_two_officers_do_not_write_over_each_other(office: Office, li: User, rule: int) -> None:
    other = await office.officer("张敏", "清源集团")
    await li.says("催报规则 1 顺延")
    await other.says("催报规则 1 不调整")
    await other.taps("确认")
    other.sees("已改好")
    await li.taps("确认")
    li.sees("刚刚有人改过这条规则")


async def test_a_rule_above_is_read_only_and_a_unit_may_have_its_own(office: Office, rule: int) -> None:
    sun = await office.officer("孙莉", "二公司")
    await sun.says("催报规则")
    sun.sees("清源集团设定，您这里也适用")
    await sun.says("催报规则 1 顺延")
    sun.sees("您这里只能看")
    await sun.says("新建催报规则 综合观察表 每月25日18点")
    sun.sees("要为 清源集团 / 二公司 新建规则：", "每月25日18:00截止", "从 2026年11月 起")
    await sun.taps("确认")
    sun.sees("已新建：规则 2（综合观察表）")
    await sun.says("新建催报规则 综合观察表 每季度末")
    await sun.taps("确认")
    sun.sees("已经有这张表的规则")
    await sun.says("催报规则")
    sun.sees(
        "1. 综合观察表（清源集团设定，您这里不适用：本单位已用第 2 条）\n　看", "2. 综合观察表（二公司）\n　下一期："
    )
    zhao = await office.officer("赵强", "一公司")
    await zhao.says("催报规则 2")
    zhao.sees("没有查到催报规则")
    unknown = zhao.seen
    keeper = await office.bound(await office.person("钱进", "清源集团", officer_of="清源集团", role=Role.ADMINISTRATOR))
    wang = await office.observer()
    for user in (keeper, wang):
        for said in ("催报规则", "催报规则 1 停用", "新建催报规则 综合观察表 每季度末"):
            await user.says(said)
            assert user.seen.startswith(unknown[:10])
            assert user.seen == unknown


async def test_the_list_says_where_a_rule_does_not_hold(office: Office, li: User, rule: int, nodes: int) -> None:
    """It went on to say that the rule above holds, and to name its next round."""
    sun = await office.officer("孙莉", "二公司")
    below = await office.officer("钱明", "项目部")
    other = await office.officer("赵强", "一公司")
    for said in ("新建催报规则 综合观察表 每月25日", "新建催报规则 项目观察表 节点"):
        await sun.says(said)
        await sun.taps("确认")
        sun.sees("已新建")
    await li.says("催报规则")
    li.sees("1. 综合观察表（清源集团）\n　下一期：", "\n　其中二公司已用第 3 条\n　看")
    await below.says("催报规则")
    below.sees("1. 综合观察表（清源集团设定，您这里不适用：二公司已用第 3 条）", "（二公司设定，您这里也适用）")
    below.sees("2. 项目节点（清源集团设定，您这里不适用：二公司已用第 4 条）")
    await other.says("催报规则")
    other.sees("1. 综合观察表（清源集团设定，您这里也适用）\n　下一期：")
    other.sees_not("已用")
    await sun.says("催报规则 3 停用")
    await sun.taps("确认")
    await sun.says("催报规则")
    sun.sees("1. 综合观察表（清源集团设定，您这里也适用）\n　下一期：")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("新建催报规则 周报表 每周五", "没有找到这张表。可以催的表有："),
        ("新建催报规则 综合观察表", "还要写什么时候截止"),
        ("新建催报规则 综合观察表 随时", "没看懂什么时候截止"),
        ("新建催报规则 综合观察表 每季度末 单位 五公司", "没有查到您管的单位“五公司”"),
        ("新建催报规则 综合观察表 每周五 单位 一公司", "要为 清源集团 / 一公司 新建规则"),
        ("新建催报规则 项目观察表 节点", "项目节点开启后"),
    ],
)
async def test_making_a_rule(office: Office, li: User, said: str, told: str) -> None:
    await li.says(said)
    li.sees(told)


@pytest.fixture
async def zhou(office: Office) -> User:
    return await office.bound(await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")]))


@pytest.fixture
async def nodes(office: Office) -> int:
    return await opening.add(office, opening.rule_of(office, Level.PROJECT, "清源集团"))


async def test_an_observer_opens_a_node_of_their_own_project(office: Office, zhou: User, nodes: int) -> None:
    await zhou.says("开节点 A区管网改造 变更 截止 12月20日")
    zhou.sees("要为项目“A区管网改造”开节点：项目变更。", "由您填写，截止：12月20日（周日）18:00")
    await zhou.taps("确认")
    zhou.sees("节点已开启：A区管网改造（项目变更）")
    await zhou.taps("我的任务")
    zhou.sees("项目变更《项目观察表》（项目：A区管网改造）", "还有 30 天")
    await zhou.says("开节点 a区管网改造 变更")
    await zhou.taps("确认")
    zhou.sees("今天已经开过同样的节点")


async def test_an_officer_opens_a_node_and_names_who_fills_it(office: Office, li: User, zhou: User, nodes: int) -> None:
    await office.person("吴工", "二公司", observes=[(Level.PROJECT, "二公司")])
    await li.says("开节点 东区管网改造 突发风险")
    li.sees("项目“东区管网改造”由谁填？", "周立新", "吴工", "二公司的 2 位都填")
    await li.taps("周立新")
    li.sees("填表人：周立新（清源集团 / 二公司）", "截止：11月27日（周五）18:00")
    await li.taps("确认")
    li.sees("节点已开启")
    assert len(await opening.rows(office, Duty)) == 1
    (waiting, *_) = await office.database.rounds.waiting(now=office.now)
    assert waiting.name == "open"
    assert await office.database.rounds.fill_step(waiting, now=office.now, today=opening.day_of(office.now)) == 1
    await zhou.says("我的任务")
    await zhou.taps("现在填")
    zhou.sees("项目名称已经替您填好：东区管网改造")
    await li.says("未交 项目")
    li.sees("项目突发风险（东区管网改造）")


async def test_who_fills_a_node_is_answered_by_number(office: Office, li: User, zhou: User, nodes: int) -> None:
    await office.person("吴工", "二公司", observes=[(Level.PROJECT, "二公司")])
    await li.says("开节点 东区管网改造 突发风险 截止 12月21日")
    li.sees("回复序号", "1. ", "2. ", "3. 二公司的 2 位都填")
    await li.says("4")
    li.sees("刚才列出的是第 1 到 3 个，没有第 4 个")
    await li.says("3")
    li.sees("周立新（清源集团 / 二公司）、吴工（清源集团 / 二公司）", "截止：12月21日（周一）18:00")
    await zhou.says("2")
    zhou.sees_not("东区管网改造")


async def test_a_node_due_on_a_day_of_rest_says_so_and_offers_the_next_working_day(
    office: Office, li: User, zhou: User, nodes: int
) -> None:
    """It was taken silently: who fills the sheet read of a Sunday evening."""
    await li.says("开节点 东区管网改造 变更 截止 12月20日 由 周立新")
    li.sees("截止：12月20日（周日）18:00", "※ 12月20日（周日）是休息日。")
    assert [tap.label for tap in li.taps_seen] == ["确认", "改到 12月21日（周一）", "取消"]
    await li.taps("改到 12月21日（周一）")
    li.sees("填表人：周立新", "截止：12月21日（周一）18:00")
    li.sees_not("休息日")
    await li.taps("确认")
    li.sees("节点已开启：东区管网改造（项目变更），12月21日（周一）18:00截止")
    await li.says("开节点 西区 变更 截止 1月1日")
    li.sees("※ 1月1日（周五）是休息日。", "改到 1月4日（周一）")
    await li.taps("确认")
    li.sees("1月1日（周五）18:00截止")


async def test_the_rules_are_opened_by_number(office: Office, li: User, rule: int) -> None:
    await li.says("催报规则")
    await li.says(f"{rule}")
    li.sees("2026年第四季度的提醒：")


async def test_a_node_that_cannot_be_is_refused(office: Office, li: User, zhou: User) -> None:
    await zhou.says("开节点 东区 变更")
    zhou.sees("还没有项目节点的催报规则")
    for said, told in (
        ("开节点", "请写项目名称、是什么节点和截止日期"),
        ("开节点 东区", "请写项目名称、是什么节点和截止日期"),
        ("开节点 东区 变更 截止 11月2日", "截止日期 2026年11月2日 已经过了"),
        ("开节点 东区 变更 截止 2100年12月31日", "超过一年了"),
        ("开节点 东区 变更 王五", "要指明由谁填，在最后写“由 姓名”"),
        ("开节点 东区 变更 由 王五", "没有查到项目观察员“王五”"),
    ):
        await li.says(said)
        li.sees(told)
    wang = await office.observer()
    await wang.says("开节点 东区 变更")
    wang.sees("没有查到可以开节点的项目观察员")
    unknown = wang.seen
    zhao = await office.officer("赵强", "一公司")
    await zhao.says("开节点 东区 变更")
    assert zhao.seen == unknown


async def test_the_notices_before_holidays(office: Office, li: User) -> None:
    group = await find_unit(office.database, ("清源集团",), "test")
    await add_default_rules(office.database, group, office.now, "test")
    await li.says("催报规则 4")
    li.sees("节前廉洁提醒", "催报规则 4 提醒 当天10点")
    await li.says("催报规则")
    li.sees("下一次：2027年元旦，12月31日 09:00发出")
    office.now = datetime(2026, 1, 20, tzinfo=UTC)
    await li.says("催报规则 4 提醒 当天10点")
    li.sees("下一次：2026年春节，2月14日 10:00发出")
    await li.says("催报规则 4 停用")
    await li.taps("确认")
    li.sees("已改好")


async def test_a_rule_for_nodes_shows_how_they_are_opened(office: Office, li: User, nodes: int) -> None:
    await li.says("催报规则")
    li.sees("开节点")
    await li.says("催报规则 1 截止 每月25日")
    li.sees("这类规则不按日历截止")
    assert (await kept(office, nodes)).kind is RuleKind.NODE


async def test_a_new_rule_of_nothing_is_answered_with_how_it_is_said(office: Office, li: User) -> None:
    await li.says("新建催报规则")
    li.sees("新建一条：新建催报规则 综合观察表 每季度末")
    li.sees_not("没有找到")
