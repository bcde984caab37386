"""One reply as it is kept under a message key, and as the XML that WeChat is answered."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from bot.wechat.wording import clean
from handlers.base import Image, Inbound, News

SUCCESS: Final = b"success"
"""The body, never encrypted, that says: nothing to say (WECHAT.md, section Callback)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text reply that is ready to be sent: at most TEXT_BYTES, taps written as links (see
    pagination.paginate).
    """

    content: str


Ready: TypeAlias = Page | Image | News
"""What `render` can write. A turn that has nothing to say keeps None, and WeChat gets SUCCESS."""


def to_json(reply: Ready | None) -> str:
    """The reply as it is kept under the message key: no openid, no time."""
    return orjson.dumps(_shape(reply)).decode()


def _shape(reply: Ready | None) -> dict[str, str]:
    if isinstance(reply, Page):
        return {"type": "text", "content": reply.content}
    if isinstance(reply, Image):
        return {"type": "image", "media_id": reply.media_id}
    if isinstance(reply, News):
        return {
            "type": "news",
            "title": reply.title,
            "description": reply.description,
            "url": reply.url,
            "picture": reply.picture,
        }
    return {"type": "none"}


def from_json(kept: str) -> Ready | None:
    """The reply that `to_json` wrote. Raises ValueError for anything else."""
    try:
        shape = orjson.loads(kept)
    except orjson.JSONDecodeError:
        raise ValueError("not a kept reply") from None
    if not isinstance(shape, dict) or not all(isinstance(value, str) for value in shape.values()):
        raise ValueError("not a kept reply")
    kind = shape.pop("type", None)
    try:
        if kind == "text":
            return Page(**shape)
        if kind == "image":
            return Image(**shape)
        if kind == "news":
            return News(**shape)
    except TypeError:
        raise ValueError(f"not a kept reply of type {kind}") from None
    if kind == "none" and not shape:
        return None
    raise ValueError("not a kept reply")


def cdata(text: str) -> str:
    """`text` as CDATA sections; `]]>` is split across two, characters that XML does not know are left out."""
    return f"<![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def render(reply: Ready, inbound: Inbound, now: int) -> bytes:
    """The inner XML of the reply to `inbound`; `now` is seconds since 1970."""
    if isinstance(reply, Page):
        kind, body = "text", f"<Content>{cdata(reply.content)}</Content>"
    elif isinstance(reply, Image):
        kind, body = "image", f"<Image><MediaId>{cdata(reply.media_id)}</MediaId></Image>"
    else:
        kind, body = "news", _article(reply)
    return (
        f"<xml><ToUserName>{cdata(inbound.openid)}</ToUserName><FromUserName>{cdata(inbound.account)}</FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{body}</xml>"
    ).encode()


def _article(news: News) -> str:
    """One article: more are not shown after a person's message (WECHAT.md, section Callback)."""
    return (
        f"<ArticleCount>1</ArticleCount><Articles><item><Title>{cdata(news.title)}</Title>"
        f"<Description>{cdata(news.description)}</Description><PicUrl>{cdata(news.picture)}</PicUrl>"
        f"<Url>{cdata(news.url)}</Url></item></Articles>"
    )
