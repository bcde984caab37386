"""Forms that nobody would write: any function on anything, at any place, and any answer to any question."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from handlers.forms.expressions.functions import FUNCTIONS

LITERALS: Final = (
    *("0", "1", "-1", "2.5", "1000000000000", "0.1", "''", "'yes'", "'yes no'", "'甲'", "'2026-11-20'", "'2026-99-99'"),
    *(
        "'1e5'",
        "'12:30'",
        "'%Y-%m-%d'",
        "'a.*'",
        "'39.9 116.4 0 0'",
        "today()",
        "now()",
        "true()",
        "false()",
        "1 div 0",
    ),
)
PATHS: Final = (
    *(".", "${{{name}}}", "position(..)", "current()/.", "instance('yn')/root/item[name = '{name}']/label"),
    *("instance('yn')/root/item/name", "count(instance('yn')/root/item[label != ${{{name}}}])"),
)
OPERATORS: Final = ("=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "div", "mod", "and", "or", "|")
KINDS: Final = (
    *(
        "text",
        "integer",
        "decimal",
        "select_one yn",
        "select_multiple yn",
        "date",
        "time",
        "dateTime",
        "range",
        "rank yn",
    ),
    *("acknowledge", "image", "geopoint", "barcode", "note", "calculate", "hidden"),
)
ANSWERS: Final = (
    *("", "甲", "0", "-3", "2.5", "1e9", "yes", "no", "yes no", "no yes", "2026-11-20", "2026-02-30", "9999-12-31"),
    *("12:30", "2026-11-20T12:30:00.000+08:00", "OK", "39.9 116.4 0 0", "a" * 22, "1" * 40, "NaN", "more", "done"),
)
COLUMNS: Final = (
    "relevant",
    "constraint",
    "required",
    "calculation",
    "default",
    "choice_filter",
    "trigger",
    "repeat_count",
)


@st.composite
def expressions(draw: st.DrawFn, names: Sequence[str], depth: int = 3) -> str:
    """A random expression, mostly well-formed."""
    shape = draw(st.integers(0, 9 if depth else 4))
    if shape <= 2 and names:
        return f"${{{draw(st.sampled_from(names))}}}"
    if shape == 4 and names:
        return draw(st.sampled_from(PATHS)).format(name=draw(st.sampled_from(names)))
    if shape <= 4:
        return draw(st.sampled_from(LITERALS))
    inner = expressions(names, depth - 1)
    if shape <= 6:
        return f"({draw(inner)} {draw(st.sampled_from(OPERATORS))} {draw(inner)})"
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    function = FUNCTIONS[name]
    most = function.least + 2 if function.most is None else function.most
    count = draw(st.integers(function.least, most))
    return f"{name}({', '.join(draw(inner) for _ in range(count))})"


@st.composite
def workbooks(draw: st.DrawFn) -> str:
    """A Markdown workbook of a few questions, groups and repeats in which every column may hold any expression."""
    count = draw(st.integers(1, 6))
    names = [f"q{number}" for number in range(count)]
    headers = ("type", "name", "label", *COLUMNS)
    rows = [["survey", *headers]]
    ends: list[str] = []
    for number, name in enumerate(names):
        circular: int = draw(st.integers(0, 9))
        known = names if circular == 0 else names[:number]  # mostly no circles
        if draw(st.integers(0, 3)) == 0:
            kind = draw(st.sampled_from(["group", "repeat"]))
            rows.append(["", *_row(draw, f"begin_{kind}", f"g_{name}", known, ("relevant", "repeat_count"))])
            ends.append(f"end_{kind}")
        some: list[str] = draw(st.lists(st.sampled_from(COLUMNS[:-1]), max_size=3, unique=True))
        rows.append(["", *_row(draw, draw(st.sampled_from(KINDS)), name, known, some)])
        closes: bool = draw(st.booleans())
        if ends and closes:
            rows.append(["", ends.pop()])
    rows += [["", end] for end in reversed(ends)]
    lists = [
        ["choices", "list_name", "name", "label", "kind"],
        ["", "yn", "yes", "有", "1"],
        ["", "yn", "no", "无", "2"],
    ]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows + lists)


def _row(draw: st.DrawFn, kind: str, name: str, names: Sequence[str], columns: Sequence[str]) -> list[str]:
    cells = {column: draw(expressions(names)) for column in columns}
    if "trigger" in cells:
        cells["trigger"] = f"${{{draw(st.sampled_from(names))}}}" if names else ""
    if kind in {"calculate", "hidden"}:
        cells["calculation"] = draw(expressions(names))
    if kind == "begin_group":
        cells.pop("repeat_count", None)
    refers: bool = draw(st.booleans())
    label = f"题 ${{{draw(st.sampled_from(names))}}}" if names and refers else "题"
    return [kind, name, label, *(cells.get(column, "") for column in COLUMNS)]


@st.composite
def cases(draw: st.DrawFn, refs: Sequence[str]) -> dict[str, Any]:
    """A case for a walk: any answers, and edits afterwards."""
    answer = st.sampled_from(ANSWERS)
    return {
        "answers": {ref: draw(answer) for ref in refs},
        "repeats": {},
        "edits": [[draw(st.sampled_from(refs)), draw(answer)] for _ in range(draw(st.integers(0, 4)))] if refs else [],
    }
