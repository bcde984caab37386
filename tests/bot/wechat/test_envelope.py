"""The envelope lets in what WeChat signed for our account, and nothing else."""

import binascii
import os
import random
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.elements import read_elements
from bot.wechat.envelope import (
    EnvelopeError,
    Keys,
    Mode,
    Opened,
    aes_key,
    body_digest,
    check_url,
    open_envelope,
    replay_name,
    seal,
)
from bot.wechat.limits import BODY_BYTES
from tests.bot.wechat.account import (
    AES_TEXT,
    APPID,
    KEYS,
    NONCE,
    NOW,
    TOKEN,
    Post,
    message,
    plain_query,
    post_of,
    sign,
)

XML = message("text", "<Content><![CDATA[综合观察表]]></Content>")
REASONS = {"signature", "stale", "plain", "appid", "malformed", "too_large", "undecryptable"}


def encrypt(plain: bytes, key: bytes = KEYS.current) -> str:
    """AES-CBC of a text that is padded already, as base64."""
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return binascii.b2a_base64(encryptor.update(plain) + encryptor.finalize(), newline=False).decode()


def padded(content: bytes) -> bytes:
    """PKCS#7 to 32."""
    count = 32 - len(content) % 32
    return content + bytes([count]) * count


def inner(xml: bytes, appid: str = APPID, length: int | None = None) -> bytes:
    """Random bytes, length, XML and appid."""
    return os.urandom(16) + (len(xml) if length is None else length).to_bytes(4, "big") + xml + appid.encode()


def sealed(xml: bytes, keys: Keys = KEYS, key: bytes | None = None) -> Post:
    """A callback that carries `xml`, as WeChat would send it."""
    outer = read_elements(seal(keys, key or keys.current, xml, NOW, NONCE, os.urandom(16)))
    return post_of(str(outer["Encrypt"]))


def opened(post: Post, now: float = NOW, keys: Keys = KEYS, mode: Mode = Mode.SAFE) -> Opened:
    return open_envelope(keys, mode, post.query, post.body, now)


def refused(post: Post, now: float = NOW, keys: Keys = KEYS, mode: Mode = Mode.SAFE) -> tuple[str, int]:
    with pytest.raises(EnvelopeError) as caught:
        open_envelope(keys, mode, post.query, post.body, now)
    return caught.value.reason, caught.value.status


def test_what_is_sealed_opens_again() -> None:
    assert opened(sealed(XML)) == Opened(XML, KEYS.current)


def test_the_previous_key_opens_and_is_told_for_the_reply() -> None:
    assert KEYS.previous is not None
    earlier = Keys(TOKEN, APPID, KEYS.previous)
    post = sealed(XML, earlier)
    assert opened(post) == Opened(XML, KEYS.previous)
    outer = read_elements(seal(KEYS, KEYS.previous, b"<xml/>", NOW, NONCE, os.urandom(16)))
    assert opened(post_of(str(outer["Encrypt"])), keys=earlier).xml == b"<xml/>"


def test_a_key_that_is_neither_current_nor_previous_is_refused() -> None:
    assert refused(sealed(XML, Keys(TOKEN, APPID, os.urandom(32)))) == ("undecryptable", 403)


def test_one_message_after_another_is_opened_and_sealed() -> None:
    """The contexts go on from message to message (_Chain), also after one that was refused."""
    for count in range(20):
        xml = b"%d" % count * count
        assert opened(sealed(xml)) == Opened(xml, KEYS.current)
        assert refused(sealed(xml, Keys(TOKEN, APPID, os.urandom(32)))) == ("undecryptable", 403)


def test_the_same_reply_never_looks_the_same() -> None:
    """Its first block is random whatever went before, and with it all that follow."""
    replies = {seal(KEYS, KEYS.current, XML, NOW, NONCE, os.urandom(16)) for _ in range(50)}
    starts = {binascii.a2b_base64(str(read_elements(reply)["Encrypt"]))[:16] for reply in replies}
    assert len(starts) == 50


