"""通过 with reviewed risk levels: what the office sets, what everybody reads of it, and what is refused."""

import pytest

from storage.vocabulary import Audience, Level
from tests.handlers.desk import Office, User, markdown_form
from tests.handlers.quality_forms import number_in

RISKS = """
| survey | type | name | label | required | relevant | 用途 |
| | select_one yn | any | 有没有风险点？ | yes | | |
| | begin_repeat | points | 风险点 | | ${any} = 'yes' | |
| | text | point | 风险点是什么？ | yes | | 问题 |
| | select_one level | level | 风险等级？ | yes | | 风险等级 |
| | end_repeat | | | | | |
| choices | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 没有 |
| | level | high | 高 |
| | level | medium | 中 |
| | level | low | 低 |
| settings | form_title | form_id |
| | 风险清单 | risk_list |
"""
CARD, CANTEEN = "油卡由司机个人保管，没有登记", "食堂验收一人签字"


@pytest.fixture
async def desk(office: Office) -> Office:
    await office.publish(markdown_form(RISKS), "二公司", Level.FUNCTIONAL)
    return office


@pytest.fixture
async def wang(desk: Office) -> User:
    return await desk.bound(await desk.person("王建国", "二公司", observes=[(Level.FUNCTIONAL, "二公司")]))


@pytest.fixture
async def sun(desk: Office) -> User:
    return await desk.officer("孙莉", "二公司")


async def submits(user: User, *items: tuple[str, str]) -> str:
    """Hand in the sheet with these findings (text, level); its number."""
    await user.says("开始 风险清单")
    await user.says("有" if items else "没有")
    for place, (what, level) in enumerate(items):
        if place:
            await user.taps("再加一项")
        await user.says(what)
        await user.says(level)
    if items:
        await user.taps("没有了")
    await user.says("提交")
    if "编号：" not in user.seen:
        await user.taps("就按这样提交")
    return number_in(user)


async def handed_in(user: User) -> str:
    """The sheet of most tests."""
    return await submits(user, (CARD, "高"), (CANTEEN, "低"))


async def test_levels_with_a_comment_are_kept_and_shown_to_everybody(wang: User, sun: User) -> None:
    number = await handed_in(wang)
    await sun.says(f"查 {number}")
    sun.sees(f"1. 〔高〕{CARD}", f"2. 〔低〕{CANTEEN}")
    await sun.says(f"通过 {number} 1中 2高 写得实。")
    sun.sees("已通过", "第 1 项，单位定：高 → 复核：中\n第 2 项，单位定：低 → 复核：高\n", "发给填报人的评语：写得实。")
    await sun.says(f"查 {number}")
    sun.sees(f"1. 〔单位定：高 → 复核：中〕{CARD}", f"2. 〔单位定：低 → 复核：高〕{CANTEEN}", "孙莉通过：写得实。")
    await wang.says("菜单")
    wang.sees("已经通过", "风险等级经纪委复核：", "第 1 项“油卡由司机个人保管，没有登记”单位定：高 → 复核：中")
    wang.sees(f"第 2 项“{CANTEEN}”单位定：低 → 复核：高", "纪检人员的反馈：写得实。")
    await wang.taps("看全文")
    wang.sees(f"2. 〔单位定：低 → 复核：高〕{CANTEEN}", "纪委通过：写得实。")


async def test_one_level_without_a_comment(wang: User, sun: User) -> None:
    number = await handed_in(wang)
    await sun.says(f"通过 {number} 第2项高")
    sun.sees("第 2 项，单位定：低 → 复核：高", "没有写评语")
    await sun.says(f"查 {number}")
    sun.sees(f"1. 〔高〕{CARD}", f"2. 〔单位定：低 → 复核：高〕{CANTEEN}")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("第3项高", "这份表没有第 3 项，问题和风险点只有 2 项"),
        ("0高", "没有第 0 项"),
        ("2高 9中 写得实", "没有第 9 项"),
        ("第2项特高", "“特高”不是风险等级，只能写高、中、低"),
        ("2高 2中", "第 2 项写了两个等级"),
        ("第百项高", "这份表没有第 百 项，问题和风险点只有 2 项"),
        ("第1-3项高", "没有第 3 项"),
        ("第2题高", "没看懂“第2题高”里的等级，请把等级写在评语前面再发一次，例如“通过 GC"),
        ("1高 写得实，第2项由低改高", "没看懂“第2项由低改高”里的等级"),
        ("写得实" * 334, "评语太长了，请控制在 1000 个字以内，再发一次“通过 编号 评语”。"),
    ],
)
async def test_what_cannot_be_recorded_changes_nothing(wang: User, sun: User, typed: str, sentence: str) -> None:
    number = await handed_in(wang)
    before = sun.committed
    await sun.says(f"通过 {number} {typed}")
    sun.sees(sentence)
    assert sun.committed == before
    await sun.says("待阅")
    sun.sees(number)
    await wang.says("菜单")
    wang.sees_not("已经通过")


