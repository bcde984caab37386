"""Workbooks that were made, or damaged, to break the check: each gets sentences of ours or does no harm."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from handlers.forms import spelling
from handlers.forms.workbook import CompiledWorkbook, Fault, WorkbookError, compile_workbook
from tests.handlers.forms.authoring.test_reading import saved

Row = dict[str, object]

SETTINGS: list[list[object]] = [["form_title", "form_id", "对象"], ["试", "t", "全体人员"]]
TEXT: Row = {"type": "text", "name": "q1", "label": "一"}
CHOICES: list[list[object]] = [["list_name", "name", "label"], ["yn", "y", "是"], ["yn", "n", "否"]]


def written(path: Path, *rows: Row, **sheets: list[list[Any]]) -> Path:
    """A workbook with these rows (header -> cell) in its survey sheet."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    survey: list[list[object]] = [list(headers), *([row.get(header) for header in headers] for row in rows)]
    return saved(path / "form.xlsx", **{"survey": survey, "choices": CHOICES, "settings": SETTINGS} | sheets)


def faults(path: Path, *rows: Row, **sheets: list[list[Any]]) -> tuple[Fault, ...]:
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(written(path, *rows, **sheets))
    return refused.value.faults


def passes(path: Path, *rows: Row, **sheets: list[list[Any]]) -> CompiledWorkbook:
    return compile_workbook(written(path, *rows, **sheets))


REPEAT: Row = {"type": "begin repeat", "name": "r", "label": "r"}
END: Row = {"type": "end repeat"}
END_LOOP: Row = {"type": "end loop"}
CLOSING: Row = {"type": "end group"}
CALCULATED: Row = {"type": "calculate", "name": "c"}

NUMBER: Row = {"type": "integer", "name": "n", "label": "几"}
OTHER: list[Row] = [REPEAT | {"name": "s", "repeat_count": "1000"}, TEXT | {"name": "q2"}, END]
FULL: list[Row] = [REPEAT | {"name": "s", "repeat_count": "100"}, TEXT | {"name": "q2"}, END]
PULLED: Row = {"type": "calculate", "name": "p", "calculation": "pulldata( \"l\" , 'a', 'b', ${q1})"}


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ([TEXT, CALCULATED | {"calculation": "${q1} ${q1}"}], (3, "calculation"), "“${q1}”和“${q1}”之间少了运算符"),
        ([TEXT, CALCULATED | {"calculation": "1 ${q1}"}], (3, "calculation"), "“${q1}”放在这里不成立"),
        ([TEXT, CALCULATED | {"calculation": "f(${q1})"}], (3, "calculation"), "“f”不认识"),
        ([CALCULATED | {"calculation": "1"}, TEXT | {"trigger": "${c}"}], (3, "trigger"), "不是让人填写的题"),
        ([REPEAT | {"repeat_count": "1000000000"}, TEXT, END], (2, "repeat_count"), "最多填 100 项"),
        ([REPEAT | {"repeat_count": "1"}, TEXT, END, *OTHER], (5, "repeat_count"), "最多填 100 项"),
        ([REPEAT | {"repeat_count": "60"}, *FULL, TEXT, END], (3, "repeat_count"), "最多 5000 项"),
        ([NUMBER, REPEAT | {"repeat_count": "${n} +"}, TEXT, END], (3, "repeat_count"), "没有写完"),
        ([NUMBER, REPEAT | {"repeat_count": "count(${r}) + 1"}, TEXT, END], (3, "repeat_count"), "成了一个圈"),
        (
            [TEXT, CALCULATED | {"calculation": "pulldata(concat('a/','b'),'a','b',${q1})"}],
            (3, "calculation"),
            "附件名",
        ),
        ([TEXT, PULLED, CALCULATED | {"calculation": "1"}], (3, "calculation"), "缺少附件“l.csv”"),
        ([REPEAT, END, TEXT], (2, "type"), "重复组里没有题目"),
        ([TEXT, {"type": "select_one ${zz}", "name": "s", "label": "选"}], (3, "type"), "没有叫“zz”的题目"),
        ([TEXT | {"type": "range", "parameters": "start=1 end=NaN"}], (2, "parameters"), "end 应为数字"),
        ([TEXT | {"type": "range", "parameters": "start=1 end=1e9"}], (2, "parameters"), "end 应为数字"),
        ([TEXT | {"用途": "金额"}], (2, "用途"), "不能用在“文本”题上，请改用这些类型的题：计算、小数、整数、范围"),
        ([TEXT | {"constraint": "regex(., '(?=a)')"}], (2, "constraint"), "不支持前后查找。"),
        ([TEXT | {"bind::a b": "x"}], (1, "bind::a b"), "“::”后面只能写"),
        ([TEXT | {"bind::nodeset": "x"}], (1, "bind::nodeset"), "“::”后面只能写"),
        ([TEXT | {"label": "#REF!"}], (2, "label"), "公式算出的错误“#REF!”"),
        ([TEXT | {"relevant": "=1+1"}], (2, ""), "D2 这一格是还没有算出结果的公式"),
        ([TEXT | {"type": "select_one yn", "appearance": "search('f')"}], (2, "appearance"), "改用附件"),
        ([TEXT | {"type": "select_one a.csv"}], (2, "type"), "文件单选 a.csv"),
    ],
)
def test_a_fault_is_told_in_chinese_where_it_is(
    rows: list[Row], place: tuple[int, str], says: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, *rows)
    assert {(fault.row, fault.column) for fault in found} == {place}, found
    assert says in found[0].message
    assert "__" not in found[0].message


