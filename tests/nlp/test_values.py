"""Numbers and dates as people write them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.values import day, decimal, integer

TODAY = date(2026, 11, 21)
"""A Saturday."""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("12", "12"),
        ("１２．５", "12.5"),
        ("1,234,567.5", "1234567.5"),
        ("１，２３４", "1234"),
        ("-3", "-3"),
        ("负三", "-3"),
        ("+7", "7"),
        (" 1 000 ", "1000"),
        ("零", "0"),
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("三十五", "35"),
        ("一百一十", "110"),
        ("三百五", "350"),
        ("三百零五", "305"),
        ("一千零五", "1005"),
        ("两千五", "2500"),
        ("三万五千", "35000"),
        ("两万八", "28000"),
        ("十五万", "150000"),
        ("1.2万", "12000"),
        ("1万2", "12000"),
        ("1万2千", "12000"),
        ("3万5000", "35000"),
        ("6000万", "60000000"),
        ("一千二百万", "12000000"),
        ("一亿三千万", "130000000"),
        ("三万亿", "3000000000000"),
        ("三点五", "3.5"),
        ("三点一四万", "31400"),
        ("二〇二六", "2026"),
        ("壹拾贰万叁仟元整", "123000"),
        ("35元", "35"),
        ("6万元", "60000"),
        ("￥88.8", "88.8"),
        ("共3个", "3"),
        ("5人", "5"),
    ],
)
def test_numbers_in_every_spelling(said: str, meant: str) -> None:
    assert decimal(said) == Decimal(meant)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "abc",
        "万",
        "十百",
        "百千",
        "1万25",
        "三三万万",
        "5²",
        "5%",
        "1e5",
        "nan",
        "1.2.3",
        "约三万",
        "3-5",
        "点五",
        "一万亿亿",
        "一" * 61,
    ],
)
def test_what_is_not_a_number_is_answered_with_an_example(said: str) -> None:
    with pytest.raises(ValueError, match="请填写"):
        decimal(said)


def test_a_fraction_is_not_a_whole_number() -> None:
    assert integer("12.0") == 12
    with pytest.raises(ValueError, match="整数"):
        integer("12.5")


@pytest.mark.parametrize("said", ["9" * 16, "一千万亿", "0." + "1" * 16])
def test_numbers_too_long_to_compute_with_are_refused(said: str) -> None:
    with pytest.raises(ValueError, match="15 位"):
        decimal(said)


def spelled(number: int) -> str:
    """A number in Chinese, as it is taught in school: an implementation of its own, from the other direction."""
    digits = "零一二三四五六七八九"
    if number == 0:
        return digits[0]

    def below_ten_thousand(part: int) -> str:
        out, gap = "", False
        for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // power % 10
            if digit:
                out += ("零" if gap and out else "") + digits[digit] + unit
                gap = False
            else:
                gap = True
        return out

    out, gap = "", False
    for power, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // power % (10**4)
        if part:
            out += ("零" if out and (gap or part < 1000) else "") + below_ten_thousand(part) + unit
            gap = False
        else:
            gap = bool(out)
    return out


@given(st.integers(0, 10**12 - 1))
def test_every_number_in_chinese_parses_back(number: int) -> None:
    text = spelled(number)
    assert integer(text) == number
    if text.startswith("一十"):
        assert integer(text[1:]) == number


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_number_with_thousands_separators_parses_back(number: int) -> None:
    assert integer(f"{number:,}") == number
    wide = str(number).translate({ord(c): ord(c) + 0xFEE0 for c in "-0123456789"})
    assert integer(wide) == number


@given(st.decimals(min_value=0, max_value=9999, places=2))
def test_every_amount_in_ten_thousands_parses_back(amount: Decimal) -> None:
    assert decimal(f"{amount}万") == amount * 10_000


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-13", "2026-11-13"),
        ("2026/1/3", "2026-01-03"),
        ("2026.11.13", "2026-11-13"),
        ("20261113", "2026-11-13"),
        ("２０２６年１１月１３日", "2026-11-13"),
        ("26年1月2日", "2026-01-02"),
        ("二〇二六年十一月十三日", "2026-11-13"),
        ("11月13日（周五）", "2026-11-13"),
        ("11月3号", "2026-11-03"),
        ("十一月三日", "2026-11-03"),
        ("11.13", "2026-11-13"),
        ("13号", "2026-11-13"),
        ("廿三号", "2026-11-23"),
        ("今天", "2026-11-21"),
        ("昨天", "2026-11-20"),
        ("前天", "2026-11-19"),
        ("大前天", "2026-11-18"),
        ("明天", "2026-11-22"),
        ("后天下午", "2026-11-23"),
        ("三天前", "2026-11-18"),
        ("10天后", "2026-12-01"),
        ("两周前", "2026-11-07"),
        ("周五", "2026-11-20"),
        ("星期一", "2026-11-16"),
        ("本周日", "2026-11-22"),
        ("上周五下午", "2026-11-13"),
        ("上个星期天", "2026-11-15"),
        ("上上周三", "2026-11-04"),
        ("下周一", "2026-11-23"),
        ("本月底", "2026-11-30"),
        ("月底", "2026-11-30"),
        ("上月末", "2026-10-31"),
        ("下个月初", "2026-12-01"),
        ("上月15号", "2026-10-15"),
        ("下个月3号", "2026-12-03"),
        ("年底", "2026-12-31"),
        ("去年12月31日", "2025-12-31"),
        ("明年3月1号", "2027-03-01"),
    ],
)
def test_dates_in_every_spelling(said: str, meant: str) -> None:
    assert day(said, TODAY).isoformat() == meant


def test_a_day_without_a_year_looks_across_new_year() -> None:
    assert day("12月28日", date(2027, 1, 5)) == date(2026, 12, 28)
    assert day("1月10日", date(2026, 12, 25)) == date(2027, 1, 10)
    assert day("3月5日", TODAY) == date(2026, 3, 5)
    assert day("上月31号", date(2026, 1, 15)) == date(2025, 12, 31)


@pytest.mark.parametrize("said", ["国庆期间", "2026年11月", "上个月", "去年", "春节", "周末", "最近"])
def test_a_vague_time_is_asked_for_the_day(said: str) -> None:
    with pytest.raises(ValueError, match="具体哪一天"):
        day(said, TODAY)


@pytest.mark.parametrize("said", ["2026-02-30", "2月30日", "2025年2月29日", "31号", "13月1日"])
def test_a_day_that_does_not_exist_is_said_so(said: str) -> None:
    with pytest.raises(ValueError, match=r"没有.*这一天"):
        day(said, TODAY)


@pytest.mark.parametrize("said", ["9999年1月1日", "0001-01-01", "99999999"])
def test_days_far_away_are_refused(said: str) -> None:
    with pytest.raises(ValueError, match="请核对"):
        day(said, TODAY)


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days, st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_date_with_its_year_parses_back(meant: date, today: date) -> None:
    digits = "〇一二三四五六七八九"
    year = "".join(digits[int(c)] for c in str(meant.year))
    for said in (
        meant.isoformat(),
        f"{meant:%Y%m%d}",
        f"{meant.year}年{meant.month}月{meant.day}日",
        f"{meant.year}/{meant.month}/{meant.day}",
        f"{meant.year}.{meant.month:02}.{meant.day:02}",
        f"{year}年{spelled(meant.month)}月{spelled(meant.day)}号",
        f" {meant.year} 年 {meant.month} 月 {meant.day} 日（星期{'一二三四五六日'[meant.weekday()]}）",
    ):
        assert day(said, today) == meant


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(-30, 30))
def test_every_date_nearby_parses_back_without_its_year(today: date, away: int) -> None:
    meant = today + timedelta(days=away)
    if (meant.month, meant.day) == (2, 29):
        return
    assert day(f"{meant.month}月{meant.day}日", today) == meant
    assert day(f"{meant.month}-{meant.day}", today) == meant
    assert day(f"{abs(away)}天{'前' if away < 0 else '后'}", today) == meant


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(-2, 2), st.integers(0, 6))
def test_weekday_words_count_from_monday(today: date, week: int, weekday: int) -> None:
    word = ("上上周", "上周", "本周", "下周", "下下周")[week + 2]
    monday = today - timedelta(days=today.weekday())
    assert day(f"{word}{'一二三四五六日'[weekday]}", today) == monday + timedelta(days=7 * week + weekday)


pieces = st.text() | st.text(
    st.sampled_from("0123456789０１２.,，-+/年月日号周上下个底初前后天零一二两三十百千万亿点元负（）")
)


@settings(max_examples=300)
@given(pieces, st.dates())
def test_any_text_gives_a_value_or_a_sentence(said: str, today: date) -> None:
    for read in (decimal, integer, lambda text: day(text, today)):
        try:
            read(said)
        except ValueError as error:
            assert any("\u4e00" <= character <= "\u9fff" for character in str(error)), error
