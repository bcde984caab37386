"""Paths into lists and into the last sheet: `instance('list')/root/item[…]/column`, `instance('__last-saved')/…`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from handlers.forms.expressions.code import TEXTUAL, Code, Env, RunTruth, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.nodes import Row, Table
from handlers.forms.expressions.paths import NO_QUESTION
from handlers.forms.expressions.predicates import PLACE, SIZE, Compile, passes
from handlers.forms.expressions.scope import LAST, LAST_SAVED, Scope
from handlers.forms.expressions.syntax import Call, Chain, Literal, Node, Path, Step
from handlers.forms.spelling import meant

NO_TABLE = "没有叫“{name}”的选项列表或附表。{meant}请检查名称是否写对。"
NO_COLUMN = "列表“{name}”里没有“{column}”这一列。{meant}请检查列名是否写对。"
NAME_NOT_WRITTEN_OUT = "第 {at} 个字符处的 instance 里要直接写出列表名称，例如 instance('list')。"
NOT_ROWS = "“{path}”这样查不了表，请写成 instance('{name}')/root/item[条件]/列名。"
NOT_A_COLUMN_NAME = "“{path}”不是这个列表里的一列；要用题目的答案请写 ${{题目名称}}。"

FindRows: TypeAlias = Callable[[Env], Sequence[Row]]

_STEPS: Final = 3
"""root, item, column."""


def instance_code(path: Path, call: Call, scope: Scope, compile_inner: Compile) -> Code:
    """The code of a path that starts with instance(). Raises ExpressionError."""
    match call.arguments:
        case (Literal(str(name)),):
            pass
        case _:
            raise ExpressionError(NAME_NOT_WRITTEN_OUT.format(at=path.at))
    if name == LAST_SAVED:
        return _last_saved(path, scope)
    table = table_of(name, scope)
    match path.steps:
        case (Step("root", ()), Step("item", predicates)):
            find = _rows(table, predicates, scope, compile_inner)
            return Code(Type.GROUP, lambda env: "", path=path, found=find)
        case (Step("root", ()), Step("item", predicates), Step(column, ())) if column not in {".", ".."}:
            check_column(name, table, column)
            return _cells(_rows(table, predicates, scope, compile_inner), column, path)
    raise ExpressionError(NOT_ROWS.format(path=path, name=name))


def table_of(name: str, scope: Scope) -> Table:
    """The list of that name. Raises ExpressionError."""
    table = scope.tables.get(name)
    if table is None:
        raise ExpressionError(NO_TABLE.format(name=name, meant=meant(name, scope.tables)))
    return table


def check_column(name: str, table: Table, column: str) -> None:
    """Raise ExpressionError when no row has such a column; a list without rows may have any."""
    if table.rows and column not in table.columns:
        raise ExpressionError(NO_COLUMN.format(name=name, column=column, meant=meant(column, table.columns)))


def column_code(path: Path, scope: Scope) -> Code:
    """The code of a relative path where rows are tested: a column of the row. Raises ExpressionError."""
    name = _column_name(path)
    if not name:
        raise ExpressionError(NOT_A_COLUMN_NAME.format(path=path))
    scope.mark_column()

    def read(env: Env) -> str:
        return env.item.get(name, "")

    def nodes(env: Env) -> list[str]:
        return [env.item[name]] if name in env.item else []

    return Code(Type.TEXT, read, nodes=nodes, optional=True, path=path, found=nodes)


def _column_name(node: Node) -> str:
    """The column that a relative path names; "" for anything else."""
    match node:
        case Path(".", (Step(name, ()),) | (Step(".", ()), Step(name, ()))) if name not in {".", ".."}:
            return name
    return ""


def _last_saved(path: Path, scope: Scope) -> Code:
    """An answer of the last sheet, "" when there is none; in a repeat what the engine keeps under its template ref."""
    ref = "/" + "/".join(step.name for step in path.steps)
    kind = scope.nodes.type_of(ref)
    if kind is None or any(step.predicates for step in path.steps):
        nearest = meant(ref.rpartition("/")[2], scope.nodes.names)
        raise ExpressionError(NO_QUESTION.format(path=path, meant=nearest))
    scope.reads.add(LAST + ref)
    return Code(kind, lambda env: env.last.get(ref, ""), nodes=lambda env: [env.last.get(ref, "")], path=path)


def _cells(find: FindRows, column: str, path: Path) -> Code:
    def nodes(env: Env) -> list[str]:
        return [row[column] for row in find(env) if column in row]

    def run(env: Env) -> str:
        return next((row[column] for row in find(env) if column in row), "")

    return Code(Type.TEXT, run, nodes=nodes, optional=True, many=True, path=path, found=nodes)


def _rows(table: Table, predicates: tuple[Node, ...], scope: Scope, compile_inner: Compile) -> FindRows:
    if not predicates:
        return lambda env: table.rows
    tests: list[RunTruth] = []
    narrow: FindRows = lambda env: table.rows  # noqa: E731 - the first value of a variable
    for predicate in predicates:
        inner = scope.among(table.columns, PLACE, SIZE)
        code = compile_inner(predicate, inner)
        if not tests and not inner.asked_position and code.type is Type.TRUTH:
            narrow = _narrowed(table, predicate, scope, compile_inner) or narrow
        tests.append(passes(code, lambda env: float(env.position)))

    def find(env: Env) -> Sequence[Row]:
        found: Sequence[Row] = narrow(env)
        item, place, size = env.item, env.position, env.size
        for test in tests:
            env.size = len(found)
            left: list[Row] = []
            for env.position, row in enumerate(found, 1):
                env.item = row
                if test(env):
                    left.append(row)
            env.item, env.position, env.size, found = item, place, size, left
        return found

    return find


def _narrowed(table: Table, predicate: Node, scope: Scope, compile_inner: Compile) -> FindRows | None:
    """The rows that can pass at all, by an index, where the predicate demands that a column has a certain text."""
    for column, value in _equalities(predicate):
        inner = scope.among(table.columns, PLACE, SIZE).apart()
        code = compile_inner(value, inner)
        if code.type in TEXTUAL and not inner.marks and not code.optional:
            text = code.as_text()
            return lambda env, column=column, text=text: table.where(column, text(env))  # type: ignore[misc]
    return None


def _equalities(predicate: Node) -> list[tuple[str, Node]]:
    """The `column = value` that must all hold for the predicate to hold."""
    match predicate:
        case Chain(first, (("=", second),)):
            pairs = ((first, second), (second, first))
            return [(name, other) for one, other in pairs if (name := _column_name(one))]
        case Chain(first, (("and", _), *_) as rest):
            return [pair for part in (first, *(node for _, node in rest)) for pair in _equalities(part)]
    return []


def lookup(table: Table, column: str, key: str) -> Callable[[Env, str], str]:
    """How pulldata() finds a cell: `column` of the first row whose `key` holds the text; "" when there is none."""

    def find(env: Env, text: str) -> str:
        rows: Sequence[Mapping[str, str]] = table.where(key, text)
        return rows[0].get(column, "") if rows else ""

    return find
