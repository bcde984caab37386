"""What people write into cells: dates, telephones, names and words, in every width."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.people import cells


@pytest.mark.parametrize(
    "written",
    [
        "2026-1-5",
        "2026/1/5",
        "2026.01.05",
        "2026年1月5日",
        "2026年1月5号",
        "２０２６－１－５",
        "２０２６年１月５日",
        "2026 年 1 月 5 日",
        "20260105",
        20260105,
        "2026-01-05 00:00:00",
        date(2026, 1, 5),
        datetime(2026, 1, 5),  # noqa: DTZ001 - cells have no timezone
        datetime(2026, 1, 5, 8, 30),  # noqa: DTZ001 - the same
    ],
)
def test_days(written: Any) -> None:
    assert cells.day_cell(written) == "2026-01-05"


@pytest.mark.parametrize(
    "written",
    ["2026-13-1", "2026-2-30", "1月5日", "26-1-5", "2026-1", "明天", 46027, 46027.5, "1900-1-1", "0026-1-1", "２"],
)
def test_no_days(written: Any) -> None:
    with pytest.raises(ValueError, match=r"这一天|不是日期|日期格式"):
        cells.day_cell(written)


@pytest.mark.parametrize(
    "written",
    [
        "13800001234",
        13800001234,
        13800001234.0,
        "138 0000 1234",
        "138-0000-1234",
        "+86 13800001234",
        "8613800001234",
        "１３８００００１２３４",
        "（138）00001234",
    ],
)
def test_phones(written: Any) -> None:
    assert cells.phone_cell(written) == "13800001234"


@pytest.mark.parametrize(
    ("read", "written", "expected"),
    [
        (cells.name_cell, "李　敏", "李敏"),
        (cells.name_cell, " 李 敏 ", "李敏"),
        (cells.name_cell, "阿卜杜拉·热合曼", "阿卜杜拉·热合曼"),
        (cells.name_cell, "John  Smith", "John Smith"),
        (cells.name_cell, "李\x1b[31m敏\x00", "李[31m敏"),
        (cells.number_cell, 102, "102"),
        (cells.number_cell, 102.0, "102"),
        (cells.number_cell, "００１０２", "00102"),
        (cells.kind_cell, "项目部", "site"),
        (cells.level_cell, "综合观察层级", "comprehensive"),
        (cells.level_cell, "Daily", "daily"),
        (cells.role_cell, "纪检干部", "officer"),
        (cells.timezone_cell, "北京时间", "Asia/Shanghai"),
        (cells.timezone_cell, "asia/dubai", "Asia/Dubai"),
    ],
)
def test_words(read: Any, written: Any, expected: str) -> None:
    assert read(written) == expected


def test_unit_names_that_differ_in_width_are_the_same() -> None:
    assert cells.same("二公司（本部） A") == cells.same("二公司(本部)a")
