"""Every fault is one line with sheet, row, column, what is wrong and how to mend it; nothing is overlooked."""

import re
import zipfile
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from handlers.forms.faults import WorkbookError
from handlers.people import reading
from handlers.people.lines import roster_of
from handlers.people.planning import plan
from handlers.people.reading import read_people
from storage.people import Standing, StandingLeave, StandingPerson, StandingUnit
from tests.handlers.people.books import GOOD, STANDING, TODAY, Rows, changed, faults, planned, write

UNITS, PEOPLE, TERMS, LEAVES = (tuple(GOOD[title]) for title in ("单位", "人员", "聘任", "请假"))


def test_the_good_workbook_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []
    assert faults(tmp_path, GOOD, STANDING) == []


WRONG: Mapping[str, tuple[dict[str, Rows], str, int, str, str]] = {
    "unknown superior unit": (
        {"单位": (*UNITS, ("三部", "三公司"))},
        "单位",
        7,
        "上级",
        "没有单位“三公司”，是不是“",
    ),
    "unknown and unlike any": ({"单位": (*UNITS, ("三部", "xyz"))}, "单位", 7, "上级", "请先写进“单位”工作表"),
    "two roots": ({"单位": (*UNITS, ("另一集团",))}, "单位", 7, "上级", "第 2 行的“集团”已是最上面的单位"),
    "own superior": ({"单位": (*UNITS, ("甲", "甲"))}, "单位", 7, "上级", "上级是它自己"),
    "cycle": ({"单位": (*UNITS, ("甲", "乙"), ("乙", "丙"), ("丙", "甲"))}, "单位", 7, "上级", "甲 → 乙 → 丙 → 甲"),
    "twice below one": ({"单位": (*UNITS, ("一 公司", "集团"))}, "单位", 7, "名称", "另一个在第 3 行"),
    "ambiguous superior": ({"单位": (*UNITS, ("班组", "项目部"))}, "单位", 7, "上级", "有 2 个，请带上级写"),
    "slash in a name": ({"单位": (*UNITS, ("财务/资金", "集团"))}, "单位", 7, "名称", "不能有“/”"),
    "no such kind": ({"单位": (*UNITS, ("甲", "集团", "帮派"))}, "单位", 7, "类型", "可以写：集团、子公司、部门、场站"),
    "no such timezone": ({"单位": (*UNITS, ("甲", "集团", None, "火星"))}, "单位", 7, "时区", "Asia/Dubai"),
    "name missing": ({"单位": (*UNITS, (None, "集团"))}, "单位", 7, "名称", "不能空着"),
    "duplicate number": ({"人员": (*PEOPLE, ("A1", "他人", "集团"))}, "人员", 5, "工号", "和第 3 行重复"),
    "same number, other width": ({"人员": (*PEOPLE, ("Ａ１", "他人", "集团"))}, "人员", 5, "工号", "和第 3 行重复"),
    "same name in one unit": (
        {"人员": (*PEOPLE, ("A2", "王　建国", "二公司"))},
        "人员",
        5,
        "姓名",
        "第 3 行）；同一个人",
    ),
    "unknown unit": ({"人员": (*PEOPLE, ("A2", "赵强", "四公司"))}, "人员", 5, "单位", "没有单位“四公司”"),
    "ambiguous unit": ({"人员": (*PEOPLE, ("A2", "赵强", "项目部"))}, "人员", 5, "单位", "二公司/项目部"),
    "short phone": ({"人员": (*PEOPLE, ("A2", "赵强", "集团", "1380000123"))}, "人员", 5, "手机号", "这里有 10 位"),
    "landline": ({"人员": (*PEOPLE, ("A2", "赵强", "集团", "01012345678"))}, "人员", 5, "手机号", "以 1 开头"),
    "phone in words": ({"人员": (*PEOPLE, ("A2", "赵强", "集团", "见通讯录"))}, "人员", 5, "手机号", "数字以外"),
    "unknown superior": (
        {"人员": (*PEOPLE, ("A2", "赵强", "集团", None, None, "Z9"))},
        "人员",
        5,
        "上级工号",
        "没有工号 Z9",
    ),
    "leads himself": ({"人员": (*PEOPLE, ("A2", "赵强", "集团", None, None, "A2"))}, "人员", 5, "上级工号", "他自己"),
    "cycle of superiors": (
        {"人员": (("L1", "李纪", "集团", None, None, "102"), *PEOPLE[1:])},
        *("人员", 2, "上级工号", "李纪（L1） → 陈晓（102） → 王建国（A1） → 李纪（L1）"),
    ),
    "no name": ({"人员": (*PEOPLE, ("A2", None, "集团"))}, "人员", 5, "姓名", "不能空着"),
    "no number": ({"人员": (*PEOPLE, (" ", "赵强", "集团"))}, "人员", 5, "工号", "不能空着"),
    "long number": ({"人员": (*PEOPLE, (1e17, "赵强", "集团"))}, "人员", 5, "工号", "15 位"),
    "blank inside a number": ({"人员": (*PEOPLE, ("A 2", "赵强", "集团"))}, "人员", 5, "工号", "空格"),
    "formula": ({"人员": (*PEOPLE, ("A2", "=B3", "集团"))}, "人员", 5, "姓名", "这一格是公式"),
    "failed formula": ({"人员": (*PEOPLE, ("A2", "#REF!", "集团"))}, "人员", 5, "姓名", "错误“#REF!”"),
    "nobody to appoint": ({"聘任": (*TERMS, ("Z9", "日常", "集团", "2026-1-1"))}, "聘任", 4, "工号", "没有工号 Z9"),
    "no such level": (
        {"聘任": (*TERMS, ("A1", "高级", "集团", "2026-1-1"))},
        "聘任",
        4,
        "层级",
        "综合、项目、职能、日常",
    ),
    "end before start": (
        {"聘任": (*TERMS, ("A1", "日常", "集团", "2026-5-2", "2026-5-1"))},
        "聘任",
        4,
        "止",
        "早于第一天",
    ),
    "overlap": ({"聘任": (*TERMS, ("A1", "综合", "二公司", "2026-6-1"))}, "聘任", 4, "起", "第 2 行的聘任重叠"),
    "overlap in any order": ({"聘任": (*TERMS, ("A1", "综合", "二公司", "2025-6-1"))}, "聘任", 4, "起", "第 2 行"),
    "one day of overlap": (
        {"聘任": (*TERMS, ("102", "项目", "二公司/项目部", "2026-12-31"))},
        *("聘任", 4, "起", "2026年3月1日 至 12月31日"),
    ),
    "same appointment twice": ({"聘任": (*TERMS, TERMS[0])}, "聘任", 4, "工号", "和第 2 行重复"),
    "no such day": ({"聘任": (*TERMS, ("A1", "日常", "集团", "2026-2-29"))}, "聘任", 4, "起", "没有“2026-2-29”这一天"),
    "time of day": (
        {"聘任": (*TERMS, ("A1", "日常", "集团", time(8, 30)))},
        *("聘任", 4, "起", "“08:30:00”不是日期"),
    ),
    "no day": ({"聘任": (*TERMS, ("A1", "日常", "集团", "下周"))}, "聘任", 4, "起", "2026年1月5日"),
    "number without format": ({"聘任": (*TERMS, ("A1", "日常", "集团", 46027))}, "聘任", 4, "起", "没有设成日期格式"),
    "leave before the appointment": (
        {"请假": (("A1", "2025-12-31", "2026-1-2"),)},
        "请假",
        2,
        "起",
        "2026年1月1日 至 长期",
    ),
    "leave over its end": ({"请假": (("102", "2026-12-31", "2027-1-1"),)}, "请假", 2, "起", "没有聘任"),
    "leave without appointment": ({"请假": (("L1", "2026-7-1", "2026-7-2"),)}, "请假", 2, "起", "聘任：没有"),
    "leave ends before it starts": ({"请假": (("A1", "2026-7-2", "2026-7-1"),)}, "请假", 2, "止", "早于第一天"),
    "leave without end": ({"请假": (("A1", "2026-7-2"),)}, "请假", 2, "止", "不能空着"),
    "leaves overlap": ({"请假": (*LEAVES, ("A1", "2026-7-15", "2026-8-1"))}, "请假", 3, "起", "第 2 行的请假重叠"),
    "stands in for himself": ({"请假": (("A1", "2026-7-1", "2026-7-2", "A1"),)}, "请假", 2, "代填人工号", "请假人自己"),
    "substitute unknown": ({"请假": (("A1", "2026-7-1", "2026-7-2", "Z9"),)}, "请假", 2, "代填人工号", "没有工号 Z9"),
    "substitute away": (
        {"请假": (*LEAVES, ("102", "2026-7-15", "2026-7-16"))},
        *("请假", 2, "代填人工号", "陈晓（102）自己在请假（2026年7月15日 至 7月16日）"),
    ),
    "no such office": ({"纪检": (("L1", "书记", "集团"),)}, "纪检", 2, "职务", "纪检人员、管理员"),
    "office over nothing": ({"纪检": (("L1", "纪检人员", "五公司"),)}, "纪检", 2, "管辖单位", "没有单位“五公司”"),
    "office of nobody": ({"纪检": (("Z9", "纪检人员", "集团"),)}, "纪检", 2, "工号", "没有工号 Z9"),
    "office twice": ({"纪检": (*GOOD["纪检"], *GOOD["纪检"])}, "纪检", 3, "工号", "和第 2 行相同"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_fault_is_one_line_at_its_place(name: str, tmp_path: Path) -> None:
    sheets, sheet, row, column, says = WRONG[name]
    (line,) = faults(tmp_path, changed(**sheets))
    assert line.startswith(f"{sheet} 第 {row} 行 {column} "), line
    assert says in line


def test_the_root_may_say_that_it_has_no_superior(tmp_path: Path) -> None:
    assert faults(tmp_path, changed(单位=(("集团", "无"), *UNITS[1:]))) == []


def test_a_duration_is_no_formula(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, changed(聘任=(*TERMS, ("A1", "日常", "集团", timedelta(hours=30)))))
    assert "不是日期" in line


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    sheets = changed(
        人员=(*PEOPLE, ("A2", "赵强", "四公司", "123", None, "Z9")),
        聘任=(("A1", "高级", "集团", "昨天"), *TERMS[1:]),
        单位=(*UNITS, ("甲", "没有的")),
        请假=(),
    )
    found = [(fault.sheet, fault.row, fault.column) for fault in planned(tmp_path, sheets).faults]
    assert found == [
        ("单位", 7, "上级"),
        *((("人员", 5, column)) for column in ("手机号", "单位", "上级工号")),
        *((("聘任", 2, column)) for column in ("层级", "起")),
    ]


def test_a_unit_that_hangs_on_nothing_is_one_fault_and_not_one_for_each_of_its_people(tmp_path: Path) -> None:
    sheets = changed(单位=(*UNITS, ("甲", "没有的")), 人员=(*PEOPLE, ("A2", "赵强", "甲"), ("A3", "钱进", "甲")))
    assert len(faults(tmp_path, sheets)) == 1


def test_a_wrong_phone_is_not_repeated(tmp_path: Path) -> None:
    for phone in ("1380000123", "138000012345", "23800001234", "1380000123x"):
        (line,) = faults(tmp_path, changed(人员=(*PEOPLE, ("A2", "赵强", "集团", phone))))
        assert phone not in line and "0000" not in line


def test_another_root_than_that_of_the_records(tmp_path: Path) -> None:
    standing = Standing(0, (StandingUnit(1, None, "老集团", "group", "Asia/Shanghai"),))
    (line,) = faults(tmp_path, GOOD, standing)
    assert line.startswith("单位 第 2 行 名称 ") and "业务库里是“老集团”" in line


def test_what_stands_counts_too(tmp_path: Path) -> None:
    """Overlaps, leaves and cycles are looked for in the workbook and the records together."""
    sheets = changed(聘任=(("A1", "综合", "二公司", "2026-6-1", None),), 请假=())
    (line,) = faults(tmp_path, sheets, STANDING)
    assert line.startswith("聘任 第 2 行 起 和业务库里已有的聘任重叠")
    sheets = changed(请假=(("A1", "2026-7-10", "2026-7-20"),))
    assert any("业务库里已有的请假重叠" in line for line in faults(tmp_path, sheets, STANDING))
    sheets = changed(请假=(("102", "2026-7-10", "2026-7-20"),))
    (line,) = faults(tmp_path, sheets, STANDING)
    assert line.startswith("请假 第 2 行 起 陈晓（102）要在 2026年7月1日 至 7月15日 替王建国（A1）代填")
    leave = StandingLeave(2, 3, date(2026, 8, 1), date(2026, 8, 9), None)
    away = STANDING._replace(leaves=(*STANDING.leaves, leave))
    sheets = changed(请假=(("A1", "2026-8-5", "2026-8-6", "102"),))
    (line,) = faults(tmp_path, sheets, away)
    assert "陈晓（102）自己在请假" in line
    sheets = changed(人员=(("L1", "李纪", "集团", None, None, "102"),))
    (line,) = faults(tmp_path, sheets, STANDING)
    assert "李纪（L1） → 陈晓（102） → 王建国（A1） → 李纪（L1）" in line


def test_a_long_chain_and_a_long_cycle_end(tmp_path: Path) -> None:
    chain = [(f"N{place}", f"人{place}", "集团", None, None, f"N{place + 1}") for place in range(5_000)]
    sheets = changed(人员=(*PEOPLE, *chain, ("N5000", "头", "集团")))
    assert faults(tmp_path, sheets) == []
    (line,) = faults(tmp_path, changed(人员=(*PEOPLE, *chain, ("N5000", "头", "集团", None, None, "N0"))))
    assert "…" in line and len(line) < 300
    units = [(f"单位{place}", f"单位{place - 1}" if place else "集团") for place in range(2_000)]
    assert faults(tmp_path, changed(单位=(*UNITS, *units))) == []


Sheets = dict[str, Rows]


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"单位": GOOD["单位"], "人员表2": (("工号",), ("1",))}, "人员表2 认不出这张工作表"),
        ({"单位": GOOD["单位"]}, "没有“人员”工作表，现有的是：单位"),
        ({**GOOD, "员工": (("工号", "姓名", "单位"), ("1", "甲", "集团"))}, "工作表“人员”和“员工”是同一种表"),
        ({**GOOD, "单位": (), "人员": ()}, "一行内容也没有"),
    ],
)
def test_wrong_and_missing_sheets(sheets: Sheets, says: str, tmp_path: Path) -> None:
    assert any(says in line for line in faults(tmp_path, sheets)), faults(tmp_path, sheets)


