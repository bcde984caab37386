"""Claimed deliveries made by hand, for tests of what is decided about them and what they say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.delivery_views import ClaimedDelivery, NoticeItem, OwedItem, Reachable
from storage.vocabulary import NoticeKind

NOW = datetime(2026, 12, 26, 2, tzinfo=UTC)
"""Saturday, 26 December 2026, ten in the morning in Shanghai."""
DUE = datetime(2026, 12, 31, 10, tzinfo=UTC)
"""Thursday, 31 December, 18:00 in Shanghai."""

REACH = Reachable("contact", "openid")


def claimed(**changed: Any) -> ClaimedDelivery:
    """A delivery to 王建国, who is bound and has done nothing yet."""
    plain = ClaimedDelivery(
        id=7,
        token="t",
        person_id=1,
        name="王建国",
        timezone="Asia/Shanghai",
        created_at=NOW,
        next_at=NOW,
        way=None,
        attempts=0,
        first_attempt_at=None,
        ambiguous=False,
        reach=REACH,
    )
    return replace(plain, **changed)


def owed(number: int = 1, **changed: Any) -> OwedItem:
    """A duty of 王建国."""
    plain = OwedItem(
        duty_id=number,
        audience="observer",
        title="综合观察表",
        period="2026年第四季度",
        subject="",
        due_at=DUE,
        person_id=1,
        person_name="王建国",
        unit_id=2,
        unit_name="二公司",
    )
    return replace(plain, **changed)


def notice(number: int = 1, kind: NoticeKind = NoticeKind.SHEET_ACCEPTED, **body: Any) -> NoticeItem:
    """A sheet was accepted."""
    said: Mapping[str, Any] = {
        "number": f"GC26-{number:07}",
        "title": "综合观察表",
        "version": 1,
        "comment": "",
        **body,
    }
    return NoticeItem(number, kind, said, NOW - timedelta(hours=1))
