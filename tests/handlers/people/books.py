"""People workbooks for tests: a small good one, and ways to spoil it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from handlers.people.layout import LAYOUTS
from handlers.people.lines import Roster, roster_of
from handlers.people.planning import Plan, plan
from handlers.people.reading import read_people
from storage.people import (
    Standing,
    StandingAppointment,
    StandingLeave,
    StandingOffice,
    StandingPerson,
    StandingUnit,
)

TODAY = date(2026, 11, 13)
Rows = Sequence[Sequence[Any]]
HEADERS = {layout.title: tuple(field.words[0] for field in layout.fields) for layout in LAYOUTS}
GOOD: Mapping[str, Rows] = {
    "单位": (
        ("集团", None, "集团", None),
        ("一公司", "集团", None, None),
        ("二公司", "集团", "子公司", "北京时间"),
        ("项目部", "二公司", "场站", "Asia/Dubai"),
        ("项目部", "一公司", None, None),
    ),
    "人员": (
        ("L1", "李纪", "集团", None, "纪委书记", None),
        ("A1", "王建国", "二公司", "13800001234", "总经理", "L1"),
        (102, "陈晓", "二公司/项目部", 13900005678, None, "A1"),
    ),
    "聘任": (
        ("A1", "综合", "二公司", date(2026, 1, 1), None),
        ("102", "项目", "二公司/项目部", "2026年3月1日", "2026/12/31"),
    ),
    "请假": (("A1", "2026-7-1", "2026-7-15", "102"),),
    "纪检": (("L1", "纪检人员", "集团"),),
}


def write(path: Path, sheets: Mapping[str, Rows] = GOOD, headers: Mapping[str, Sequence[str]] = HEADERS) -> Path:
    """Save these sheets; a sheet that `headers` does not know begins with its own row of headers."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        if title in headers:
            sheet.append(list(headers[title]))
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def roster(path: Path, sheets: Mapping[str, Rows] = GOOD) -> Roster:
    """The roster of these sheets, read in this process."""
    return roster_of(read_people(write(path / "people.xlsx", sheets)))


def planned(path: Path, sheets: Mapping[str, Rows] = GOOD, standing: Standing | None = None) -> Plan:
    """These sheets compared with what stands, by default nothing."""
    return plan(roster(path, sheets), standing or Standing(0), TODAY)


def faults(path: Path, sheets: Mapping[str, Rows], standing: Standing | None = None) -> list[str]:
    """What is wrong with these sheets, as it is told."""
    return [str(fault) for fault in planned(path, sheets, standing).faults]


def changed(**sheets: Rows) -> dict[str, Rows]:
    """The good workbook with other sheets, named by their places in it."""
    return {**GOOD, **sheets}


STANDING = Standing(
    7,
    (
        StandingUnit(1, None, "集团", "group", "Asia/Shanghai"),
        StandingUnit(2, 1, "一公司", "subsidiary", "Asia/Shanghai"),
        StandingUnit(3, 1, "二公司", "subsidiary", "Asia/Shanghai"),
        StandingUnit(4, 3, "项目部", "site", "Asia/Dubai"),
        StandingUnit(5, 2, "项目部", "department", "Asia/Shanghai"),
    ),
    (
        StandingPerson(1, "L1", "李纪", 1, None, "纪委书记", None),
        StandingPerson(2, "A1", "王建国", 3, "13800001234", "总经理", 1),
        StandingPerson(3, "102", "陈晓", 4, "13900005678", None, 2),
    ),
    (
        StandingAppointment(1, 2, 3, "comprehensive", date(2026, 1, 1), None),
        StandingAppointment(2, 3, 4, "project", date(2026, 3, 1), date(2026, 12, 31)),
    ),
    (StandingLeave(1, 2, date(2026, 7, 1), date(2026, 7, 15), 3),),
    (StandingOffice(1, 1, 1, "officer"),),
)
"""What the good workbook leaves in the records."""
