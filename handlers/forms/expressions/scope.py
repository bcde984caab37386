"""Where an expression stands: which refs its paths mean, and what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from handlers.forms.expressions.code import Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.syntax import Call, Path, Step

TODAY: Final = "today()"
"""What an expression reads, beside refs, when it asks for the date."""

NO_QUESTION = "没有叫“{path}”的题目，请检查名称是否写对。"
NOT_A_VALUE = "“{path}”是一个分组，不是题目，不能当作答案使用。"
NO_PREDICATES = "“{path}”带了方括号条件，这里不支持。"
NO_INSTANCE = "“{path}”：表达式里暂不支持用 instance() 查表。"
ABOVE_ROOT = "“{path}”里的“..”超出了表单。"

Labels = Callable[[str, Env], str]
"""A canonical value and what expressions see -> what people read."""


@dataclass(slots=True)
class Scope:
    """The place of one expression in a form. `reads` collects what it depends on while it is compiled."""

    leaves: Mapping[str, Type]
    """Every leaf's ref with the type of its value."""
    groups: frozenset[str]
    here: str
    """The ref of the group or question that the expression belongs to."""
    labels: Mapping[str, Labels] = field(default_factory=dict)
    """For select questions: how jr:choice-name() reads their values."""
    columns: frozenset[str] | None = None
    """In a choice filter: the columns of the choice list, which relative names mean there."""
    reads: set[str] = field(default_factory=set)

    def path(self, path: Path) -> Code:
        """The code of a path. Raises ExpressionError."""
        if any(step.predicates for step in path.steps):
            raise ExpressionError(NO_PREDICATES.format(path=path))
        if isinstance(path.start, Call) and path.start.name == "instance":
            raise ExpressionError(NO_INSTANCE.format(path=path))
        if self.columns is not None and path.start == ".":
            return self._column(path)
        return self.leaf(self.resolve(path), str(path))

    def leaf(self, ref: str, named: str = "") -> Code:
        """The code that reads one leaf. Raises ExpressionError."""
        kind = self.leaves.get(ref)
        if kind is None:
            sentence = NOT_A_VALUE if ref in self.groups else NO_QUESTION
            raise ExpressionError(sentence.format(path=named or ref))
        self.reads.add(ref)

        def read(env: Env) -> str:
            return env.values.get(ref, "")

        return Code(kind, read, nodes=lambda env: [env.values.get(ref, "")], ref=ref)

    def resolve(self, path: Path) -> str:
        """The ref that a path means from here. Raises ExpressionError when it leaves the form."""
        parts: list[str] = [] if path.start == "/" else self.here.split("/")[1:]
        for step in path.steps:
            if step.name == "..":
                if not parts:
                    raise ExpressionError(ABOVE_ROOT.format(path=path))
                parts.pop()
            elif step.name != ".":
                parts.append(step.name)
        return "/" + "/".join(parts)

    def _column(self, path: Path) -> Code:
        if len(path.steps) != 1 or path.steps[0] in {Step("."), Step(".."), Step("*")}:
            raise ExpressionError(NO_QUESTION.format(path=path))
        name = path.steps[0].name

        def read(env: Env) -> str:
            return env.item.get(name, "")

        def nodes(env: Env) -> list[str]:
            return [env.item[name]] if name in env.item else []

        return Code(Type.TEXT, read, nodes=nodes, optional=True)