def test_loops_and_tables_that_pyxform_breaks_on(tmp_path: Path) -> None:
    loop: Row = {"type": "begin loop over yn", "name": "l", "label": "关于 %(label)s"}
    broken = faults(tmp_path, loop, TEXT | {"label": "完成 100%"}, END_LOOP)
    assert [(fault.row, fault.column) for fault in broken] == [(3, "label")]
    passes(tmp_path, loop, TEXT | {"label": "%(label)s 完成 100%%"}, END_LOOP)
    table: Row = {"type": "begin group", "name": "g", "label": "g", "appearance": "table-list"}
    (drawn,) = faults(tmp_path, table, TEXT | {"type": "select_one yn"}, CLOSING)
    assert (drawn.row, drawn.column) == (2, "appearance")


@pytest.mark.parametrize("depth", [20, 400])
def test_groups_are_not_too_deep_for_any_reader(depth: int, tmp_path: Path) -> None:
    begins: list[Row] = [{"type": "begin group", "name": f"g{n}", "label": "g"} for n in range(depth)]
    (fault,) = faults(tmp_path, *begins, TEXT, *[CLOSING] * depth)
    assert (fault.row, "套得太深" in fault.message) == (19, True)


@pytest.mark.parametrize("header", ["a<b", "filter:x", "x::y", "1x", "备 注", "media::foo", "x y::z"])
def test_notes_beside_choices_do_no_harm(header: str, tmp_path: Path) -> None:
    choices = [["list_name", "name", "label", header], ["yn", "y", "是", "注 <&"], ["yn", "n", "否", ""]]
    assert "注" not in passes(tmp_path, TEXT | {"type": "select_one yn"}, choices=choices).xml.partition("<h:body>")[2]


def test_an_empty_list_is_not_called_a_missing_sheet(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, TEXT | {"type": "select_one yn"}, choices=[["list_name", "name", "label"]])
    assert "还没有任何选项" in fault.message


@pytest.mark.parametrize("name", ["../../x", "a b", "a" * 65, "a<b", "-a", '"'])
def test_odd_numbers_of_forms(name: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, TEXT, settings=[["form_title", "form_id"], ["试", name]])
    assert (fault.sheet, fault.row, fault.column) == ("settings", 2, "form_id")


def test_settings_have_one_row(tmp_path: Path) -> None:
    compiled = passes(tmp_path, TEXT, settings=[*SETTINGS, ["乙", "b", ""]])
    assert compiled.name == "t"
    assert [(notice.row, "只用第 2 行" in notice.message) for notice in compiled.notices] == [(3, True)]
    (long,) = faults(tmp_path, TEXT, settings=[SETTINGS[0], ["长" * 101, "t", "全体人员"]])
    assert long.column == "form_title"


def test_a_header_that_xml_cannot_hold_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, TEXT, settings=[["form_title", "form_id", "attribute::a b"], ["试", "t", "x"]])
    assert "::" in fault.message


def test_a_lone_sheet_of_another_kind_is_no_survey(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="没有“问卷”"):
        compile_workbook(saved(tmp_path / "form.xlsx", settings=SETTINGS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_markdown_is_read_as_chinese_editors_save_it(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_bytes("| survey |\n| | type | name | label |\n| | text | q1 | 问\x01题 |\n".encode(encoding))
    assert ">问题<" in compile_workbook(path).xml
    path.write_bytes(bytes(range(256)))
    with pytest.raises(WorkbookError, match="编码"):
        compile_workbook(path)


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    """An .xlsx that was renamed to .xls, as people do for older programs."""
    renamed = written(tmp_path, TEXT).rename(tmp_path / "form.xls")
    assert compile_workbook(renamed).name == "t"
    renamed.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000))
    with pytest.raises(WorkbookError, match="打不开"):
        compile_workbook(renamed)


def test_a_formula_with_an_empty_result_is_an_empty_cell(tmp_path: Path) -> None:
    """As spreadsheet programs store `=IF(A1="","",A1)`: nothing was lost."""
    import zipfile

    path = written(tmp_path, TEXT | {"hint": "=1"})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b'<c r="D2"><f>', b'<c r="D2" t="str"><f>'))
    assert compile_workbook(path).name == "t"


def test_long_lists_and_long_surveys_take_no_time_for_names_that_nobody_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Offering a free name for every row made 5,000 choices named c1 … c5000 quadratic."""

    def free(*_: object) -> str:
        raise AssertionError("no name is wrong")

    monkeypatch.setattr(spelling, "free", free)
    choices: list[list[object]] = [
        CHOICES[0],
        *[list[object](("yn", f"c{number}", f"选项{number}")) for number in range(300)],
    ]
    rows = [TEXT | {"name": f"q{number}"} for number in range(1, 50)]
    passes(tmp_path, *rows, TEXT | {"name": "s", "type": "select_one yn"}, choices=choices)


def test_a_short_memory_is_not_taken_for_a_broken_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, TEXT)

    def exhausted(*_: object, **__: object) -> Workbook:
        raise MemoryError

    monkeypatch.setattr("openpyxl.load_workbook", exhausted)
    with pytest.raises(MemoryError):
        compile_workbook(path)
