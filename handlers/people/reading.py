"""An .xlsx of people to rows of canonical cells, within limits; what is wrong with a cell is said where it stands."""

import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence, Set
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from handlers.forms.authoring.aliases import lookup, plain
from handlers.forms.authoring.excel import BROKEN, MAX_SHEETS, ZIP, count_unzipped
from handlers.forms.canonical import clean
from handlers.forms.faults import Fault, WorkbookError, refused
from handlers.people.cells import NONE_WORDS, text_of
from handlers.people.layout import IGNORED, LAYOUTS, MAX_ROWS, Field, Layout

MAX_FILE_BYTES: Final = 30_000_000
MAX_UNZIPPED_BYTES: Final = 300_000_000
"""100,000 people in six columns unzip to some 50 MB."""
MAX_COLUMNS: Final = 60
LAST_ROW: Final = 1_048_576
"""No spreadsheet has more; the reader makes every row that a file only skips."""
MAX_FAULTS: Final = 1_000
"""More are counted, not told."""

NOT_A_FILE = "找不到文件“{name}”。"
WRONG_SUFFIX = "文件“{name}”不是 .xlsx，请用 Excel 或 WPS 另存为 .xlsx。"
TOO_BIG = f"文件太大了（最多 {MAX_FILE_BYTES // 1_000_000} MB），请删去图片和无关的工作表。"
TOO_MANY_SHEETS = f"工作表太多了（最多 {MAX_SHEETS} 张），请删去无关的工作表。"
UNKNOWN_SHEET = "认不出这张工作表，请改名为 {known} 之一，或者删去。"
NO_SHEET = (
    "没有“{title}”工作表，现有的是：{titles}。请从模板开始（qingfeng people template 文件名.xlsx），或把工作表改名。"
)
SAME_SHEET = "工作表“{one}”和“{two}”是同一种表，请合并成一张。"
NO_HEADER = "没有“{header}”这一列；第一行要写表头，请补上。"
SAME_HEADER = "有两列都是“{header}”，请删去一列或改名。"
UNUSED = "这一列没有用到；是不是写错了表头？可用的表头：{known}。"
TOO_MANY_ROWS = f"行数太多了（一张表最多 {MAX_ROWS} 行），请拆成几个文件分别导入。"
NO_SUCH_ROW = f"行号超过了 Excel 的最后一行（{LAST_ROW}），文件可能已损坏；请复制到新工作簿，另存为 .xlsx 后再导入。"
HIDDEN_SHEET = "这张工作表是隐藏的，里面的内容也会导入；不想导入的，请删去这张表。"
HIDDEN_ROWS = "第 {rows} 行{more}是隐藏的（例如筛选时看不见），里面的内容也会导入；不想导入的，请删去这些行。"
HIDDEN_MORE = "等 {count} 行"
MERGED = "有合并单元格 {cells}，请取消合并，并在每一格里都填上内容。"
A_FORMULA = "这一格是公式，请复制后“选择性粘贴”为值。"
AN_ERROR = "这一格是公式算出的错误“{error}”，请改成文字。"
MISSING = "这一格不能空着，请填上。"
MORE = "还有 {count} 处没有列出，请先改好上面的。"
EMPTY = "“{title}”里一行内容也没有，请填写后再导入。"

_MERGED: Final = re.compile(rb'<(?:[A-Za-z0-9]+:)?mergeCell\b[^>]{0,200}?\bref="([A-Z]{1,3}[0-9]{1,7})(:[A-Z0-9]+)?"')
_ROW: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?row\b([^>]{0,500})>")
_HIDDEN: Final = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_NUMBER: Final = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
_OVERLAP: Final = 600
_TOLD_ROWS: Final = 5
_CELL: Final = re.compile("([A-Z]+)([0-9]+)")
_FORMULA: Final = "="
_ERROR: Final = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)")
_CHUNK: Final = 1 << 20
_TITLES: Final = lookup({layout.name: layout.words for layout in LAYOUTS})


