"""人员: one person with all that is kept of them, or the people of a unit, a page at a time."""

import re
from typing import Final

from handlers import numbered, words
from handlers.base import Context, Conversation, Outcome, Tap, say
from handlers.deliveries.days import full_day
from handlers.keeping import appointing, choosing, leaves, moving, phones, wording
from storage.briefing_views import Briefing
from storage.views import UnitView

WORD: Final = "人员"
PAGE: Final = 12
HELP: Final = "\n".join(
    (
        "人员这样管，每一步都会先念给您听，确认才办：",
        "· 人员 李四，或者 人员 二公司：看聘任、请假、绑定",
        f"· {appointing.HOW_TO_APPOINT}",
        f"· {appointing.HOW_TO_DISMISS}",
        f"· {moving.HOW_TO_MOVE}",
        f"· {leaves.HOW_TO_TAKE}",
        "· 销假 李四",
        f"· {leaves.HOW_TO_STAND_IN}",
        f"· {phones.HOW}",
        "· 绑定申请：谁在等您确认绑定；解绑 李四：解除微信绑定",
    )
)
_PAGED: Final = re.compile(r"(.+?)\s+(?:第\s*)?([0-9]{1,3})\s*页?")


async def look(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """人员 <name, staff number or unit>; alone how people are kept."""
    if not argument:
        return say(conversation, *wording.sentence(HELP))
    people = await context.records.people.named(argument, wording.MOST_NAMED + 1)
    if len(people) == 1:
        briefing = await context.records.people.briefing(people[0].id)
        return say(conversation, *wording.sentence(f"{wording.card(people[0])}{_told(briefing, context)}"))
    if people:
        said = [f"{WORD} {wording.reference(card)}" for card in people[: wording.MOST_NAMED]]
        return choosing.asked(choosing.NotOne(*wording.which(people, said)), conversation, context)
    paged = _PAGED.fullmatch(argument)
    name, page = (paged[1], int(paged[2])) if paged is not None else (argument, 1)
    try:
        unit = await choosing.unit("".join(re.split(r"[\s/]+", name)), context, lambda found: f"{WORD} {found}")
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    return await _of_unit(unit, max(page, 1), conversation, context)


def _told(briefing: Briefing | None, context: Context) -> str:
    """Whether they acknowledged the risk briefing that they were asked for last."""
    if briefing is None:
        return ""
    day = full_day((briefing.done_at or briefing.asked_at).astimezone(context.timezone).date())
    how = f"{day}已填（{briefing.sheet_number}）" if briefing.done_at else f"还没有填，{day}通知的"
    return f"\n{briefing.title}：{how}"


async def _of_unit(unit: UnitView, page: int, conversation: Conversation, context: Context) -> Outcome:
    found = await context.records.people.of_unit(unit.id, PAGE, (page - 1) * PAGE)
    if not found.people and found.total:
        page = (found.total - 1) // PAGE + 1
        found = await context.records.people.of_unit(unit.id, PAGE, (page - 1) * PAGE)
    if not found.total:
        return say(conversation, *wording.sentence(f"{unit.full_name} 还没有登记人员。"))
    today = context.now.astimezone(context.timezone).date()
    parts: wording.Parts = [f"{unit.full_name} 和下属单位，共 {found.total} 人："]
    says: dict[int, str] = {}
    for place, card in enumerate(found.people, start=(page - 1) * PAGE + 1):
        says[place] = f"{WORD} {wording.reference(card)}"
        parts += [f"\n{place}. ", Tap(card.name, says[place]), wording.line(card, today)]
    parts.append("\n\n")
    whole = unit.full_name.replace(" / ", "")
    if page > 1:
        parts += [Tap("上一页", f"{WORD} {whole} {page - 1}"), "　"]
    if page * PAGE < found.total:
        parts += [Tap("下一页", f"{WORD} {whole} {page + 1}"), "　"]
    return say(numbered.remembered(conversation, context, says, "个"), *parts, Tap(words.MENU))
