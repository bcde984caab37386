"""A cut never tears what a reader sees as one sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.graphemes import LONGEST, boundary, torn

WHOLE = [
    "👨‍👩‍👧‍👦",
    "🏳️‍🌈",
    "👍🏽",
    "❤️",
    "1️⃣",
    "🇨🇳",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "e\u0301\u0323",
    "한",
    "\u1112\u1161\u11ab",
    "\r\n",
    "क्‍ष",
    "👩🏽‍❤️‍💋‍👨🏼",
]


@pytest.mark.parametrize("sign", WHOLE)
def test_a_sign_is_whole(sign: str) -> None:
    text = f"好{sign}好"
    assert [index for index in range(len(text) + 1) if not torn(text, index)] == [0, 1, 1 + len(sign), len(text)]


def test_flags_are_cut_between_pairs() -> None:
    text = "🇨🇳🇫🇷🇩🇪"
    assert [index for index in range(7) if not torn(text, index)] == [0, 2, 4, 6]
    assert [index for index in range(1, 8) if not torn("好" + text, index)] == [1, 3, 5, 7]


def test_common_text_may_be_cut_anywhere() -> None:
    text = "观察表 abc，1\n\t。"
    assert not any(torn(text, index) for index in range(len(text) + 1))


def test_a_mark_after_a_line_end_belongs_to_no_one() -> None:
    assert not torn("\n\u0301", 1)


def test_the_boundary_is_before_the_sign_that_would_be_torn() -> None:
    text = "好👨‍👩‍👧好"
    assert [boundary(text, index, 0) for index in range(len(text) + 1)] == [0, 1, 1, 1, 1, 1, 6, 7]


def test_the_boundary_stops_at_the_floor_and_gives_up_on_endless_signs() -> None:
    assert boundary("e" + "\u0301" * 10, 5, 3) == 3
    endless = "e" + "\u0301" * 500
    assert boundary(endless, 400, 0) == 400
    assert boundary(endless, LONGEST, 0) == 0


@given(st.text(st.sampled_from("a好\n👍🏽🇨🇳\u200d\ufe0f\u0301 👩"), max_size=80), st.data())
def test_the_boundary_is_never_after_the_index_nor_before_the_floor(text: str, data: st.DataObject) -> None:
    floor = data.draw(st.integers(0, len(text)))
    index = data.draw(st.integers(floor, len(text)))
    place = boundary(text, index, floor)
    assert floor <= place <= index
    assert place in (floor, index) or not torn(text, place)