def read_people(path: Path) -> dict[str, Any]:
    """`{"rows", "wrong", "notices", "titles", "headers", "sha256"}`, as `lines.roster_of` takes it: rows are lists of
    the row's number and its cells. Raises WorkbookError when the file as a whole cannot be read.
    """
    content = _content(path)
    count_unzipped(content, MAX_UNZIPPED_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reader warns about fonts and validations
            return _Reading(content).answer()
    except (WorkbookError, MemoryError):
        raise
    except Exception as error:  # readers of broken files raise anything; the author learns the same from all of them
        raise refused(BROKEN) from error


def _content(path: Path) -> bytes:
    try:
        found = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        found = False
    if not found:
        raise refused(NOT_A_FILE.format(name=path.name))
    if path.stat().st_size > MAX_FILE_BYTES:
        raise refused(TOO_BIG)
    content = path.read_bytes()
    if path.suffix.lower() not in {".xlsx", ".xlsm"} or not content.startswith(ZIP):
        raise refused(WRONG_SUFFIX.format(name=path.name) if path.suffix.lower() != ".xlsx" else BROKEN)
    return content


class _Reading:
    """One workbook being read."""

    def __init__(self, content: bytes) -> None:
        from openpyxl import load_workbook

        self._book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        self._sha256 = hashlib.sha256(content).hexdigest()
        self._wrong: list[Fault] = []
        self._left_out = 0
        self._notices: list[Fault] = []
        self._rows: dict[str, list[list[Any]]] = {}
        self._titles: dict[str, str] = {}
        self._headers: dict[str, dict[str, str]] = {}

    def answer(self) -> dict[str, Any]:
        sheets = self._sheets()
        for layout in LAYOUTS:
            if layout.name in sheets:
                self._read(layout, sheets[layout.name])
            if layout.needed and layout.name in sheets and not self._rows.get(layout.name) and not self._wrong:
                self._fault(self._titles[layout.name], 0, "", EMPTY.format(title=layout.title))
        if self._left_out:
            self._wrong.append(Fault("", 0, "", MORE.format(count=self._left_out)))
        return {
            "rows": self._rows,
            "wrong": [[fault.sheet, fault.row, fault.column, fault.message] for fault in self._wrong],
            "notices": [[fault.sheet, fault.row, fault.column, fault.message] for fault in self._notices],
            "titles": self._titles,
            "headers": self._headers,
            "sha256": self._sha256,
        }

    def _fault(self, sheet: str, row: int, column: str, message: str) -> None:
        if len(self._wrong) < MAX_FAULTS:
            self._wrong.append(Fault(clean(sheet), row, column, message))
        else:
            self._left_out += 1

    def _sheets(self) -> dict[str, Any]:
        """The sheets that we know by their names in code."""
        sheets = self._book.worksheets
        if len(sheets) > MAX_SHEETS:
            raise refused(TOO_MANY_SHEETS)
        found: dict[str, Any] = {}
        for sheet in sheets:
            sheet.reset_dimensions()  # a wrong <dimension> would cut rows off
            name = _TITLES.get(plain(sheet.title))
            if name is None:
                self._look_at_unknown(sheet)
            elif name in found:
                self._fault(sheet.title, 0, "", SAME_SHEET.format(one=self._titles[name], two=clean(sheet.title)))
            else:
                found[name] = sheet
                self._titles[name] = clean(sheet.title)
        titles = clean("、".join(sheet.title for sheet in sheets))[:200]
        for layout in LAYOUTS:
            if layout.needed and layout.name not in found:
                self._fault("", 0, "", NO_SHEET.format(title=layout.title, titles=titles))
        return found

    def _look_at_unknown(self, sheet: Any) -> None:
        """A sheet of another name is no matter when it is empty or the template's own."""
        if plain(sheet.title) in IGNORED:
            return
        if any(value is not None for row in sheet.iter_rows(max_row=100, values_only=True) for value in row):
            known = "、".join(layout.title for layout in LAYOUTS)
            self._fault(sheet.title, 0, "", UNKNOWN_SHEET.format(known=known))

    def _read(self, layout: Layout, sheet: Any) -> None:
        first = next(sheet.iter_rows(max_row=1, max_col=MAX_COLUMNS, values_only=True), ())
        written = [_header(value) for value in first]
        places = self._places(layout, sheet, written)
        self._find_merged(sheet, written)
        if places is None:
            return
        names = {field.name: written[place] for field, place in zip(layout.fields, places, strict=True) if place >= 0}
        self._headers[layout.name] = names
        rows: list[list[Any]] = []
        width = max(places) + 1
        for number, values in enumerate(sheet.iter_rows(min_row=2, max_col=width, values_only=True), start=2):
            if number > LAST_ROW:
                self._fault(sheet.title, 0, "", NO_SUCH_ROW)
                break
            if all(value is None for value in values):
                continue
            if len(rows) == MAX_ROWS:
                self._fault(sheet.title, number, "", TOO_MANY_ROWS)
                break
            row = self._row(layout, sheet.title, number, [values[place] if place >= 0 else None for place in places])
            if row is not None:
                rows.append(row)
        self._rows[layout.name] = rows
        self._find_hidden(sheet, {row[0] for row in rows})

    def _find_hidden(self, sheet: Any, read: Set[int]) -> None:
        """What people who look at the sheet do not see, and what is imported all the same."""
        if sheet.sheet_state != "visible" and read:
            self._notices.append(Fault(clean(sheet.title), 0, "", HIDDEN_SHEET))
        hidden = [number for number in _hidden(sheet) if number in read]
        if hidden:
            more = HIDDEN_MORE.format(count=len(hidden)) if len(hidden) > _TOLD_ROWS else ""
            rows = "、".join(map(str, hidden[:_TOLD_ROWS]))
            self._notices.append(Fault(clean(sheet.title), 0, "", HIDDEN_ROWS.format(rows=rows, more=more)))

    def _places(self, layout: Layout, sheet: Any, written: Sequence[str]) -> list[int] | None:
        """The column of each field, from 0; -1 without one; None when a column that must be there is missing."""
        known = layout.headers()
        places = [-1] * len(layout.fields)
        for place, header in enumerate(written):
            field = known.get(plain(header))
            if field is None:
                if header:
                    words = "、".join(each.words[0] for each in layout.fields)
                    self._notices.append(Fault(clean(sheet.title), 1, header, UNUSED.format(known=words)))
            elif places[field] >= 0:
                self._fault(sheet.title, 1, header, SAME_HEADER.format(header=layout.fields[field].words[0]))
            else:
                places[field] = place
        missing = [
            field.words[0] for field, place in zip(layout.fields, places, strict=True) if field.required and place < 0
        ]
        for header in missing:
            self._fault(sheet.title, 1, header, NO_HEADER.format(header=header))
        return None if missing else places

    def _row(self, layout: Layout, title: str, number: int, values: Sequence[Any]) -> list[Any] | None:
        row: list[Any] = [number]
        wrong = False
        for field, value in zip(layout.fields, values, strict=True):
            try:
                row.append(_cell(field, value))
            except ValueError as error:
                wrong = True
                row.append(None)
                self._fault(title, number, self._headers[layout.name].get(field.name, field.words[0]), str(error))
        if len(row) > 1 and all(cell is None for cell in row[1:]) and not wrong:
            return None
        missing = [place for place, field in enumerate(layout.fields, start=1) if field.required and row[place] is None]
        for place in missing:
            if not wrong or _blank(values[place - 1]):
                header = self._headers[layout.name][layout.fields[place - 1].name]
                self._fault(title, number, header, MISSING)
        if layout.strict and (missing or wrong):
            return None
        return None if row[1] is None else row

    def _find_merged(self, sheet: Any, written: Sequence[str]) -> None:
        for cells in _merged(sheet):
            found = _CELL.match(cells)
            if found is not None:
                place = _column(found[1])
                header = written[place] if place < len(written) else ""
                self._fault(sheet.title, int(found[2]), header or found[1], MERGED.format(cells=cells))


def _cell(field: Field, value: Any) -> str | None:
    """The canonical text of a cell, None for a blank one, empty for 无 where that is meant."""
    if value is None:
        return None
    if isinstance(value, str) and value.startswith(_FORMULA):
        raise ValueError(A_FORMULA)
    if not isinstance(value, str | int | float | date | time | timedelta):
        raise ValueError(A_FORMULA)  # the reader has classes of its own for formulas over several cells
    text = text_of(value)
    if not text:
        return None
    if _ERROR.fullmatch(text):
        raise ValueError(AN_ERROR.format(error=text))
    if field.may_clear and text in NONE_WORDS:
        return ""
    return field.read(value)


def _blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _header(value: Any) -> str:
    return "" if value is None else text_of(str(value))[:60]


def _merged(sheet: Any) -> Iterator[str]:
    """The ranges of merged cells; they stand behind the rows, where the reader does not look."""
    for found in _tags(sheet, _MERGED):
        yield (found[1] + (found[2] or b"")).decode()


def _hidden(sheet: Any) -> Iterator[int]:
    """The numbers of hidden rows; a row without a number follows the one before it."""
    number = 0
    for found in _tags(sheet, _ROW):
        named = _NUMBER.search(found[1])
        number = int(named[1]) if named is not None else number + 1
        if _HIDDEN.search(found[1]):
            yield number


def _tags(sheet: Any, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """What is found in the sheet's XML, whose tags are shorter than the overlap of two chunks."""
    with sheet._get_source() as source:
        rest = b""
        while chunk := source.read(_CHUNK):
            text = rest + chunk
            end = 0
            for found in pattern.finditer(text):
                end = found.end()
                yield found
            rest = text[max(end, len(text) - _OVERLAP) :]


def _column(letters: str) -> int:
    """The place of a column, from 0, of its letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
