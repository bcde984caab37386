"""A checked book to XForm XML by pyxform: what pyxform would spoil is hidden from it, and put back."""

import re
from typing import Any, Final
from xml.sax.saxutils import escape

from handlers.forms.authoring import english
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SHEETS, Book, Cells, Sheet
from handlers.forms.authoring.choice_checks import lists_of
from handlers.forms.authoring.outline import Entry
from handlers.forms.faults import WorkbookError
from handlers.forms.markup import QF

OTHER_LABEL: Final = "其他"
OTHER_QUESTION: Final = "请说明“其他”是什么。"
_OTHER_NAME: Final = "other"
_ENGLISH_OTHER: Final = ">Specify other.<"
"""The label that pyxform gives the question behind “other”."""
_MODEL_END: Final = "</model>"
_COLUMN: Final = re.compile(r"[^\W\d][\w.\-]*")
"""Headers that can be names in XML; others are notes of the author's."""
_SPOKEN: Final = re.compile(r"(?:label|hint|guidance_hint)::.+|media::(?:image|audio|video|big-image)(?:::.+)?")
"""Headers with a language or a kind of medium in them."""
_HIDDEN: Final = {0x2018: 0xE018, 0x2019: 0xE019, 0x201C: 0xE01C, 0x201D: 0xE01D}
"""Chinese quotation marks to private characters: pyxform makes typewriter quotes of them, also in texts."""
_SHOWN: Final = {private: quote for quote, private in _HIDDEN.items()}


def convert(book: Book, outline: list[Entry]) -> str:
    """The XForm of a book whose names are XLSForm's. Raises WorkbookError."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    sheets = {name: Sheet(sheet.title, dict(sheet.headers), _hidden(sheet.rows)) for name, sheet in book.sheets.items()}
    for name in (CHOICES, EXTERNAL):
        if name in sheets:
            sheets[name] = _without_notes(sheets[name])
    _declare(sheets)
    _add_others(sheets, outline)
    try:
        xml: str = pyxform_convert(xlsform=_definition(book, sheets), warnings=[]).xform
    except MemoryError:
        raise
    except PyXFormError as error:
        raise WorkbookError(tuple(english.in_chinese(str(error), book))) from error
    except Exception as error:  # pyxform lets KeyError, AttributeError and others of its own out
        raise WorkbookError((english.unexpected(error, book),)) from error
    if EXTERNAL in book.sheets:
        xml = _with_external(xml, book, outline)
    return xml.replace(_ENGLISH_OTHER, f">{OTHER_QUESTION}<").translate(_SHOWN)


def _without_notes(sheet: Sheet) -> Sheet:
    """A list without the columns that can be no names in XML: pyxform would break on some, and skips the others."""
    headers = {
        header: written
        for header, written in sheet.headers.items()
        if _COLUMN.fullmatch(header) or _SPOKEN.fullmatch(header)
    }
    rows = [{header: text for header, text in cells.items() if header in headers} for cells in sheet.rows]
    return Sheet(sheet.title, headers, rows)


def _hidden(rows: list[Cells]) -> list[Cells]:
    """A copy of the rows (pyxform changes the ones it gets) in which quotation marks are private characters."""
    return [{header: text.translate(_HIDDEN) for header, text in cells.items()} for cells in rows]


def _declare(sheets: dict[str, Sheet]) -> None:
    """Declare the namespace of our own attributes, and leave one row in the settings: pyxform reads only the first."""
    settings = sheets[SETTINGS]
    cells = dict(settings.rows[-1]) if settings.rows else {}
    cells["namespaces"] = f'{cells.get("namespaces", "")} qf="{QF}"'.strip()
    settings.rows = [cells]
    settings.add("namespaces")


def _with_external(xml: str, book: Book, outline: list[Entry]) -> str:
    """The lists of the external sheet as instances: pyxform would write them to a file of their own."""
    lists = lists_of(book, EXTERNAL)
    instances: list[str] = []
    for name in dict.fromkeys(entry.listed for entry in outline if entry.kind == "select_one_external"):
        known = name
        if f'<instance id="{name}">' in xml:  # an ordinary list of the same name
            known = f"{name}_external"
            xml = xml.replace(f"query=\"instance('{name}')", f"query=\"instance('{known}')")
        label = next(iter(book.sheet(EXTERNAL).spoken("label")), "label")
        items = "".join(_item(cells, label) for _, cells in lists.get(name, ()))
        instances.append(f'<instance id="{known}"><root>{items}</root></instance>')
    return xml.replace(_MODEL_END, "".join(instances) + _MODEL_END, 1)


def _item(cells: Cells, label: str) -> str:
    if label in cells:
        cells = {**cells, "label": cells[label]}
    inner = [
        f"<{header}>{escape(text)}</{header}>"
        for header, text in cells.items()
        if header != "list_name" and _COLUMN.fullmatch(header)
    ]
    return f"<item>{''.join(inner)}</item>"


def _add_others(sheets: dict[str, Sheet], outline: list[Entry]) -> None:
    """The choice “other” in Chinese, in every language of the sheet: pyxform would add it in English."""
    choices = sheets.get(CHOICES)
    lists = dict.fromkeys(entry.listed for entry in outline if entry.other)
    if choices is None or not lists:
        return
    labels = choices.spoken("label") or ["label"]
    for name in lists:
        rows = [cells for cells in choices.rows if cells.get("list_name") == name]
        if rows and not any(cells.get("name") == _OTHER_NAME for cells in rows):
            choices.rows.append({"list_name": name, "name": _OTHER_NAME, **dict.fromkeys(labels, OTHER_LABEL)})


def _definition(book: Book, sheets: dict[str, Sheet]) -> dict[str, Any]:
    """The sheets as the fields of pyxform's DefinitionData."""
    found: dict[str, Any] = {"sheet_names": list(book.titles) or None, "fallback_form_name": book.stem or None}
    for name in SHEETS:
        if name in sheets:
            found[name] = sheets[name].rows
            found[f"{name}_header"] = [dict.fromkeys(sheets[name].headers)]
    return found
