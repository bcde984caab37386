"""The end of a form: reading it over, and handing it in."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import (
    sheet_arrivals,
    sheet_check,
    sheet_corrections_wording,
    sheet_quality_wording,
    sheet_repeats,
    tasks,
    tasks_wording,
    words,
)
from handlers import sheet_quality as quality
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.purposes import Purpose
from handlers.forms.readable import env_of, label_of
from handlers.forms.views import FormState, FoundFinding, PreviewLine
from handlers.sheet_check import Asking, Looked
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask
from handlers.sheet_quality import Concern
from handlers.understanding import PROGRAM, as_classified, classified
from nlp.classification import Classification
from storage.commands import NewFinding, SubmitRefused, SubmitSheet, Submitted
from storage.vocabulary import SubmitRefusal

LAST = "submitted"
"""The memory of the sheet handed in last, for somebody who taps 提交 twice: its number and title."""

_REFUSALS: Mapping[SubmitRefusal, str] = {
    SubmitRefusal.GONE: wording.SUBMIT_REFUSED_GONE,
    SubmitRefusal.CHANGED: wording.SUBMIT_REFUSED_CHANGED,
    SubmitRefusal.LAPSED: wording.SUBMIT_REFUSED_LAPSED,
    SubmitRefusal.STOOD_IN: wording.STOOD_IN,
}


async def preview(desk: Desk, context: Context) -> Outcome:
    """Everything answered so far, readable, with a way back to each question; of a correction, also what it is about
    and what was changed.
    """
    form, state = desk.form, desk.filling.state
    parts = overview(desk)
    correction = await sheet_check.corrected(desk.filling.draft, context)
    if correction is not None:
        numbers = sheet_check.changed(form, state, sheet_check.answers_of(correction)).values()
        parts = [*sheet_corrections_wording.about(correction, tuple(numbers)), *parts]
    return say(desk.leave(desk.filling), *parts)


def overview(desk: Desk) -> wording.Parts:
    """All answers, numbered, with what is still missing."""
    form, state = desk.form, desk.filling.state
    return wording.preview(
        desk.filling.title,
        engine.preview(form, state),
        engine.missing(form, state),
        engine.closing_notes(form, state),
        engine.instances(form, state),
        sheet_repeats.adding(form, state),
    )


async def submit(desk: Desk, context: Context) -> Outcome:
    """提交: hand in, or say what stands in the way; an answer that is thin or copied is asked about first."""
    return await _checked(desk, context, insisting=False)


async def insist(desk: Desk, context: Context) -> Outcome:
    """就按这样提交: hand in without another question, if what was asked about is still as it was then."""
    return await _checked(desk, context, insisting=True)


async def _checked(desk: Desk, context: Context, *, insisting: bool) -> Outcome:
    stopped = _gaps(desk) or await sheet_arrivals.in_the_way(desk, context)
    if stopped is not None:
        return stopped
    looked = await sheet_check.look(desk, context)
    asking = looked.asking
    if insisting and _is_as_asked(desk, looked, asking):
        return await _hand_in(desk, looked, asking, context)
    stopped = _unchanged(desk, looked, asking) or _follow_up(desk, looked, asking)
    return stopped or await _hand_in(desk, looked, asking, context)


def _is_as_asked(desk: Desk, looked: Looked, asking: Asking) -> bool:
    """Whether what the last follow-up was about stands there word for word."""
    about_all = asking.stands(sheet_check.UNCHANGED, sheet_check.whole(desk))
    return about_all or any(asking.stands(concern.ref, concern.text) for concern in looked.concerns)


def _gaps(desk: Desk) -> Outcome | None:
    """The first question that must be answered, or answered otherwise, before the sheet is complete."""
    gaps = engine.missing(desk.form, desk.filling.state)
    if not gaps:
        return None
    state = engine.goto(desk.form, desk.filling.state, gaps[0].ref)
    return ask(desk._replace(filling=desk.filling._replace(state=state)), wording.to_mend(gaps))


def _unchanged(desk: Desk, looked: Looked, asking: Asking) -> Outcome | None:
    """Said once: a correction that corrects nothing, or not all that the office asked for."""
    correction = looked.correction
    if correction is None or not asking.may_ask(sheet_check.UNCHANGED, 1):
        return None
    form, state = desk.form, desk.filling.state
    untouched = sheet_check.untouched(form, state, correction)
    if not untouched and sheet_check.changed(form, state, sheet_check.answers_of(correction)):
        return None
    asked = asking.asked(sheet_check.UNCHANGED, sheet_check.whole(desk))
    kept = desk.leave(desk.filling).with_memory(sheet_check.MEMORY, asked.to_json())
    return say(kept, *sheet_quality_wording.unchanged(correction.comment, untouched))


def _follow_up(desk: Desk, looked: Looked, asking: Asking) -> Outcome | None:
    """The one question about the worst concern; in a correction only about what was changed."""
    form, state = desk.form, desk.filling.state
    among = None
    if looked.correction is not None:
        among = sheet_check.changed(form, state, sheet_check.answers_of(looked.correction))
    concern = sheet_check.to_ask(asking, looked.concerns, among)
    if concern is None:
        return None
    filling = desk.filling
    if concern.reason in quality.WORTHLESS:  # the next text is the new answer; a copied one is not simply replaced
        filling = filling._replace(state=engine.goto(form, state, concern.ref))
    kept = desk.leave(filling).with_memory(sheet_check.MEMORY, asking.asked(concern.ref, concern.text).to_json())
    return say(kept, *sheet_quality_wording.follow_up(concern))


async def _hand_in(desk: Desk, looked: Looked, asking: Asking, context: Context) -> Outcome:
    form, state = desk.form, desk.filling.state
    command = SubmitSheet(
        draft_id=desk.filling.draft,
        expected_version=desk.filling.version,
        answers=engine.values(form, state),
        readable=(*_given(form, state), *_answered(engine.preview(form, state))),
        findings=await _findings(engine.findings(form, state), context),
        quality=_quality(looked.concerns, asking),
        project=_project(form, state),
        texts=() if looked.nothing_new else quality.to_keep(looked.texts),
        form_state=state._replace(at=None).to_json(),
    )
    numbers: tuple[int, ...] = ()
    if looked.correction is not None:
        numbers = tuple(sheet_check.changed(form, state, sheet_check.answers_of(looked.correction)).values())
    duties = await tasks.own(context)
    owed = tasks_wording.Owed(duties, context.now, context.timezone)
    return Outcome(commands=(command,), then=lambda results: _worded(desk, numbers, owed, results))


def _quality(concerns: Sequence[Concern], asking: Asking) -> Mapping[str, Any]:
    """What was noticed, for the office: each concern with its evidence, how often the person was asked about it, and
    whether the answer stayed as it was then.
    """
    if not concerns:
        return {}
    return {"concerns": [{**each.evidence(), **_asked(each, asking)} for each in concerns]}


def _asked(concern: Concern, asking: Asking) -> Mapping[str, Any]:
    return {"asked": asking.times.get(concern.ref, 0), "kept": asking.kept(concern.ref, concern.text)}


def _project(form: Form, state: FormState) -> str:
    """The first answer with that purpose."""
    leaves = form.layout(state.counts).leaves.values()
    named = (state.answers.get(leaf.ref, "") for leaf in leaves if leaf.purpose is Purpose.PROJECT)
    return next((name for name in named if name), "")


def _given(form: Form, state: FormState) -> list[tuple[str, str]]:
    """What the form worked out itself and showed to the person (read-only questions), like the period."""
    steps, env = form.layout(state.counts).steps, env_of(state)
    shown = [step for step in steps if step.kind is Kind.NOTE and state.off.isdisjoint(step.gates)]
    return [
        (label_of(step, env), state.answers[step.ref])
        for step in shown
        if step.label is not None and state.answers.get(step.ref)
    ]


def _answered(lines: Sequence[PreviewLine]) -> list[tuple[str, str]]:
    """The sheet as it is read without its form: section headings with an empty text, then label and answer."""
    pairs: list[tuple[str, str]] = []
    section = ""
    for line in lines:
        if line.section != section:
            section = line.section
            if section:
                pairs.append((f"【{section}】", ""))
        pairs.append((f"{line.number}. {line.label}", line.text or wording.LEFT_EMPTY))
    return pairs


async def _findings(found: Sequence[FoundFinding], context: Context) -> tuple[NewFinding, ...]:
    """The findings with what they mean: what a finding says, and the area beside it."""
    if not found:
        return ()
    classifier = await context.understanding.classifier(context.records)
    return tuple([_finding(each, await classified(classifier, as_classified(each.text, each.area))) for each in found])


def _finding(found: FoundFinding, meant: Classification) -> NewFinding:
    return NewFinding(
        text=found.text,
        level=found.level,
        measure=found.measure,
        owner=found.owner,
        deadline=found.deadline,
        amount_fen=found.amount_fen,
        ref=found.ref,
        area=found.area,
        classification=meant.to_json(),
        classifier=PROGRAM,
    )


def _worded(desk: Desk, changed: Sequence[int], owed: tasks_wording.Owed, results: Sequence[Any]) -> Said:
    result: Submitted | SubmitRefused = results[0]
    left = desk.leave(None).with_memory(sheet_check.MEMORY, None)
    if isinstance(result, Submitted):
        title = desk.filling.title
        remembered = left.with_memory(LAST, {"number": result.number, "title": title})
        if result.version > 1 and not result.already:
            return Said(remembered, text(*sheet_corrections_wording.handed_in_again(title, result, changed)))
        still = tasks_wording.after(result, owed)
        return Said(remembered, text(*wording.submitted(title, result.number, already=result.already, tasks=still)))
    sentence = _REFUSALS[result.reason].format(heir=result.heir)
    ways = [words.MENU] if result.reason is SubmitRefusal.STOOD_IN else [words.RESUME, words.MENU]
    return Said(left, text(f"{sentence}\n\n", *wording.row(ways)))


def handed_in_before(conversation: Conversation) -> Outcome | None:
    """The answer to 提交 when nothing is open and something was handed in before."""
    last = conversation.recall(LAST)
    if not isinstance(last, dict):
        return None
    return say(conversation, *wording.submitted(str(last["title"]), str(last["number"]), already=True))
