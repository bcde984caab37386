"""Expressions and texts of one form on their way to closures; faults are gathered with the place they are in."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from handlers.forms.expressions.code import TEXTUAL, Code, Env, RunText, RunTruth, Type
from handlers.forms.expressions.compiler import compile_expression
from handlers.forms.expressions.scope import Labels, Scope
from handlers.forms.form import FormFault, Option, Wording
from handlers.forms.markup import Markup, itext, local

MAX_WORK: Final = 400_000
"""Characters of all expressions of a form together: a step that runs every one of them stays near 50 ms."""
TOO_MUCH = "表单里的表达式总量太大了，请精简或拆成两张表。"
_TYPES: Final = {"int": Type.NUMERAL, "decimal": Type.NUMERAL, "date": Type.DATE}

T = TypeVar("T")


class Compilation:
    """What all expressions of a form share: its nodes, the labels of its choices, the faults found so far."""

    def __init__(self, markup: Markup, selects: Iterable[str]) -> None:
        """`selects` are the refs of the choice questions; `options` is to be filled with their choices."""
        self.markup = markup
        self.faults: list[FormFault] = []
        self.options: dict[str, Mapping[str, Option]] = {}
        self._types = {
            leaf.ref: _TYPES.get(markup.binds.get(leaf.ref, {}).get("type", ""), Type.TEXT) for leaf in markup.leaves
        }
        self._groups = frozenset(ref for ref, _ in markup.groups)
        self._labels: dict[str, Labels] = {ref: self._reader(ref) for ref in selects}
        self._work = 0

    def attempt(self, ref: str, column: str, build: Callable[[], T]) -> T | None:
        """What `build` gives; None and a fault more when it raises ValueError."""
        try:
            return build()
        except ValueError as error:
            self.faults.append(FormFault(ref, column, str(error)))
            return None

    def scope(self, ref: str, columns: frozenset[str] | None = None) -> Scope:
        """The scope of an expression that belongs to `ref`; `columns` of the choice list when it filters one."""
        return Scope(self._types, self._groups, ref, self._labels, columns)

    def code(self, ref: str, expression: str) -> tuple[Code, frozenset[str]]:
        """An expression that belongs to `ref`, and what it reads. Raises ExpressionError or ValueError."""
        self.spend(len(expression))
        scope = self.scope(ref)
        code = compile_expression(expression, scope)
        return code, frozenset(scope.reads)

    def truth(self, ref: str, column: str, expression: str | None) -> RunTruth | None:
        """A condition; None when there is none, or when it is faulty."""
        if expression is None or expression.strip() == "":
            return None
        found = self.attempt(ref, column, lambda: self.code(ref, expression))
        return None if found is None else found[0].as_truth()

    def spend(self, characters: int) -> None:
        """Count work against the limit. Raises ValueError when the form has too much."""
        self._work += characters
        if self._work > MAX_WORK:
            raise ValueError(TOO_MUCH)

    def wording(self, ref: str, column: str, element: Element | None) -> Wording | None:
        """The text of a label, hint or value element; None when there is none."""
        if element is None:
            return None
        key = itext(element.get("ref", ""))
        text = self.markup.texts.get(key) if key else element
        if text is None:
            return None
        parts: list[str | RunText] = [text.text or ""]
        for inner in text:
            if local(inner) == "output":
                part = self._output(ref, column, inner.get("value", ""))
                parts.append(part if part is not None else "")
            parts.append(inner.tail or "")
        return worded(parts)

    def message(self, ref: str, column: str, written: str | None) -> Wording | None:
        """The text of a message attribute (constraint, required)."""
        if written is None:
            return None
        key = itext(written)
        return self.wording(ref, column, self.markup.texts.get(key)) if key else worded([written])

    def _output(self, ref: str, column: str, expression: str) -> RunText | None:
        found = self.attempt(ref, column, lambda: self.code(ref, expression))
        if found is None:
            return None
        code, _ = found
        read, text = self._labels.get(code.ref), code.as_text()
        if read is None or code.type not in TEXTUAL:
            return text
        labels = read
        return lambda env: labels(text(env), env)

    def _reader(self, ref: str) -> Labels:
        def read(value: str, env: Env) -> str:
            return chosen_text(self.options.get(ref, {}), value, env)

        return read


def worded(parts: list[str | RunText]) -> Wording | None:
    """A wording of these parts; None when it is empty."""
    if all(isinstance(part, str) for part in parts):
        fixed = "".join(part for part in parts if isinstance(part, str)).strip()
        return Wording((fixed,), fixed) if fixed else None
    return Wording(tuple(parts), None)


def chosen_text(options: Mapping[str, Option], value: str, env: Env) -> str:
    """One or several chosen names as people read them, joined by `、`."""
    return "、".join(options[name].label.text(env) if name in options else name for name in value.split())
