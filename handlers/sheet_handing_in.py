"""The end of a form: reading it over, and handing it in."""

from collections.abc import Sequence
from typing import Any

from handlers import sheet_wording as wording
from handlers import words
from handlers.base import Conversation, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.expressions.code import Env
from handlers.forms.form import Form, Kind
from handlers.forms.views import FormState, FoundFinding, PreviewLine
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask
from storage.commands import NewFinding, SubmitRefused, SubmitSheet, Submitted
from storage.vocabulary import SubmitRefusal

LAST = "submitted"
"""The memory of the sheet handed in last, for somebody who taps 提交 twice: its number and title."""


def preview(desk: Desk) -> Outcome:
    """Everything answered so far, readable, with a way back to each question."""
    state = desk.filling.state
    parts = wording.preview(
        desk.filling.title,
        engine.preview(desk.form, state),
        engine.missing(desk.form, state),
        engine.closing_notes(desk.form, state),
    )
    return say(desk.leave(desk.filling), *parts)


def submit(desk: Desk) -> Outcome:
    """Hand in, or go to the first question that stands in the way."""
    gaps = engine.missing(desk.form, desk.filling.state)
    if gaps:
        state = engine.goto(desk.form, desk.filling.state, gaps[0].ref)
        return ask(desk._replace(filling=desk.filling._replace(state=state)), wording.to_mend(gaps))
    return Outcome(commands=(_sheet(desk),), then=lambda results: _worded(desk, results))


def _sheet(desk: Desk) -> SubmitSheet:
    state = desk.filling.state
    return SubmitSheet(
        draft_id=desk.filling.draft,
        expected_version=desk.filling.version,
        answers=engine.values(desk.form, state),
        readable=(*_given(desk.form, state), *_answered(engine.preview(desk.form, state))),
        findings=tuple(_finding(found) for found in engine.findings(desk.form, state)),
    )


def _given(form: Form, state: FormState) -> list[tuple[str, str]]:
    """What the form worked out itself and showed to the person (read-only questions), like the period."""
    shown = [step for step in form.steps if step.kind is Kind.NOTE and state.off.isdisjoint(step.gates)]
    env = Env(state.answers, state.day.isoformat())
    return [
        (step.label.text(env), state.answers[step.ref])
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
            pairs.append((f"【{section}】", ""))
        pairs.append((f"{line.number}. {line.label}", line.text or wording.LEFT_EMPTY))
    return pairs


def _finding(found: FoundFinding) -> NewFinding:
    return NewFinding(
        text=found.text,
        level=found.level,
        measure=found.measure,
        owner=found.owner,
        deadline=found.deadline,
        amount_fen=found.amount_fen,
        ref=found.ref,
    )


def _worded(desk: Desk, results: Sequence[Any]) -> Said:
    result: Submitted | SubmitRefused = results[0]
    left = desk.leave(None)
    if isinstance(result, Submitted):
        title = desk.filling.title
        remembered = left.with_memory(LAST, {"number": result.number, "title": title})
        return Said(remembered, text(*wording.submitted(title, result.number, already=result.already)))
    changed = result.reason is SubmitRefusal.CHANGED
    sentence = wording.SUBMIT_REFUSED_CHANGED if changed else wording.SUBMIT_REFUSED_GONE
    return Said(left, text(f"{sentence}\n\n", *wording.row([words.RESUME, words.MENU])))


def handed_in_before(conversation: Conversation) -> Outcome | None:
    """The answer to 提交 when nothing is open and something was handed in before."""
    last = conversation.recall(LAST)
    if not isinstance(last, dict):
        return None
    return say(conversation, *wording.submitted(str(last["title"]), str(last["number"]), already=True))
