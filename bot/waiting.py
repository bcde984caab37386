"""Until when to wait for WeChat."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

QUOTA_TIMEZONE: Final = ZoneInfo("Asia/Shanghai")


def midnight_after(now: datetime) -> datetime:
    """When the daily quotas of the API begin anew (WECHAT.md, Sending, 45009): aware, in China's time."""
    tomorrow = now.astimezone(QUOTA_TIMEZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), QUOTA_TIMEZONE)


def is_quota_reset(moment: datetime) -> bool:
    """Whether the daily quotas begin anew at this moment (aware)."""
    return moment.astimezone(QUOTA_TIMEZONE).time() == time()
