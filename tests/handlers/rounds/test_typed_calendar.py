"""Calendars as officers type them, and as they are told back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rounds.rule import PeriodKind
from handlers.rounds.typed_calendar import EVERY_MONTHS, likely_period, read_calendar
from handlers.rounds.wording import calendar_worded


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (
            "0 18 25 * *",
            "每月25日18点 每月25日 每月25号 每个月25号18:00 每月二十五日 每月25日下午6点 每月２５日１８时",
        ),
        ("0 18 25 * *", "每月25日前 每月25日之前 每月25号前提交 每月二十五日十八点整 每月25日晚上6点 每月25日18点前交"),
        ("30 17 5 * *", "每月5日17:30 每月5日下午5点半 每月5日17点30分 每月5日17时30分前"),
        ("0 12 5 * *", "每月5日中午12点 每月5日12点 每月5日12：00"),
        ("0 18 L * *", "每月最后一天 每月底 每月末 每月月底 每个月的最后一天 每月月末"),
        ("0 18 1 * *", "每月初 每月1日 每月第一天 每月一号"),
        (
            "0 18 L 3,6,9,12 *",
            "每季度末 每季末 每季度最后一天 每季度底 每季度末月最后一天 每季度最后一个月末 每季度的最后一天",
        ),
        ("0 18 25 3,6,9,12 *", "每季度末月25日 每季度最后一个月25日 每季度第三个月25号 每季末月25日"),
        ("0 18 10 1,4,7,10 *", "每季度首月10日 每季度第一个月10号"),
        ("0 18 1 1,4,7,10 *", "每季度初 每季度第一天"),
        ("0 18 15 2,5,8,11 *", "每季度第二个月15日"),
        ("0 18 L 6,12 *", "每半年末 每半年最后一天 每半年底 每年6月和12月最后一天 每年6月、12月底"),
        ("0 18 20 6,12 *", "每半年末月20日 每年6月、12月20日 每年6,12月20日"),
        ("0 18 20 12 *", "每年12月20日 每年十二月二十日 每年度12月20号"),
        ("0 18 L 12 *", "每年末 每年底 每年年底 每年最后一天 每年12月最后一天 每年12月底"),
        ("0 18 L 2 *", "每年2月最后一天 每年二月末"),
        ("0 18 * * FRI", "每周五 每个周五 每星期五 每个星期五18点 每礼拜五 每周五前"),
        ("0 18 * * SUN", "每周日 每周天 每星期天"),
        ("0 10 * * MON", "每周一上午10点 每周一十点 每周一10:00"),
        ("0 18 * * *", "每天 每日 每天18点"),
        ("59 23 L 3,6,9,12 *", "每季度末24点 每季度末23:59"),
        ("0 0 1 * *", "每月1日0点 每月1日零点"),
    ],
)
def test_what_officers_type_is_read(calendar: str, said: str) -> None:
    assert {text: read_calendar(text) for text in said.split()} == dict.fromkeys(said.split(), calendar)


@pytest.mark.parametrize(
    ("said", "calendar"),
    [
        ("0 18 L 3,6,9,12 *", "0 18 L 3,6,9,12 *"),
        (" 5  9 1-5 * mon ", "5 9 1-5 * MON"),
        ("０　１８　２５　＊　＊", "0 18 25 * *"),
        ("每月 25 日 18 点", "0 18 25 * *"),
    ],
)
def test_cron_itself_and_blanks_are_read(said: str, calendar: str) -> None:
    assert read_calendar(said) == calendar


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "没看懂什么时候截止"),
        ("随便", "没看懂什么时候截止。可以写：每月25日18点、每月最后一天、每季度末、"),
        ("每季度10日", "没看懂什么时候截止"),
        ("每个工作日", "没看懂什么时候截止"),
        ("每月", "没看懂什么时候截止"),
        ("25日", "没看懂什么时候截止"),
        ("每月25日25点", "没有“25点”这个时间"),
        ("每月25日18:75", "没有“18:75”这个时间"),
        ("每月31日", "不是每次都有31日（2月没有）。想在月底截止，请写“每月最后一天”"),
        ("每月30日", "不是每次都有30日"),
        ("每季度末月31日", "不是每次都有31日（6月没有）。想在月底截止，请写“每季度末月最后一天”"),
        ("每年2月29日", "请写“每年2月最后一天”"),
        ("每年2月30日", "2月没有30日"),
        ("每年6月31日", "6月没有31日"),
        ("每月0日", "1月没有0日"),
        ("每月32日", "没有32日"),
        ("每年13月1日", "没有13月"),
        ("0 18 30", "五项.*这里有3项"),
        ("0 18 32 * *", "日程“0 18 32"),
        ("0 18 1 1 * *", "五项"),
    ],
)
def test_what_names_no_calendar_gets_a_sentence(said: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_calendar(said)


MONTHS = st.one_of(
    st.just("*"),
    st.sampled_from([",".join(map(str, months)) for months in EVERY_MONTHS.values()]),
    st.lists(st.integers(1, 12), min_size=1, max_size=5, unique=True).map(
        lambda found: ",".join(map(str, sorted(found)))
    ),
)
CALENDARS = st.builds(
    "{} {} {}".format,
    st.integers(0, 59),
    st.integers(0, 23),
    st.one_of(
        st.builds("{} {} *".format, st.one_of(st.just("L"), st.integers(1, 28)), MONTHS),
        st.sampled_from(["* * MON", "* * FRI", "* * SUN", "* * *"]),
    ),
)


@given(CALENDARS)
def test_a_calendar_in_words_is_read_back(calendar: str) -> None:
    assert read_calendar(calendar_worded(calendar)) == calendar


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ("0 18 L 3,6,9,12 *", "每季度末月最后一天18:00"),
        ("0 9 25 * *", "每月25日09:00"),
        ("30 17 * * 5", "每周五17:30"),
        ("30 17 * * 0", "每周日17:30"),
        ("0 18 15,L * *", "每月15日、最后一天18:00"),
        ("0 18 20 5 *", "每年5月20日18:00"),
        ("0 18 1-5 * *", "按日程“0 18 1-5 * *”"),
        ("0 18 1 * FRI", "按日程“0 18 1 * FRI”"),
        ("0 18 * 3 *", "按日程“0 18 * 3 *”"),
        ("0 18 1 JAN *", "按日程“0 18 1 JAN *”"),
    ],
)
def test_calendars_are_told_in_words(calendar: str, words: str) -> None:
    assert calendar_worded(calendar) == words


@pytest.mark.parametrize(
    ("calendar", "kind"),
    [
        ("0 18 L 3,6,9,12 *", PeriodKind.QUARTER),
        ("0 18 L 6,12 *", PeriodKind.HALF_YEAR),
        ("0 18 20 12 *", PeriodKind.YEAR),
        ("0 18 25 * *", PeriodKind.MONTH),
        ("0 18 25 3-12 *", PeriodKind.MONTH),
        ("0 18 25 */3 *", PeriodKind.QUARTER),
        ("0 18 * * FRI", PeriodKind.WEEK),
        ("0 18 * * FRI#2", PeriodKind.MONTH),
        ("0 18 * * *", PeriodKind.DAY),
        ("0 18 * * MON-FRI", PeriodKind.DAY),
    ],
)
def test_a_calendar_speaks_of_a_kind_of_period(calendar: str, kind: PeriodKind) -> None:
    assert likely_period(calendar) is kind
