"""Long replies become pages: bounded, complete, and cut where a reader does not stumble."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.wechat.elements import read_elements
from bot.wechat.graphemes import torn
from bot.wechat.limits import TEXT_BYTES
from bot.wechat.pagination import SMALLEST, TAIL, paginate
from bot.wechat.replies import Page, render
from bot.wechat.wording import harmless, link
from handlers.base import Link, Tap, Text, text
from tests.bot.wechat.account import NOW, inbound

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=[^"<>]+&msgmenuid=\d+">[^<]+</a>')


def joined(pages: list[str]) -> str:
    """The pages without the tails, one after the other."""
    assert all(page.endswith(TAIL) for page in pages[:-1])
    return "".join([page.removesuffix(TAIL) for page in pages[:-1]] + pages[-1:])


def written(reply: Text) -> str:
    """The whole reply in one string, for replies whose taps are short."""
    number = 0
    out = ""
    typed = ""
    for part in reply.parts:
        if isinstance(part, str):
            typed += part
        elif isinstance(part, Tap):
            number += 1
            out += harmless(typed) + link(part.label, part.content, number)
            typed = ""
    return (out + harmless(typed)).rstrip()


def test_a_short_reply_is_one_page() -> None:
    assert paginate(text("请选择：\n", Tap("综合观察表"), "\n", Tap("返回", "菜单"))) == [
        '请选择：\n<a href="weixin://bizmsgmenu?msgmenucontent=综合观察表&msgmenuid=1">综合观察表</a>\n'
        '<a href="weixin://bizmsgmenu?msgmenucontent=菜单&msgmenuid=2">返回</a>'
    ]


def test_a_link_to_a_page_is_written_whole_and_is_no_numbered_tap() -> None:
    url = "https://a.example/upload/" + "x" * 300
    assert paginate(text("传", Link("这里", url), Tap("完成"))) == [
        f'传<a href="{url}">这里</a><a href="weixin://bizmsgmenu?msgmenucontent=完成&msgmenuid=1">完成</a>'
    ]
    pages = paginate(text("好" * 600, Link("这里", url)))
    assert [page.count("<a href") - page.count(TAIL) for page in pages] == [0, 1]
    assert paginate(text("传", Link("这里", "no address"))) == ["传"]


def test_nothing_to_read_is_no_page() -> None:
    assert paginate(text()) == paginate(text("")) == paginate(text(" \n", "\x00")) == paginate(text(Tap(""))) == []


def test_a_full_page_is_one_and_a_byte_more_are_two() -> None:
    assert paginate(text("x" * TEXT_BYTES)) == ["x" * TEXT_BYTES]
    assert len(paginate(text("x" * (TEXT_BYTES + 1)))) == 2


def test_the_tail_is_a_tap_that_says_continue() -> None:
    first = paginate(text("好" * 1000))[0]
    assert first.endswith('\n<a href="weixin://bizmsgmenu?msgmenucontent=继续&msgmenuid=0">回复 继续 看下一页</a>')
    assert len(first.encode()) <= TEXT_BYTES


def test_pages_end_at_line_ends() -> None:
    lines = [f"{number}. 第{number}项观察内容，说明若干字\n" for number in range(200)]
    pages = paginate(text(*lines))
    assert len(pages) > 2
    assert all(page.removesuffix(TAIL).endswith("\n") for page in pages[:-1])
    assert joined(pages) == "".join(lines).rstrip()


def test_a_heading_and_a_question_stay_with_what_follows() -> None:
    """No page ends with a heading in 【】, nor between a line and the indented one below it."""
    lines = [f"【第 {number} 节】\n{number}. 问题\n　回答\n" for number in range(40)]
    for limit in range(300, 420, 7):
        for page in paginate(Text(("".join(lines),)), limit)[:-1]:
            assert page.removesuffix(TAIL).splitlines()[-1] == "　回答"


def test_a_paragraph_without_line_ends_is_cut_after_a_sentence() -> None:
    pages = paginate(text("这一段写得很长，没有换行。" * 100))
    assert all(page.removesuffix(TAIL).endswith("。") for page in pages)


def test_a_line_end_early_in_the_page_does_not_waste_it() -> None:
    first, *_ = paginate(text("题目\n" + "好" * 2000))
    assert len(first.encode()) > TEXT_BYTES - 8


def test_a_list_of_taps_is_cut_between_its_lines() -> None:
    parts: list[str | Tap] = []
    for number in range(1, 60):
        parts += [f"{number}. ", Tap(f"选项{number}：工程建设", str(number)), "\n"]
    pages = paginate(text(*parts))
    assert len(pages) > 2
    assert sum(len(LINK.findall(page)) for page in pages) == 59 + len(pages) - 1
    assert all(re.match(r"\d+\. <a ", page) for page in pages)


def test_taps_without_line_ends_are_not_torn() -> None:
    pages = paginate(text(*(Tap(f"选项{number}。") for number in range(100))))
    for page in pages:
        assert LINK.sub("", page).strip() == ""


@pytest.mark.parametrize("sign", ["👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "❤️", "e\u0301", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
@pytest.mark.parametrize("lead", ["", "x", "xx", "xxx"])
def test_signs_are_not_torn(sign: str, lead: str) -> None:
    pages = paginate(text(lead + sign * 700))
    assert joined(pages) == lead + sign * 700
    for page in pages[1:]:
        assert page.startswith(sign)


def test_a_tap_too_long_for_a_page_is_shown_as_text_with_a_short_tap() -> None:
    label = "很长的选项" * 400
    pages = paginate(text("请选择：", Tap(label, "3"), "完"))
    assert joined(pages) == f"请选择：{label} {link('3', '3', 1)}完"


def test_a_tap_that_says_too_much_is_shown_as_text() -> None:
    says = "说得太长" * 400
    assert joined(paginate(text("请选择：", Tap(says), "完"))) == f"请选择：{says} 完"
    assert joined(paginate(text(Tap("短", says)))) == "短"


def test_a_tap_without_label_shows_what_it_says() -> None:
    assert paginate(text(Tap("", "菜单"))) == [f" {link('菜单', '菜单', 1)}"]


def test_an_endless_sign_is_cut_between_characters() -> None:
    whole = "e" + "\u0301" * 5000
    assert joined(paginate(text(whole))) == whole


def test_a_link_hidden_in_the_seam_of_two_strings_is_found() -> None:
    assert paginate(text("<", "a href='https://evil.example'>x<", "/a>")) == ["＜a href='https://evil.example'>x＜/a>"]


def test_a_limit_too_small_for_the_tail_is_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        paginate(text("x"), SMALLEST - 1)


WORDS = st.sampled_from(
    [
        "]]>",
        "<a href='x'>",
        "</a>",
        "&lt;",
        "\x00",
        "�",
        "👨\u200d👩\u200d👧",
        "🇨🇳",
        "🇨",
        "\u200d",
        "́",
        "\n",
        "\r\n",
        "。",
        "观察" * 30,
        "x" * 50,
        " ",
        "👍🏽" * 9,
        "很长" * 400,
    ]
)
STRINGS = st.lists(WORDS | st.text(max_size=20), max_size=12).map("".join)
SHORT = st.text(max_size=8) | st.sampled_from(["A&B", '"', "100%", "选项 一", "a\nb", "<", "👨‍👩‍👧", ""])
PARTS = st.lists(STRINGS | st.builds(Tap, SHORT, SHORT), max_size=25)


def assert_pages_are_sound(pages: list[str], limit: int) -> None:
    for page in pages:
        assert 0 < len(page.encode()) <= limit
        assert read_elements(render(Page(page), inbound(), NOW))["Content"] == page
        assert "<" not in LINK.sub("", page)
        assert page.count("<a ") == page.count("</a>") == len(LINK.findall(page))


@settings(max_examples=150)
@given(parts=PARTS, limit=st.sampled_from([SMALLEST, 300, 517, TEXT_BYTES]))
@example(parts=["x" * 2048], limit=TEXT_BYTES)
@example(parts=[Tap("好"), "\u0301" * 300, Tap("好"), "\u0301"], limit=SMALLEST)
def test_any_reply_is_complete_bounded_and_harmless(parts: list[str | Tap], limit: int) -> None:
    reply = Text(tuple(parts))
    pages = paginate(reply, limit)
    assert_pages_are_sound(pages, limit)
    if all(isinstance(part, str) or (part.label.strip() and part.content.strip()) for part in parts):
        whole = written(reply)
        if all(link(part.label, part.content, 1) for part in parts if isinstance(part, Tap)):
            assert joined(pages) == whole if whole else pages == []


@settings(max_examples=60)
@given(parts=st.lists(st.builds(Tap, st.text(max_size=900), st.text(max_size=900)) | st.text(max_size=600), max_size=6))
def test_very_long_taps_lose_nothing_that_is_shown(parts: list[str | Tap]) -> None:
    pages = paginate(Text(tuple(parts)))
    assert_pages_are_sound(pages, TEXT_BYTES)
    shown = re.sub(r"<[^>]*>", "", joined(pages)) if pages else ""
    squeezed = "".join(shown.split())
    for part in parts:
        assert "".join(harmless(part if isinstance(part, str) else part.label).split()) in squeezed


@given(st.text(st.sampled_from("a好\n👍🏽🇨🇳\u200d\ufe0f\u0301。 👩"), min_size=400, max_size=1500))
def test_pages_meet_between_signs(body: str) -> None:
    pages = paginate(text(body), SMALLEST)
    whole = harmless(body).rstrip()
    at = 0
    for page, _ in pairwise(pages):
        at += len(page.removesuffix(TAIL))
        assert not torn(whole, at) or len(max(re.split(r"[a好\n。 ]", whole), key=len)) > 16
