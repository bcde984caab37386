"""A trial copy of a faulty workbook without its known faults, so that what they hide is found in the same run."""

from collections.abc import Iterable
from typing import Final

from handlers.forms import spelling
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SURVEY, Book, Cells, Sheet
from handlers.forms.authoring.expression_checks import EXPRESSIONS
from handlers.forms.authoring.naming import PURPOSE
from handlers.forms.faults import Fault
from handlers.forms.purposes import PURPOSES, purpose_of

_REMOVABLE: Final = frozenset({*EXPRESSIONS, "trigger", "parameters", "appearance", "default"})
_LABEL: Final = "题目"
_FIRST: Final = 2


def mended(book: Book, faults: Iterable[Fault]) -> Book | None:
    """The copy; None where a fault cannot be taken away without guessing, as groups that do not close."""
    sheets = {
        name: Sheet(sheet.title, dict(sheet.headers), [dict(cells) for cells in sheet.rows])
        for name, sheet in book.sheets.items()
    }
    copy = Book(sheets, book.titles, book.stem)
    for fault in faults:
        name = next((name for name, sheet in sheets.items() if sheet.title == fault.sheet), "")
        place = fault.row - _FIRST
        if not name or not 0 <= place < len(sheets[name].rows):
            return None
        header = next(
            (known for known, written in sheets[name].headers.items() if written == fault.column), fault.column
        )
        if not _mend(sheets[name], name, place, header):
            return None
    return copy


def _mend(sheet: Sheet, name: str, place: int, header: str) -> bool:
    cells = sheet.rows[place]
    if name == SETTINGS:
        cells.pop(header, None)
        return True
    if name in {CHOICES, EXTERNAL}:
        cells.clear()
        return True
    return name == SURVEY and _mend_question(sheet, cells, header)


def _mend_question(sheet: Sheet, cells: Cells, header: str) -> bool:
    kind = cells.get("type", "")
    if header == "type" and not kind.startswith(("begin", "end")):
        cells["type"] = "text"
        for other in ("choice_filter", "parameters", "calculation"):
            cells.pop(other, None)
        if cells.get(PURPOSE) and "text" not in PURPOSES[purpose_of(cells[PURPOSE])].kinds:
            del cells[PURPOSE]
        return True
    if header == "name":
        cells["name"] = spelling.free("mended", 1, {each.get("name", "") for each in sheet.rows})
        return True
    if header.partition("::")[0] in {"label", "hint", "guidance_hint", "constraint_message", "required_message"}:
        cells[header] = _LABEL
        return True
    if header == "calculation" and kind == "calculate":
        cells[header] = "''"
        sheet.add(header)
        return True
    if header in _REMOVABLE or header.startswith("bind::"):
        cells.pop(header, None)
        return True
    return False