@pytest.mark.parametrize("size", range(70))
def test_every_padding_length_goes_through(size: int) -> None:
    assert opened(sealed(b"x" * size)).xml == b"x" * size


@pytest.mark.parametrize("part", ["msg_signature", "timestamp", "nonce"])
def test_a_changed_or_missing_query_is_a_wrong_signature(part: str) -> None:
    post = sealed(XML)
    changed = post.query[part][:-1] + ("1" if post.query[part][-1] != "1" else "2")
    assert refused(replace(post, query=post.query | {part: changed})) == ("signature", 403)
    absent = {name: value for name, value in post.query.items() if name != part}
    assert refused(replace(post, query=absent)) == ("signature", 403)


@pytest.mark.parametrize("claimed", ["", "é" * 40, "\ud800", "签名", "A" * 100_000])
def test_a_signature_that_is_no_hexadecimal_is_only_wrong(claimed: str) -> None:
    post = sealed(XML)
    assert refused(replace(post, query=post.query | {"msg_signature": claimed})) == ("signature", 403)
    assert refused(replace(post, query=post.query | {"nonce": claimed})) == ("signature", 403)


def test_a_signature_in_capitals_is_not_the_signature() -> None:
    post = sealed(XML)
    query = post.query | {"msg_signature": post.query["msg_signature"].upper()}
    assert refused(replace(post, query=query)) == ("signature", 403)


def test_the_plain_signature_does_not_open_safe_mode() -> None:
    post = sealed(XML)
    query = post.query | {"msg_signature": post.query["signature"]}
    assert refused(replace(post, query=query)) == ("signature", 403)


def test_another_body_under_the_same_signature_is_refused() -> None:
    assert refused(Post(sealed(XML).query, sealed(XML).body)) == ("signature", 403)


@pytest.mark.parametrize("now", [NOW + 601.0, NOW - 601.0, 0.0])
def test_a_stale_timestamp_is_refused_either_way(now: float) -> None:
    assert refused(sealed(XML), now) == ("stale", 403)
    assert refused(Post(plain_query(), XML), now, mode=Mode.PLAIN) == ("stale", 403)


@pytest.mark.parametrize("now", [NOW + 600.0, NOW - 600.0])
def test_the_allowed_age_is_inclusive(now: float) -> None:
    assert opened(sealed(XML), now).xml == XML


def test_the_age_is_a_setting() -> None:
    post = sealed(XML)
    with pytest.raises(EnvelopeError, match="stale"):
        open_envelope(KEYS, Mode.SAFE, post.query, post.body, NOW + 31, max_age=30)


@pytest.mark.parametrize(
    "timestamp", ["", "soon", "1e9", "-1796000000", "１７９６００００００", "1_796_000_0", " 1796000000", "17960000001"]
)
def test_a_timestamp_that_is_no_second_is_stale_though_signed(timestamp: str) -> None:
    outer = read_elements(sealed(XML).body)
    assert refused(post_of(str(outer["Encrypt"]), timestamp=timestamp)) == ("stale", 403)


def test_a_plain_post_in_safe_mode_is_refused_though_its_signature_is_right() -> None:
    assert refused(Post(plain_query(), XML)) == ("plain", 403)


def test_compatible_mode_is_read_as_safe_mode() -> None:
    outer = read_elements(sealed(XML).body)
    post = post_of(str(outer["Encrypt"]), extra="<FromUserName>oForged</FromUserName><MsgType>text</MsgType>")
    assert opened(post).xml == XML


def test_plain_mode_gives_the_body_and_no_key() -> None:
    assert opened(Post(plain_query(), XML), mode=Mode.PLAIN) == Opened(XML, None)
    assert refused(Post(plain_query() | {"nonce": "1"}, XML), mode=Mode.PLAIN) == ("signature", 403)


def test_another_appid_is_refused() -> None:
    assert refused(post_of(encrypt(padded(inner(XML, "wx0000000000000000"))))) == ("appid", 403)
    assert refused(post_of(encrypt(padded(inner(XML, ""))))) == ("appid", 403)
    assert refused(post_of(encrypt(padded(inner(XML, APPID + "x"))))) == ("appid", 403)


