"""待阅: the sheets that wait for an officer's answer, the longest waiting first, a page at a time."""

import re

from handlers import numbered, words
from handlers.base import Context, Conversation, Outcome, Tap, say
from handlers.staff import quality_wording
from handlers.taps import turning
from storage.views import WaitingSheet

WORD = "待阅"
PAGE = 8
"""Sheets on one page: some 500 characters, one reply of WeChat."""
LAST_PAGE = 50
NOTHING: tuple[str | Tap, ...] = ("现在没有等您审阅的观察表。\n\n", Tap(words.MENU))
"""For an officer with nothing to answer, and everybody who is none: the same to the byte."""
HEAD = "等您审阅的观察表共 {total} 份，等得最久的在前，点编号或者回复序号查看："
_TYPED = re.compile(r"待\s*阅(?:的?(?:观察)?表|列表)?[\s:]*(?:第?\s*([0-9]{1,3})\s*页?)?")


def behind(said: str) -> str | None:
    """The page that is asked for (empty: the first) in a text that is this command, else None."""
    found = _TYPED.fullmatch(words.normal(said))
    return None if found is None else found.group(1) or ""


async def waiting(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """One page of the list; beyond its end the last one."""
    page = min(max(int(argument or 1), 1), LAST_PAGE)
    found = await context.records.waiting_sheets(limit=page * PAGE)
    if not found.sheets:
        return say(conversation, *NOTHING)
    page = min(page, (len(found.sheets) - 1) // PAGE + 1)
    first = (page - 1) * PAGE
    parts: list[str | Tap] = [HEAD.format(total=found.total)]
    for place, sheet in enumerate(found.sheets[first : page * PAGE], start=first + 1):
        parts += [f"\n\n{place}. ", Tap(sheet.number, f"查 {sheet.number}"), f" {_line(sheet, context)}"]
    parts.append("\n\n")
    parts += turning(WORD, page, min((found.total - 1) // PAGE + 1, LAST_PAGE))
    listed = enumerate(found.sheets[first : page * PAGE], start=first + 1)
    says = {place: f"查 {sheet.number}" for place, sheet in listed}
    return say(numbered.remembered(conversation, context, says, "份", WORD), *parts, Tap(words.MENU))


def _line(sheet: WaitingSheet, context: Context) -> str:
    day = sheet.submitted_at.astimezone(context.timezone)
    again = f"，补正后第 {sheet.version} 版" if sheet.version > 1 else ""
    flags = quality_wording.flags(sheet.quality)
    noticed = f"\n※ {flags}" if flags else ""
    instead = f"代 {sheet.absent_name}，" if sheet.absent_name else ""
    who = f"{sheet.author_name}（{instead}{sheet.unit_name}）"
    return f"《{sheet.title}》\n{who}，{day.month}月{day.day}日提交{again}{noticed}"
