"""本期 and 上期, and the periods of nodes: an officer means what is in progress, whatever the calendar says."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, update

from storage.admin import administer
from storage.models import ReminderRule, Round
from storage.vocabulary import Level, RoundState
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
async def li(office: Office) -> User:
    """The officer of the group. On 20 November the sheet of December is asked for already, and so is the quarter's;
    October is over, a node of a project is open.
    """
    await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    await office.person("吴桂芳", "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")])
    quarterly = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    late = office.now - timedelta(days=40)
    await opening.opened(office, quarterly, Level.COMPREHENSIVE, due=late, period="2026-Q3", label="2026年第三季度")
    await opening.opened(office, quarterly, Level.COMPREHENSIVE, due=END_OF_YEAR)
    monthly = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "清源集团"))
    for due, month in ((office.now - timedelta(days=25), 10), (office.now - timedelta(days=1), 11), (DECEMBER, 12)):
        await opening.opened(
            office, monthly, Level.FUNCTIONAL, due=due, period=f"2026-{month}", label=f"2026年{month}月"
        )
    nodes = await opening.add(office, opening.rule_of(office, Level.PROJECT, "清源集团"))
    await opening.opened(
        office, nodes, Level.PROJECT, due=DECEMBER, period="node:1", label="项目变更", subject="东区管网改造"
    )
    await closed(office, "2026-10", "2026-11")
    return await office.officer("李敏", "清源集团")


async def closed(office: Office, *periods: str) -> None:
    """All steps of these rounds are over."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        change = update(Round).where(col(Round.period).in_(periods)).values(state=RoundState.CLOSED)
        await admin._session.execute(change)


@pytest.mark.parametrize(
    ("said", "owed", "what"),
    [
        ("未交 本期", 3, "项目节点、2026年12月、2026年第四季度"),
        ("未交本期", 3, "项目节点、2026年12月、2026年第四季度"),
        ("未交 当前", 3, "项目节点、2026年12月、2026年第四季度"),
        ("未交 本期 职能 项目部", 1, "2026年12月 · 职能 · 项目部"),
        ("未交 本期 项目", 1, "项目节点 · 项目"),
        ("未交 上期", 2, "2026年第三季度、2026年11月"),
        ("未交上期职能", 1, "2026年11月 · 职能"),
        ("未交 上上期", 1, "2026年10月"),
        ("未交 12月25日", 3, "项目节点、2026年12月、2026年第四季度"),
        ("未交 四季度", 2, "2026年第四季度"),
    ],
)
async def test_the_period_in_progress_is_the_newest_that_was_opened(
    office: Office, li: User, said: str, owed: int, what: str
) -> None:
    """They were those of the calendar, in which nothing was due: 2026年等期次：没有查到应交的观察表."""
    await li.says(said)
    li.sees(f"{what}：应交 {owed} 份，已交 0 份，未交 {owed} 份")


async def test_a_period_in_progress_stays_it_until_the_next_is_opened(office: Office, li: User) -> None:
    await closed(office, "2026-12")
    await li.says("未交 本期 职能")
    li.sees("2026年12月 · 职能：应交 1 份")
    await li.says("未交")
    li.sees_not("吴桂芳")


async def test_a_rule_that_was_stopped_has_no_period_in_progress_but_what_is_under_way(
    office: Office, li: User
) -> None:
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        stopped = update(ReminderRule).where(col(ReminderRule.form_name) == "functional").values(active=False)
        await admin._session.execute(stopped)
    await li.says("未交 本期 职能")
    li.sees("2026年12月 · 职能：应交 1 份")
    await closed(office, "2026-12")
    await li.says("未交 本期 职能")
    li.sees("本期 · 职能：没有查到应交的观察表。")
    li.sees_not("请写明是哪一期")


async def test_rates_and_asking_take_the_period_in_progress(office: Office, li: User) -> None:
    await li.says("提交率 本期")
    li.sees("项目节点、2026年12月、2026年第四季度\n合计：应交 3，已交 0（0%）")
    await li.taps("未交")
    li.sees("项目节点、2026年12月、2026年第四季度：应交 3 份")
    await li.says("提交率 上期 综合")
    li.sees("2026年第三季度 · 综合\n合计：应交 1，已交 0（0%）")
    await li.says("催办 本期 职能")
    li.sees("要催没交的人（2026年12月 · 职能）：一共 1 人，1 份")
    await li.taps("确认")
    li.sees("已安排催办：1 人，1 份")
    assert '"back":[0]' in (await opening.audited(office, "duties.asked"))[0]


async def test_a_duty_is_excused_by_the_period_in_progress(office: Office, li: User) -> None:
    await li.says("免交 王建国 本期 休产假")
    li.sees("免交 王建国（清源集团 / 二公司）的 综合观察表 2026年第四季度？", "理由：休产假")
    await li.taps("确认")
    await li.says("免交 王建国 上期 休产假")
    li.sees("综合观察表 2026年第三季度？")


@pytest.mark.parametrize("period", ["四季度", "本期", "2026Q4", "12月", "2026年12月"])
async def test_a_node_is_excused_by_the_period_in_which_it_is_listed(office: Office, li: User, period: str) -> None:
    """未交 四季度 listed it, and 免交 周立新 四季度 … found nothing."""
    await li.says(f"未交 {period}")
    li.sees("周立新　项目观察表 项目变更（东区管网改造）")
    await li.says(f"免交 周立新 {period} 项目终止了")
    li.sees("的 项目观察表 项目变更（东区管网改造）？", "理由：项目终止了")
    await li.taps("确认")
    li.sees("已免交：周立新 的 项目观察表 项目变更。")


async def test_a_node_of_another_period_is_not_excused(office: Office, li: User) -> None:
    await li.says("免交 周立新 三季度 项目终止了")
    li.sees("没有查到这个人未交的观察表")
