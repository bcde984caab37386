"""The callback's envelope: checks who sent it and when, opens it and seals the reply.

WECHAT.md, section Callback, gives the algorithm; WeChat's own sample code, wechatpy and WeRoBot speak the
same.
"""

import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.elements import ElementsError, read_elements
from bot.wechat.limits import BODY_BYTES, MAX_AGE

_AES_TEXT = re.compile("[A-Za-z0-9+/]{43}")  # base64 without its "="
KEY_BYTES: Final = 32
BLOCK: Final = 32  # PKCS#7 to 32, though AES blocks are 16
RANDOM_BYTES: Final = 16
HEAD_BYTES: Final = RANDOM_BYTES + 4  # random, then the length of the XML, big endian
TIMESTAMP_DIGITS: Final = 10  # seconds since 1970 until the year 2286; one length, so that no digit can move elsewhere
_PADS: Final = tuple(bytes([count]) * count for count in range(BLOCK + 1))


class Mode(StrEnum):
    """How the account talks to us (QF_WECHAT_MODE). WeChat's compatible mode is read as safe mode."""

    SAFE = "safe"
    PLAIN = "plain"


class EnvelopeError(Exception):
    """A request that is not a callback of our account. `reason` is the label of the metric, `status` the
    HTTP answer.
    """

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def aes_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey as the platform's page shows it. Raises ValueError with a
    sentence.
    """
    if not _AES_TEXT.fullmatch(encoding_aes_key):
        raise ValueError("EncodingAESKey 应为 43 位字母和数字，请从公众平台的服务器配置页原样复制。")
    return binascii.a2b_base64(f"{encoding_aes_key}=")


class _Chain:
    """AES-CBC both ways with one key, by two contexts that never end: making one costs more than a message.

    CBC mixes a block with the ciphertext of the block before. So where the platform would begin again with the IV
    (key[:16]), going on changes nothing but the first block of a message: its 16 random bytes, which stay random
    and which nobody reads.
    """

    __slots__ = ("decrypt", "encrypt")

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(AES(key), CBC(key[:16]))
        self.encrypt = cipher.encryptor().update
        """Encrypts whole blocks."""
        self.decrypt = cipher.decryptor().update
        """Decrypts whole blocks; the first one comes out as other bytes than were sealed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What we share with WeChat. `previous` is the AES key before the last change, still accepted; both
    32 bytes.
    """

    token: str = field(repr=False)
    appid: str
    current: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)
    chains: Mapping[bytes, _Chain] = field(init=False, repr=False, compare=False)
    """By AES key, the current one first."""

    def __post_init__(self) -> None:
        keys = [self.current] if self.previous is None else [self.current, self.previous]
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("an AES key has 32 bytes")
        object.__setattr__(self, "chains", {key: _Chain(key) for key in keys})


@dataclass(frozen=True, slots=True)
class Opened:
    """The payload of a genuine callback. `key` is the AES key that opened it; None in plain mode."""

    xml: bytes = field(repr=False)
    key: bytes | None = field(repr=False)


def _signature(*parts: str) -> str:
    """SHA-1 as the platform defines it, in lower-case hexadecimal."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def _verify(claimed: str, *parts: str) -> None:
    expected = _signature(*parts)
    if not hmac.compare_digest(expected.encode(), claimed.encode("utf-8", "surrogatepass")):
        raise EnvelopeError("signature", 403)


def check_url(keys: Keys, query: Mapping[str, str]) -> str:
    """The `echostr` to answer to WeChat's GET check, as text/plain. Raises EnvelopeError; compares in
    constant time.
    """
    _verify(query.get("signature", ""), keys.token, query.get("timestamp", ""), query.get("nonce", ""))
    echo = query.get("echostr", "")
    if not echo:
        raise EnvelopeError("malformed", 400)
    return echo


def replay_name(query: Mapping[str, str]) -> str:
    """The name under which a callback's body digest is kept to notice the same nonce with another body; <
    60 characters.
    """
    said = f"{query.get('timestamp', '')}:{query.get('nonce', '')}".encode("utf-8", "surrogatepass")
    return f"nonce:{hashlib.blake2b(said, digest_size=20).hexdigest()}"


