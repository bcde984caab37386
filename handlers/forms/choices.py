"""The choices of a select question and the condition that filters them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from handlers.forms.compilation import Compilation, worded
from handlers.forms.expressions.code import Env, RunNodes, RunTruth, Type
from handlers.forms.expressions.compiler import compile_node, compile_nodes
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.syntax import Call, Literal, Node, Path, Step
from handlers.forms.form import Kind, Option, Question, RunOptions, Source, Wording
from handlers.forms.markup import Control, Item, child, itext, local

UNSUPPORTED_LIST = "这道选择题的选项来源暂不支持，请把选项写在 choices 工作表里。"
NO_CHOICES = "选项列表“{name}”没有选项，请在 choices 工作表里补上。"
NO_CHOICES_INSIDE = "这道选择题没有选项。"

_SPOKEN: Final = frozenset({"label", "jr:itext(itextId)"})
_PLAIN: Final = frozenset({Type.TRUTH, Type.TEXT, Type.NUMERAL, Type.DATE})
"""The types of conditions that do not mean a place."""
_EXTERNAL: Final = "query"
"""The attribute of a text input that is a select_one_external."""


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """Where the choices of a question come from, the same for every instance of it."""

    items: tuple[Item, ...] = ()
    name: str = "name"
    """The column of the canonical names."""
    label: str = ""
    """The column of the labels; empty: as the items are worded."""
    options: tuple[Option, ...] = ()
    """The choices, where no label has places for answers."""
    filtered: Path | None = None
    """The rows that are offered, where a condition filters them."""
    written: str = ""
    """The same as it is written."""
    nodes: Path | None = None
    """The nodes of the form that are the choices, instead of items."""

    @property
    def names(self) -> frozenset[str]:
        """The canonical names, as far as the workbook knows them."""
        return frozenset(item.row.get(self.name, "") for item in self.items)

    @property
    def is_ambiguous(self) -> bool:
        """Whether a name has several rows, so that only the filter tells which of them is meant."""
        return self.filtered is not None and len(self.names) < len(self.items)


@dataclass(frozen=True, slots=True)
class Offer:
    """The choices of one instance of a question."""

    items: tuple[Option, ...] = ()
    source: Source | None = None
    passes: RunTruth | None = None
    listed: RunOptions | None = None
    reads: frozenset[str] = frozenset()
    """What decides on the choices."""


def takes_choices(control: Control) -> bool:
    """Whether a control lets people choose."""
    return control.tag in {"select", "select1", "rank"} or control.element.get(_EXTERNAL) is not None


class ChoiceBuilder:
    """Builds the choices of one form's questions; lists that questions share are built once."""

    def __init__(self, compilation: Compilation) -> None:
        self._compilation = compilation
        self._shared: dict[tuple[str, str, str], tuple[Option, ...]] = {}

    def plan(self, control: Control) -> ChoicePlan:
        """Where the choices come from. Raises ValueError."""
        itemset = child(control.element, "itemset")
        nodeset = control.element.get(_EXTERNAL, "") if itemset is None else itemset.get("nodeset", "")
        if not nodeset:
            return self._inside(control)
        tree = _unshuffled(parse(nodeset))
        value, label = (None, None) if itemset is None else (child(itemset, "value"), child(itemset, "label"))
        name = "name" if value is None else _column(value.get("ref", "name"))
        spoken = "label" if label is None else label.get("ref", "label")
        if isinstance(tree, Path) and not isinstance(tree.start, Call):
            return ChoicePlan(name=name, label=spoken, written=nodeset, nodes=tree)
        listed, filtered = _source(tree)
        items = self._compilation.markup.lists.get(listed)
        if items is None:
            raise ValueError(UNSUPPORTED_LIST)
        if not items and listed not in self._compilation.markup.awaited:
            raise ValueError(NO_CHOICES.format(name=listed))
        column = "" if spoken in _SPOKEN else _column(spoken)
        if items and not all(any(wanted in item.row for item in items) for wanted in (name, column or name)):
            raise ValueError(UNSUPPORTED_LIST)
        options = self._options(control.ref, listed, items, name, column)
        return ChoicePlan(items, name, column, options, filtered, nodeset)

    def offer(self, ref: str, plan: ChoicePlan) -> Offer:
        """The choices of one instance. Raises ValueError."""
        if plan.nodes is not None:
            return self._from_nodes(ref, plan, plan.nodes)
        items = plan.options or _worded(self._compilation, ref, plan.items, plan.name, plan.label)
        return Offer(items) if plan.filtered is None else self._filtered(ref, plan, plan.filtered, items)

    def _inside(self, control: Control) -> ChoicePlan:
        items = tuple(_inline(control.element))
        if not items:
            raise ValueError(NO_CHOICES_INSIDE)
        return ChoicePlan(items, options=self._options(control.ref, "", items, "name", ""))

    def _options(self, ref: str, listed: str, items: Sequence[Item], name: str, label: str) -> tuple[Option, ...]:
        """The choices, or nothing when some label has places for answers and has to be compiled for each instance."""
        shared = self._shared.get((listed, name, label)) if listed else None
        if shared is not None:
            return shared
        if any(_is_open(self._compilation, item, label) for item in items):
            return ()
        options = _worded(self._compilation, ref, items, name, label)
        if listed:
            self._shared[listed, name, label] = options
        return options

    def _filtered(self, ref: str, plan: ChoicePlan, filtered: Path, items: tuple[Option, ...]) -> Offer:
        """The rows that pass are found through the expression's own indexes; one choice alone is tested by itself."""
        before = self._compilation.watched()
        scope = self._compilation.scope(ref)
        found = compile_nodes(filtered, scope).found
        reads = self._compilation.note(scope.reads, before, plan.written)
        if found is None:
            raise ValueError(UNSUPPORTED_LIST)
        by_row = {id(option.row): option for option in items}
        find = found

        def listed(env: Env) -> list[Option]:
            return [by_row[id(row)] for row in find(env) if id(row) in by_row]

        return Offer(items, passes=self._test(ref, plan, filtered), listed=listed, reads=reads)

    def _test(self, ref: str, plan: ChoicePlan, filtered: Path) -> RunTruth | None:
        """The condition for one row alone; None when it asks for the place among the rows."""
        scope = self._compilation.scope(ref, frozenset(column for item in plan.items for column in item.row))
        try:
            tests = [compile_node(predicate, scope) for predicate in filtered.steps[-1].predicates]
        except ExpressionError:
            return None
        if scope.asked_position or any(test.type not in _PLAIN for test in tests):
            return None
        truths = tuple(test.as_truth() for test in tests)
        return truths[0] if len(truths) == 1 else lambda env: all(truth(env) for truth in truths)

    def _from_nodes(self, ref: str, plan: ChoicePlan, nodes: Path) -> Offer:
        before = self._compilation.watched()
        scope = self._compilation.scope(ref)
        lists: list[RunNodes] = []
        for column in (plan.name, plan.label):
            lists.append(compile_node(_below(nodes, column), scope).as_list())
        reads = self._compilation.note(scope.reads, before, plan.written)
        return Offer(source=Source(lists[0], lists[1]), reads=reads)


