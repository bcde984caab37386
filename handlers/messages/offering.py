"""A message under way: offered back, and what its writer says to that. Kept on their word, once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from zlib import crc32

from handlers import sheet_memory, words
from handlers.base import Context, Conversation, Inbound, Outcome, Said, Text, say, text
from handlers.messages import kinds, saying, wording
from handlers.messages.deciding import NEVER_KEPT, Way
from handlers.messages.memory import MEMORY, NOTHING, Pending, pending, remember, spoken_of
from handlers.messages.parts import is_refused, understood
from handlers.understanding import PROGRAM
from nlp.classification import Classification
from storage.commands import MessageRecorded, MessageRefused, RecordMessage
from storage.vocabulary import MessageKind

Step = Callable[[Pending, Conversation, Context], Awaitable[Outcome]]

_MOST_ABOUT: Final = 999_999
_YES: Final = words.YES | {words.SUBMIT}
_NO: Final = frozenset({"不对", words.normal(wording.NOT_THAT)})
_DROPPING: Final = words.DROPPING | {words.normal(wording.DROP)}
_PLAIN: Final = _YES | _NO | _DROPPING | {words.normal(wording.NONE_OF_THEM)}
"""What means the message only right after it was spoken of: it may be said to anything."""
_ONLY_TAPPED: Final = frozenset(
    map(words.normal, (wording.SUBMIT_IT, wording.ADD, wording.BOTH, wording.ONLY_THIS, wording.ONLY_FIRST))
)
"""What nobody says but with a tap under a message."""
_YES_OR_NO: Final = (_PLAIN | saying.ANSWERS) - words.AGREEING - {words.SUBMIT, words.CONFIRM, words.CANCEL, "嗯"}
"""What answers a question and nothing else, without what means a form or a question elsewhere."""
_OF_FORMS: Final = frozenset({words.SUBMIT, words.CANCEL})
"""What means the form that was put aside, where there is one."""
_LOOK: Final = words.normal(wording.LOOK)
_LOOKING: Final = frozenset({_LOOK, words.normal(wording.LOOK_SHORT)})
_AS_KIND: Final[Mapping[str, str]] = MappingProxyType({said: str(kind) for kind, said in wording.AS_KIND.items()})
_REGISTERING: Final = frozenset({*map(words.normal, (wording.SUBMIT_IT, wording.BOTH)), *_AS_KIND})
"""What hands a message in."""


def is_about(inbound: Inbound, conversation: Conversation, *, filling: bool) -> bool:
    """Whether a text is said to the message that waits. In a form only a tap under the message is."""
    if words.simple(inbound.text) in _LOOKING:
        return True
    if conversation.recall(MEMORY) is None:
        return False
    waiting = pending(conversation, int(inbound.created_at.timestamp()))
    if inbound.about and inbound.about != waiting.id:
        return False
    return (bool(inbound.about) or not filling) and _step(inbound, conversation, waiting) is not None


def is_late(inbound: Inbound) -> bool:
    """Whether this is what only a tap under a message says, and no message waits for it."""
    plain = words.simple(inbound.text)
    return plain in _ONLY_TAPPED or plain in _AS_KIND


def means_nothing(inbound: Inbound) -> bool:
    """Whether this is a yes or no, while nothing waits for it."""
    return words.simple(inbound.text) in _YES_OR_NO


async def looked_at(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """What waits, read back to a yes or no that nothing else has asked for; None for any other text."""
    waiting = pending(conversation, int(context.now.timestamp()))
    plain = words.simple(inbound.text)
    if not waiting.text or (plain not in _PLAIN and plain not in saying.SAME):
        return None
    return await _look(waiting, conversation, context)


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """What the writer of the waiting message says to it."""
    waiting = pending(conversation, int(inbound.created_at.timestamp()))
    step = _step(inbound, conversation, waiting)
    if step is None:
        return say(conversation, *wording.late())
    return await step(waiting, conversation, context)


def _step(inbound: Inbound, conversation: Conversation, waiting: Pending) -> Step | None:
    plain = words.simple(inbound.text)
    if waiting.number or waiting.gone:
        return _step_behind(plain, waiting)
    right_then = conversation.seq == waiting.turn
    if waiting.text and right_then and not inbound.about:
        named = _named_kind(plain, waiting)
        if named:
            return _as(named)
        plain = saying.meant(plain)
    elif plain in _LOOKING:
        plain = _LOOK
    if plain in _PLAIN and not inbound.about and not right_then:
        unclaimed = plain in _OF_FORMS and sheet_memory.filling_of(conversation) is None
        return _look if waiting.text and unclaimed else None
    if plain in _DROPPING:
        return _drop if waiting.text or waiting.kind else None
    if waiting.text and plain in _REGISTERING and not inbound.about and not right_then:
        return _look  # something else was spoken of since: nothing is registered that was not just read
    return _STEPS.get(plain) if waiting.text else None


def _step_behind(plain: str, waiting: Pending) -> Step | None:
    """What is said of a message that was recorded, or waited too long."""
    if waiting.number and plain in saying.WITHDRAWING:
        return _kept_for_good
    return _over if plain in _ONLY_TAPPED or plain in _AS_KIND else None


def _named_kind(plain: str, waiting: Pending) -> str:
    """The MessageKind that the writer of a message names right after it was spoken of. Where one was offered already,
    我要提建议 begins another message.
    """
    if waiting.kind and kinds.announced(plain) and plain not in kinds.NAMED:
        return ""
    asked = "" if waiting.kind or not saying.place(plain) else [*wording.KIND_NAMES][saying.place(plain) - 1]
    return saying.kind(plain) or kinds.announced(plain) or str(asked)


async def announce(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """我要提建议: the next text is one. An earlier one that waits is never taken for it: it is read back first."""
    kind = kinds.announced(inbound.text)
    now = int(context.now.timestamp())
    waiting = pending(conversation, now)
    if waiting.text:
        kept = waiting._replace(at=now)
        parts = await _in_full(kept, context)
        return _say(kept, wording.first_the_other(parts), conversation)
    kept = Pending(now, _fresh(context), kind=kind)
    return _say(kept, wording.announced(kind), conversation)


async def offered(
    way: Way, found: Classification, said: str, conversation: Conversation, context: Context, chosen: str = ""
) -> Outcome | None:
    """A text that may be a message, offered back; None when it is none. While another one waits, it may belong to that,
    and it is asked. `chosen`: the kind that its writer announced.
    """
    now = int(context.now.timestamp())
    waiting = pending(conversation, now)
    if way not in (Way.OFFER, Way.WHICH) and not (way is Way.OTHER and is_spoken_of(conversation, now)):
        return None
    if waiting.text:
        return await _beside(waiting._replace(at=now), said, conversation, context)
    kept = Pending(now, _fresh(context), said, chosen or _kind(way, found), named=await _named(context))
    announced = bool(waiting.kind) or (bool(chosen) and not kinds.advises(said))
    question = _question(kept, found.fields, quoted=announced)
    if way is Way.WHICH and kept.named and sheet_memory.filling_of(conversation) is None:
        # the conversation may have been lost: then it may be the answer to a question of a form
        question = [*(wording.for_a_form() if await context.records.open_drafts() else ()), *question]
    return _say(kept, question, conversation)


def is_spoken_of(conversation: Conversation, now: int) -> bool:
    """Whether a message waits of which its writer was just asked: what is said now may belong to it."""
    waiting = pending(conversation, now)
    return bool(waiting.text) and not waiting.number and waiting.turn == conversation.seq


def without(said: str, conversation: Conversation, now: int) -> Conversation:
    """The conversation where the same words do not wait any more: of them it is said that they are not kept."""
    waiting = pending(conversation, now)
    plain = words.normal(said)
    if not waiting.text:
        return conversation
    if plain == words.normal(waiting.text):
        return remember(conversation, NOTHING)
    left = [line for line in waiting.more.splitlines() if words.normal(line) != plain]
    return remember(conversation, waiting._replace(more="" if plain == words.normal(waiting.more) else "\n".join(left)))


async def fits(said: str, conversation: Conversation, context: Context) -> bool:
    """Whether a text may be put beside what waits: not where both together may be a report."""
    waiting = pending(conversation, int(context.now.timestamp()))
    return not waiting.text or not await is_refused(_joined(waiting, said), context)


def _joined(waiting: Pending, said: str = "") -> str:
    return "\n".join(each for each in (waiting.text, waiting.more, said) if each)


def _kind(way: Way, found: Classification) -> str:
    """The kind that is offered; empty: it is asked."""
    return str(MessageKind(found.intent)) if way is Way.OFFER else ""


async def _beside(waiting: Pending, said: str, conversation: Conversation, context: Context) -> Outcome:
    if words.normal(said) == words.normal(waiting.text):
        return _say(waiting, await _in_full(waiting, context), conversation)
    line = " ".join(said.split())  # one line each, so that they can be taken one by one
    more = f"{waiting.more}\n{line}" if waiting.more else line
    if len(waiting.text) + len(more) >= wording.LONGEST:
        return _say(waiting, wording.too_long(), conversation)
    return _two(waiting._replace(more=more), conversation)


def _two(waiting: Pending, conversation: Conversation) -> Outcome:
    return _say(waiting, _two_parts(waiting), conversation)


def _two_parts(waiting: Pending) -> wording.Parts:
    return wording.two(waiting.text, waiting.more, apart=bool(waiting.kind))


async def _yes(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """Hand in what was offered; where two texts wait, a yes says nothing yet."""
    if waiting.more:
        return _two(waiting, conversation)
    return await _submit(waiting, conversation, context)


async def _both(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """Hand in what waits and offer the rest; said again, the rest is read back: nobody has said yes to that yet."""
    step = _submit if waiting.more else _look
    return await step(waiting, conversation, context)


async def _submit(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """Hand in what waits; what was said since is offered after it."""
    if not waiting.kind:
        return await _ask_which(waiting, conversation, context)
    if await _is_refused(waiting, context):  # the lexicon may know more than when it was offered
        left = remember(conversation, NOTHING)
        return Outcome(said=Said(left, Text(tuple(wording.not_registered()))), sealed=True)
    found = await context.understanding.classify(waiting.text, context.records)
    command = RecordMessage(waiting.text, MessageKind(waiting.kind), found.to_json(), PROGRAM)
    following = await _following(waiting, context) if waiting.more else None

    def worded(results: Sequence[Any]) -> Said:
        return _recorded(results[0], waiting, following, conversation, context)

    return Outcome(commands=(command,), then=worded, sealed=following is not None)


async def _is_refused(waiting: Pending, context: Context) -> bool:
    """Whether what was offered must not be kept after all, looked at as it was when it was offered or put together."""
    if len(waiting.text.splitlines()) > 1:
        return await is_refused(waiting.text, context)
    way, _ = await understood(waiting.text, context, waiting.kind)
    return way in NEVER_KEPT


def _recorded(
    result: MessageRecorded | MessageRefused,
    waiting: Pending,
    following: tuple[Pending, wording.Parts] | None,
    conversation: Conversation,
    context: Context,
) -> Said:
    if isinstance(result, MessageRefused):
        return Said(remember(conversation, NOTHING), text(wording.not_kept(), "\n\n", *wording.ways()))
    sentence = wording.recorded(result.number, waiting.kind, context.office_contact)
    if following is None:
        left = remember(conversation, Pending(waiting.at, waiting.id, number=result.number))
        return Said(left, text(sentence, "\n\n", *wording.ways()))
    kept, parts = following
    lead = "\n\n——\n还有一条：" if kept.text else "\n\n——\n"
    return Said(spoken_of(conversation, kept), Text((sentence, lead, *parts), kept.id))


async def _following(waiting: Pending, context: Context) -> tuple[Pending, wording.Parts]:
    """The first of what was said since as a message of its own, with the rest behind it; of what must not be kept
    nothing is left.
    """
    lines = waiting.more.splitlines()
    refused: wording.Parts = []
    for at, line in enumerate(lines):
        chosen = kinds.led(line)
        way, found = await understood(line, context, chosen)
        if way in NEVER_KEPT:
            refused = wording.one_not_registered()
            continue
        now, more = int(context.now.timestamp()), "\n".join(lines[at + 1 :])
        kept = Pending(now, _fresh(context), line, chosen or _kind(way, found), more, named=await _named(context))
        return kept, [*refused, *_two_parts(kept)] if more else [*refused, *_question(kept, found.fields, quoted=True)]
    return NOTHING, wording.not_registered()


async def _over(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """Its taps, when it was recorded or waited too long."""
    if waiting.gone:
        return say(remember(conversation, NOTHING), *wording.gone())
    return say(conversation, wording.recorded_before(waiting.number), "\n\n", *wording.ways())


async def _kept_for_good(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """It was recorded, and its writer wants it back."""
    return say(conversation, *wording.cannot_withdraw(waiting.number, context.office_contact))


async def _ask_which(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    if waiting.more:
        return _two(waiting, conversation)
    return _shown(waiting._replace(kind=""), (), conversation)


async def _look(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """What waits, read back."""
    if waiting.more:
        return _two(waiting, conversation)
    return _say(waiting, await _in_full(waiting, context), conversation)


async def _in_full(waiting: Pending, context: Context) -> wording.Parts:
    found = await context.understanding.classify(waiting.text, context.records)
    return _question(waiting, found.fields, quoted=True)


async def _drop(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    return say(remember(conversation, NOTHING), *wording.dropped(several=bool(waiting.more)))


async def _none_of_them(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """It is no message; where two wait it is not known which of them is none."""
    if waiting.more:
        return _two(waiting, conversation)
    return await _drop(waiting, conversation, context)


async def _add(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """What was said since belongs to it: both are one message, understood anew and read back. Where any part of it may
    be a report nothing is put together, and what waited before waits on.
    """
    joined = _joined(waiting)
    if await is_refused(joined, context):
        return _say(waiting._replace(more=""), wording.not_added(), conversation)
    found = await context.understanding.classify(joined, context.records)
    return _shown(waiting._replace(text=joined, more=""), found.fields, conversation, quoted=True)


async def _only_this(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """What was said since, instead of it."""
    if not waiting.more:
        return _say(waiting, await _in_full(waiting, context), conversation)
    kept, parts = await _following(waiting, context)
    return _say(kept, parts, conversation)


async def _only_first(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
    """It alone, without what was said since."""
    kept = waiting._replace(more="")
    return _say(kept, await _in_full(kept, context), conversation)


def _as(kind: str) -> Step:
    """Hand in as this kind."""

    async def step(waiting: Pending, conversation: Conversation, context: Context) -> Outcome:
        return await _submit(waiting._replace(kind=kind), conversation, context)

    return step


_STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        **dict.fromkeys(_YES, _yes),
        **dict.fromkeys(_NO, _ask_which),
        **{said: _as(kind) for said, kind in _AS_KIND.items()},
        words.normal(wording.SUBMIT_IT): _yes,
        words.normal(wording.NONE_OF_THEM): _none_of_them,
        _LOOK: _look,
        words.normal(wording.ADD): _add,
        words.normal(wording.BOTH): _both,
        words.normal(wording.ONLY_THIS): _only_this,
        words.normal(wording.ONLY_FIRST): _only_first,
    }
)
"""What is said to a message that waits."""


def _shown(kept: Pending, fields: Sequence[str], conversation: Conversation, *, quoted: bool = False) -> Outcome:
    return _say(kept, _question(kept, fields, quoted=quoted), conversation)


def _question(kept: Pending, fields: Sequence[str], *, quoted: bool) -> wording.Parts:
    text_back = kept.text if quoted else ""
    if kept.kind:
        return wording.offer(kept.kind, fields, named=kept.named, quoted=text_back)
    return wording.which(named=kept.named, quoted=text_back)


def _say(kept: Pending, parts: wording.Parts, conversation: Conversation) -> Outcome:
    return Outcome(said=Said(spoken_of(conversation, kept), Text(tuple(parts), kept.id)), sealed=True)


async def _named(context: Context) -> bool:
    return (await context.records.principal()).person_id is not None


def _fresh(context: Context) -> int:
    return crc32(context.fresh_id().encode()) % _MOST_ABOUT + 1
