"""A project is found however its name is typed: where its node is opened, and in the sheet that closes it."""

from datetime import timedelta

import pytest

from storage.models import Duty
from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.answering import answers
from tests.handlers.desk import Office, User
from tests.walk import LEAVING


@pytest.fixture
async def li(office: Office) -> User:
    return await office.officer("李敏", "清源集团")


@pytest.fixture
async def zhou(office: Office) -> User:
    await opening.add(office, opening.rule_of(office, Level.PROJECT, "清源集团"))
    return await office.bound(await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")]))


async def opens(user: User, said: str) -> None:
    """Open a node and agree."""
    await user.says(said)
    await user.taps("确认")


async def hands_in(user: User, project: str) -> None:
    """Fill the form from the menu, naming the project so, and hand it in."""
    await user.says("开始 项目观察表")
    await answers(user, "都答完了", 项目名称=project, **LEAVING)
    await user.says("提交")
    if "已提交" not in user.seen:
        await user.says("就按这样提交")
    user.sees("已提交")


@pytest.mark.parametrize(
    "again",
    [
        "开节点 “A区食堂” 变更",
        "开节点《A区食堂》变更",
        "开节点 「A区食堂」 变更",
        '开节点 "A区食堂" 变更',
        "开节点 A区\u200b食\u00ad堂 变更",
        "\ufeff开节点 \ufeffA区食堂 变更",
        "开节点 A区食堂。 变更",
        "开节点 “A区食堂。”变更",
        "开节点 Ａ区食堂 变更",
        "开节点 a 区 食堂 变更",
        "开节点：A区食堂，变更。",
    ],
)
async def test_a_second_node_is_not_opened_for_another_spelling(office: Office, zhou: User, again: str) -> None:
    await opens(zhou, "开节点 A区食堂 变更")
    zhou.sees("节点已开启：A区食堂（项目变更）")
    await opens(zhou, again)
    zhou.sees("今天已经开过同样的节点")
    assert len(await opening.rows(office, Duty)) == 1


@pytest.mark.parametrize(
    ("opened", "named", "shown"),
    [
        ("“A区食堂”", "A区食堂", "A区食堂"),
        ("A区食堂", "《A区食堂》", "A区食堂"),
        ("「Ａ区 食堂」", "a区食堂。", "Ａ区 食堂"),
        ("A区食堂", "\ufeffＡ区\u200b食堂", "A区食堂"),
    ],
)
async def test_a_sheet_counts_for_the_node_however_the_project_is_typed(
    office: Office, zhou: User, opened: str, named: str, shown: str
) -> None:
    await opens(zhou, f"开节点 {opened} 退出")
    zhou.sees(f"节点已开启：{shown}（项目退出）")
    await hands_in(zhou, named)
    zhou.sees(f"计入：项目退出（项目：{shown}）")
    (duty,) = await opening.rows(office, Duty)
    assert duty.done_at is not None


@pytest.mark.parametrize("named", ["A区食堂", "「A区食堂」"])
async def test_a_node_whose_name_was_kept_with_quotes_is_found_by_either_spelling(
    office: Office, zhou: User, named: str
) -> None:
    await opening.opened(
        office,
        1,
        Level.PROJECT,
        due=office.now + timedelta(days=9),
        period="node:3:old",
        label="项目退出",
        unit="二公司",
        subject="「A区食堂」",
        appointments=tuple(await office.appointments()),
    )
    await hands_in(zhou, named)
    zhou.sees("计入：项目退出（项目：「A区食堂」）")


@pytest.mark.parametrize(
    ("one", "other"),
    [("东区食堂一期", "东区食堂二期"), ("泵房A1", "泵房A2"), ("東區食堂", "东区食堂"), ("东区（北）", "东区（南）")],
)
async def test_two_projects_stay_two(office: Office, zhou: User, one: str, other: str) -> None:
    await opens(zhou, f"开节点 {one} 退出")
    await opens(zhou, f"开节点 “{other}” 退出")
    zhou.sees(f"节点已开启：{other}（项目退出）")
    await hands_in(zhou, f"《{other}》")
    zhou.sees(f"计入：项目退出（项目：{other}）", f"项目退出《项目观察表》（项目：{one}）")
    assert [duty.done_at is None for duty in await opening.rows(office, Duty)] == [True, False]


async def test_the_draft_of_a_node_is_found_again(office: Office, zhou: User) -> None:
    await opens(zhou, "开节点 A区食堂 退出")
    await zhou.says("开始 项目观察表")
    await answers(zhou, "总金额是多少", 项目名称="“Ａ区食堂”。", **LEAVING)
    await zhou.says("暂存")
    await zhou.says("我的任务")
    zhou.sees("（项目：A区食堂）", "接着填")


async def test_the_next_sheet_of_the_project_takes_up_the_last_one(office: Office, zhou: User) -> None:
    """The form compared names in its own way: a quote, and the last sheet was not shown."""
    await hands_in(zhou, "A区食堂")
    await zhou.says("开始 项目观察表")
    await answers(zhou, "与上次相比", 项目名称="“ａ区 食堂”。", **LEAVING)
    zhou.sees("总金额 3200 万元，合作单位“华东建设公司”")
    await zhou.says("上一步")
    await zhou.says("B区食堂")
    zhou.sees("总金额是多少")
    zhou.sees_not("3200", "华东建设公司")


async def test_a_node_of_another_project_does_not_take_up_my_last_sheet(office: Office, zhou: User) -> None:
    """It is the last sheet until the project is named: filled in by a tap, it must go too."""
    await hands_in(zhou, "A区食堂")
    await opens(zhou, "开节点 B区食堂 退出")
    await zhou.taps("我的任务")
    await zhou.taps("现在填")
    zhou.sees("项目名称已经替您填好：B区食堂")
    await answers(zhou, "总金额是多少", **LEAVING)
    zhou.sees_not("3200", "华东建设公司")


async def test_another_units_project_of_the_same_name_is_another(office: Office, li: User, zhou: User) -> None:
    qian = await office.bound(await office.person("钱宁", "一公司", observes=[(Level.PROJECT, "一公司")]))
    await opens(li, "开节点 A区食堂 退出 由 周立新")
    await opens(qian, "开节点 “A区食堂” 退出")
    qian.sees("节点已开启：A区食堂（项目退出）")
    await hands_in(qian, "A区食堂")
    qian.sees("计入：项目退出（项目：A区食堂）")
    await zhou.says("我的任务")
    zhou.sees("您现在要交的，共 1 项", "（项目：A区食堂）")
    await zhou.taps("现在填")
    await answers(zhou, "总金额是多少", **LEAVING)
    zhou.sees_not("华东建设公司")


async def test_punctuation_is_no_name(office: Office, zhou: User) -> None:
    for said in ("开节点 …… 变更", "开节点 “” 变更", "开节点 “。”变更", "开节点 。。。 变更"):
        await zhou.says(said)
        zhou.sees("项目名称不能只写标点符号，请写上名称")
    await zhou.says("开始 项目观察表")
    await answers(zhou, "项目名称是什么", **LEAVING)
    await zhou.says("。。。。")
    zhou.sees("项目名称不能只写标点符号，请写名称。", "项目名称是什么")


async def test_quotes_do_not_count_among_the_characters_of_a_name(office: Office, zhou: User) -> None:
    await zhou.says(f"开节点 “{'长' * 60}” 变更")
    zhou.sees(f"项目“{'长' * 60}”开节点")
    await zhou.says(f"开节点 “{'长' * 61}” 变更")
    zhou.sees("项目名称请控制在 60 个字以内")


async def test_what_is_tapped_keeps_a_name_that_needs_its_quotes(office: Office, li: User, zhou: User) -> None:
    await office.person("吴工", "二公司", observes=[(Level.PROJECT, "二公司")])
    await li.says("开节点《东区 变更 工程》变更；截止：１２月２０日。")
    li.sees("项目“东区 变更 工程”由谁填？")
    await li.taps("周立新")
    li.sees("要为项目“东区 变更 工程”开节点：项目变更", "填表人：周立新", "12月20日（周日）18:00")
    await li.taps("改到 12月21日（周一）")
    li.sees("要为项目“东区 变更 工程”开节点：项目变更", "填表人：周立新", "12月21日（周一）18:00")
