"""Files as spreadsheets keep them: rows counted as Excel shows them, and files that are made to do harm."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from handlers.forms.authoring import excel
from handlers.forms.workbook import WorkbookError, compile_workbook


def saved(path: Path, **sheets: Sequence[Any]) -> Path:
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


HEAD: list[object] = ["类型", "名称", "题目"]


def test_blank_rows_and_notes_count(tmp_path: Path) -> None:
    rows = [HEAD, ["文本", "a", "甲"], [], [None, None, None, "备注"], [], ["文本", "a", "乙"]]
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(saved(tmp_path / "a.xlsx", 问卷=rows))
    assert str(refused.value) == "问卷 第 6 行 名称 名称“a”和第 2 行重复了，可改为 q2。"


def test_dates_numbers_and_truths_of_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    rows = [[*HEAD, "默认值", "必填"], ["整数", "a", "甲", 3.0, True], ["小数", "b", "乙", 2.5, False]]
    compiled = compile_workbook(saved(tmp_path / "a.xlsx", 问卷=rows))
    assert "<a>3</a><b>2.5</b>" in compiled.xml
    assert compiled.summary.required == 1


def test_what_stands_far_below_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [HEAD, ["文本", "a", "甲"], *([[]] * 100), ["随手记的东西"]]
    compiled = compile_workbook(saved(tmp_path / "a.xlsx", 问卷=rows))
    assert compiled.summary.questions == 1
    assert any(notice.row == 103 and "没有读取" in notice.message for notice in compiled.notices)


def test_sheets_of_other_names_are_ignored_and_a_single_one_is_the_survey(tmp_path: Path) -> None:
    rows = [HEAD, ["文本", "a", "甲"]]
    assert compile_workbook(saved(tmp_path / "a.xlsx", 封面=[["说明"]], 问卷=rows)).summary.questions == 1
    assert compile_workbook(saved(tmp_path / "b.xlsx", Sheet1=rows)).summary.questions == 1
    with pytest.raises(WorkbookError, match="没有“问卷”（survey）工作表，现有的是：封面、正文"):
        compile_workbook(saved(tmp_path / "c.xlsx", 封面=[["说明"]], 正文=rows))
    with pytest.raises(WorkbookError, match="是同一种表"):
        compile_workbook(saved(tmp_path / "d.xlsx", survey=rows, 问卷=rows))


def test_a_file_without_a_number_is_named_after_the_file(tmp_path: Path) -> None:
    assert compile_workbook(saved(tmp_path / "site.xlsx", 问卷=[HEAD, ["文本", "a", "甲"]])).name == "site"


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"问卷": [HEAD, *([["说明", "", "x"]] * (excel.MAX_ROWS + 1))]}, "行数太多"),
        ({"问卷": [[f"列{place}" for place in range(excel.MAX_COLUMNS + 50)]]}, "列数太多"),
        ({f"表{place}": [HEAD] for place in range(excel.MAX_SHEETS + 1)}, "工作表太多"),
        ({"问卷": [[*HEAD, "题目"], ["文本", "a", "甲", "乙"]]}, "两列的表头都是“题目”"),
    ],
)
def test_sheets_that_are_too_large_are_refused(tmp_path: Path, sheets: dict[str, Sequence[Any]], says: str) -> None:
    with pytest.raises(WorkbookError, match=says):
        compile_workbook(saved(tmp_path / "a.xlsx", **sheets))


def zipped(entries: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_zip_bombs_are_refused_whatever_their_directory_says(tmp_path: Path) -> None:
    honest = zipped({"xl/workbook.xml": bytes(excel.MAX_UNZIPPED_BYTES + 1)})
    lying = zipped({"xl/workbook.xml": bytes(3_000_000)}).replace((3_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    many = zipped({f"xl/{place}.xml": b"" for place in range(excel.MAX_ENTRIES + 1)})
    for content, says in ((honest, "解压以后太大"), (lying, "打不开"), (many, "解压以后太大")):
        path = tmp_path / "bomb.xlsx"
        path.write_bytes(content)
        with pytest.raises(WorkbookError, match=says):
            compile_workbook(path)


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", 问卷=[HEAD, ["文本", "a", "甲"]])
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]>'
    sheet = entries["xl/worksheets/sheet1.xml"]
    entries["xl/worksheets/sheet1.xml"] = bomb + sheet[sheet.index(b"<worksheet") :]
    path.write_bytes(zipped(entries))
    with pytest.raises(WorkbookError, match="打不开"):
        compile_workbook(path)


def test_a_sheet_that_claims_to_be_a_million_rows_long_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", 问卷=[HEAD, ["文本", "a", "甲"]])
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData>'
    )
    entries["xl/worksheets/sheet1.xml"] = sheet
    path.write_bytes(zipped(entries))
    assert compile_workbook(path).summary.questions == 1


def test_cells_longer_than_excel_can_hold_are_refused() -> None:
    with pytest.raises(WorkbookError, match="第 2 行 题目 单元格的内容太长了"):
        compile_workbook(f"| 问卷 | 类型 | 名称 | 题目 |\n| | 文本 | a | {'甲' * 32_768} |")


def test_markdown_without_a_table_is_told() -> None:
    for text in ("", "没有表格", "| 选项 | 选项组 |\n| | a |\n| 设置 | 标题 |\n| | b |"):
        with pytest.raises(WorkbookError, match="没有"):
            compile_workbook(text)
