"""Beginning a form, and coming back to one: from what the conversation remembers, or from the draft in the records."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from handlers import (
    sheet_aside,
    sheet_handing_in,
    sheet_past,
    sheet_past_wording,
    sheet_standing,
    sheet_stood_in,
    sheet_titles,
    welcome_wording,
    words,
)
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.purposes import Purpose
from handlers.forms.views import FormState
from handlers.sheet_labels import draft_labels, form_labels, moment
from handlers.sheet_memory import (
    MEMORY,
    Filling,
    filling_of,
    from_draft,
    is_active,
    lay_out,
    local_now,
    pause,
)
from handlers.sheet_moves import ask, said_now
from handlers.tasks import choices_for
from handlers.unbound import stranger
from handlers.words import Heard, Word
from storage.commands import BeginDraft, Command, DraftBegun, DropDraft
from storage.views import DraftView, FormChoice, PastSheet, Principal

Opening = Callable[[Heard, Conversation, Context], Awaitable[Outcome | None]]
Named = TypeVar("Named")
Prepare = Callable[[Form, FormState], tuple[FormState, str]]


def _named(rest: str, labelled: Sequence[tuple[str, Named]], title: Callable[[Named], str]) -> list[Named]:
    """The items that `rest` (normalised) means: all without it, the one with this label, or those with this title."""
    if not rest:
        return [item for _, item in labelled]
    exact = [item for label, item in labelled if words.normal(label) == rest]
    exact = exact or [item for _, item in labelled if words.normal(title(item)) == rest]
    return exact or [item for label, item in labelled if words.called(rest, label, title(item))]


async def begin(heard: Heard, conversation: Conversation, context: Context) -> Outcome | None:
    """开始, 开始 <form>, 重新填写 <form>: the first question, or what must be decided before it.

    None when a form is open and no form has this name: then it was an answer that only looked like a command.
    """
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    labelled = form_labels(await context.records.forms())
    if not labelled:
        return say(conversation, *welcome_wording.no_form(principal))
    chosen = _named(heard.rest, labelled, lambda choice: choice.title)
    if not chosen and is_active(conversation):
        return None
    if not heard.rest and len(due := [choice for choice in chosen if not is_other(choice)]) == 1:
        chosen = due  # the one sheet that an observer owes; the rest is a word away
    if len(chosen) != 1:
        return say(conversation, *_which(labelled, chosen, principal))
    label = next(label for label, choice in labelled if choice is chosen[0])
    return await _open(label, chosen[0], principal, heard, conversation, context)


def is_other(choice: FormChoice) -> bool:
    """Whether no appointment asks for the form: it is for everyone, or for officers."""
    return choice.appointment_id is None


def _which(
    labelled: Sequence[tuple[str, FormChoice]], chosen: Sequence[FormChoice], principal: Principal
) -> wording.Parts:
    """The forms to choose from, those of appointments first; an observer whose sheet is missing is told so."""
    listed = [(label, choice) for label, choice in labelled if choice in chosen or not chosen]
    due = [label for label, choice in listed if not is_other(choice)]
    others = [label for label, choice in listed if is_other(choice)]
    return [*_nothing_due(labelled, principal), *wording.which_form(due, others, known=bool(chosen))]


def _nothing_due(labelled: Sequence[tuple[str, FormChoice]], principal: Principal) -> wording.Parts:
    """What somebody is told who has no sheet of observation to fill, before the other forms."""
    officer = principal.offices and not principal.appointments
    if officer or any(not is_other(choice) for _, choice in labelled):
        return []
    told = welcome_wording.NO_FORM_YET if principal.appointments else welcome_wording.NOT_APPOINTED
    return [f"{told}\n\n"]


async def others(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """其他表单: the forms that no appointment asks for."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    labels = [label for label, choice in form_labels(await context.records.forms()) if is_other(choice)]
    if not labels:
        return say(conversation, *wording.no_others())
    return say(conversation, *wording.which_form([], labels, known=True))


