"""What can be published, and how faults are named."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from handlers.forms import engine, markup
from handlers.forms.form import FormError, Kind
from handlers.forms.purposes import PURPOSES, Purpose, check_kind, purpose_of
from handlers.forms.workbook import Fault, WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, YES_NO, form_of

SMALL = """
| survey |
| | type | name | label | 用途 |
| | text | what | 发现了什么“苗头性”问题？ | 问题 |
| settings |
| | form_title | form_id | version | level |
| | 综合“观察”表 | comprehensive | 3 | 综合 |
"""


def faults(markdown: str) -> list[Fault]:
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(markdown)
    return list(refused.value.faults)


def rows(*lines: str, header: str = "type | name | label") -> str:
    body = "\n".join(f"| | {line} |" for line in (header, *lines))
    return f"| survey |\n{body}\n{YES_NO}"


def test_a_compiled_workbook_holds_everything_in_its_xml() -> None:
    compiled = compile_workbook(SMALL)
    assert (compiled.name, compiled.title, compiled.level) == ("comprehensive", "综合“观察”表", "comprehensive")
    assert compiled.sha256 == hashlib.sha256(compiled.xml.encode()).hexdigest()
    assert compile_workbook(SMALL).sha256 == compiled.sha256
    form = compile_form(compiled.xml)
    assert (form.name, form.title, form.version, form.level) == (
        "comprehensive",
        "综合“观察”表",
        "3",
        "comprehensive",
    )
    assert form.questions[0].purpose is Purpose.FINDING


def test_chinese_quotation_marks_stay_as_written() -> None:
    asked = engine.current(form := form_of(SMALL), engine.begin(form, NOW))
    assert asked is not None
    assert asked.label == "发现了什么“苗头性”问题？"


def test_quotation_marks_in_expressions_still_work() -> None:
    form = form_of(rows("text | a | 甲 |", "text | b | 乙 | ${a} = ‘是’", header="type | name | label | relevant"))
    state = engine.answer(form, engine.begin(form, NOW), "是", NOW)
    assert state.at == "/data/b"


def test_excel_and_markdown_give_the_same_form(tmp_path: Path) -> None:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "用途"])
    survey.append(["text", "what", "发现了什么“苗头性”问题？", "问题"])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "level"])
    settings.append(["综合“观察”表", "comprehensive", 3, "综合"])
    path = tmp_path / "综合观察表.xlsx"
    book.save(path)
    assert compile_workbook(path) == compile_workbook(SMALL)
    markdown = tmp_path / "sheet.md"
    markdown.write_text(SMALL, encoding="utf-8")
    assert compile_workbook(markdown) == compile_workbook(SMALL)


@pytest.mark.parametrize(
    ("line", "row", "column", "says"),
    [
        ("text | b | 乙 | ${a} >", 3, "relevant", "没有写完"),
        ("text | b | 乙 | ${a} == 1", 3, "relevant", "只用一个“=”"),
        ("text | b | 乙 | selcted(${a}, 'x')", 3, "relevant", "不认识"),
        ("text | b | 乙 | ${b} = 1", 3, "relevant", "成了一个圈"),
        ("text | b | 乙 | | ${nothing} > 1", 3, "constraint", "没有叫“nothing”的题目"),
        ("text | b | 乙 | （${a} > 1", 3, "relevant", "括号不成对"),
        ("geotrace | b | 路线", 3, "type", "geotrace"),
        ("text | b | 乙 | | . > nothing", 3, "constraint", "没有叫“nothing”的题目"),
        ("calculate | b | | | | ${a} + ${b}", 3, "calculation", "成了一个圈"),
        ("calculate | b | | | | random()", 3, "calculation", "同样的结果"),
        ("integer | b | 数 | | | | abc", 3, "default", "整数"),
        ("date | b | 日 | | | | 2026-02-30", 3, "default", "日期"),
        ("select_one yn | b | 选 | | | | maybe", 3, "default", "“maybe”不适合"),
        ("text | b | 乙 | | | | | 问 | yes", 3, "用途", "“问”不认识"),
        ("text | b | 乙 | | | | | 完成时限", 3, "用途", "不能用在“文本”题"),
        ("select_one lv | b | 乙 | | | | | 无新情况", 3, "用途", "是否没有新情况"),
    ],
)
def test_faults_name_row_and_column(line: str, row: int, column: str, says: str) -> None:
    header = "type | name | label | relevant | constraint | calculation | default | 用途 | required"
    levels = "\n| | lv | high | 高 |\n| | lv | low | 低 |\n"
    found = faults(rows("integer | a | 甲", line, header=header).rstrip() + levels)
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [("survey", row, column)], found
    assert says in found[0].message
    assert str(found[0]).startswith(f"survey 第 {row} 行")


def test_faults_inside_groups_and_labels_are_found_and_all_are_told() -> None:
    found = faults(
        rows(
            "begin_group | g | 组 |",
            "text | a | 甲 | ${b} = 'x'",
            "text | b | 乙 | ${a} = 'x'",
            "begin_group | h | 内 |",
            "geotrace | c | 丙 |",
            "end_group | | |",
            "end_group | | |",
            "text | d | 丁 | 1 +",
            header="type | name | label | relevant",
        )
    )
    assert sorted((fault.row, fault.column) for fault in found) == [(3, "relevant"), (6, "type"), (9, "relevant")]
    assert any("a → b" in fault.message for fault in found)


def test_a_long_circle_is_named_question_by_question() -> None:
    lines = [f"calculate | c{n} | | ${{c{(n + 1) % 5}}} + 1" for n in range(5)]
    found = faults(rows("integer | a | 甲 |", *lines, header="type | name | label | calculation"))
    assert len(found) == 1
    assert all(f"c{n}" in found[0].message for n in range(5))


def test_an_unknown_level_is_a_fault_of_the_settings() -> None:
    found = faults(SMALL.replace("| 综合 |", "| 季度 |"))
    assert [(fault.sheet, fault.column) for fault in found] == [("settings", "level")]


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "no table",
        "| survey |\n| | type | name |",
        "| survey |\n| | type | name | label |\n| | nonsense | a | 甲 |",
        "| survey |\n| | type | name | label |\n| | select_one nolist | a | 甲 |",
        "| survey |\n| | type | name | label |\n| | text | a | 甲 |\n| | text | a | 乙 |",
        "| survey |\n| | type | name | label |\n| | begin_group | g | 组 |\n| | text | a | 乙 |",
        "| choices |\n| | list_name | name | label |\n| | yn | yes | 有 |",
    ],
)
def test_what_pyxform_refuses_is_one_error(markdown: str) -> None:
    assert faults(markdown)


def test_files_that_are_no_workbooks_are_refused(tmp_path: Path) -> None:
    broken = tmp_path / "a.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    other = tmp_path / "a.exe"
    other.write_bytes(b"MZ")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\x00" * 60_000_000)
    large = tmp_path / "large.xls"
    large.write_bytes(b"\x00" * 5_000_001)
    for path, says in [
        (broken, "打不开"),
        (other, "不支持"),
        (bomb, "太大"),
        (large, "太大"),
        (tmp_path / "gone.xlsx", "找不到"),
    ]:
        with pytest.raises(WorkbookError, match=says):
            compile_workbook(path)


def test_every_purpose_has_chinese_names_and_takes_its_types() -> None:
    for purpose, rule in PURPOSES.items():
        assert purpose_of(purpose.value) is purpose
        assert all(purpose_of(f" {name} ") is purpose for name in rule.names)
        for kind in Kind:
            if kind.value in rule.kinds:
                check_kind(purpose, kind.value, frozenset({"yes"}))
            else:
                with pytest.raises(ValueError, match="不能用在"):
                    check_kind(purpose, kind.value, frozenset({"yes"}))
    assert purpose_of("金额(万元)") is Purpose.AMOUNT_WAN


def test_languages_prefer_chinese() -> None:
    form = form_of("""
