"""How days are told: due ones with the weekday and how far away they are, those that stand for long with the year."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = "一二三四五六日"
"""Monday first, as date.weekday() counts."""
TOMORROW: Final = 1


def due_day(due_at: datetime, timezone: ZoneInfo) -> str:
    """12月31日（周四）18:00; without the time where it is the end of the day. `due_at` is aware."""
    local, day = due_at.astimezone(timezone), last_day(due_at, timezone)
    clock = "" if is_end_of_day(local) else f"{local:%H:%M}"
    return f"{day_name(day)}{clock}"


def day_name(day: date) -> str:
    """12月31日（周四）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def full_day(day: date) -> str:
    """2026年12月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period(first: date, last: date | None) -> str:
    """2026年12月1日 至 12月5日, the last day with its year where that is another one; 2026年12月1日 一天.

    `last` None: 2026年12月1日 至 长期.
    """
    if last is None:
        return f"{full_day(first)} 至 长期"
    if last == first:
        return f"{full_day(first)} 一天"
    return f"{full_day(first)} 至 {f'{last.month}月{last.day}日' if last.year == first.year else full_day(last)}"


def is_end_of_day(local: datetime) -> bool:
    """Whether the time is midnight or the day's last minute."""
    return (local.hour, local.minute) in {(0, 0), (23, 59)}


def last_day(due_at: datetime, timezone: ZoneInfo) -> date:
    """The last day on which it is in time: midnight ends the day before."""
    local = due_at.astimezone(timezone)
    return (local - timedelta(minutes=1)).date() if (local.hour, local.minute) == (0, 0) else local.date()


def distance(due_at: datetime, now: datetime, timezone: ZoneInfo) -> str:
    """还有 5 天, 明天截止, 今天截止, 已过截止时间, 已逾期 3 天. Both times are aware."""
    days = (last_day(due_at, timezone) - now.astimezone(timezone).date()).days
    if days < 0:
        return f"已逾期 {-days} 天"
    if days == 0:
        return "今天截止" if now < due_at else "已过截止时间"
    return "明天截止" if days == TOMORROW else f"还有 {days} 天"
