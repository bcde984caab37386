"""查 <number>: an officer reads one sheet, with all that was said to it, or one message; an author their own sheet."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from handlers import sheet_own, words
from handlers.base import Context, Conversation, Outcome, Said, Tap, say, text
from handlers.forms.views import FormState
from handlers.forms.worked_out import notes_beside_findings
from handlers.messages import wording as messages
from handlers.staff import message_reading, quality_wording, reading, typed
from handlers.taps import row
from storage.commands import WriteAudit
from storage.numbers import NumberPrefix, parse_number, prefix_of
from storage.views import SheetView
from storage.vocabulary import Permission, SheetState

_EXAMPLES: Mapping[NumberPrefix, str] = MappingProxyType(
    {NumberPrefix.SHEET: "GC26-0000179", NumberPrefix.MESSAGE: "YJ26-0000013"}
)
"""Numbers that check. Whoever asks for just this one is shown no example."""
NOT_FOUND = "没有查到这个编号。请核对编号{example}。\n\n"
WITH_LEVEL = "复核风险等级，把项号和等级写在编号后面：“通过 {number} 1高”。\n\n"


def unknown(argument: str) -> tuple[str | Tap, ...]:
    """For an unknown number, a number with a slip, and everybody who may not read what it is of: the same to the byte,
    by what was typed and by nothing else. The author of a sheet, officer or not, reads it as sheet_own shows it.
    """
    prefix = NumberPrefix.MESSAGE if words.normal(argument).startswith("yj") else NumberPrefix.SHEET
    example = _EXAMPLES[prefix]
    asked_for = parse_number(argument) or typed.number_and_comment(argument)[0]
    return NOT_FOUND.format(example="" if asked_for == example else f"，例如“查 {example}”"), Tap(words.MENU)


async def not_found(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """For everybody who may not do with a sheet or message what was asked for."""
    return say(conversation, *unknown(argument))


READ = "read"
"""The memory of the sheet read last: its number and version, so that no other version is answered unread."""
_BARE = re.compile(r"(?:gc|yj)[\s\-_\u2010-\u2015\u2212\u30fc]*[0-9][0-9\s\-_\u2010-\u2015\u2212\u30fc]{0,24}")
_TYPED = re.compile(r"查(?:询|看|一下)?[\s:《“「]*([0-9a-z][0-9a-z\s\-_\u2010-\u2015\u2212\u30fc]{0,29})")


def behind(said: str) -> str | None:
    """What stands behind 查 in a text that is this command, else None."""
    found = _TYPED.fullmatch(words.normal(said))
    return None if found is None else found.group(1)


async def look_up(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """The sheet or message of a number as typed; reading it is put on the audit log in the same turn."""
    return await _read(argument, conversation, context) or await look_up_own(argument, conversation, context)


async def look_up_own(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """The same for somebody without the right, and for an officer who may not read it: only as its author."""
    return await _own(argument, conversation, context) or say(conversation, *unknown(argument))


async def bare(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """A number by itself, read as 查 reads it; None for any other text, and where nothing was found and this person
    learns nothing of it. Digits alone may be anything: they are a number of ours only where something is found.
    """
    prefixed = _BARE.fullmatch(words.normal(said)) is not None
    if not prefixed and parse_number(said) is None:
        return None
    reads = (await context.records.principal()).may(Permission.READ_SHEETS)
    found = await _read(said, conversation, context) if reads else None
    found = found or await _own(said, conversation, context)
    return found or (say(conversation, *unknown(said)) if reads and prefixed else None)


async def _read(argument: str, conversation: Conversation, context: Context) -> Outcome | None:
    """What an officer reads; None where there is nothing that this one may read."""
    number = parse_number(argument)
    if number is not None and prefix_of(number) is NumberPrefix.MESSAGE:
        return await message_reading.look_up(number, conversation, context)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return None
    shown = await _worded(sheet, context)
    ways = await _ways(sheet, context)
    remembered = conversation.with_memory(READ, {"number": sheet.number, "version": sheet.version})
    said = Said(remembered, text(shown, "\n\n", *ways))
    return Outcome(commands=(WriteAudit("sheet.read", f"sheet:{sheet.number}"),), then=lambda results: said)


async def _own(argument: str, conversation: Conversation, context: Context) -> Outcome | None:
    """What this person handed in; None when nothing of this number."""
    number = parse_number(argument)
    if number is not None and prefix_of(number) is NumberPrefix.MESSAGE:
        own = await context.records.my_messages(1, number)
        return say(conversation, *messages.one(own[0], context.timezone)) if own else None
    return await sheet_own.shown(argument, conversation, context)


def version_read(conversation: Conversation, number: str) -> int | None:
    """The version of this sheet that was read last in this conversation; None when another sheet, or none, was."""
    kept = conversation.recall(READ)
    if isinstance(kept, dict) and kept.get("number") == number and isinstance(kept.get("version"), int):
        return int(kept["version"])
    return None


async def _worded(sheet: SheetView, context: Context) -> str:
    zone = context.timezone
    versions = await context.records.sheet_versions(sheet.number) if sheet.reviews else ()
    others = {str(each["sheet"]) for each in quality_wording.concerns(sheet.quality) if each.get("sheet")}
    within_reach = [number for number in sorted(others) if await context.records.sheet(number) is not None]
    return "\n".join(
        [
            *reading.head(sheet, versions, zone),
            *quality_wording.evidence(sheet.quality, within_reach, zone),
            *reading.findings(sheet, await _worked_out(sheet, context)),
            *reading.answers(sheet.readable, reading.since_before(sheet, versions)),
        ]
    )


async def _worked_out(sheet: SheetView, context: Context) -> Sequence[Sequence[str]]:
    """What the form told the person beside each finding; nothing for a sheet without its engine state."""
    if not sheet.findings:
        return ()
    try:
        state = FormState.from_json(sheet.form_state)
    except (KeyError, TypeError, ValueError):
        return ()
    return notes_beside_findings(await context.forms.get(sheet.form_version_id), state)


async def _ways(sheet: SheetView, context: Context) -> list[str | Tap]:
    """What can be done with the sheet now."""
    principal = await context.records.principal()
    if sheet.state is not SheetState.SUBMITTED or not principal.may(Permission.REVIEW_SHEETS):
        return [Tap(words.MENU)]
    taps = (Tap("通过", f"通过 {sheet.number}"), Tap("退回…", f"退回 {sheet.number}"), Tap("待阅"), Tap(words.MENU))
    ways = row(taps)
    return [WITH_LEVEL.format(number=sheet.number), *ways] if sheet.findings else ways