async def _open(
    label: str,
    choice: FormChoice,
    principal: Principal,
    heard: Heard,
    conversation: Conversation,
    context: Context,
) -> Outcome:
    earlier = [
        draft
        for draft in await context.records.open_drafts()
        if draft.unit_id == choice.unit_id
        and draft.form_name == choice.name
        and draft.absent_id == choice.absent_id
        and draft.sheet_id is None
    ]
    since = moment(earlier[0].updated_at, context.timezone) if earlier else ""
    if earlier and heard.word is Word.RESTART and is_active(conversation):  # in the middle of it: ask before it is gone
        return say(pause(conversation), *wording.has_draft(label, since))
    if not earlier or heard.word is Word.RESTART:
        return await anew(choice, principal, earlier, conversation, context, asked_for=bool(heard.rest))
    filling = filling_of(conversation)
    if filling is not None and filling.draft == earlier[0].id:
        return await _take_up(filling, conversation, context)
    return say(conversation, *wording.has_draft(label, since))


async def anew(
    choice: FormChoice,
    principal: Principal,
    earlier: Sequence[DraftView],
    conversation: Conversation,
    context: Context,
    *,
    asked_for: bool,
    prepare: Prepare = lambda form, state: (state, ""),
) -> Outcome:
    """Begin at the first question; drafts that this one replaces are dropped, another form under way is put aside.
    `asked_for`: by its name. `prepare` answers some questions beforehand, and says so in a sentence.
    """
    form = await context.forms.get(choice.form_version_id)
    last = await context.records.last_sheet(choice.name, unit_id=choice.unit_id)
    begun_with = engine.begin(form, local_now(context), _answers(form, last))
    period = await _counts_for(choice, form, context)
    if period:
        begun_with = engine.inscribe(form, begun_with, Purpose.PERIOD, period, local_now(context))
    state, prepared = prepare(form, begun_with)
    filling = _begun(choice, state, context)
    dropped = {draft.id for draft in earlier}
    person = principal.person_id or 0
    begun = BeginDraft(filling.draft, choice.form_version_id, choice.appointment_id, person, choice.unit_id)
    if prepared or period:
        begun = replace(begun, answers=state.to_json(), position=state.at)
    aside = await sheet_aside.another(conversation, filling.draft, context, but=dropped, beside=choice)
    commands: list[Command] = [begun, *(DropDraft(draft) for draft in dropped), *aside.commands]
    others = not asked_for and any(is_other(each) for each in await context.records.forms())
    lead = wording.beginning(choice.title, choice.absent_name, others=others and not is_other(choice))
    if last is not None:
        lead += sheet_past_wording.mention(sheet_past.day_of(last.submitted_at, context))
    lead += prepared
    desk = await lay_out(await sheet_titles.known(conversation, context), filling, context)

    def worded(results: Sequence[Any]) -> Said:
        opened: DraftBegun = results[0]
        if not opened.begun:
            return Said(conversation, text(f"{wording.CANNOT_BEGIN}\n\n", *wording.row([words.MENU])))
        kept = aside.told(results)
        return said_now(ask(desk._replace(filling=filling._replace(version=opened.version)), [*kept, *lead]))

    return Outcome(commands=tuple(commands), then=worded)


async def _counts_for(choice: FormChoice, form: Form, context: Context) -> str:
    """The label of the round that this sheet will count for, where the form wants to know it: the first that is due."""
    if all(leaf.purpose is not Purpose.PERIOD for leaf in form.leaves.values()):
        return ""
    owed = [duty for duty in await context.records.rounds.own() if duty.done_at is None]
    mine = [duty for duty in owed if choice in choices_for(duty, [choice])]
    return min(mine, key=lambda duty: (duty.due_at, duty.id)).label if mine else ""


def _answers(form: Form, last: PastSheet | None) -> Mapping[str, str]:
    return sheet_past.answers_of(last) if form.last_reads else {}


def _begun(choice: FormChoice, state: FormState, context: Context) -> Filling:
    now = int(context.now.timestamp())
    return Filling(
        draft=context.fresh_id(),
        version=0,
        form_version=choice.form_version_id,
        title=choice.title,
        state=state,
        seen_at=now,
        unit=choice.unit_id,
        kept_at=now,
    )


