"""A syntax tree to closures: kinds are resolved before anything runs, so that a step only computes."""

import math
import operator
from collections.abc import Callable, Iterable
from typing import Final, cast

from handlers.forms.expressions.code import TEXTUAL, Code, Env, Run, RunNumber, RunTruth, Type, constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions import FUNCTIONS, REFUSED
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.paths import node_set, nodes_code
from handlers.forms.expressions.predicates import EachApart, tested_code
from handlers.forms.expressions.rows import column_code, instance_code
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Call, Chain, Literal, Negate, Node, Path, Union
from handlers.forms.expressions.values import NAN, equal, text_number, to_truth
from handlers.forms.spelling import meant

UNKNOWN_FUNCTION = "第 {at} 个字符处的函数“{name}”不认识。{meant}可用的函数见模板的“做法示例”。"
REFUSED_FUNCTION = "第 {at} 个字符处的函数“{name}”本系统不支持：{why}。"
WRONG_COUNT = "第 {at} 个字符处的函数“{name}”的参数个数不对：写了 {given} 个，应写{wanted}。"
NOT_NODES = "第 {at} 个字符处的“|”两边只能是题目或重复组。"

_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_NOWHERE: Final = Env({}, "")
"""What a constant sees."""
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EVERY_COMPARISON: Final[dict[str, Callable[[float, float], bool]]] = {**_ORDER, "=": operator.eq, "!=": operator.ne}


def compile_expression(expression: str, scope: Scope) -> Code:
    """The code of an expression; `scope.reads` then holds what it depends on. Raises ExpressionError."""
    return compile_node(parse(expression), scope)


def compile_node(node: Node, scope: Scope) -> Code:
    """The code of a syntax tree, which has a value. Trees can be kept and compiled again for another scope.

    Raises ExpressionError.
    """
    return _code(node, scope).check()


def compile_nodes(path: Path, scope: Scope) -> Code:
    """The code that finds the nodes of a path (`Code.found`, `Code.fixed`) and reads none of their values.

    For choices that are taken from a repeat (`/data/member[./age > 17]`). Raises ExpressionError.
    """
    return _path(path, scope, values=False)


def _code(node: Node, scope: Scope) -> Code:
    match node:
        case Literal(value):
            return constant(value)
        case Path():
            return _path(node, scope)
        case Union():
            return _union(node, scope)
        case Negate(operand):
            code = _code(operand, scope)
            number = code.as_number()
            return _folded(Code(Type.NUMBER, lambda env: -number(env)), (code,))
        case Chain():
            return _chain(node, scope)
        case Call():
            return _call(node, scope)


def _folded(code: Code, parts: Iterable[Code]) -> Code:
    """The code as a constant, when all that it is made of is constant."""
    if all(part.constant is not None for part in parts):
        return constant(code.run(_NOWHERE))
    return code


def _path(path: Path, scope: Scope, *, values: bool = True) -> Code:
    if isinstance(path.start, Call) and path.start.name == "instance":
        return instance_code(path, path.start, scope, _code)
    if isinstance(path.start, Call) and path.start.arguments:
        raise ExpressionError(
            WRONG_COUNT.format(at=path.at, name="current", given=len(path.start.arguments), wanted=" 0 个")
        )
    if scope.columns is not None and path.start == ".":
        return column_code(path, scope)
    if scope.candidates and path.start == ".":
        return tested_code(path, scope)
    return nodes_code(node_set(path, scope, _code), path, scope, values=values)


def _union(union: Union, scope: Scope) -> Code:
    codes = [_code(member, scope) for member in union.members]
    lists = [code.nodes for code in codes if code.nodes is not None]
    found = [code.found for code in codes if code.found is not None]
    if len(found) != len(codes):
        raise ExpressionError(NOT_NODES.format(at=union.at))
    if len(lists) != len(codes):
        return Code(Type.GROUP, lambda env: "", found=lambda env: [node for find in found for node in find(env)])

    def nodes(env: Env) -> list[str]:
        return [value for listed in lists for value in listed(env)]

    return Code(
        Type.TEXT,
        lambda env: next(iter(nodes(env)), ""),
        nodes=nodes,
        optional=True,
        many=True,
        found=lambda env: [node for find in found for node in find(env)],
    )


