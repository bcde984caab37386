"""What the bot tells a person without being asked: a notice of the records becomes the parts of a text."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from handlers import risk_levels, words
from handlers.base import Tap
from handlers.deliveries.days import full_day
from storage.vocabulary import Level, MediaKind, NoticeKind

CUT = "……（太长，全文在您下次来信时显示）"
LEVELS = 3
"""Reviewed levels in a notice, so that it stays one message beside a long comment; the sheet itself shows all."""
NAMED = 8
"""People named in one notice; the others are counted."""
SHOWN = 14
"""Characters of a finding in such a line."""
LEVEL_NAMES: Mapping[str, str] = MappingProxyType(
    {Level.COMPREHENSIVE: "综合", Level.PROJECT: "项目", Level.FUNCTIONAL: "职能", Level.DAILY: "日常"}
)
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

WHY_UNREACHABLE: Mapping[str, str] = MappingProxyType(
    {
        "unfollowed": "对方没有关注公众号",
        "43004": "对方没有关注公众号",
        "40003": "对方绑定的微信号已经失效",
    }
)
"""By storage.models.Reach.gone."""


class Notice(Protocol):
    """storage.views.NoticeView, or storage.delivery_views.NoticeItem."""

    @property
    def kind(self) -> NoticeKind:
        """What it is about."""
        ...

    @property
    def body(self) -> Mapping[str, Any]:
        """The facts, see NoticeKind."""
        ...


N = TypeVar("N", bound=Notice)


def worded(notice: Notice, timezone: ZoneInfo, longest: int = 0) -> tuple[str | Tap, ...]:
    """The notice as parts of a text, without a line break at its end; times are told in `timezone`.

    `longest`: characters of the officer's comment that are shown (0: all of it); see `is_shortened`.
    """
    body = dict(notice.body)
    if is_shortened(notice, longest):
        body["comment"] = _comment(body)[:longest] + CUT
    return _WORDINGS[notice.kind](body, timezone)


def together(notices: Sequence[N]) -> list[list[N]]:
    """The notices as they are told: those of a kind in _TOGETHER as one, in the place of the first."""
    groups: dict[NoticeKind | int, list[N]] = {}
    for place, notice in enumerate(notices):
        groups.setdefault(notice.kind if notice.kind in _TOGETHER else place, []).append(notice)
    return list(groups.values())


def worded_together(notices: Sequence[Notice], timezone: ZoneInfo, longest: int = 0) -> tuple[str | Tap, ...]:
    """One group of `together` as parts of a text, as `worded`."""
    if len(notices) == 1:
        return worded(notices[0], timezone, longest)
    return _TOGETHER[notices[0].kind]([notice.body for notice in notices])


def is_over(notice: Notice, today: date) -> bool:
    """Whether it is too late for it: it says of a holiday that it is ahead. `today` is the enterprise's day."""
    return notice.kind is NoticeKind.HOLIDAY and date.fromisoformat(str(notice.body["first"])) <= today


def is_shortened(notice: Notice, longest: int) -> bool:
    """Whether `worded` with this `longest` leaves something out."""
    return 0 < longest < len(_comment(notice.body))


def _comment(body: Mapping[str, Any]) -> str:
    return str(body.get("comment") or "").strip()


