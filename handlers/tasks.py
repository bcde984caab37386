"""我的任务: what a person owes, each with one tap into its form; what came back, is under way, was handed in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import numbered, words
from handlers import tasks_wording as wording
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.forms.form import Form
from handlers.forms.purposes import Purpose
from handlers.rounds.rule import Rule
from handlers.ruling.reading import Coming, coming, had_of, rule_of
from handlers.sheet_labels import draft_labels
from handlers.unbound import stranger
from storage.duty_views import OwnDuty
from storage.project_names import project_key
from storage.views import AppointmentView, DraftView, FormChoice, Principal
from storage.vocabulary import Level

LAST_DONE: Final = 2
"""Rounds of each appointment whose sheets are shown as handed in."""


async def mine(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The list; a person without appointments is told that there is nothing."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    forms = await context.records.forms()
    duties = await own(context)
    labelled = draft_labels(await context.records.open_drafts(), context.timezone)
    owing = [duty for duty in duties if duty.done_at is None]
    drafts = {duty.id: draft_for(duty, labelled) for duty in owing}
    tasks = [await _task(duty, drafts[duty.id], forms, context) for duty in owing]
    used = {found[1].id for found in drafts.values() if found is not None}
    others = [label for label, draft in labelled if draft.id not in used and draft.sheet_id is None]
    observes_projects = any(each.level is Level.PROJECT for each in principal.appointments)
    says = {place: task.way.content for place, task in enumerate(tasks, start=1) if task.way is not None}
    listed = numbered.remembered(conversation, context, says, "项", words.TASKS) if says else conversation
    return say(
        listed,
        *wording.owed(tasks, context.now, context.timezone, asked=bool(duties)),
        *(() if owing else wording.next_ones(await _next_ones(principal, forms, context), context.timezone)),
        *wording.to_acknowledge(await context.records.briefing()),
        *wording.back(await context.records.returned_sheets()),
        *wording.begun(others),
        *wording.done(_last_done(duties), context.timezone),
        f"\n\n{wording.NODES}" if observes_projects else "",
        "\n\n",
        Tap(words.MINE),
        "　",
        Tap(words.MENU),
    )


async def _next_ones(principal: Principal, forms: Sequence[FormChoice], context: Context) -> list[tuple[str, Coming]]:
    """What this observer will owe next, by the title of the form, the first due first."""
    rules = await context.records.rounds.rules_above([each.unit.path for each in principal.appointments])
    found: dict[tuple[int, str], Rule] = {}
    for rule in map(rule_of, rules):
        for seat in principal.appointments:
            if seat.level is not rule.level or not seat.unit.path.startswith(rule.unit_path):
                continue
            key = (seat.id, _filled_for(seat, rule, forms))
            if key not in found or _nearness(rule, key[1]) > _nearness(found[key], key[1]):
                found[key] = rule
    titles = {(choice.appointment_id, choice.name): choice.title for choice in forms}
    expected = [
        (titles.get(key, rule.name), coming(rule, await had_of(rule, context), context)) for key, rule in found.items()
    ]
    known = [(title, each) for title, each in expected if each is not None]
    return sorted(dict(known).items(), key=lambda each: each[1].due.due_at)


def _filled_for(seat: AppointmentView, rule: Rule, forms: Sequence[FormChoice]) -> str:
    """The name of the form that is filled for what a rule asks for: the rule's, or the unit's own of its level."""
    choices = _fulfilling(seat.id, rule.form, seat.level, forms)
    return choices[0].name if choices else rule.form


def _nearness(rule: Rule, form: str) -> tuple[int, bool]:
    """Of several rules for what is filled as `form` the one holds for which this is greatest."""
    return len(rule.unit_path), rule.form == form


async def own(context: Context) -> tuple[OwnDuty, ...]:
    """The person's duties, each under the title of the form that they fill for it: a unit may have its own."""
    duties = await context.records.rounds.own()
    forms = await context.records.forms() if duties else ()
    return tuple(_titled(duty, choices_for(duty, forms)) for duty in duties)


def _titled(duty: OwnDuty, choices: Sequence[FormChoice]) -> OwnDuty:
    return replace(duty, title=choices[0].title) if choices else duty


async def _task(
    duty: OwnDuty, draft: tuple[str, DraftView] | None, forms: Sequence[FormChoice], context: Context
) -> wording.Task:
    choices = choices_for(duty, forms)
    if not choices:
        return wording.Task(duty, None, may_be_nothing_new=False)
    if draft is not None:
        return wording.Task(duty, Tap(wording.GO_ON, f"{words.TASK} {duty.id}"), may_be_nothing_new=False)
    way = Tap(wording.FILL, f"{words.TASK} {duty.id}")
    if duty.subject:  # a node is news by itself
        return wording.Task(duty, way, may_be_nothing_new=False)
    return wording.Task(duty, way, await _asks_nothing_new(choices, context))


async def may_be_nothing_new(duty: OwnDuty, context: Context) -> bool:
    """Whether its form asks whether there is nothing new, and is no node's, which is news by itself."""
    choices = choices_for(duty, await context.records.forms())
    return bool(choices) and not duty.subject and await _asks_nothing_new(choices, context)


async def _asks_nothing_new(choices: Sequence[FormChoice], context: Context) -> bool:
    return asks_nothing_new(await context.forms.get(choices[0].form_version_id))


def choices_for(duty: OwnDuty, forms: Sequence[FormChoice]) -> list[FormChoice]:
    """The forms by which a duty may be fulfilled: the one of its name, or else those of its level that its unit has."""
    return _fulfilling(duty.appointment_id, duty.form_name, duty.level, forms)


def _fulfilling(appointment_id: int, name: str, level: Level, forms: Sequence[FormChoice]) -> list[FormChoice]:
    own = [choice for choice in forms if choice.appointment_id == appointment_id]
    named = [choice for choice in own if choice.name == name]
    return named or [choice for choice in own if choice.level is level]


def draft_for(duty: OwnDuty, labelled: Sequence[tuple[str, DraftView]]) -> tuple[str, DraftView] | None:
    """The draft, with its label, in which a duty is being filled: of a project's node one about that project."""
    mine = [
        (label, draft)
        for label, draft in labelled
        if draft.sheet_id is None
        and draft.appointment_id == duty.appointment_id
        and (draft.form_name == duty.form_name or draft.level is duty.level)
    ]
    if not duty.subject:
        return mine[0] if mine else None
    return next((each for each in mine if project_key(duty.subject) in _texts(each[1])), None)


def _texts(draft: DraftView) -> frozenset[str]:
    """What stands in a draft, as projects' names are compared."""
    answers = draft.answers.get("answers") if isinstance(draft.answers, dict) else None
    return frozenset(project_key(str(value)) for value in (answers or {}).values())


def asks_nothing_new(form: Form) -> bool:
    """Whether some question of the form asks whether there is nothing new."""
    return any(leaf.purpose is Purpose.NOTHING_NEW for leaf in form.leaves.values())


def _last_done(duties: Sequence[OwnDuty]) -> list[OwnDuty]:
    """The duties of the last rounds of each appointment that were fulfilled, the newest first."""
    seen: Counter[tuple[int, str]] = Counter()
    found = []
    for duty in sorted(duties, key=lambda each: each.due_at, reverse=True):
        seen[duty.appointment_id, duty.form_name] += 1
        if seen[duty.appointment_id, duty.form_name] <= LAST_DONE and duty.done_at is not None:
            found.append(duty)
    return found
