"""Functions on nodes: how many there are, which one of its repeat a node is, one instance's answer, rows of lists."""

from collections.abc import Callable
from typing import Final

from handlers.forms.expressions.code import Code, Env, RunNumber, Type, constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.nodes import instance_number, template
from handlers.forms.expressions.rows import check_column, lookup, table_of
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import NAN

NOT_NODES = "{name} 的参数应当是题目或重复组，写成 ${{名称}}。"
POSITION_OF_WHAT = "position() 要写明是谁的位置：在重复组里写 position(..)，表示这是第几项。"
ONLY_IN_PREDICATE = "last() 只能写在方括号条件里；要知道一共几项请写 count(${重复组名称})。"
NOT_AROUND = "indexed-repeat 的“{repeat}”不是“{target}”所在的重复组。"
REPEATS_IN_PAIRS = "indexed-repeat 的参数应为：题目，重复组，第几项；多层重复组再接着写重复组和第几项。"
NAMES_NOT_WRITTEN_OUT = "pulldata 的前三个参数（表名、要取的列、查找的列）要用引号直接写出。"

_Codes = tuple[Code, ...]


def _count(scope: Scope, codes: _Codes) -> Code:
    code = codes[0]
    if code.fixed is not None:
        return constant(float(len(code.fixed)))
    if code.found is None:
        raise ExpressionError(NOT_NODES.format(name="count"))
    found = code.found
    return Code(Type.NUMBER, lambda env: float(len(found(env))))


def _count_non_empty(scope: Scope, codes: _Codes) -> Code:
    if codes[0].nodes is None:
        raise ExpressionError(NOT_NODES.format(name="count-non-empty"))
    nodes = codes[0].nodes
    return Code(Type.NUMBER, lambda env: float(sum(value != "" for value in nodes(env))))


def _position(scope: Scope, codes: _Codes) -> Code:
    """position(node): which instance of its repeat it is, from 1; position(): the place of what a predicate tests."""
    if not codes:
        scope.mark_position()
        if scope.position is None:
            raise ExpressionError(POSITION_OF_WHAT)
        return scope.position
    code = codes[0]
    if code.own or code.fixed:
        return constant(float(instance_number(code.own or (code.fixed or ("",))[0])))
    if code.found is None:
        raise ExpressionError(NOT_NODES.format(name="position"))
    found = code.found

    def run(env: Env) -> float:
        first = next(iter(found(env)), None)
        return float(instance_number(first)) if isinstance(first, str) else NAN

    return Code(Type.NUMBER, run)


def _last(scope: Scope, codes: _Codes) -> Code:
    scope.mark_position()
    if scope.size is None:
        raise ExpressionError(ONLY_IN_PREDICATE)
    return scope.size


def _indexed_repeat(scope: Scope, codes: _Codes) -> Code:
    """indexed-repeat(question, repeat, number, …): the answer in that instance; "" when there is none.

    The question and the repeats may be written absolute or relative, the repeats in any order; levels that are not
    named are those of the current instance. A number that is no instance gives "" (in JavaRosa one below 1 means 1).
    """
    target, repeats, numbers = codes[0], codes[1::2], codes[2::2]
    if len(repeats) != len(numbers):
        raise ExpressionError(REPEATS_IN_PAIRS)
    name = _template(target, "indexed-repeat")
    depths = [_depth(name, repeat, target) for repeat in repeats]
    cells = _cells(scope, name, depths)
    kind = scope.nodes.type_of(name)
    if kind is None:
        target.check()
    indexes = tuple(number.as_number() for number in numbers)
    if all(number.constant is not None for number in numbers):
        ref = cells.get(_key(indexes, Env({}, "")), "")
        cells = {_key(indexes, Env({}, "")): ref} if ref else {}
    scope.reads.update(cells.values())

    def found(env: Env) -> tuple[str, ...]:
        ref = cells.get(_key(indexes, env))
        return () if ref is None else (ref,)

    def run(env: Env) -> str:
        ref = cells.get(_key(indexes, env))
        return "" if ref is None else env.values.get(ref, "")

    def nodes(env: Env) -> list[str]:
        return [env.values.get(ref, "") for ref in found(env)]

    return Code(kind or Type.TEXT, run, nodes=nodes, optional=True, path=target.path, found=found)


def _template(code: Code, function: str) -> str:
    """The template ref of the nodes that an argument names."""
    if code.fixed:
        return template(code.fixed[0])
    if code.ref:
        return template(code.ref)
    raise ExpressionError(NOT_NODES.format(name=function))


def _depth(name: str, repeat: Code, target: Code) -> int:
    """How many steps lead to the repeat that must be around the target."""
    around = _template(repeat, "indexed-repeat")
    if not name.startswith(f"{around}/"):
        raise ExpressionError(NOT_AROUND.format(repeat=repeat.path, target=target.path))
    return around.count("/")


def _cells(scope: Scope, name: str, depths: list[int]) -> dict[tuple[float, ...], str]:
    """The numbers of the named repeats -> the ref of the target, as near to the current instance as can be."""
    here = scope.question.split("/")
    found: dict[tuple[float, ...], tuple[int, str]] = {}
    for ref in scope.nodes.instances(name):
        parts = ref.split("/")
        key = tuple(float(instance_number(parts[depth])) for depth in depths)
        near = sum(
            one == other for depth, (one, other) in enumerate(zip(parts, here, strict=False)) if depth not in depths
        )
        if key not in found or near > found[key][0]:
            found[key] = (near, ref)
    return {key: ref for key, (_, ref) in found.items()}


def _key(indexes: tuple[RunNumber, ...], env: Env) -> tuple[float, ...]:
    return tuple(index(env) for index in indexes)


def _pulldata(scope: Scope, codes: _Codes) -> Code:
    """pulldata('list', 'column', 'key column', key): the cell of the first row that has this key, else ""."""
    name, column, key = (code.constant for code in codes[:3])
    if not (isinstance(name, str) and isinstance(column, str) and isinstance(key, str)):
        raise ExpressionError(NAMES_NOT_WRITTEN_OUT)
    table = table_of(name, scope)
    check_column(name, table, column)
    check_column(name, table, key)
    find, text = lookup(table, column, key), codes[3].as_text()
    return Code(Type.TEXT, lambda env: find(env, text(env)))


_FIRST: Final = frozenset({0})
_REPEATS: Final = frozenset({0, 1, 3, 5})
_Build = Callable[[Scope, _Codes], Code]

FUNCTIONS: Final[dict[str, Function]] = {
    "count": Function(1, 1, _count, nodes=_FIRST),
    "count-non-empty": Function(1, 1, _count_non_empty),
    "position": Function(0, 1, _position, nodes=_FIRST),
    "last": Function(0, 0, _last),
    "indexed-repeat": Function(3, 7, _indexed_repeat, nodes=_REPEATS, pure=False),
    "pulldata": Function(4, 4, _pulldata),
}
