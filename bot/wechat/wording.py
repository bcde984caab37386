"""Makes text safe to stand in a WeChat text message: XML characters only, no links but our own taps."""

import re
from typing import Final

# XML 1.0, production Char: everything else cannot be written in a document, not even as a reference.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# [C] Some clients show &lt; as <, so an entity of it could open a link as well.
_ENTITY = re.compile("&(?=lt|#)", re.IGNORECASE)
# What turns the direction of the signs behind it (Unicode Bidi, UAX #9) would show a number or a name turned round.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff<&\u202a-\u202e\u2066-\u2069]")
_URL = re.compile(r"https?://[^\s\"'<>]+")
_MARK: Final = 10**6
_TAP_ID = re.compile(r"[0-9]{7,12}")
_IN_HREF = re.compile("[\"'<>&#%+\n\t]")
_HREF: Final = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "\"'<>&#%+\n\t"})


def clean(text: str) -> str:
    """`text` without the characters that XML does not know, line ends as `\\n` (which is how a parser
    reads them).
    """
    if text.isprintable():  # neither controls nor line ends, surrogates and what Unicode does not assign
        return text
    if _NOT_XML.search(text):
        text = _NOT_XML.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def harmless(text: str) -> str:
    """Clean text in which no client can see a tag: `<` becomes `＜`, the `&` of a `&lt;` becomes `＆`; without the
    signs that turn the direction of what follows.

    WeChat's clients make links of `<a …>` in any text message, so what people typed must not contain one.
    Both signs are read as before; the length in bytes changes.
    """
    if not _SUSPECT.search(text):
        return text
    return _ENTITY.sub("＆", _TURNING.sub("", clean(text)).replace("<", "＜"))


def page_link(label: str, url: str) -> str:
    """A link that opens a page; empty when there is nothing to show, or the address is none of the web's."""
    shown = harmless(label).replace("\n", " ")
    if not shown.strip() or not _URL.fullmatch(url):
        return ""
    return f'<a href="{url}">{shown}</a>'


def tap_number(number: int, about: int) -> int:
    """The number of a tap in its reply together with what the reply is about (Text.about), as `link` writes it."""
    return number * _MARK + about if about else number


def about_of(tap_id: str) -> int:
    """What a tap is about, from the id that came back with it; 0 when it says nothing."""
    return int(tap_id) % _MARK if _TAP_ID.fullmatch(tap_id) else 0


def link(label: str, says: str, number: int) -> str:
    """A tap (WECHAT.md, section Callback, bizmsgmenu): shows `label`, sends `says`, is told apart by `number`.

    Line breaks in the label become spaces. In `says` only what would end the attribute or the parameter is
    percent-encoded: [C] Chinese and spaces are commonly sent as they are. Empty when there is nothing to show or
    to say: clients would not see a link in it.
    """
    content = clean(says)
    if _IN_HREF.search(content):
        content = content.translate(_HREF)
    shown = harmless(label).replace("\n", " ")
    if not content.strip() or not shown.strip():
        return ""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={number}">{shown}</a>'
