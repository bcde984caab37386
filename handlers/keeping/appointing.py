"""聘任 and 解聘: who observes what, from when, until when; each is asked about with its facts first."""

from datetime import date
from typing import Final

from handlers.base import Context, Conversation, Json, Outcome, say
from handlers.deliveries.days import full_day, period
from handlers.keeping import choosing, typed, wording
from handlers.keeping.asking import Act, ask
from storage.commands import (
    Appoint,
    Appointed,
    AppointmentsEnded,
    EndAppointments,
    KeepingRefused,
)
from storage.keeping import ONE_DAY
from storage.keeping_views import PersonCard
from storage.views import AppointmentView
from storage.vocabulary import KeepingRefusal, Level

APPOINT: Final = "聘任"
DISMISS: Final = "解聘"
HOW_TO_APPOINT: Final = "聘任 李四 职能 二公司 自 12月1日（姓名也可以写工号；不写日期就从今天起）"
HOW_TO_DISMISS: Final = "解聘 李四 职能 12月31日（12月31日是最后一天；不写层级就是全部聘任，不写日期就到今天）"
NO_LEVEL: Final = "聘任哪个层级？综合、项目、职能、日常，写一个。"
CALLED_OFF: Final = "（还没开始，取消）"
NEVER_BEGAN: Final = "还没开始的聘任取消以后，就当没有聘任过；还没发出的通知不再发。"
BRIEFING: Final = "确认后会通知本人，并请本人填写《廉洁风险交底确认》。"


def today(context: Context) -> date:
    """The enterprise's day."""
    return context.now.astimezone(context.timezone).date()


async def appoint(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """聘任 <name> <level> <unit> [自 <day>]: asks, unless it stands already."""
    try:
        said = typed.parts(argument, today(context))
        rest = argument.removeprefix(said.name).strip()
        card = await choosing.person(said.name, context, lambda reference: f"{APPOINT} {reference} {rest}")
        if said.level is None:
            return say(conversation, *wording.usage(HOW_TO_APPOINT, NO_LEVEL))
        level = wording.LEVELS[said.level]
        starts = said.tail.day if said.tail is not None else today(context)
        again = f"{APPOINT} {wording.reference(card)} {level} {{}} 自 {starts}"
        unit = await choosing.unit(said.rest, context, choosing.said_again(again)) if said.rest else card.unit
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    what = f"{unit.full_name} {level}观察员"
    standing = [each for each in card.appointments if each.unit.id == unit.id and each.level is said.level]
    if told := _stands(card, standing, what, starts):
        return say(conversation, *wording.sentence(told))
    kept = {"person": card.id, "level": said.level, "unit": unit.id, "from": str(starts), "name": card.name}
    question = f"聘任 {wording.who(card)} 为 {what}，自 {full_day(starts)} 起，{wording.RIGHT}"
    until = next((each.ends_on for each in standing if each.ends_on is not None and each.ends_on >= starts), None)
    note = BRIEFING if until is None else f"现有的聘任到 {full_day(until)} 为止，确认后改为长期。"
    return ask(conversation, context, "appoint", {**kept, "what": what}, f"{question}\n{note}")


def _stands(card: PersonCard, standing: list[AppointmentView], what: str, starts: date) -> str:
    """What stands already, or stands in the way; empty: nothing."""
    for each in standing:
        begun = full_day(each.starts_on)
        if each.starts_on > starts:
            return f"没有办理：{card.name} 已经登记了 {begun} 起的 {what}。要提前，请先解聘那一段，再聘任。"
        if each.ends_on is None:
            return f"{card.name} 已经是 {what}（{begun} 起），不用再聘。"
    return ""


def make_appoint(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: Appointed | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.refused(result.reason)
        if result.already:
            return wording.sentence(f"{kept['name']} 已经是 {kept['what']}，不用再聘。")
        told = "聘任改为长期" if result.extended else f"自 {full_day(command.starts_on)} 起聘任"
        return wording.sentence(f"已办好：{kept['name']}，{kept['what']}，{told}。")

    command = Appoint(kept["person"], Level(kept["level"]), kept["unit"], date.fromisoformat(kept["from"]))
    return Act(command, worded)


async def dismiss(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """解聘 <name> [<level>] [<last day>]: says which appointments end, and asks."""
    try:
        said = typed.parts(argument, today(context))
        rest = argument.removeprefix(said.name).strip()
        card = await choosing.person(said.name, context, lambda reference: f"{DISMISS} {reference} {rest}".strip())
        unit = None
        if said.rest:
            again = f"{DISMISS} {wording.reference(card)} {rest.replace(said.rest, '{}')}"
            unit = await choosing.unit(said.rest, context, lambda name: again.replace("{}", name))
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    if await is_own(card, context):
        return say(conversation, *wording.refused(KeepingRefusal.OWN))
    last = today(context)
    if said.tail is not None:
        last = said.tail.day - ONE_DAY if said.tail.begins else said.tail.day
    ending = [
        each
        for each in card.appointments
        if (said.level is None or each.level is said.level)
        and (unit is None or each.unit.id == unit.id)
        and (each.ends_on is None or each.ends_on > last)
    ]
    reached = {each.id for each in await within_reach(ending, context)}
    ending = [each for each in ending if each.id in reached]
    if not ending:
        return say(
            conversation,
            *wording.sentence(f"{wording.who(card)} 没有 {full_day(last)} 以后还在任的这类聘任，不用解聘。"),
        )
    day = today(context)
    lines = "\n".join(f"· {_ended(each, day)}" for each in ending)
    begun = any(each.starts_on <= day for each in ending)
    until = f"，最后一天是 {full_day(last)}" if begun else ""
    asked = f"解聘 {wording.who(card)}{until}，{wording.RIGHT}"
    question = f"{asked}\n{lines}\n{'历史保留，已经开始填的表可以填完。' if begun else NEVER_BEGAN}"
    ids = [each.id for each in ending]
    kept = {"person": card.id, "appointments": ids, "last": str(last), "name": card.name, "begun": begun}
    return ask(conversation, context, "dismiss", kept, question)


def _ended(appointment: AppointmentView, today: date) -> str:
    note = CALLED_OFF if appointment.starts_on > today else ""
    return f"{wording.observer(appointment)}，{period(appointment.starts_on, appointment.ends_on)}{note}"


async def within_reach(appointments: list[AppointmentView], context: Context) -> list[AppointmentView]:
    """Those for units below an office of the officer's that keeps people."""
    principal = await context.records.principal()
    return [each for each in appointments if principal.keeps(each.unit)]


async def is_own(card: PersonCard, context: Context) -> bool:
    """Whether the officer speaks of themselves: what they owe would end without anybody else's word."""
    return (await context.records.principal()).person_id == card.id


def make_dismiss(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: AppointmentsEnded | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.refused(result.reason)
        if not result.count:
            return wording.sentence(f"{kept['name']} 的聘任之前已经结束，不用再办。")
        if not kept.get("begun", True):
            return wording.sentence(f"已办好：取消了 {kept['name']} 还没开始的 {result.count} 项聘任。")
        return wording.sentence(f"已办好：{kept['name']} 的 {result.count} 项聘任到 {full_day(last)} 为止。")

    last = date.fromisoformat(kept["last"])
    command = EndAppointments(kept["person"], tuple(kept["appointments"]), last)
    return Act(command, worded)
