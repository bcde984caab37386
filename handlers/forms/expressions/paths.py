"""What a path means from where it stands: nodes of the form, with predicates, absolute paths in repeats included.

A relative path starts at the node that the expression belongs to; in a predicate at the node that is tested.
`current()` is always the node that the whole expression belongs to.

An absolute path honours the current instance, as the ODK XForms specification demands (section Repeats, "A Big
Deviation with XForms": absolute paths inside repeats are evaluated as if they were relative): in an expression of
`/data/trees[2]/tag`, `/data/trees/height` means `/data/trees[2]/height`, whatever function it stands in; that is also
what pyxform writes for `${height}` there (`../height`). From outside the repeat the same path is the node-set of all
instances; as a single value it is the first of them (XPath 1.0, string()). A step that has a predicate of its own is
not bound to the current instance, nor is what follows it (as in JavaRosa): `/data/trees[position() = 1]/height` is the
first tree's from everywhere. A path that ends in the repeat itself is all of its instances, so that `count(${trees})`
counts them inside as well as outside; `position(${trees})` inside is the number of the current one.

What is not relevant is empty and still a node, as in XForms 1.1 and ODK Web Forms (JavaRosa takes it out of node-sets):
`count(${height})` counts it and `join()` leaves a gap for it; `sum()`, `max()` and `count-non-empty()` pass over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from handlers.forms.expressions.code import NOT_A_VALUE, Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.nodes import template
from handlers.forms.expressions.predicates import Compile, FindRefs, filtered, tested_code
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Call, Node, Path, Step
from handlers.forms.spelling import meant

NO_QUESTION = "没有叫“{path}”的题目。{meant}请检查名称是否写对。"
NOT_WRAPPED = "没有叫“{path}”的题目。是不是想写 ${{{path}}}？写的是选项的代号或文字，要加单引号：'{path}'。"
NOT_QUOTED = "没有叫“{path}”的题目。{meant}请检查名称是否写对；写的是选项的代号或文字，要加单引号：'{path}'。"
ABOVE_ROOT = "“{path}”里的“..”超出了表单。"

_MIXED: Final = Type.TEXT


@dataclass(frozen=True, slots=True)
class NodeSet:
    """The nodes that a path means."""

    template: str
    """Their template ref."""
    universe: tuple[str, ...]
    """Every concrete ref that may be among them, in document order."""
    find: FindRefs | None
    """Those that are there now; None when it is always the whole universe."""
    own: str = ""
    """The instance that the expression stands in, where the path ends in a repeat around it."""


def node_set(path: Path, scope: Scope, compile_inner: Compile) -> NodeSet:
    """The nodes of the form that a path means. Raises ExpressionError."""
    walk = _Walk(path, scope, compile_inner)
    last = len(path.steps) - 1
    for place, step in enumerate(path.steps):
        if step.name == "..":
            walk.up()
        elif step.name != ".":
            walk.down(step, place == last)
        elif step.predicates:
            walk.keep(step.predicates)
    return walk.result()


def nodes_code(found: NodeSet, path: Path, scope: Scope, *, values: bool = True) -> Code:
    """The code that reads a node-set; without `values` it only finds the nodes, so that nothing is read."""
    leaves = scope.nodes.leaves
    kinds = {leaves.get(ref) for ref in found.universe}
    fixed = found.universe if found.find is None else None
    find = found.find or _always(found.universe)
    if not values or (kinds and None in kinds) or (not kinds and scope.nodes.type_of(found.template) is None):
        return Code(Type.GROUP, lambda env: "", path=path, found=find, fixed=fixed, own=found.own, ref=found.template)
    scope.reads.update(found.universe)
    if fixed is not None and len(fixed) == 1:
        return leaf_code(fixed[0], scope, path)
    kind = cast(Type, kinds.pop()) if len(kinds) == 1 else _MIXED

    def run(env: Env) -> str:
        refs = find(env)
        return env.values.get(refs[0], "") if refs else ""

    def nodes(env: Env) -> list[str]:
        get = env.values.get
        return [get(ref, "") for ref in find(env)]

    return Code(kind, run, nodes=nodes, optional=True, many=True, path=path, found=find, fixed=fixed)


def leaf_code(ref: str, scope: Scope, path: Path | None = None) -> Code:
    """The code that reads one leaf, which then is among `scope.reads`. Raises ExpressionError."""
    kind = scope.nodes.leaves.get(ref)
    if kind is None:
        raise ExpressionError(NOT_A_VALUE.format(path=path or ref))
    scope.reads.add(ref)

    def read(env: Env) -> str:
        return env.values.get(ref, "")

    def nodes(env: Env) -> list[str]:
        return [env.values.get(ref, "")]

    return Code(kind, read, nodes=nodes, ref=ref, path=path, found=lambda env: (ref,), fixed=(ref,))


def here_code(scope: Scope) -> Code:
    """The code that reads the node where the expression stands. Raises ExpressionError when that has no value."""
    if scope.candidates:
        return tested_code(Path(".", (Step("."),)), scope)
    return leaf_code(scope.here, scope)


def _always(refs: tuple[str, ...]) -> FindRefs:
    return lambda env: refs


class _Walk:
    """One path being followed, step by step: from every node reached to its children."""

    def __init__(self, path: Path, scope: Scope, compile_inner: Compile) -> None:
        self._path = path
        self._scope = scope
        self._compile = compile_inner
        absolute = path.start == "/"
        start = scope.question if isinstance(path.start, Call) else scope.here
        self._refs: tuple[str, ...] = ("",) if absolute else (start,)
        self._find: FindRefs | None = None
        self._template = "" if absolute else template(start)
        self._around = scope.question.split("/")[1:] if absolute else []
        """Steps of the current node that the path still follows, each with the number of its instance."""
        self._own = ""

    def result(self) -> NodeSet:
        """What was reached. Raises ExpressionError when the form has no such node."""
        if not self._refs and not self._scope.nodes.exists(self._template):
            raise self._unknown()
        return NodeSet(self._template, self._refs, self._find, self._own)

    def up(self) -> None:
        """To the groups around."""
        if self._template.count("/") < 1:
            raise ExpressionError(ABOVE_ROOT.format(path=self._path))
        self._template = self._template.rpartition("/")[0]
        parents = {ref: ref.rpartition("/")[0] for ref in self._refs}
        self._around, self._own = [], ""
        self._refs = tuple(dict.fromkeys(parents.values()))
        find = self._find
        if find is not None:
            self._find = lambda env: tuple(dict.fromkeys(parents[ref] for ref in find(env)))

    def down(self, step: Step, last: bool) -> None:
        """To the children of a name; of a repeat around the current node only to the instance that it stands in."""
        self._template = f"{self._template}/{step.name}"
        own = self._bound(step)
        children: dict[str, tuple[str, ...]] = {}
        if own and not last:
            children[self._refs[0]] = (own,)
        else:
            self._own = own
            children = {ref: self._children(ref, step.name) for ref in self._refs}
        self._expand(children, step.predicates)

    def keep(self, predicates: tuple[Node, ...]) -> None:
        """The same nodes, as far as the predicates hold for them (`.[…]`)."""
        self._expand({ref: (ref,) for ref in self._refs}, predicates)

    def _bound(self, step: Step) -> str:
        """The instance around the current node that the step is bound to; "" when it is not bound."""
        if not self._around or not self._refs:
            return ""
        around, self._around = self._around[0], self._around[1:]
        if around == step.name:
            return ""
        own = f"{self._refs[0]}/{around}"
        if template(around) != step.name or step.predicates or own not in self._scope.nodes.groups:
            self._around = []
            return ""
        return own

    def _children(self, ref: str, name: str) -> tuple[str, ...]:
        found = self._scope.nodes.children(ref, name)
        if found is None:
            raise self._unknown()
        return found

    def _expand(self, children: dict[str, tuple[str, ...]], predicates: tuple[Node, ...]) -> None:
        finders: dict[str, FindRefs] = {}
        for ref, found in list(children.items()):
            kept, finder = filtered(found, predicates, self._scope, self._compile)
            children[ref] = kept
            if finder is not None:
                finders[ref] = finder
        self._refs = tuple(ref for found in children.values() for ref in found)
        find = self._find
        if not finders and find is None:
            return
        start = tuple(children)

        def expand(env: Env) -> Sequence[str]:
            reached: list[str] = []
            for ref in start if find is None else find(env):
                finder = finders.get(ref)
                reached.extend(children[ref] if finder is None else finder(env))
            return reached

        self._find = expand

    def _unknown(self) -> ExpressionError:
        path, names = str(self._path), self._scope.nodes.names
        if path in names:
            return ExpressionError(NOT_WRAPPED.format(path=path))
        nearest = meant(self._template.rpartition("/")[2], names)
        return ExpressionError((NO_QUESTION if "/" in path else NOT_QUOTED).format(path=path, meant=nearest))
