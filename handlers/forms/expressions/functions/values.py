"""Functions on values of any kind: conversions, conditions, choices."""

from typing import Final

from handlers.forms.expressions.code import Code, Env, Run, Type, constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import to_text

NOT_A_CHOICE_QUESTION = "jr:choice-name 的第二个参数应当是一道选择题，写成 '${题目名称}'。"

_Codes = tuple[Code, ...]


def _string(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.TEXT, (codes[0] if codes else scope.leaf(scope.here)).as_text())


def _number(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.NUMBER, (codes[0] if codes else scope.leaf(scope.here)).as_number())


def _boolean(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.TRUTH, codes[0].as_truth())


def _boolean_from_string(scope: Scope, codes: _Codes) -> Code:
    text = codes[0].as_text()
    return Code(Type.TRUTH, lambda env: text(env) in {"1", "true"})


def _not(scope: Scope, codes: _Codes) -> Code:
    truth = codes[0].as_truth()
    return Code(Type.TRUTH, lambda env: not truth(env))


def _true(scope: Scope, codes: _Codes) -> Code:
    return constant(True)


def _false(scope: Scope, codes: _Codes) -> Code:
    return constant(False)


def _if(scope: Scope, codes: _Codes) -> Code:
    condition = codes[0].as_truth()
    kind, then, otherwise = _joined(codes[1], codes[2])
    return Code(kind, lambda env: then(env) if condition(env) else otherwise(env))


def _coalesce(scope: Scope, codes: _Codes) -> Code:
    kind, first, second = _joined(codes[0], codes[1])
    return Code(kind, lambda env: value if to_text(value := first(env)) != "" else second(env))


def _once(scope: Scope, codes: _Codes) -> Code:
    """The value that the question has already, else the argument; reading oneself here is not a cycle."""
    here, fresh = scope.here, codes[0].as_text()

    def run(env: Env) -> str:
        return env.values.get(here, "") or fresh(env)

    return Code(Type.TEXT, run)


def _joined(one: Code, two: Code) -> tuple[Type, Run, Run]:
    """The type of a choice between two codes. Text and number are kept apart until run time."""
    return (one.type if one.type is two.type else Type.ANY), one.run, two.run


def _selected(scope: Scope, codes: _Codes) -> Code:
    chosen, name = codes[0].as_text(), codes[1].as_text()
    if isinstance(codes[1].constant, str):
        wanted = codes[1].constant.strip()
        return Code(Type.TRUTH, lambda env: wanted in chosen(env).split())
    return Code(Type.TRUTH, lambda env: name(env).strip() in chosen(env).split())


def _selected_at(scope: Scope, codes: _Codes) -> Code:
    chosen, index = codes[0].as_text(), codes[1].as_number()

    def run(env: Env) -> str:
        names, wanted = chosen(env).split(), index(env)
        return names[int(wanted)] if 0 <= wanted < len(names) else ""

    return Code(Type.TEXT, run)


def _count_selected(scope: Scope, codes: _Codes) -> Code:
    chosen = codes[0].as_text()
    return Code(Type.NUMBER, lambda env: float(len(chosen(env).split())))


def _choice_name(scope: Scope, codes: _Codes) -> Code:
    value, question = codes[0].as_text(), codes[1].constant
    labels = scope.labels.get(question.strip()) if isinstance(question, str) else None
    if labels is None:
        raise ExpressionError(NOT_A_CHOICE_QUESTION)
    read = labels
    return Code(Type.TEXT, lambda env: read(value(env), env))


def _count(scope: Scope, codes: _Codes) -> Code:
    nodes = codes[0].as_list()
    return Code(Type.NUMBER, lambda env: float(len(nodes(env))))


def _count_non_empty(scope: Scope, codes: _Codes) -> Code:
    nodes = codes[0].as_list()
    return Code(Type.NUMBER, lambda env: float(sum(value != "" for value in nodes(env))))


FUNCTIONS: Final[dict[str, Function]] = {
    "string": Function(0, 1, _string),
    "number": Function(0, 1, _number),
    "boolean": Function(1, 1, _boolean),
    "boolean-from-string": Function(1, 1, _boolean_from_string),
    "not": Function(1, 1, _not),
    "true": Function(0, 0, _true),
    "false": Function(0, 0, _false),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, 2, _coalesce),
    "once": Function(1, 1, _once),
    "selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _count_selected),
    "jr:choice-name": Function(2, 2, _choice_name),
    "count": Function(1, 1, _count),
    "count-non-empty": Function(1, 1, _count_non_empty),
}
