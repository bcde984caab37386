"""请假, 销假 and 代填: by an officer for people, by an observer for themselves."""

import re
from datetime import date
from typing import Any, Final

from handlers import welcome_wording
from handlers.base import Context, Conversation, Json, Outcome, say
from handlers.deliveries.days import full_day, period
from handlers.keeping import choosing, leave_days, typed, wording
from handlers.keeping.asking import Act, ask
from storage.commands import EndLeave, KeepingRefused, NameSubstitute, TakeLeave
from storage.keeping_views import LeaveView, PersonCard
from storage.vocabulary import Permission

TAKE: Final = "请假"
END: Final = "销假"
STAND_IN: Final = "代填"
HOW_TO_TAKE: Final = "请假 李四 12月1日 至 12月5日 代填 张三（没有人代填就不写）"
HOW_TO_TAKE_OWN: Final = "请假 12月1日到12月5日 代填 张三（没有人代填就不写）"
HOW_TO_STAND_IN: Final = "代填 李四 由 张三（李四请假，张三代填）"
NO_APPOINTMENT: Final = "{name} 现在没有观察员聘任，没有要填的表，不用登记请假。"
NO_APPOINTMENT_OWN: Final = (
    "{name}，您现在没有观察员聘任，没有要填的表，不用在这里请假；单位的请假手续，请照单位的规定办。"
)
TURN_TO: Final = "\n也可以请{who}替您登记。"
ASK: Final = "\n有疑问，请问{who}。"
ITSELF: Final = "请假的人不能替自己代填，请换一位同事；没有人代填就不写。"
NO_LEAVE: Final = "{name} 没有登记请假。先说：{how}"
_BY: Final = re.compile(r"(\S{1,20})\s*(?:由|改由|请|:)\s*(\S{1,20}?)(?:\s*代填)?")


def _today(context: Context) -> date:
    return context.now.astimezone(context.timezone).date()


