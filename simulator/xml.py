"""XML as WeChat writes it, and reading of what comes back without trusting it."""

import re
from collections.abc import Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

Value: TypeAlias = "str | int | float | Fields | tuple[Fields, ...]"
Fields: TypeAlias = "Mapping[str, Value]"

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlError(ValueError):
    """Not one well-formed element, or one with a document type or entities."""


def render(fields: Fields) -> bytes:
    """An `<xml>` document: strings in CDATA, numbers bare, mappings nested, several in a row as repeated elements."""
    return f"<xml>{_children(fields)}</xml>".encode()


def sendable(text: str) -> str:
    """The text without characters that XML cannot carry (NUL, lone surrogates), which WeChat never sends."""
    return NOT_XML.sub("", text)


def parse(xml: str | bytes) -> Element:
    """The root of the document; raises XmlError. Anything after the root is an error."""
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlError(str(error) or type(error).__name__) from error
    return root


def text_of(root: Element, tag: str) -> str | None:
    """The text of a child, "" when it is empty, None when there is no such child."""
    child = root.find(tag)
    return None if child is None else child.text or ""


def _children(fields: Fields) -> str:
    return "".join(_element(tag, value) for tag, value in fields.items())


def _element(tag: str, value: Value) -> str:
    if isinstance(value, str):
        inside = f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    elif isinstance(value, Mapping):
        inside = _children(value)
    elif not isinstance(value, int | float):
        return "".join(f"<{tag}>{_children(each)}</{tag}>" for each in value)
    else:
        inside = str(value)
    return f"<{tag}>{inside}</{tag}>"
