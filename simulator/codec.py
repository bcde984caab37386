"""The platform's end of the envelope: wechatpy's own crypto, so that a second implementation checks ours."""

import base64
import binascii
from dataclasses import dataclass

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException
from wechatpy.utils import WeChatSigner

BLOCK = 32
"""Bytes to which WeChat pads (WECHAT.md, Callback)."""


class CodecError(ValueError):
    """What came back cannot be opened; `reason` is "key", "padding", "length" or "appid"."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def sign(*parts: str) -> str:
    """SHA-1 of the sorted parts, as hexadecimal digits: `signature` and `msg_signature`."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted payload with what signs it."""

    encrypt: str
    signature: str


class Codec:
    """Encrypts and opens payloads of one account."""

    def __init__(self, token: str, aes_key: str, appid: str) -> None:
        self._token = token
        self._appid = appid
        self._crypto = PrpCrypto(base64.b64decode(aes_key + "="))

    def seal(self, xml: bytes, timestamp: str, nonce: str) -> Sealed:
        """Encrypt a payload for the bot."""
        encrypt = self._crypto.encrypt(xml, self._appid).decode("ascii")
        return Sealed(encrypt, sign(self._token, timestamp, nonce, encrypt))

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The msg_signature that belongs to these parts."""
        return sign(self._token, timestamp, nonce, encrypt)

    def open(self, encrypt: str) -> str:
        """The XML inside; raises CodecError. Padding and length are checked here, for wechatpy does not."""
        try:
            plain: bytes = self._crypto.cipher.decrypt(base64.b64decode(encrypt, validate=True))
        except (binascii.Error, ValueError) as error:
            raise CodecError("key", f"cannot be decrypted: {error}") from error
        if not plain:
            raise CodecError("key", "nothing is encrypted")
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding or len(plain) % BLOCK:
            raise CodecError("padding", "not padded by PKCS#7 to 32 bytes, or encrypted with another key")
        length = int.from_bytes(plain[16:20], "big")
        if 20 + length + padding > len(plain):
            raise CodecError("length", f"says {length} bytes of XML, has {len(plain) - 20 - padding}")
        try:
            return str(self._crypto.decrypt(encrypt, self._appid))
        except InvalidAppIdException as error:
            raise CodecError("appid", f"carries {plain[20 + length : -padding]!r} as appid") from error
        except UnicodeDecodeError as error:
            raise CodecError("utf-8", str(error)) from error
