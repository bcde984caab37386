"""加词, 删词, 撤销改词, 词库: officers of the group steer the classifier; each edit is tried before it counts."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, Said, Tap, say, text
from handlers.staff import lexicon_trial, lexicon_typing
from handlers.staff import lexicon_wording as wording
from handlers.staff.command import Run
from nlp import tokens
from nlp.labels import Discipline, Intent
from nlp.lexicon.reading import built_in
from storage.commands import EditLexicon, LexiconEdited, LexiconRefused, UndoLexiconEdit
from storage.text_views import LexiconEditView, LexiconState, LexiconWord
from storage.vocabulary import LexiconRefusal, Permission

Step = Callable[[LexiconWord, int, Conversation, Context], Awaitable[Outcome]]
"""What is done with the edit that waits, and the version of the lexicon that it was tried on."""

MEMORY: Final = "lexicon"
"""The memory of an edit that waits for its confirmation, or of the one confirmed last."""
PATIENCE: Final = 1800
"""Seconds for which it waits."""
LONGEST: Final = 100
"""Characters of a command."""
LONGEST_ANSWER: Final = 400
"""Characters of what a tap says, with every label that an edit may have."""
LISTED: Final = 10
LOOKED_BACK: Final = 200
"""Edits among which one that was undone is looked for."""
EVERYDAY: Final = 5_000
"""Frequency in jieba's dictionary from which on a word stands everywhere (我们 98,740, 建议 9,327; 采购 1,843)."""
DECIDES: Final = 3
"""Weight of a word that decides by itself (nlp.lexicon.reading.Weighed)."""
_OF_REPORTS: Final = frozenset(map(str, (*Discipline, Intent.REPORT)))
"""Labels by which a report is recognised."""
_BEHIND: Final = r"(?:[\s:：]+(.*))?"