def _accepted(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    sheet = f"您提交的《{body['title']}》（编号 {body['number']}）已经通过，谢谢您的认真观察。"
    levels = _levels(body.get("levels") or ())
    comment = _comment(body)
    told = f"{sheet}{levels}" + (f"\n\n纪检人员的反馈：{comment}" if comment else "")
    return (f"{told}\n", Tap("看全文", f"{words.MINE} {body['number']}")) if levels else (told,)


def _levels(reviewed: Sequence[Mapping[str, Any]]) -> str:
    """The risk levels that the office reviewed; empty when it reviewed none."""
    if not reviewed:
        return ""
    lines = [f"第 {each['number']} 项“{_short(each['text'])}”{_both(each)}" for each in reviewed[:LEVELS]]
    if len(reviewed) > LEVELS:
        lines.append(f"……共复核 {len(reviewed)} 项")
    return "\n\n风险等级经纪委复核：\n" + "\n".join(lines)


def _both(each: Mapping[str, Any]) -> str:
    return risk_levels.both(str(each["level"]), str(each["reviewed"]))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


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


def _handed_over(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    whose = f"代{body['whose']}" if body.get("whose") else "替您"
    return (
        f"{body['by']}{whose}填的《{body['title']}》没有交，代填已经结束，现在转给您。填好的内容都在，核对后提交就行。\n",
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


def _holiday(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    first, last = date.fromisoformat(str(body["first"])), date.fromisoformat(str(body["last"]))
    until = f"{last.month}月{last.day}日" if last.month != first.month else f"{last.day}日"
    days = f"{first.month}月{first.day}日" if first == last else f"{first.month}月{first.day}日至{until}"
    return (f"【节前廉洁提醒】{body['holiday']}将至（{days}放假）。\n{body['prompt']}\n祝您节日安康。",)


def _unreachable(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    why = WHY_UNREACHABLE.get(str(body.get("reason")), "微信消息送不到")
    return (f"联系不上{body['unit']}的{body['name']}：{why}，提醒发不出去，请打电话告诉对方。",)


def _briefing(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    day = full_day(date.fromisoformat(str(body["starts_on"])))
    level = LEVEL_NAMES.get(str(body.get("level") or ""))
    told = f"您自 {day} 起聘任为 {body['unit']} 的{level}观察员。" if level else f"您自 {day} 起调到 {body['unit']}。"
    title = body.get("title")
    if not title:
        return (told,)
    return (f"{told}\n请在当面交底以后，填写《{title}》。\n", Tap("现在填写", f"{words.BEGIN} {title}"))


def _cancelled(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    node = f"项目“{body['project']}”（{body['label']}）的节点已经撤销"
    return (f"{node}，《{body['title']}》不用再交，请不用理会之前的提醒。",)


def _confirmed(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    return (f"{body['name']}，您的绑定申请通过了，以后在这里填表、办事都记在您名下。\n", Tap(words.MENU))


def _asks_for_binding(body: Mapping[str, Any], timezone: ZoneInfo) -> tuple[str | Tap, ...]:
    told = f"{body['unit']}的{body['name']}申请绑定微信，等您确认。请先和本人核实。\n"
    return (told, Tap(words.BINDING_REQUESTS))


def _ask_for_binding(bodies: Sequence[Mapping[str, Any]]) -> tuple[str | Tap, ...]:
    people = list(dict.fromkeys(f"{body['unit']}的{body['name']}" for body in bodies))
    more = f"等 {len(people)} 人" if len(people) > NAMED else ""
    named = "、".join(people[:NAMED])
    told = f"有 {len(bodies)} 份绑定申请等您确认：{named}{more}。请先和本人核实。\n"
    return (told, Tap(words.BINDING_REQUESTS))


_WORDINGS: Mapping[NoticeKind, Callable[[Mapping[str, Any], ZoneInfo], tuple[str | Tap, ...]]] = MappingProxyType(
    {
        NoticeKind.SHEET_ACCEPTED: _accepted,
        NoticeKind.SHEET_RETURNED: _returned,
        NoticeKind.DRAFT_LAPSING: _lapsing,
        NoticeKind.DRAFT_LAPSED: _lapsed,
        NoticeKind.DRAFT_MOVED: _moved,
        NoticeKind.DRAFT_HANDED_OVER: _handed_over,
        NoticeKind.MEDIA_FAILED: _media_failed,
        NoticeKind.HOLIDAY: _holiday,
        NoticeKind.PERSON_UNREACHABLE: _unreachable,
        NoticeKind.NODE_CANCELLED: _cancelled,
        NoticeKind.RISK_BRIEFING: _briefing,
        NoticeKind.BINDING_CONFIRMED: _confirmed,
        NoticeKind.BINDING_WAITING: _asks_for_binding,
    }
)
_TOGETHER: Mapping[NoticeKind, Callable[[Sequence[Mapping[str, Any]]], tuple[str | Tap, ...]]] = MappingProxyType(
    {NoticeKind.BINDING_WAITING: _ask_for_binding}
)
"""Kinds of which several are told in one sentence."""
