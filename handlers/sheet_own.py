"""A sheet as its author reads it: the answers, what became of it, the office's comments; nothing about other sheets."""

from handlers import sheet_corrections_wording as wording
from handlers.base import Context, Conversation, Outcome, say
from handlers.staff import reading
from storage.numbers import parse_number
from storage.views import SheetView
from storage.vocabulary import SheetState


async def shown(typed: str, conversation: Conversation, context: Context) -> Outcome | None:
    """The sheet of a number as typed; None when this person handed in none of this number."""
    number = parse_number(typed)
    sheet = await context.records.my_sheet(number) if number is not None else None
    if sheet is None:
        return None
    ways = wording.ways(sheet, correctable=await _is_correctable(sheet, context))
    return say(conversation, await _worded(sheet, context), "\n\n", *ways)


async def _is_correctable(sheet: SheetView, context: Context) -> bool:
    """Whether it was returned to this person: what somebody handed in in their stead is corrected by that one."""
    if sheet.state is not SheetState.RETURNED:
        return False
    return any(each.number == sheet.number for each in await context.records.returned_sheets())


async def _worded(sheet: SheetView, context: Context) -> str:
    versions = await context.records.my_sheet_versions(sheet.number) if sheet.reviews else ()
    state = wording.STATES[sheet.state, sheet.version > 1]
    return "\n".join(
        [
            *reading.own_head(sheet, state, versions, context.timezone),
            *reading.findings(sheet),
            *reading.answers(sheet.readable, reading.since_before(sheet, versions)),
        ]
    )
