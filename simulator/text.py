"""How WeChat reads the text of a message: plain words, web links and taps, and what is wrong with them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

ANCHOR = re.compile(r"<a\b(?P<attributes>[^<>]*)>(?P<label>.*?)</a>", re.IGNORECASE | re.DOTALL)
HREF = re.compile(r"""\s+href\s*=\s*(?P<quote>["'])(?P<url>[^"'<>]*)(?P=quote)(?:\s+[\w-]+\s*=\s*"[^"]*")*\s*""")
REMAINS = re.compile(r"<a(?![\w])|</a\b|<a$", re.IGNORECASE)
TAP = re.compile(r"weixin://bizmsgmenu\?msgmenucontent=(?P<content>[^&\r\n]+)&msgmenuid=(?P<id>[^&\s]+)")
WEB = re.compile(r"https?://\S+")
TAP_SCHEME = "weixin://bizmsgmenu"

CUTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[\ud800-\udfff]"), "has half a surrogate pair: a character was cut"),
    (re.compile("\ufffd"), "has U+FFFD: a character was cut into bytes"),
    (re.compile("^\u200d|\u200d$"), "begins or ends with a zero-width joiner: an emoji was cut"),
    (re.compile("^[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"), "begins with an emoji's modifier: an emoji was cut"),
    (
        re.compile("(?:^|[^\U0001f1e6-\U0001f1ff])(?:[\U0001f1e6-\U0001f1ff]{2})*[\U0001f1e6-\U0001f1ff]$"),
        "ends with half a flag: an emoji was cut",
    ),
)
"""Where a text that was cut inside a character shows it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text. `kind` is text, tap or link; `content` and `id` are what a tap sends, `url` a link's end."""

    kind: str
    label: str
    content: str = ""
    id: str = ""
    url: str = ""

    def as_json(self) -> dict[str, str]:
        """Only the fields that mean something for the kind."""
        shown = {"kind": self.kind, "label": self.label}
        if self.kind == "tap":
            return {**shown, "content": self.content, "id": self.id}
        return {**shown, "url": self.url} if self.kind == "link" else shown


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as a person sees it, and the faults that were found in its markup."""

    segments: tuple[Segment, ...]
    broken_links: tuple[str, ...]
    broken_taps: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The words on the screen."""
        return "".join(segment.label for segment in self.segments)

    @property
    def taps(self) -> tuple[Segment, ...]:
        """The taps, in order."""
        return tuple(segment for segment in self.segments if segment.kind == "tap")


def read(content: str) -> Reading:
    """Read a text. Broken markup is shown as it stands, as WeChat does."""
    segments: list[Segment] = []
    broken_links: list[str] = []
    broken_taps: list[str] = []
    at = 0
    for anchor in ANCHOR.finditer(content):
        _plain(content[at : anchor.start()], segments, broken_links)
        segment = _anchor(anchor)
        if segment is None:
            broken = broken_taps if TAP_SCHEME in anchor[0] else broken_links
            broken.append(anchor[0])
            segments.append(Segment("text", anchor[0]))
        else:
            segments.append(segment)
        at = anchor.end()
    _plain(content[at:], segments, broken_links)
    return Reading(tuple(segments), tuple(broken_links), tuple(broken_taps))


def body_of_text(content: str) -> dict[str, Any]:
    """The fields of a text in an inbox: as it came, as it reads, and its taps."""
    reading = read(content)
    return {
        "content": content,
        "shown": reading.shown,
        "taps": [{"label": tap.label, "content": tap.content, "id": tap.id} for tap in reading.taps],
        "segments": [segment.as_json() for segment in reading.segments],
    }


def cut_character(content: str) -> str | None:
    """What says that a text was cut inside a character or an emoji (WECHAT.md, Callback: split on boundaries)."""
    for pattern, words in CUTS:
        if pattern.search(content):
            return words
    if content and unicodedata.combining(content[0]):
        return "begins with a combining mark: a character was cut"
    return None


def _anchor(anchor: re.Match[str]) -> Segment | None:
    href = HREF.fullmatch(anchor["attributes"])
    label = anchor["label"]
    if href is None or not label.strip() or "<a" in label.lower():
        return None
    url = href["url"].replace("&amp;", "&")
    if not url.startswith(TAP_SCHEME):
        return Segment("link", label, url=url) if WEB.fullmatch(url) else None
    tap = TAP.fullmatch(url)
    if tap is None:
        return None
    return Segment("tap", label, unquote(tap["content"]), unquote(tap["id"]))


def _plain(piece: str, segments: list[Segment], broken: list[str]) -> None:
    if not piece:
        return
    remains = REMAINS.search(piece)
    if remains:
        broken.append(piece[remains.start() : remains.start() + 80])
    segments.append(Segment("text", piece))
