"""我的观察表 <number>, 查 <own number>: an author reads the own sheet, and nothing of anybody else's."""

import pytest

from storage.numbers import make_number
from tests.handlers.desk import Office, User
from tests.handlers.quality_forms import OTHER_PROBLEM, PROBLEM, TITLE, observer, publish, submits

COMMENT = "第2题请写清时间。"
NEW_PROBLEM = "八月起，工程部隐蔽工程验收由资料员代签，监理不在现场"


@pytest.fixture
async def desk(office: Office) -> Office:
    await publish(office)
    return office


@pytest.fixture
async def wang(desk: Office) -> User:
    return await observer(desk, "王建国", "二公司")


@pytest.fixture
async def sun(desk: Office) -> User:
    return await desk.officer("孙莉", "二公司")


async def test_a_tap_in_the_list_shows_the_whole_sheet(wang: User) -> None:
    number = await submits(wang)
    await wang.says("我的观察表")
    await wang.taps("看全文")
    wang.sees(f"《{TITLE}》 {number}", "填报单位：清源集团 / 二公司", "提交时间：2026-11-20 20:30", "状态：待阅")
    wang.sees("问题和风险点（1 项）", f"1. {PROBLEM}", "4. 联系人是谁？\n　王强")
    assert wang.labels == ["我的观察表", "菜单"]
    assert wang.committed == 3, "binding, beginning, handing in; reading the own sheet writes nothing"


async def test_the_versions_and_what_the_office_said(desk: Office, wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number} {COMMENT}")
    await wang.says(f"查 {number}")
    wang.sees("状态：已退回，待补正", "第 1 版：2026-11-20 20:30 提交", f"2026-11-20 20:30 纪委退回：{COMMENT}")
    wang.sees_not("孙莉")
    await wang.taps("去补正")
    await wang.says(NEW_PROBLEM)
    await wang.says("提交")
    await sun.says(f"通过 {number} 改得好")
    await wang.says(f"我的观察表 {number}")
    wang.sees("状态：补正后通过（第 2 版）", "纪委通过：改得好", f"〔本版修改〕\n　{NEW_PROBLEM}\n　原来：{PROBLEM}")
    assert "去补正" not in wang.labels


async def test_what_was_noticed_about_other_units_is_not_shown(desk: Office, wang: User, sun: User) -> None:
    chen = await observer(desk, "陈晓", "一公司")
    theirs = await submits(chen)
    number = await submits(wang)
    await sun.says(f"查 {number}")
    sun.sees("质量提示", theirs)
    for said in (f"查 {number}", f"我的观察表 {number}"):
        await wang.says(said)
        wang.sees(PROBLEM)
        wang.sees_not("质量提示", "雷同", theirs, "一公司")


@pytest.mark.parametrize(
    "spell", ["我的观察表{}", "我的观察表 {}", "我的观察表：《{}》", "我的表 {}", "“我的观察表” {}"]
)
async def test_a_number_as_people_type_it(wang: User, spell: str) -> None:
    number = await submits(wang)
    for spelled in (number, number.lower(), number.replace("-", " "), number[2:]):
        await wang.says(spell.format(spelled).replace("”", ""))
        wang.sees("状态：待阅")


async def test_other_numbers_are_all_unknown(desk: Office, wang: User) -> None:
    chen = await observer(desk, "陈晓", "一公司")
    theirs = await submits(chen, 发现了什么问题=OTHER_PROBLEM)
    answers = set()
    for number in (theirs, make_number(2026, 999), theirs[:-1] + str((int(theirs[-1]) + 1) % 10), "1"):
        await wang.says(f"我的观察表 {number}")
        wang.sees("没有找到这个编号的观察表")
        assert wang.reply is not None
        answers.add(wang.reply)
    assert len(answers) == 1
    stranger = desk.somebody()
    await stranger.says(f"我的观察表 {theirs}")
    stranger.sees("绑定码")


async def test_in_the_middle_of_a_form_the_form_waits(wang: User) -> None:
    number = await submits(wang)
    await wang.says(f"开始 {TITLE}")
    await wang.says("有新情况")
    await wang.says(f"查 {number}")
    wang.sees(PROBLEM, f"未完成的《{TITLE}》")
    await wang.says("继续")
    wang.sees("第 2/")
