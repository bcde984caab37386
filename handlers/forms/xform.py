"""A stored XForm to a Form: questions put together, expressions compiled, rules ordered; every fault is named."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from handlers.forms.compilation import Compilation
from handlers.forms.expressions.nodes import template
from handlers.forms.form import Form, FormError, FormFault, Layout
from handlers.forms.graph import CircleError
from handlers.forms.layouts import Layouts
from handlers.forms.markup import Markup, read
from handlers.forms.pieces import PieceBuilder
from handlers.forms.recalculation import Recalculation
from handlers.forms.rules import Effect
from handlers.forms.spots import Oversize, children_of
from handlers.forms.views import FormState

LEVELS: Final = frozenset({"", "comprehensive", "project", "functional", "daily"})
AUDIENCES: Final = frozenset({"", "observers", "everyone", "officers", "closed"})

MAX_TWICE: Final = 4_000
"""Leaves of the layout with two instances of each repeat; more would only take time."""

UNKNOWN_LEVEL = "观察层级“{level}”不认识，可用的有：comprehensive、project、functional、daily。"
UNKNOWN_AUDIENCE = "对象“{audience}”不认识，可用的有：observers、everyone、officers、closed。"
EMPTY = "表单里没有任何题目。"
CIRCLE = "这些题目的{what}互相依赖，成了一个圈：{names}。请去掉其中一处引用。"
_WHAT: Final = {
    Effect.RELEVANT: "显示条件（relevant）",
    Effect.CALCULATE: "计算（calculation）",
    Effect.CHOICES: "选项筛选（choice_filter）",
    Effect.COUNT: "重复次数（repeat_count）",
}
SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The day on which a form is opened to see whether it can be."""
_NO_LAYOUT: Final = Layout(
    counts=MappingProxyType({}),
    groups=MappingProxyType({}),
    leaves=MappingProxyType({}),
    repeats=MappingProxyType({}),
    steps=(),
    questions=(),
    places=MappingProxyType({}),
    asked=0,
    asked_in=MappingProxyType({}),
    conditional=(),
    behind=MappingProxyType({}),
    inside=MappingProxyType({}),
    rules=(),
    readers=MappingProxyType({}),
    own_rules=MappingProxyType({}),
    settings=MappingProxyType({}),
    findings=(),
)


def compile_form(xml: str) -> Form:
    """The form of a stored XForm. Raises FormError with every fault found.

    A form with repeats is also laid out with two instances of each, so that what only goes wrong between instances
    (questions that depend on one another in a circle) is found here and not while somebody fills it.
    """
    markup = read(xml)
    compilation = Compilation(markup)
    _check_settings(markup, compilation.faults)
    pieces = PieceBuilder(compilation, children_of(markup))
    if all(pattern.internal for pattern in pieces.patterns.values()):
        compilation.faults.append(FormFault("", "", EMPTY))
    layouts = Layouts(compilation, pieces)
    plain = _laid_out(layouts, compilation, {})
    if markup.repeats and not compilation.faults:
        _laid_out(layouts, compilation, _twice(markup))
    if compilation.faults:
        raise FormError(tuple(dict.fromkeys(compilation.faults)))
    layouts.adopt(plain)
    form = Form(
        name=markup.name,
        title=markup.title,
        version=markup.version,
        level=markup.level,
        audience=markup.audience,
        last_reads=frozenset(compilation.last_reads),
        reads_now=compilation.reads_now,
        plain=plain,
        layouts=layouts if markup.repeats else None,
    )
    if any(markup.repeats.values()):
        _try_to_open(form)
    return form


def _try_to_open(form: Form) -> None:
    """Raise FormError when the form cannot even be opened, for a repeat would begin with too many instances."""
    try:
        Recalculation(form, FormState(day=SOME_DAY.date()), SOME_DAY).open()
    except ValueError as error:
        repeat = error.repeat if isinstance(error, Oversize) else ""
        raise FormError((FormFault(repeat, Effect.COUNT.value, str(error)),)) from error


def _check_settings(markup: Markup, faults: list[FormFault]) -> None:
    if markup.level not in LEVELS:
        faults.append(FormFault("", "level", UNKNOWN_LEVEL.format(level=markup.level)))
    if markup.audience not in AUDIENCES:
        faults.append(FormFault("", "audience", UNKNOWN_AUDIENCE.format(audience=markup.audience)))


def _laid_out(layouts: Layouts, compilation: Compilation, counts: Mapping[str, int]) -> Layout:
    try:
        return layouts.build(counts)
    except CircleError as circle:
        names = " → ".join(template(rule.ref).rpartition("/")[2] for rule in circle.rules)
        first = circle.rules[0]
        what = "、".join(dict.fromkeys(_WHAT[rule.effect] for rule in circle.rules))
        message = CIRCLE.format(what=what, names=names)
        compilation.faults.append(FormFault(template(first.ref), first.effect.value, message))
    except ValueError as error:
        compilation.faults.append(FormFault("", "", str(error)))
    return _NO_LAYOUT


def _twice(markup: Markup) -> dict[str, int]:
    """Two instances of every repeat, as far as the form then is not too big."""
    counts: dict[str, int] = {}
    concrete: dict[str, list[str]] = {markup.root: [markup.root]}
    leaves = len(markup.leaves)
    for ref, parent in markup.groups:
        if not parent:
            continue
        name = ref.rpartition("/")[2]
        around = [f"{one}/{name}" for one in concrete[parent]]
        if ref not in markup.repeats:
            concrete[ref] = around
            continue
        inner = sum(leaf.ref.startswith(f"{ref}/") for leaf in markup.leaves)
        many = 2 if leaves + inner * len(around) <= MAX_TWICE else 1
        leaves += inner * len(around) * (many - 1)
        counts.update(dict.fromkeys(around, many))
        concrete[ref] = [f"{one}[{number}]" for one in around for number in range(1, many + 1)]
    return counts
