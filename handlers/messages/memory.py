"""What a conversation remembers of a message that its writer has not confirmed yet, and of the one recorded last."""

from typing import Final, NamedTuple, Self

from handlers.base import Conversation, Json

MEMORY: Final = "message"
PATIENCE: Final = 1800
"""Seconds for which a message waits for its writer's word, and an announced one for its text."""


class Pending(NamedTuple):
    """A message on its way; what is not said yet is empty."""

    at: int = 0
    """When it was last spoken of: seconds since 1970 UTC."""
    id: int = 0
    """Text.about of the taps under it."""
    text: str = ""
    kind: str = ""
    """The MessageKind that was offered or announced; empty: its writer was asked."""
    more: str = ""
    """What was said since, of which the writer was asked whether it belongs to it."""
    number: str = ""
    """The message was recorded: its taps say so when they are tapped again."""
    gone: bool = False
    """It waited too long: its text is kept no more."""
    named: bool = False
    """Its writer was bound to a person when it was said."""
    turn: int = 0
    """Conversation.seq after the turn that spoke of it: only right then does a plain 提交 or 取消 mean it."""

    def to_json(self) -> Json:
        """Small JSON for the conversation's memory."""
        return {name: value for name, value in self._asdict().items() if value}

    @classmethod
    def from_json(cls, kept: Json) -> Self:
        """What `to_json` gave; of anything else what can be read."""
        return cls(**{name: kept[name] for name in cls._fields if name in kept}) if isinstance(kept, dict) else cls()


NOTHING: Final = Pending()
SECRET: Final = frozenset({"text", "more"})
"""The fields of Pending that are what its writer said: kept sealed (bot/sealing.py), to be unreadable in time."""


def readable_for(kept: Json, now: int) -> int:
    """Seconds from `now` (since 1970 UTC) for which what `to_json` gave may still be read."""
    return max(Pending.from_json(kept).at + PATIENCE - now, 0)


def unreadable(kept: Json) -> Json:
    """What `to_json` gave, where its text is lost."""
    found = Pending.from_json(kept)
    return Pending(found.at, found.id, gone=True).to_json()


def pending(conversation: Conversation, now: int) -> Pending:
    """The message under way at `now` (seconds since 1970 UTC)."""
    kept = conversation.recall(MEMORY)
    if kept is None:
        return NOTHING
    found = Pending.from_json(kept)
    if now - found.at <= PATIENCE or found.number:  # WeChat's clock, which some look by, may be behind ours
        return found
    return Pending(found.at, found.id, gone=True) if found.text or found.gone else NOTHING


def remember(conversation: Conversation, kept: Pending) -> Conversation:
    """The conversation with this message under way, as it was left before; NOTHING forgets it."""
    return conversation.with_memory(MEMORY, kept.to_json() or None)


def spoken_of(conversation: Conversation, kept: Pending) -> Conversation:
    """The same where the person is asked about it now."""
    return remember(conversation, kept._replace(turn=conversation.seq + 1))


def spoken_on(conversation: Conversation) -> Conversation:
    """The conversation after something that its person neither said nor saw: what was asked last still is."""
    kept = Pending.from_json(conversation.recall(MEMORY))
    return spoken_of(conversation, kept) if kept.turn and kept.turn == conversation.seq else conversation


def announced(conversation: Conversation, now: int) -> str:
    """The MessageKind that was announced with the turn before this one, for the next text only; empty: none."""
    waiting = pending(conversation, now)
    return waiting.kind if waiting.kind and not waiting.text and waiting.turn == conversation.seq else ""


def of_the_unbound(conversation: Conversation) -> Conversation:
    """The conversation with nothing but the message that was said while nobody was bound; it is the person's now."""
    kept = Pending.from_json(conversation.recall(MEMORY))
    empty = conversation._replace(memory={})
    return remember(empty, kept._replace(named=True)) if kept.text and not kept.named else empty


def aged(conversation: Conversation, now: int) -> Conversation:
    """The conversation without the text of a message that has waited too long, and without a kind that was announced
    for another text.
    """
    if conversation.recall(MEMORY) is None:
        return conversation
    found = pending(conversation, now)
    stale = found.kind and not found.text and found.turn != conversation.seq
    return remember(conversation, NOTHING if stale else found)
