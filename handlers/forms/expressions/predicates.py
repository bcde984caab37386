"""Predicates on nodes of the form: which of them pass, known when it is compiled or when it runs.

A predicate is compiled in the cheapest way that is exact:
once for all nodes and decided at once, when it asks for nothing but their places (`position() = last()`);
once for all nodes, when it reads their answers by name (`name = 'x'`): while it runs, `Env.node` is the node tested;
else for every node on its own, so that what it reads of each is known exactly and no circle is seen where there is none
(`position() < position(current()/..) and name = 'x'`).
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from handlers.forms.expressions.code import Code, Env, RunTruth, Type, constant
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Node, Path, Step

Compile: TypeAlias = Callable[[Node, Scope], Code]
FindRefs: TypeAlias = Callable[[Env], Sequence[str]]

PLACE: Final = Code(Type.NUMBER, lambda env: float(env.position))
"""position() where only the run can tell."""
SIZE: Final = Code(Type.NUMBER, lambda env: float(env.size))
"""last() where only the run can tell."""


class EachApart(Exception):
    """A predicate that cannot be compiled once for all nodes."""


def filtered(
    refs: tuple[str, ...], predicates: tuple[Node, ...], scope: Scope, compile_inner: Compile
) -> tuple[tuple[str, ...], FindRefs | None]:
    """The refs that may pass the predicates, and how those that do are found, where that depends on answers.

    Raises ExpressionError.
    """
    for number, predicate in enumerate(predicates):
        tests = _tests(predicate, refs, scope, compile_inner)
        kept = tuple(ref for ref, test in zip(refs, tests, strict=True) if test is not False)
        if any(callable(test) for test in tests):
            first = [(place, ref, test) for place, (ref, test) in enumerate(zip(refs, tests, strict=True), 1)]
            later = [_truths(predicate, kept, scope, compile_inner) for predicate in predicates[number + 1 :]]
            return kept, _finder([one for one in first if one[2] is not False], len(refs), later)
        refs = kept
    return refs, None


def passes(code: Code, place: Callable[[Env], float]) -> RunTruth:
    """A predicate as a condition: a number means a place, anything else its truth (XPath 1.0, section 2.4)."""
    if code.type is Type.NUMBER:
        number = code.as_number()
        return lambda env: number(env) == place(env)
    if code.type is Type.ANY:
        run, truth = code.run, code.as_truth()

        def either(env: Env) -> bool:
            value = run(env)
            return value == place(env) if type(value) is float else truth(env)

        return either
    return code.as_truth()


def tested_code(path: Path, scope: Scope) -> Code:
    """The code of a relative path in a predicate that is compiled once for all nodes: an answer right below each.

    Raises EachApart for any other path.
    """
    tail = _tail(path)
    leaves = scope.nodes.leaves
    refs = [ref + tail for ref in scope.candidates]
    kinds = {leaves.get(ref) for ref in refs}
    kind = kinds.pop()
    if kind is None or kinds:
        raise EachApart
    scope.mark_node()
    scope.reads.update(refs)

    def read(env: Env) -> str:
        return env.values.get(env.node + tail, "")

    def nodes(env: Env) -> list[str]:
        return [env.values.get(env.node + tail, "")]

    return Code(kind, read, nodes=nodes, path=path, found=lambda env: (env.node + tail,))


def _tail(path: Path) -> str:
    """What follows the ref of the node tested: `/name` for `name` or `./name`, nothing for `.`."""
    match path.steps:
        case (Step(".", ()),):
            return ""
        case (Step(name, ()),) | (Step(".", ()), Step(name, ())) if name != "..":
            return f"/{name}"
    raise EachApart


def _tests(predicate: Node, refs: tuple[str, ...], scope: Scope, compile_inner: Compile) -> list[bool | RunTruth]:
    """For every node whether it passes: known now, or only when it runs."""
    if not refs:
        return []
    inner = scope.beside_all(refs, PLACE, SIZE).apart()
    try:
        code = compile_inner(predicate, inner)
    except EachApart:
        return _each_apart(predicate, refs, scope, compile_inner)
    if not inner.reads and not inner.asked_node:
        return [*_by_place(passes(code, PLACE.as_number()), len(refs))]
    if inner.asked_position:
        return _each_apart(predicate, refs, scope, compile_inner)
    scope.reads.update(inner.reads)
    return [passes(code, PLACE.as_number())] * len(refs)


def _by_place(truth: RunTruth, size: int) -> list[bool]:
    env, found = Env({}, ""), list[bool]()
    env.size = size
    for env.position in range(1, size + 1):
        found.append(truth(env))
    return found


def _each_apart(predicate: Node, refs: tuple[str, ...], scope: Scope, compile_inner: Compile) -> list[bool | RunTruth]:
    size, found = constant(float(len(refs))), list[bool | RunTruth]()
    for number, ref in enumerate(refs, 1):
        place = constant(float(number))
        code = compile_inner(predicate, scope.beside(ref, place, size))
        truth = passes(code, place.as_number())
        found.append(truth if code.constant is None else truth(Env({}, "")))
    return found


def _truths(predicate: Node, refs: tuple[str, ...], scope: Scope, compile_inner: Compile) -> dict[str, RunTruth]:
    """A predicate that follows one that only the run decides: so are the places then."""
    found: dict[str, RunTruth] = {}
    for ref in refs:
        found[ref] = passes(compile_inner(predicate, scope.beside(ref, PLACE, SIZE)), PLACE.as_number())
    return found


def _finder(first: list[tuple[int, str, bool | RunTruth]], size: int, later: list[dict[str, RunTruth]]) -> FindRefs:
    def find(env: Env) -> Sequence[str]:
        around = env.node, env.position, env.size
        env.size = size
        refs: list[str] = []
        for env.position, env.node, test in first:
            if test is True or (test is not False and test(env)):
                refs.append(env.node)
        for truths in later:
            env.size, left = len(refs), list[str]()
            for env.position, ref in enumerate(refs, 1):
                if truths[ref](env):
                    left.append(ref)
            refs = left
        env.node, env.position, env.size = around
        return refs

    return find
