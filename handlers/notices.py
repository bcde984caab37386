"""What the bot tells a person without being asked: a notice of the records becomes the parts of a text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap
from storage.vocabulary import MediaKind, NoticeKind

CUT = "……（太长，全文在您下次来信时显示）"
THINGS: Mapping[str, str] = MappingProxyType(
    {MediaKind.IMAGE: "图片", MediaKind.AUDIO: "语音", MediaKind.VIDEO: "视频", MediaKind.FILE: "文件"}
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "expired": "已经超过微信的保存期限",
        "too_large": "超过了大小限制",
        "wrong_type": "不是这一题能收的格式",
        "unreadable": "打不开，可能已经损坏",
    }
)
"""Why a medium is not kept, by bot.media.intake.Refusal: what stands as `reason` in the records and in notices."""


class Notice(Protocol):
    """storage.views.NoticeView, or storage.notices.OutgoingNotice."""

    @property
    def kind(self) -> NoticeKind:
        """What it is about."""
        ...

    @property
    def body(self) -> Mapping[str, Any]:
        """The facts, see NoticeKind."""
        ...


def worded(notice: Notice, timezone: ZoneInfo, longest: int = 0) -> tuple[str | Tap, ...]:
    """The notice as parts of a text, without a line break at its end; times are told in `timezone`.

    `longest`: characters of the officer's comment that are shown (0: all of it); see `is_shortened`.
    """
    body = dict(notice.body)
    if is_shortened(notice, longest):
        body["comment"] = _comment(body)[:longest] + CUT
    return _WORDINGS[notice.kind](body, timezone)


def is_shortened(notice: Notice, longest: int) -> bool:
    """Whether `worded` with this `longest` leaves something out."""
    return 0 < longest < len(_comment(notice.body))


def _comment(body: Mapping[str, Any]) -> str:
    return str(body.get("comment") or "").strip()


def _accepted(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    sheet = f"您提交的《{body['title']}》（编号 {body['number']}）已经通过，谢谢您的认真观察。"
    comment = _comment(body)
    return (f"{sheet}\n\n纪检人员的反馈：{comment}",) if comment else (sheet,)


def _returned(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    refs = body.get("refs") or ()
    what = f"需要补正其中 {len(refs)} 题，其余内容都保留。" if refs else "填过的内容都保留，改好后再提交一次即可。"
    return (
        f"您提交的《{body['title']}》（编号 {body['number']}）退回补正。\n\n"
        f"纪检人员的意见：{_comment(body) or '（未写）'}\n\n{what}\n",
        Tap("现在补正", f"{words.CORRECT} {body['number']}"),
    )


def _lapsing(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    lapses = datetime.fromisoformat(str(body["lapses_at"])).astimezone(timezone)
    return (
        f"您的《{body['title']}》还没有提交，{lapses.month}月{lapses.day}日之后，草稿会自动失效。\n",
        Tap("接着填", words.RESUME),
    )


def _lapsed(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    return (
        f"您的《{body['title']}》很久没有动过，草稿已经失效。还需要填的话，可以重新取回。\n",
        Tap("取回草稿", f"{words.RESTORE} {body['title']}"),
    )


def _moved(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    return (
        f"您正在填的表换成了新版《{body['title']}》。能对上的回答都已带过去，有变化的题会再问您一次。\n",
        Tap("接着填", words.RESUME),
    )


def _media_failed(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    thing = THINGS.get(str(body.get("kind")), "文件")
    reason = str(body.get("reason") or "")
    why = f"（{reason}）" if reason else ""
    return (
        f"抱歉，您在《{body['title']}》里发的{thing}没有收到{why}，请重新发一次。其他内容都在。\n",
        Tap("接着填", words.RESUME),
    )


_WORDINGS: Mapping[NoticeKind, Callable[[Mapping[str, Any], ZoneInfo], tuple[str | Tap, ...]]] = MappingProxyType(
    {
        NoticeKind.SHEET_ACCEPTED: _accepted,
        NoticeKind.SHEET_RETURNED: _returned,
        NoticeKind.DRAFT_LAPSING: _lapsing,
        NoticeKind.DRAFT_LAPSED: _lapsed,
        NoticeKind.DRAFT_MOVED: _moved,
        NoticeKind.MEDIA_FAILED: _media_failed,
    }
)
