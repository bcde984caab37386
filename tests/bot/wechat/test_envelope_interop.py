"""Our envelope and those of wechatpy and WeRoBot open one another's messages."""

import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature
from werobot.crypto import MessageCrypt

from bot.wechat.elements import read_elements
from bot.wechat.envelope import Keys, Mode, check_url, open_envelope, seal
from tests.bot.wechat.account import ACCOUNT, AES_TEXT, APPID, KEYS, NONCE, NOW, PREVIOUS_TEXT, TOKEN, plain_query

Sealer = Callable[[str], str]
Opener = Callable[[str], str]

WECHATPY = WeChatCrypto(TOKEN, AES_TEXT, APPID)
WEROBOT = MessageCrypt(TOKEN, AES_TEXT, APPID)


def seal_by_wechatpy(xml: str) -> str:
    return str(WECHATPY.encrypt_message(xml, NONCE, str(NOW)))


def seal_by_werobot(xml: str) -> str:
    return str(WEROBOT.encrypt_message(xml, str(NOW), NONCE))


def open_by_wechatpy(sealed: str) -> str:
    signature = str(read_elements(sealed.encode())["MsgSignature"])
    return str(WECHATPY.decrypt_message(sealed, signature, str(NOW), NONCE))


def open_by_werobot(sealed: str) -> str:
    outer = read_elements(sealed.encode())
    xml: bytes = WEROBOT.decrypt_message(str(NOW), NONCE, outer["MsgSignature"], outer["Encrypt"])
    return xml.decode()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=500)


@pytest.mark.parametrize("theirs", [seal_by_wechatpy, seal_by_werobot])
@settings(max_examples=60)
@given(xml=TEXTS)
def test_we_open_what_others_seal(theirs: Sealer, xml: str) -> None:
    sealed = theirs(xml)
    outer = read_elements(sealed.encode())
    query = plain_query() | {"msg_signature": str(outer["MsgSignature"])}
    opened = open_envelope(KEYS, Mode.SAFE, query, sealed.encode(), NOW)
    assert (opened.xml.decode(), opened.key) == (xml, KEYS.current)


@pytest.mark.parametrize("theirs", [open_by_wechatpy, open_by_werobot])
@settings(max_examples=60)
@given(xml=TEXTS)
def test_others_open_what_we_seal(theirs: Opener, xml: str) -> None:
    sealed = seal(KEYS, KEYS.current, xml.encode(), NOW, NONCE, os.urandom(16))
    assert theirs(sealed.decode()) == xml


def test_a_callback_as_wechat_posts_it_opens() -> None:
    encrypted = WECHATPY.encrypt_message("<xml>好</xml>", NONCE, str(NOW))
    outer = read_elements(encrypted.encode())
    body = (
        f"<xml>\n    <ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>\n"
        f"    <Encrypt><![CDATA[{outer['Encrypt']}]]></Encrypt>\n</xml>\n"
    )
    query = plain_query() | {"encrypt_type": "aes", "msg_signature": str(outer["MsgSignature"])}
    assert open_envelope(KEYS, Mode.SAFE, query, body.encode(), NOW).xml.decode() == "<xml>好</xml>"


def test_a_peer_that_still_has_the_previous_key_is_served_with_it() -> None:
    old = WeChatCrypto(TOKEN, PREVIOUS_TEXT, APPID)
    sealed = str(old.encrypt_message("<xml/>", NONCE, str(NOW)))
    query = plain_query() | {"msg_signature": str(read_elements(sealed.encode())["MsgSignature"])}
    opened = open_envelope(KEYS, Mode.SAFE, query, sealed.encode(), NOW)
    assert opened.key is not None
    reply = seal(KEYS, opened.key, "<xml>好</xml>".encode(), NOW, NONCE, os.urandom(16)).decode()
    signature = read_elements(reply.encode())["MsgSignature"]
    assert old.decrypt_message(reply, signature, str(NOW), NONCE) == "<xml>好</xml>"


def test_the_url_check_agrees_with_wechatpy() -> None:
    query = plain_query() | {"echostr": "6"}
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    assert check_url(KEYS, query) == "6"


def test_an_appid_of_any_length_is_told_from_the_xml() -> None:
    keys = Keys(TOKEN, "w", KEYS.current)
    sealed = seal(keys, keys.current, b"<xml/>", NOW, NONCE, os.urandom(16)).decode()
    signature = read_elements(sealed.encode())["MsgSignature"]
    assert WeChatCrypto(TOKEN, AES_TEXT, "w").decrypt_message(sealed, signature, str(NOW), NONCE) == "<xml/>"
