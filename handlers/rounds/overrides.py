"""The operator's file of days off and working days, for years that the built-in calendar does not know."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

FILE_NAME: Final = "workdays.csv"
"""In the data directory."""

OFF: Final = "休"
ON: Final = "班"
HEADER: Final = "日期"

ROW: Final = "第 {row} 行：{fault}"
COLUMNS: Final = "一行要写“日期,类型,名称”，例如 2027-10-01,休,国庆。这一行是“{line}”。"
NOT_A_DATE: Final = "没看懂日期“{said}”，请写成 2027-10-01 这样。"
NO_SUCH_DATE: Final = "没有“{said}”这一天，请核对。"
NOT_A_KIND: Final = "类型“{said}”不对，请写“休”（放假）或“班”（上班）。"
TWICE: Final = "{day} 和第 {row} 行重复，请删去一行。"
LONG_NAME: Final = "名称太长了（最多 {most} 个字）。"
LONG_LINE: Final = "这一行有 {length} 个字，不像一天，请核对文件。"

LONGEST_LINE: Final = 1000
"""Characters before a comment; csv itself gives up at 131,072 with an error that is no ValueError."""
MAX_NAME: Final = 30
"""Characters; the longest official name of a day off has 25."""
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)
_HALF_WIDTH: Final = str.maketrans("，＃	　－／．０１２３４５６７８９", ",#, -/.0123456789")
_SHOWN: Final = 40
"""Characters of a faulty line that are repeated."""


class Override(NamedTuple):
    """One day of the file."""

    works: bool
    name: str
    """Of the holiday, as written; may be empty."""


def read_overrides(text: str) -> Mapping[date, Override]:
    """The days of an override file: 日期,类型(休/班),名称 in each line, # before comments, a header at will.

    Raises ValueError whose text has one Chinese line for each fault.
    """
    days: dict[date, Override] = {}
    rows: dict[date, int] = {}
    faults: list[str] = []
    for row, cells in _rows(text):
        try:
            day, override = _override(cells)
            if day in days:
                raise ValueError(TWICE.format(day=day, row=rows[day]))
        except ValueError as error:
            faults.append(ROW.format(row=row, fault=error))
        else:
            days[day], rows[day] = override, row
    if faults:
        raise ValueError("\n".join(faults))
    return days


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number (from 1) and cells of the lines that say something; blank cells at the end are left out. Raises
    ValueError for a line that is much too long.
    """
    first = True
    for row, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        bare = line.translate(_HALF_WIDTH).partition("#")[0]
        if len(bare) > LONGEST_LINE:
            raise ValueError(ROW.format(row=row, fault=LONG_LINE.format(length=len(bare))))
        cells = [cell.strip() for cell in next(csv.reader([bare], skipinitialspace=True), [])]
        while cells and not cells[-1]:
            cells.pop()
        if not cells or (first and cells[0] == HEADER):
            first = first and not cells
            continue
        first = False
        yield row, cells


def _override(cells: list[str]) -> tuple[date, Override]:
    """Raises ValueError with the fault."""
    if len(cells) not in {2, 3}:
        raise ValueError(COLUMNS.format(line=",".join(cells)[:_SHOWN]))
    day, kind, name = _day(cells[0]), cells[1], "".join(cells[2:])
    if kind not in {OFF, ON}:
        raise ValueError(NOT_A_KIND.format(said=kind[:_SHOWN]))
    if len(name) > MAX_NAME:
        raise ValueError(LONG_NAME.format(most=MAX_NAME))
    return day, Override(kind == ON, name)


def _day(said: str) -> date:
    match = _DATE.fullmatch(said.replace(" ", ""))
    if match is None:
        raise ValueError(NOT_A_DATE.format(said=said[:_SHOWN]))
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise ValueError(NO_SUCH_DATE.format(said=said)) from None
