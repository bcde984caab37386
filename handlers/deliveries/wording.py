"""The one text in which a person is told everything that waits for them: duties, those of others, notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap, Text
from handlers.deliveries.days import distance, due_day
from handlers.notices import is_over, is_shortened, together, worded_together
from storage.delivery_views import ClaimedDelivery, NoticeItem, OwedItem
from storage.vocabulary import DECLINABLE

Line: TypeAlias = tuple[str | Tap, ...]
"""Parts of a text; its line break is in the string that ends it."""

MORE: Final = "\n其余请回复 "
COMMENT: Final = 400
"""Characters of an officer's comment in a message; the chat shows a longer comment whole."""
NAMED: Final = 20
"""People named in one line; the others are counted."""
BYTES: Final = 2048
"""Of a customer-service text (WECHAT.md, section Sending: 45002)."""
_SPARE: Final = 160
"""Bytes kept for MORE and for what the estimate of links may miss."""
_TAP_BYTES: Final = 72
"""A link without what it shows and says."""
_BETWEEN: Final = "\n——\n"


class _Block(NamedTuple):
    """Lines about one thing; `notices` are told when all of them are."""

    lines: tuple[Line, ...]
    notices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The text, and the notices that it tells whole."""

    text: Text
    notices: tuple[int, ...]


def left_to_say(delivery: ClaimedDelivery, today: date) -> tuple[tuple[OwedItem, ...], tuple[NoticeItem, ...]]:
    """What the person still wants or has to be told: whoever declined gets no notice on which no duty hangs. `today`
    is the enterprise's day.
    """
    declined = delivery.reach is not None and delivery.reach.declined
    wanted = (notice for notice in delivery.notices if not (declined and notice.kind in DECLINABLE))
    notices = tuple(notice for notice in wanted if not is_over(notice, today))
    return delivery.owed, notices


def told(
    delivery: ClaimedDelivery,
    owed: Sequence[OwedItem],
    notices: Sequence[NoticeItem],
    *,
    now: datetime,
    timezone: ZoneInfo,
) -> Told:
    """Everything in one text of at most BYTES; what does not fit is left out line by line. `now` is aware."""
    mine = [item for item in owed if item.audience not in {"superior", "officers"}]
    blocks = [
        *_mine(delivery, mine, now, timezone),
        *_of_others("您负责的以下观察员还没有提交：", _audience(owed, "superior"), now, timezone),
        *_digest(_audience(owed, "officers"), now, timezone),
        *(_notice(group, timezone) for group in together(notices)),
    ]
    if notices and not owed and all(notice.kind in DECLINABLE for notice in notices):
        blocks.append(_Block((("不想收到这类消息，可回复 ", Tap(words.STOP_REMINDING)),)))
    parts: list[str | Tap] = [f"{delivery.name}，您好！\n"]
    whole: list[int] = []
    room = BYTES - _SPARE - _size(parts)
    for place, block in enumerate(blocks):
        lead = (_BETWEEN,) if place and block.notices else ("\n",) if place else ()
        kept, room = _fitting(block, room - _size(lead))
        parts += [*lead, *(part for line in kept for part in line)] if kept else []
        if len(kept) < len(block.lines):
            parts += [MORE, Tap(words.TASKS)]
            break
        whole += [number for number in block.notices if not _is_cut(number, notices)]
    return Told(Text(tuple(parts)), tuple(whole))


def _fitting(block: _Block, room: int) -> tuple[tuple[Line, ...], int]:
    """The first lines of the block that fit, and the room that is left. A notice is told whole or not at all."""
    kept: list[Line] = []
    for line in block.lines:
        size = _size(line)
        if size > room:
            return ((), room) if block.notices else (tuple(kept), room)
        kept.append(line)
        room -= size
    return tuple(kept), room


def _size(parts: Iterable[str | Tap]) -> int:
    """Bytes of UTF-8 that these parts take at most."""
    return sum(
        _bytes(part) if isinstance(part, str) else _TAP_BYTES + _bytes(part.label) + _bytes(part.content)
        for part in parts
    )


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _audience(owed: Sequence[OwedItem], audience: str) -> list[OwedItem]:
    return [item for item in owed if item.audience == audience]


def _mine(delivery: ClaimedDelivery, items: Sequence[OwedItem], now: datetime, timezone: ZoneInfo) -> list[_Block]:
    if not items:
        return []
    asked = "纪检人员请您尽快提交：" if all(not item.audience for item in items) else "您有观察表要交："
    if len(items) > 1:
        asked = asked.replace("您有观察表", f"您有 {len(items)} 份观察表")
    lines: list[Line] = [(f"{asked}\n",)]
    for item in items:
        about = f"（项目：{item.subject}）" if item.subject else ""
        instead = f"（代 {item.person_name} 填写）" if item.person_id != delivery.person_id else ""
        when = f"{due_day(item.due_at, timezone)}截止，{distance(item.due_at, now, timezone)}"
        lines.append((f"· {item.period}《{item.title}》{about}{instead}\n　{when}　", _fill(item), "\n"))
    return [_Block(tuple(lines))]


def _fill(item: OwedItem) -> Tap:
    return Tap("现在填", f"{words.TASK} {item.duty_id}")


def _of_others(lead: str, items: Sequence[OwedItem], now: datetime, timezone: ZoneInfo) -> list[_Block]:
    """Names by what they owe, and how late it is."""
    if not items:
        return []
    lines: list[Line] = [(f"{lead}\n",)]
    for title, due_at, group in _by_round(items):
        lines.append((f"· {title}（{distance(due_at, now, timezone)}）：{_names(group)}\n",))
    return [_Block(tuple(lines))]


def _digest(items: Sequence[OwedItem], now: datetime, timezone: ZoneInfo) -> list[_Block]:
    """For officers: what is missing, unit by unit, the unit with most first."""
    if not items:
        return []
    lines: list[Line] = []
    for title, due_at, group in _by_round(items):
        units: dict[str, list[OwedItem]] = {}
        for item in group:
            units.setdefault(item.unit_name, []).append(item)
        lines.append((f"【未交情况】{title}（{distance(due_at, now, timezone)}）：共 {_people(group)} 人\n",))
        for unit, some in sorted(units.items(), key=lambda each: (-_people(each[1]), each[0])):
            names = "、".join(list(dict.fromkeys(item.person_name for item in some))[:NAMED])
            more = f" 等 {_people(some)} 人" if _people(some) > NAMED else ""
            lines.append((f"· {unit} {_people(some)} 人：{names}{more}\n",))
    return [_Block(tuple(lines))]


def _by_round(items: Sequence[OwedItem]) -> list[tuple[str, datetime, list[OwedItem]]]:
    groups: dict[tuple[str, datetime], list[OwedItem]] = {}
    for item in items:
        about = f"（{item.subject}）" if item.subject else ""
        groups.setdefault((f"{item.period}《{item.title}》{about}", item.due_at), []).append(item)
    return [(title, due_at, group) for (title, due_at), group in groups.items()]


def _people(items: Sequence[OwedItem]) -> int:
    return len({item.person_id for item in items})


def _names(items: Sequence[OwedItem]) -> str:
    named = list(dict.fromkeys(f"{item.person_name}（{item.unit_name}）" for item in items))
    more = f" 等 {len(named)} 人" if len(named) > NAMED else ""
    return "、".join(named[:NAMED]) + more


def _notice(group: Sequence[NoticeItem], timezone: ZoneInfo) -> _Block:
    return _Block(((*worded_together(group, timezone, COMMENT), "\n"),), tuple(notice.id for notice in group))


def _is_cut(number: int, notices: Sequence[NoticeItem]) -> bool:
    return any(notice.id == number and is_shortened(notice, COMMENT) for notice in notices)
