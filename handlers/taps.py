"""Taps as they stand in a reply: side by side, and those that turn the pages of a list."""

from collections.abc import Iterable

from handlers.base import Tap

GAP = "　"
"""Between two taps."""


def row(taps: Iterable[Tap]) -> list[str | Tap]:
    """Taps side by side."""
    return [part for tap in taps for part in (tap, GAP)][:-1]


def turning(word: str, page: int, last: int) -> list[str | Tap]:
    """The taps to the pages before and behind `page` (from 1) of what `word` lists, each with a gap behind it."""
    pages = (("上一页", page - 1), ("下一页", page + 1))
    return [part for label, to in pages if 1 <= to <= last for part in (Tap(label, f"{word} {to}"), GAP)]
