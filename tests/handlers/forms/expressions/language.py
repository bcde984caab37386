"""The expression language as facts are checked against it: the real one, or a copy with a bug in it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from tests.handlers.forms.expressions.layout import COUNTS, GROUPS, HERE, LAST, LEAVES, LISTS, NOW, TODAY, VALUES

PACKAGE = "handlers.forms.expressions"


class Language:
    """The modules of one copy of the package, with the layout of the facts to run expressions in."""

    def __init__(self, load: Callable[[str], ModuleType] = import_module) -> None:
        self._compiler = load(f"{PACKAGE}.compiler")
        self._code = load(f"{PACKAGE}.code")
        self._nodes = load(f"{PACKAGE}.nodes")
        self._scope = load(f"{PACKAGE}.scope")
        self._values = load(f"{PACKAGE}.values")
        types = {ref: self._code.Type[kind] for ref, kind in LEAVES.items()}
        templates = {self._nodes.template(ref): kind for ref, kind in types.items()}
        templates["/data/nothing/x"] = self._code.Type.NUMERAL
        self.nodes = self._nodes.Nodes(types, frozenset(GROUPS), COUNTS, templates)
        self.tables = {name: self._nodes.Table.of(rows) for name, rows in LISTS.items()}
        self.labels = {"/data/many": _label, "/data/trees/kind": _label}
        self.texts = {"hello": lambda env: f"你好，{env.values.get('/data/text', '')}"}

    def scope(self, here: str = HERE, columns: frozenset[str] | None = None) -> Any:
        """A scope at a node of the layout."""
        return self._scope.Scope(
            self.nodes, here, self.labels, columns, tables=self.tables, texts=self.texts, version="v7"
        )

    def env(self, values: Mapping[str, str] = VALUES) -> Any:
        """What expressions see."""
        return self._code.Env(values, TODAY, NOW, LAST)

    def run(self, expression: str, here: str = HERE, values: Mapping[str, str] = VALUES) -> str | float | bool:
        """The value of an expression."""
        value: str | float | bool = self._compiler.compile_expression(expression, self.scope(here)).run(
            self.env(values)
        )
        return value

    def text(self, expression: str, here: str = HERE, values: Mapping[str, str] = VALUES) -> str:
        """The value of an expression as text."""
        text: str = self._values.to_text(self.run(expression, here, values))
        return text

    def reads(self, expression: str, here: str = HERE) -> set[str]:
        """What an expression depends on."""
        scope = self.scope(here)
        self._compiler.compile_expression(expression, scope)
        found: set[str] = scope.reads
        return found


def _label(value: str, env: Any) -> str:
    return "、".join({"a": "甲", "bb": "乙", "c": "丙"}.get(name, name) for name in value.split())
