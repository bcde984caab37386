"""What a handler is given and what it gives back: the words that all conversations share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from handlers.rounds.workdays import WorkCalendar
from nlp.similarity import NEAR_COPY
from storage.commands import Command, DraftCopy

if TYPE_CHECKING:
    from handlers.forms.library import FormLibrary
    from handlers.understanding import Understanding
    from storage.records import Records

Json: TypeAlias = Any
"""What `json.loads` returns; only this may be kept in a conversation."""


@dataclass(frozen=True, slots=True)
class Location:
    """A location message: WGS-like degrees as WeChat sends them, and the label of the map."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that one person did, as WeChat told us; nothing in it is trusted but its sender.

    `key` is the dedupe key of WECHAT.md (section Callback): MsgId, or sender, second, event and event key.
    `text` is what was typed, tapped (bizmsgmenu) or, for a CLICK event, the menu's key: all three are the same.
    `created_at` is aware UTC, to the second.
    """

    key: str
    openid: str = field(repr=False)
    account: str
    kind: str
    """text, image, voice, video, shortvideo, location, link, event, or what else WeChat may invent."""
    created_at: datetime
    text: str = field(default="", repr=False)
    tap_id: str = ""
    about: int = 0
    """Text.about of the reply whose tap this is; 0 for anything else, and where WeChat sends no id along."""
    event: str = ""
    """Lower case: subscribe, unsubscribe, scan, click, view, templatesendjobfinish, …; empty for a message."""
    event_key: str = ""
    media_id: str = ""
    location: Location | None = None
    fields: Mapping[str, Json] = field(default_factory=dict, repr=False)
    """The other elements of the XML by tag name, nested ones as dicts and lists."""


class Tap(NamedTuple):
    """A link inside a text that, tapped, sends `says` as if typed. `label` is what is shown."""

    label: str
    says: str = ""
    """Empty: the same as the label."""

    @property
    def content(self) -> str:
        """The text that a tap sends."""
        return self.says or self.label


class Link(NamedTuple):
    """A link inside a text that opens a page of ours in WeChat's browser."""

    label: str
    url: str


class Text(NamedTuple):
    """A text reply: strings, taps and links, one after the other. Line breaks are in the strings."""

    parts: tuple[str | Tap | Link, ...]
    about: int = 0
    """What the taps are about (1 to 999,999): a tap brings it back as Inbound.about; 0: nothing in particular."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that was uploaded to WeChat before."""

    media_id: str


@dataclass(frozen=True, slots=True)
class News:
    """One article card with a link."""

    title: str
    description: str
    url: str
    picture: str = ""


Reply: TypeAlias = Text | Image | News | None
"""None: nothing to say; WeChat gets `success`."""


def text(*parts: str | Tap | Link) -> Text:
    """A text reply of these parts."""
    return Text(tuple(parts))


class Conversation(NamedTuple):
    """What is remembered between two turns of one person; `memory` is small JSON, one entry per conversation.

    Never changed in place: a handler returns a new one by `with_memory`.
    """

    contact: str
    seq: int = 0
    memory: Mapping[str, Json] = MappingProxyType({})

    def recall(self, name: str) -> Json:
        """What the conversation called `name` remembered, or None."""
        return self.memory.get(name)

    def with_memory(self, name: str, value: Json) -> "Conversation":
        """The same conversation remembering `value` under `name`; None forgets it."""
        memory = {**self.memory, name: value}
        if value is None:
            del memory[name]
        return Conversation(self.contact, self.seq, memory)


class Said(NamedTuple):
    """The end of a turn: what is remembered and what is answered."""

    conversation: Conversation
    reply: Reply


class Outcome(NamedTuple):
    """Everything a turn does. Without commands, `said` is the end of it.

    With commands, dispatch runs them in one transaction and calls `then` with their results, in order, to word the
    reply (numbers come from the results); `then` is pure, for it may be called again when a transaction is rerun.
    `confidential` names a recall of handlers/routes.py: then only that name is kept under the message key, never the
    reply, and a repeat of the message is answered by the recall, which works from the message key alone.
    """

    said: Said | None = None
    commands: tuple[Command, ...] = ()
    then: Callable[[Sequence[Any]], Said] | None = None
    confidential: str = ""
    sealed: bool = False
    """The reply quotes what its writer has not confirmed yet, or answers it: it is kept sealed like the quoted text
    itself, and unreadable with it (bot/sealing.py)."""
    copies: tuple[DraftCopy, ...] = ()
    """Copies of drafts for the records: written soon after, batched, awaited by nobody."""
    leaver: int | None = None
    """The person whom the commands may loosen from a WeChat that is not this one: what that holds of an open form is
    kept in the records by the same transaction (bot/leaving.py)."""

    def reworded(self, change: Callable[[Said], Said]) -> "Outcome":
        """The outcome whose end is changed so, whether it is there already or comes from the results."""
        then = self.then
        if then is not None:
            return self._replace(then=lambda results: change(then(results)))
        return self if self.said is None else self._replace(said=change(self.said))


@dataclass(frozen=True, slots=True)
class FormRules:
    """The settings of a deployment that conversations about forms need."""

    copy_threshold: float = NEAR_COPY
    """From this similarity (0…1) on two answers count as near-copies (QF_COPY_THRESHOLD)."""
    draft_days: int = 14
    """Days after which a draft lapses that nobody touches (QF_DRAFT_DAYS)."""


class Tries(Protocol):
    """Counters that all workers share (storage.conversations.contract.Shared). Raises StoreUnavailable."""

    async def get(self, name: str) -> str | None:
        """The count, or None when it was never counted, or too long ago."""
        ...

    async def count(self, name: str, ttl: float) -> int:
        """One more; the count lives `ttl` seconds from its first."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The world as a handler may see it: time, the records within the person's rights, the compiled forms."""

    now: datetime
    """Aware UTC; handlers and engine never look at a clock."""
    timezone: ZoneInfo
    """The enterprise's timezone (QF_TIMEZONE); dates that people read and type are in it."""
    records: "Records"
    """Reads bound to this turn's contact: rights are inside the queries."""
    forms: "FormLibrary"
    fresh_id: Callable[[], str]
    """A new random id (22 URL-safe characters, 128 bits), for things that a handler begins."""
    understanding: "Understanding"
    """What says what a text means."""
    tries: "Tries"
    """Counts what may only be tried so often."""
    rules: FormRules = FormRules()
    """The settings of this deployment."""
    office_contact: str = ""
    """How the discipline inspection office is reached, as people are told (QF_OFFICE_CONTACT); empty: not set."""
    workdays: Callable[[], WorkCalendar] = WorkCalendar
    """The working days by which due days are counted, as they stand now."""
    upload_link: "UploadLink" = lambda draft, ref, kind: ""
    """The address of a page where the person adds files to a question; see UploadLink."""


UploadLink: TypeAlias = Callable[[str, str, str], str]
"""(draft id, ref of the question, its kind: image, audio, video or file) -> the address of the upload page, good for
24 hours; empty when uploading is not set up (QF_WEB_BASE)."""

Handler: TypeAlias = Callable[[Inbound, Conversation, Context], Awaitable[Outcome]]
Recall: TypeAlias = Callable[[Inbound, Context], Awaitable[Reply]]
"""Words the reply of a confidential turn again; the same message key gives the same reply."""


def say(conversation: Conversation, *parts: str | Tap | Link) -> Outcome:
    """An outcome that only answers with a text and remembers `conversation`."""
    return Outcome(said=Said(conversation, text(*parts)))
