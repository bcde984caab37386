"""改类 <number> …: officers correct the labels of a message, or of a finding of a sheet."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from handlers import label_words
from handlers.base import Context, Conversation, Outcome, Said, say, text
from handlers.messages.wording import KIND_NAMES
from handlers.staff import labels_wording as wording
from handlers.staff import look_up, typed
from nlp import values
from storage.commands import (
    Command,
    CorrectFinding,
    CorrectionRefused,
    CorrectMessage,
    LabelsCorrected,
)
from storage.numbers import NumberPrefix, prefix_of
from storage.views import FindingView, SheetView
from storage.vocabulary import CorrectionRefusal

WORD: Final = "改类"
LONGEST: Final = 200
RIGHT: Final = frozenset({"对", "没错", "正确", "分类正确", "不用改"})
"""The machine was right."""
_PLACE: Final = re.compile(r"\s*第?\s*([0-9]{1,3}|[一二两三四五六七八九十]{1,3})\s*[项条]\s*[、,，:：]?\s*")
_MINUS: Final = re.compile(r"\s[-－—]+\s*$")
_BETWEEN: Final = re.compile(r"[\s、,，;；。]+")

Changed = Callable[[Mapping[str, Any], Sequence[str]], dict[str, Any]]
"""What names change of labels, see label_words.changed."""

behind: Callable[[str], str | None] = partial(typed.behind_word, word=WORD)
"""What stands behind 改类 in a text that is this command, else None."""


async def relabel(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """改类 <number> [第2项] <labels>."""
    number, said = typed.number_and_comment(argument)
    if number is None:
        return say(conversation, *look_up.unknown(argument))
    if said and _MINUS.search(argument.rstrip().removesuffix(said)):  # a dash before a comment means nothing elsewhere
        said = f"-{said}"
    if prefix_of(number) is NumberPrefix.MESSAGE:
        return await _message(number, said, conversation, context)
    return await _finding(number, said, conversation, context)


async def _message(number: str, said: str, conversation: Conversation, context: Context) -> Outcome:
    message = await context.records.message(number)
    if message is None:
        own = await context.records.my_messages(1, number)
        return say(conversation, *(wording.refused(wording.OWN_TEXT, number) if own else look_up.unknown(number)))
    if not said:
        current = wording.line(message.labels, intent=True)
        return say(conversation, *wording.to_say(number, current, kind=KIND_NAMES[message.kind]))
    try:
        if _PLACE.match(said):
            raise ValueError(wording.NO_PLACES.format(number=number))
        labels = _labels(said, message.labels.current, label_words.changed)
    except ValueError as refusal:
        return say(conversation, *wording.refused(str(refusal), number))
    command = CorrectMessage(number, labels, message.labels.version)
    return _correcting(command, number, number, conversation, intent=True)


async def _finding(number: str, said: str, conversation: Conversation, context: Context) -> Outcome:
    sheet = await context.records.sheet(number)
    if sheet is None:
        own = await context.records.my_sheet(number)
        return say(conversation, *(wording.refused(wording.OWN_TEXT, number) if own else look_up.unknown(number)))
    try:
        finding, rest = _place(sheet, said)
        example = f"第{finding.place}项 "
        if not rest:
            return say(conversation, *wording.to_say(number, wording.line(finding.labels), example=example))
        labels = _labels(rest, finding.labels.current, label_words.changed_of_finding)
    except ValueError as refusal:
        return say(conversation, *wording.refused(str(refusal), number))
    command = CorrectFinding(number, finding.place, labels, finding.labels.version, sheet.version)
    return _correcting(command, f"{number} 第 {finding.place} 项", number, conversation, intent=False)


def _place(sheet: SheetView, said: str) -> tuple[FindingView, str]:
    """The finding that is meant, and what is said of it. Raises ValueError with the sentence to show."""
    count = len(sheet.findings)
    if not count:
        raise ValueError(wording.NO_FINDING)
    found = _PLACE.match(said)
    if found is None:
        if count > 1:
            raise ValueError(wording.WHICH_FINDING.format(count=count, number=sheet.number))
        return sheet.findings[0], said
    place = values.integer(found.group(1))
    if not 1 <= place <= count:
        raise ValueError(wording.NO_SUCH_FINDING.format(count=count, place=place))
    return sheet.findings[place - 1], said[found.end() :]


def _labels(said: str, current: Mapping[str, Any], changed: Changed) -> dict[str, Any]:
    """The labels that are named; {}: the machine was right. Raises ValueError with the sentence to show."""
    if said.strip(" 。！!") in RIGHT:
        return {}
    return changed(current, [name for name in _BETWEEN.split(said.strip()) if name])


def _correcting(command: Command, what: str, number: str, conversation: Conversation, *, intent: bool) -> Outcome:
    def worded(results: Sequence[Any]) -> Said:
        done: LabelsCorrected | CorrectionRefused = results[0]
        if isinstance(done, LabelsCorrected):
            return Said(conversation, text(*wording.corrected(what, done.before, done.after, intent=intent)))
        if done.reason is CorrectionRefusal.CHANGED:
            return Said(conversation, text(*wording.refused(wording.CHANGED_MEANWHILE, number)))
        if done.reason is CorrectionRefusal.OWN:
            return Said(conversation, text(*wording.refused(wording.OWN_TEXT, number)))
        return Said(conversation, text(*look_up.unknown(number)))

    return Outcome(commands=(command,), then=worded)
