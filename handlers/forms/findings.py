"""The findings that the answers of a form name, through the purposes that its workbook gave to its questions."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from handlers.forms.canonical import is_day
from handlers.forms.expressions.code import Env
from handlers.forms.form import BETWEEN_SECTIONS, FindingPlan, Form, Layout
from handlers.forms.purposes import YES, Purpose
from handlers.forms.readable import env_of, readable_of
from handlers.forms.views import FormState, FoundFinding

NOTHING: Final = frozenset(
    [
        "无",
        "没有",
        "暂无",
        "未发现",
        "无问题",
        "没有问题",
        "没问题",
        "无新情况",
        "没有新情况",
        "未发现问题",
        "没发现",
        "没有发现",
        "没发现问题",
        "没有发现问题",
        "暂未发现",
        "暂未发现问题",
        "目前没有",
        "本期无",
        "本期没有",
        "无异常",
        "未见异常",
        "一切正常",
        "正常",
        "无风险",
        "无风险点",
        "none",
        "no",
        "na",
        "n/a",
        "nil",
        "0",
        "/",
    ]
)
"""What people write for "nothing to name"; compared without blanks and punctuation."""
BETWEEN: Final = "；"
_PUNCTUATION: Final = re.compile(r"[\s。．.，,！!；;、~～…\-—_（）()“”\"']+")
_FEN: Final = {Purpose.AMOUNT: 100, Purpose.AMOUNT_WAN: 1_000_000}


def findings(form: Form, state: FormState) -> tuple[FoundFinding, ...]:
    """The findings that the answers name, by the purposes of the form only, in the order of the form.

    An empty one, one that says that there is nothing, and one under an answer "nothing new: yes" give none.
    """
    layout, env = form.layout(state.counts), env_of(state)
    found: list[FoundFinding] = []
    for plan in layout.findings:
        text = _readable(layout, [plan.ref], state, env)
        quiet = any(state.answers.get(ref, "") in YES for ref in plan.nothing_new)
        if not quiet and not says_nothing(text):
            found.append(_finding(layout, plan, text, state, env))
    return tuple(found)


def says_nothing(text: str) -> bool:
    """Whether a text names nothing: empty, or a way of saying so."""
    bare = _PUNCTUATION.sub("", text).lower()
    return bare == "" or bare in NOTHING


def _finding(layout: Layout, plan: FindingPlan, text: str, state: FormState, env: Env) -> FoundFinding:
    beside = plan.companions
    return FoundFinding(
        text=text,
        level=_first(beside.get(Purpose.FINDING_LEVEL, ()), env),
        measure=_readable(layout, beside.get(Purpose.MEASURE, ()), state, env),
        owner=_readable(layout, beside.get(Purpose.OWNER, ()), state, env),
        deadline=_day(_first(beside.get(Purpose.DEADLINE, ()), env)[: len("2026-11-13")]),
        amount_fen=_amount(plan, env),
        ref=plan.ref,
        area=_readable(layout, beside.get(Purpose.AREA, ()), state, env) or _section(layout, plan.ref, env),
    )


def _first(refs: Iterable[str], env: Env) -> str:
    return next((value for ref in refs if (value := env.values.get(ref, ""))), "")


def _readable(layout: Layout, refs: Iterable[str], state: FormState, env: Env) -> str:
    texts = (
        readable_of(layout.leaves[ref], value, state, env).strip() for ref in refs if (value := env.values.get(ref))
    )
    return BETWEEN.join(text for text in texts if text)


def _section(layout: Layout, ref: str, env: Env) -> str:
    """The labels of the groups around a question, without the numbers of instances."""
    labels: list[str] = []
    group = layout.leaves[ref].group
    while group:
        label = layout.groups[group].label
        labels.append("" if label is None else label.text(env))
        group = layout.groups[group].parent
    return BETWEEN_SECTIONS.join(label for label in reversed(labels) if label)


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if is_day(value) else None


def _amount(plan: FindingPlan, env: Env) -> int | None:
    """Money in fen, half a fen rounded up; None when nothing (or no number) stands there."""
    for purpose, fen in _FEN.items():
        written = _first(plan.companions.get(purpose, ()), env)
        if written:
            try:
                return int((Decimal(written) * fen).quantize(Decimal(1), rounding=ROUND_HALF_UP))
            except (InvalidOperation, ValueError, OverflowError):
                continue
    return None
