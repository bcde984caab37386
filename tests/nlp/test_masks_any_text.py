"""Masking of any text: complete, idempotent, in order, and never slow."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.masks import Kind, find, masked
from tests.effort import grows_in_step

PIECES = st.sampled_from(
    [
        *(
            "张主任",
            "李总",
            "副经理赵强",
            "司机老刘",
            "欧阳明站长",
            "姓名：王小明",
            "本人叫陈静",
            "高处长",
            "王",
            "张",
            "主任",
        ),
        *("13800138000", "+86 138-0013-8000", "138", "8000", "0571-88888888转801", "010", "4111111111111111", "6222"),
        *(
            "330106199001011256",
            "33010619900101123X",
            "330106900101123",
            "京A12345",
            "浙AD12345",
            "a.b@c.com",
            "@",
            "*",
        ),
        *(
            "微信",
            "微信号：abc_12345",
            "QQ 123456",
            "1",
            "23",
            " ",
            "-",
            "，",
            "：",
            "万元",
            "说",
            "的",
            "A",
            "x",
            "\u200b",
            "１",
        ),
    ]
)


TEXTS = st.lists(PIECES, max_size=14).map("".join)


def valid_card(body: str) -> str:
    """A card number by GB 11643-1999, computed another way than in the code."""
    remainder = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(body)) % 11
    return body + "10X98765432"[remainder]


@settings(max_examples=200, database=None, deadline=None)
@given(
    st.sampled_from(["110105", "330106", "440305", "650102"]),
    st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1)),
    st.integers(0, 999),
)
def test_every_valid_card_is_found(area: str, born: date, order: int) -> None:
    number = valid_card(f"{area}{born:%Y%m%d}{order:03}")
    said = f"证件{number}号"
    assert [(piece.kind, said[piece.start : piece.end]) for piece in find(said)] == [(Kind.IDENTITY_CARD, number)]
    assert number[6:14] not in masked(number)


@settings(max_examples=400, database=None, deadline=None)
@given(TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    assert len(once) == len(text)


@settings(max_examples=300, database=None, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=60)))
def test_what_is_found_lies_in_order_and_apart(text: str) -> None:
    at = 0
    for one in find(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end


@settings(max_examples=300, database=None, deadline=None)
@given(TEXTS)
def test_each_kind_alone_is_idempotent_too(text: str) -> None:
    for kind in Kind:
        once = masked(text, frozenset({kind}))
        assert masked(once, frozenset({kind})) == once


HOSTILE = [
    *(
        "1",
        "13800138000 ",
        "1 ",
        "1-",
        "@",
        "a@",
        "a.",
        "张",
        "张主任",
        "主任张伟",
        "姓名：",
        "司机老",
        "微信",
        "qq1",
        "京A1",
    ),
    *(
        "0571-",
        "一",
        "+86",
        "*",
        "a",
        "3301061990",
        "(0571)",
        "主任",
        "张伟主任",
        "\u200b1",
        "4111 ",
        "京",
        "我叫张",
        "0",
        "1 3 8 1 2 3 4 5 6 7 8 ",
        "138 12 34 56 78 ",
        "86 1 3 8 ",
        "1  ",
        "1.",
        "QQ 12 34 ",
        "京A 1 ",
        "一 ",
        "张伟、",
        "经理张伟、李强、",
        "张(经理)",
        "(",
        "买买提·",
        "买买提·吐尔逊主任",
        "姓  ",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_ten_thousand_hostile_characters_take_linear_time(piece: str) -> None:
    """A quarter of a second at most on a quiet core; a quadratic search would take minutes."""
    text = (piece * 10_000)[:10_000]
    assert grows_in_step(masked, text[:2_500], text)
