"""What a question demands of its answer: whether it must be given, what is acceptable, and how to say so."""

from decimal import Decimal
from typing import Final

from handlers.forms.canonical import check
from handlers.forms.choices import is_offered, offered
from handlers.forms.expressions.code import Env
from handlers.forms.form import MEDIA, SELECTS, Kind, Question, Span
from handlers.forms.purposes import Purpose
from storage.project_names import names_a_project

REQUIRED: Final = "这一题必须填写，请填写后再继续。"
NOT_ACCEPTED: Final = "这个回答不符合这一题的要求，请修改后再发一次。"
NOT_OFFERED: Final = "选项里没有这一项，请从列出的选项中选择。"
RANK_ALL: Final = "请把全部选项都排上顺序，例如 2 1 3。"
OUT_OF_RANGE: Final = "请填写 {low} 到 {high} 之间的数字。"
NOT_ON_STEP: Final = "请填写从 {start} 起、间隔 {step} 的数字。"
ONE_FILE: Final = "这一题只收一个文件，请只发一个。"
NO_NAME: Final = "项目名称不能只写标点符号，请写名称。"
TWICE: Final = "同一个选项选了两次，请再发一次。"


def must_answer(question: Question, env: Env) -> bool:
    """Whether the question cannot be passed; one that offers no choice now always can."""
    if question.required is None or not question.required(env):
        return False
    return question.kind not in SELECTS or bool(offered(question, env))


def required_text(question: Question, env: Env) -> str:
    """The sentence to show when an answer is wanting."""
    return REQUIRED if question.required_message is None else question.required_message.text(env)


def check_kind(question: Question, value: str, env: Env) -> None:
    """Raise ValueError with the sentence to show unless `value` is canonical and on offer."""
    check(question.kind, value)
    if question.kind in SELECTS:
        _check_choice(question, value, env)
    elif question.span is not None:
        _check_span(question.span, value)
    elif question.kind in MEDIA and not question.several and " " in value:
        raise ValueError(ONE_FILE)
    elif question.kind is Kind.TEXT and question.purpose is Purpose.PROJECT and not names_a_project(value):
        raise ValueError(NO_NAME)


def check_constraint(question: Question, env: Env) -> None:
    """Raise ValueError with the sentence to show when the answer that `env` holds breaks the constraint."""
    if question.constraint is None or question.constraint(env):
        return
    message = question.constraint_message
    raise ValueError(NOT_ACCEPTED if message is None else message.text(env))


def _check_choice(question: Question, value: str, env: Env) -> None:
    names = [value] if question.kind is Kind.SELECT_ONE else value.split(" ")
    if not all(is_offered(question, name, env) for name in names):
        raise ValueError(NOT_OFFERED)
    if len(set(names)) < len(names):
        raise ValueError(TWICE)
    if question.kind is Kind.RANK and len(names) < len(offered(question, env)):
        raise ValueError(RANK_ALL)


def _check_span(span: Span, value: str) -> None:
    number = Decimal(value)
    low, high = min(span.start, span.end), max(span.start, span.end)
    if not low <= number <= high:
        raise ValueError(OUT_OF_RANGE.format(low=low, high=high))
    if (number - span.start) % span.step != 0:
        raise ValueError(NOT_ON_STEP.format(start=span.start, step=span.step))
