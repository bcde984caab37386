"""A form walked with answers that are given beforehand, as ODK's own engine would be: for checks without a chat.

What ODK lets pass is let pass: an answer stays even if its constraint does not hold, and a question that must be
answered may be left empty (ODK complains about both when the form is finalised). What cannot be an answer at all (a
choice that is not offered, letters for a number, a question that is not relevant) changes nothing, as in ODK.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from handlers.forms import engine
from handlers.forms.demands import check_kind
from handlers.forms.form import DONE, MORE, Form, Kind, Question
from handlers.forms.moves import next_open
from handlers.forms.recalculation import Recalculation
from handlers.forms.views import FormState

MAX_STEPS: Final = 20_000
"""Questions of one walk; the largest form has 5,000."""
NO_QUESTION: Final = "{ref}：表单里没有这一题。"
NO_END: Final = "{ref}：走了 {count} 步还没有走完。"
REFUSED: Final = "{ref}：{why}"
BAD_CASE: Final = "答案文件应为 {answers: {题目路径: 值}, repeats: {重复组路径: 数量}, edits: [[题目路径, 值], …]}。"


def walk(form: Form, case: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Fill a form with `answers` (ref -> canonical value) in its own order, each open repeat with as many instances as
    `repeats` says (1 if it does not), then correct it with `edits` ([ref, value], in order).

    Gives `asked` (refs in the order of asking), `values` (ref -> final value of every relevant leaf) and `errors`
    (a sentence for each ref that the form does not have, and for what made the walk impossible). Raises ValueError
    with the sentence to show when `case` is not of this shape.
    """
    answers, repeats, edits = _read(case)
    asked: list[str] = []
    errors: list[str] = []
    state = _begun(form, repeats, now)
    while state.at is not None:
        if len(asked) > MAX_STEPS:
            errors.append(NO_END.format(ref=state.at, count=len(asked)))
            break
        question = form.layout(state.counts).step(state.at)
        if question.kind is Kind.MORE:
            state = _more(form, state, question.ref, repeats, errors, now)
        else:
            asked.append(question.ref)
            state = _given(form, state, question, answers.get(question.ref, ""), errors, now)
    for ref, value in edits:
        state = _edited(form, state, ref, value, errors, now)
    unknown = [ref for ref in _unknown(form, state, [*answers, *(ref for ref, _ in edits)]) if ref not in asked]
    errors.extend(NO_QUESTION.format(ref=ref) for ref in unknown)
    return {"asked": asked, "values": engine.values(form, state), "errors": list(dict.fromkeys(errors))}


def _read(case: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int], list[tuple[str, str]]]:
    try:
        answers = {str(ref): "" if value is None else str(value) for ref, value in case.get("answers", {}).items()}
        repeats = {str(ref): int(count) for ref, count in case.get("repeats", {}).items()}
        edits = [(str(ref), str(value)) for ref, value in case.get("edits", [])]
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(BAD_CASE) from error
    return answers, repeats, edits


def _begun(form: Form, repeats: Mapping[str, int], now: datetime) -> FormState:
    """The opened form, without the first instance of those repeats that are to have none."""
    state = engine.begin(form, now)
    for ref, count in repeats.items():
        repeat = form.layout(state.counts).repeats.get(ref)
        if count == 0 and repeat is not None and repeat.open:
            work = Recalculation(form, state, now)
            work.resize({ref: 0})
            work.settle()
            state = work.state(next_open(work, 0))
    return state


def _more(
    form: Form, state: FormState, ref: str, repeats: Mapping[str, int], errors: list[str], now: datetime
) -> FormState:
    wanted = repeats.get(ref, 1)
    value = MORE if len(form.layout(state.counts).repeats[ref].instances) < wanted else DONE
    try:
        return engine.answer(form, state, value, now)
    except ValueError as refusal:
        errors.append(REFUSED.format(ref=ref, why=refusal))
        return engine.answer(form, state, DONE, now)


def _given(form: Form, state: FormState, question: Question, value: str, errors: list[str], now: datetime) -> FormState:
    """The state with an answer, or without one, at the next question."""
    try:
        return _put(form, state, question, value, now)
    except ValueError as refusal:
        errors.append(REFUSED.format(ref=question.ref, why=refusal))
        return _put(form, state, question, "", now)


def _edited(form: Form, state: FormState, ref: str, value: str, errors: list[str], now: datetime) -> FormState:
    try:
        at = engine.goto(form, state, ref)
    except ValueError:
        return state
    question = form.layout(state.counts).step(ref)
    if question.kind is Kind.MORE:
        return state
    try:
        return _put(form, at, question, value, now, anew=True)
    except ValueError as refusal:
        errors.append(REFUSED.format(ref=ref, why=refusal))
        return state


def _put(
    form: Form, state: FormState, question: Question, value: str, now: datetime, *, anew: bool = False
) -> FormState:
    """Set a value whatever its constraint says; "" leaves the question as it is, or clears it when given `anew`.

    Raises ValueError when what follows from it is impossible (too many instances).
    """
    work = Recalculation(form, state, now)
    ref = question.ref
    try:
        if value and not question.external:
            check_kind(question, value, work.env)
    except ValueError:
        value, anew = "", False
    if value or anew:
        work.put(ref, value)
    if ref not in work.values:
        work.skipped.add(ref)
    work.preset.discard(ref)
    work.settle()
    return work.state(next_open(work, work.layout.places.get(ref, -1) + 1))


def _unknown(form: Form, state: FormState, refs: Iterable[str]) -> Sequence[str]:
    """The refs that the form does not have, whatever the numbers of instances."""
    known = {_bare(ref) for ref in form.leaves} | {_bare(ref) for ref in form.layout(state.counts).leaves}
    return [ref for ref in dict.fromkeys(refs) if _bare(ref) not in known]


def _bare(ref: str) -> str:
    return "/".join(step.partition("[")[0] for step in ref.split("/"))
