"""Every kind of notice has words: what happened, what to do, and nothing that was not said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers import words
from handlers.base import Tap
from handlers.notices import REASONS, is_shortened, worded
from storage.vocabulary import MediaKind, NoticeKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHEET = {"number": "GC26-0000179", "title": "综合观察表", "version": 1}
DRAFT = {"draft": "d", "title": "综合观察表"}
MEDIUM = {**DRAFT, "media": "m", "ref": "/data/photo", "kind": MediaKind.IMAGE.value, "reason": REASONS["too_large"]}


@dataclass(frozen=True)
class Notice:
    """One of the records."""

    kind: NoticeKind
    body: Mapping[str, Any]


BODIES: Mapping[NoticeKind, Mapping[str, Any]] = {
    NoticeKind.SHEET_ACCEPTED: {**SHEET, "comment": ""},
    NoticeKind.SHEET_RETURNED: {**SHEET, "comment": "第 4 题请写清时间", "refs": ["/data/a", "/data/b"]},
    NoticeKind.DRAFT_LAPSING: {**DRAFT, "lapses_at": datetime(2026, 12, 1, 17, tzinfo=UTC).isoformat()},
    NoticeKind.DRAFT_LAPSED: DRAFT,
    NoticeKind.DRAFT_MOVED: DRAFT,
    NoticeKind.DRAFT_HANDED_OVER: {**DRAFT, "by": "张三", "whose": ""},
    NoticeKind.MEDIA_FAILED: MEDIUM,
    NoticeKind.HOLIDAY: {
        "holiday": "国庆节、中秋节",
        "first": "2026-09-25",
        "last": "2026-10-07",
        "prompt": "不收礼品礼金。",
    },
    NoticeKind.PERSON_UNREACHABLE: {"name": "王建国", "unit": "二公司", "reason": "unfollowed"},
    NoticeKind.RISK_BRIEFING: {
        "unit": "清源集团 / 二公司",
        "starts_on": "2026-12-01",
        "level": "functional",
        "title": "廉洁风险交底确认",
    },
    NoticeKind.NODE_CANCELLED: {"project": "东区管网改造", "label": "项目变更", "title": "项目观察表"},
    NoticeKind.BINDING_CONFIRMED: {"name": "王建国"},
    NoticeKind.BINDING_WAITING: {"request": 7, "name": "王建国", "unit": "二公司"},
}


def shown(of: NoticeKind, longest: int = 0, **changed: Any) -> str:
    """The words, taps as their labels."""
    parts = worded(Notice(of, {**BODIES[of], **changed}), SHANGHAI, longest)
    return "".join(part.label if isinstance(part, Tap) else part for part in parts)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words(kind: NoticeKind) -> None:
    """In Chinese, with the title of the form where it is about one, without braces left over."""
    told = shown(kind)
    title = BODIES[kind].get("title")
    assert title is None or f"《{title}》" in told
    assert not told.endswith("\n")
    assert "{" not in told
    assert "None" not in told


def test_an_accepted_sheet() -> None:
    """With the office's words where there are some."""
    assert "反馈" not in shown(NoticeKind.SHEET_ACCEPTED)
    assert shown(NoticeKind.SHEET_ACCEPTED, comment=" 写得具体 ").endswith("反馈：写得具体")


def test_a_returned_sheet_says_why_and_leads_to_its_correction() -> None:
    """The tap carries the number."""
    told = shown(NoticeKind.SHEET_RETURNED)
    assert "第 4 题请写清时间" in told
    assert "2 题" in told
    parts = worded(Notice(NoticeKind.SHEET_RETURNED, BODIES[NoticeKind.SHEET_RETURNED]), SHANGHAI)
    assert parts[-1] == Tap("现在补正", f"{words.CORRECT} GC26-0000179")
    assert "（未写）" in shown(NoticeKind.SHEET_RETURNED, comment="", refs=[])


def test_a_draft_lapses_on_a_day_of_the_enterprise() -> None:
    """17:00 UTC is the next day in Shanghai."""
    assert "12月2日" in shown(NoticeKind.DRAFT_LAPSING)


def test_a_failed_medium_says_what_and_why() -> None:
    """An unknown reason is left out rather than shown empty."""
    assert "图片没有收到（超过了大小限制）" in shown(NoticeKind.MEDIA_FAILED)
    assert "（）" not in shown(NoticeKind.MEDIA_FAILED, reason="")
    assert "语音没有收到" in shown(NoticeKind.MEDIA_FAILED, kind="audio")


def test_a_long_comment_is_shortened_for_a_message() -> None:
    """And that is known, so that the chat shows all of it."""
    notice = Notice(NoticeKind.SHEET_RETURNED, {**BODIES[NoticeKind.SHEET_RETURNED], "comment": "长" * 401})
    assert is_shortened(notice, 400)
    assert not is_shortened(notice, 0)
    assert not is_shortened(notice, 401)
    told = shown(NoticeKind.SHEET_RETURNED, 400, comment="长" * 401)
    assert told.count("长") == 401  # 400, and one in what says that it is too long
    assert shown(NoticeKind.SHEET_RETURNED, comment="好" * 401).count("好") == 401


def test_a_reviewed_level_where_the_unit_set_none() -> None:
    told = shown(NoticeKind.SHEET_ACCEPTED, levels=[{"number": 2, "text": "一人经办", "level": "", "reviewed": "high"}])
    assert "第 2 项“一人经办”复核：高" in told
    assert "单位定" not in told


def test_a_holiday_and_somebody_who_cannot_be_reached() -> None:
    assert "国庆节、中秋节将至（9月25日至10月7日放假）。\n不收礼品礼金。" in shown(NoticeKind.HOLIDAY)
    assert "联系不上二公司的王建国：对方没有关注公众号" in shown(NoticeKind.PERSON_UNREACHABLE)
    assert "微信号已经失效" in shown(NoticeKind.PERSON_UNREACHABLE, reason="40003")
    assert "微信消息送不到" in shown(NoticeKind.PERSON_UNREACHABLE, reason="12345")
