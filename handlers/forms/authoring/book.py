"""A workbook as sheets of cells: what every step of authoring reads and changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from handlers.forms.faults import Fault

SURVEY: Final = "survey"
CHOICES: Final = "choices"
SETTINGS: Final = "settings"
EXTERNAL: Final = "external_choices"
SHEETS: Final = (SURVEY, CHOICES, SETTINGS, EXTERNAL)
"""The sheets of an XLSForm that we read, in the order in which faults are told."""
FIRST_ROW: Final = 2
"""Row 1 of a sheet holds the headers."""

Cells = dict[str, str]
"""One row: header -> text of the cell. Empty cells are left out, a blank row is empty."""


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows[i]` is row i + 2 of the file; headers may carry a language (`label::English (en)`)."""

    title: str
    """The sheet's name as the author wrote it."""
    headers: dict[str, str]
    """Header as used in `rows` -> header as the author wrote it, in the order of the columns."""
    rows: list[Cells] = field(default_factory=list)
    unread: int = 0
    """The first row that was left out because too many blank rows stand before it, or because settings have one
    row; 0 when everything was read."""

    def numbered(self) -> Iterator[tuple[int, Cells]]:
        """The rows that are not blank, with their numbers."""
        return ((number, cells) for number, cells in enumerate(self.rows, start=FIRST_ROW) if cells)

    def spoken(self, header: str) -> list[str]:
        """The headers of a column in every language, the one without a language first."""
        return sorted((name for name in self.headers if name == header or name.startswith(f"{header}::")), key=len)

    def written(self, header: str) -> str:
        """A column as the author named it; the header itself when there is no such column."""
        if header in self.headers:
            return self.headers[header]
        found = self.spoken(header)
        return self.headers[found[0]] if found else header

    def rename(self, old: str, new: str) -> None:
        """Give a column another header, in its place: pyxform writes attributes in the order of the columns."""
        self.headers = {new if name == old else name: written for name, written in self.headers.items()}
        self.rows = [{new if name == old else name: text for name, text in cells.items()} for cells in self.rows]

    def add(self, header: str, written: str = "") -> None:
        """Have a column of this name, at the end when it is new."""
        self.headers.setdefault(header, written or header)


@dataclass(slots=True)
class Book:
    """The sheets of a workbook by their XLSForm names, and what else was there."""

    sheets: dict[str, Sheet]
    titles: tuple[str, ...] = ()
    """The names of all sheets of the file, as written."""
    stem: str = ""
    """The name of the file without folder and suffix; empty when there is no file."""

    def sheet(self, name: str) -> Sheet:
        """A sheet; an empty one, named as in XLSForm, when the workbook has none."""
        return self.sheets.get(name) or Sheet(name, {})

    def fault(self, sheet: str, row: int, header: str, message: str) -> Fault:
        """A fault with sheet and column named as the author wrote them."""
        found = self.sheet(sheet)
        return Fault(found.title, row, found.written(header) if header else "", message)
