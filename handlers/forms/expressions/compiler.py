"""A syntax tree to closures: kinds are resolved before anything runs, so that a step only computes."""

import math
import operator
from collections.abc import Callable
from typing import Final, cast

from handlers.forms.expressions.code import TEXTUAL, Code, Env, Run, RunNumber, RunTruth, Type, constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions import FUNCTIONS, REFUSED
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Call, Chain, Literal, Negate, Node, Path
from handlers.forms.expressions.values import NAN, equal

UNKNOWN_FUNCTION = "第 {at} 个字符处的函数“{name}”不认识，请检查拼写。"
REFUSED_FUNCTION = "第 {at} 个字符处的函数“{name}”本系统不支持：{why}。"
WRONG_COUNT = "函数“{name}”的参数个数不对：写了 {given} 个，应为 {wanted}。"

_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_expression(expression: str, scope: Scope) -> Code:
    """The code of an expression; `scope.reads` then holds what it depends on. Raises ExpressionError."""
    return compile_node(parse(expression), scope)


def compile_node(node: Node, scope: Scope) -> Code:
    """The code of a syntax tree. Raises ExpressionError."""
    match node:
        case Literal(value):
            return constant(value)
        case Path():
            return scope.path(node)
        case Negate(operand):
            number = compile_node(operand, scope).as_number()
            return Code(Type.NUMBER, lambda env: -number(env))
        case Chain():
            return _chain(node, scope)
        case Call():
            return _call(node, scope)


def _call(call: Call, scope: Scope) -> Code:
    function = FUNCTIONS.get(call.name)
    if function is None:
        why = REFUSED.get(call.name)
        if why is not None:
            raise ExpressionError(REFUSED_FUNCTION.format(at=call.at, name=call.name, why=why))
        raise ExpressionError(UNKNOWN_FUNCTION.format(at=call.at, name=call.name))
    given = len(call.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        raise ExpressionError(WRONG_COUNT.format(name=call.name, given=given, wanted=function.wanted))
    return function.build(scope, tuple(compile_node(argument, scope) for argument in call.arguments))


def _chain(chain: Chain, scope: Scope) -> Code:
    code = compile_node(chain.first, scope)
    kind = chain.rest[0][0]
    if kind in {"and", "or"}:
        return _junction(kind, [code, *(compile_node(operand, scope) for _, operand in chain.rest)])
    if kind in _ORDER or kind in {"=", "!="}:
        for name, operand in chain.rest:
            code = _comparison(name, code, compile_node(operand, scope))
        return code
    return _sum(code, [(name, compile_node(operand, scope)) for name, operand in chain.rest])


def _junction(kind: str, codes: list[Code]) -> Code:
    truths = tuple(code.as_truth() for code in codes)
    first, second = truths[0], truths[1]
    if len(truths) > 2:  # noqa: PLR2004 - two is the common case, written out below
        if kind == "and":
            return Code(Type.TRUTH, lambda env: all(truth(env) for truth in truths))
        return Code(Type.TRUTH, lambda env: any(truth(env) for truth in truths))
    if kind == "and":
        return Code(Type.TRUTH, lambda env: first(env) and second(env))
    return Code(Type.TRUTH, lambda env: first(env) or second(env))


def _comparison(name: str, left: Code, right: Code) -> Code:
    compare = _order(name, left, right) if name in _ORDER else _equality(name, left, right)
    optional = [code.nodes for code in (left, right) if code.optional and code.nodes is not None]
    if not optional:
        return Code(Type.TRUTH, compare)
    nodes = tuple(optional)
    return Code(Type.TRUTH, lambda env: all(found(env) for found in nodes) and compare(env))


def _order(name: str, left: Code, right: Code) -> RunTruth:
    compare, one, two = _ORDER[name], left.as_number(), right.as_number()
    if isinstance(right.constant, float):
        bound = right.constant
        return lambda env: compare(one(env), bound)
    return lambda env: compare(one(env), two(env))


def _equality(name: str, left: Code, right: Code) -> RunTruth:
    types = {left.type, right.type}
    one: Run
    two: Run
    if types <= TEXTUAL:
        one, two = left.run, right.run
    elif Type.TRUTH in types:
        one, two = left.as_truth(), right.as_truth()
    elif Type.NUMBER in types:
        one, two = left.as_number(), right.as_number()
    else:
        return _equality_of_any(name, left.run, right.run)
    return _same(one, right.constant if two is right.run else None, two, name == "=")


def _same(one: Run, bound: object, two: Run, wanted: bool) -> RunTruth:
    if bound is not None:
        if wanted:
            return lambda env: one(env) == bound
        return lambda env: one(env) != bound
    if wanted:
        return lambda env: one(env) == two(env)
    return lambda env: one(env) != two(env)


def _equality_of_any(name: str, one: Run, two: Run) -> RunTruth:
    if name == "=":
        return lambda env: equal(one(env), two(env))
    return lambda env: not equal(one(env), two(env))


def _sum(first: Code, rest: list[tuple[str, Code]]) -> Code:
    start = first.as_number()
    steps = tuple((_OPERATIONS[name], code.as_number()) for name, code in rest)
    if len(steps) == 1:
        [(operation, other)] = steps
        return Code(Type.NUMBER, lambda env: operation(start(env), other(env)))

    def run(env: Env) -> float:
        total = start(env)
        for operation, operand in steps:
            total = operation(total, operand(env))
        return total

    return Code(Type.NUMBER, cast(RunNumber, run))


def _divide(dividend: float, divisor: float) -> float:
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return NAN
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def _remainder(dividend: float, divisor: float) -> float:
    if divisor == 0 or math.isnan(divisor) or not math.isfinite(dividend):
        return NAN
    return math.fmod(dividend, divisor)


_OPERATIONS: Final[dict[str, Callable[[float, float], float]]] = {
    **_ARITHMETIC,
    "div": _divide,
    "mod": _remainder,
}
