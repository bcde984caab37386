"""A returned sheet in the hands of its author: 补正 opens it again, 我的观察表 shows what became of each."""

from collections.abc import Sequence
from typing import Any

from handlers import sheet_aside, sheet_handing_in, sheet_own, welcome_wording, words
from handlers import sheet_corrections_wording as wording
from handlers.base import Context, Conversation, Inbound, Link, Outcome, Said, Tap, say, text
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from handlers.sheet_memory import Desk, Filling, filling_of, from_draft, lay_out, local_now
from handlers.sheet_moves import ask, said_now
from storage.commands import BeginDraft, Command, DraftBegun, SeeNotices
from storage.numbers import parse_number
from storage.views import ReturnedSheet
from storage.vocabulary import SheetState

LISTED = 10
"""Sheets in the list of one's own."""


async def correct(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """补正, 补正 <number>: open the returned sheet again, or go on with the correction that was begun."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return say(conversation, *welcome_wording.stranger())
    heard = words.hear(inbound.text)
    returned = await context.records.returned_sheets()
    number = parse_number(heard.rest) if heard.rest else None
    chosen = [sheet for sheet in returned if not heard.rest or sheet.number == number]
    if len(chosen) > 1:
        return say(conversation, *wording.which(chosen))
    if not chosen:
        state = await _state_of(number, context)
        return say(conversation, *wording.nothing_to_correct(state, named=bool(heard.rest)))
    sheet = chosen[0]
    draft = await context.records.draft(sheet.draft_id) if sheet.draft_id is not None else None
    if draft is None:
        return await _begin(sheet, principal.person_id, conversation, context)
    filling = filling_of(conversation)
    if filling is None or filling.draft != draft.id or filling.version < draft.version:
        filling = await from_draft(draft, context)
    return await _go_on(sheet, filling, conversation, context)


async def _state_of(number: str | None, context: Context) -> SheetState | None:
    """The state of a sheet of this person that is not to be corrected; None when it is not theirs."""
    mine = await context.records.my_sheets(limit=100) if number is not None else ()
    return next((sheet.state for sheet in mine if sheet.number == number), None)


async def _begin(sheet: ReturnedSheet, person: int, conversation: Conversation, context: Context) -> Outcome:
    form = await context.forms.get(sheet.form_version_id)
    state = engine.refresh(form, reopened(form, kept_state(form, sheet), sheet.refs), local_now(context))
    now = int(context.now.timestamp())
    filling = Filling(
        draft=context.fresh_id(),
        version=0,
        form_version=sheet.form_version_id,
        title=sheet.title,
        state=state,
        seen_at=now,
        kept_at=now,
    )
    begun = BeginDraft(
        draft_id=filling.draft,
        form_version_id=sheet.form_version_id,
        appointment_id=sheet.appointment_id,
        person_id=person,
        unit_id=sheet.unit_id,
        sheet_id=sheet.sheet_id,
        answers=state.to_json(),
        position=state.at,
    )

    aside = await sheet_aside.another(conversation, filling.draft, context)
    known = await _known(sheet, context)
    desk = await lay_out(conversation, filling, context)

    def worded(results: Sequence[Any]) -> Said:
        opened: DraftBegun = results[0]
        if not opened.begun:
            return Said(conversation, text(*wording.cannot_correct()))
        opened_desk = desk._replace(filling=desk.filling._replace(version=opened.version))
        return said_now(_shown(opened_desk, sheet, aside.told(results)))

    return Outcome(commands=(begun, *aside.commands, *known), then=worded)


async def _go_on(sheet: ReturnedSheet, filling: Filling, conversation: Conversation, context: Context) -> Outcome:
    desk = await lay_out(conversation, filling, context)
    aside = await sheet_aside.another(conversation, filling.draft, context)
    commands = (*aside.commands, *await _known(sheet, context))
    if not commands:
        return _shown(desk, sheet)
    return Outcome(commands=commands, then=lambda results: said_now(_shown(desk, sheet, aside.told(results))))


async def _known(sheet: ReturnedSheet, context: Context) -> tuple[Command, ...]:
    """What says that the person knows of the return."""
    notices = await context.records.notices()
    known = tuple(notice.id for notice in notices if notice.body.get("number") == sheet.number)
    return (SeeNotices(known),) if known else ()


def _shown(desk: Desk, sheet: ReturnedSheet, kept: Sequence[str | Tap | Link] = ()) -> Outcome:
    """The question being asked under the office's comment; all of it with taps when no question was named. `kept` is
    the line about another form that makes room.
    """
    form, state = desk.form, desk.filling.state
    asked = engine.current(form, state)
    lines = engine.preview(form, state)
    numbers = [line.number for line in lines if line.ref in sheet.refs]
    lead = [*kept, wording.opening(sheet, numbers)]
    if asked is None:
        return say(desk.leave(desk.filling), *lead, *sheet_handing_in.overview(desk))
    return ask(desk, lead)


def kept_state(form: Form, sheet: ReturnedSheet) -> FormState:
    """The engine's state as it was handed in; where only the answers were kept, what they tell of it."""
    try:
        return FormState.from_json(sheet.form_state)
    except (KeyError, TypeError, ValueError):
        answers = {ref: str(value) for ref, value in sheet.answers.items() if value}
        relevant = {gate for ref, leaf in form.leaves.items() if ref in sheet.answers for gate in leaf.gates}
        gates = {gate for leaf in form.leaves.values() for gate in leaf.gates}
        asked = {step.ref for step in form.steps if step.stops}
        return FormState(answers=answers, off=frozenset(gates - relevant), skipped=frozenset(asked - answers.keys()))


def reopened(form: Form, state: FormState, refs: Sequence[str]) -> FormState:
    """The state of a sheet with the questions `refs` open again, each showing its old answer; the first is asked.

    An open question with an answer is what the engine calls preset: 跳过 keeps the answer, a new one replaces it, and
    what becomes relevant by it is asked too.
    """
    lines = [line.ref for line in engine.preview(form, state)]
    again = [ref for ref in lines if ref in set(refs)]
    answered = frozenset(ref for ref in again if ref in state.answers)
    return state._replace(
        preset=state.preset | answered, skipped=state.skipped - set(again), at=again[0] if again else None
    )


async def mine(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """我的观察表: what this person handed in, and what the office said to it; with a number that sheet, whole."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return say(conversation, *welcome_wording.stranger())
    if rest := words.hear(inbound.text).rest:
        return await sheet_own.shown(rest, conversation, context) or say(conversation, *wording.not_yours())
    sheets = await context.records.my_sheets(limit=LISTED + 1)
    listed = sheets[:LISTED]
    days = [f"{sheet.submitted_at.astimezone(context.timezone):%Y-%m-%d}" for sheet in listed]
    return say(conversation, *wording.mine(listed, days, more=len(sheets) > LISTED))
