"""Expressions and texts of one form on their way to closures; faults are gathered with the place they are in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from handlers.forms.expressions.code import TEXTUAL, Code, Env, RunText, RunTruth, Type
from handlers.forms.expressions.compiler import compile_node
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.nodes import Nodes, Table, template
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.scope import LAST, NOW, Labels, Scope
from handlers.forms.expressions.syntax import Node
from handlers.forms.form import FormFault, Option, RunOptions, Source, Wording
from handlers.forms.markup import Markup, itext, local

MAX_WORK: Final = 400_000
"""Characters of all expressions of a layout together: a step that runs every one of them stays near 50 ms."""
TOO_MUCH = "表单里的表达式总量太大了，请精简或拆成两张表。"
POSITION: Final = "position()"
"""What a rule reads, beside refs, when it may ask which instance it stands in."""
COUNT: Final = "count "
"""What a rule reads, beside refs, of a repeat whose instances it looks at: `count <ref of the repeat>`."""
TYPES: Final = {"int": Type.NUMERAL, "decimal": Type.NUMERAL, "date": Type.DATE}
"""The types of values by what a bind says; the rest are texts."""

T = TypeVar("T")


class WatchedCounts(Mapping[str, int]):
    """The numbers of instances, remembering which of them were asked for."""

    __slots__ = ("_counts", "asked")

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self.asked: dict[str, int] = {}

    def __getitem__(self, ref: str) -> int:
        count = self._counts[ref]
        self.asked[ref] = count
        return count

    def __contains__(self, ref: object) -> bool:
        return ref in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


@dataclass(slots=True)
class Attention:
    """What the expressions of one piece of a layout depend on, beside the form."""

    counts: dict[str, int] = field(default_factory=dict)
    """Refs of the repeats whose numbers of instances they looked at, with these."""
    reads: set[str] = field(default_factory=set)
    work: int = 0
    """Characters."""


class Compilation:
    """What all expressions of a form share: its nodes, the labels of its choices, the faults found so far."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup
        self.faults: list[FormFault] = []
        self.options: dict[str, Mapping[str, Option]] = {}
        """Ref of a question as in the workbook -> its choices, for those that the answers do not change."""
        self.listed: dict[str, RunOptions] = {}
        """Concrete ref of a question -> its choices now, where only the filter tells which row of a name is meant."""
        self.sources: dict[str, Source] = {}
        """Concrete ref of a question -> its choices, for those that are answers themselves."""
        self.last_reads: set[str] = set()
        """Refs of the last sheet that some expression reads."""
        self.reads_now = False
        self.types = {
            leaf.ref: TYPES.get(markup.binds.get(leaf.ref, {}).get("type", ""), Type.TEXT) for leaf in markup.leaves
        }
        self._labels: dict[str, Labels] = {}
        self._tables = {name: Table.of(item.row for item in items) for name, items in markup.lists.items()}
        self._texts: dict[str, RunText] = {}
        self._trees: dict[str, Node] = {}
        self._fixed: dict[int, Wording | None] = {}
        self._nodes = Nodes({}, frozenset())
        self._watched = WatchedCounts({})
        self._attention = Attention()

    def enter(self, types: Mapping[str, Type], groups: frozenset[str], counts: Mapping[str, int]) -> None:
        """From now on expressions point at the nodes of this layout."""
        self._watched = WatchedCounts(counts)
        self._nodes = Nodes(types, groups, self._watched, self.types)

    @contextmanager
    def attending(self) -> Iterator[Attention]:
        """Note what the expressions compiled inside depend on."""
        self._attention = Attention()
        self._watched.asked = self._attention.counts
        yield self._attention

    def attempt(self, ref: str, column: str, build: Callable[[], T]) -> T | None:
        """What `build` gives; None and a fault more when it raises ValueError."""
        try:
            return build()
        except ValueError as error:
            self.faults.append(FormFault(template(ref), column, str(error)))
            return None

    def scope(self, ref: str, columns: frozenset[str] | None = None) -> Scope:
        """The scope of an expression that belongs to `ref`; `columns` of the choice list when it filters one."""
        return Scope(
            self._nodes,
            ref,
            labels=self._labels,
            columns=columns,
            tables=self._tables,
            texts=self._spoken(),
            version=self.markup.version,
        )

    def tree(self, expression: str) -> Node:
        """The syntax tree of an expression, parsed once for all instances. Raises ExpressionError."""
        self._attention.work += len(expression)
        tree = self._trees.get(expression)
        if tree is None:
            tree = self._trees[expression] = parse(expression)
        return tree

    def code(self, ref: str, expression: str) -> tuple[Code, frozenset[str]]:
        """An expression that belongs to `ref`, and what it reads. Raises ExpressionError."""
        tree, scope = self.tree(expression), self.scope(ref)
        before = self.watched()
        try:
            code = compile_node(tree, scope)
        except ExpressionError:
            self._watched.asked.update(before)
            raise
        return code, self.note(scope.reads, before, expression)

    def note(self, reads: set[str], before: dict[str, int], expression: str) -> frozenset[str]:
        """What an expression that was just compiled reads, the repeats that it looked at included."""
        asked = self._watched.asked
        found = reads | {COUNT + ref for ref in asked}
        if "position(" in expression or "index(" in expression:
            found.add(POSITION)
        asked.update(before)
        self._attention.reads |= found
        self.reads_now = self.reads_now or NOW in found
        self.last_reads.update(name.removeprefix(LAST) for name in found if name.startswith(LAST))
        return frozenset(found)

    def value(self, ref: str, expression: str) -> tuple[Code, frozenset[str]]:
        """The same for an expression that must have a value: no group, no whole row. Raises ExpressionError."""
        code, reads = self.code(ref, expression)
        return code.check(), reads

    def value_at(self, refs: Sequence[str], expression: str) -> tuple[Code, frozenset[str]]:
        """The same at the first of these refs where it makes sense. Raises the ExpressionError of the first of all."""
        try:
            return self.value(refs[0], expression)
        except ExpressionError:
            for ref in refs[1:]:
                with suppress(ExpressionError):
                    return self.value(ref, expression)
            raise

    def condition(self, ref: str, expression: str) -> tuple[RunTruth, frozenset[str]]:
        """A condition, and what it reads. Raises ExpressionError."""
        code, reads = self.code(ref, expression)
        return code.as_truth(), reads

    def read_so_far(self) -> frozenset[str]:
        """What the expressions of the piece being compiled read until now."""
        return frozenset(self._attention.reads)

    def look(self, repeat: str) -> None:
        """Note that the piece being compiled depends on how many instances a repeat has."""
        self._attention.counts[repeat] = self._watched[repeat]

    def watched(self) -> dict[str, int]:
        """Begin to watch which repeats an expression looks at; hand what comes back to `note`."""
        before = dict(self._watched.asked)
        self._watched.asked.clear()
        return before

    def truth(self, ref: str, column: str, expression: str | None) -> RunTruth | None:
        """A condition; None when there is none, or when it is faulty."""
        if expression is None or expression.strip() == "":
            return None
        found = self.attempt(ref, column, lambda: self.code(ref, expression))
        return None if found is None else self.attempt(ref, column, found[0].as_truth)

    def wording(self, ref: str, column: str, element: Element | None) -> Wording | None:
        """The text of a label, hint or value element; None when there is none."""
        if element is None:
            return None
        key = itext(element.get("ref", ""))
        text = self.markup.texts.value(key) if key else element
        return None if text is None else self.text(ref, column, text)

    def guidance(self, ref: str, element: Element | None) -> Wording | None:
        """The longer hint of a hint element; None when there is none."""
        key = "" if element is None else itext(element.get("ref", ""))
        text = self.markup.texts.guidance.get(key) if key else None
        return None if text is None else self.text(ref, "guidance_hint", text)

    def text(self, ref: str, column: str, text: Element) -> Wording | None:
        """The text of an element; the same object for all instances where it has no places for answers."""
        if id(text) in self._fixed:
            return self._fixed[id(text)]
        parts: list[str | RunText] = [text.text or ""]
        for inner in text:
            if local(inner) == "output":
                part = self._output(ref, column, inner.get("value", ""))
                parts.append(part if part is not None else "")
            parts.append(inner.tail or "")
        found = worded(parts)
        if len(text) == 0:
            self._fixed[id(text)] = found
        return found

    def message(self, ref: str, column: str, written: str | None) -> Wording | None:
        """The text of a message attribute (constraint, required)."""
        if written is None:
            return None
        key = itext(written)
        if not key:
            return worded([written])
        text = self.markup.texts.value(key)
        return None if text is None else self.text(ref, column, text)

    def readable(self, ref: str) -> None:
        """Let expressions read the choices of a question (ref as in the workbook) as people do."""
        self._labels[ref] = self._reader(ref)

    def readable_source(self, ref: str, source: Source) -> None:
        """The same for a question (concrete ref) whose choices are answers themselves."""
        self.sources[ref] = source
        self._labels[ref] = lambda value, env: chosen_text(source.options(env), value, env)

    def _output(self, ref: str, column: str, expression: str) -> RunText | None:
        found = self.attempt(ref, column, lambda: self.code(ref, expression))
        if found is None:
            return None
        code, _ = found
        text = self.attempt(ref, column, code.as_text)
        labels = self._labels.get(code.ref) or self._labels.get(template(code.ref))
        if text is None or labels is None or code.type not in TEXTUAL:
            return text
        spelled, read = text, labels
        return lambda env: read(spelled(env), env)

    def _spoken(self) -> Mapping[str, RunText]:
        if not self._texts:
            for key, element in self.markup.texts.plain.items():
                if len(element) == 0:
                    self._texts[key] = _says((element.text or "").strip())
        return self._texts

    def _reader(self, ref: str) -> Labels:
        def read(value: str, env: Env) -> str:
            options = self.options.get(ref) or self.options.get(template(ref), {})
            listed = self.listed.get(ref)
            if listed is not None:
                options = {**options, **{option.value: option for option in reversed(listed(env))}}
            return chosen_text(options, value, env)

        return read


def _says(text: str) -> RunText:
    return lambda env: text


def worded(parts: list[str | RunText]) -> Wording | None:
    """A wording of these parts; None when it is empty."""
    if all(isinstance(part, str) for part in parts):
        fixed = "".join(part for part in parts if isinstance(part, str)).strip()
        return Wording((fixed,), fixed) if fixed else None
    first, *rest = parts
    if isinstance(first, str):
        parts = [first.lstrip(), *rest]
    *rest, last = parts
    return Wording((*rest, last.rstrip() if isinstance(last, str) else last), None)


def chosen_text(options: Mapping[str, Option], value: str, env: Env) -> str:
    """One or several chosen names as people read them, joined by `、`."""
    if value in options:
        return options[value].label.text(env)
    return "、".join(options[name].label.text(env) if name in options else name for name in value.split())