def test_an_empty_sheet_of_another_name_and_the_instructions_are_no_matter(tmp_path: Path) -> None:
    assert faults(tmp_path, {**GOOD, "Sheet1": (), "填写说明": (("请填写",),)}) == []


def read(path: Path) -> list[str]:
    return [str(fault) for fault in plan(roster_of(read_people(path)), Standing(0), TODAY).faults]


def test_headers(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    people = (("职工编号*", "名字", "所在部门", "备注"), ("L1", "李纪", "集团", "无"))
    units = (("单位名称：", "上级单位"), ("集团",))
    write(path, {"组织机构": units, "花名册": people}, {})
    found = plan(roster_of(read_people(path)), Standing(0), TODAY)
    assert (found.faults, found.changes.count()) == ((), 2)
    (notice,) = map(str, found.notices)
    assert notice.startswith("花名册 第 1 行 备注 这一列没有用到")
    write(path, {"单位": units, "人员": (("工号", "工号", "姓名"), ("1", "2", "甲"))}, {})
    first, second = read(path)
    assert first.startswith("人员 第 1 行 工号 有两列") and second.startswith("人员 第 1 行 单位 没有“单位”这一列")
    write(path, {"单位": units, "人员": (("人员名单",), ("工号", "姓名", "单位"))}, {})
    assert all("第一行要写表头" in line for line in read(path))


def test_merged_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "p.xlsx")
    book = load_workbook(path)
    book["人员"].merge_cells("C3:C4")
    book.save(path)
    assert any(line.startswith("人员 第 3 行 单位 有合并单元格 C3:C4，请取消合并") for line in read(path))


