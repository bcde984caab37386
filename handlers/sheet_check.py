"""The look at a sheet before it is handed in: what the records say about it, and what was asked about it already."""

import hashlib
from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from handlers import sheet_comparing
from handlers import sheet_quality as quality
from handlers.base import Context, Conversation, Json
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from handlers.sheet_memory import Desk
from handlers.sheet_quality import Concern, FreeText
from storage.views import ReturnedSheet
from storage.vocabulary import DraftState

MEMORY = "checked"
TWICE = 2
"""Times that one question is asked about at most."""
MOST_ASKED = 3
"""Follow-ups for one sheet at most, whatever is found in it."""
UNCHANGED = "unchanged"
"""Instead of a ref: the correction that corrects nothing was asked about."""


class Asking(NamedTuple):
    """What a conversation remembers of the follow-ups about one draft."""

    draft: str
    times: Mapping[str, int] = MappingProxyType({})
    """Ref of a question -> how often it was asked about."""
    about: str = ""
    """The ref of the last follow-up."""
    digests: Mapping[str, str] = MappingProxyType({})
    """Ref of a question -> digest of its answer when it was asked about last."""
    compared: Json = None
    """What the comparison found when that was asked (sheet_comparing.kept)."""

    @classmethod
    def of(cls, conversation: Conversation, draft: str) -> Self:
        """What was asked about this draft; nothing when the memory is about another one or cannot be read."""
        kept = conversation.recall(MEMORY)
        try:
            if kept["draft"] == draft:
                compared = kept.get("compared")
                return cls(draft, dict(kept["times"]), str(kept["about"]), dict(kept["digests"]), compared)
        except (AttributeError, KeyError, TypeError, ValueError):
            pass
        return cls(draft)

    def to_json(self) -> Json:
        """Small JSON for the conversation's memory."""
        return {**self._asdict(), "times": dict(self.times), "digests": dict(self.digests)}

    def asked(self, ref: str, text: str) -> Self:
        """After one more follow-up about `ref`, whose answer is `text`."""
        times = {**self.times, ref: self.times.get(ref, 0) + 1}
        return self._replace(times=times, about=ref, digests={**self.digests, ref: _digest(text)})

    def stands(self, ref: str, text: str) -> bool:
        """Whether the last follow-up was about this answer, word for word."""
        return self.about == ref and self.kept(ref, text)

    def kept(self, ref: str, text: str) -> bool:
        """Whether `ref` was asked about and its answer is, word for word, what it was then."""
        return self.digests.get(ref) == _digest(text)

    def may_ask(self, ref: str, most: int = TWICE) -> bool:
        """Whether `ref` may be asked about once more."""
        return self.times.get(ref, 0) < most and sum(self.times.values()) < MOST_ASKED


def to_ask(asking: Asking, concerns: Sequence[Concern], among: Container[str] | None) -> Concern | None:
    """The worst concern that may be asked about, or None; with `among`, only about these refs.

    A person who has been asked twice about an answer and hands it in as it is has insisted.
    """
    for concern in concerns:
        if asking.stands(concern.ref, concern.text) and not asking.may_ask(concern.ref):
            return None
    allowed = (concern for concern in concerns if among is None or concern.ref in among)
    return next((concern for concern in allowed if asking.may_ask(concern.ref)), None)


def whole(desk: Desk) -> str:
    """All answers as one text, for the follow-up about a correction that corrects nothing."""
    return repr(sorted(desk.filling.state.answers.items()))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Looked(NamedTuple):
    """What is known of a sheet that is to be handed in."""

    texts: tuple[FreeText, ...] = ()
    nothing_new: bool = False
    concerns: tuple[Concern, ...] = ()
    correction: ReturnedSheet | None = None
    """The returned sheet that is being corrected."""
    asking: Asking = Asking("")
    """What was asked already; it remembers what the comparison found."""


async def look(desk: Desk, context: Context) -> Looked:
    """What the records know that matters for handing in what is on the desk."""
    form, state = desk.form, desk.filling.state
    draft = await context.records.draft(desk.filling.draft)
    texts = quality.free_texts(form, state)
    nothing_new = quality.says_nothing_new(form, state)
    asking = Asking.of(desk.conversation, desk.filling.draft)
    if draft is None or draft.state is not DraftState.OPEN:  # the records refuse it, or say that it was handed in
        return Looked(texts, nothing_new, asking=asking)
    copies = sheet_comparing.recalled(asking.compared, texts, context.now)
    if copies is None:
        copies = await sheet_comparing.compare(texts, draft, context, nothing_new=nothing_new)
        asking = asking._replace(compared=sheet_comparing.kept(texts, copies, context.now))
    found = quality.concerns(texts, copies, nothing_new=nothing_new)
    correction = await corrected(draft.id, context) if draft.sheet_id is not None else None
    return Looked(texts, nothing_new, found, correction, asking)


async def corrected(draft: str, context: Context) -> ReturnedSheet | None:
    """The returned sheet that this draft of the person corrects, or None."""
    returned = await context.records.returned_sheets()
    return next((sheet for sheet in returned if sheet.draft_id == draft), None)


def answers_of(sheet: ReturnedSheet) -> Mapping[str, str]:
    """What was answered in the version that was returned: ref -> canonical value, no empty ones."""
    kept: Mapping[str, Any] = sheet.form_state.get("answers", sheet.answers)
    return {ref: str(value) for ref, value in kept.items() if value}


def changed(form: Form, state: FormState, before: Mapping[str, str]) -> dict[str, int]:
    """The questions (ref -> number as in the preview) whose answers differ from `before`, in order."""
    return {
        line.ref: line.number
        for line in engine.preview(form, state)
        if state.answers.get(line.ref, "") != before.get(line.ref, "")
    }


def untouched(form: Form, state: FormState, correction: ReturnedSheet) -> tuple[int, ...]:
    """Numbers of the questions that the office asked to correct and that still are as they were."""
    asked, touched = set(correction.refs), changed(form, state, answers_of(correction))
    lines = engine.preview(form, state)
    return tuple(line.number for line in lines if line.ref in asked and line.ref not in touched)
