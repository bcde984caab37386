"""What officers read about messages: what was sent to whom by which way, its end, its story; and whom to telephone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap
from handlers.chasing.typed import Meant
from handlers.chasing.wording import WAYS, Parts, row, turn_pages
from handlers.deliveries.facts import NOTICES
from handlers.deliveries.lost import INVALID, UNFOLLOWED, lost
from handlers.rounds.quiet import is_quiet, next_awake
from storage.duty_views import DeliveryLine, PersonLine, PhoneLine, StoryLine
from storage.vocabulary import DeliveryState, DeliveryStep

UNKNOWN: Final[tuple[str | Tap, ...]] = (
    "没有查到这个人。请写姓名或者工号，例如“推送 王建国”。\n\n",
    Tap(words.MENU),
)
"""For a name that is nobody's, or of nobody whom this officer may see, and everybody without the right."""
NO_SENDING: Final[tuple[str | Tap, ...]] = (
    "没有查到这条推送。请先说“推送 王建国”，再点其中一条。\n\n",
    Tap(words.MENU),
)
"""For a number of no message, or of one that this officer may not see, and everybody without the right."""
HOW: Final[tuple[str | Tap, ...]] = ("看谁的推送？请写姓名或者工号，例如“推送 王建国”。\n\n", Tap(words.MENU))
"""For an officer who names nobody."""
NOBODY_TO_CALL: Final[tuple[str | Tap, ...]] = ("没有微信通知不到的观察员。\n\n", Tap(words.MENU))
"""For an officer with nobody to call, and everybody without the right: the same to the byte."""
SEVERAL: Final = "叫“{said}”的有几位，看哪一位的推送？"
NOTHING_SENT: Final = "{name}（{unit}）近 {days} 天没有推送过消息。\n\n"
HEAD: Final = "{name}（{unit}）近 {days} 天的推送，新的在前："
STORY: Final = "经过"
STORY_HEAD: Final = "发给 {name} 的消息：{what}\n结果：{end}\n\n经过："
EMPTIED: Final = "（没有剩下要说的）"
NOBODY_OF: Final = "{whom}：没有微信通知不到的观察员。\n\n"
NO_PERIODS: Final = "电话名单不分期次，可以写层级、单位、姓名，例如“电话名单 职能 二公司”。"
PHONES_HEAD: Final = "微信通知不到的观察员{whom}共 {total} 人。号码是个人信息，只用于联系交表，查看已记入审计："
NO_PHONE: Final = "没有登记电话"
ADD_PHONES: Final = "没有登记电话的，问到以后回复“改手机 {name} 号码”补上。"
NOT_BOUND: Final = "未绑定微信"
OWES: Final = "，欠 {count} 份"
TAKEN: Final = "已发出"
"""A customer-service message that WeChat took: no receipt comes for it (docs/deliveries.md)."""
STATES: Final[Mapping[DeliveryState, str]] = MappingProxyType(
    {
        DeliveryState.PLANNED: "等待发送",
        DeliveryState.ATTEMPTING: "正在发送",
        DeliveryState.PARKED: "暂时发不到，等本人来信再发",
        DeliveryState.SENT: "已发出，等微信回执",
        DeliveryState.DELIVERED: "已送达",
        DeliveryState.REFUSED: "本人拒收",
        DeliveryState.FAILED: "发送失败",
        DeliveryState.MAYBE: "可能已送达（微信没有答复，不再重发）",
        DeliveryState.UNREACHABLE: "通知不到",
        DeliveryState.SUPERSEDED: "没有发，不用再发",
    }
)
STEPS: Final[Mapping[DeliveryStep, str]] = MappingProxyType(
    {
        DeliveryStep.PLANNED: "排入待发",
        DeliveryStep.ATTEMPT: "开始发送",
        DeliveryStep.SENT: "微信已收下",
        DeliveryStep.WAITS: "没发成，稍后再试",
        DeliveryStep.PARKED: "暂时发不到，等本人来信",
        DeliveryStep.ENDED: "结束",
    }
)
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unfollowed": UNFOLLOWED,
        "unbound": NOT_BOUND,
        "43004": UNFOLLOWED,
        "40003": INVALID,
        "success": "",  # WeChat's word for what has arrived
        "no_way": "没有可用的通知方式",
        "held": "这种方式暂停了",
        "quota": "微信的额度用完了",
        "quiet": "夜里不发",
        "reachable": "本人刚来过信，先不打扰",
        "touched": "本人刚点了菜单、关注或扫码，趁这一分钟发",
        "new_way": "有了新的通知方式",
        "nothing": "已经交了、看过了、不用交了，或者代填结束了（催办的，改为通知现在该交的人）",
        "unclear": "微信没有答复",
        "no_connection": "连不上微信",
        "crash": "程序中途停过",
        "newer": "并入了后来的一条",
    }
)
"""What stands as outcome or detail in the records (bot.planning, storage.delivery_ends); else an errcode, or
WeChat's own words.
"""


PATIENT: Final = frozenset({"held", "quota", "quiet", "reachable", "touched", "new_way"})
"""Reasons to wait of what was not tried."""
PUT_OFF: Final = "稍后再发"
"""A step of the story that waits for one of PATIENT."""
SOON: Final = "排队中，很快就发"
UNBOUND: Final = f"{NOT_BOUND}，绑定以后才发得到"
"""Of what is planned for somebody whom nobody is bound to."""
AT_NIGHT: Final = REASONS["quiet"]
GOES_OUT: Final = "{at}{there}发"
TRIED_AGAIN: Final = "{at}{there}再试"
THERE: Final = "（当地时间）"
"""Where the clock of the person's unit differs from the enterprise's."""