def test_what_is_hidden_is_imported_and_pointed_out(tmp_path: Path) -> None:
    """Somebody filtered the list, or hid last year's sheet, and imported what they did not see."""
    path = write(tmp_path / "p.xlsx")
    book = load_workbook(path)
    book["人员"].row_dimensions[3].hidden = True
    book["人员"].row_dimensions[40].hidden = True
    for row in range(2, 7):
        book["单位"].row_dimensions[row].hidden = True
    book["单位"].append(["三公司", "集团"])
    book["单位"].row_dimensions[7].hidden = True
    book["请假"].sheet_state = "veryHidden"
    book.save(path)
    found = plan(roster_of(read_people(path)), Standing(0), TODAY)
    assert found.faults == () and len(found.changes.new_persons) == 3
    assert [str(notice) for notice in found.notices] == [
        "单位 第 2、3、4、5、6 行等 6 行是隐藏的（例如筛选时看不见），里面的内容也会导入；不想导入的，请删去这些行。",
        "人员 第 3 行是隐藏的（例如筛选时看不见），里面的内容也会导入；不想导入的，请删去这些行。",
        "请假 这张工作表是隐藏的，里面的内容也会导入；不想导入的，请删去这张表。",
    ]


@pytest.mark.parametrize("number", ["99999999999", "1048577", "1e11"])
def test_a_row_that_no_spreadsheet_has_is_a_fault_at_once(number: str, tmp_path: Path) -> None:
    """The reader made every row before it, for three minutes."""
    path, spoiled = write(tmp_path / "p.xlsx"), tmp_path / "q.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(spoiled, "w") as made:
        for name in book.namelist():
            content = book.read(name)
            if name == "xl/worksheets/sheet2.xml":
                content = re.sub(rb'<row r="4"', f'<row r="{number}"'.encode(), content)
                content = re.sub(rb' r="([A-Z])4"', rb"", content)
            made.writestr(name, content)
    assert any(line.startswith("人员 行号超过了 Excel 的最后一行（1048576）") for line in read(spoiled)), read(spoiled)


