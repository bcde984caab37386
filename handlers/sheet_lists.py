"""Long lists of choices: a page at a time, and only those that what was typed may mean."""

from datetime import datetime
from typing import Final, NamedTuple

from handlers.forms import answers
from handlers.forms.answers import Reading
from handlers.forms.choosing import Unclear, is_number
from handlers.forms.form import Choice
from handlers.forms.likeness import bare
from handlers.forms.views import Asked
from handlers.sheet_memory import Listing

NEXT_PAGE: Final = "下一页"
PREVIOUS_PAGE: Final = "上一页"
WHOLE_LIST: Final = "全部选项"

LONG: Final = 9
"""Choices; a longer list is searched by typing."""
PAGE: Final = 20
"""Choices on a page at most."""
_LEAST: Final = 5
"""Choices on a page however long they are."""
_REPLY_BYTES: Final = 2048
"""Of a text in WeChat (WECHAT.md, section Callback); a longer one is cut, and choices must not need that."""
_FRAME_BYTES: Final = 700
"""What stands around the text of the question and its choices: heading, ways on and back, what was recorded."""
_TAP_BYTES: Final = 63
"""A link without what it shows and says."""
_TURNS: Final = {
    **dict.fromkeys((NEXT_PAGE, "下页", "后一页", "下一頁", "翻页", "往后", "后面的"), 1),
    **dict.fromkeys((PREVIOUS_PAGE, "上页", "前一页", "上一頁", "往前", "前面的"), -1),
}
_WHOLE: Final = frozenset({WHOLE_LIST, "全部列表", "返回全部", "看全部", "查看全部", "返回列表", "第一页", "首页"})


class Shown(NamedTuple):
    """What is shown of the choices of a question: each with the number by which it may be chosen."""

    numbered: tuple[tuple[int, Choice], ...]
    page: int
    """From 0."""
    pages: int
    total: int
    """All choices that can be chosen by number now."""
    searched: bool
    """Whether these are only those that what was typed may mean."""


def is_long(asked: Asked) -> bool:
    """Whether the list is so long that typing narrows it."""
    return len(asked.choices) > LONG


def shown(asked: Asked, listing: Listing) -> Shown:
    """The choices to show: all, one page of them, or those found."""
    found = _found(asked, listing)
    choices = found or asked.choices
    pages = _pages(asked, choices)
    page = min(listing.page if listing.ref == asked.ref else 0, len(pages) - 1)
    first, last = pages[page]
    numbered = tuple(enumerate(choices[first:last], start=first + 1))
    return Shown(numbered, page, len(pages), len(choices), bool(found))


def turned(asked: Asked, listing: Listing, said: str) -> Listing | None:
    """The listing after 上一页, 下一页 or 全部选项; None for anything else, and where nothing can be turned."""
    word = bare(said)
    if any(choice.bare == word for choice in asked.choices):
        return None
    now = shown(asked, listing)
    if word in _WHOLE and is_long(asked):
        return Listing(asked.ref)
    if word not in _TURNS or now.pages == 1:
        return None
    found = listing.found if now.searched else ()
    return Listing(asked.ref, (now.page + _TURNS[word]) % now.pages, found)


def read(asked: Asked, listing: Listing, said: str, now: datetime) -> Reading:
    """As `answers.parse`; where only some choices are shown, numbers count among these, and words look there first."""
    found = _found(asked, listing)
    if not found:
        return answers.parse(asked, said, now)
    try:
        return answers.parse(asked._replace(choices=found), said, now)
    except ValueError:
        if is_number(said):
            raise
    return answers.parse(asked, said, now)


def narrowed(asked: Asked, refusal: ValueError) -> Listing | None:
    """The listing of those that the words may mean, for a long list; None when there is nothing to narrow it to."""
    if not is_long(asked) or not isinstance(refusal, Unclear) or not refusal.near:
        return None
    return Listing(asked.ref, 0, tuple(choice.value for choice in refusal.near))


def _found(asked: Asked, listing: Listing) -> tuple[Choice, ...]:
    if listing.ref != asked.ref or not listing.found:
        return ()
    by_name = {choice.value: choice for choice in asked.choices}
    return tuple(by_name[name] for name in listing.found if name in by_name)


def _pages(asked: Asked, choices: tuple[Choice, ...]) -> list[tuple[int, int]]:
    """First and last place (past the end) of every page, so that a page fits into one reply."""
    if len(choices) <= _LEAST:
        return [(0, len(choices))]
    text = "".join((asked.label, asked.hint, asked.section, asked.value_text, *asked.notes))
    room = _REPLY_BYTES - _FRAME_BYTES - len(text.encode(errors="replace"))
    pages: list[tuple[int, int]] = []
    start = used = 0
    for place, choice in enumerate(choices):
        size = _TAP_BYTES + 2 * len(choice.label.encode(errors="replace")) + len("\n100. ")
        full = place - start >= PAGE or (place - start >= _LEAST and used + size > room)
        if full:
            pages.append((start, place))
            start, used = place, 0
        used += size
    return [*pages, (start, len(choices))]
