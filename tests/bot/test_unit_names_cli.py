"""A unit that an operator names at the command line or in a workbook is the one that was meant, or none."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.admin import administer
from storage.database import Database
from storage.vocabulary import UnitKind
from tests.bot.operating import CODE, GROUP, Operator

NOW = datetime.now(UTC)
UNITS = ((GROUP,), ("二公司", GROUP), ("一公司", GROUP), ("项目部", "一公司"), ("项目部", "二公司"))
WANG = ("10086", "王建国", "二公司")
TERM = ("10086", "综合", "二公司", "2026-1-1")


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    found = Operator(tmp_path)
    assert "已发布" in found.does("db", "upgrade", "--group", GROUP)
    status, printed = found.imports(单位=UNITS, 人员=(WANG,), 聘任=(TERM,))
    assert status == 0, printed
    return found


def second_root(operator: Operator, name: str = "二公司") -> None:
    """What `people add --unit 二公司` made in earlier versions."""

    async def make() -> None:
        async with Database(operator.database) as database, administer(database, actor="test", now=NOW) as admin:
            await admin.add_unit(name, UnitKind.GROUP)

    asyncio.run(make())


def test_a_short_name_finds_the_unit_and_makes_no_second_group(operator: Operator) -> None:
    """`--unit 二公司` made a root beside the group, without a word."""
    before = operator.units
    printed = operator.does("people", "add", "新人", "--unit", "二公司", "--level", "comprehensive", "--number", "N1")
    assert "新人（清源集团/二公司）已登记" in printed and CODE.search(printed)
    assert (operator.unit_of("N1"), operator.units) == ("清源集团/二公司", before)
    printed = operator.does("people", "add", "李敏", "--unit", "一公司/项目部", "--over", "一公司", "--number", "N2")
    assert operator.unit_of("N2") == "清源集团/一公司/项目部"
    assert operator.units == before


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("清源集团/二公思", "没有叫“清源集团/二公思”的单位；是不是 清源集团/二公司"),
        ("二公思", "是不是 清源集团/二公司"),
        ("三号工地", "没有叫“三号工地”的单位。要新建单位，请从集团写起，并加 --new-unit"),
        ("项目部", "不止一个：清源集团/一公司/项目部、清源集团/二公司/项目部。请从集团写起"),
    ],
)
def test_a_name_of_no_unit_or_of_two_registers_nobody(operator: Operator, unit: str, says: str) -> None:
    before = operator.standing
    for option in ("--unit", "--over"):
        units = (option, unit) if option == "--unit" else ("--unit", "二公司", option, unit)
        status, printed = operator.runs("people", "add", "新人", *units, "--number", "N1")
        assert (status, operator.standing) == (2, before), printed
        assert says.partition("要新建")[0] in printed
        assert option == "--over" or says in printed


def test_a_unit_is_made_below_the_group_when_the_operator_says_so(operator: Operator) -> None:
    status, printed = operator.runs("people", "add", "新人", "--unit", "清源集团/三公司", "--number", "N1")
    assert (status, "三公司" in "".join(operator.units)) == (2, False), printed
    assert "要新建，请再加 --new-unit" in printed
    printed = operator.does("people", "add", "新人", "--unit", "二公司/财务部/资金科", "--number", "N1", "--new-unit")
    assert "新建了单位：清源集团/二公司/财务部、清源集团/二公司/财务部/资金科。" in printed
    assert operator.unit_of("N1") == "清源集团/二公司/财务部/资金科"
    status, printed = operator.runs("people", "add", "又一人", "--unit", "三公司", "--number", "N2", "--new-unit")
    assert (status, "三公司" in "".join(operator.units)) == (2, False), printed
    assert "已经有“清源集团”了" in printed and "例如 清源集团/三公司" in printed


def test_a_new_unit_has_the_timezone_of_the_one_above(operator: Operator) -> None:
    operator.imports(单位=((GROUP, None, None, "Asia/Dubai"), *UNITS[1:]), 人员=(WANG,))
    operator.does("people", "add", "新人", "--unit", "二公司/财务部", "--number", "N1", "--new-unit")
    assert {unit.timezone for unit in operator.standing.units} == {"Asia/Dubai"}


def test_the_first_group_may_be_made_by_the_first_person(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    status, printed = operator.runs("people", "add", "新人", "--unit", "新集团/总部", "--number", "N1")
    assert (status, operator.units) == (2, []), printed
    operator.does("people", "add", "新人", "--unit", "新集团/总部", "--number", "N1", "--new-unit")
    assert operator.units == ["新集团", "新集团/总部"]


def test_an_upgrade_publishes_for_no_second_group(operator: Operator) -> None:
    before = operator.units
    status, printed = operator.runs("db", "upgrade", "--group", "清远集团")
    assert (status, operator.units) == (1, before)
    assert "集团叫“清源集团”，不叫“清远集团”" in printed


def test_other_commands_find_a_unit_the_same_way(operator: Operator) -> None:
    assert "已建立" in operator.does("rounds", "defaults", "二公司")
    status, printed = operator.runs("rounds", "defaults", "项目部")
    assert (status, "不止一个" in printed) == (2, True), printed
    status, printed = operator.runs("rounds", "defaults", "集团")
    assert (status, "清源集团" in printed) == (2, True), printed


def test_the_same_workbook_moves_nobody_to_a_namesake(operator: Operator) -> None:
    """A root 二公司 drew everybody whose unit was written 二公司 to it, and no officer found them any more."""
    second_root(operator)
    status, printed = operator.imports(单位=UNITS, 人员=(WANG,), 聘任=(TERM,))
    assert (status, operator.unit_of("10086")) == (1, "清源集团/二公司")
    assert "人员 第 2 行 单位 叫“二公司”的单位有 2 个，请带上级写，例如 清源集团/二公司、/二公司。" in printed
    assert "聘任 第 2 行 单位 叫“二公司”的单位有 2 个" in printed
    status, printed = operator.runs("people", "add", "新人", "--unit", "二公司", "--number", "N1")
    assert (status, "不止一个：/二公司、清源集团/二公司" in printed) == (2, True), printed


def test_who_went_to_the_wrong_namesake_comes_back_by_workbook(operator: Operator) -> None:
    second_root(operator)
    units = (*UNITS[:4], ("项目部", "清源集团/二公司"), ("二公司",))
    term = ("10086", "综合", "清源集团/二公司", "2026-1-1")
    status, printed = operator.imports(单位=units, 人员=(("10086", "王建国", "/二公司"),), 聘任=(term,))
    assert (status, operator.unit_of("10086")) == (0, "二公司"), printed
    assert "单位 清源集团/二公司 → 二公司（最上面的单位）" in printed and "中间几位" not in printed
    status, printed = operator.imports(单位=units, 人员=(("10086", "王建国", "清源集团/二公司"),), 聘任=(term,))
    assert (status, operator.unit_of("10086")) == (0, "清源集团/二公司"), printed
    assert "单位 二公司（最上面的单位） → 清源集团/二公司" in printed


def test_units_that_are_called_alike_are_told_apart(operator: Operator) -> None:
    """One more 项目部 stands, of which the workbook says nothing: it may be meant all the same."""
    status, printed = operator.imports(单位=UNITS[:4], 人员=((*WANG[:2], "项目部"),), 聘任=(TERM,))
    assert (status, operator.unit_of("10086")) == (1, "清源集团/二公司")
    assert "叫“项目部”的单位有 2 个" in printed
