"""Reads WeChat's XML from untrusted bytes into dictionaries: no DOCTYPE, no entities, bounded tags and depth."""

import re
from typing import Any, Final, TypeAlias
from xml.parsers import expat  # DOCTYPE and with it every entity declaration is refused below

from bot.wechat.limits import BODY_DEPTH, BODY_TAGS

Element: TypeAlias = str | dict[str, Any] | list[Any]
"""Text of a leaf, children by tag, or a list where a tag stands several times beside itself."""


class ElementsError(ValueError):
    """The bytes are not an XML document that WeChat would send; the text names the reason and none of the
    content.
    """


_ROOT: Final = "<xml>"
_ROOT_END: Final = "</xml>"
_NOT_IN_TEXT: Final = (
    r"\]\x00-\x08\x0b-\x1f"  # "]", for it may end CDATA; CR, which a parser changes; no XML characters
)
_LEAF: Final = re.compile(
    r"[ \t\n]*+<([A-Za-z_][A-Za-z0-9_]*+)>"
    rf"(?:<!\[CDATA\[([^{_NOT_IN_TEXT}]*+)\]\]>|([^<&{_NOT_IN_TEXT}]*+))</\1>[ \t\n]*+"
)
"""One child of the root with text or one CDATA section in it. Possessive throughout: it never goes back."""


def _flat(xml: bytes) -> dict[str, Element] | None:
    """What expat would read from the plain shape of nearly every callback, in half the time: `<xml>`, differing leaves
    with text or one CDATA section, `</xml>`, and nothing else.

    None for everything else, right or wrong: only expat refuses. Takes linear time, for it stops where a leaf does
    not follow the one before.
    """
    try:
        text = xml.decode()
    except UnicodeDecodeError:
        return None
    if not text.startswith(_ROOT) or "\ufffe" in text or "\uffff" in text:  # the two that XML does not know
        return None
    leaves: dict[str, Element] = {}
    next_leaf = _LEAF.scanner(text, len(_ROOT)).match  # type: ignore[attr-defined]  # typeshed leaves `scanner` out
    at, count = len(_ROOT), 0
    while found := next_leaf():
        tag, section, plain = found.groups("")
        leaves[tag] = section or plain
        at = found.end()
        count += 1
    if not count == len(leaves) < BODY_TAGS or text[at:] != _ROOT_END:
        return None
    return leaves


class _Reader:
    """Collects the elements of one document while expat walks through it."""

    __slots__ = ("count", "name", "root", "stack", "text")

    def __init__(self) -> None:
        self.count = 0
        self.name = ""
        self.root: Element = ""
        self.stack: list[dict[str, Any]] = []
        self.text: list[str] = []

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > BODY_TAGS:
            raise ElementsError("too many tags")
        if len(self.stack) >= BODY_DEPTH:
            raise ElementsError("nested too deeply")
        self.text.clear()
        self.stack.append({})

    def end(self, tag: str) -> None:
        children = self.stack.pop()
        value: Element = children or "".join(self.text)
        self.text.clear()
        if not self.stack:
            self.name, self.root = tag, value
            return
        beside = self.stack[-1]
        if tag not in beside:
            beside[tag] = value
        elif isinstance(beside[tag], list):
            beside[tag].append(value)
        else:
            beside[tag] = [beside[tag], value]


def _refuse_doctype(*_: object) -> None:
    raise ElementsError("DOCTYPE is refused")


def read_elements(xml: bytes) -> dict[str, Element]:
    """The children of the `<xml>` root by tag. Text beside child elements is dropped, attributes are ignored.

    Raises ElementsError for anything that is not well-formed UTF-8 XML with that root, for a DOCTYPE, more
    than BODY_TAGS elements or more than BODY_DEPTH levels. The caller bounds the length of `xml`.
    """
    flat = _flat(xml)
    return _by_expat(xml) if flat is None else flat


def _by_expat(xml: bytes) -> dict[str, Element]:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # overrides whatever encoding the document claims
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ElementsError(f"not well-formed: {expat.ErrorString(error.code)}") from None
    if reader.name != "xml":
        raise ElementsError("the root is not <xml>")
    return reader.root if isinstance(reader.root, dict) else {}
