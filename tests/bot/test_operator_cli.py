"""What an operator at two in the morning runs into: words, files and lines of the commands for people."""

import asyncio
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.table import Column, Table

from bot.terminal import Terminal
from storage.database import Database
from storage.models import Contact
from tests.bot.operating import CODE, GROUP, Operator, sheet_of

UNITS = ((GROUP,), ("二公司", GROUP), ("项目部", "二公司"))
PEOPLE = (
    ("10086", "王建国", "二公司", "13800001234", "总经理", "10010"),
    ("10010", "李敏", GROUP),
    ("0007", "陈晓", "项目部", "13900005678", None, "10086"),
)
TERMS = (("10086", "综合", "二公司", "2026-1-1"), ("0007", "项目", "项目部", "2026-1-1", "2099-12-31"))


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    found = Operator(tmp_path)
    sheets = {"单位": UNITS, "人员": PEOPLE, "聘任": TERMS, "纪检": (("10010", "纪检人员", GROUP),)}
    status, printed = found.imports(**sheets)
    assert status == 0, printed
    return found


def test_what_is_piped_is_not_wrapped() -> None:
    piped = StringIO()
    console = Terminal(file=piped, width=40)
    console.print("观察员" * 40)
    table = Table("检查", Column("说明", overflow="fold"))
    table.add_row("微信", "请重新登录" * 30)
    console.print(table)
    assert "观察员" * 40 + "\n" in piped.getvalue()
    assert "请重新登录" * 30 in piped.getvalue()


def test_levels_and_offices_are_given_in_the_words_of_the_workbook(operator: Operator) -> None:
    operator.does("people", "add", "新人", "--unit", "二公司", "--number", "N1", "--level", "综合", "--role", "管理员")
    operator.does(
        "people", "add", "旧人", "--unit", "二公司", "--number", "N2", "--level", "daily", "--role", "officer"
    )
    assert [row.level for row in operator.standing.appointments][-2:] == ["comprehensive", "daily"]
    assert [row.role for row in operator.standing.offices] == ["officer", "administrator", "officer"]
    status, printed = operator.runs("people", "add", "新人", "--unit", "二公司", "--number", "N3", "--level", "每周")
    assert (status, "没有“每周”这种写法，可以写：综合、项目、职能、日常。" in printed) == (2, True), printed


def test_who_is_bound_gets_no_code_by_mistake(operator: Operator) -> None:
    async def bind() -> None:
        async with Database(operator.database) as database, database.administration("test", NOW) as session:
            session.add(Contact(id="c1", openid="o1", person_id=person, created_at=NOW, bound_at=NOW))

    person = next(one.id for one in operator.standing.persons if one.staff_number == "10086")
    assert CODE.search(operator.does("people", "invite", "10086"))
    asyncio.run(bind())
    status, printed = operator.runs("people", "invite", "10086")
    assert (status, CODE.search(printed), "已经绑定了微信" in printed) == (1, None, True)
    assert CODE.search(operator.does("people", "invite", "10086", "--again"))
    assert CODE.search(operator.does("people", "invite", "10086", "--unbind"))


NOW = datetime.now(UTC)


def test_a_workbook_may_change_units_only(operator: Operator) -> None:
    status, printed = operator.imports(单位=(*UNITS, ("三公司", GROUP)))
    assert (status, "清源集团/三公司" in operator.units) == (0, True), printed


def test_an_export_imported_again_is_no_change(operator: Operator) -> None:
    before, file = operator.standing, operator.folder / "export.xlsx"
    printed = operator.does("people", "export", file)
    assert "3 人已写到" in printed and "个人信息" in printed and "13800001234" not in printed
    assert file.stat().st_mode & 0o777 == 0o600
    assert sheet_of(file, "人员")[3] == ("0007", "陈晓", "项目部", "13900005678", None, "10086")
    assert date.fromisoformat(str(sheet_of(file, "聘任")[2][4])) == date(2099, 12, 31)
    assert "没有变化" in operator.does("people", "import", file, "--yes")
    assert operator.standing == before
    status, printed = operator.runs("people", "export", file)
    assert (status, "已经有这个文件了" in printed) == (1, True)
    status, printed = operator.runs("people", "export", operator.folder / "export.csv")
    assert (status, ".xlsx" in printed) == (1, True)
