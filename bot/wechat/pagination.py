"""Writes a text reply as the contents of one or several WeChat messages of bounded size."""

from bisect import bisect_right
from typing import Final

from bot.wechat.graphemes import boundary, torn
from bot.wechat.limits import TEXT_BYTES
from bot.wechat.wording import harmless, link, page_link, tap_number
from handlers.base import Link, Text

NEXT_PAGE: Final = "继续"
"""What the tap at the end of a page sends; dispatch answers it with the next page."""
NEXT_PAGE_LABEL: Final = "回复 继续 看下一页"
TAIL: Final = "\n" + link(NEXT_PAGE_LABEL, NEXT_PAGE, 0)
"""The end of every page but the last."""
SMALLEST: Final = 256
"""The least sensible `limit` in bytes: the tail, and room for a few signs."""
_TAIL_BYTES: Final = len(TAIL.encode())
_INDENT: Final = "　"
_LINE_ENDS: Final = frozenset("\n")
_SENTENCE_ENDS: Final = frozenset("。！？；")


class _Writing:
    """A whole reply in one string, and where its links stand in it."""

    __slots__ = ("content", "ends", "length", "pieces", "starts")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.content = ""

    def add(self, piece: str) -> None:
        """Write plain text."""
        self.pieces.append(piece)
        self.length += len(piece)

    def add_link(self, piece: str) -> None:
        """Write a link, which no cut may tear."""
        self.starts.append(self.length)
        self.add(piece)
        self.ends.append(self.length)

    def link_around(self, index: int) -> int | None:
        """The start of the link that a cut before `index` would tear, if any."""
        nearest = bisect_right(self.starts, index) - 1
        if nearest >= 0 and self.starts[nearest] < index < self.ends[nearest]:
            return self.starts[nearest]
        return None

    def link_end_before(self, index: int) -> int:
        """Where the last link that is over before `index` ends; 0 when there is none."""
        nearest = bisect_right(self.ends, index) - 1
        return self.ends[nearest] if nearest >= 0 else 0

    def may_cut(self, index: int) -> bool:
        """Whether a page may end before `index`."""
        return self.link_around(index) is None and not torn(self.content, index)


def paginate(reply: Text, limit: int = TEXT_BYTES) -> list[str]:
    """The contents to send, one a message, each at most `limit` bytes of UTF-8; empty when there is nothing
    to read.

    Each but the last ends with TAIL. Pages end at line ends where the later half of a page has one (not
    between a heading in 【】 or a line and what is indented below it, if it can be helped), else
    after a sentence, else between two signs; never inside a character, a link or an emoji. Without the
    tails the pages joined are the whole text (white space at its end excepted). A tap whose link alone
    would fill a page is written as plain text, followed by a short tap where `says` is short. Raises
    ValueError for a `limit` below SMALLEST.
    """
    if limit < SMALLEST:
        raise ValueError(f"a page needs at least {SMALLEST} bytes")
    room = limit - _TAIL_BYTES
    writing = _write(reply, room)
    content = writing.content
    pages: list[str] = []
    start = 0
    while not _fits(content, start, limit):
        end = _page_end(writing, start, room)
        pages.append(content[start:end] + TAIL)
        start = end
    if start < len(content):
        pages.append(content[start:])
    return pages


def _write(reply: Text, room: int) -> _Writing:
    """The reply in one string; no link is longer than `room` bytes, so that every page can hold one.

    Strings that stand side by side are made harmless together: a tag must not hide in their seam.
    """
    writing = _Writing()
    typed = ""
    number = 0
    for part in reply.parts:
        if isinstance(part, str):
            typed += part
            continue
        if isinstance(part, Link):
            page = page_link(part.label, part.url)
            if page and len(page.encode()) <= room:
                writing.add(harmless(typed))
                typed = ""
                writing.add_link(page)
            continue
        number += 1
        identity = tap_number(number, reply.about)
        tap = link(part.label, part.content, identity)
        if not tap or (len(tap) * 4 > room and len(tap.encode()) > room):
            typed += f"{part.label} "
            tap = link(part.content, part.content, identity)
            if len(tap.encode()) > room:
                tap = ""
        if tap:
            writing.add(harmless(typed))
            typed = ""
            writing.add_link(tap)
    writing.add(harmless(typed))
    writing.content = "".join(writing.pieces).rstrip()
    return writing


def _fits(content: str, start: int, limit: int) -> bool:
    """Whether everything from `start` on fits in `limit` bytes; reads at most `limit` characters."""
    return len(content) - start <= limit and len(content[start:].encode()) <= limit


def _belong_together(content: str, index: int) -> bool:
    """Whether the line before `index` is a heading, or the one after it is indented below its own."""
    before = content[content.rfind("\n", 0, index - 1) + 1 : index].strip()
    return content.startswith(_INDENT, index) or (before.startswith("【") and before.endswith("】"))


def _page_end(writing: _Writing, start: int, room: int) -> int:
    """Where the page that begins at `start` ends, when its content may have `room` bytes; always after
    `start`.
    """
    content = writing.content
    end = start + len(content[start : start + room].encode()[:room].decode(errors="ignore"))
    end = writing.link_around(end) or end
    middle = start + (end - start) // 2
    for marks in (_LINE_ENDS, _SENTENCE_ENDS):
        ends = [index for index in range(end, middle, -1) if content[index - 1] in marks and writing.may_cut(index)]
        if ends:
            return next((index for index in ends if not _belong_together(content, index)), ends[0])
    place = boundary(content, end, max(start, writing.link_end_before(end)))
    return place if place > start else end
