"""Tables to an .xlsx for people: drop-downs, notes on headers, a frozen first row; every cell is plain text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from handlers.forms.canonical import clean

_DARK: Final = "1F4E78"
_LIGHT: Final = "DDEBF7"
_AS_FORMULA: Final = ("=", "+", "-", "@", "\t", "'")
"""What a spreadsheet program takes for the beginning of a formula or of an escape when a cell is typed again."""
_NOTE_WIDTH: Final = 320
_NOTE_HEIGHT: Final = 110
"""Pixels."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its width in characters, the note on its header, and what its drop-down offers: words,
    or the cells of a range (人员!$A$2:$A$99).
    """

    header: str
    width: int
    note: str = ""
    offers: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet with headers in row 1; drop-downs work in `spare` rows below the last one."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    spare: int = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of free rows: headings, explanations, and small tables (rows of several cells)."""

    title: str
    rows: Sequence[Sequence[str]]
    headings: frozenset[int] = field(default_factory=frozenset)
    """Indexes of the rows that are headings."""
    heads: frozenset[int] = field(default_factory=frozenset)
    """Indexes of the rows that are headers of a small table."""


def spreadsheet(tables: Sequence[Table], pages: Sequence[Page], words: str) -> bytes:
    """The .xlsx with these sheets; the words of the drop-downs stand in a hidden sheet named `words`."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for table in tables:
        book.create_sheet(table.title)
    for page in pages:
        _write_page(book.create_sheet(page.title), page)
    offers = _write_words(book, words, tables)
    for table in tables:
        _write_table(book[table.title], table, offers)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _write_words(book: Any, title: str, tables: Sequence[Table]) -> dict[tuple[str, ...], str]:
    """Write every drop-down list once; list -> the range that holds it. A list inside a cell's rule is cut at 255."""
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden"
    ranges: dict[tuple[str, ...], str] = {}
    for table in tables:
        for column in table.columns:
            if column.offers and column.offers not in ranges:
                place = len(ranges) + 1
                for row, word in enumerate(column.offers, start=1):
                    _put(sheet, row, place, word)
                letter = sheet.cell(1, place).column_letter
                ranges[column.offers] = f"{title}!${letter}$1:${letter}${len(column.offers)}"
    return ranges


def _write_table(sheet: Any, table: Table, offers: Mapping[tuple[str, ...], str]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(table.columns, start=1):
        cell = _put(sheet, 1, place, column.header)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_DARK)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        if column.note:
            cell.comment = Comment(column.note, "清风观察", height=_NOTE_HEIGHT, width=_NOTE_WIDTH)
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = "@"
        source = offers[column.offers] if column.offers else column.source
        if source:
            rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True)
            rule.showErrorMessage = False  # a condition, or a type with its list, may be typed as well
            rule.add(f"{letter}2:{letter}{len(table.rows) + table.spare}")
            sheet.add_data_validation(rule)
    for number, row in enumerate(table.rows, start=2):
        for place, text in enumerate(row, start=1):
            if text:
                _put(sheet, number, place, text).alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"


def _write_page(sheet: Any, page: Page) -> None:
    from openpyxl.styles import Font, PatternFill

    for index, row in enumerate(page.rows):
        for place, text in enumerate(row, start=1):
            if text:
                cell = _put(sheet, index + 1, place, text)
                if index in page.headings:
                    cell.font = Font(bold=True, size=13, color=_DARK)
                elif index in page.heads:
                    cell.font = Font(bold=True)
                    cell.fill = PatternFill("solid", fgColor=_LIGHT)
    for place in range(1, max((len(row) for row in page.rows), default=0) + 1):
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].width = 18


def _put(sheet: Any, row: int, place: int, text: str) -> Any:
    """Write a text that stays a text, whatever it begins with."""
    cell = sheet.cell(row, place)
    cell.value = clean(text)
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_AS_FORMULA):
        cell.quotePrefix = True
    return cell
