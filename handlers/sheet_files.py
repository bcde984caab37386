"""The pictures, recordings and files among the answers of a half-filled form: put in, taken out, missed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from handlers.forms import engine
from handlers.forms.form import MEDIA, Form, Kind
from handlers.forms.views import FormState
from storage.views import MediaView
from storage.vocabulary import MediaKind, MediaState

KINDS: Mapping[str, MediaKind] = {
    "image": MediaKind.IMAGE,
    "voice": MediaKind.AUDIO,
    "video": MediaKind.VIDEO,
    "shortvideo": MediaKind.VIDEO,
}
"""What people send (Inbound.kind), as what a question asks for."""


def files_in(state: FormState, ref: str) -> tuple[str, ...]:
    """The ids of the files that answer a media question, in order."""
    return tuple(state.answers.get(ref, "").split())


def files_of(form: Form, state: FormState, within: str = "") -> tuple[str, ...]:
    """The ids of all files among the answers; `within`: only those of one group or instance (its ref)."""
    inside = f"{within}/" if within else ""
    return tuple(
        name
        for question in form.layout(state.counts).questions
        if question.kind in MEDIA and question.ref.startswith(inside)
        for name in files_in(state, question.ref)
    )


def wants(kind: Kind, sent: str) -> bool:
    """Whether a question of this kind takes what was sent (Inbound.kind)."""
    medium = KINDS.get(sent)
    return kind in MEDIA and medium is not None and (kind is Kind.FILE or kind.value == medium.value)


def put(form: Form, state: FormState, ref: str, names: Sequence[str], now: datetime) -> FormState:
    """The state with these files as the answer of a relevant media question, standing where it stood.

    A rule of the form that these files break (too few yet) does not keep them out: it is told when the person says
    that it was all, or before handing in. Raises ValueError when the question is not asked now.
    """
    there = engine.goto(form, state, ref)
    try:
        answered = engine.answer(form, there, " ".join(names), now)
    except ValueError:
        answered = _put_as_it_is(there, ref, names)
    answered = answered._replace(skipped=answered.skipped - {ref}) if ref == state.at else answered
    try:
        return answered._replace(at=None) if state.at is None else engine.goto(form, answered, state.at)
    except ValueError:
        return answered


def _put_as_it_is(state: FormState, ref: str, names: Sequence[str]) -> FormState:
    answers = {other: value for other, value in state.answers.items() if other != ref}
    if names:
        answers[ref] = " ".join(names)
    return state._replace(answers=answers, skipped=state.skipped - {ref}, preset=state.preset - {ref})


def without(form: Form, state: FormState, gone: Iterable[str], now: datetime) -> tuple[FormState, str]:
    """The state without these files, and the ref of the first question that had one of them; "" when none had."""
    unwanted, first = set(gone), ""
    for question in form.layout(state.counts).questions:
        names = files_in(state, question.ref) if question.kind in MEDIA else ()
        if unwanted.intersection(names) and state.off.isdisjoint(question.gates):
            state = put(form, state, question.ref, [name for name in names if name not in unwanted], now)
            state = state._replace(skipped=state.skipped - {question.ref})
            first = first or question.ref
    return state, first


def still_awaited(
    awaiting: Sequence[str], rows: Mapping[str, MediaView]
) -> tuple[tuple[str, ...], tuple[MediaView, ...]]:
    """The ids of which it is not known that they arrived, and the rows of those that could not be fetched."""
    states = {name: rows[name].state for name in awaiting if name in rows}
    open_ids = tuple(name for name, state in states.items() if state in {MediaState.PENDING, MediaState.FAILED})
    return open_ids, tuple(rows[name] for name in open_ids if states[name] is MediaState.FAILED)


def unclaimed(form: Form, state: FormState, draft: str, ref: str, rows: Iterable[MediaView]) -> list[str]:
    """Ids of files that came for a question of this draft and stand in no answer: through the upload page, or before
    the conversation was lost.
    """
    used = set(files_of(form, state))
    return [
        row.id
        for row in rows
        if row.draft_id == draft
        and row.ref == ref
        and row.id not in used
        and row.state in {MediaState.PENDING, MediaState.STORED}
    ]