def test_array_formulas_are_formulas(tmp_path: Path) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    path = write(tmp_path / "p.xlsx")
    book = load_workbook(path)
    book["人员"]["B3"] = ArrayFormula("B3", "=B2")
    book.save(path)
    (line,) = read(path)
    assert line.startswith("人员 第 3 行 姓名 这一格是公式")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    (line,) = [each for each in faults(tmp_path, GOOD) if "行数太多" in each]
    assert line.startswith("单位 第 5 行 ")


def test_thousands_of_faults_are_counted(tmp_path: Path) -> None:
    sheets = changed(人员=[(f"N{place}", None, "集团") for place in range(1_500)], 聘任=(), 请假=(), 纪检=())
    found = faults(tmp_path, sheets)
    assert len(found) == reading.MAX_FAULTS + 1
    assert "还有 500 处没有列出" in found[0]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"PK no zip at all", "打不开"),
        ("a.xlsx", b"", "打不开"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("a.csv", b"1,2", "不是 .xlsx"),
    ],
)
def test_files_that_are_no_workbook(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=says):
        read_people(path)
    with pytest.raises(WorkbookError, match="找不到"):
        read_people(tmp_path / "none.xlsx")


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "p.xlsx")
    monkeypatch.setattr(reading, "MAX_UNZIPPED_BYTES", 10_000)
    with pytest.raises(WorkbookError, match="解压以后太大"):
        read_people(path)
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 100)
    with pytest.raises(WorkbookError, match="文件太大"):
        read_people(path)


def test_somebody_of_the_same_name_in_the_records_is_pointed_out(tmp_path: Path) -> None:
    other = StandingPerson(9, None, "王建国", 3, None, None, None)
    found = planned(tmp_path, GOOD, STANDING._replace(persons=(*STANDING.persons, other)))
    assert found.faults == ()
    (notice,) = map(str, found.notices)
    assert notice.startswith("人员 第 3 行 姓名 业务库里同一单位已有叫“王建国”的人（没有工号）")


def test_the_same_phone_twice_is_pointed_out_and_not_shown(tmp_path: Path) -> None:
    sheets: dict[str, Any] = changed(人员=(*PEOPLE, ("A2", "赵强", "集团", "+86 138-0000-1234")))
    (notice,) = map(str, planned(tmp_path, sheets).notices)
    assert "第 3 行" in notice and "1234" not in notice