def several(said: str, people: Sequence[PersonLine]) -> Parts:
    """More than one person of this name."""
    parts: Parts = [SEVERAL.format(said=said)]
    for person in people:
        label = f"{person.name}（{person.unit_name}）"
        parts += ["\n· ", Tap(label, f"推送 {person.staff_number}") if person.staff_number else label]
    return [*parts, "\n\n", Tap(words.MENU)]


def sent(
    person: PersonLine,
    lines: Sequence[DeliveryLine],
    days: int,
    said: str,
    place: tuple[int, int],
    now: datetime,
    zone: ZoneInfo,
) -> Parts:
    """A page of the messages to a person. `now` is aware, `zone` the enterprise's."""
    facts = {"name": person.name, "unit": person.unit_name, "days": days}
    if not lines:
        return [NOTHING_SENT.format(**facts), Tap(words.MENU)]
    parts: Parts = [HEAD.format(**facts)]
    for line in lines:
        way = f"{WAYS.get(line.way, line.way)}，" if line.way else ""
        parts += [
            f"\n\n{_moment(line.created_at, zone)}　{way}{_end(line, now, zone)}\n　",
            f"{what}\n　" if (what := _what(line)) else "",
            Tap(STORY, f"看推送 {line.id}"),
        ]
    return [*parts, *turn_pages("推送", said, place), "\n\n", Tap(words.MENU)]


def story(line: DeliveryLine, steps: Sequence[StoryLine], now: datetime, zone: ZoneInfo) -> Parts:
    """All that became of one message. `now` is aware, `zone` the enterprise's."""
    end = _end(line, now, zone)
    parts: Parts = [STORY_HEAD.format(name=line.person_name, what=_what(line) or EMPTIED, end=end)]
    for step in steps:
        way = f"（{WAYS.get(step.way, step.way)}）" if step.way else ""
        detail = _detail(step.detail)
        what = PUT_OFF if step.what is DeliveryStep.WAITS and step.detail in PATIENT else STEPS[step.what]
        parts.append(f"\n{_moment(step.at, zone)}　{what}{way}{f'：{detail}' if detail else ''}")
    return [*parts, "\n\n", *row([Tap("返回", f"推送 {line.person_name}"), Tap(words.MENU)])]


def nobody_to_call(whom: str) -> Parts:
    """WeChat reaches all of these, or there are none."""
    return [NOBODY_OF.format(whom=whom), Tap(words.MENU)] if whom else list(NOBODY_TO_CALL)


def phones(total: int, lines: Sequence[PhoneLine], place: tuple[int, int], meant: Meant) -> Parts:
    """Whom to telephone."""
    parts: Parts = [PHONES_HEAD.format(whom=f"（{meant.whom}）" if meant.whom else "", total=total)]
    unit = 0
    for line in lines:
        if line.unit.id != unit:
            parts.append(f"\n\n【{line.unit.full_name}】")
            unit = line.unit.id
        owes = OWES.format(count=line.owed) if line.owed else ""
        parts.append(f"\n· {line.name}　{line.phone or NO_PHONE}（{_why(line)}{owes}）")
    if missing := [line for line in lines if not line.phone]:
        parts.append(f"\n\n{ADD_PHONES.format(name=missing[0].name)}")
    return [*parts, *turn_pages("电话名单", meant.said, place), "\n\n", Tap(words.MENU)]


def _why(line: PhoneLine) -> str:
    if not line.bound:
        return NOT_BOUND
    if line.gone:
        return lost(line.gone)
    return STATES[line.state] if line.state is not None else ""


def _what(line: DeliveryLine) -> str:
    duties = [f"{title} {label}{f'（{subject}）' if subject else ''}" for title, label, subject in line.duties]
    notices = [NOTICES[kind] for kind in line.notices]
    return "；".join([*duties, *notices])


def _end(line: DeliveryLine, now: datetime, zone: ZoneInfo) -> str:
    if line.state is DeliveryState.PLANNED:
        return f"{STATES[line.state]}：{_waits(line, now, zone)}"
    detail = _detail(line.outcome) if line.state is not DeliveryState.DELIVERED else ""
    if line.state is DeliveryState.SENT and line.way == "customer_service":
        return TAKEN
    return STATES[line.state] + (f"：{detail}" if detail else "")


def _waits(line: DeliveryLine, now: datetime, zone: ZoneInfo) -> str:
    """Why it waits, and until when by the clock of the person's unit."""
    if not line.bound:
        return UNBOUND
    home, at = ZoneInfo(line.timezone), max(line.next_at, now)
    night = is_quiet(at, home)
    if at <= now and not night:
        return SOON
    at = next_awake(at, home)
    why = [_detail(line.outcome)] if line.outcome and line.next_at > now else []
    if night and AT_NIGHT not in why:
        why.append(AT_NIGHT)
    is_retry = bool(line.outcome) and line.outcome not in PATIENT
    there = " " if at.astimezone(home).utcoffset() == at.astimezone(zone).utcoffset() else THERE
    when = (TRIED_AGAIN if is_retry else GOES_OUT).format(at=_moment(at, home), there=there)
    return "，".join([*why, when])


def _detail(detail: str) -> str:
    """An errcode or a reason, as people read it."""
    state, _, reason = detail.partition(" ")
    if state in set(DeliveryState):
        return "，".join(part for part in (STATES[DeliveryState(state)], _detail(reason)) if part)
    if detail.lstrip("-").isdigit():
        return f"{REASONS[detail]}（错误码 {detail}）" if detail in REASONS else f"错误码 {detail}"
    return REASONS.get(detail, detail)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