async def test_a_plain_comment_with_digits_stays_a_comment(wang: User, sun: User) -> None:
    number = await handed_in(wang)
    await sun.says(f"通过 {number} 第2项高度重视，3天内报方案")
    sun.sees("发给填报人的评语：第2项高度重视，3天内报方案")
    sun.sees_not("复核")
    await sun.says(f"查 {number}")
    sun.sees(f"2. 〔低〕{CANTEEN}")


async def test_a_range_sets_every_level_in_it(wang: User, sun: User) -> None:
    number = await handed_in(wang)
    await sun.says(f"通过 {number} 第1至2项均为中：依据充分")
    sun.sees("第 1 项，单位定：高 → 复核：中", "第 2 项，单位定：低 → 复核：中", "发给填报人的评语：依据充分")


async def test_without_findings_no_level_can_be_lost(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"通过 {number} 第2题高")
    sun.sees("已通过", "发给填报人的评语：第2题高")


async def test_a_sheet_without_findings_has_no_levels(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"通过 {number} 1高")
    sun.sees("没有办理：这份表没有问题和风险点")


async def test_a_sheet_that_was_answered_or_handed_in_again_is_said_first(desk: Office, wang: User, sun: User) -> None:
    li = await desk.officer("李敏", "清源集团")
    number = await handed_in(wang)
    await li.says(f"查 {number}")
    await sun.says(f"退回 {number} 第2题请写清楚")
    await li.says(f"通过 {number} 9高")
    li.sees("已经退回")
    await wang.says(f"补正 {number}")
    await wang.says("油卡由司机李某个人保管三个月，没有登记")
    await wang.says("提交")
    if "第 2 版" not in wang.seen:
        await wang.taps("就按这样提交")
    wang.sees("第 2 版")
    await li.says(f"通过 {number} 9高")
    li.sees("新的一版（第 2 版）")
    await li.says(f"查 {number}")
    await li.says(f"通过 {number} 1低")
    li.sees("单位定：高 → 复核：低")


async def test_many_levels_stay_one_notice(wang: User, sun: User) -> None:
    items = [(f"第{place}号仓库盘点账实不符，差额没有追查过原因", "低") for place in "一二三四五六七"]
    number = await submits(wang, *items)
    await sun.says(f"通过 {number} 1、2、3、4、5、6、7高")
    await wang.says("菜单")
    wang.sees("第 3 项“第三号仓库盘点账实不符，差额…”", "……共复核 7 项")
    wang.sees_not("第 4 项“")


async def test_nobody_without_the_right_sets_levels(desk: Office, wang: User) -> None:
    number = await handed_in(wang)
    chen = await desk.officer("赵强", "一公司")
    for typed in ("第2项高", "第9项高", "第2项特高"):
        await chen.says(f"通过 {number} {typed}")
        chen.sees("没有查到这个编号")


SCORED = """
| survey | type | name | label | required | relevant | calculation | 用途 |
| | begin_repeat | points | 风险点 | | | | |
| | text | point | 风险点是什么？ | yes | | | 问题 |
| | integer | harm | 危害打几分？ | yes | | | |
| | calculate | score | | | | ${harm} * 2 | |
| | calculate | proposed | | | | if(${score} > 6, '高', '低') | |
| | note | hello | 请如实填写“${point}”。 | | | | |
| | note | result | 合计 ${score} 分，建议等级：${proposed}。 | | ${harm} > 1 | | |
| | select_one level | level | 单位定的等级？ | yes | | | 风险等级 |
| | end_repeat | | | | | | |
| choices | list_name | name | label |
| | level | high | 高 |
| | level | low | 低 |
| settings | form_title | form_id | 对象 |
| | 打分表 | scored | 全体人员 |
"""


async def test_what_the_form_worked_out_stands_beside_the_units_level(office: Office, sun: User) -> None:
    """The officer had to add six scores by hand to see what level they propose."""
    await office.publish(markdown_form(SCORED), "二公司", None, Audience.EVERYONE)
    he = await office.bound(await office.person("何静", "二公司"))
    await he.says("打分表")
    for said in (CARD, "5", "低", "再加一项", CANTEEN, "1", "低", "没有了", "提交"):
        await he.says(said)
    if "编号：" not in he.seen:
        await he.taps("就按这样提交")
    number = number_in(he)
    await sun.says(f"查 {number}")
    sun.sees(f"1. 〔低〕{CARD}\n　填报时算出：合计 10 分，建议等级：高。\n", f"“通过 {number} 1高”")
    sun.sees_not("合计 2 分", "请如实")
    await sun.says(f"通过 {number} 1高")
    sun.sees("单位定：低 → 复核：高")
    await sun.says(f"查 {number}")
    sun.sees_not(f"“通过 {number} 1高”")
