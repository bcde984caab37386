"""The built-in forms as their authors see them: rows of Markdown tables, with the section that a row stands in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.catalog import BuiltIn

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
SILENT = frozenset({"calculate", "hidden", "note"})


@dataclass(frozen=True)
class Row:
    """One row of a sheet; `section` are the labels of the groups around it, outermost first."""

    cells: Mapping[str, str]
    section: tuple[str, ...] = ()

    def __getitem__(self, header: str) -> str:
        return self.cells.get(header, "")

    @property
    def kind(self) -> str:
        """The type without the list; empty in sheets that have no types."""
        return self["type"].split()[0].replace("begin_", "begin ").split()[0] if self["type"] else ""

    @property
    def asked(self) -> bool:
        """Whether people answer it."""
        return (
            bool(self.kind)
            and self.kind not in {"begin", "end", "end_group", "end_repeat", *SILENT}
            and not self["readonly"]
        )

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Header and content of every cell that people read."""
        for header in ("label", "hint", "guidance_hint", "required_message", "constraint_message"):
            if self[header]:
                yield header, self[header]


def sheet(form: BuiltIn, name: str) -> list[Row]:
    """The rows of one sheet of a built-in form."""
    headers: list[str] = []
    rows: list[Row] = []
    around: list[str] = []
    for line in form.path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            continue
        first, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if first:
            headers, inside = cells, first == name
            continue
        if not inside:
            continue
        row = Row(dict(zip(headers, cells, strict=True)), tuple(around))
        rows.append(row)
        kind = row["type"].replace("_", " ")
        if kind.startswith("begin "):
            around.append(row["label"])
        elif kind.startswith("end "):
            around.pop()
    return rows
