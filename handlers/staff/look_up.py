"""查 <number>: an officer reads one sheet, with all that was said to it before."""

import re

from handlers import words
from handlers.base import Context, Conversation, Outcome, Said, Tap, say, text
from handlers.staff import quality_wording, reading
from storage.commands import WriteAudit
from storage.numbers import parse_number
from storage.views import SheetView
from storage.vocabulary import Permission, SheetState

UNKNOWN: tuple[str | Tap, ...] = (
    "没有查到这个编号的观察表。请核对编号，例如“查 GC26-0000179”。\n\n",
    Tap(words.MENU),
)
"""For an unknown number, a number with a slip, and everybody who may not read the sheet: the same to the byte."""

READ = "read"
"""The memory of the sheet read last: its number and version, so that no other version is answered unread."""
_TYPED = re.compile(r"查(?:询|看|一下)?[\s:《“「]*([0-9a-z][0-9a-z\s\-_\u2010-\u2015\u2212\u30fc]{0,29})")


def behind(said: str) -> str | None:
    """What stands behind 查 in a text that is this command, else None."""
    found = _TYPED.fullmatch(words.normal(said))
    return None if found is None else found.group(1)


async def look_up(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """The sheet of a number as typed; reading it is put on the audit log in the same turn."""
    number = parse_number(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *UNKNOWN)
    shown = await _worded(sheet, context)
    ways = await _ways(sheet, context)
    remembered = conversation.with_memory(READ, {"number": sheet.number, "version": sheet.version})
    said = Said(remembered, text(shown, "\n\n", *ways))
    return Outcome(commands=(WriteAudit("sheet.read", f"sheet:{sheet.number}"),), then=lambda results: said)


def version_read(conversation: Conversation, number: str) -> int | None:
    """The version of this sheet that was read last in this conversation; None when another sheet, or none, was."""
    kept = conversation.recall(READ)
    if isinstance(kept, dict) and kept.get("number") == number and isinstance(kept.get("version"), int):
        return int(kept["version"])
    return None


async def _worded(sheet: SheetView, context: Context) -> str:
    zone = context.timezone
    versions = await context.records.sheet_versions(sheet.number) if sheet.reviews else ()
    before = next((version for version in versions if version.version == sheet.version - 1), None)
    changes = reading.UNCHANGED if before is None else reading.compared(before.readable, sheet.readable)
    others = {str(each["sheet"]) for each in quality_wording.concerns(sheet.quality) if each.get("sheet")}
    within_reach = [number for number in sorted(others) if await context.records.sheet(number) is not None]
    return "\n".join(
        [
            *reading.head(sheet, versions, zone),
            *quality_wording.evidence(sheet.quality, within_reach, zone),
            *reading.findings(sheet.findings),
            *reading.answers(sheet.readable, changes),
        ]
    )


async def _ways(sheet: SheetView, context: Context) -> list[str | Tap]:
    """What can be done with the sheet now."""
    principal = await context.records.principal()
    if sheet.state is not SheetState.SUBMITTED or not principal.may(Permission.REVIEW_SHEETS):
        return [Tap(words.MENU)]
    taps = (Tap("通过", f"通过 {sheet.number}"), Tap("退回…", f"退回 {sheet.number}"), Tap("待阅"), Tap(words.MENU))
    return [part for tap in taps for part in (tap, "　")][:-1]
