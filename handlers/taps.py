"""Taps as they stand in a reply: side by side, and those that turn the pages of a list."""

from collections.abc import Iterable

from handlers.base import Tap

GAP = "　"
"""Between two taps."""
PREVIOUS = "上一页"
NEXT = "下一页"
TURNING = frozenset({PREVIOUS, NEXT, "上页", "下页", "前一页", "后一页", "翻页", "往下翻", "往上翻", "翻一页"})
"""What turns the pages of a list."""
NOTHING_TO_TURN = "没有可以翻的页：只有刚列出来的才能翻。要看哪个列表，请再说一次，或者从菜单里点。\n\n"


def row(taps: Iterable[Tap]) -> list[str | Tap]:
    """Taps side by side."""
    return [part for tap in taps for part in (tap, GAP)][:-1]


def turning(word: str, page: int, last: int) -> list[str | Tap]:
    """The taps to the pages before and behind `page` (from 1) of what `word` lists, each with a gap behind it."""
    pages = ((PREVIOUS, page - 1), (NEXT, page + 1))
    return [part for label, to in pages if 1 <= to <= last for part in (Tap(label, f"{word} {to}"), GAP)]
