"""Forms as workbooks to work on: what was exported compiles to the same form, in every spreadsheet program."""

import csv
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from handlers.catalog import BUILT_IN, BuiltIn
from handlers.forms.authoring.embedding import embedded
from handlers.forms.authoring.export import export_book, export_form, export_template, recipes
from handlers.forms.authoring.guide import RECIPES_SHEET, WORDS_SHEET
from handlers.forms.workbook import compile_workbook
from tests.conftest import CANNOT

INJECTED = """
| 问卷 | 类型 | 名称 | 题目 | 提示 | 默认值 | 备注 |
| | 文本 | a | =HYPERLINK("http://x","点我") | +1+1 | -1 | @SUM(1) |
| | 文本 | b | 'quoted | =cmd/c calc!A0 | TRUE | 003 |
| 设置 | 表单标题 | 表单编号 |
| | =1+1 | x |
"""
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def again(content: bytes, folder: Path) -> str:
    """The XForm of an exported workbook."""
    path = folder / "again.xlsx"
    path.write_bytes(content)
    return compile_workbook(path).xml


@pytest.mark.parametrize("form", BUILT_IN, ids=lambda form: form.name)
def test_every_built_in_form_comes_back_the_same(form: BuiltIn, tmp_path: Path) -> None:
    xml = compile_workbook(form.path).xml
    assert again(export_form(xml), tmp_path) == xml
    assert again(export_book(form.path), tmp_path) == xml


def test_the_template_can_be_published_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    path.write_bytes(export_template())
    compiled = compile_workbook(path)
    assert (compiled.level, compiled.audience, compiled.notices) == ("functional", "observers", ())
    book = load_workbook(path)
    assert book.sheetnames == ["问卷", "选项", "设置", RECIPES_SHEET, WORDS_SHEET]
    assert book[WORDS_SHEET].sheet_state == "hidden"
    survey = book["问卷"]
    assert survey.freeze_panes == "A2"
    ruled = {str(rule.sqref).partition("2:")[0] for rule in survey.data_validations.dataValidation}
    headers = {cell.value: cell for cell in survey[1]}
    assert {headers[name].column_letter for name in ("类型", "必填", "用途", "允许")} <= ruled
    assert all(cell.comment is not None for cell in survey[1])
    assert survey.column_dimensions[headers["题目"].column_letter].width > 30
    offered = [cell.value for cell in book[WORDS_SHEET]["A"]]
    assert {"文本", "单选", "重复组开始"} <= set(offered)
    chosen = [(cells[0].value, cells[2].value) for cells in book["选项"].iter_rows(min_row=2)]
    assert {("yn", "是"), ("yn", "否"), ("level", "高"), ("level", "中"), ("level", "低")} <= set(chosen)


@pytest.mark.parametrize(("title", "table"), [(title, table) for title, _, table in recipes()])
def test_every_recipe_works(title: str, table: str) -> None:
    assert compile_workbook(table).summary.questions > 0, title


def test_recipes_cover_what_authors_ask_for() -> None:
    whole = "\n".join(title for title, _, _ in recipes())
    for word in ("跳转", "重复组", "级联", "合计", "用途", "校验"):
        assert word in whole


def test_formulas_in_texts_stay_texts(tmp_path: Path) -> None:
    compiled = compile_workbook(INJECTED)
    content = export_form(compiled.xml)
    assert again(content, tmp_path) == compiled.xml
    path = tmp_path / "again.xlsx"
    book = load_workbook(path)
    kinds = {cell.data_type for row in book["问卷"].iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    prefixed = [cell.value for row in book["问卷"].iter_rows(min_row=2) for cell in row if cell.quotePrefix]
    assert '=HYPERLINK("http://x","点我")' in prefixed
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_holds_no_sheets_cannot_be_exported() -> None:
    for xml in ("", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        with pytest.raises(ValueError, match="没有保存原来的工作簿"):
            embedded(xml)


def opened(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as LibreOffice reads them, saved by it as csv files."""
    if OFFICE is None:
        pytest.skip(f"{CANNOT}spreadsheets in LibreOffice (no soffice on PATH)")
    subprocess.run(
        [
            OFFICE,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
            "--outdir",
            str(folder / "out"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=100,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )
    sheets: dict[str, list[list[str]]] = {}
    for found in (folder / "out").glob("*.csv"):
        with found.open(encoding="utf-8", newline="") as file:
            sheets[found.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(file))
    return sheets


def test_libreoffice_opens_the_template_and_finds_what_we_wrote(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(export_template())
    sheets = opened(path, tmp_path)
    assert {"问卷", "选项", "设置", RECIPES_SHEET} <= set(sheets)
    book = load_workbook(path)
    for title in ("问卷", "选项", "设置"):
        ours = [[str(value or "") for value in row] for row in book[title].iter_rows(values_only=True)]
        assert [row[: len(ours[0])] for row in sheets[title]][: len(ours)] == ours
