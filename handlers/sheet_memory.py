"""What a conversation remembers of the form that a person is filling."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Self

from handlers import sheet_files, sheet_past
from handlers.base import Context, Conversation, FormRules, Json, UploadLink
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from storage.commands import DraftCopy, SaveDraft
from storage.records import DraftView
from storage.views import MediaView

MEMORY = "sheet"


class Listing(NamedTuple):
    """What is shown of a long list of choices; it holds while the question `ref` is being asked."""

    ref: str = ""
    page: int = 0
    """From 0."""
    found: tuple[str, ...] = ()
    """Names of the choices that what was typed may have meant; empty: all are shown, a page at a time."""


NOT_LISTED = Listing()
"""The whole list from its first page."""


class Gathering(NamedTuple):
    """Files coming in for the question `ref`: they are its answer already, and the form waits there until 完成."""

    ref: str = ""
    told_at: int = 0
    """When that was last acknowledged; seconds since 1970 UTC."""
    done_at: int = 0
    """When the person said that it was all, and the form went on; 0: not yet."""


class Unwanted(NamedTuple):
    """Something that the question does not take was sent: the same again a moment later is not answered once more."""

    kind: str = ""
    at: int = 0
    """Seconds since 1970 UTC."""


NOTHING_GATHERED = Gathering()
NOTHING_UNWANTED = Unwanted()


class Filling(NamedTuple):
    """A form under way. `version` is the one that the records expect next for the draft `draft`."""

    draft: str
    version: int
    form_version: int
    title: str
    state: FormState
    seen_at: int
    """When the person last said something about it: seconds since 1970 UTC."""
    unit: int = 0
    """The unit that the sheet is for; 0 where only the draft knows it."""
    kept_at: int = 0
    """When the records were last given the answers, which counts as a touch: seconds since 1970 UTC."""
    paused: bool = False
    """Put aside: what is said now is no answer until the person comes back to the form."""
    cancelling: bool = False
    """The person was asked whether to give the form up."""
    picking: tuple[str, ...] | None = None
    """Names of the choices ticked so far, while several are being chosen one tap at a time."""
    listing: Listing = NOT_LISTED
    """What is shown of the choices, when the question has many."""
    echoed: str = ""
    """The ref of the question whose answer the last turn told back: 修改 alone returns to it."""
    copying: str = ""
    """The number of the earlier sheet whose answers are shown beside the questions."""
    gathering: Gathering = NOTHING_GATHERED
    awaiting: tuple[str, ...] = ()
    """Ids of files of which it is not known yet that they arrived."""
    unwanted: Unwanted = NOTHING_UNWANTED
    removing: str = ""
    """The instance of a repeat about which the last turn asked whether to remove it."""
    aside_at: int = 0
    """When something else was asked for in the middle of the form; 0: it was put aside on purpose, or is open."""
    offered: str = ""
    """What was said after that: the last turn asked whether it is the answer to the question."""

    def to_json(self) -> Json:
        """Small JSON for the conversation's memory; what has its usual value is left out."""
        kept: dict[str, Json] = {
            "draft": self.draft,
            "version": self.version,
            "form": self.form_version,
            "title": self.title,
            "state": self.state.to_json(),
            "seen": self.seen_at,
            "unit": self.unit,
            "kept": self.kept_at,
        }
        if self[_ALWAYS:] != _USUAL:
            for name, value, usual in zip(_SOMETIMES, self[_ALWAYS:], _USUAL, strict=True):
                if value != usual:
                    kept[name] = list(value) if isinstance(value, tuple) else value
        return kept

    @classmethod
    def from_json(cls, kept: Json) -> Self:
        """What `to_json` gave, once through JSON, also an older version of it. Raises KeyError, TypeError or
        ValueError for anything else.
        """
        filling = cls(
            kept["draft"],
            kept["version"],
            kept["form"],
            kept["title"],
            FormState.from_json(kept["state"]),
            kept["seen"],
            kept.get("unit", 0),
            kept.get("kept", 0),
        )
        if len(kept) <= _ALWAYS:
            return filling
        more = {name: _READERS.get(name, _as_it_is)(kept[name]) for name in _SOMETIMES if name in kept}
        return filling._replace(**more)

    def copy(self, contact: str) -> DraftCopy:
        """The same for the records without waiting for them; `contact` is who fills it."""
        return DraftCopy(self.draft, self.version, self.state.to_json(), self.state.at, contact)

    @property
    def save(self) -> SaveDraft:
        """The command that keeps this state in the records: the whole state, so that nothing is asked again."""
        return SaveDraft(self.draft, self.version, self.state.to_json(), self.state.at)

    def lapses_at(self, rules: FormRules) -> int:
        """When the draft lapses unless somebody touches it: seconds since 1970 UTC."""
        return (self.kept_at or self.seen_at) + rules.draft_days * DAY


