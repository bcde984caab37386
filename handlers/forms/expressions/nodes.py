"""What expressions can point at: the nodes of one layout of a form, and the rows of its lists."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from handlers.forms.expressions.code import Type

Row: TypeAlias = Mapping[str, str]
"""One row of a list: column -> text; a column that is empty there is absent."""

_NUMBER: Final = re.compile(r"\[[0-9]+\]")


def template(ref: str) -> str:
    """A ref without the numbers of instances: `/data/trees[2]/tag` -> `/data/trees/tag`."""
    return _NUMBER.sub("", ref) if "[" in ref else ref


def instance_number(ref: str) -> int:
    """Which instance of its repeat a ref is, from 1; 1 for what is not repeated."""
    return int(ref[ref.rindex("[") + 1 : -1]) if ref.endswith("]") else 1


@dataclass(frozen=True)
class Nodes:
    """The nodes of one layout by their concrete refs, such as `/data/trees[2]/stems[5]/cbh`."""

    leaves: Mapping[str, Type]
    """Every leaf with the type of its value, in document order."""
    groups: frozenset[str]
    """The root, every group, every instance of a repeat."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Concrete ref of a repeat (`/data/trees`, `/data/trees[2]/stems`) -> how many instances it has."""
    templates: Mapping[str, Type] = field(default_factory=dict)
    """Every leaf of the form by its template ref: what a repeat without an instance would hold.

    May stay empty where no count is 0; then a misspelt name inside an empty repeat is not noticed.
    """

    def children(self, ref: str, name: str) -> tuple[str, ...] | None:
        """The nodes of that name right below a group; None when there is no such name."""
        path = f"{ref}/{name}"
        count = self.counts.get(path)
        if count is not None:
            return tuple(f"{path}[{number}]" for number in range(1, count + 1))
        return (path,) if path in self.leaves or path in self.groups else None

    def exists(self, template_ref: str) -> bool:
        """Whether the form has such a node, even if no instance of its repeat is there."""
        return template_ref in self._known or (not self.templates and self._inside_empty_repeat(template_ref))

    def type_of(self, template_ref: str) -> Type | None:
        """The type of a leaf by its template ref; None when it is not a leaf."""
        return self._types.get(template_ref)

    def instances(self, template_ref: str) -> tuple[str, ...]:
        """The concrete refs of a node by its template ref, in document order."""
        refs: tuple[str, ...] = ("",)
        for name in template_ref.split("/")[1:]:
            refs = tuple(child for ref in refs for child in self.children(ref, name) or ())
        return refs

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all leaves and groups, to offer one for a misspelt one."""
        return frozenset(ref.rpartition("/")[2] for ref in self._known)

    @cached_property
    def _types(self) -> dict[str, Type]:
        return {**{template(ref): kind for ref, kind in self.leaves.items()}, **self.templates}

    @cached_property
    def _known(self) -> frozenset[str]:
        groups = {template(ref) for ref in (*self.groups, *self.counts)}
        around = {ref[:place] for ref in self.templates for place, letter in enumerate(ref) if letter == "/" and place}
        return frozenset({*self._types, *groups, *around})

    def _inside_empty_repeat(self, template_ref: str) -> bool:
        return any(count == 0 and template_ref.startswith(f"{template(ref)}/") for ref, count in self.counts.items())


@dataclass(frozen=True)
class Table:
    """The rows of a choice list or an attached csv file; looked up by column in constant time."""

    rows: tuple[Row, ...]
    _places: dict[str, dict[str, tuple[Row, ...]]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Table":
        """The table of these rows."""
        return cls(tuple(rows))

    @cached_property
    def columns(self) -> frozenset[str]:
        """Every column that some row has."""
        return frozenset(column for row in self.rows for column in row)

    def where(self, column: str, text: str) -> Sequence[Row]:
        """The rows whose column holds exactly this text, in order."""
        places = self._places.get(column)
        if places is None:
            found: dict[str, list[Row]] = {}
            for row in self.rows:
                if column in row:
                    found.setdefault(row[column], []).append(row)
            places = self._places[column] = {value: tuple(rows) for value, rows in found.items()}
        return places.get(text, ())