async def take(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """请假 <name> <day> 至 <day> [代填 <name>], by an officer; beginning with a day it is the officer's own leave."""
    name, _, rest = argument.partition(" ")
    if leave_days.begin(argument or "今天") and not await _is_name(name, rest, context):
        return await take_own(argument, conversation, context)
    try:
        card = await choosing.person(name, context, lambda reference: f"{TAKE} {reference} {rest}")
        days, said = leave_days.split(rest)
        if not days:
            return say(conversation, *wording.usage(HOW_TO_TAKE, typed.NO_DAY))
        starts, ends = leave_days.read(days, _today(context))
        again = f"{TAKE} {wording.reference(card)} {starts} 至 {ends} {STAND_IN} {{}}"
        substitute = await choosing.person(said, context, choosing.said_again(again)) if said else None
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    return _asked(card, starts, ends, substitute, conversation, context)


async def _is_name(name: str, rest: str, context: Context) -> bool:
    """Whether what looks like a day is the name of somebody whom the officer keeps: 周五, with a day behind it."""
    return typed.has_days(rest) and bool(await context.records.people.named(name, 1))


async def take_own(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """请假 <day> 到 <day> [代填 <name>], by an observer."""
    if argument and not leave_days.begin(argument):
        return say(conversation, *wording.UNKNOWN)
    card = await context.records.people.myself()
    if card is None:
        return say(conversation, *welcome_wording.stranger())
    if not argument or not card.appointments:
        officers = wording.officers(await context.records.people.officers())
        told = NO_APPOINTMENT_OWN.format(name=card.name) if not card.appointments else f"这样说：{HOW_TO_TAKE_OWN}。"
        return say(conversation, *wording.sentence(told + (TURN_TO if card.appointments else ASK).format(who=officers)))
    days, said = leave_days.split(argument)
    keeps = (await context.records.principal()).may(Permission.MANAGE_PEOPLE)
    try:
        starts, ends = leave_days.read(days, _today(context))
        again = f"{TAKE} {starts} 至 {ends} {STAND_IN} {{}}"
        choose = choosing.person if keeps else choosing.colleague
        substitute = await choose(said, context, choosing.said_again(again)) if said else None
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    return _asked(card, starts, ends, substitute, conversation, context)


def _asked(
    card: PersonCard,
    starts: date,
    ends: date,
    substitute: PersonCard | None,
    conversation: Conversation,
    context: Context,
) -> Outcome:
    if not card.appointments:
        return say(conversation, *wording.sentence(NO_APPOINTMENT.format(name=card.name)))
    standing = next((each for each in card.leaves if each.starts_on <= ends and each.ends_on >= starts), None)
    stands_in = None if substitute is None else substitute.id
    if stands_in == card.id:
        return say(conversation, *wording.sentence(ITSELF))
    if standing is not None:
        same = (standing.starts_on, standing.ends_on, standing.substitute_id) == (starts, ends, stands_in)
        told = "不用再登记。" if same else f"要改日期先销假（{END}），只换代填的人说“{STAND_IN} {card.name} 由 某某”。"
        return say(conversation, *wording.sentence(f"{card.name} 已经登记了请假：{wording.leave(standing)}。{told}"))
    by = f"由 {wording.who(substitute)} 代填" if substitute is not None else "没有人代填"
    question = f"{wording.who(card)} 请假，{period(starts, ends)}，{by}，{wording.RIGHT}"
    if substitute is not None:
        question += f"\n请假期间，{substitute.name} 的菜单里会有“代{card.name}填写”的表；请假结束，代填也结束。"
    kept = {"person": card.id, "from": str(starts), "to": str(ends), "substitute": stands_in, "name": card.name}
    return ask(conversation, context, "take_leave", kept, question)


def make_take(kept: Json) -> Act:
    """What the answer yes does."""
    days = (date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"]))
    told = f"已登记：{kept['name']} 请假，{period(*days)}。"
    return Act(TakeLeave(kept["person"], *days, kept["substitute"]), lambda result: _told(result, told))


def _told(result: Any, told: str) -> wording.Parts:
    if isinstance(result, KeepingRefused):
        return wording.refused(result.reason)
    return wording.sentence("之前已经这样登记过了，没有变化。" if result.already else told)


async def end(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """销假 <name>, by an officer; alone it is the officer's own."""
    if not argument:
        return await end_own(argument, conversation, context)
    try:
        card = await choosing.person(argument, context, lambda reference: f"{END} {reference}")
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    return _end_asked(card, conversation, context)


async def end_own(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """销假, by an observer."""
    if argument:
        return say(conversation, *wording.UNKNOWN)
    card = await context.records.people.myself()
    if card is None:
        return say(conversation, *welcome_wording.stranger())
    return _end_asked(card, conversation, context)


def _end_asked(card: PersonCard, conversation: Conversation, context: Context) -> Outcome:
    today = _today(context)
    if not card.leaves:
        return say(conversation, *wording.sentence(f"{card.name} 现在没有请假，不用销假。"))
    leave = card.leaves[0]
    how = f"从今天（{full_day(today)}）起算回来上班" if leave.starts_on < today else "整段取消"
    question = f"{wording.who(card)} 销假：{wording.leave(leave)}。{how}，{wording.RIGHT}"
    kept = {"person": card.id, "leave": leave.id, "back": str(today), "name": card.name}
    return ask(conversation, context, "end_leave", kept, question)


def make_end(kept: Json) -> Act:
    """What the answer yes does."""
    command = EndLeave(kept["leave"], kept["person"], date.fromisoformat(kept["back"]))
    return Act(command, lambda result: _told(result, f"已销假：{kept['name']}。代填也随之结束。"))


async def stand_in(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """代填 <name> 由 <name>: for the leave that runs, or the next one."""
    found = _BY.fullmatch(argument)
    if found is None:
        return say(conversation, *wording.usage(HOW_TO_STAND_IN, ""))
    try:
        card = await choosing.person(found[1], context, lambda reference: f"{STAND_IN} {reference} 由 {found[2]}")
        again = f"{STAND_IN} {wording.reference(card)} 由 {{}}"
        substitute = await choosing.person(found[2], context, choosing.said_again(again))
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    if substitute.id == card.id:
        return say(conversation, *wording.sentence(ITSELF))
    if not card.leaves:
        return say(conversation, *wording.sentence(NO_LEAVE.format(name=card.name, how=HOW_TO_TAKE)))
    leave: LeaveView = card.leaves[0]
    if leave.substitute_id == substitute.id:
        return say(conversation, *wording.sentence(f"已经是 {substitute.name} 代填了，不用再办。"))
    instead = f"（原来由 {leave.substitute_name} 代填）" if leave.substitute_name else ""
    days = period(leave.starts_on, leave.ends_on)
    question = f"{wording.who(card)} 请假期间（{days}），由 {wording.who(substitute)} 代填{instead}，{wording.RIGHT}"
    told = f"已登记：{days}，由 {substitute.name} 代 {card.name} 填写。"
    kept = {"person": card.id, "leave": leave.id, "substitute": substitute.id, "told": told}
    return ask(conversation, context, "stand_in", kept, question)


def make_stand_in(kept: Json) -> Act:
    """What the answer yes does."""
    command = NameSubstitute(kept["leave"], kept["person"], kept["substitute"])
    return Act(command, lambda result: _told(result, str(kept["told"])))
