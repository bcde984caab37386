"""Columns that mean nothing to us and are spelled like one that does: what stands in them would be lost in silence."""

from collections.abc import Iterator
from typing import Final

from handlers.forms import spelling
from handlers.forms.authoring.aliases import CHOICES_HEADERS, HEADERS, SETTINGS_HEADERS, SURVEY_HEADERS, plain
from handlers.forms.authoring.book import CHOICES, SETTINGS, SURVEY, Book, Sheet
from handlers.forms.faults import Fault

STRANGE = "表头“{header}”不认识，这一列没有用到。是不是想写“{meant}”？"
_WORDS: Final = {SURVEY: SURVEY_HEADERS, CHOICES: CHOICES_HEADERS, SETTINGS: SETTINGS_HEADERS}
_NOTES: Final = frozenset({"序号", "备注", "注", "注释", "批注", "来源", "依据", "章节", "修改意见", "审核意见"})
"""Headers of notes for people."""
_LIKE_IN_CHOICES: Final = 3
"""Characters from which a header of the choices is compared: shorter ones are columns for filters (省份)."""


def strange_columns(book: Book) -> Iterator[Fault]:
    """A notice for each."""
    for name, sheet in book.sheets.items():
        for header, written in sheet.headers.items():
            meant = _meant(name, sheet, header)
            if meant and any(header in cells for cells in sheet.rows):
                yield Fault(sheet.title, 1, "", STRANGE.format(header=written, meant=meant))


def _meant(name: str, sheet: Sheet, header: str) -> str:
    """The word that was probably meant; empty for what is known, and for other columns of the author's."""
    table = _WORDS.get(name)
    whole = plain(header)
    if table is None or "::" in header or ":" in header or header in table or whole in _NOTES:
        return ""
    words = {word: column for column, found in table.items() for word in (column, *found) if ":" not in word}
    joined = whole.replace(" ", "").replace("_", "")
    exact = HEADERS[name].get(joined)
    near = joined if exact else "" if _is_own(name, whole) else spelling.nearest(whole, words)
    column = exact or words.get(near, "")
    taken = column in sheet.headers or bool(sheet.spoken(column)) if column else True
    return "" if taken else near


def _is_own(name: str, whole: str) -> bool:
    """Whether it is an ordinary column of the author's: any English word, and short words on the choices sheet."""
    return (whole.isascii() and " " not in whole and len(whole) <= len("image")) or (
        name == CHOICES and len(whole) < _LIKE_IN_CHOICES
    )