_ALWAYS = Filling._fields.index("paused")
"""The fields before it are always kept."""
_SOMETIMES = Filling._fields[_ALWAYS:]
_USUAL = tuple(Filling._field_defaults[name] for name in _SOMETIMES)
_READERS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "picking": tuple,
        "listing": lambda kept: Listing(kept[0], kept[1], tuple(kept[2])),
        "gathering": lambda kept: Gathering(*kept),
        "awaiting": tuple,
        "unwanted": lambda kept: Unwanted(*kept),
    }
)
"""How what JSON has no word for is read."""
DAY = int(timedelta(days=1).total_seconds())


class Desk(NamedTuple):
    """A form on the desk for one turn: the conversation, what was filled so far, the compiled form, the day."""

    conversation: Conversation
    filling: Filling
    form: Form
    today: date
    """The local day of the enterprise."""
    now: int
    """Seconds since 1970 UTC."""
    moment: datetime
    """Aware, the local time of the enterprise."""
    rules: FormRules = FormRules()
    upload_link: UploadLink = lambda draft, ref, kind: ""
    past: sheet_past.Past | None = None
    """The earlier sheet whose answers are shown beside the questions."""
    lost: tuple[MediaView, ...] = ()
    """Files of the answers that could not be fetched: the person is to be told and asked again."""
    last: Mapping[str, str] | None = None
    """The answers of the last sheet of the project that is being named; None: no project is."""

    def leave(self, filling: Filling | None, *, echoed: str = "", removing: str = "") -> Conversation:
        """The conversation remembering `filling` as touched now; None forgets the form.

        `echoed` is the question whose answer this turn tells back, `removing` the instance about which it asks
        whether to remove it; any other turn forgets the one before.
        """
        if filling is None:
            return self.conversation.with_memory(MEMORY, None)
        touched = filling._replace(seen_at=self.now, echoed=echoed, removing=removing, aside_at=0, offered="")
        return remember(self.conversation, touched)


def _as_it_is(kept: Json) -> Json:
    return kept


def filling_of(conversation: Conversation) -> Filling | None:
    """The form under way, or None; a memory that this version of the program cannot read counts as none."""
    kept = conversation.recall(MEMORY)
    if kept is None:
        return None
    try:
        return Filling.from_json(kept)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def is_active(conversation: Conversation) -> bool:
    """Whether a form is under way and not put aside, so that what is said is an answer."""
    kept = conversation.recall(MEMORY)
    return isinstance(kept, dict) and not kept.get("paused", False)


def remember(conversation: Conversation, filling: Filling) -> Conversation:
    """The conversation with this form under way."""
    return conversation.with_memory(MEMORY, filling.to_json())


def pause(conversation: Conversation, aside_at: int = 0) -> Conversation:
    """The conversation with the form under way, if any, put aside; `aside_at`: for something else."""
    filling = filling_of(conversation)
    if filling is None:
        return conversation
    if filling.paused and not filling.aside_at:
        aside_at = 0  # it was put aside on purpose before
    paused = filling._replace(paused=True, cancelling=False, picking=None, removing="", offered="", aside_at=aside_at)
    return remember(conversation, paused)


def local_now(context: Context) -> datetime:
    """This moment in the enterprise's timezone."""
    return context.now.astimezone(context.timezone)


async def lay_out(conversation: Conversation, filling: Filling, context: Context) -> Desk:
    """The form on the desk, computed for today, no longer put aside.

    The records are read only where files are awaited or an earlier sheet is shown beside the questions.
    """
    form = await context.forms.get(filling.form_version)
    moment = local_now(context)
    if filling.paused or filling.state.day != moment.date():
        filling = filling._replace(state=engine.refresh(form, filling.state, moment), paused=False)
    desk = Desk(
        conversation,
        filling,
        form,
        moment.date(),
        int(context.now.timestamp()),
        moment,
        context.rules,
        context.upload_link,
    )
    if filling.awaiting:
        rows = {row.id: row for row in await context.records.media(filling.draft)}
        awaiting, lost = sheet_files.still_awaited(filling.awaiting, rows)
        desk = desk._replace(filling=filling._replace(awaiting=awaiting), lost=lost)
    if filling.copying:
        desk = desk._replace(past=await sheet_past.load(form, filling.draft, filling.unit, context))
    return desk


async def from_draft(draft: DraftView, context: Context) -> Filling:
    """The form under way as the records kept it; a draft without readable state starts at the first question."""
    form = await context.forms.get(draft.form_version_id)
    try:
        state = FormState.from_json(draft.answers)
        layout = form.layout(state.counts)
        if state.at is not None and state.at not in layout.places:
            raise KeyError(state.at)
    except (AttributeError, KeyError, TypeError, ValueError):
        state = engine.begin(form, local_now(context))
    touched = int(draft.updated_at.timestamp())
    return Filling(
        draft=draft.id,
        version=draft.version,
        form_version=draft.form_version_id,
        title=draft.title,
        state=state,
        seen_at=touched,
        unit=0 if draft.sheet_id is not None else draft.unit_id,
        kept_at=touched,
        awaiting=sheet_files.files_of(form, state),
    )
