"""The question before anything is written: what waits for 确认, and what its answer does."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from handlers import sheet_memory, words
from handlers.base import Context, Conversation, Json, Outcome, Said, Tap, Text, say, text
from handlers.keeping import wording
from storage.commands import Command

MEMORY: Final = "keeping"
"""The memory of what waits, or of that something was done."""
PATIENCE: Final = 1800
"""Seconds for which it waits."""
CONFIRM: Final = "确认办理"
DROP: Final = "不办了"
"""What the two taps say: no other 确认 means this question."""
_YES_OR_NO: Final = words.DOING | words.LEAVING
_ABOUTS: Final = 999_999
"""The greatest Text.about."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is written when the answer is yes, and how its result is told; `left` is what the conversation remembers
    after it, where that is not all. A form under way is kept in the records before.
    """

    command: Command
    worded: Callable[[Any], wording.Parts]
    left: Callable[[Conversation, Any], Conversation] | None = None
    leaver: int | None = None
    """See Outcome.leaver."""


Make = Callable[[Json], Act]
"""Makes the act out of what was kept of it."""


def ask(
    conversation: Conversation,
    context: Context,
    act: str,
    kept: Mapping[str, Json],
    question: str,
    instead: Sequence[Tap] = (),
) -> Outcome:
    """Ask before the act of this name is done; `kept` is all that it needs, as small JSON. `instead` are taps of other
    commands, which stand beside yes and no.
    """
    at = int(context.now.timestamp())
    about = _about(act, kept)
    waiting = {"act": act, "kept": dict(kept), "at": at, "turn": conversation.seq + 1, "about": about}
    others = (part for tap in instead for part in (tap, "　"))
    taps = (Tap(words.CONFIRM, CONFIRM), "　", *others, Tap(words.CANCEL, DROP))
    reply = Text((f"{question}\n\n", *taps), about)
    return Outcome(Said(conversation.with_memory(MEMORY, waiting), reply))


def _about(act: str, kept: Mapping[str, Json]) -> int:
    """What the two taps of a question are about: the same for the same question asked again."""
    asked = json.dumps([act, dict(kept)], ensure_ascii=False, sort_keys=True)
    return zlib.crc32(asked.encode(errors="surrogatepass")) % _ABOUTS + 1


def _is_of_another(kept: Mapping[str, Json], about: int) -> bool:
    """Whether a tap (Inbound.about; 0: typed) stands below another question than the one that is kept."""
    return about != 0 and kept.get("about", about) != about


def is_tap(said: str) -> bool:
    """Whether a text is one of the two taps."""
    return words.simple(said) in (CONFIRM, DROP)


def is_answer(said: str, conversation: Conversation, at: datetime) -> bool:
    """Whether a text typed at that moment (aware) is a yes or no to the question that was the last thing said here.
    确认 and 取消 mean nothing else; 好的 does when the question waits no more.
    """
    kept = conversation.recall(MEMORY)
    if not isinstance(kept, dict) or "act" not in kept or kept.get("turn") != conversation.seq:
        return False
    plain = words.simple(said)
    if words.hear(said).word in (words.Word.CONFIRM, words.Word.CANCEL):
        return True
    return plain in _YES_OR_NO and at.timestamp() - kept["at"] <= PATIENCE


def agrees(said: str) -> bool:
    """Whether an answer means yes."""
    plain = words.simple(said)
    return plain == CONFIRM or plain in words.DOING


def confirmed(acts: Mapping[str, Make], conversation: Conversation, context: Context, about: int = 0) -> Outcome:
    """Yes: it is done, unless it was, or waited too long, or the tap (`about`) belongs to another question."""
    kept = conversation.recall(MEMORY)
    if not isinstance(kept, dict):
        return say(conversation, *wording.sentence(wording.NOTHING_WAITS))
    if _is_of_another(kept, about):
        return _earlier(kept, conversation)
    if "act" not in kept:
        return say(conversation, *wording.sentence(wording.DONE_BEFORE))
    left = conversation.with_memory(MEMORY, None)
    if not 0 <= context.now.timestamp() - kept["at"] <= PATIENCE:
        return say(left, *wording.sentence(wording.NOTHING_WAITS))
    act = acts[kept["act"]](kept["kept"])
    done = {"done": True, "about": kept.get("about", 0)}

    def worded(results: Sequence[Any]) -> Said:
        kept_on = act.left(conversation, results[-1]) if act.left is not None else conversation
        return Said(kept_on.with_memory(MEMORY, done), text(*act.worded(results[-1])))

    filling = sheet_memory.filling_of(conversation) if act.left is not None else None
    saving = () if filling is None else (filling.save,)
    return Outcome(commands=(*saving, act.command), then=worded, leaver=act.leaver)


def _earlier(kept: Mapping[str, Json], conversation: Conversation) -> Outcome:
    """A tap below another question: neither that nor the one that waits is answered by it."""
    told = wording.EARLIER_WHILE_WAITING if "act" in kept else wording.EARLIER
    return say(conversation, *wording.sentence(told))


def dropped(conversation: Conversation, about: int = 0) -> Outcome:
    """No: nothing is written. The tap (`about`) below another question drops nothing."""
    kept = conversation.recall(MEMORY)
    if isinstance(kept, dict) and _is_of_another(kept, about):
        return _earlier(kept, conversation)
    told = wording.DROPPED if isinstance(kept, dict) and "act" in kept else wording.NOTHING_WAITS
    return say(conversation.with_memory(MEMORY, None) if kept else conversation, *wording.sentence(told))
