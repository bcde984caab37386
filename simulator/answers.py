"""One answer of the bot to one callback, opened step by step while the rules look at it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from simulator import text, xml
from simulator.codec import Codec
from simulator.platform import Platform

SUCCESS = b"success"
ENVELOPE = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")


@dataclass(frozen=True)
class Answer:
    """What came back. `failure` is "" when something did; `seconds` is how long it took.

    The properties raise CodecError, XmlError or UnicodeDecodeError; the first rule that meets one reports it.
    """

    platform: Platform
    openid: str
    status: int | None
    body: bytes
    seconds: float
    failure: str
    earlier: tuple[str, ...] = ()
    """Fingerprints of the answers to the same message that came before."""

    @property
    def codec(self) -> Codec | None:
        """The codec in safe mode, None in plain mode."""
        return self.platform.codec

    @property
    def silent(self) -> bool:
        """Nothing to say: empty, or `success`."""
        return self.body in (b"", SUCCESS)

    @cached_property
    def outer(self) -> Element:
        """The root of what was on the wire."""
        return xml.parse(self.body)

    @cached_property
    def envelope(self) -> dict[str, str | None]:
        """The four elements of an encrypted reply."""
        return {tag: xml.text_of(self.outer, tag) for tag in ENVELOPE}

    @cached_property
    def opened(self) -> str:
        """The payload's XML: decrypted in safe mode, as it came in plain mode."""
        if self.codec is None:
            return self.body.decode("utf-8")
        return self.codec.open(self.envelope["Encrypt"] or "")

    @cached_property
    def payload(self) -> Element:
        """The root of the payload."""
        return self.outer if self.codec is None else xml.parse(self.opened)

    @cached_property
    def type(self) -> str:
        """MsgType, or ""."""
        return xml.text_of(self.payload, "MsgType") or ""

    @cached_property
    def content(self) -> str:
        """Content of a text, or ""."""
        return xml.text_of(self.payload, "Content") or ""

    @cached_property
    def reading(self) -> text.Reading:
        """The text as WeChat reads it."""
        return text.read(self.content)

    @cached_property
    def fingerprint(self) -> str:
        """What two answers to the same message must have in common: everything but CreateTime."""
        if self.silent:
            return "success"
        return _canonical(self.payload)

    def shown(self) -> dict[str, Any]:
        """The fields of the chat's line, after all rules have passed."""
        if self.type == "text":
            return text.body_of_text(self.content)
        if self.type == "news":
            return {"articles": [_article(item) for item in self.payload.iterfind("Articles/item")]}
        part = self.payload.find(self.type.capitalize())
        fields = {child.tag.lower(): child.text or "" for child in part} if part is not None else {}
        media_id = fields.pop("mediaid", "")
        return {**fields, **({"media_id": media_id, "url": f"/sim/media/{media_id}"} if media_id else {})}


def _article(item: Element) -> dict[str, str]:
    return {
        "title": xml.text_of(item, "Title") or "",
        "description": xml.text_of(item, "Description") or "",
        "url": xml.text_of(item, "Url") or "",
        "picture": xml.text_of(item, "PicUrl") or "",
    }


def _canonical(element: Element) -> str:
    children = "".join(sorted(_canonical(child) for child in element if child.tag != "CreateTime"))
    return f"<{element.tag}>{(element.text or '').strip()}{children}</{element.tag}>"