| survey |
| | type | name | label::English (en) | label::中文 (zh) |
| | text | a | What? | 什么？ |
""")
    asked = engine.current(form, engine.begin(form, NOW))
    assert asked is not None
    assert asked.label == "什么？"


def test_messages_and_hints_may_carry_answers() -> None:
    form = form_of("""
| survey |
| | type | name | label | hint | constraint | constraint_message | required | required_message |
| | integer | a | 总数 | 整数 | | | yes | 请填总数 |
| | integer | b | 其中 | 不超过 ${a} | . <= ${a} | 不能超过 ${a} | | |
""")
    state = engine.begin(form, NOW)
    with pytest.raises(ValueError, match="请填总数"):
        engine.skip(form, state)
    state = engine.answer(form, state, "5", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert asked.hint == "不超过 5"
    with pytest.raises(ValueError, match="不能超过 5"):
        engine.answer(form, state, "6", NOW)


def test_metadata_is_accepted_and_left_empty() -> None:
    form = form_of(rows("start | start |", "today | today |", "deviceid | device |", "text | a | 甲"))
    state = engine.begin(form, NOW)
    assert state.at == "/data/a"
    assert engine.values(form, state) == {"/data/a": ""}


XML = compile_workbook(SMALL).xml


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<a/>",
        XML[:-20],
        XML.replace('<?xml version="1.0"?>', '<!DOCTYPE a [<!ENTITY b "c">]>'),
        XML.replace("<instance>", "<instance><x/>"),
        XML.replace("\ue000", "") + "\ud800",
        "<a>" * 200_000,
    ],
)
def test_stored_xml_that_is_no_form_is_refused(xml: str) -> None:
    with pytest.raises(FormError):
        compile_form(xml)


def test_forms_too_large_or_too_deep_are_refused() -> None:
    deep = [f"begin_group | g{n} | 组" for n in range(20)] + ["text | a | 甲"] + ["end_group | |"] * 20
    assert "套得太深" in faults(rows(*deep))[0].message
    many = [f"text | q{n} | 题" for n in range(markup.MAX_NODES + 1)]
    assert "太大" in faults(rows(*many))[0].message
    heavy = [f"calculate | q{n} | | {' + '.join(['1'] * 1_500)}" for n in range(80)]
    found = faults(rows("text | a | 甲 |", *heavy, header="type | name | label | calculation"))
    assert any("总量太大" in fault.message for fault in found)
