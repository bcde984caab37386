"""The short facts of a delivery for a template, which has no room for sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from storage.delivery_views import ClaimedDelivery, NoticeItem, OwedItem
from storage.vocabulary import NoticeKind

OWED: Final = "待提交"
OVERDUE: Final = "已逾期"
NEWS: Final = "待查看"
OPEN_THE_CHAT: Final = "请进入公众号对话查看"
FILL_IT: Final = "请进入公众号填写提交"
NOTICES: Mapping[NoticeKind, str] = MappingProxyType(
    {
        NoticeKind.SHEET_ACCEPTED: "观察表已通过",
        NoticeKind.SHEET_RETURNED: "观察表退回补正",
        NoticeKind.DRAFT_LAPSING: "草稿即将失效",
        NoticeKind.DRAFT_LAPSED: "草稿已失效",
        NoticeKind.DRAFT_MOVED: "表单有更新",
        NoticeKind.DRAFT_HANDED_OVER: "代填的表转给您",
        NoticeKind.MEDIA_FAILED: "有文件没有收到",
        NoticeKind.HOLIDAY: "节前廉洁提醒",
        NoticeKind.PERSON_UNREACHABLE: "有人联系不上",
        NoticeKind.NODE_CANCELLED: "项目节点已撤销",
        NoticeKind.RISK_BRIEFING: "廉洁风险交底",
        NoticeKind.BINDING_CONFIRMED: "绑定已通过",
        NoticeKind.BINDING_WAITING: "有人申请绑定",
    }
)
"""What each kind of notice is about, in at most 10 signs."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template's fields may be filled with."""

    what: str
    """What it is about."""
    due: datetime
    """Until when, or since when; in the enterprise's timezone."""
    unit: str
    name: str
    """Whom it is for."""
    state: str
    """OWED, OVERDUE or NEWS."""
    count: int
    """How many things."""
    note: str
    """What to do."""


def facts(delivery: ClaimedDelivery, owed: Sequence[OwedItem], notices: Sequence[NoticeItem], now: datetime) -> Facts:
    """The facts of a delivery that says these things; `now` is in the enterprise's timezone."""
    mine = [item for item in owed if item.audience not in {"superior", "officers"}]
    if mine:
        first = min(mine, key=lambda item: item.due_at)
        return _facts(delivery, _of_mine(mine), first, len(mine), now, FILL_IT)
    if owed:
        first = min(owed, key=lambda item: item.due_at)
        people = len({item.person_id for item in owed})
        return _facts(delivery, f"{people} 人未交{first.title}", first, len(owed), now, OPEN_THE_CHAT)
    about = "、".join(dict.fromkeys(NOTICES[notice.kind] for notice in notices))
    since = notices[0].created_at.astimezone(now.tzinfo) if notices else now
    return Facts(about, since, "", delivery.name, NEWS, len(notices), OPEN_THE_CHAT)


def _of_mine(mine: Sequence[OwedItem]) -> str:
    first = min(mine, key=lambda item: item.due_at)
    return f"{first.title} {first.period}" if len(mine) == 1 else f"{first.title}等 {len(mine)} 份"


def _facts(delivery: ClaimedDelivery, what: str, first: OwedItem, count: int, now: datetime, note: str) -> Facts:
    state = OVERDUE if first.due_at < now else OWED
    due = first.due_at.astimezone(now.tzinfo)
    return Facts(what, due, first.unit_name, delivery.name, state, count, note)
