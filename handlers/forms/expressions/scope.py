"""Where an expression stands: the node that it belongs to, what it can point at, and what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from handlers.forms.expressions.code import Code, Env, RunText
from handlers.forms.expressions.nodes import Nodes, Table

TODAY: Final = "today()"
"""What an expression reads, beside refs, when it asks for the date."""
NOW: Final = "now()"
"""What an expression reads, beside refs, when it asks for the time."""
LAST: Final = "last-saved:"
"""What an expression reads when it asks for an answer of the last sheet: this, then the template ref."""
LAST_SAVED: Final = "__last-saved"
"""The name that pyxform gives to the instance of the last sheet (`${last-saved#question}`)."""

Labels = Callable[[str, Env], str]
"""A canonical value and what expressions see -> what people read."""

_NODE: Final = "node"
_POSITION: Final = "position"
_COLUMN: Final = "column"


@dataclass(slots=True)
class Scope:
    """The place of one expression in a layout. `reads` collects what it depends on while it is compiled."""

    nodes: Nodes
    here: str
    """The concrete ref of the group or question that the expression belongs to; `.` in it.

    In a predicate on nodes of the form: the node that is tested.
    """
    labels: Mapping[str, Labels] = field(default_factory=dict)
    """For select questions, by concrete or by template ref: how jr:choice-name() reads their values."""
    columns: frozenset[str] | None = None
    """In a choice filter and in a predicate on a list: its columns, which relative names mean there."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """The lists that instance() and pulldata() find by name."""
    texts: Mapping[str, RunText] = field(default_factory=dict)
    """The texts that jr:itext() finds by id."""
    version: str = ""
    """What version() gives."""
    reads: set[str] = field(default_factory=set)
    """Refs of leaves, TODAY, NOW, LAST + template ref."""
    current: str = ""
    """What current() means where it is not `here`: the question that a predicate belongs to."""
    candidates: tuple[str, ...] = ()
    """In a predicate that is compiled once for several nodes: these; `here` is only the first of them."""
    position: Code | None = None
    """In a predicate: what position() gives."""
    size: Code | None = None
    """In a predicate: what last() gives."""
    marks: set[str] = field(default_factory=set)
    """What the expression asked of the node or row being tested: itself, its place, its columns."""

    @property
    def question(self) -> str:
        """The ref of the node that the whole expression belongs to: what current() means."""
        return self.current or self.here

    def beside(self, ref: str, position: Code, size: Code) -> "Scope":
        """The scope of a predicate on a node of the form; it shares `reads`."""
        return self._inner(ref, None, (), position, size)

    def beside_all(self, refs: tuple[str, ...], position: Code, size: Code) -> "Scope":
        """The scope of a predicate that is compiled once for several nodes; it shares `reads`."""
        return self._inner(refs[0], None, refs, position, size)

    def among(self, columns: frozenset[str], position: Code, size: Code) -> "Scope":
        """The scope of a predicate on the rows of a list; it shares `reads`."""
        return self._inner(self.question, columns, (), position, size)

    def _inner(
        self, here: str, columns: frozenset[str] | None, candidates: tuple[str, ...], position: Code, size: Code
    ) -> "Scope":
        return replace(
            self,
            here=here,
            current=self.question,
            columns=columns,
            candidates=candidates,
            position=position,
            size=size,
            marks=set(),
        )

    def apart(self) -> "Scope":
        """The same place with its own `reads` and `marks`: to look at an expression without depending on it."""
        return replace(self, reads=set(), marks=set())

    def labels_of(self, ref: str, template_ref: str) -> Labels | None:
        """How the values of a question are read; None when it has no choices."""
        return self.labels.get(ref) or self.labels.get(template_ref)

    def mark_node(self) -> None:
        """Remember that the expression started at the node being tested, or is not a constant whatever it reads."""
        self.marks.add(_NODE)

    def mark_position(self) -> None:
        """Remember that the expression asked for its place among the rows."""
        self.marks.add(_POSITION)

    def mark_column(self) -> None:
        """Remember that the expression read a column of the row being tested."""
        self.marks.add(_COLUMN)

    @property
    def asked_node(self) -> bool:
        """Whether the node being tested matters."""
        return _NODE in self.marks

    @property
    def asked_position(self) -> bool:
        """Whether position() or last() was asked."""
        return _POSITION in self.marks