@pytest.mark.parametrize(
    "plain",
    [
        inner(XML).ljust(512, b"\x00"),
        inner(XML).ljust(512, b"\x21"),
        padded(inner(XML))[:-1] + b"\x02" if padded(inner(XML))[-2] != 2 else padded(inner(XML))[:-1] + b"\x03",
        padded(inner(XML, length=2**32 - 1)),
        padded(inner(XML, length=len(XML) + len(APPID) + 1)),
        bytes([32]) * 32,
        bytes([16]) * 16,
        bytes(16),
    ],
    ids=[
        "zeros",
        "pad 33",
        "uneven pad",
        "length 4 GiB",
        "length past the end",
        "only padding",
        "one block",
        "null block",
    ],
)
def test_bad_padding_or_length_is_refused(plain: bytes) -> None:
    assert refused(post_of(encrypt(plain))) == ("undecryptable", 403)


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "!",
        "abc",
        "YWJj",
        "密文",
        "A" * 43,
        "AAAA\nAAAA",
        "=" * 8,
        "AAAA====",
        binascii.b2a_base64(bytes(17)).decode(),
    ],
)
def test_what_is_no_ciphertext_is_malformed_though_signed(encrypted: str) -> None:
    assert refused(post_of(encrypted.strip())) == ("malformed", 400)


def bomb(count: int = 200_000) -> bytes:
    return b"<xml>" + b"<a/>" * count + b"</xml>"


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Encrypt>&c;</Encrypt></xml>'
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (bomb(), ("too_large", 413)),
        (b"<xml>" + b"x" * 10_000_000, ("too_large", 413)),
        (bomb(2000), ("malformed", 400)),
        (b"<xml>" + b"<a>" * 5000, ("malformed", 400)),
        (LAUGHS, ("malformed", 400)),
        (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><Encrypt>a</Encrypt></xml>', ("malformed", 400)),
        (
            b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Encrypt>&x;</Encrypt></xml>',
            ("malformed", 400),
        ),
        (b"<!DOCTYPE xml><xml><Encrypt>a</Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt>&undeclared;</Encrypt></xml>", ("malformed", 400)),
        (b"", ("malformed", 400)),
        (b"\x00", ("malformed", 400)),
        (b"{}", ("malformed", 400)),
        (random.Random(7).randbytes(4096), ("malformed", 400)),
        (b"<xml><Encrypt>\x00</Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt>\xed\xa0\x80</Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt>&#xD800;</Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt>\xff\xfe</Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt><a>b</a></Encrypt></xml>", ("malformed", 400)),
        (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", ("malformed", 400)),
        (b"<html><Encrypt>a</Encrypt></html>", ("malformed", 400)),
        ("<?xml version='1.0' encoding='gbk'?><xml><Encrypt>密</Encrypt></xml>".encode("gbk"), ("malformed", 400)),
        (b"<xml></xml>", ("plain", 403)),
        (b"<xml>success</xml>", ("plain", 403)),
    ],
)
def test_a_bad_body_is_refused_before_any_payload_is_read(body: bytes, expected: tuple[str, int]) -> None:
    assert refused(Post(sealed(XML).query, body)) == expected


def test_the_size_limit_is_exact() -> None:
    full = Post(plain_query(), b" " * BODY_BYTES)
    assert opened(full, mode=Mode.PLAIN).xml == full.body
    assert refused(replace(full, body=full.body + b" "), mode=Mode.PLAIN) == ("too_large", 413)


def test_the_url_check_echoes_what_was_signed() -> None:
    assert check_url(KEYS, plain_query() | {"echostr": "5837397571284098"}) == "5837397571284098"


def test_the_url_check_refuses_a_wrong_signature_and_a_missing_echo() -> None:
    for query, reason in [
        (plain_query() | {"echostr": "1", "nonce": "2"}, "signature"),
        ({"echostr": "1"}, "signature"),
        (plain_query(), "malformed"),
    ]:
        with pytest.raises(EnvelopeError, match=reason):
            check_url(KEYS, query)


