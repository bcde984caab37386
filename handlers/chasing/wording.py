"""What officers read about what is owed, by whom, and what was sent about it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap
from handlers.deliveries.days import distance
from handlers.deliveries.lost import lost
from storage.duty_views import Askable, OwedLine, OwedPage, UnitRate

Parts = list[str | Tap]

NOTHING: Final[tuple[str | Tap, ...]] = ("没有查到应交的观察表。\n\n", Tap(words.MENU))
"""For an officer with nothing to look after, and everybody who is none: the same to the byte."""
NOTHING_IN: Final = "{what}：没有查到应交的观察表。{earlier}\n\n"
NAME_THE_PERIOD: Final = "已经结束的期次，请写明是哪一期，例如“{word} 三季度”。"
ALL_DONE: Final = "{what}：应交 {total} 份，都交齐了。\n\n"
HEAD: Final = "{what}：应交 {total} 份，已交 {done} 份，未交 {owed} 份（{people} 人）。"
EARLIER: Final = "\n\n已经结束的期次不在其中，要看请写明，例如“未交 三季度”。"
ON_LEAVE: Final = "请假"
ON_LEAVE_WITH: Final = "请假，{name}代填"
HAS_LEFT: Final = "已调离，不再催"
UNBOUND: Final = "未绑定"
TOLD: Final = "已提醒 {count} 次：{ways}"
ASK: Final = "催办这 {people} 人"
AGAIN: Final = "连今天提醒过的一起催"
AGAIN_SAID: Final = "连今天提醒过的"
"""What stands behind 催办 to that end."""
ASK_REMINDED: Final = "今天已自动提醒 {count} 人，这次不再催他们。"
ONLY_REMINDED: Final = "{what}：今天已自动提醒 {count} 人，没有别的要催的人。\n\n"
NOBODY_TO_ASK: Final = "{what}：没有要催的人。没交的都已经在今天催过，或者已调离，或者是您自己的。\n\n"
ALL_HANDED_IN: Final = "{what}：没有未交的观察表，不用催。\n\n"
ASK_QUESTION: Final = "要催没交的人（{what}）：一共 {persons} 人，{duties} 份。"
ASK_LOST: Final = "其中 {count} 人微信通知不到，请另打电话（回复“电话名单”）。"
ASK_ALREADY: Final = "另有 {count} 份今天催过、已调离或者是您自己的，这次不催。"
ASK_WHEN: Final = "确认后，白天的马上发；当地在夜里（21 点到 8 点）的，等到早上 8 点。"
ASKED: Final = "已安排催办：{persons} 人，{duties} 份。白天的马上发，当地在夜里的等到早上 8 点。每份一天只催一次。"
ASKED_LOST: Final = "其中 {count} 人微信通知不到，请另打电话。"
ASKED_NOBODY: Final = "没有可催的了：刚刚都交了，或者今天已经催过。"
RATE_HEAD: Final = "{what}\n合计：{line}"
RATE_LINE: Final = "应交 {total}，已交 {done}（{percent}%）"
RATE_LATE: Final = "，其中逾期交 {late}"
RATE_EXCUSED: Final = "，免交 {excused}"
ITSELF: Final = "{name}（本级）"
NEXT_PAGE: Final = "下一页"
PREVIOUS_PAGE: Final = "上一页"
WAYS: Final[Mapping[str, str]] = MappingProxyType(
    {"template": "模板消息", "customer_service": "客服消息", "subscribe_notice": "订阅通知"}
)
PAGES: Final = "\n\n第 {page}/{pages} 页"


def sentence(told: str) -> Parts:
    """One sentence and the way on."""
    return [f"{told}\n\n", Tap(words.MENU)]


def owed(page: OwedPage, what: str, said: str, place: tuple[int, int], now: datetime, zone: ZoneInfo) -> Parts:
    """Who has not handed in, unit by unit; `place` is the page and how many there are, `said` what stood behind the
    command.
    """
    done = page.total - page.owed
    parts: Parts = [HEAD.format(what=what, total=page.total, done=done, owed=page.owed, people=page.people)]
    unit = 0
    for line in page.lines:
        if line.unit.id != unit:
            parts.append(f"\n\n【{line.unit.full_name}】")
            unit = line.unit.id
        parts.append(f"\n· {line.person_name}　{owes(line, now, zone)}")
    if not said:
        parts.append(EARLIER)
    return [*parts, *turn_pages("未交", said, place), "\n\n"]


def ways_on(to_ask: int, said: str) -> Parts:
    """What stands below the list: a 催办 of as many people as it would tell, if any."""
    ask = [Tap(ASK.format(people=to_ask), f"催办 {said}".strip())] if to_ask else []
    return row([*ask, Tap("提交率", f"提交率 {said}".strip()), Tap(words.MENU)])


def owes(line: OwedLine, now: datetime, zone: ZoneInfo) -> str:
    """What, how late, and what stands in the way of asking."""
    about = f"（{line.subject}）" if line.subject else ""
    told = "、".join(f"{WAYS.get(way, way)} {times}" for way, times in sorted(line.told.items()))
    marks = [
        HAS_LEFT if line.has_left else "",
        _leave(line),
        (lost(line.gone) if line.gone else "") if line.bound else UNBOUND,
        TOLD.format(count=sum(line.told.values()), ways=told) if told else "",
    ]
    shown = "，".join(mark for mark in marks if mark)
    return f"{line.title} {line.label}{about}，{distance(line.due_at, now, zone)}" + (f"〔{shown}〕" if shown else "")


def _leave(line: OwedLine) -> str:
    if not line.on_leave:
        return ""
    return ON_LEAVE_WITH.format(name=line.substitute_name) if line.substitute_name else ON_LEAVE


def turn_pages(word: str, said: str, place: tuple[int, int]) -> Parts:
    """The taps to the pages before and after; nothing where there is one."""
    page, pages = place
    if pages <= 1:
        return []
    parts: Parts = [PAGES.format(page=page, pages=pages)]
    for label, other in ((PREVIOUS_PAGE, page - 1), (NEXT_PAGE, page + 1)):
        if 1 <= other <= pages:
            parts += ["　", Tap(label, f"{word} {said} 第{other}页".replace("  ", " "))]
    return parts


def row(taps: Iterable[Tap]) -> Parts:
    """Taps beside one another."""
    return [part for tap in taps for part in (tap, "　")][:-1]


def ask_question(what: str, found: Askable) -> str:
    """The question before a 催办."""
    lines = [ASK_QUESTION.format(what=what, persons=found.persons, duties=found.duties)]
    if found.unreachable:
        lines.append(ASK_LOST.format(count=found.unreachable))
    if found.reminded:
        lines.append(ASK_REMINDED.format(count=found.reminded))
    if found.already:
        lines.append(ASK_ALREADY.format(count=found.already))
    return "\n".join([*lines, ASK_WHEN])


def again(said: str) -> Tap:
    """The 催办 that leaves out nobody who was reminded today; `said` stood behind the word."""
    return Tap(AGAIN, " ".join(["催办", *said.split(), AGAIN_SAID]))


def only_reminded(what: str, found: Askable, said: str) -> Parts:
    """Everybody else was asked today, or has handed in."""
    return [ONLY_REMINDED.format(what=what, count=found.reminded), *row([again(said), Tap(words.MENU)])]


def asked(found: Askable) -> Parts:
    """The 催办 was made."""
    if not found.duties:
        return sentence(ASKED_NOBODY)
    told = ASKED.format(persons=found.persons, duties=found.duties)
    if not found.unreachable:
        return sentence(told)
    lost = ASKED_LOST.format(count=found.unreachable)
    return [f"{told}\n{lost}\n\n", *row([Tap("电话名单"), Tap(words.MENU)])]


def rates(found: Sequence[UnitRate], what: str, said: str) -> Parts:
    """How much was handed in: the sum, then unit by unit, the lowest rate first."""
    every, *units = found
    parts: Parts = [RATE_HEAD.format(what=what, line=_rate(every))]
    owing = [unit for unit in units if unit.total or unit.excused]
    for unit in sorted(owing, key=_percent):
        name = ITSELF.format(name=unit.name) if unit.itself else unit.name
        parts.append(f"\n· {name}：{_rate(unit)}")
    return [*parts, "\n\n", *row([Tap("未交", f"未交 {said}".strip()), Tap(words.MENU)])]


def _percent(rate: UnitRate) -> int:
    return 100 * rate.done // rate.total if rate.total else 100


def _rate(rate: UnitRate) -> str:
    line = RATE_LINE.format(total=rate.total, done=rate.done, percent=_percent(rate))
    line += RATE_LATE.format(late=rate.late) if rate.late else ""
    return line + (RATE_EXCUSED.format(excused=rate.excused) if rate.excused else "")
