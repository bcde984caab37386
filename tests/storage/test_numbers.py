"""Numbers of sheets and messages: made, checked, read back as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.numbers import NumberPrefix, make_number, parse_number, prefix_of


def test_a_number_has_prefix_year_serial_and_check_digit() -> None:
    assert make_number(2026, 17) == "GC26-0000179"


def test_the_serial_grows_beyond_six_digits() -> None:
    assert parse_number(make_number(2026, 12_345_678)) == make_number(2026, 12_345_678)


@pytest.mark.parametrize(
    "typed",
    [
        "GC26-0000179",
        "gc26-0000179",
        "GC260000179",
        "26-0000179",
        "260000179",
        " GC26 - 0000 179 ",
        "ＧＣ２６－００００１７９",
        "GC26—0000179。",
        "「GC26–0000179」",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert parse_number(typed) == "GC26-0000179"


@pytest.mark.parametrize("typed", ["YJ26-0000179", "yj260000179", "ＹＪ２６－００００１７９。"])
def test_a_number_of_a_message_keeps_its_prefix(typed: str) -> None:
    assert parse_number(typed) == make_number(2026, 17, NumberPrefix.MESSAGE) == "YJ26-0000179"


def test_a_number_says_what_it_is_of() -> None:
    assert [prefix_of(make_number(2026, 1, prefix)) for prefix in NumberPrefix] == list(NumberPrefix)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "YJ26-0000178",
        "GCYJ26-0000179",
        "YJ",
        "GC26-0000178",
        "GC26-179",
        "GC",
        "你好",
        "GC26-00001790",
        "٢٦٠٠٠٠١٧٩",
        "9" * 99,
    ],
)
def test_what_is_no_number_gives_none(typed: str) -> None:
    assert parse_number(typed) is None


@given(st.integers(2020, 2099), st.integers(1, 10**8), st.sampled_from(NumberPrefix))
def test_every_number_is_read_back(year: int, serial: int, prefix: NumberPrefix) -> None:
    number = make_number(year, serial, prefix)
    assert parse_number(number) == number


@given(st.integers(1, 999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(serial: int, place: int, more: int) -> None:
    digits = make_number(2026, serial)[2:].replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert parse_number(wrong) is None


@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    found = parse_number(text)
    assert found is None or parse_number(found) == found
