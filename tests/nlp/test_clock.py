"""Times of the day, and moments: a day and a time together."""

from datetime import datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.clock import clock
from nlp.coordinates import coordinates
from nlp.moments import moment

NOW = datetime(2026, 11, 21, 20, 30, 15, tzinfo=timezone(timedelta(hours=8)))
"""A Saturday evening."""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("下午三点半", "15:30"),
        ("15:30", "15:30"),
        ("１５：３０", "15:30"),
        ("1530", "15:30"),
        ("早上8点", "08:00"),
        ("晚上九点一刻", "21:15"),
        ("15点三刻", "15:45"),
        ("差五分九点", "08:55"),
        ("九点差五分", "08:55"),
        ("八点零五", "08:05"),
        ("8时30分", "08:30"),
        ("8:30:15", "08:30:15"),
        ("下午 3 点 20 分", "15:20"),
        ("03:30", "03:30"),
        ("7点", "07:00"),
        ("12点", "12:00"),
        ("中午12点", "12:00"),
        ("中午一点", "13:00"),
        ("凌晨12点", "00:00"),
        ("晚上12点", "00:00"),
        ("24:00", "00:00"),
        ("零点", "00:00"),
        ("半夜两点", "02:00"),
        ("下午15点", "15:00"),
        ("3pm", "15:00"),
        ("12 a.m.", "00:00"),
        ("晚8点", "20:00"),
        ("现在", "20:30"),
    ],
)
def test_times_in_every_spelling(said: str, meant: str) -> None:
    assert clock(said, NOW).time == time.fromisoformat(meant)


def test_about_a_time_keeps_what_was_said() -> None:
    assert clock("下午三点左右", NOW).said == "下午三点左右"
    assert clock("下午三点", NOW).said == ""


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("3点", "上午还是下午.*凌晨3:00 或 15:00"),
        ("3:30", "上午还是下午"),
        ("6点半", "早上6:30 或 18:30"),
        ("下午", "几点？例如 下午3点"),
        ("晚上8点多", "几点？例如 晚上8点"),
        ("25:00", "没有25:00这个时间"),
        ("8点60分", "没有8点60分"),
        ("上午15点", "没有上午15点"),
        ("-1点", "没看懂"),
        ("abc", "没看懂"),
        ("", "没看懂"),
        ("点" * 61, "没看懂"),
    ],
)
def test_what_is_no_time_says_what_to_write(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        clock(said, NOW)


@settings(max_examples=40)
@given(st.times())
def test_every_minute_parses_back(at: time) -> None:
    meant = at.replace(second=0, microsecond=0)
    assert clock(f"{meant:%H:%M}", NOW).time == meant
    period = "凌晨" if meant.hour < 5 else "上午" if meant.hour < 12 else "下午" if meant.hour < 18 else "晚上"
    assert clock(f"{period}{meant.hour % 12 or 12}点{meant.minute}分", NOW).time == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("昨天下午3点", "2026-11-20T15:00"),
        ("昨晚8点", "2026-11-20T20:00"),
        ("昨天晚上12点", "2026-11-21T00:00"),
        ("昨晚两点", "2026-11-21T02:00"),
        ("11月3日15:30", "2026-11-03T15:30"),
        ("11月3日 下午 3 点 20 分", "2026-11-03T15:20"),
        ("11-13 8点", "2026-11-13T08:00"),
        ("2026-11-13T15:30", "2026-11-13T15:30"),
        ("2026-11-13 15:30:20", "2026-11-13T15:30:20"),
        ("上周五上午9点半", "2026-11-13T09:30"),
        ("下午3点", "2026-11-21T15:00"),
        ("刚才", "2026-11-21T20:30"),
    ],
)
def test_moments_in_every_spelling(said: str, meant: str) -> None:
    assert moment(said, NOW).at == datetime.fromisoformat(f"{meant}+08:00")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("昨天", "几点，例如 昨天下午3点"),
        ("11月3号下午", "例如 11月3号下午3点"),
        ("国庆期间下午3点", "哪一天"),
        ("昨天3点", "上午还是下午"),
        ("abc", "没看懂"),
    ],
)
def test_half_a_moment_is_asked_for_the_rest(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        moment(said, NOW)


@settings(max_examples=60)
@given(
    st.text(max_size=15)
    | st.text(st.sampled_from("0123456789:：点时分半刻整差上下午早晚昨今天月日号 T-pm"), max_size=15)
)
def test_any_text_gives_a_time_or_a_sentence(said: str) -> None:
    for read in (clock, moment):
        try:
            read(said, NOW)
        except ValueError as error:
            assert "请" in str(error) or "要" in str(error), error


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("39.9,116.4", ("39.9", "116.4")),
        ("39.9，116.4", ("39.9", "116.4")),
        ("39.9 116.4", ("39.9", "116.4")),
        ("116.4,39.9", ("39.9", "116.4")),
        ("北纬39.9 东经116.4", ("39.9", "116.4")),
        ("东经116.4度，北纬39.9度", ("39.9", "116.4")),
        ("北纬39.9度东经116.4度", ("39.9", "116.4")),
        ("33.9S, 151.2E", ("-33.9", "151.2")),
        ("39°30′ 116°15′", ("39.5", "116.25")),
        ("-6.2,106.8", ("-6.2", "106.8")),
    ],
)
def test_places(said: str, meant: tuple[str, str]) -> None:
    assert tuple(map(str, map(float, coordinates(said)))) == meant


@pytest.mark.parametrize(
    ("said", "says"), [("北京", "位置"), ("39.9", "位置"), ("95,95", "纬度在"), ("1,200", "纬度在")]
)
def test_what_is_no_place_says_how_to_send_one(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        coordinates(said)