async def resume(heard: Heard, conversation: Conversation, context: Context) -> Outcome | None:
    """继续, 继续 <form>: the question where the person stopped, also when only the records remember it.

    None when a form is open and no draft has this name: then it was an answer that only looked like a command.
    """
    drafts = await context.records.open_drafts()
    labelled = draft_labels(drafts, context.timezone)
    chosen = _named(heard.rest, labelled, lambda draft: draft.title)
    if not chosen and is_active(conversation) and heard.rest:
        return None
    if not drafts:
        return await nothing_under_way(heard, conversation, context)
    filling = filling_of(conversation)
    if len(chosen) != 1:
        listed = [(label, draft) for label, draft in labelled if draft in chosen or not chosen]
        lapses = [lapse_note(draft, context) for _, draft in listed]
        return say(conversation, *wording.which_draft([label for label, _ in listed], lapses))
    return await _back_to(chosen[0], filling, conversation, context)


async def _back_to(
    draft: DraftView, filling: Filling | None, conversation: Conversation, context: Context
) -> Outcome | None:
    """The draft, as the conversation knows it where that is newer."""
    too_late = await sheet_stood_in.too_late(draft, filling, conversation, context)
    if too_late is not None:
        return too_late
    if filling is not None and filling.draft == draft.id:
        if filling.version >= draft.version:
            return await _take_up(filling, conversation, context)
        if sheet_standing.is_moved(filling, draft):
            return await sheet_standing.changed(filling, conversation, context)
    return await _take_up(await from_draft(draft, context), conversation, context)


def lapse_note(draft: DraftView, context: Context) -> str:
    """Until when a draft is kept, where that is near; else empty."""
    return sheet_standing.lapse_note(draft.lapses_at(timedelta(days=context.rules.draft_days)), context)


async def restore(heard: Heard, conversation: Conversation, context: Context) -> Outcome | None:
    """找回, 找回 <form>: a draft that lapsed, open again."""
    if (await context.records.principal()).person_id is None:
        return say(conversation, *welcome_wording.stranger())
    return await sheet_standing.restore(heard.rest, conversation, context)


async def _take_up(filling: Filling, conversation: Conversation, context: Context) -> Outcome:
    aside = await sheet_aside.another(conversation, filling.draft, context)
    desk = await lay_out(await sheet_titles.known(conversation, context), filling, context)
    untouched = not any(line.text for line in engine.preview(desk.form, desk.filling.state))
    lead = wording.resuming(filling.title, untouched=untouched)
    if not aside.commands:
        return ask(desk, lead)
    return Outcome(commands=aside.commands, then=lambda results: said_now(ask(desk, [*aside.told(results), lead])))


async def by_title(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """Begin the form whose title or label was said; None when there is none."""
    name = words.normal(said)
    choices = await context.records.forms()
    if not _named(name or "-", form_labels(choices), lambda choice: choice.title):
        return None
    return await begin(Heard(Word.BEGIN, name), conversation, context)


async def nothing_under_way(heard: Heard, conversation: Conversation, context: Context) -> Outcome:
    """A word about a form, and no form: what was handed in before, a draft in the records, or how to begin."""
    if heard.word in (Word.SUBMIT, Word.INSIST) and (handed_in := sheet_handing_in.handed_in_before(conversation)):
        return handed_in
    principal = await context.records.principal()
    if principal.person_id is None:
        late = heard.word in _SAID_TO_SOMETHING and conversation.seq > 0  # the first word of all is greeted
        return say(conversation, *(welcome_wording.nothing_waits() if late else welcome_wording.stranger()))
    drafts = await context.records.open_drafts()
    if not drafts and (lapsed := await context.records.lapsed_drafts()):
        return sheet_standing.offer(lapsed, pause(conversation), context)
    left = conversation.with_memory(MEMORY, None)
    if not drafts:
        return say(left, *wording.nothing_open())
    return say(left, *wording.only_in_records(drafts[0].title, command=heard.word is not None))


_SAID_TO_SOMETHING = frozenset({Word.CANCEL, Word.GIVE_UP, Word.SUBMIT, Word.INSIST})
"""What nobody begins with: somebody whom nobody has bound answers something that is over, mostly by a second tap."""

OPENINGS: Mapping[Word | None, Opening] = MappingProxyType(
    {
        Word.BEGIN: begin,
        Word.RESTART: begin,
        Word.RESUME: resume,
        Word.KEEP_ON: resume,
        Word.RESTORE: restore,
    }
)
"""The words that begin a form or take one up again."""
