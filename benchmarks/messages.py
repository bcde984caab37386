"""Prepared callbacks: what WeChat would send, encrypted and signed ahead so that the load costs nothing."""

import base64
import hashlib
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from benchmarks.load import post
from benchmarks.servers import AES_KEY, APPID, TOKEN

_KEY = base64.b64decode(AES_KEY + "=")
_CIPHER = Cipher(AES(_KEY), CBC(_KEY[:16]))
_CHARACTERS = (
    "招标文件由名经办人全程负责评前没有复核改为两纪检个别拖延审批供应商多次催促后才理约谈提醒限期结警示教育与岗位轮换合每季度"
    "节车辆封存食堂采购验收周抽查总体平稳环需要关注希望委派指导领工项目部仓库钥匙合同签字台账登记"
)
_IDS = itertools.count(int(time.time() * 1000) * 1000)


def text_message(openid: str, text: str) -> bytes:
    """The XML of a text message with a MsgId of its own."""
    return (
        f"<xml><ToUserName><![CDATA[gh_benchmark]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{next(_IDS)}</MsgId></xml>"
    ).encode()


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def sealed(openid: str, text: str, path: str = "/wechat") -> bytes:
    """The whole HTTP request of a text message in safe mode."""
    xml = text_message(openid, text)
    plain = os.urandom(16) + len(xml).to_bytes(4, "big") + xml + APPID.encode()
    pad = 32 - len(plain) % 32
    encrypted = base64.b64encode(_CIPHER.encryptor().update(plain + bytes([pad]) * pad)).decode()
    timestamp, nonce = str(int(time.time())), str(next(_IDS))
    query = (
        f"signature={_signature(TOKEN, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}&openid={openid}"
        f"&encrypt_type=aes&msg_signature={_signature(TOKEN, timestamp, nonce, encrypted)}"
    )
    body = f"<xml><ToUserName><![CDATA[gh_benchmark]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return post(f"{path}?{query}", body.encode())


def plain(openid: str, text: str, path: str = "/wechat") -> bytes:
    """The whole HTTP request of a text message in plain mode."""
    timestamp, nonce = str(int(time.time())), str(next(_IDS))
    query = f"signature={_signature(TOKEN, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}&openid={openid}"
    return post(f"{path}?{query}", text_message(openid, text))


def rounds_of(people: int, script: Callable[[int], Sequence[str]], at_once: int = 0) -> Iterator[tuple[str, str]]:
    """(openid, text) of everybody's lines, as many for each: everybody's first comes before anybody's second, so that
    nobody overtakes himself. With `at_once` (more than the connections) so many people finish before others begin.
    """
    for first in range(0, people, at_once or people):
        group = {person: script(person) for person in range(first, min(first + (at_once or people), people))}
        for texts in zip(*group.values(), strict=True):
            for person, text in zip(group, texts, strict=True):
                yield f"bench-{person}", text


def words(person: int, place: int, length: int) -> str:
    """So many Chinese characters that this person says to a question, as nobody else does: no two are near-copies."""
    digest = hashlib.shake_128(f"{person} {place}".encode()).digest(length)
    return "".join(_CHARACTERS[byte % len(_CHARACTERS)] for byte in digest)
