"""绑定申请, 确认绑定, 拒绝绑定 by officers; 解绑 by an officer, or by people for themselves."""

from typing import Any, Final

from handlers import numbered, words
from handlers.base import Context, Conversation, Json, Outcome, Tap, say
from handlers.keeping import choosing, wording
from handlers.keeping.asking import Act, ask
from handlers.people.wording import shown_phone
from handlers.sheet_labels import moment
from storage.commands import DecideBinding, Decided, KeepingRefused, UnbindPerson, Unbound
from storage.keeping_views import RequestView
from storage.vocabulary import KeepingRefusal

LIST: Final = words.BINDING_REQUESTS
CONFIRM: Final = "确认绑定"
REFUSE: Final = "拒绝绑定"
UNBIND: Final = "解绑"
PAGE: Final = 8
NOTHING: Final[tuple[str | Tap, ...]] = ("现在没有等您确认的绑定申请。\n\n", Tap(words.MENU))
"""For an officer without any, and for everybody who keeps nobody: the same to the byte."""
UNKNOWN: Final[tuple[str | Tap, ...]] = ("没有这份绑定申请。请说“绑定申请”看一看。\n\n", Tap(words.MENU))
"""For an unknown number, and for everybody who may not decide: the same to the byte."""
CONFIRM_QUESTION: Final = (
    "{shown}\n\n确认这份绑定申请，对吗？确认后，那个微信就代表这位同志。"
    "还没有和本人核实的，请先核实；不是本人的，点“拒绝”。"
)
REFUSE_QUESTION: Final = "{shown}\n\n拒绝这份绑定申请，对吗？会告诉申请的人没有通过。"
NOT_BOUND: Final = "这个微信还没有绑定，不用解绑。"
OWN_QUESTION: Final = (
    "解绑以后，这个微信不再代表您：不能填表，也看不到您的表。没填完的表都给您留着，重新绑定后接着填。\n\n确定解绑吗？"
)
OWN_DONE: Final = "已经解绑，{name}。以后要用，请重新绑定。"


async def waiting(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """绑定申请: those that wait, the oldest first, each with its taps, to be confirmed by its number as well."""
    found = await context.records.people.requests(PAGE + 1)
    if not found:
        return say(conversation, *NOTHING)
    parts: wording.Parts = ["等您确认的绑定申请，请先和本人核实，再点“确认”或者回复序号："]
    for place, each in enumerate(found[:PAGE], start=1):
        taps = (Tap("确认", f"{CONFIRM} #{each.id}"), "　", Tap("拒绝", f"{REFUSE} #{each.id}"))
        parts += [f"\n\n{place}. {_shown(each, context)}\n", *taps]
    if len(found) > PAGE:
        parts.append(f"\n\n还有申请没有列出，办完这几份再说“{LIST}”。")
    says = {place: f"{CONFIRM} #{each.id}" for place, each in enumerate(found[:PAGE], start=1)}
    return say(numbered.remembered(conversation, context, says, "份", LIST), *parts, "\n\n", Tap(words.MENU))


def _shown(request: RequestView, context: Context) -> str:
    number = f"工号 {request.staff_number}，" if request.staff_number else ""
    moved = "\n※ 已绑定另一个微信，确认后换到新的微信" if request.is_bound else ""
    at = moment(request.made_at, context.timezone)
    phone = shown_phone(request.phone)
    return f"{request.person_name}（{number}{request.unit_name}），手机 {phone}，{at} 申请{moved}"


async def confirm(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """确认绑定 <number>: asks."""
    return await _asked(_meant(argument, conversation, context), conversation, context, confirmed=True)


async def refuse(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """拒绝绑定 <number>: asks."""
    return await _asked(_meant(argument, conversation, context), conversation, context, confirmed=False)


def _meant(argument: str, conversation: Conversation, context: Context) -> int:
    """The request that is meant: by its id (#12), or by its place in the list that was shown last."""
    number = int(argument.removeprefix("#"))
    now = int(context.now.timestamp())
    line = "" if argument.startswith("#") else numbered.of_list(conversation, LIST, number, now)
    return int(line.rpartition("#")[2]) if line else number


async def _asked(number: int, conversation: Conversation, context: Context, *, confirmed: bool) -> Outcome:
    request = await context.records.people.request(number)
    if request is None:
        return say(conversation, *UNKNOWN)
    if request.person_id == (await context.records.principal()).person_id:
        return say(conversation, *wording.refused(KeepingRefusal.OWN))
    if request.is_beyond:
        return say(conversation, *wording.refused(KeepingRefusal.BEYOND))
    if not request.waits:
        return say(conversation, *wording.refused(KeepingRefusal.DECIDED))
    question = (CONFIRM_QUESTION if confirmed else REFUSE_QUESTION).format(shown=_shown(request, context))
    instead = (Tap("拒绝", f"{REFUSE} #{number}"),) if confirmed else ()
    kept = {"request": number, "confirm": confirmed, "person": request.person_id}
    return ask(conversation, context, "decide_binding", kept, question, instead)


def make_decide(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: Decided | KeepingRefused) -> wording.Parts:
        if isinstance(result, Decided):
            return [*wording.sentence(_told(result)), "　", Tap(LIST)]
        return list(UNKNOWN) if result.reason is KeepingRefusal.UNKNOWN else wording.refused(result.reason)

    confirm = bool(kept["confirm"])
    return Act(DecideBinding(int(kept["request"]), confirm), worded, leaver=kept.get("person") if confirm else None)


def _told(result: Decided) -> str:
    if not result.confirmed:
        return f"已拒绝 {result.name} 的绑定申请，会告诉申请的人。"
    moved = "，原来的微信已解绑" if result.moved else ""
    return f"已确认：{result.name} 绑定好了{moved}，会告诉本人。"


async def unbind(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """解绑 <name>, by an officer; alone it is the officer's own."""
    if not argument:
        return await unbind_own(argument, conversation, context)
    try:
        card = await choosing.covered(argument, context, lambda reference: f"{UNBIND} {reference}")
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    if not card.is_bound:
        return say(conversation, *wording.sentence(f"{wording.who(card)} 还没有绑定微信，不用解绑。"))
    question = (
        f"解除 {wording.who(card)} 的微信绑定，{wording.RIGHT}\n没填完的表都给本人留着；换了微信的，重新绑定就行。"
    )
    return ask(conversation, context, "unbind", {"person": card.id, "name": card.name}, question)


async def unbind_own(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """解绑, by anybody who is bound."""
    if argument:
        return say(conversation, *wording.UNKNOWN)
    principal = await context.records.principal()
    if principal.person_id is None:
        return say(conversation, *wording.sentence(NOT_BOUND))
    kept = {"person": principal.person_id, "name": principal.name, "own": True}
    return ask(conversation, context, "unbind", kept, OWN_QUESTION)


def make_unbind(kept: Json) -> Act:
    """What the answer yes does. One's own: what this conversation remembers is the person's, and goes."""
    own = bool(kept.get("own"))

    def worded(result: Unbound | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.refused(result.reason)
        if not result.loosened:
            return wording.sentence("之前已经解绑了，不用再办。")
        told = OWN_DONE.format(name=kept["name"]) if own else f"已解除 {kept['name']} 的微信绑定，会告诉那个微信。"
        return wording.sentence(told)

    def left(conversation: Conversation, result: Any) -> Conversation:
        return conversation._replace(memory={}) if own and isinstance(result, Unbound) else conversation

    return Act(UnbindPerson(kept["person"]), worded, left=left, leaver=None if own else kept["person"])
