"""我的任务: what is owed, one tap into the form, and what is said after it was handed in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from storage.admin import administer
from storage.models import Duty, Leave
from storage.vocabulary import Level
from tests.handlers import opening as rounds
from tests.handlers.answering import answers
from tests.handlers.desk import ACTOR, Office, User, markdown_form

PROJECT_FORM = """
| survey | type | name | label | required | 用途 |
| | text | place | 项目在哪里？ | yes | |
| | text | project | 项目名称 | yes | 项目 |
| | text | change | 变更了什么？ | yes | |
| settings | form_title | form_id |
| | 工程观察表 | project_own |
"""
END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
async def wang(office: Office) -> User:
    return await office.observer()


async def quarter(office: Office, level: Level = Level.COMPREHENSIVE) -> int:
    rule = await rounds.add(office, rounds.rule_of(office, level, "清源集团"))
    await rounds.opened(office, rule, level, due=END_OF_YEAR)
    return rule


async def test_who_owes_nothing_is_told_so(office: Office, wang: User) -> None:
    await wang.says("我的任务")
    assert "现在还没有要您填的表" in wang.seen
    stranger = office.somebody()
    await stranger.says("我的任务")
    assert "绑定" in stranger.seen


async def test_who_owes_nothing_yet_is_told_what_comes_next(office: Office, wang: User) -> None:
    rule = await rounds.add(office, rounds.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    await rounds.add(office, rounds.rule_of(office, Level.FUNCTIONAL, "清源集团"))
    await wang.says("我的任务")
    assert "下一期：2026年第四季度《综合观察表》，12月17日起可以填，12月31日（周四）18:00截止" in wang.seen
    assert "职能观察表" not in wang.seen
    await rounds.opened(office, rule, Level.COMPREHENSIVE, due=END_OF_YEAR)
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        await admin._session.execute(update(Duty).values(done_at=office.now))
    await wang.says("我的任务")
    assert "下一期：2027年第一季度《综合观察表》" in wang.seen


async def test_the_form_names_the_period_that_it_counts_for(office: Office, wang: User) -> None:
    """Not the one that the day lies in: the round may be late, or open before its period."""
    await quarter(office)
    office.passes(days=90)
    await wang.says("我的任务")
    await wang.taps("现在填")
    wang.sees("填报期次：2026年第四季度")
    await wang.says("暂存")
    wang.forget()
    await wang.says("继续")
    assert wang.memory["sheet"]["state"]["answers"]["/data/period"] == "2026年第四季度"


async def test_a_sheet_that_nobody_asked_for_names_the_period_of_its_day(office: Office, wang: User) -> None:
    office.passes(days=90)
    await wang.says("填表")
    wang.sees("填报期次：2027年第一季度")


async def test_of_two_rounds_the_one_that_is_due_first_is_named(office: Office, wang: User) -> None:
    rule = await quarter(office)
    await rounds.opened(
        office,
        rule,
        Level.COMPREHENSIVE,
        due=END_OF_YEAR + timedelta(days=90),
        period="2027-Q1",
        label="2027年第一季度",
    )
    await wang.says("填表")
    wang.sees("填报期次：2026年第四季度")


@pytest.mark.parametrize("said", ["1", "第一个", "第1项", "1。"])
async def test_a_task_is_begun_by_its_number(office: Office, wang: User, said: str) -> None:
    """The list was numbered, and its numbers meant nothing."""
    await quarter(office)
    await wang.says("我的任务")
    await wang.says("2")
    wang.sees("没有第 2 项")
    await wang.taps("我的任务")
    await wang.says(said)
    wang.sees("综合观察表", "第 1/")


@pytest.mark.parametrize("said", ["本期无新情况", "这期没有新情况", "这个季度没有什么新情况", "我们单位没有新情况"])
async def test_nothing_new_is_said_of_the_open_task_at_any_time(office: Office, wang: User, said: str) -> None:
    """After any other message it was told to be the outcome of an observation, without a way to the task."""
    await wang.says(said)
    wang.sees_not("已经替您答了")
    await quarter(office)
    await wang.says("帮助")
    await wang.says(said)
    wang.sees("已经替您答了", "第 ")
    stranger = office.somebody()
    await stranger.says(said)
    stranger.sees_not("已经替您答了")


async def test_nothing_new_for_one_of_several_tasks_shows_the_list(office: Office) -> None:
    observes = [(Level.COMPREHENSIVE, "二公司"), (Level.FUNCTIONAL, "二公司")]
    both = await office.bound(await office.person("赵敏", "二公司", observes=observes))
    await quarter(office)
    await quarter(office, Level.FUNCTIONAL)
    await both.says("这期没有新情况")
    both.sees("您现在要交的，共 2 项")


async def test_what_was_not_found_leads_to_the_tasks(wang: User) -> None:
    await wang.says("检查未发现问题")
    assert wang.labels == ["观察填报", "我的任务", "菜单"]


async def test_what_is_due_stands_there_with_one_tap_into_the_form(office: Office, wang: User) -> None:
    await quarter(office)
    await wang.says("菜单")
    await wang.taps("我的任务")
    assert "您现在要交的，共 1 项" in wang.seen
    assert "1. 2026年第四季度《综合观察表》" in wang.seen
    assert "12月31日（周四）18:00截止，还有 41 天" in wang.seen
    await wang.taps("现在填")
    assert "第 1/" in wang.seen
    await wang.says("暂存")
    await wang.says("我的任务")
    await wang.taps("接着填")
    assert "第 1/" in wang.seen


async def test_what_is_late_comes_first(office: Office, wang: User) -> None:
    rule = await quarter(office)
    late = office.now - timedelta(days=3)
    await rounds.opened(office, rule, Level.COMPREHENSIVE, due=late, period="2026-Q3", label="2026年第三季度")
    await wang.says("我的任务")
    assert wang.seen.index("第三季度") < wang.seen.index("第四季度")
    assert "已逾期 3 天" in wang.seen


async def test_after_the_sheet_the_period_and_what_is_still_owed_are_named(office: Office, wang: User) -> None:
    rule = await quarter(office)
    await rounds.opened(
        office, rule, Level.COMPREHENSIVE, due=office.now - timedelta(days=3), period="2026-Q3", label="2026年第三季度"
    )
    await wang.says("我的任务")
    await wang.taps("现在填")
    await answers(wang, "都答完了")
    await wang.says("提交")
    await _insist(wang)
    assert "计入：2026年第三季度。" in wang.seen
    assert "您还要交：\n· 2026年第四季度《综合观察表》，还有 41 天" in wang.seen
    await wang.taps("现在填")
    assert "第 1/" in wang.seen
    await wang.says("我的任务")
    assert "◆ 已经交的\n· 2026年第三季度《综合观察表》：11月20日交，待阅" in wang.seen


async def _insist(user: User) -> None:
    if "已提交" not in user.seen:
        await user.says("就按这样提交")
    assert "已提交" in user.seen, user.seen


async def test_nothing_new_is_answered_by_a_tap(office: Office, wang: User) -> None:
    await quarter(office)
    await wang.says("我的任务")
    await wang.taps("本期无新情况")
    assert "已经替您答了" in wang.seen
    await answers(wang, "都答完了")
    await wang.says("预览")
    await wang.says("提交")
    await _insist(wang)
    assert "计入：2026年第四季度" in wang.seen


async def test_a_substitute_fills_for_the_one_on_leave_as_far_as_they_may(office: Office, wang: User) -> None:
    await quarter(office)
    stand_in = await office.person("李四", "二公司")
    li = await office.bound(stand_in)
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        away = (await rounds.rows(office, Duty))[0].person_id
        admin._session.add(
            Leave(person_id=away, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 1), substitute_id=stand_in)
        )
    await li.says("我的任务")
    li.sees("《综合观察表", "（代 王建国）")
    await li.taps("现在填")
    li.sees("第 1/", "代王建国填写")
    await answers(li, "都答完了")
    await li.says("提交")
    await _insist(li)
    li.sees("计入：2026年第四季度")
    await wang.says("我的任务")
    wang.sees("现在没有要交的表", "2026年第四季度《综合观察表》：11月20日交，待阅")


async def test_a_duty_of_somebody_else_or_done_opens_nothing(office: Office, wang: User) -> None:
    await quarter(office)
    other = await office.observer("陈晓", "一公司")
    number = (await rounds.rows(office, Duty))[0].id
    await other.says(f"填写任务 {number}")
    await other.says("填写任务 99")
    unknown = other.seen
    await other.says(f"填写任务 {number}")
    assert other.seen == unknown
    assert "不归您填" in unknown


async def test_in_the_middle_of_a_form_an_answer_stays_one(office: Office, wang: User) -> None:
    await quarter(office)
    await wang.says("开始")
    await wang.says("无新情况")
    await wang.says("我的任务")
    assert "您有一份未完成的《综合观察表》" in wang.seen


async def test_a_node_of_a_project_opens_its_form_with_the_name_filled_in(office: Office) -> None:
    await office.publish(markdown_form(PROJECT_FORM), "二公司", Level.PROJECT)
    zhou = await office.bound(await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")]))
    rule = await rounds.add(office, rounds.rule_of(office, Level.PROJECT, "清源集团"))
    appointment = (await office.appointments())[-1]
    for subject in ("东区管网改造", "西区泵站"):
        await rounds.opened(
            office,
            rule,
            Level.PROJECT,
            due=office.now + timedelta(days=9),
            period=f"node:{subject}",
            label="变更",
            subject=subject,
            appointments=(appointment,),
        )
    await zhou.says("我的任务")
    zhou.sees("变更《工程观察表》（项目：东区管网改造）", "变更《工程观察表》（项目：西区泵站）")
    second = [tap.content for tap in zhou.taps_seen if tap.label == "现在填"][1]
    await zhou.says(second)
    zhou.sees("项目名称已经替您填好：西区泵站", "项目在哪里")
    await zhou.says("西区")
    zhou.sees("变更了什么")
    await zhou.says("我的任务")
    await zhou.taps("接着填")
    zhou.sees("变更了什么")
    await zhou.says("增加了一台水泵，已经按程序审批")
    await zhou.says("提交")
    await _insist(zhou)
    zhou.sees("计入：变更（项目：西区泵站）", "（项目：东区管网改造），还有 9 天")
