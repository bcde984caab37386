"""What people type stays theirs: no links, no broken XML, and a tap says what it should."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.wording import about_of, clean, harmless, link, page_link, tap_number

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=(\d+)">([^<]*)</a>')


def test_text_without_peculiarities_is_left_alone() -> None:
    text = "第三季度：3 > 2，A&B；“好”\t👨‍👩‍👧\n"
    assert harmless(text) == clean(text) == text


def test_characters_that_xml_lacks_are_left_out_and_line_ends_made_one() -> None:
    assert clean("a\x00b\x1fc\ud800d\ufffee\uffff\tf\r\ng\rh\n") == "abcde\tf\ng\nh\n"


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://evil.example">领奖</a>',
        "<A HREF='weixin://bizmsgmenu?msgmenucontent=提交&msgmenuid=1'>x</A>",
        "<\x00a href=x>y</a>",
        "&lt;a href=x&gt;y&lt;/a&gt;",
        "&LT;a href=x>y",
        "&#60;a href=x>",
        "&#x3C;a href=x>",
        "< a href=x>",
        "</a>",
    ],
)
def test_no_tag_survives_in_what_people_type(text: str) -> None:
    shown = harmless(text)
    assert "<" not in shown
    assert not re.search(r"&(lt|#)", shown, re.IGNORECASE)


def test_a_tap_shows_its_label_and_says_its_text() -> None:
    assert link("综合观察表", "综合观察表", 1) == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=综合观察表&msgmenuid=1">综合观察表</a>'
    )


@pytest.mark.parametrize(
    ("label", "says"), [("", "x"), (" \n", "x"), ("x", ""), ("x", " "), ("\x00", "x"), ("x", "\x00")]
)
def test_a_tap_with_nothing_to_show_or_to_say_is_none(label: str, says: str) -> None:
    assert link(label, says, 1) == ""


@given(label=st.text(min_size=1), says=st.text(min_size=1))
def test_any_tap_is_one_link_that_says_exactly_its_text(label: str, says: str) -> None:
    written = link(f"l{label}", f"s{says}", 7)
    found = LINK.fullmatch(written)
    assert found
    assert unquote(found[1]) == clean(f"s{says}")
    assert found[2] == "7"
    assert found[3] == harmless(f"l{label}").replace("\n", " ")


def test_a_link_to_a_page_of_ours() -> None:
    assert (
        page_link("从电脑上传", "https://a.example/upload/x-_y")
        == '<a href="https://a.example/upload/x-_y">从电脑上传</a>'
    )


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", 'https://a.example/"onclick="x', "https://a.example/ b", "http:"]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert page_link("从电脑上传", url) == ""


def test_the_label_of_a_page_link_cannot_end_it() -> None:
    assert page_link("</a><b>", "https://a.example/") == '<a href="https://a.example/">＜/a>＜b></a>'


@given(st.integers(0, 2000), st.integers(1, 999_999))
def test_a_tap_brings_back_what_it_is_about(number: int, about: int) -> None:
    assert about_of(str(tap_number(number + 1, about))) == about
    assert about_of(str(tap_number(number, 0))) == 0


@pytest.mark.parametrize("tap_id", ["", "3", "x1000001", "1000001\n", "-1000001", "１００００００１", "9" * 40])
def test_ids_that_are_none_of_ours_are_about_nothing(tap_id: str) -> None:
    assert about_of(tap_id) == 0


def test_nothing_typed_turns_round_what_stands_behind_it() -> None:
    assert harmless("建议\u202e31\u202c加菜\u2067\u2069") == "建议31加菜"
    assert clean("建议\u202e加菜") == "建议\u202e加菜", "XML knows it"