def _call(call: Call, scope: Scope) -> Code:
    function = FUNCTIONS.get(call.name)
    if function is None:
        why = REFUSED.get(call.name)
        if why is not None:
            raise ExpressionError(REFUSED_FUNCTION.format(at=call.at, name=call.name, why=why))
        raise ExpressionError(UNKNOWN_FUNCTION.format(at=call.at, name=call.name, meant=meant(call.name, FUNCTIONS)))
    given = len(call.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        raise ExpressionError(WRONG_COUNT.format(at=call.at, name=call.name, given=given, wanted=function.wanted))
    codes = tuple(_argument(argument, scope, place in function.nodes) for place, argument in enumerate(call.arguments))
    if not function.pure and scope.candidates:
        raise EachApart
    built = function.build(scope, codes)
    return _folded(built, codes) if codes and function.pure else built


def _argument(node: Node, scope: Scope, only_found: bool) -> Code:
    """An argument; where a function only finds or counts nodes, their values are not read."""
    if only_found and isinstance(node, Path):
        return _path(node, scope, values=False)
    return _code(node, scope)


def _chain(chain: Chain, scope: Scope) -> Code:
    codes = [_code(chain.first, scope), *(_code(operand, scope) for _, operand in chain.rest)]
    kind = chain.rest[0][0]
    if kind in {"and", "or"}:
        return _junction(kind, codes)
    if kind in _ORDER or kind in {"=", "!="}:
        code = codes[0]
        for (name, _), operand in zip(chain.rest, codes[1:], strict=True):
            code = _folded(_comparison(name, code, operand), (code, operand))
        return code
    return _folded(_sum(codes[0], [(name, code) for (name, _), code in zip(chain.rest, codes[1:], strict=True)]), codes)


def _junction(kind: str, codes: list[Code]) -> Code:
    deciding = kind == "or"
    if any(code.constant is not None and to_truth(code.constant) is deciding for code in codes):
        return constant(deciding)
    truths = tuple(code.as_truth() for code in codes if code.constant is None)
    if len(truths) < 2:  # noqa: PLR2004 - what is constant does not matter
        return Code(Type.TRUTH, truths[0]) if truths else constant(not deciding)
    first, second = truths[0], truths[1]
    if len(truths) > 2:  # noqa: PLR2004 - two is the common case, written out below
        if kind == "and":
            return Code(Type.TRUTH, lambda env: all(truth(env) for truth in truths))
        return Code(Type.TRUTH, lambda env: any(truth(env) for truth in truths))
    if kind == "and":
        return Code(Type.TRUTH, lambda env: first(env) and second(env))
    return Code(Type.TRUTH, lambda env: first(env) or second(env))


def _comparison(name: str, left: Code, right: Code) -> Code:
    left.check(), right.check()
    if (left.many or right.many) and Type.TRUTH not in {left.type, right.type}:
        return Code(Type.TRUTH, _any_fits(name, left, right))
    compare = _order(name, left, right) if name in _ORDER else _equality(name, left, right)
    optional = [code.nodes for code in (left, right) if code.optional and code.nodes is not None]
    if not optional or Type.TRUTH in {left.type, right.type}:
        return Code(Type.TRUTH, compare)
    nodes = tuple(optional)
    return Code(Type.TRUTH, lambda env: all(found(env) for found in nodes) and compare(env))


def _any_fits(name: str, left: Code, right: Code) -> RunTruth:
    """Whether the comparison holds for any pair of nodes (XPath 1.0, section 3.4)."""
    ones, others = left.as_list(), right.as_list()
    if name in _ORDER or Type.NUMBER in {left.type, right.type}:
        compare = _EVERY_COMPARISON[name]

        def numbers(env: Env) -> bool:
            bounds = [text_number(text) for text in others(env)]
            return any(compare(text_number(text), bound) for text in ones(env) for bound in bounds)

        return numbers
    if name == "=":
        return lambda env: not set(ones(env)).isdisjoint(others(env))

    def differ(env: Env) -> bool:
        texts = others(env)
        return any(one != other for one in ones(env) for other in texts)

    return differ


def _order(name: str, left: Code, right: Code) -> RunTruth:
    compare, one, two = _ORDER[name], left.as_number(), right.as_number()
    if isinstance(right.constant, float):
        bound = right.constant
        return lambda env: compare(one(env), bound)
    return lambda env: compare(one(env), two(env))


def _equality(name: str, left: Code, right: Code) -> RunTruth:
    types = {left.type, right.type}
    if left.ref and types <= TEXTUAL and isinstance(right.constant, str):
        return _leaf_is(left.ref, right.constant, name == "=")
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


def _leaf_is(ref: str, text: str, wanted: bool) -> RunTruth:
    """The commonest condition, `${question} = 'choice'`, in one closure."""
    if wanted:
        return lambda env: env.values.get(ref, "") == text
    return lambda env: env.values.get(ref, "") != text


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
