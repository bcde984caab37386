"""What people read who keep people, and what they are asked before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from handlers import numbered, words
from handlers.base import Tap
from handlers.deliveries.days import full_day, period
from handlers.deliveries.lost import lost
from handlers.people.cells import ROLES
from handlers.people.wording import shown_phone
from storage.keeping_views import LeaveView, OfficerView, PersonCard
from storage.views import AppointmentView
from storage.vocabulary import KeepingRefusal, Level, Role

Parts = list[str | Tap]

UNKNOWN: Final[tuple[str | Tap, ...]] = (
    "没有办理：在您负责的范围里没有找到。请核对姓名（或工号）和单位，再说一次。\n\n",
    Tap(words.MENU),
)
"""For an unknown person or unit, for one that somebody else keeps, and for everybody who keeps nobody: the same to the
byte.
"""
LEVELS: Final = MappingProxyType(
    {Level.COMPREHENSIVE: "综合", Level.PROJECT: "项目", Level.FUNCTIONAL: "职能", Level.DAILY: "日常"}
)
RIGHT: Final = "对吗？"
NOTHING_WAITS: Final = "现在没有等您确认的事。"
EARLIER: Final = "这里点的是更早的一件事，现在不等确认了，没有办理。要办的话，请把那件事再说一次。"
EARLIER_WHILE_WAITING: Final = (
    "这里点的是更早的一件事，没有办理。现在等您确认的是最近问您的那件，请点那一条里的“确认”；"
    "要办更早的那件，请再说一次。"
)
DONE_BEFORE: Final = "刚才那件已经办好了，不用再点。"
DROPPED: Final = "好的，没有办理，什么都没有改。"
REFUSED: Final = MappingProxyType(
    {
        KeepingRefusal.CHANGED: "没有办理：刚刚有人改过这位同志的信息。请先看一看（人员 姓名），再说一次。",
        KeepingRefusal.OVERLAP: "没有办理：和已有的登记重叠了。请先看一看（人员 姓名），再说一次。",
        KeepingRefusal.SUBSTITUTE: "没有办理：代填的人没有找到。自己请假，只能找本单位、本聘任单位的同事代填；"
        "其他人请纪检人员登记。",
        KeepingRefusal.SUBSTITUTE_AWAY: "没有办理：代填的人那几天自己也请假，请换一个人。",
        KeepingRefusal.LEAVE_OVER: "没有办理：这段请假已经结束，或者取消了，不用再换代填的人。",
        KeepingRefusal.STANDS_IN: "没有办理：这几天正要替别人代填，请先换代填的人。",
        KeepingRefusal.OWN: "没有办理：这是您自己的事，请另一位纪检人员来办。",
        KeepingRefusal.BEYOND: "没有办理：这位同志担任的职务您管不全，改手机、绑定和解绑要请管得到这些职务的纪检人员"
        "（例如上级单位的）来办；没有这样的人，请管理员在服务器上办。",
        KeepingRefusal.CONTACT_BOUND: "没有办理：对方的微信刚刚绑定了另一位同志。",
        KeepingRefusal.DECIDED: "这份申请已经办过了，或者作废了，不用再办。",
    }
)
"""Every reason but the unknown."""
MOST_NAMED: Final = 10


def sentence(told: str) -> Parts:
    """One sentence and the way on."""
    return [f"{told}\n\n", Tap(words.MENU)]


def refused(reason: KeepingRefusal) -> Parts:
    """Why nothing was changed."""
    return list(UNKNOWN) if reason is KeepingRefusal.UNKNOWN else sentence(REFUSED[reason])


def usage(example: str, missing: str) -> Parts:
    """Something is missing; how it is said."""
    return sentence(f"{missing}这样说：{example}")


def who(card: PersonCard) -> str:
    """A person as they are asked about: 李四（工号 12，清源集团 / 二公司）."""
    number = f"工号 {card.staff_number}，" if card.staff_number else ""
    return f"{card.name}（{number}{card.unit.full_name}）"


def officers(found: Sequence[OfficerView]) -> str:
    """Whom people may turn to: 纪检人员 孙莉（二公司）."""
    named = "、".join(f"{each.name}（{each.unit_name}）" for each in found)
    return f"纪检人员 {named} " if named else "本单位纪检人员"


def reference(card: PersonCard) -> str:
    """What names exactly this person behind a command."""
    return card.staff_number if card.staff_number and " " not in card.staff_number else f"#{card.id}"


def which(people: Sequence[PersonCard], said: Sequence[str]) -> tuple[Parts, Mapping[int, str]]:
    """Several people of one name; `said` is, for each, the command that means them. With the commands by number."""
    taps = [Tap(who(card), command) for card, command in zip(people[:MOST_NAMED], said, strict=False)]
    lines, says = numbered.lines(taps)
    more = ["\n还有几位没有列出，请用工号再说一次。"] if len(people) > MOST_NAMED else []
    return ["有几位同名，是哪一位？点一下，或者回复序号。", *lines, *more], says


def which_unit(names: Sequence[str], said: Sequence[str]) -> tuple[Parts, Mapping[int, str]]:
    """Several units of one name; see `which`."""
    lines, says = numbered.lines([Tap(name, command) for name, command in zip(names, said, strict=True)])
    return ["有几个单位叫这个名字，是哪一个？点一下，或者回复序号。", *lines], says


def observer(appointment: AppointmentView) -> str:
    """清源集团 / 二公司 职能观察员."""
    return f"{appointment.unit.full_name} {LEVELS[appointment.level]}观察员"


def role(held: Role) -> str:
    """纪检人员, 管理员."""
    return ROLES[held][0]


def leave(found: LeaveView) -> str:
    """2026年12月1日 至 12月5日，由 张三 代填."""
    stands_in = f"，由 {found.substitute_name} 代填" if found.substitute_name else "，没有人代填"
    return f"{period(found.starts_on, found.ends_on)}{stands_in}"


def card(person: PersonCard) -> str:
    """Everything about one person."""
    lines = [
        f"{person.name}" + (f"（工号 {person.staff_number}）" if person.staff_number else ""),
        f"单位：{person.unit.full_name}",
    ]
    if person.post:
        lines.append(f"职务：{person.post}")
    lines.append(f"手机：{shown_phone(person.phone) if person.phone else '没有登记'}")
    bound = f"已绑定，但{lost(person.gone)}" if person.gone else "已绑定"
    lines.append(f"微信：{bound if person.is_bound else '还没有绑定'}")
    if person.transfer is not None:
        lines.append(f"待调动：{full_day(person.transfer.starts_on)} 起到 {person.transfer.unit.full_name}")
    lines.append("聘任：" if person.appointments else "聘任：没有")
    lines += [f"· {observer(each)}，{period(each.starts_on, each.ends_on)}" for each in person.appointments]
    lines += [f"请假：{leave(each)}" for each in person.leaves]
    lines += [f"代填：替 {each.absent_name}，{period(each.starts_on, each.ends_on)}" for each in person.stands_in]
    return "\n".join(lines)


def line(person: PersonCard, today: date) -> str:
    """A person in a list: levels, and what stands out."""
    levels = "、".join(dict.fromkeys(LEVELS[each.level] for each in person.appointments if each.starts_on <= today))
    notes = [f"{levels}观察员"] if levels else []
    if any(each.starts_on <= today for each in person.leaves):
        notes.append("请假中")
    if not person.is_bound:
        notes.append("未绑定")
    elif person.gone:
        notes.append(lost(person.gone))
    return f"（{person.unit.name}）{'，'.join(notes)}"
