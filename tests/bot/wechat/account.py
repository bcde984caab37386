"""One account's keys, callbacks as WeChat would post them, and its XML; shared by the tests of this directory."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.wechat.envelope import Keys, aes_key
from handlers.base import Inbound

TOKEN = "liangshan108"
APPID = "wx5823bf96d3bd56c7"
AES_TEXT = base64.b64encode(bytes(range(32))).decode().rstrip("=")
PREVIOUS_TEXT = base64.b64encode(bytes(range(64, 96))).decode().rstrip("=")
KEYS = Keys(TOKEN, APPID, aes_key(AES_TEXT), aes_key(PREVIOUS_TEXT))
NOW = 1_796_000_000
NONCE = "1320562132"
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"
ACCOUNT = "gh_0123456789ab"


@dataclass(frozen=True)
class Post:
    """A callback: the query of its URL and its body."""

    query: dict[str, str]
    body: bytes


def sign(*parts: str) -> str:
    """The platform's signature, written out once more."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def plain_query(timestamp: str = str(NOW), nonce: str = NONCE) -> dict[str, str]:
    """The query that every callback has."""
    return {"signature": sign(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "openid": OPENID}


def post_of(encrypted: str, timestamp: str = str(NOW), nonce: str = NONCE, extra: str = "") -> Post:
    """A safe-mode callback around this Encrypt, rightly signed whatever it is."""
    query = plain_query(timestamp, nonce) | {
        "encrypt_type": "aes",
        "msg_signature": sign(TOKEN, timestamp, nonce, encrypted),
    }
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{extra}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return Post(query, body.encode())


def message(kind: str, inner: str, message_id: str = "<MsgId>6054768590064713728</MsgId>", second: int = NOW) -> bytes:
    """The XML of a message or event with these elements."""
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>"
        f"<CreateTime>{second}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}{message_id}</xml>"
    ).encode()


def event(name: str, inner: str = "", second: int = NOW) -> bytes:
    """The XML of an event."""
    return message("event", f"<Event><![CDATA[{name}]]></Event>{inner}", "", second)


def inbound(openid: str = OPENID) -> Inbound:
    """What a reply is an answer to."""
    return Inbound(
        key="m:1", openid=openid, account=ACCOUNT, kind="text", created_at=datetime.fromtimestamp(NOW, UTC), text="菜单"
    )
