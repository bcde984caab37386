"""The choices of a select question and the condition that filters them."""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from handlers.forms.compilation import Compilation, worded
from handlers.forms.expressions.code import Env, RunTruth
from handlers.forms.expressions.compiler import compile_node
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.syntax import Call, Literal, Node, Path, Step
from handlers.forms.form import Option, Question
from handlers.forms.markup import Control, Item, child, local

UNSUPPORTED_LIST = "这道选择题的选项来源暂不支持，请把选项写在 choices 工作表里。"
NO_CHOICES = "选项列表“{name}”没有选项，请在 choices 工作表里补上。"

_LABELS: Final = frozenset({"label", "jr:itext(itextId)"})


class ChoiceBuilder:
    """Builds the choices of one form's questions; lists that questions share are built once."""

    def __init__(self, compilation: Compilation) -> None:
        self.filter_reads: dict[str, frozenset[str]] = {}
        """Ref of a question with a choice filter -> what the filter reads."""
        self._compilation = compilation
        self._shared: dict[tuple[str, str], dict[str, Option]] = {}

    def build(self, control: Control) -> tuple[Mapping[str, Option], RunTruth | None]:
        """The choices by name and their filter. Raises ValueError."""
        itemset = child(control.element, "itemset")
        if itemset is None:
            return self._options(control.ref, _inline(control.element), "name"), None
        name, predicates = _source(itemset.get("nodeset", ""))
        value, label = child(itemset, "value"), child(itemset, "label")
        items = self._compilation.markup.lists.get(name)
        if items is None or label is None or label.get("ref") not in _LABELS:
            raise ValueError(UNSUPPORTED_LIST)
        if not items:
            raise ValueError(NO_CHOICES.format(name=name))
        column = "name" if value is None else value.get("ref", "name")
        options = self._shared.get((name, column))
        if options is None:
            options = self._options(control.ref, items, column)
            if all(option.label.fixed is not None for option in options.values()):
                self._shared[name, column] = options
        return options, self._filter(control.ref, items, predicates) if predicates else None

    def _options(self, ref: str, items: Sequence[Item], column: str) -> dict[str, Option]:
        options: dict[str, Option] = {}
        for item in items:
            name = item.row.get(column, "")
            label = self._compilation.wording(ref, "choices", item.label) or worded([name])
            if label is not None:
                options.setdefault(name, Option(name, label, item.row))
        return options

    def _filter(self, ref: str, items: Sequence[Item], predicates: tuple[Node, ...]) -> RunTruth:
        scope = self._compilation.scope(ref, frozenset(column for item in items for column in item.row))
        truths = tuple(compile_node(predicate, scope).as_truth() for predicate in predicates)
        self.filter_reads[ref] = frozenset(scope.reads)
        if len(truths) == 1:
            return truths[0]
        return lambda env: all(truth(env) for truth in truths)


def offered(question: Question, env: Env) -> list[Option]:
    """The choices that the filter lets through now, in the order of the workbook."""
    options, passes = question.options, question.choice_filter
    if passes is None:
        return list(options.values())
    found: list[Option] = []
    for option in options.values():
        env.item = option.row
        if passes(env):
            found.append(option)
    return found


def is_offered(question: Question, name: str, env: Env) -> bool:
    """Whether one choice exists and the filter lets it through now."""
    option = question.options.get(name)
    if option is None or question.choice_filter is None:
        return option is not None
    env.item = option.row
    return question.choice_filter(env)


def _inline(select: Element) -> list[Item]:
    found: list[Item] = []
    for item in select:
        if local(item) == "item":
            value = child(item, "value")
            found.append(Item({"name": "" if value is None else value.text or ""}, child(item, "label")))
    return found


def _source(nodeset: str) -> tuple[str, tuple[Node, ...]]:
    """The list and the predicates of `instance('list')/root/item[…]`."""
    match parse(nodeset):
        case Path(Call("instance", (Literal(str(name)),)), (Step("root", ()), Step("item", predicates))):
            return name, predicates
    raise ValueError(UNSUPPORTED_LIST)