def test_the_reply_is_signed_over_its_ciphertext() -> None:
    outer = read_elements(seal(KEYS, KEYS.current, XML, NOW, NONCE, os.urandom(16)))
    assert outer["MsgSignature"] == sign(TOKEN, str(NOW), NONCE, str(outer["Encrypt"]))
    assert (outer["TimeStamp"], outer["Nonce"]) == (str(NOW), NONCE)


@pytest.mark.parametrize(("nonce", "count"), [("]]>", 16), ("", 16), ("非", 16), (NONCE, 15), (NONCE, 17)])
def test_seal_takes_only_a_harmless_nonce_and_sixteen_bytes(nonce: str, count: int) -> None:
    with pytest.raises(ValueError, match="nonce"):
        seal(KEYS, KEYS.current, XML, NOW, nonce, bytes(count))


def test_the_replay_name_tells_nonces_and_seconds_apart() -> None:
    queries = [("1", "23"), ("12", "3"), ("123", ""), ("1", "24")]
    names = {replay_name({"timestamp": timestamp, "nonce": nonce}) for timestamp, nonce in queries}
    assert len(names) == len(queries)
    assert replay_name({"nonce": "\ud800" * 10_000}).isascii()
    assert all(len(name) < 60 for name in names)


def test_the_body_digest_tells_bodies_apart() -> None:
    assert body_digest(b"a") == body_digest(b"a") != body_digest(b"b")
    assert len(body_digest(os.urandom(1000))) == 40


@pytest.mark.parametrize("text", ["", "short", AES_TEXT + "=", AES_TEXT[:-1] + "!", AES_TEXT[:-1] + "密", " " * 43])
def test_a_wrong_aes_key_is_named_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        aes_key(text)


def test_keys_show_no_secret() -> None:
    shown = repr(KEYS)
    assert TOKEN not in shown
    assert repr(KEYS.current) not in shown
    assert repr(opened(sealed(XML))) == "Opened()"
    with pytest.raises(ValueError, match="32 bytes"):
        Keys(TOKEN, APPID, b"short")


@given(
    query=st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr"]), st.text()),
    body=st.binary(max_size=400)
    | st.text(max_size=300).map(lambda text: f"<xml><Encrypt>{text}</Encrypt></xml>".encode("utf-8", "surrogatepass")),
    mode=st.sampled_from(Mode),
)
def test_anything_from_outside_ends_in_an_envelope_error(query: dict[str, str], body: bytes, mode: Mode) -> None:
    with pytest.raises(EnvelopeError) as caught:
        open_envelope(KEYS, mode, query, body, NOW)
    assert caught.value.reason in REASONS
    with pytest.raises(EnvelopeError):
        check_url(KEYS, query)


@given(
    encrypted=st.text(max_size=100)
    | st.binary(max_size=200).map(lambda raw: binascii.b2a_base64(raw, newline=False).decode())
)
def test_rightly_signed_rubbish_ends_in_an_envelope_error(encrypted: str) -> None:
    text = "".join(
        sign for sign in encrypted if sign >= " " and sign not in "]<&" and not "\ud800" <= sign <= "\udfff"
    ).strip()
    with pytest.raises(EnvelopeError):
        opened(post_of(text))


@given(plain=st.binary(min_size=1, max_size=160))
def test_rightly_encrypted_rubbish_ends_in_an_envelope_error(plain: bytes) -> None:
    with pytest.raises(EnvelopeError):
        opened(post_of(encrypt(padded(plain))))


@given(xml=st.binary(max_size=3000), random16=st.binary(min_size=16, max_size=16))
def test_any_payload_survives_the_way_there_and_back(xml: bytes, random16: bytes) -> None:
    outer = read_elements(seal(KEYS, KEYS.current, xml, NOW, NONCE, random16))
    assert opened(post_of(str(outer["Encrypt"]))) == Opened(xml, KEYS.current)
