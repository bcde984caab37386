"""The survey sheet as an outline: what each row is, in which groups it stands, and groups that do not close."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.forms.authoring.book import SURVEY, Book, Cells
from handlers.forms.faults import Fault

NO_END = "这个{what}没有结束，请在它的最后一题下面加一行“{end}”。"
NO_BEGIN = "多了一行“{end}”：它前面没有对应的{what}开始行，请删去这一行，或补上开始行。"
CROSSED = "第 {row} 行开始的是{began}，这里结束的却是{ended}。请先结束里面的一层，开始和结束要成对。"

_BEGIN: Final = re.compile(
    r"begin[\s_]+(group|repeat|loop|lgroup|looped group)(?:\s+(?:over\s+)?(\S+))?", re.IGNORECASE
)
_END: Final = re.compile(r"end[\s_]+(group|repeat|loop|lgroup|looped group)", re.IGNORECASE)
_SELECT: Final = re.compile(
    r"(add select one prompt using|add select multiple prompt using|select all that apply from|select one from|select1"
    r"|select[_ ]one[_ ]from[_ ]file|select[_ ]multiple[_ ]from[_ ]file|select_one_external|select_one|select one"
    r"|select_multiple|select all that apply|rank) (\$\{.*\}|\S+)( (?:or specify other|or_other|or other))?"
)
_MANY: Final = frozenset(
    {"add select multiple prompt using", "select all that apply from", "select_multiple", "select all that apply"}
)
_SPOKEN: Final = {
    "group": ("分组", "分组结束"),
    "repeat": ("重复组", "重复组结束"),
    "loop": ("循环", "循环结束"),
}
_KINDS: Final = {"lgroup": "repeat", "looped group": "repeat"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the survey sheet that is not blank, not a comment and not disabled."""

    number: int
    """As Excel counts."""
    cells: Cells
    kind: str
    """begin_group, end_repeat, select_one, select_multiple, rank, … or the type as written."""
    listed: str
    """The choice list or file of a select, or the list of a loop; empty otherwise."""
    other: bool
    """Whether the select takes other answers than its list (or_other)."""
    path: tuple[str, ...]
    """The names of the groups around it, outermost first."""
    gated: bool
    """Whether it, or a group around it, shows only under a condition."""

    @property
    def name(self) -> str:
        """The name as written; may be empty or wrong."""
        return self.cells.get("name", "")

    @property
    def opens(self) -> bool:
        """Whether it begins a group, repeat or loop."""
        return self.kind.startswith("begin_")

    @property
    def closes(self) -> bool:
        """Whether it ends one."""
        return self.kind.startswith("end_")

    @property
    def chooses(self) -> bool:
        """Whether it is a choice question."""
        return self.kind.startswith("select") or self.kind == "rank"


def entries(book: Book) -> list[Entry]:
    """The rows of the survey sheet that mean something, in order."""
    found: list[Entry] = []
    around: list[Entry] = []
    for number, cells in book.sheet(SURVEY).numbered():
        if cells.get("disabled", "").lower() in {"yes", "true", "true()"}:
            continue
        if not cells.get("type") and "name" not in cells and not any(key.startswith("label") for key in cells):
            continue  # a row of notes
        kind, listed, other = _parsed(cells.get("type", ""))
        if kind.startswith("end_") and around:
            around.pop()
        path = tuple(group.name for group in around)
        gated = bool(cells.get("relevant")) or any(group.gated for group in around)
        entry = Entry(number, cells, kind, listed, other, path, gated)
        found.append(entry)
        if entry.opens:
            around.append(entry)
    return found


def check_groups(book: Book, outline: list[Entry]) -> Iterator[Fault]:
    """Groups that do not end, ends without a beginning, and groups that cross; each with its row."""
    open_: list[Entry] = []
    for entry in outline:
        if entry.opens:
            open_.append(entry)
        elif entry.closes:
            yield from _closed(book, entry, open_)
    for entry in open_:
        what, end = _SPOKEN[entry.kind.removeprefix("begin_")]
        yield book.fault(SURVEY, entry.number, "type", NO_END.format(what=what, end=end))


def _closed(book: Book, entry: Entry, open_: list[Entry]) -> Iterator[Fault]:
    what, end = _SPOKEN[entry.kind.removeprefix("end_")]
    if not open_:
        yield book.fault(SURVEY, entry.number, "type", NO_BEGIN.format(what=what, end=end))
        return
    began = open_.pop()
    if began.kind.removeprefix("begin_") != entry.kind.removeprefix("end_"):
        said = CROSSED.format(row=began.number, began=_SPOKEN[began.kind.removeprefix("begin_")][0], ended=what)
        yield book.fault(SURVEY, entry.number, "type", said)


def _parsed(written: str) -> tuple[str, str, bool]:
    """Kind, list and whether other answers are taken."""
    text = " ".join(written.split())
    if (match := _BEGIN.fullmatch(text)) is not None:
        kind = match[1].lower()
        return f"begin_{_KINDS.get(kind, kind)}", match[2] or "", False
    if (match := _END.fullmatch(text)) is not None:
        kind = match[1].lower()
        return f"end_{_KINDS.get(kind, kind)}", "", False
    if (match := _SELECT.fullmatch(text)) is not None:
        command = match[1].replace(" ", "_") if "file" in match[1] else match[1]
        if not command.endswith(("_file", "_external")) and command != "rank":
            command = "select_multiple" if command in _MANY else "select_one"
        return command, match[2], match[3] is not None
    return text, "", False
