"""Checks of the replies to callbacks (WECHAT.md, Callback)."""

from http import HTTPStatus
from xml.etree.ElementTree import Element

from simulator import limits, text, xml
from simulator.answers import ENVELOPE, SUCCESS, Answer
from simulator.codec import CodecError

SECONDS_DIGITS = 10
"""Digits of epoch seconds until the year 2286; milliseconds have thirteen."""
HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType")
PARTS: dict[str, tuple[str, ...]] = {
    "text": ("Content",),
    "image": ("Image",),
    "voice": ("Voice",),
    "video": ("Video",),
    "music": ("Music",),
    "news": ("ArticleCount", "Articles"),
}
INSIDE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Image": (("MediaId",), ()),
    "Voice": (("MediaId",), ()),
    "Video": (("MediaId",), ("Title", "Description")),
    "Music": (("ThumbMediaId",), ("Title", "Description", "MusicUrl", "HQMusicUrl")),
    "item": (("Title", "Description", "PicUrl", "Url"), ()),
}
"""What must and what may stand inside the elements of a reply."""


def answered(answer: Answer) -> str | None:
    """Something came back in time."""
    return answer.failure or None


def status(answer: Answer) -> str | None:
    """The HTTP status is 200."""
    return None if answer.status == HTTPStatus.OK else f"HTTP {answer.status}"


def utf8(answer: Answer) -> str | None:
    """The body is UTF-8."""
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError as error:
        return str(error)
    return None


def body(answer: Answer) -> str | None:
    """Without XML, the body is `success` or empty."""
    if answer.silent or answer.body.lstrip().startswith(b"<"):
        return None
    return f"neither XML nor {SUCCESS.decode()} nor empty: {answer.body[:80]!r}"


def well_formed(answer: Answer) -> str | None:
    """One well-formed element and nothing after it."""
    try:
        root = answer.outer
    except xml.XmlError as error:
        return str(error)
    return None if root.tag == "xml" else f"the root is <{root.tag}>"


def encrypted(answer: Answer) -> str | None:
    """In safe mode the reply is encrypted."""
    if answer.codec is None or answer.envelope["Encrypt"]:
        return None
    return "no <Encrypt> in safe mode"


def plain(answer: Answer) -> str | None:
    """In plain mode it is not."""
    if answer.codec is None and answer.envelope["Encrypt"] is not None:
        return "<Encrypt> in plain mode"
    return None


def envelope(answer: Answer) -> str | None:
    """MsgSignature, TimeStamp and Nonce stand beside Encrypt, and nothing else."""
    if answer.codec is None:
        return None
    missing = [tag for tag, value in answer.envelope.items() if not value]
    if missing:
        return f"missing or empty: {', '.join(missing)}"
    strange = [child.tag for child in answer.outer if child.tag not in ENVELOPE]
    if strange or len(answer.outer) != len(ENVELOPE):
        return f"unexpected: {', '.join(strange) or 'an element twice'}"
    return None


def timestamp(answer: Answer) -> str | None:
    """TimeStamp is whole seconds."""
    return None if answer.codec is None else _seconds(answer.envelope["TimeStamp"])


def msg_signature(answer: Answer) -> str | None:
    """MsgSignature signs what is there."""
    if answer.codec is None:
        return None
    parts = answer.envelope
    right = answer.codec.signature(parts["TimeStamp"] or "", parts["Nonce"] or "", parts["Encrypt"] or "")
    return None if right == parts["MsgSignature"] else f"is {parts['MsgSignature']}, should be {right}"


def opens(answer: Answer, reasons: tuple[str, ...]) -> str | None:
    """Opening the envelope does not fail for one of these reasons."""
    try:
        _ = answer.opened
    except CodecError as error:
        return str(error) if error.reason in reasons else None
    return None


def key(answer: Answer) -> str | None:
    """Encrypted with the key of the request, padded by PKCS#7 to 32."""
    return opens(answer, ("key", "padding"))


def length(answer: Answer) -> str | None:
    """The length before the XML is right, and the XML is UTF-8."""
    return opens(answer, ("length", "utf-8"))


def appid(answer: Answer) -> str | None:
    """The appid at the end is the account's."""
    return opens(answer, ("appid",))


