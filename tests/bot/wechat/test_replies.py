"""A reply keeps its shape in the store and cannot break out of its XML."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.utils import to_text
from xmltodict import parse as parse_by_peer  # type: ignore[import-untyped]  # comes with wechatpy, which reads by it

from bot.wechat.elements import read_elements
from bot.wechat.replies import Page, Ready, cdata, from_json, render, to_json
from bot.wechat.wording import clean
from handlers.base import Image, News
from tests.bot.wechat.account import ACCOUNT, NOW, OPENID, inbound

ANY_TEXT = st.text(st.characters(), max_size=200) | st.sampled_from(
    ["]]>", "]]]]>>", "<![CDATA[", "]]>]]>", "</Content></xml>", "\x00\x0b", "\ud800", "\ufffe", "\r\n\r", "&lt;a&gt;"]
)
REPLIES: list[Ready] = [
    Page("好\n]]>"),
    Image("media-1"),
    News("题", "述", "https://example.com/?a=1&b=2", "https://example.com/p.png"),
]


@pytest.mark.parametrize("reply", [*REPLIES, None])
def test_a_kept_reply_comes_back_as_it_was(reply: Ready | None) -> None:
    assert from_json(to_json(reply)) == reply
    assert OPENID not in to_json(reply)


def test_the_kept_shape_is_the_agreed_one() -> None:
    assert json.loads(to_json(Page("好"))) == {"type": "text", "content": "好"}
    assert json.loads(to_json(None)) == {"type": "none"}
    assert json.loads(to_json(REPLIES[1])) == {"type": "image", "media_id": "media-1"}
    assert json.loads(to_json(REPLIES[2]))["type"] == "news"


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "null",
        "[]",
        "{}",
        "1",
        '{"type":"text"}',
        '{"type":"text","content":1}',
        '{"type":"none","content":"x"}',
        '{"type":"video"}',
        '{"type":"image","media_id":"a","extra":"b"}',
        '{"content":"x"}',
        "{",
    ],
)
def test_anything_else_is_no_kept_reply(kept: str) -> None:
    with pytest.raises(ValueError, match=r"kept reply|Expecting"):
        from_json(kept)


def test_a_text_is_written_as_wechat_wants_it() -> None:
    written = read_elements(render(Page("你好"), inbound(), NOW))
    assert written == {
        "ToUserName": OPENID,
        "FromUserName": ACCOUNT,
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": "你好",
    }


def test_an_image_and_an_article_are_written_as_wechat_wants_them() -> None:
    assert read_elements(render(Image("m]]>1"), inbound(), NOW))["Image"] == {"MediaId": "m]]>1"}
    article = read_elements(render(News("]]>题", "<述>", "https://example.com/?a=1&b=2"), inbound(), NOW))
    assert (article["MsgType"], article["ArticleCount"]) == ("news", "1")
    assert article["Articles"] == {
        "item": {"Title": "]]>题", "Description": "<述>", "PicUrl": "", "Url": "https://example.com/?a=1&b=2"}
    }


def test_a_forged_sender_cannot_open_an_element() -> None:
    written = read_elements(render(Page("好"), inbound("]]></ToUserName><MsgType>x</MsgType>"), NOW))
    assert written["ToUserName"] == "]]></ToUserName><MsgType>x</MsgType>"
    assert written["MsgType"] == "text"


@given(ANY_TEXT)
def test_no_text_breaks_out_of_its_element(text: str) -> None:
    xml = render(Page(text), inbound(), NOW)
    assert read_elements(xml)["Content"] == clean(text)
    assert set(read_elements(xml)) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


@given(ANY_TEXT)
def test_a_peers_parser_reads_the_same(text: str) -> None:
    xml = to_text(render(Page(f"x{text}x"), inbound(), NOW))
    assert parse_by_peer(xml, strip_whitespace=False)["xml"]["Content"] == clean(f"x{text}x")


@given(ANY_TEXT)
def test_cdata_holds_any_text(text: str) -> None:
    assert read_elements(f"<xml><a>{cdata(text)}</a></xml>".encode())["a"] == clean(text)
