"""调动: who goes to which unit, from when, and what ends with it; asked about with its facts first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from handlers.base import Context, Conversation, Json, Outcome, say
from handlers.deliveries.days import full_day, period
from handlers.keeping import choosing, typed, wording
from handlers.keeping.appointing import BRIEFING, is_own, today, within_reach
from handlers.keeping.asking import Act, ask
from storage.commands import KeepingRefused, TransferPerson, Transferred
from storage.keeping import ONE_DAY
from storage.keeping_views import PersonCard, TransferView
from storage.views import AppointmentView, UnitView
from storage.vocabulary import KeepingRefusal

MOVE: Final = "调动"
HOW_TO_MOVE: Final = "调动 李四 三公司 12月1日（不写日期就从今天起）"
NO_UNIT: Final = "调到哪个单位？"


async def move(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """调动 <name> <unit> [<day>]: says what ends, and asks."""
    try:
        said = typed.parts(argument, today(context))
        rest = argument.removeprefix(said.name).strip()
        card = await choosing.person(said.name, context, lambda reference: f"{MOVE} {reference} {rest}")
        if not said.rest:
            return say(conversation, *wording.usage(HOW_TO_MOVE, NO_UNIT))
        starts = said.tail.day if said.tail is not None else today(context)
        again = f"{MOVE} {wording.reference(card)} {{}} {starts}"
        unit = await choosing.unit(_without_to(said.rest), context, choosing.said_again(again))
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    if await is_own(card, context):
        return say(conversation, *wording.refused(KeepingRefusal.OWN))
    if unit.id == card.unit.id:
        return _ask_to_stay(card, conversation, context)
    lines = [f"调动 {wording.who(card)} 到 {unit.full_name}，自 {full_day(starts)} 起，{wording.RIGHT}"]
    for told in (_appointments, _offices, _stand_ins):
        lines += await told(card, unit, starts, context)
    if card.transfer is not None:
        lines.append(f"· 取消原来的安排：{_plan(card.transfer)}")
    if starts > today(context):
        lines.append(f"到了 {full_day(starts)} 那天自动转过去，并请本人填写《廉洁风险交底确认》。")
    else:
        lines.append(BRIEFING)
    return ask(conversation, context, "move", _kept(card, unit, starts), "\n".join(lines))


def _kept(card: PersonCard, unit: UnitView, starts: date) -> dict[str, Json]:
    kept: dict[str, Json] = {"person": card.id, "from_unit": card.unit.id, "unit": unit.id, "from": str(starts)}
    plan = "" if card.transfer is None else _plan(card.transfer)
    return {**kept, "name": card.name, "what": unit.full_name, "plan": plan}


def _plan(transfer: TransferView) -> str:
    return f"{full_day(transfer.starts_on)} 起到 {transfer.unit.full_name}"


def _ask_to_stay(card: PersonCard, conversation: Conversation, context: Context) -> Outcome:
    """They are where they are to go: a plan is called off, and what it ended goes on."""
    if card.transfer is None:
        return say(conversation, *wording.sentence(f"{wording.who(card)} 就在这个单位，不用调动。"))
    plan = _plan(card.transfer)
    lines = [f"取消 {wording.who(card)} 的调动（{plan}），仍在 {card.unit.full_name}，{wording.RIGHT}"]
    for now, again in zip(card.appointments, _without_plan(card), strict=True):
        if again != now:
            lines.append(f"· 恢复：{wording.observer(again)}，{period(again.starts_on, again.ends_on)}")
    kept = _kept(card, card.unit, today(context))
    return ask(conversation, context, "move", kept, "\n".join(lines))


def _without_plan(card: PersonCard) -> Sequence[AppointmentView]:
    """The appointments with the ends that they have when the plan is given up."""
    plan = {} if card.transfer is None else {each.appointment_id: each for each in card.transfer.ended}
    found = []
    for each in card.appointments:
        end = plan.get(each.id)
        stands = end is None or each.ends_on != end.last_day or _is_followed(each, end.before, card)
        found.append(each if end is None or stands else replace(each, ends_on=end.before))
    return found


def _is_followed(this: AppointmentView, last: date | None, card: PersonCard) -> bool:
    """Whether another appointment of the kind begins after this one, by that day."""
    return any(
        (each.unit.id, each.level) == (this.unit.id, this.level)
        and each.starts_on > this.starts_on
        and (last is None or each.starts_on <= last)
        for each in card.appointments
    )


async def _appointments(card: PersonCard, unit: UnitView, starts: date, context: Context) -> Sequence[str]:
    """What ends and what stays of what they observe."""
    ending = await _ending(card, unit, starts, context)
    staying = [each for each in _without_plan(card) if each not in ending]
    lines = [f"· 到 {full_day(starts - ONE_DAY)} 结束：{wording.observer(each)}" for each in ending]
    return lines + [f"· 不变：{wording.observer(each)}，{period(each.starts_on, each.ends_on)}" for each in staying]


async def _ending(card: PersonCard, unit: UnitView, starts: date, context: Context) -> Sequence[AppointmentView]:
    lasting = [
        each
        for each in _without_plan(card)
        if each.starts_on <= starts and (each.ends_on is None or each.ends_on >= starts)
    ]
    return await within_reach([each for each in lasting if not unit.path.startswith(each.unit.path)], context)


async def _stand_ins(card: PersonCard, unit: UnitView, starts: date, context: Context) -> Sequence[str]:
    """What becomes of who stands in for them, and of those for whom they stand in."""
    ending = [each.id for each in await _ending(card, unit, starts, context)]
    lines = []
    for each in await context.records.people.stand_ins_after_move(card.id, unit, starts, ending):
        what = f"{each.substitute_name} 代 {each.absent_name} 填写（{period(each.starts_on, each.ends_on)}）"
        if each.stays:
            lines.append(f"· 代填不变：{what}")
            continue
        begun = each.starts_on < starts or each.starts_on <= today(context)
        ends = _ends(starts, context) if begun else "取消"
        lines.append(f"· 代填{ends}：{what}；请假不变，需要的话请另找人代填")
    return lines


def _ends(starts: date, context: Context) -> str:
    """How what has no last day ends with a transfer."""
    return f"到 {full_day(starts - ONE_DAY)} 结束" if starts > today(context) else "确认后马上结束"


async def _offices(card: PersonCard, unit: UnitView, starts: date, context: Context) -> Sequence[str]:
    """What ends and what stays of their offices: over the new unit or one above it they stay, and over a unit that the
    officer does not keep.
    """
    principal = await context.records.principal()
    ends = _ends(starts, context)
    lines = []
    for office in await context.records.people.offices_of(card.id):
        what = f"{office.unit.full_name} {wording.role(office.role)}"
        if unit.path.startswith(office.unit.path):
            lines.append(f"· 职务不变：{what}")
        elif principal.keeps(office.unit):
            lines.append(f"· 职务{ends}：{what}")
        else:
            lines.append(f"· 职务不变：{what}（这个单位不归您管；该结束的，请上级纪检人员来办）")
    return lines


def _without_to(unit: str) -> str:
    """到三公司, 去三公司."""
    return unit[1:] if unit[0] in "到去往至" and len(unit) > 1 else unit


def make_move(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: Transferred | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.refused(result.reason)
        ended = f"原来的 {result.ended} 项聘任到前一天为止。" if result.ended else ""
        if result.offices_ended:
            ended += f"{result.offices_ended} 项纪检职务已经结束。"
        if result.stand_ins_ended:
            ended += f"{result.stand_ins_ended} 项代填已经结束。"
        if result.called_off:
            given_back = f"{result.given_back} 项聘任恢复原来的期限。" if result.given_back else ""
            return wording.sentence(
                f"已取消：{kept['name']} {kept.get('plan', '')} 的调动，仍在 {kept['what']}。{given_back}"
            )
        if kept.get("plan"):
            ended += f"原来的安排（{kept['plan']}）已取消。"
        if result.planned:
            return wording.sentence(f"已安排：{kept['name']} 自 {full_day(day)} 起到 {kept['what']}。{ended}")
        return wording.sentence(f"已办好：{kept['name']} 现在属于 {kept['what']}。{ended}")

    day = date.fromisoformat(kept["from"])
    return Act(TransferPerson(kept["person"], kept["from_unit"], kept["unit"], day), worded)