def payload(answer: Answer) -> str | None:
    """The payload is one well-formed element and nothing after it."""
    try:
        root = answer.payload
    except xml.XmlError as error:
        return str(error)
    return None if root.tag == "xml" else f"the root is <{root.tag}>"


def to_user(answer: Answer) -> str | None:
    """ToUserName is the person."""
    return _is(answer, "ToUserName", answer.openid)


def from_user(answer: Answer) -> str | None:
    """FromUserName is the account."""
    return _is(answer, "FromUserName", answer.platform.config.account_id)


def create_time(answer: Answer) -> str | None:
    """CreateTime is whole seconds."""
    return _seconds(xml.text_of(answer.payload, "CreateTime"))


def msg_type(answer: Answer) -> str | None:
    """MsgType is one that a passive reply may have."""
    return None if answer.type in limits.REPLY_TYPES else f"MsgType {answer.type!r}"


def elements(answer: Answer) -> str | None:
    """Exactly the elements of this type: more of them is how `]]>` in a text shows itself."""
    return _children(answer.payload, (*HEAD, *PARTS[answer.type]), ()) or _inside(answer.payload)


def text_empty(answer: Answer) -> str | None:
    """A text has content."""
    return None if answer.content.strip() else "Content is empty"


def text_bytes(answer: Answer) -> str | None:
    """A text is at most 2048 bytes."""
    size = len(answer.content.encode("utf-8"))
    return f"{size} bytes" if size > limits.TEXT_BYTES else None


def characters(answer: Answer) -> str | None:
    """No character and no emoji is cut."""
    return text.cut_character(answer.content)


def links(answer: Answer) -> str | None:
    """Every `<a>` is whole."""
    return "; ".join(answer.reading.broken_links) or None


def taps(answer: Answer) -> str | None:
    """Every bizmsgmenu link is well-formed."""
    return "; ".join(answer.reading.broken_taps) or None


def news(answer: Answer) -> str | None:
    """One article, and ArticleCount says so."""
    count = xml.text_of(answer.payload, "ArticleCount")
    items = answer.payload.findall("Articles/item")
    if count != str(len(items)) or len(items) != limits.NEWS_ARTICLES:
        return f"ArticleCount {count}, {len(items)} articles"
    return None if xml.text_of(items[0], "Title") else "an article without title"


def media(answer: Answer) -> str | None:
    """The medium is one that the account uploaded within three days."""
    for element in answer.payload.iter("MediaId"):
        if answer.platform.media.get(element.text or "", answer.platform.clock()) is None:
            return f"media_id {element.text!r}"
    return None


def repeat(answer: Answer) -> str | None:
    """A repeat gets the reply that the first request got."""
    different = [first for first in answer.earlier if first != answer.fingerprint]
    return f"first {different[0][:300]!r}, then {answer.fingerprint[:300]!r}" if different else None


def echo(answer: Answer) -> str | None:
    """The answer to the GET check is the echostr and nothing else; `earlier` holds the echostr."""
    if answer.failure or answer.status != HTTPStatus.OK:
        return answer.failure or f"HTTP {answer.status}"
    right = answer.earlier[0].encode()
    return None if answer.body == right else f"is {answer.body[:80]!r}, should be {right!r}"


def _seconds(value: str | None) -> str | None:
    right = value is not None and value.isascii() and value.isdigit() and len(value) <= SECONDS_DIGITS
    return None if right else f"{value!r} is not whole seconds"


def _is(answer: Answer, tag: str, right: str) -> str | None:
    value = xml.text_of(answer.payload, tag)
    return None if value == right else f"{tag} is {value!r}, should be {right!r}"


def _inside(payload_root: Element) -> str | None:
    for element in payload_root.iter():
        if element.tag in INSIDE:
            found = _children(element, *INSIDE[element.tag])
            if found:
                return f"in <{element.tag}> {found}"
    return None


def _children(element: Element, must: tuple[str, ...], may: tuple[str, ...]) -> str | None:
    tags = [child.tag for child in element]
    missing = [tag for tag in must if tag not in tags]
    strange = [tag for tag in tags if tag not in must and tag not in may]
    twice = sorted({tag for tag in tags if tags.count(tag) > 1})
    found = {"missing": missing, "unexpected": strange, "twice": twice}
    return "; ".join(f"{what}: {', '.join(which)}" for what, which in found.items() if which) or None
