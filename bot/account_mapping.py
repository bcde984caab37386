"""WeChat's list of old and new openids, read from a csv file: every row that is wrong is named, with how to mend it."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from handlers.forms.authoring.encodings import decoded
from storage.account_migration import Pair

OLD: Final = "旧openid"
NEW: Final = "新openid"
_COLUMNS: Final = {OLD: (OLD, "旧", "ori_openid", "old_openid"), NEW: (NEW, "新", "new_openid")}
_OPENID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
UNREADABLE: Final = "读不出这个文件：请用 Excel 或 WPS 另存为 csv（UTF-8 或 GBK）后再试。"
EMPTY: Final = "文件里没有一行对照，请核对文件。"
NO_COLUMN: Final = "第 1 行：没有“{column}”这一列；表头要写 旧openid 和 新openid。"
BLANK: Final = "第 {row} 行 {column}：空着，请补上。"
STRANGE: Final = "第 {row} 行 {column}：“{value}”不像 openid，只能有字母、数字、- 和 _，请核对。"
SAME: Final = "第 {row} 行：新旧 openid 相同，请核对。"
TWICE: Final = "第 {row} 行 {column}：和第 {other} 行重复，请删去一行。"
CROSSED: Final = "第 {row} 行 新openid：又是第 {other} 行的旧openid，新旧可能填反了，请核对。"
_SHOWN: Final = 20
"""Characters of a strange value that are repeated."""


class MappingFaults(Exception):
    """The list cannot be used; `lines` says why, one a fault."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(f"{len(lines)} faults")
        self.lines = tuple(lines)


class MappingList(NamedTuple):
    """The pairs, and the SHA-256 (hex) of the file."""

    pairs: tuple[Pair, ...]
    sha256: str


def read_mapping(file: Path) -> MappingList:
    """The list in a csv file (UTF-8, UTF-16 or GB 18030). Raises MappingFaults, or OSError when it cannot be opened."""
    content = file.read_bytes()
    text = decoded(content)
    if text is None:
        raise MappingFaults([UNREADABLE])
    reader = csv.reader(io.StringIO(text))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error:
        raise MappingFaults([UNREADABLE]) from None
    if not rows:
        raise MappingFaults([EMPTY])
    old, new = _places(rows[0][1])
    pairs, faults = _pairs(rows[1:], old, new)
    faults += _repeats(pairs)
    if not pairs and not faults:
        faults = [EMPTY]
    if faults:
        raise MappingFaults(faults)
    return MappingList(tuple(pairs), hashlib.sha256(content).hexdigest())


def _places(header: Sequence[str]) -> tuple[int, int]:
    """In which columns the two stand."""
    names = [re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", cell)).casefold() for cell in header]
    places, faults = {}, []
    for column, known in _COLUMNS.items():
        wanted = {re.sub("_", "", name).casefold() for name in known}
        found = next((place for place, name in enumerate(names) if name in wanted), None)
        if found is None:
            faults.append(NO_COLUMN.format(column=column))
        else:
            places[column] = found
    if faults:
        raise MappingFaults(faults)
    return places[OLD], places[NEW]


def _pairs(rows: Sequence[tuple[int, list[str]]], old: int, new: int) -> tuple[list[Pair], list[str]]:
    pairs, faults = [], []
    for row, cells in rows:
        wrong = []
        for column, place in ((OLD, old), (NEW, new)):
            value = cells[place] if place < len(cells) else ""
            if not value:
                wrong.append(BLANK.format(row=row, column=column))
            elif not _OPENID.fullmatch(value):
                wrong.append(STRANGE.format(row=row, column=column, value=value[:_SHOWN]))
        if not wrong and cells[old] == cells[new]:
            wrong.append(SAME.format(row=row))
        if wrong:
            faults += wrong
        else:
            pairs.append(Pair(row, cells[old], cells[new]))
    return pairs, faults


def _repeats(pairs: Sequence[Pair]) -> list[str]:
    faults = []
    olds: dict[str, int] = {}
    news: dict[str, int] = {}
    for pair in pairs:
        for seen, value, column in ((olds, pair.old, OLD), (news, pair.new, NEW)):
            other = seen.setdefault(value, pair.row)
            if other != pair.row:
                faults.append(TWICE.format(row=pair.row, column=column, other=other))
    faults += [CROSSED.format(row=pair.row, other=olds[pair.new]) for pair in pairs if pair.new in olds]
    return faults