def _behind(said: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.fullmatch(words.normal(said))
    return None if found is None else (found.group(1) or "").strip() if pattern.groups else ""


def _hearing(word: str, behind: str = "") -> Callable[[str], str | None]:
    return partial(_behind, pattern=re.compile(f"{word}{behind}"))


hear_add = _hearing(wording.ADD, _BEHIND)
hear_remove = _hearing(wording.REMOVE, _BEHIND)
hear_undo = _hearing(wording.UNDO, r"[\s:第]*([0-9]{1,9})?\s*版?")
hear_history = _hearing(wording.HISTORY)
hear_confirm = _hearing(wording.CONFIRM, _BEHIND)
hear_look = _hearing(wording.LOOK, _BEHIND)
hear_drop = _hearing(wording.DROP, _BEHIND)


async def add(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """加词 <word> <labels> [weight]: tried, and asked about."""
    try:
        wanted = lexicon_typing.to_add(argument)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    return await _try(wanted, await context.records.lexicon_edits(), conversation, context)


async def remove(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """删词 <word>: tried, and asked about."""
    try:
        wanted = lexicon_typing.to_remove(argument)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    state = await context.records.lexicon_edits()
    if wanted.word not in built_in().words and all(each.word != wanted.word for each in state.edits):
        return say(conversation, *wording.sentence(wording.NOT_THERE.format(word=wanted.word)))
    return await _try(wanted, state, conversation, context)


async def _try(wanted: LexiconWord, state: LexiconState, conversation: Conversation, context: Context) -> Outcome:
    if wanted in state.edits:
        return say(conversation, *wording.sentence(wording.ALREADY.format(word=wanted.word)))
    trial = await lexicon_trial.tried(wanted, state, context)
    standing = next((each for each in state.edits if each.word == wanted.word), None)
    waiting = {
        "word": wanted.word,
        "labels": list(wanted.labels),
        "weight": wanted.weight,
        "version": trial.version,
        "at": int(context.now.timestamp()),
        "turn": conversation.seq + 1,
    }
    notes = [*_replacing(wanted, standing), *_too_common(wanted, trial)]
    return say(conversation.with_memory(MEMORY, waiting), *wording.ask(wanted, trial, lexicon_trial.DAYS, notes))


def _replacing(wanted: LexiconWord, standing: LexiconWord | None) -> list[str]:
    """What an edit takes the place of, and what is no longer recognised by the word, in a sentence each."""
    if standing is not None:
        decided = _OF_REPORTS & set(standing.labels) if standing.weight == DECIDES else set()
        return [wording.REPLACES.format(what=wording.what(standing)), *_not_recognised(wanted, decided)]
    meaning = built_in().words.get(wanted.word)
    if meaning is None:
        return []
    weighed = (*meaning.labels, *meaning.eight, *meaning.intents)
    labels = [label for label, _ in weighed]
    decided = {label for label, weight in weighed if weight == DECIDES and label in _OF_REPORTS}
    told = wording.REPLACES_BUILT_IN if wanted.weight else wording.REMOVES_BUILT_IN
    if labels:
        return [told.format(labels=wording.named(labels)), *_not_recognised(wanted, decided)]
    return [] if wanted.weight else [wording.REMOVES_NO_LABEL]


def _not_recognised(wanted: LexiconWord, decided: Set[str]) -> list[str]:
    """A warning where reports were recognised by the word alone, and would not be any more."""
    left = set(wanted.labels) if wanted.weight == DECIDES else set()
    lost = sorted(decided) if not decided & left else []
    return [wording.NOT_RECOGNISED.format(labels=wording.named(lost), word=wanted.word)] if lost else []


def _too_common(wanted: LexiconWord, trial: lexicon_trial.Trial) -> list[str]:
    """A warning of a word that says nothing of one text, for it stands in many."""
    if trial.common and wanted.weight:
        return [wording.COMMON.format(percent=round(100 * trial.holding / trial.tried), word=wanted.word)]
    if not trial.common and tokens.frequency(wanted.word) < EVERYDAY:
        return []
    return [(wording.EVERYDAY if wanted.weight else wording.EVERYDAY_REMOVED).format(word=wanted.word)]


def is_answer(said: str, conversation: Conversation, at: datetime) -> bool:
    """Whether a text typed at that moment (aware) answers the question about an edit that was just asked."""
    kept = conversation.recall(MEMORY)
    just_asked = isinstance(kept, dict) and kept.get("turn") == conversation.seq
    if not just_asked or words.simple(said) not in _ANSWERS:
        return False
    return "undo" not in kept or at.timestamp() - kept.get("at", 0) <= PATIENCE


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A yes, a no or 查看, typed right after the question."""
    if not await _may_edit(context):
        return say(conversation.with_memory(MEMORY, None), *wording.NOT_FOR_YOU)
    answer = _ANSWERS[words.simple(inbound.text)]
    asked_to_undo = conversation.recall(MEMORY).get("undo")
    if asked_to_undo is None:
        return await answer("", conversation, context)
    forgotten = conversation.with_memory(MEMORY, None)
    if answer is drop:
        return say(forgotten, *wording.dropped())
    return await undo(str(asked_to_undo) if answer is confirm else "", forgotten, context)


def still_waits(conversation: Conversation, at: datetime) -> bool:
    """Whether an edit waits at that moment (aware), whatever was said since it was asked about."""
    return _waiting(conversation, at) is not None


async def asked_again(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """确认 or 取消, typed after something else: it is told which edit waits, and nothing is done yet."""
    if not await _may_edit(context):
        return say(conversation.with_memory(MEMORY, None), *wording.NOT_FOR_YOU)
    waiting = _waiting(conversation, context.now)
    if waiting is None:
        return _nothing_waits("", conversation)
    return _asking(conversation, *wording.waits(waiting[0], wording.STILL_WAITS))


async def _may_edit(context: Context) -> bool:
    """Whether this person still has the right to what they were asked about."""
    return (await context.records.principal()).may(Permission.EDIT_LEXICON)


def _waiting(conversation: Conversation, at: datetime) -> tuple[LexiconWord, int] | None:
    """The edit that waits, and the version of the lexicon that it was tried on."""
    kept = conversation.recall(MEMORY)
    if not isinstance(kept, dict) or "word" not in kept or at.timestamp() - kept["at"] > PATIENCE:
        return None  # WeChat's clock may be behind ours
    return LexiconWord(kept["word"], tuple(kept["labels"]), kept["weight"]), kept["version"]


def _asking(conversation: Conversation, *parts: str | Tap) -> Outcome:
    """The edit that waits is spoken of in this turn."""
    asked = {**conversation.recall(MEMORY), "turn": conversation.seq + 1}
    return say(conversation.with_memory(MEMORY, asked), *parts)


def _answering(step: Step) -> Run:
    """An answer to the question about an edit; what a tap names behind the word (`argument`) must be the one that
    waits.
    """

    async def run(argument: str, conversation: Conversation, context: Context) -> Outcome:
        waiting = _waiting(conversation, context.now)
        if waiting is None:
            return _nothing_waits(argument, conversation)
        wanted, version = waiting
        if argument and argument != words.normal(wording.typed(wanted)):
            return _asking(conversation, *wording.waits(wanted, wording.NOT_THE_NEWEST))
        return await step(wanted, version, conversation, context)

    return run


async def _look(wanted: LexiconWord, version: int, conversation: Conversation, context: Context) -> Outcome:
    """查看: some of what would change, before and after."""
    state = await context.records.lexicon_edits()
    if state.version != version:
        return say(conversation.with_memory(MEMORY, None), *_changed(wanted))
    trial = await lexicon_trial.tried(wanted, state, context)
    return _asking(conversation, *wording.changes(wanted, trial))


async def _confirm(wanted: LexiconWord, version: int, conversation: Conversation, context: Context) -> Outcome:
    """确认: it counts from now on, unless somebody edited the lexicon since it was tried."""

    def worded(results: Sequence[Any]) -> Said:
        result: LexiconEdited | LexiconRefused = results[0]
        if isinstance(result, LexiconEdited):
            kept = conversation.with_memory(MEMORY, {"done": result.version, "edit": wording.typed(wanted)})
            return Said(kept, text(*wording.done(wanted, result.version)))
        parts = _changed(wanted) if result.reason is LexiconRefusal.CHANGED else _refused(result)
        return Said(conversation.with_memory(MEMORY, None), text(*parts))

    return Outcome(commands=(EditLexicon(wanted.word, wanted.labels, wanted.weight, version),), then=worded)


async def _drop(wanted: LexiconWord, version: int, conversation: Conversation, context: Context) -> Outcome:
    """取消: nothing is edited."""
    return say(conversation.with_memory(MEMORY, None), *wording.dropped())


look, confirm, drop = _answering(_look), _answering(_confirm), _answering(_drop)


def _nothing_waits(edit: str, conversation: Conversation) -> Outcome:
    """`edit`: the one that a tap named, as it is typed; empty: none."""
    kept = conversation.recall(MEMORY)
    if isinstance(kept, dict) and "done" in kept and edit in ("", words.normal(kept.get("edit", ""))):
        return say(conversation, *wording.done_before(int(kept["done"])))
    if hear_add(edit) or hear_remove(edit):
        return say(conversation, *wording.try_again(wording.NOT_IN_FORCE, edit))
    return say(
        conversation.with_memory(MEMORY, None) if kept else conversation, *wording.sentence(wording.NOTHING_WAITS)
    )


def _changed(wanted: LexiconWord) -> wording.Parts:
    """Somebody else edited the lexicon since this edit was tried."""
    return wording.try_again(wording.CHANGED, wording.typed(wanted))


async def undo(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """撤销改词 asks about the newest edit; 撤销改词 <version> takes one back."""
    if not argument:
        edits = await context.records.lexicon_history(LISTED)
        newest = next((each for each in edits if each.undoes is None and each.undone_by is None), None)
        if newest is None:
            return say(conversation, *wording.sentence(wording.NOTHING_TO_UNDO))
        asked = {"undo": newest.version, "turn": conversation.seq + 1, "at": int(context.now.timestamp())}
        return say(conversation.with_memory(MEMORY, asked), *wording.ask_undo(newest))
    version = int(argument)
    edits = await context.records.lexicon_history(LOOKED_BACK)
    before = next((each for each in edits if each.version == version and each.undone_by is not None), None)
    if before is not None:
        return say(conversation, *wording.undone_before(before))
    if not any(each.version == version and each.undoes is None for each in edits) and len(edits) < LOOKED_BACK:
        return say(conversation, *_not_undone(version, edits))

    def worded(results: Sequence[Any]) -> Said:
        result: LexiconEdited | LexiconRefused = results[0]
        if isinstance(result, LexiconEdited):
            parts = wording.undone(result.version, result.undoes, result.after, result.word)
            return Said(conversation, text(*parts))
        return Said(conversation, text(*_refused(result)))

    return Outcome(commands=(UndoLexiconEdit(version),), then=worded)


def _refused(result: LexiconRefused) -> wording.Parts:
    if result.reason is LexiconRefusal.NO_RIGHT:
        return list(wording.NOT_FOR_YOU)
    changed = result.reason is LexiconRefusal.CHANGED
    return wording.sentence(wording.CHANGED_BEFORE_UNDOING if changed else wording.NOTHING_TO_UNDO)


def _not_undone(version: int, edits: Sequence[LexiconEditView]) -> wording.Parts:
    """Why no edit of this version can be taken back."""
    undoing = next((each for each in edits if each.version == version), None)
    if undoing is None:
        return wording.sentence(wording.NO_SUCH_EDIT.format(version=version) if edits else wording.NOTHING_TO_UNDO)
    edit = LexiconWord(undoing.word, undoing.labels, undoing.weight)
    told = wording.IS_AN_UNDOING.format(version=version, what=wording.what(edit))
    return wording.try_again(told, wording.typed(edit))


async def history(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """词库: what was edited, the newest first."""
    edits = await context.records.lexicon_history(LISTED)
    version = edits[0].version if edits else 0
    return say(conversation, *wording.history(version, edits, context.timezone))


_ANSWERS: Final[Mapping[str, Run]] = MappingProxyType(
    {
        **dict.fromkeys(words.DOING, confirm),
        **dict.fromkeys(words.LEAVING, drop),
        **dict.fromkeys(("查看", "看看"), look),
    }
)
"""What is typed right after the question."""
