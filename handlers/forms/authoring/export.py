"""Forms as editable workbooks in Chinese, and the template that authors start from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from handlers.forms.authoring.aliases import (
    ALLOWANCES,
    AUDIENCES,
    CHOICES_HEADERS,
    LEVELS,
    LISTED_TYPES,
    SETTINGS_HEADERS,
    SHEETS_IN_CHINESE,
    SURVEY_HEADERS,
    TYPES_IN_CHINESE,
    in_chinese,
)
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SURVEY, Book, Cells, Sheet
from handlers.forms.authoring.embedding import embedded
from handlers.forms.authoring.guide import (
    ALLOWED,
    CHOICE_NOTES,
    CHOICES_COLUMNS,
    NOTES,
    RECIPES_SHEET,
    SETTINGS_COLUMNS,
    SURVEY_COLUMNS,
    WIDTH,
    WIDTHS,
    WORDS_SHEET,
    YES_AND_NO,
)
from handlers.forms.authoring.naming import ALLOW, AUDIENCE, LEVEL, LIST, PURPOSE, SWITCHES, name_everything
from handlers.forms.authoring.reading import read_book
from handlers.forms.authoring.spreadsheet import Column, Page, Table, spreadsheet
from handlers.forms.purposes import PURPOSES, purpose_of

_HEADERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    SURVEY: SURVEY_HEADERS,
    CHOICES: CHOICES_HEADERS,
    EXTERNAL: CHOICES_HEADERS,
    SETTINGS: SETTINGS_HEADERS,
}
_COLUMNS: Final = {
    SURVEY: SURVEY_COLUMNS,
    CHOICES: CHOICES_COLUMNS,
    EXTERNAL: CHOICES_COLUMNS,
    SETTINGS: SETTINGS_COLUMNS,
}
_SWITCH_WORDS: Final = {"yes": "是", "true": "是", "true()": "是", "no": "否", "false": "否", "false()": "否"}
_OFFERS: Final = {
    "type": tuple(words[0] for words in TYPES_IN_CHINESE.values()),
    "required": YES_AND_NO,
    "read_only": YES_AND_NO,
    PURPOSE: tuple(rule.names[0] for rule in PURPOSES.values()),
    ALLOW: ALLOWED,
    LEVEL: tuple(words[0] for words in LEVELS.values()),
    AUDIENCE: tuple(words[0] for words in AUDIENCES.values()),
}
_OTHER: Final = " or_other"
_HEADING: Final = "## "
_FOLDER: Final = Path(__file__).parent


def export_form(xml: str) -> bytes:
    """An editable .xlsx of a stored form: compiled, it gives the same form. Raises ValueError with the sentence to
    show when the XForm does not hold its sheets.
    """
    return _workbook(embedded(xml))


def export_book(source: Path | str) -> bytes:
    """An editable .xlsx of a workbook or Markdown table. Raises WorkbookError when it cannot be read."""
    book = read_book(source)
    name_everything(book)
    return _workbook(book)


def export_template() -> bytes:
    """The template: a small form that can be published as it is, drop-downs, notes, and a sheet of recipes."""
    return export_book((_FOLDER / "template.md").read_text(encoding="utf-8"))


def recipes() -> list[tuple[str, list[str], str]]:
    """The worked examples: title, explanations, and the Markdown tables of a small form."""
    found: list[tuple[str, list[str], str]] = []
    text = (_FOLDER / "recipes.md").read_text(encoding="utf-8")
    for part in text.split(f"\n{_HEADING}")[1:]:
        title, *lines = part.splitlines()
        explained = [line for line in lines if line and not line.startswith("|")]
        found.append((title, explained, "\n".join(line for line in lines if line.startswith("|"))))
    return found


def _workbook(book: Book) -> bytes:
    tables = [_table(name, book.sheet(name)) for name in (SURVEY, CHOICES, SETTINGS)]
    if EXTERNAL in book.sheets:
        tables.append(_table(EXTERNAL, book.sheets[EXTERNAL]))
    return spreadsheet(tables, [_recipes_page()], WORDS_SHEET)


def _table(name: str, sheet: Sheet) -> Table:
    used = [header for header in sheet.headers if any(header in cells for cells in sheet.rows)]
    spoken = {header.partition("::")[0] for header in used} | set(used)
    wanted = [header for header in _COLUMNS[name] if header not in spoken]
    headers = [*used, *wanted]
    if name == SURVEY:
        headers = [header for header in headers if header != LIST]
        headers.insert(headers.index("type") + 1, LIST)
    columns = [_column(name, header) for header in headers]
    rows = [_row(name, cells, headers) for cells in sheet.rows]
    return Table(in_chinese(SHEETS_IN_CHINESE, name), columns, rows)


def _column(sheet: str, header: str) -> Column:
    base, separator, language = header.partition("::")
    table = _HEADERS[sheet]
    spoken = in_chinese(table, header)
    if spoken == header and separator and base in table:
        spoken = f"{in_chinese(table, base)}::{language}"
    notes = NOTES if sheet in {SURVEY, SETTINGS} else {**NOTES, **CHOICE_NOTES}
    note = notes.get(header, notes.get(base, ""))
    return Column(spoken, WIDTHS.get(base, WIDTH), note, _OFFERS.get(header, ()) if sheet != CHOICES else ())


def _row(sheet: str, cells: Cells, headers: list[str]) -> list[str]:
    spoken = dict(cells)
    if sheet == SURVEY:
        spoken["type"], spoken[LIST] = _type(cells.get("type", ""))
        for header in (*SWITCHES, "disabled"):
            written = cells.get(header, "")
            spoken[header] = _SWITCH_WORDS.get(written.lower(), written)
        if PURPOSE in cells:
            spoken[PURPOSE] = PURPOSES[purpose_of(cells[PURPOSE])].names[0]
        if ALLOW in cells:
            spoken[ALLOW] = "、".join(in_chinese(ALLOWANCES, token) for token in cells[ALLOW].split())
    if sheet == SETTINGS:
        for header, table in ((LEVEL, LEVELS), (AUDIENCE, AUDIENCES)):
            spoken[header] = in_chinese(table, cells.get(header, ""))
    return [spoken.get(header, "") for header in headers]


def _type(written: str) -> tuple[str, str]:
    """A type in Chinese, and the list behind it."""
    kind, _, rest = written.removesuffix(_OTHER).partition(" ")
    other = " 或其他" if written.endswith(_OTHER) else ""
    if kind in LISTED_TYPES and rest and " " not in rest:
        return in_chinese(TYPES_IN_CHINESE, kind) + other, rest
    return (in_chinese(TYPES_IN_CHINESE, written), "") if written in TYPES_IN_CHINESE else (written, "")


def _recipes_page() -> Page:
    rows: list[list[str]] = []
    headings: set[int] = set()
    heads: set[int] = set()
    for title, explained, table in recipes():
        headings.add(len(rows))
        rows.append([title])
        rows += [[line] for line in explained]
        for line in table.splitlines():
            name, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if name:
                heads.add(len(rows))
            rows.append([f"“{name}”表" if name else "", *cells])
        rows.append([])
    return Page(RECIPES_SHEET, rows, frozenset(headings), frozenset(heads))
