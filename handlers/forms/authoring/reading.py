"""Files and Markdown texts to sheets of cells, within limits; nothing is understood yet."""

import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from handlers.forms.authoring.aliases import SHEET_NAMES, plain
from handlers.forms.authoring.book import SURVEY, Book, Cells, Sheet
from handlers.forms.authoring.encodings import decoded
from handlers.forms.authoring.excel import (
    BROKEN,
    MAX_COLUMNS,
    MAX_GAP,
    MAX_ROWS,
    MAX_SHEETS,
    ZIP,
    Grid,
    new_excel,
    old_excel,
)
from handlers.forms.canonical import clean
from handlers.forms.faults import Fault, WorkbookError, refused

MAX_FILE_BYTES: Final = 5_000_000
MAX_CELL: Final = 32_767
"""Characters an Excel cell can hold."""
SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".md")

NOT_A_FILE = "找不到文件“{name}”。"
WRONG_SUFFIX = "文件“{name}”的格式不支持，请用 .xlsx、.xls 或 .md。"
TOO_BIG = f"文件太大了（最多 {MAX_FILE_BYTES // 1_000_000} MB），表单里请不要放图片。"
NO_TABLE = "没有可用的工作表：文字里要有 XLSForm 的 Markdown 表格，文件里要有“问卷”（survey）工作表。"
NO_SURVEY = "没有“问卷”（survey）工作表，现有的是：{titles}。请把放题目的那张工作表改名为“问卷”。"
TOO_MANY_SHEETS = f"工作表太多了（最多 {MAX_SHEETS} 张），请删去无关的工作表。"
TOO_MANY_ROWS = f"行数太多了（最多 {MAX_ROWS} 行），长名单请放进 csv 附件。"
TOO_MANY_COLUMNS = f"列数太多了（最多 {MAX_COLUMNS} 列），请删去无关的列。"
LONG_CELL = f"单元格的内容太长了（最多 {MAX_CELL} 个字符）。"
SAME_SHEET = "工作表“{one}”和“{two}”是同一种表，请合并成一张。"
UNREADABLE = "文件的编码认不出来，请另存为 UTF-8 编码的文字。"
CELL_ERROR = "这一格是公式算出的错误“{error}”，请改成文字，或先改好公式。"
SAME_HEADER = "有两列的表头都是“{header}”，请删去一列或改名。"

_COMMENT: Final = re.compile(r"^\s*#")
_TABLE_ROW: Final = re.compile(r"^\s*\|(.*)\|[^|]*$")
_RULER: Final = re.compile(r"^[|\-: ]+$")
_BAR: Final = re.compile(r"(?<!\\)\|")
_BLANKS: Final = re.compile(r" +")
_ERRORS: Final = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
"""What spreadsheet programs show in a cell whose formula failed."""


def read_book(source: Path | str) -> Book:
    """The sheets of an .xlsx, .xlsm, .xls or .md file (Path), or of a Markdown text (str). Raises WorkbookError.

    Sheets keep the author's headers; only their names are understood, in English and Chinese.
    """
    if isinstance(source, str):
        return _book(_markdown(source))
    suffix = _checked(source)
    try:
        with warnings.catch_warnings():
            # readers warn about fonts, validations and other things that we do not read
            warnings.simplefilter("ignore")
            book = _book(_grids(suffix, source.read_bytes()))
    except (WorkbookError, MemoryError):
        raise
    except Exception as error:  # readers of broken files raise anything; the author learns the same from all of them
        raise refused(BROKEN) from error
    book.stem = source.stem
    return book


def _grids(suffix: str, content: bytes) -> dict[str, Grid]:
    """The sheets of a file; Excel files are known by their first bytes, since people rename them."""
    if suffix == ".md":
        text = decoded(content)
        if text is None:
            raise refused(UNREADABLE)
        return _markdown(text)
    return new_excel(content) if content.startswith(ZIP) else old_excel(content)


def _checked(path: Path) -> str:
    try:
        found = path.is_file()
    except OSError:  # a name that no file can have
        found = False
    if not found:
        raise refused(NOT_A_FILE.format(name=path.name))
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise refused(WRONG_SUFFIX.format(name=path.name))
    if path.stat().st_size > MAX_FILE_BYTES:
        raise refused(TOO_BIG)
    return suffix


def _book(grids: Mapping[str, Grid]) -> Book:
    titles = tuple(grids)
    if len(titles) > MAX_SHEETS:
        raise refused(TOO_MANY_SHEETS)
    kinds = {title: SHEET_NAMES.get(plain(title).replace(" ", "_"), "") for title in titles}
    if len(titles) == 1 and not kinds[titles[0]]:
        kinds = {titles[0]: SURVEY}
    if SURVEY not in kinds.values():
        raise refused(NO_SURVEY.format(titles="、".join(titles)) if titles else NO_TABLE)
    sheets: dict[str, Sheet] = {}
    for title, kind in kinds.items():
        if kind in sheets:
            raise refused(SAME_SHEET.format(one=sheets[kind].title, two=title))
        if kind:
            sheets[kind] = _sheet(title, grids[title])
    return Book(sheets, titles)


def _sheet(title: str, grid: Grid) -> Sheet:
    headers: list[str] = []
    sheet = Sheet(title, {})
    for number, texts in grid:
        if number == 1:
            headers = _headers(title, texts)
            sheet.headers = {header: header for header in headers if header}
            continue
        written = zip(headers, texts, strict=False)
        cells: Cells = {header: text for header, found in written if header and (text := clean(found).strip())}
        if not cells:
            continue
        if number - 2 - len(sheet.rows) > MAX_GAP:
            sheet.unread = number
            break
        if number > MAX_ROWS:
            raise refused(TOO_MANY_ROWS, number, title)
        _check_cells(cells, number, title)
        sheet.rows.extend({} for _ in range(number - 2 - len(sheet.rows)))
        sheet.rows.append(cells)
    return sheet


def _check_cells(cells: Cells, number: int, title: str) -> None:
    for header, text in cells.items():
        if len(text) > MAX_CELL:
            raise refused(LONG_CELL, number, title, header)
        if text in _ERRORS:
            raise refused(CELL_ERROR.format(error=text), number, title, header)


def _headers(title: str, texts: Iterable[str]) -> list[str]:
    headers = [_BLANKS.sub(" ", clean(text).replace("\n", " ").strip()) for text in texts]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise refused(TOO_MANY_COLUMNS, 1, title)
    named = [header for header in headers if header]
    twice = [header for header in dict.fromkeys(named) if named.count(header) > 1]
    if twice:
        raise WorkbookError(tuple(Fault(title, 1, header, SAME_HEADER.format(header=header)) for header in twice))
    return headers


def _markdown(text: str) -> dict[str, Grid]:
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for line in text.splitlines():
        match = None if _COMMENT.match(line) else _TABLE_ROW.match(line)
        if match is None or _RULER.match(match[1]):
            continue
        first, *cells = [cell.strip().replace(r"\|", "|") for cell in _BAR.split(match[1])]
        if first:
            rows = found.setdefault(first, [])
        if rows is not None and any(cells):
            rows.append(cells)
    if not found:
        raise refused(NO_TABLE)
    return {title: enumerate(rows, start=1) for title, rows in found.items()}
