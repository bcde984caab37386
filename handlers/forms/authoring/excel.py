"""Excel files, new and old, to grids of texts; what a zip unpacks to is counted before it is believed."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any, Final

from handlers.forms.faults import refused

MAX_UNZIPPED_BYTES: Final = 50_000_000
MAX_ENTRIES: Final = 2_000
"""Files inside an .xlsx; a workbook of ours has about 20."""
MAX_SHEETS: Final = 50
MAX_ROWS: Final = 10_000
"""Rows of one sheet; 1,000 questions with long choice lists take about 5,000."""
MAX_COLUMNS: Final = 200
MAX_GAP: Final = 60
"""Blank rows after which the rest of a sheet is not read, as everywhere in XLSForm (authors keep notes down there)."""

UNZIPPED = "文件解压以后太大了（最多 {most} MB），请删去无关的工作表和图片。"
BROKEN = "文件打不开，可能已损坏或加了密码，请用 Excel 或 WPS 另存为 .xlsx 后再试。"
AMBIGUOUS_DATE = "这个日期无法确定是哪一天（早于 1900 年 3 月的 .xls 日期），请改成文字，例如 2026-11-13。"
NO_RESULT = "{cell} 这一格是还没有算出结果的公式，请改成文字，或在 Excel、WPS 里打开并保存一次。"
ZIP: Final = b"PK"
"""What an .xlsx begins with, whatever the file is called."""
_FORMULA: Final = re.compile(
    rb'<c r="([A-Z]{1,3}([0-9]{1,7}))"([^>]*)><f\b[^>]*(?:/>|>[^<]*</f>)(<v\s*/>|<v></v>)?</c>'
)
"""A cell with a formula and no value: its place, row, attributes, and the element of an empty value."""
_TEXT_RESULT: Final = b't="str"'
"""Attribute of a cell whose formula gave a text, which may be empty."""

Grid = Iterator[tuple[int, list[str]]]
"""Row numbers from 1 and the cells of each row; blank rows may be left out."""


def new_excel(content: bytes) -> dict[str, Grid]:
    """The sheets of an .xlsx by their titles. Raises WorkbookError, or anything when the file is broken."""
    from openpyxl import load_workbook

    count_unzipped(content)
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    return {sheet.title: _rows(sheet) for sheet in book.worksheets[: MAX_SHEETS + 1]}


def _rows(sheet: Any) -> Grid:
    # a wrong <dimension> would cut rows off, and a wide one would make every row wide
    sheet.reset_dimensions()
    _check_formulas(sheet)
    first = next(sheet.iter_rows(max_row=1, max_col=MAX_COLUMNS + 1, values_only=True), ())
    texts = [_text(value) for value in first]
    yield 1, texts
    width = max((place for place, text in enumerate(texts, start=1) if text), default=1)
    for number, values in enumerate(sheet.iter_rows(min_row=2, max_col=width, values_only=True), start=2):
        if number > MAX_ROWS + MAX_GAP + 2:
            return
        if any(value is not None for value in values):
            yield number, [_text(value) for value in values]


def _check_formulas(sheet: Any) -> None:
    """Refuse formulas that nobody calculated: their cells would be read as empty, and a condition be lost."""
    with sheet._get_source() as source:
        for found in _FORMULA.finditer(source.read()):
            if not (found[4] and _TEXT_RESULT in found[3]):
                raise refused(NO_RESULT.format(cell=found[1].decode()), int(found[2]), sheet.title)


def _text(value: Any) -> str:
    from pyxform.xls2json_backends import xlsx_value_to_str

    return "" if value is None else str(xlsx_value_to_str(value)).strip()


def count_unzipped(content: bytes, most: int = MAX_UNZIPPED_BYTES) -> None:
    """Refuse a zip bomb: what the directory promises is summed, then every byte that comes out is counted.

    Raises WorkbookError for a file that unzips to more than `most` bytes, or that is no zip.
    """
    too_much = refused(UNZIPPED.format(most=most // 1_000_000))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > most:
                raise too_much
            left = most
            for entry in entries:
                with archive.open(entry) as member:
                    while chunk := member.read(1 << 16):
                        left -= len(chunk)
                        if left < 0:
                            raise too_much
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise refused(BROKEN) from error


def old_excel(content: bytes) -> dict[str, Grid]:
    """The sheets of an .xls by their titles. Raises WorkbookError, or anything when the file is broken."""
    from xlrd import open_workbook

    book = open_workbook(file_contents=content, on_demand=True, ragged_rows=True, logfile=StringIO())
    return {name: _old_rows(book, book.sheet_by_name(name)) for name in book.sheet_names()[: MAX_SHEETS + 1]}


def _old_rows(book: Any, sheet: Any) -> Grid:
    from pyxform.xls2json_backends import xls_value_to_unicode
    from xlrd import XL_CELL_ERROR, error_text_from_code
    from xlrd.xldate import XLDateAmbiguous

    width = min(sheet.ncols, MAX_COLUMNS + 1)
    for row in range(sheet.nrows):
        texts: list[str] = []
        for column in range(min(width, sheet.row_len(row))):
            cell = sheet.cell(row, column)
            value = cell.value.strip() if isinstance(cell.value, str) else cell.value
            try:
                text = "" if value in {"", None} else xls_value_to_unicode(value, cell.ctype, book.datemode)
            except XLDateAmbiguous as error:
                header = str(sheet.cell_value(0, column)).strip()
                raise refused(AMBIGUOUS_DATE, row + 1, sheet.name, header) from error
            texts.append(error_text_from_code.get(value, text) if cell.ctype == XL_CELL_ERROR else text)
        yield row + 1, texts
