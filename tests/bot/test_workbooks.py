"""The process in which workbooks from outside are checked: the same results, and limits that hold."""

import asyncio
import time
from pathlib import Path

import pytest

from bot import workbooks
from bot.workbooks import check_workbook, check_workbook_now
from handlers.catalog import BUILT_IN
from handlers.forms.authoring import child
from handlers.forms.faults import WorkbookError
from handlers.forms.workbook import compile_workbook

CSV_FORM = """
| 问卷 | 类型 | 名称 | 题目 |
| | 文件单选 towns.csv | town | 哪里？ |
"""


async def test_a_check_gives_what_compiling_gives() -> None:
    path = BUILT_IN[0].path
    compiled = compile_workbook(path)
    for found in (check_workbook_now(path), await check_workbook(path)):
        assert found == compiled
        assert (found.summary, found.notices) == (compiled.summary, compiled.notices)


async def test_attachments_and_faults_come_through(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(CSV_FORM, encoding="utf-8")
    found = await check_workbook(path, {"towns.csv": "name,label\na,甲".encode("gb18030")})
    assert "<label>甲</label>" in found.xml
    with pytest.raises(WorkbookError) as refused:
        await check_workbook(path)
    (fault,) = refused.value.faults
    assert (fault.sheet, fault.row, fault.column) == ("问卷", 2, "类型")
    assert check_workbook_now(path, lenient=True).summary.questions == 1
    with pytest.raises(WorkbookError, match="附件太多"):
        check_workbook_now(path, {f"{place}.csv": b"" for place in range(workbooks.MAX_ATTACHMENTS + 1)})


def test_no_setting_of_ours_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QF_WECHAT_SECRET", "secret")
    assert not any(name.startswith("QF_") for name in workbooks._environment())


async def test_a_check_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "WALL_SECONDS", 0.05)
    started = time.monotonic()
    with pytest.raises(WorkbookError, match="规定时间"):
        await check_workbook(BUILT_IN[0].path)
    with pytest.raises(WorkbookError, match="规定时间"):
        await asyncio.to_thread(check_workbook_now, BUILT_IN[0].path)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [("MAX_MEMORY", 40_000_000, "内存不够|没能读完"), ("MAX_SECONDS", 0, "规定时间|没能读完")],
)
def test_memory_and_processor_time_are_limited(
    limit: str, value: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are the child's own; here it runs with smaller ones."""
    program = f"import sys; from handlers.forms.authoring import child; child.{limit} = {value}; sys.exit(child.main())"
    monkeypatch.setattr(workbooks, "_COMMAND", (workbooks._COMMAND[0], "-c", program))
    with pytest.raises(WorkbookError, match=says):
        check_workbook_now(BUILT_IN[0].path)


def test_a_file_that_kills_the_reader_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_COMMAND", (workbooks._COMMAND[0], "-c", "print('no json')"))
    with pytest.raises(WorkbookError, match="没能读完"):
        check_workbook_now(BUILT_IN[0].path)


def test_the_child_answers_in_json(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("| 问卷 | 类型 | 名称 | 题目 |\n| | 文本 | 一 | 甲 |", encoding="utf-8")
    answer = child.answered({"path": str(path), "attachments": {}, "lenient": False})
    assert answer["faults"][0][:3] == ["问卷", 2, "名称"]


TERMS = " + ".join(["1"] * 8_000)
HOSTILE = {
    "a pattern that explodes in a backtracking engine": "regex(., '^(a+)+$')",
    "a very long sum": TERMS,
    "brackets without end": "(" * 8_000 + "1" + ")" * 8_000,
    "calls without end": "not(" * 4_000 + "1" + ")" * 4_000,
    "references without end": "${" * 10_000,
    "quotation marks without end": "“" * 30_000,
    "minus signs without end": "-" * 30_000 + "1",
    "a pattern that needs too much memory": "regex(., '((a{1000}){1000}){1000}')",
}


@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE)
def test_hostile_expressions_are_refused_or_harmless_in_little_time(expression: str, tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    text = f"| 问卷 | 类型 | 名称 | 题目 | 限制 |\n| | 文本 | a | 甲 | {expression} |"
    path.write_text(text, encoding="utf-8")
    started = time.monotonic()
    try:
        compile_workbook(path)
    except WorkbookError as error:
        assert all(fault.row == 2 for fault in error.faults)
    assert time.monotonic() - started < 10
