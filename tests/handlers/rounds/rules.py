"""Rules that the tests of this folder share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from handlers.rounds.rule import HOLIDAY_LADDER, PeriodKind, Rule, RuleKind
from handlers.rounds.workdays import WorkCalendar
from storage.vocabulary import Level

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CALENDAR: Final = WorkCalendar()
QUARTERLY: Final = Rule(
    7, "综合观察表", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, 1, "/1/", "0 18 L 3,6,9,12 *"
)
MONTHLY: Final = replace(QUARTERLY, id=9, name="职能观察表", calendar="0 18 25 * *", period=PeriodKind.MONTH)
HOLIDAYS: Final = Rule(8, "节前提醒", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER)
MOMENTS: Final = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""Aware UTC, five years of them, the known ones and some more."""