def by_name(items: Sequence[Option]) -> dict[str, Option]:
    """The first choice of every name."""
    found: dict[str, Option] = {}
    for option in items:
        found.setdefault(option.value, option)
    return found


def offered(question: Question, env: Env) -> list[Option]:
    """The choices that the filter lets through now, in the order of the workbook."""
    if question.source is not None:
        return list(question.source.options(env).values())
    if question.listed is None:
        return list(question.options.values())
    return list(by_name(question.listed(env)).values())


def is_offered(question: Question, name: str, env: Env) -> bool:
    """Whether one choice exists and the filter lets it through now."""
    if question.source is not None:
        return name in question.source.options(env)
    option = question.options.get(name)
    if option is None or question.listed is None:
        return option is not None
    if question.choice_filter is not None:
        env.item = option.row
        if question.choice_filter(env):
            return True
        if len(question.items) == len(question.options):
            return False
    return any(one.value == name for one in question.listed(env))


def options_by_name(question: Question, env: Env) -> Mapping[str, Option]:
    """What the canonical names mean now; of a name with several rows the one that the filter lets through."""
    if question.source is not None:
        return question.source.options(env)
    if question.listed is None or len(question.items) == len(question.options):
        return question.options
    return {**question.options, **by_name(question.listed(env))}


def names_of(question: Question, value: str) -> list[str]:
    """The names that a canonical value of a select question holds."""
    return [value] if question.kind is Kind.SELECT_ONE else value.split()


def _worded(compilation: Compilation, ref: str, items: Sequence[Item], name: str, label: str) -> tuple[Option, ...]:
    options: list[Option] = []
    for item in items:
        value = item.row.get(name, "")
        text = _text(compilation, ref, item, label) or worded([value])
        if text is not None and value:
            options.append(Option(value, text, item.row))
    return tuple(options)


def _text(compilation: Compilation, ref: str, item: Item, label: str) -> Wording | None:
    if label:
        return worded([item.row.get(label, "")])
    return compilation.wording(ref, "choices", item.label)


def _is_open(compilation: Compilation, item: Item, label: str) -> bool:
    if label or item.label is None:
        return False
    key = itext(item.label.get("ref", ""))
    element = compilation.markup.texts.value(key) if key else item.label
    return element is not None and len(element) > 0


def _column(written: str) -> str:
    """A column of a list as an itemset names it: `title`, or `./title`."""
    return written.removeprefix("./")


def _inline(select: Element) -> list[Item]:
    found: list[Item] = []
    for item in select:
        if local(item) == "item":
            value = child(item, "value")
            found.append(Item({"name": "" if value is None else value.text or ""}, child(item, "label")))
    return found


def _unshuffled(tree: Node) -> Node:
    """The list itself where a workbook wants its choices shuffled: a chat shows them in their own order."""
    match tree:
        case Call("randomize", arguments) if arguments:
            return arguments[0]
    return tree


def _source(tree: Node) -> tuple[str, Path | None]:
    """The list of `instance('list')/root/item[…]`, and the whole path when it has a condition."""
    match tree:
        case Path(Call("instance", (Literal(str(name)),)), (Step("root", ()), Step("item", predicates))):
            return name, tree if predicates else None
    raise ValueError(UNSUPPORTED_LIST)


def _below(nodes: Path, column: str) -> Path:
    """The path to what an itemset names in each of its nodes."""
    try:
        inner = parse(column)
    except ExpressionError as error:
        raise ValueError(UNSUPPORTED_LIST) from error
    if not isinstance(inner, Path) or inner.start != ".":
        raise ValueError(UNSUPPORTED_LIST)
    steps = tuple(step for step in inner.steps if step.name != ".")
    return Path(nodes.start, (*nodes.steps, *steps), nodes.at)
