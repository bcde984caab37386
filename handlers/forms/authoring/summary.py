"""What a workbook asks for, in numbers that its author can check."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.forms.authoring.naming import PURPOSE
from handlers.forms.authoring.outline import Entry
from handlers.forms.purposes import PURPOSES, purpose_of

_SECONDS: Final = {"text": 45, "note": 5, "select_one": 10, "image": 30, "audio": 40, "video": 60, "file": 60}
"""Seconds that people take for one answer in a chat, reading included: our estimate."""
_OTHERWISE: Final = 15
_NOT_ASKED: Final = frozenset({"calculate", "hidden", "note", "csv-external"})
_GATED_SHARE: Final = 3
"""One in so many questions that stand under a condition is shown, as we estimate."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of one workbook. `minutes` is an estimate for one pass in which some of the conditions hold."""

    questions: int = 0
    required: int = 0
    groups: int = 0
    repeats: int = 0
    findings: int = 0
    """Questions that name findings."""
    purposes: tuple[str, ...] = ()
    """The purposes that are used, in Chinese, in the order of their first question."""
    minutes: int = 0


def summary_of(outline: Sequence[Entry], tags: frozenset[str]) -> Summary:
    """The summary of a checked outline; `tags` are the types that people see."""
    shown = [entry for entry in outline if entry.chooses or entry.kind in tags]
    asked = [entry for entry in shown if entry.kind not in _NOT_ASKED and not _readonly(entry)]
    written = [entry.cells[PURPOSE] for entry in outline if entry.cells.get(PURPOSE)]
    times = [_SECONDS.get(entry.kind, _OTHERWISE) / (_GATED_SHARE if entry.gated else 1) for entry in shown]
    return Summary(
        questions=len(asked),
        required=sum(entry.cells.get("required", "").lower() in {"yes", "true", "true()"} for entry in asked),
        groups=sum(entry.kind == "begin_group" for entry in outline),
        repeats=sum(entry.kind in {"begin_repeat", "begin_loop"} for entry in outline),
        findings=written.count("finding"),
        purposes=tuple(dict.fromkeys(PURPOSES[purpose_of(name)].names[0] for name in written)),
        minutes=max(1, round(sum(times) / 60)) if asked else 0,
    )


def _readonly(entry: Entry) -> bool:
    return entry.cells.get("read_only", "").lower() in {"yes", "true", "true()"}
