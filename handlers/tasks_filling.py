"""From a duty straight into its form: the project's name filled in, or "nothing new" answered, where that was meant."""

from datetime import datetime

from handlers import sheet_begin, sheet_labels, sheet_past, welcome_wording, words
from handlers import tasks_wording as told
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.forms import answers, engine
from handlers.forms.form import Form
from handlers.forms.purposes import YES, Purpose
from handlers.forms.readable import env_of, label_of
from handlers.forms.views import FormState
from handlers.ruling.nodes_typed import KINDS
from handlers.sheet_memory import local_now
from handlers.tasks import choices_for, draft_for
from handlers.words import Heard, Word
from storage.duty_views import OwnDuty
from storage.views import FormChoice, PastSheet


async def begin(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """填写任务 <duty>, 无新情况 <duty>: the first question of its form, or where its draft stopped."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return say(conversation, *welcome_wording.stranger())
    heard = words.hear(inbound.text)
    owing = [duty for duty in await context.records.rounds.own() if duty.done_at is None]
    duty = next((each for each in owing if str(each.id) == heard.rest), None)
    if duty is None:
        return _refused(conversation, told.NOT_OWED)
    choices = choices_for(duty, await context.records.forms())
    if not choices:
        return _refused(conversation, told.NO_FORM)
    drafts = await context.records.open_drafts()
    draft = draft_for(duty, sheet_labels.draft_labels(drafts, context.timezone))
    if draft is not None and heard.word is Word.TASK:
        return await _opened(sheet_begin.resume, Word.RESUME, draft[0], conversation, context)
    if draft is not None or len(choices) > 1 or (heard.word is Word.TASK and not duty.subject):
        label = _label(choices[0], await context.records.forms()) if len(choices) == 1 or draft is not None else ""
        return await _opened(sheet_begin.begin, Word.BEGIN, label, conversation, context)
    last = await _last_of_project(duty, choices[0], context)
    prepare = _preparing(duty, heard.word is Word.NOTHING_NEW, last, local_now(context))
    return await sheet_begin.anew(choices[0], principal, (), conversation, context, asked_for=True, prepare=prepare)


def _refused(conversation: Conversation, sentence: str) -> Outcome:
    return say(conversation, f"{sentence}\n\n", Tap(words.TASKS), "　", Tap(words.MENU))


async def _opened(
    opening: sheet_begin.Opening, word: Word, label: str, conversation: Conversation, context: Context
) -> Outcome:
    found = await opening(Heard(word, words.normal(label)), conversation, context)
    return found or _refused(conversation, told.NOT_OWED)


def _label(choice: FormChoice, forms: tuple[FormChoice, ...]) -> str:
    return next(label for label, each in sheet_labels.form_labels(forms) if each is choice)


async def _last_of_project(duty: OwnDuty, choice: FormChoice, context: Context) -> PastSheet | None:
    if not duty.subject:
        return None
    return await context.records.last_project_sheet(choice.name, duty.subject, unit_id=choice.unit_id)


def _preparing(duty: OwnDuty, nothing_new: bool, last: PastSheet | None, now: datetime) -> sheet_begin.Prepare:
    """What is answered before the first question, and the sentence about it."""

    def prepare(form: Form, state: FormState) -> tuple[FormState, str]:
        sentence = ""
        if duty.subject:
            if last is not None and form.last_reads:
                state = engine.recall(form, state, sheet_past.answers_of(last), now)
            state, why = _with_node(form, state, duty.label, now)
            state, filled = _with_project(form, state, duty.subject, now)
            said = told.PROJECT_SET if filled else told.PROJECT_NAMED
            sentence = said.format(project=duty.subject, label=duty.label, why=why)
        if nothing_new:
            state, more = _with_nothing_new(form, state, now)
            sentence += more
        return state, sentence

    return prepare


def _with_project(form: Form, state: FormState, project: str, now: datetime) -> tuple[FormState, bool]:
    for ref in _refs(form, state, Purpose.PROJECT):
        try:
            asked = engine.current(form, engine.goto(form, state, ref))
            if asked is not None:
                return _answered(form, state, ref, answers.parse(asked, project, now).value, now), True
        except ValueError:  # not asked now, or a list without this project
            continue
    return state, False


def _with_node(form: Form, state: FormState, label: str, now: datetime) -> tuple[FormState, str]:
    """Why it is filled is what the node is (项目变更), where one of the choices says so; with the sentence about it."""
    kinds = [kind for kind, named in KINDS.items() if named == label]
    for ref in _refs(form, state, Purpose.NODE):
        options = form.layout(state.counts).step(ref).options
        labels = {name: option.label.text(env_of(state)) for name, option in options.items()}
        meant = [name for name, shown in labels.items() if any(kind in shown for kind in kinds)]
        try:
            if len(meant) == 1:
                return _answered(form, state, ref, meant[0], now), told.NODE_SET.format(answer=labels[meant[0]])
        except ValueError:  # not asked now
            continue
    return state, ""


def _with_nothing_new(form: Form, state: FormState, now: datetime) -> tuple[FormState, str]:
    for ref in _refs(form, state, Purpose.NOTHING_NEW):
        question = form.layout(state.counts).step(ref)
        yes = next((name for name in question.options if name in YES), "")
        try:
            answered = _answered(form, state, ref, yes, now)
        except ValueError:
            continue
        env = env_of(answered)
        answer = question.options[yes].label.text(env)
        return answered, told.NOTHING_NEW_SET.format(label=label_of(question, env), answer=answer)
    return state, told.NOTHING_NEW_NOT_ASKED


def _refs(form: Form, state: FormState, purpose: Purpose) -> list[str]:
    return [leaf.ref for leaf in form.layout(state.counts).leaves.values() if leaf.purpose is purpose]


def _answered(form: Form, state: FormState, ref: str, value: str, now: datetime) -> FormState:
    """The state with one question answered, standing where it stood. Raises ValueError when it cannot be."""
    answered = engine.answer(form, engine.goto(form, state, ref), value, now)
    if state.at is None or state.at == ref:
        return answered
    try:
        return engine.goto(form, answered, state.at)
    except ValueError:  # the answer took that question away
        return answered
