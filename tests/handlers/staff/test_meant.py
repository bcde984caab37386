"""Commands without their blank, or as a sentence: officers' own, and for everybody else what they were before."""

from datetime import UTC, datetime

import pytest

from handlers.staff import commands, meant
from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.desk import Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
REPORTING = ("12388", "对，提交", "属于哪一种", "没有看懂")


@pytest.fixture
async def sun(office: Office) -> User:
    """The officer of 二公司, with people and two rounds."""
    people = {
        "李四": ("二公司", Level.FUNCTIONAL),
        "薛涛": ("二公司", Level.FUNCTIONAL),
        "夏雨": ("二公司", Level.FUNCTIONAL),
        "白洁": ("二公司", Level.COMPREHENSIVE),
        "吴桂芳": ("项目部", Level.FUNCTIONAL),
    }
    for name, (unit, level) in people.items():
        await office.person(name, unit, observes=[(level, unit)])
    for level, period, label in (
        (Level.COMPREHENSIVE, "2026-Q4", "2026年第四季度"),
        (Level.FUNCTIONAL, "2026-11", "2026年11月"),
    ):
        rule = await opening.add(office, opening.rule_of(office, level, "二公司"))
        await opening.opened(office, rule, level, due=END_OF_YEAR, period=period, label=label)
    return await office.officer("孙莉", "二公司")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("聘任李四 职能 二公司", "李四 已经是 清源集团 / 二公司 职能观察员"),
        ("聘任李四为综合观察员", "聘任 李四（清源集团 / 二公司） 为 清源集团 / 二公司 综合观察员"),
        ("把薛涛调到项目部", "调动 薛涛（清源集团 / 二公司） 到 清源集团 / 二公司 / 项目部"),
        ("薛涛调去项目部", "调动 薛涛（清源集团 / 二公司） 到 清源集团 / 二公司 / 项目部"),
        ("解聘薛涛", "解聘 薛涛（清源集团 / 二公司）"),
        ("请假夏雨明天", "夏雨（清源集团 / 二公司） 请假，2026年11月21日"),
        ("夏雨明天请假", "夏雨（清源集团 / 二公司） 请假，2026年11月21日"),
        ("夏雨请假12月1日到12月5日", "夏雨（清源集团 / 二公司） 请假，2026年12月1日 至 12月5日"),
        ("免交白洁四季度休产假，刚生了孩子。", "免交 白洁（清源集团 / 二公司）的 综合观察表 2026年第四季度"),
        ("未交本期职能二公司", "2026年11月 · 职能 · 二公司：应交 4 份"),
        ("二公司谁还没交", "进行中的期次 · 二公司：应交 5 份"),
        ("职能未交名单", "进行中的期次 · 职能：应交 4 份"),
        ("二公司提交率", "进行中的期次 · 二公司\n合计：应交 5"),
        ("各单位交了多少", "进行中的期次\n合计：应交 5"),
        ("人员李四", "单位：清源集团 / 二公司"),
        ("人员项目部", "清源集团 / 二公司 / 项目部 和下属单位，共 1 人"),
        ("解绑李四", "李四（清源集团 / 二公司） 还没有绑定微信"),
        ("推送吴桂芳", "吴桂芳（清源集团 / 二公司 / 项目部）近 90 天没有推送过消息"),
        ("催办吴桂芳", "要催没交的人（进行中的期次 · 吴桂芳）：一共 1 人，1 份"),
        ("改手机李四13900001234", "李四（清源集团 / 二公司） 的手机改登记"),
        ("催报规则1改成每月20号", "要把规则 1 改成：\n综合观察表：每月20日18:00截止"),
        ("催报规则1改成顺延", "遇休息日顺延"),
        ("把催报规则1改成每月20号", "要把规则 1 改成：\n综合观察表：每月20日18:00截止"),
    ],
)
async def test_an_officers_command_needs_no_blank(sun: User, said: str, seen: str) -> None:
    """They were answered as whistle-blowing, or offered to be handed in as an opinion."""
    await sun.says(said)
    sun.sees(seen)
    sun.sees_not(*REPORTING)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("聘任张无忌 职能 二公司", "这样说：聘任 姓名 层级 单位"),
        ("解聘他们两个", "这样说：解聘 姓名"),
        ("未交本期职能西区", "这样说：未交"),
        ("催办张三丰", "这样说：催办"),
        ("人员张三丰", "这样说：人员 姓名或单位"),
        ("推送张三丰", "这样说：推送 姓名或工号"),
        ("把节点撤销", "这样撤销：撤销节点 项目名称"),
    ],
)
async def test_a_command_about_what_nobody_knows_is_told_how_it_is_said(sun: User, said: str, seen: str) -> None:
    await sun.says(said)
    sun.sees(seen)
    sun.sees_not(*REPORTING)


@pytest.mark.parametrize(
    "said", ["人员太少了建议多招几个人", "把班车调到七点半", "推送的消息都是领导编的", "通过虚报工程量套取资金"]
)
async def test_what_only_begins_like_a_command_is_understood_as_before(sun: User, said: str) -> None:
    await sun.says(said)
    sun.sees_not("这样说")


async def test_what_may_be_a_report_is_told_the_way(sun: User) -> None:
    await sun.says("未交税款私分了")
    sun.sees("这样说：未交", "没有登记", "怎么举报")


async def test_what_was_announced_is_no_command(sun: User) -> None:
    await sun.says("我要提建议")
    await sun.says("人员李四 要轮岗")
    sun.sees_not("单位：", "这样说")


@pytest.mark.parametrize(
    "said", ["聘任李四 职能 二公司", "人员李四", "解聘薛涛", "二公司提交率", "夏雨明天请假", "催办吴桂芳"]
)
async def test_who_keeps_nobody_is_answered_as_before(office: Office, sun: User, said: str) -> None:
    for user in (await office.observer(), office.somebody()):
        await user.says(said)
        user.sees_not("这样说", "（清源集团", "应交")


async def test_a_change_of_a_project_leads_to_its_node(office: Office, sun: User) -> None:
    """It was answered as whistle-blowing."""
    zhou = await office.bound(await office.person("周立新", "项目部", observes=[(Level.PROJECT, "项目部")]))
    await opening.add(office, opening.rule_of(office, Level.PROJECT, "二公司"))
    await zhou.says("东区管网改造项目变更了")
    zhou.sees("项目有变化的，开一个节点")
    await zhou.taps("开节点 东区管网改造 变更")
    zhou.sees("要为项目“东区管网改造”开节点：项目变更")
    wang = await office.observer()
    await wang.says("东区管网改造项目变更了")
    wang.sees_not("开节点")
    await zhou.says("经理私自把工程变更了")
    zhou.sees_not("开节点")


async def test_a_leave_of_ones_own_stays_ones_own(sun: User) -> None:
    await sun.says("请假明天")
    sun.sees("没有观察员聘任", "不用在这里请假")


def test_every_word_is_one_of_a_command() -> None:
    known = {command.word for command in commands.COMMANDS}
    assert known >= {*meant.EVERYDAY, *meant.ALONE, *meant.WITH_A_PERSON}
