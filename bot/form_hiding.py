"""Which forms of a unit above are filled no more because a unit has one of its own (docs/decisions.md, 13)."""

from collections.abc import Sequence
from typing import Final

from storage.publishing import FormLine
from storage.vocabulary import Audience

HIDES: Final = "{unit}的{level}观察员从此填{own}，不再填{above}的{hidden}。"
"""After publishing."""
UNDO: Final = (
    "只想多一张表、不想换掉它们的，先停用（qingfeng forms withdraw {name} --unit {unit}），"
    "再换一个编号，层级留空、对象写“全体人员”发布。"
)
NOTE: Final = "{unit}的{level}观察员填{own}，不填{above}的{hidden}。"
"""Under the list of forms."""


def hidden_by(own: FormLine, lines: Sequence[FormLine]) -> tuple[FormLine, ...]:
    """What the observers of the form's unit would fill without forms of their own: those of the nearest unit above
    that offers any of the level.
    """
    if not _counts(own):
        return ()
    above = [
        line
        for line in lines
        if _counts(line)
        and line.level == own.level
        and line.unit_path != own.unit_path
        and own.unit_path.startswith(line.unit_path)
    ]
    nearest = max((len(line.unit_path) for line in above), default=0)
    return tuple(line for line in above if len(line.unit_path) == nearest)


def notes(lines: Sequence[FormLine]) -> list[tuple[FormLine, tuple[FormLine, ...], tuple[FormLine, ...]]]:
    """Of every unit and level with forms of its own: one of these, all of these, and what they hide."""
    found: dict[tuple[str, str], tuple[FormLine, tuple[FormLine, ...], tuple[FormLine, ...]]] = {}
    for line in lines:
        hidden = hidden_by(line, lines)
        if hidden:
            own = [each for each in lines if _counts(each) and _place(each) == _place(line)]
            found.setdefault(_place(line), (line, tuple(own), hidden))
    return list(found.values())


def _place(line: FormLine) -> tuple[str, str]:
    return line.unit_path, str(line.level)


def _counts(line: FormLine) -> bool:
    return line.level is not None and line.audience is Audience.OBSERVERS and line.withdrawn_at is None


def worded(sentence: str, level: str, own: Sequence[FormLine], hidden: Sequence[FormLine]) -> str:
    """HIDES or NOTE; `level` in Chinese."""
    return sentence.format(
        unit=short(own[0].unit_name),
        level=level,
        own=_titles(own),
        above=short(hidden[0].unit_name),
        hidden=_titles(hidden),
    )


def short(unit_name: str) -> str:
    """The last of the names of a unit and those above it."""
    return unit_name.rsplit(" / ", maxsplit=1)[-1]


def _titles(lines: Sequence[FormLine]) -> str:
    return "、".join(f"《{line.title}》" for line in lines)
