"""Texts made ready for classifying, and the way back to what the person wrote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.normalising import LONGEST, normalised
from tests.effort import grows_in_step


@pytest.mark.parametrize(
    ("written", "ready"),
    [
        ("紀(jì)檢", "纪检"),
        ("纪（jì）检监察", "纪检监察"),
        ("项目(app)上线", "项目(app)上线"),
        ("舉報工地偷工減料", "举报工地偷工减料"),
        ("乾隆年间的头髮和乾淨", "乾隆年间的头发和干净"),
        ("ＡＢＣ１２３，（全角）", "abc123,(全角)"),
        ("公\u200b车\ufeff私用\u2060", "公车私用"),
        ("回\u0000扣\u0007", "回扣"),
        ("太好了👍🏻👍🏻", "太好了👍"),
        ("a\ufe0f①㈱½", "a1(株)1⁄2"),
        ("急急急急急！！！！！！", "急急!"),
        ("一共1000000元，编号0007777", "一共1000000元,编号0007777"),
        ("哈哈哈哈哈", "哈哈"),
        ("食堂   太贵\t\t了", "食堂 太贵 了"),
        ("第一行\r\n\r\n第二行", "第一行\n第二行"),
        ("", ""),
    ],
)
def test_what_nobody_means_goes(written: str, ready: str) -> None:
    assert normalised(written).text == ready


def test_the_way_back_leads_to_the_persons_own_words() -> None:
    written = "反映：紀(jì)檢\u200b委　食堂！！！採購"
    ready = normalised(written)
    start = ready.text.index("采购")
    first, last = ready.original(start, start + 2)
    assert written[first:last] == "採購"
    start = ready.text.index("纪检委")
    first, last = ready.original(start, start + 3)
    assert written[first:last] == "紀(jì)檢\u200b委"


@settings(max_examples=300, database=None, deadline=None)
@given(
    st.text(st.characters(), max_size=60)
    | st.text(st.sampled_from("紀(jì)檢！a 1\u200b\u0301👍🏻食採①\n(（"), max_size=60)
)
def test_offsets_hold_for_any_text(written: str) -> None:
    ready = normalised(written)
    assert len(ready.offsets) == len(ready.text) + 1
    assert list(ready.offsets) == sorted(ready.offsets)
    assert all(0 <= place <= len(written) for place in ready.offsets)
    for place in range(len(ready.text)):
        first, last = ready.original(place, place + 1)
        assert first < last <= len(written)


@settings(max_examples=200, database=None, deadline=None)
@given(st.text(max_size=40))
def test_what_is_ready_stays_as_it_is(written: str) -> None:
    once = normalised(written).text
    twice = normalised(once).text
    assert normalised(twice).text == twice


def test_half_of_a_surrogate_pair_is_dropped() -> None:
    assert normalised("好\ud83d的").text == "好的"


@pytest.mark.parametrize("sign", ["a", "啊", "！", "\u200b", "(jì)", "\u0301", "½", "天(" + " " * 5_000])
def test_long_monotony_takes_little_time(sign: str) -> None:
    """In step with the length up to LONGEST, and no longer for what is beyond."""
    written = (sign * 100_000)[:100_000]
    assert len(normalised(written).text) <= LONGEST * 3
    assert grows_in_step(normalised, written[: LONGEST // 4], written)
