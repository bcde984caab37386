"""For every rule about replies, a bot that breaks just this rule."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from simulator.codec import sign
from simulator.config import Mode
from tests.simulator.world import AES_KEY, APPID, TOKEN, Answer, Heard

Say = Callable[[Heard], Answer | Awaitable[Answer]]
OTHER_KEY = "Z" * 43
ARTICLE = "<item><Title>标题</Title><Description>说明</Description><PicUrl/><Url>https://example.com/</Url></item>"


@dataclass(frozen=True)
class WrongReply:
    """A bot with one bad habit, and what the simulator is configured with to meet it."""

    say: Say
    changes: Mapping[str, Any] = field(default_factory=dict)


def wrong(say: Say, **changes: Any) -> WrongReply:
    """Short for the table."""
    return WrongReply(say, changes)


def sealed(payload: str, *, key: str = AES_KEY, appid: str = APPID) -> str:
    """A correct envelope, perhaps with another key or appid inside."""
    return str(WeChatCrypto(TOKEN, key, appid).encrypt_message(payload, "777", "1793600000"))


def raw(text: str) -> bytes:
    """What goes out as it is."""
    return text.encode()


def enveloped(encrypt: str, timestamp: str = "1793600000") -> bytes:
    """A signed envelope around anything."""
    signature = sign(TOKEN, timestamp, "777", encrypt)
    return (
        f"<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>777</Nonce></xml>"
    ).encode()


def short_length(heard: Heard) -> bytes:
    """An envelope whose length field promises more XML than there is."""
    payload = heard.text("短了").encode()
    plain = b"r" * 16 + (len(payload) + 5000).to_bytes(4, "big") + payload + APPID.encode()
    padding = 32 - len(plain) % 32
    cipher = PrpCrypto(base64.b64decode(AES_KEY + "=")).cipher
    return enveloped(base64.b64encode(cipher.encrypt(plain + bytes([padding]) * padding)).decode())


async def asleep(heard: Heard) -> Answer:
    """Later than the deadline."""
    await asyncio.sleep(0.3)
    return heard.text("太晚了")


def other_at_repeat(heard: Heard) -> Answer:
    """Answers a repeat with something else."""
    return heard.text(f"这是第{heard.number}次")


WRONG_REPLIES: Mapping[str, WrongReply] = {
    "answered": wrong(asleep, deadline=0.1),
    "status": wrong(lambda heard: web.Response(status=500, text="Internal Server Error")),
    "body": wrong(lambda heard: b'{"msg": "ok"}'),
    "utf-8": wrong(lambda heard: heard.text("中文").encode("gbk"), mode=Mode.PLAIN),
    "well-formed": wrong(lambda heard: raw(sealed(heard.text("好")) + "<more/>")),
    "encrypted": wrong(lambda heard: raw(heard.text("没有加密"))),
    "plain": wrong(lambda heard: raw(sealed(heard.text("加密了"))), mode=Mode.PLAIN),
    "envelope": wrong(lambda heard: raw(sealed(heard.text("好")).replace("Nonce", "None"))),
    "timestamp": wrong(lambda heard: enveloped("x", timestamp="1793600000.25")),
    "msg-signature": wrong(lambda heard: raw(sealed(heard.text("好")).replace("777", "778"))),
    "key": wrong(lambda heard: raw(sealed(heard.text("好"), key=OTHER_KEY))),
    "length": wrong(short_length),
    "appid": wrong(lambda heard: raw(sealed(heard.text("好"), appid="wxfedcba9876543210"))),
    "payload": wrong(lambda heard: heard.text("好") + "垃圾"),
    "to-user": wrong(lambda heard: heard.text("好", ToUserName="someone-else")),
    "from-user": wrong(lambda heard: heard.text("好", FromUserName=heard.openid)),
    "create-time": wrong(lambda heard: heard.text("好", CreateTime="1793600000123")),
    "msg-type": wrong(lambda heard: heard.text("好", MsgType="markdown")),
    "elements": wrong(lambda heard: heard.text("", Content="<![CDATA[a]]></Content><FuncFlag>1</FuncFlag><Content>b")),
    "text-empty": wrong(lambda heard: heard.text(" \n")),
    "text-bytes": wrong(lambda heard: heard.text("长" * 683)),
    "news": wrong(
        lambda heard: heard.reply("news", f"<ArticleCount>2</ArticleCount><Articles>{ARTICLE * 2}</Articles>")
    ),
    "media": wrong(lambda heard: heard.reply("image", "<Image><MediaId>never-uploaded</MediaId></Image>")),
    "characters": wrong(lambda heard: heard.text("半个字\ufffd")),
    "links": wrong(lambda heard: heard.text('看 <a href="https://example.com/')),
    "taps": wrong(lambda heard: heard.text('<a href="weixin://bizmsgmenu?msgmenucontent=&msgmenuid=1">一</a>')),
    "repeat": wrong(other_at_repeat),
}
