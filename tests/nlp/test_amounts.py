"""Amounts as people say them: about, more than, halves, shares; what is no single number is asked for."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.amounts import Amount, amount
from tests.nlp.test_values import spelled


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("12", "12"),
        ("三万五千", "35000"),
        ("两万八", "28000"),
        ("一百零五", "105"),
        ("1.2万", "12000"),
        ("3.5亿", "350000000"),
        ("百万", "1000000"),
        ("1.2w", "12000"),
        ("5K", "5000"),
        ("3W元", "30000"),
        ("两千万", "20000000"),
        ("三个亿", "300000000"),
        ("半个亿", "50000000"),
        ("廿三", "23"),
        ("卅", "30"),
        ("１２３", "123"),
        ("12\u200b3", "123"),
        ("\u202e12", "12"),
        ("1,234.5", "1234.5"),
        ("12 345.6", "12345.6"),
        ("3 万", "30000"),
        (".5", "0.5"),
        ("-3", "-3"),
        ("负三人", "-3"),
        ("零", "0"),
        ("〇", "0"),
        ("一共3个", "3"),
        ("有3个吧", "3"),
        ("是 20 人。", "20"),
        ("两万半", "25000"),
        ("一个半", "1.5"),
        ("半个", "0.5"),
        ("两年半", "2.5"),
        ("三块五", "3.5"),
        ("3元5角6分", "3.56"),
        ("五毛", "0.5"),
        ("壹拾贰万叁仟元整", "123000"),
        ("2026年", "2026"),
        ("20人次", "20"),
    ],
)
def test_exact_numbers(said: str, meant: str) -> None:
    found = amount(said)
    assert (found.number, found.said) == (Decimal(meant), "")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("6000余万元", "60000000"),
        ("近百万", "1000000"),
        ("约三百", "300"),
        ("大概5个左右吧", "5"),
        ("二十多人", "20"),
        ("十来个", "10"),
        ("十几个", "10"),
        ("一万多", "10000"),
        ("3万多元", "30000"),
        ("上千", "1000"),
        ("上千万", "10000000"),
        ("千余人", "1000"),
        ("一千八百多万", "18000000"),
        ("不到一百", "100"),
        ("5000元左右", "5000"),
        ("100人以上", "100"),
        ("30多%", "30"),
        ("百分之三十左右", "30"),
        ("三成多", "30"),
        ("过半", "50"),
    ],
)
def test_about_so_much_keeps_what_was_said(said: str, meant: str) -> None:
    found = amount(said)
    assert (found.number, found.said) == (Decimal(meant), said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("30%", "30"),
        ("３０％", "30"),
        ("百分之三十", "30"),
        ("百分之百", "100"),
        ("五成", "50"),
        ("七成五", "75"),
        ("两成半", "25"),
        ("一半", "50"),
        ("千分之五", "0.5"),
        ("5个百分点", "5"),
    ],
)
def test_shares(said: str, meant: str) -> None:
    found = amount(said)
    assert (found.number, found.unit) == (Decimal(meant), "%")


@pytest.mark.parametrize(
    ("said", "unit", "scaled"),
    [("3500元", "元", False), ("35万", "", True), ("35万元", "元", True), ("6块钱", "元", False), ("8人", "人", False)],
)
def test_the_unit_that_was_said(said: str, unit: str, scaled: bool) -> None:
    found = amount(said)
    assert (found.unit, found.scaled) == (unit, scaled)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("3-5个", "例如 3个 或 5个"),
        ("10～20", "例如 10 或 20"),
        ("3到5万", "例如 3万 或 5万"),
        ("3%-5%", "例如 3% 或 5%"),
        ("七八个", "例如 7 或 8"),
        ("两三百", "例如 200 或 300"),
        ("十七八个", "例如 17 或 18"),
        ("3 5", "只填一个数字"),
        ("1 2 3", "只填一个数字"),
        ("几十", "具体的数字"),
        ("好几万", "具体的数字"),
        ("很多", "具体的数字"),
        ("11月3日", "像是日期"),
        ("2026-11-13", "像是日期"),
        ("昨天", "像是日期"),
        ("15:30", "像是时间"),
        ("1，234，56", "逗号的位置"),
        ("1,0000", "逗号的位置"),
        ("3万美元", "折算成人民币"),
        ("9" * 16, "15 位"),
        ("1" + "0" * 30, "15 位"),
        ("一千万亿", "15 位"),
    ],
)
def test_what_is_no_single_number_says_what_to_write(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        amount(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "abc",
        "万",
        "半",
        "半半",
        "多",
        "约",
        "-",
        "1e5",
        "NaN",
        "∞",
        "inf",
        "٣",
        "Ⅲ",
        "5²",
        "3人5次",
        "8" * 61,
        "🙂",
    ],
)
def test_what_is_no_number_is_answered_with_an_example(said: str) -> None:
    with pytest.raises(ValueError, match=r"没看懂这个数字.*例如"):
        amount(said)


@settings(max_examples=60)
@given(st.integers(0, 10**8))
def test_every_number_in_chinese_is_exact(number: int) -> None:
    assert amount(spelled(number)) == Amount(Decimal(number), scaled=number >= 10_000)
    assert amount(f"约{spelled(number)}个").number == number


@settings(max_examples=60)
@given(
    st.text(max_size=12)
    | st.text(
        st.sampled_from("0123456789.,-%０１零一二三十百千万亿半两几余多来约近上成元块角分个人到至不 "), max_size=12
    )
)
def test_any_text_gives_a_number_or_a_sentence(said: str) -> None:
    try:
        found = amount(said)
    except ValueError as error:
        assert "请" in str(error)
    else:
        assert found.number.is_finite()
