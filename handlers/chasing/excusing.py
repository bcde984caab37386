"""免交: an officer says that somebody does not owe a sheet, and why."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from handlers import numbered, words
from handlers.base import Context, Conversation, Json, Outcome, Tap, say
from handlers.chasing import typed, wording
from handlers.keeping.asking import Act, ask
from nlp.normalising import simplified
from storage.commands import DutyRefused, Excused, ExcuseDuty
from storage.duty_views import DutyScope, OwedLine, PersonLine
from storage.vocabulary import Permission, RoundRefusal

EXCUSE: Final = "免交"
ACT: Final = "excuse_duty"
LONGEST_REASON: Final = 100
UNKNOWN: Final[tuple[str | Tap, ...]] = (
    "没有查到这个人未交的观察表。请写姓名或者工号、期次和理由，例如“免交 王建国 三季度 休产假”。\n\n",
    Tap(words.MENU),
)
"""For nobody's name, for nothing that is owed, and for everybody without the right: the same to the byte."""
NO_REASON: Final = "免交要写理由，例如“免交 {name} 休产假”。"
LONG_REASON: Final = "理由请控制在 {longest} 个字以内。"
WHICH_PERSON: Final = "叫“{name}”的有几位，是哪一位？点一下，或者回复序号。"
WHICH: Final = "{name} 有 {count} 份没交，免哪一份？点一下，或者回复序号。"
QUESTION: Final = (
    "免交 {name}（{unit}）的 {title} {label}{subject}？\n理由：{reason}\n确认后不再催，也不计入应交；理由记入审计。"
)
DONE: Final = "已免交：{name} 的 {title} {label}。"
REFUSED: Final = {
    RoundRefusal.OWN: "自己的任务不能自己免交，请上级纪检人员办理。",
    RoundRefusal.STANDS_IN: "没有办理：这一份现在由您代填，和自己的任务一样不能自己免交，请上级纪检人员办理。",
    RoundRefusal.DONE: "没有办理：这一份刚刚交了，或者已经免交。",
}
_DUTY: Final = re.compile(r"任务([0-9]{1,12})")


class _Said(NamedTuple):
    name: str
    scope: DutyScope
    duty: int
    reason: str


async def excuse(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """免交 <name> [period] <reason>: asks first."""
    said = _read(argument, context)
    people = await _named(said.name, context)
    if not people:
        return say(conversation, *UNKNOWN)
    if len(people) > 1:
        rest = argument.strip().removeprefix(said.name).strip()
        whom = [Tap(f"{each.name}（{each.unit_name}）{each.staff_number}", _again(each, rest)) for each in people]
        return _asked_which(WHICH_PERSON.format(name=said.name), whom, conversation, context)
    owing = await context.records.rounds.owed_by(people[0].id, said.scope)
    meant = [line for line in owing if said.duty in (0, line.duty_id)]
    if not meant:
        return say(conversation, *UNKNOWN)
    if not 0 < len(said.reason) <= LONGEST_REASON:
        told = LONG_REASON.format(longest=LONGEST_REASON) if said.reason else NO_REASON.format(name=said.name)
        return say(conversation, *wording.sentence(told))
    if len(meant) > 1:
        head = WHICH.format(name=meant[0].person_name, count=len(meant))
        return _asked_which(head, [_tap(said, line) for line in meant], conversation, context)
    return _asking(meant[0], said.reason, conversation, context)


async def _named(name: str, context: Context) -> Sequence[PersonLine]:
    """Those with this name as typed, or else in simplified characters."""
    for each in words.spellings(name):
        if found := await context.records.rounds.persons_named(each, Permission.MANAGE_ROUNDS):
            return found
    return ()


def _read(argument: str, context: Context) -> _Said:
    """Name, period and reason; a period is only looked for right behind the name."""
    today = context.now.astimezone(context.timezone).date()
    name, _, rest = " ".join(argument.split()).partition(" ")
    word, _, reason = rest.partition(" ")
    if found := _DUTY.fullmatch(word):
        return _Said(name, DutyScope(), int(found[1]), reason.strip())
    scope = typed.scope_of(simplified(word), today, context.timezone) if word else DutyScope()
    return _Said(name, scope, 0, (reason if scope.names_periods else rest).strip())


def _asked_which(head: str, taps: Sequence[Tap], conversation: Conversation, context: Context) -> Outcome:
    lines, says = numbered.lines(taps)
    return say(numbered.remembered(conversation, context, says, "个"), head, *lines, "\n\n", Tap(words.MENU))


def _again(person: PersonLine, rest: str) -> str:
    """The command with what names exactly this person."""
    return f"{EXCUSE} {person.staff_number or person.name} {rest}".strip()


def _tap(said: _Said, line: OwedLine) -> Tap:
    about = f"（{line.subject}）" if line.subject else ""
    return Tap(f"{line.title} {line.label}{about}", f"{EXCUSE} {said.name} 任务{line.duty_id} {said.reason}")


def _asking(line: OwedLine, reason: str, conversation: Conversation, context: Context) -> Outcome:
    kept = {"duty": line.duty_id, "reason": reason, "name": line.person_name, "title": line.title, "label": line.label}
    question = QUESTION.format(
        name=line.person_name,
        unit=line.unit.full_name,
        title=line.title,
        label=line.label,
        subject=f"（{line.subject}）" if line.subject else "",
        reason=reason,
    )
    return ask(conversation, context, ACT, kept, question)


def make_excuse(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: Excused | DutyRefused) -> wording.Parts:
        if isinstance(result, DutyRefused):
            told = REFUSED.get(result.reason)
            return wording.sentence(told) if told is not None else list(UNKNOWN)
        return wording.sentence(DONE.format(name=kept["name"], title=kept["title"], label=kept["label"]))

    return Act(ExcuseDuty(int(kept["duty"]), str(kept["reason"])), worded)