def body_digest(body: bytes) -> str:
    """40 characters that differ for different bodies."""
    return hashlib.blake2b(body, digest_size=20).hexdigest()


def open_envelope(
    keys: Keys, mode: Mode, query: Mapping[str, str], body: bytes, now: float, max_age: float = MAX_AGE
) -> Opened:
    """The payload of a callback, once its signature, its age and its addressee are right.

    `now` is seconds since 1970, `max_age` seconds either way. In safe mode a plain POST is refused, and
    nothing of the payload is parsed before the signature over it is verified. Raises EnvelopeError. Whether
    the nonce was seen before with another body is the caller's to ask (replay_name, body_digest): it needs
    a store.
    """
    if len(body) > BODY_BYTES:
        raise EnvelopeError("too_large", 413)
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if mode is Mode.PLAIN:
        _verify(query.get("signature", ""), keys.token, timestamp, nonce)
        _check_age(timestamp, now, max_age)
        return Opened(body, None)
    encrypted = _encrypted(body)
    _verify(query.get("msg_signature", ""), keys.token, timestamp, nonce, encrypted)
    _check_age(timestamp, now, max_age)
    return _decrypt(keys, encrypted)


def _check_age(timestamp: str, now: float, max_age: float) -> None:
    if len(timestamp) != TIMESTAMP_DIGITS or not timestamp.isascii() or not timestamp.isdigit():
        raise EnvelopeError("stale", 403)
    if abs(now - int(timestamp)) > max_age:
        raise EnvelopeError("stale", 403)


def _encrypted(body: bytes) -> str:
    """The text of `<Encrypt>` in the outer XML."""
    try:
        outer = read_elements(body)
    except ElementsError:
        raise EnvelopeError("malformed", 400) from None
    encrypted = outer.get("Encrypt")
    if encrypted is None:
        raise EnvelopeError("plain", 403)
    if not isinstance(encrypted, str):
        raise EnvelopeError("malformed", 400)
    return encrypted.strip()


def _decrypt(keys: Keys, encrypted: str) -> Opened:
    try:
        sealed = binascii.a2b_base64(encrypted, strict_mode=True)
    except ValueError:  # binascii.Error is one; so is a character outside ASCII
        raise EnvelopeError("malformed", 400) from None
    if not sealed or len(sealed) % RANDOM_BYTES:
        raise EnvelopeError("malformed", 400)
    appid = keys.appid.encode()
    foreign = False
    for key, chain in keys.chains.items():
        parts = _unpack(chain.decrypt(sealed))
        if parts is None:
            continue
        if parts[1] == appid:
            return Opened(parts[0], key)
        foreign = True
    raise EnvelopeError("appid" if foreign else "undecryptable", 403)


def _unpack(plain: bytes) -> tuple[bytes, bytes] | None:
    """(XML, appid) of a decrypted text, or None when padding or length are not what a right key gives."""
    count = plain[-1]
    if not 1 <= count <= BLOCK or not plain.endswith(_PADS[count]):
        return None
    end = len(plain) - count
    xml_end = HEAD_BYTES + int.from_bytes(plain[RANDOM_BYTES:HEAD_BYTES], "big")
    if xml_end > end:
        return None
    return plain[HEAD_BYTES:xml_end], plain[xml_end:end]


def seal(keys: Keys, key: bytes, xml: bytes, now: int, nonce: str, random16: bytes) -> bytes:
    """The reply's outer XML, encrypted with `key` (the one that opened the request) and signed.

    `now` is seconds since 1970, `nonce` letters and digits, `random16` 16 unpredictable bytes. Raises
    ValueError for another nonce or another number of bytes, KeyError for a key that is not of `keys`.
    """
    if len(random16) != RANDOM_BYTES or not nonce.isascii() or not nonce.isalnum():
        raise ValueError("seal needs 16 random bytes and a nonce of letters and digits")
    plain = b"".join((random16, len(xml).to_bytes(4, "big"), xml, keys.appid.encode()))
    plain += _PADS[BLOCK - len(plain) % BLOCK]
    encrypted = binascii.b2a_base64(keys.chains[key].encrypt(plain), newline=False).decode()
    signature = _signature(keys.token, str(now), nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{now}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()
