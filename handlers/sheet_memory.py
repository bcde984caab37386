"""What a conversation remembers of the form that a person is filling."""

from datetime import date, datetime
from typing import NamedTuple, Self

from handlers.base import Context, Conversation, Json
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from storage.commands import DraftCopy, SaveDraft
from storage.records import DraftView

MEMORY = "sheet"


class Filling(NamedTuple):
    """A form under way. `version` is the one that the records expect next for the draft `draft`."""

    draft: str
    version: int
    form_version: int
    title: str
    state: FormState
    seen_at: int
    """When the person last said something about it: seconds since 1970 UTC."""
    paused: bool = False
    """Put aside: what is said now is no answer until the person comes back to the form."""
    cancelling: bool = False
    """The person was asked whether to give the form up."""
    picking: tuple[str, ...] | None = None
    """Names of the choices ticked so far, while several are being chosen one tap at a time."""

    def to_json(self) -> Json:
        """Small JSON for the conversation's memory; what has its usual value is left out."""
        kept: dict[str, Json] = {
            "draft": self.draft,
            "version": self.version,
            "form": self.form_version,
            "title": self.title,
            "state": self.state.to_json(),
            "seen": self.seen_at,
        }
        if self.paused:
            kept["paused"] = True
        if self.cancelling:
            kept["cancelling"] = True
        if self.picking is not None:
            kept["picking"] = list(self.picking)
        return kept

    @classmethod
    def from_json(cls, kept: Json) -> Self:
        """What `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        picking = kept.get("picking")
        return cls(
            draft=kept["draft"],
            version=kept["version"],
            form_version=kept["form"],
            title=kept["title"],
            state=FormState.from_json(kept["state"]),
            seen_at=kept["seen"],
            paused=kept.get("paused", False),
            cancelling=kept.get("cancelling", False),
            picking=None if picking is None else tuple(picking),
        )

    @property
    def copy(self) -> DraftCopy:
        """The same for the records without waiting for them."""
        return DraftCopy(self.draft, self.version, self.state.to_json(), self.state.at)

    @property
    def save(self) -> SaveDraft:
        """The command that keeps this state in the records: the whole state, so that nothing is asked again."""
        return SaveDraft(self.draft, self.version, self.state.to_json(), self.state.at)


class Desk(NamedTuple):
    """A form on the desk for one turn: the conversation, what was filled so far, the compiled form, the day."""

    conversation: Conversation
    filling: Filling
    form: Form
    today: date
    """The local day of the enterprise."""
    now: int
    """Seconds since 1970 UTC."""

    def leave(self, filling: Filling | None) -> Conversation:
        """The conversation remembering `filling` as touched now; None forgets the form."""
        if filling is None:
            return self.conversation.with_memory(MEMORY, None)
        return remember(self.conversation, filling._replace(seen_at=self.now))


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


def pause(conversation: Conversation) -> Conversation:
    """The conversation with the form under way, if any, put aside."""
    filling = filling_of(conversation)
    if filling is None:
        return conversation
    return remember(conversation, filling._replace(paused=True, cancelling=False, picking=None))


def local_day(moment: datetime, context: Context) -> date:
    """The day of an aware moment in the enterprise's timezone."""
    return moment.astimezone(context.timezone).date()


async def lay_out(conversation: Conversation, filling: Filling, context: Context) -> Desk:
    """The form on the desk, computed for today, no longer put aside."""
    form = await context.forms.get(filling.form_version)
    today = local_day(context.now, context)
    if filling.paused or filling.state.day != today:
        filling = filling._replace(state=engine.refresh(form, filling.state, today), paused=False)
    return Desk(conversation, filling, form, today, int(context.now.timestamp()))


async def from_draft(draft: DraftView, context: Context) -> Filling:
    """The form under way as the records kept it; a draft without readable state starts at the first question."""
    form = await context.forms.get(draft.form_version_id)
    try:
        state = FormState.from_json(draft.answers)
    except (AttributeError, KeyError, TypeError, ValueError):
        state = engine.begin(form, local_day(context.now, context))
    return Filling(
        draft=draft.id,
        version=draft.version,
        form_version=draft.form_version_id,
        title=draft.title,
        state=state,
        seen_at=int(draft.updated_at.timestamp()),
    )
