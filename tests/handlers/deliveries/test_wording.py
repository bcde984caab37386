"""What a delivery says: one text for everything, whole lines, never too long; and its facts for a template."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.pagination import paginate
from handlers import words
from handlers.base import Link, Tap
from handlers.deliveries.days import distance, due_day, period
from handlers.deliveries.facts import NEWS, NOTICES, OVERDUE, OWED, facts
from handlers.deliveries.wording import BYTES, Told, left_to_say, told
from handlers.words import Word
from storage.delivery_views import NoticeItem, OwedItem
from storage.vocabulary import DECLINABLE, NoticeKind
from tests.bot.letters import DUE, NOW, REACH, claimed, notice, owed

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCAL = NOW.astimezone(SHANGHAI)


def say(*items: OwedItem | NoticeItem, now: datetime = NOW) -> Told:
    """The text for 王建国."""
    duties = [item for item in items if isinstance(item, OwedItem)]
    notices = [item for item in items if isinstance(item, NoticeItem)]
    return told(claimed(), duties, notices, now=now, timezone=SHANGHAI)


def shown(said: Told) -> str:
    """As it is read."""
    return "".join(part.label if isinstance(part, Tap | Link) else part for part in said.text.parts)


def taps(said: Told) -> list[Tap]:
    """The taps in it."""
    return [part for part in said.text.parts if isinstance(part, Tap)]


def holiday(number: int) -> NoticeItem:
    """The notice before New Year's Day."""
    facts = {"holiday": "元旦", "first": "2027-01-01", "last": "2027-01-03", "prompt": "不收礼品。"}
    return notice(number, NoticeKind.HOLIDAY, **facts)


def test_one_duty() -> None:
    said = say(owed())
    assert shown(said) == (
        "王建国，您好！\n您有观察表要交：\n"
        "· 2026年第四季度《综合观察表》\n　12月31日（周四）18:00截止，还有 5 天　现在填\n"
    )
    (tap,) = taps(said)
    assert words.hear(tap.content) == words.Heard(Word.TASK, "1")


def test_several_duties_are_one_message() -> None:
    late = owed(
        2, title="项目观察表", subject="城东线", due_at=DUE - timedelta(days=8), person_id=9, person_name="李四"
    )
    said = shown(say(owed(), late))
    assert "您有 2 份观察表要交：" in said
    assert "《项目观察表》（项目：城东线）（代 李四 填写）\n　12月23日（周三）18:00截止，已逾期 3 天" in said
    assert said.count("王建国，您好！") == 1


def test_an_officer_s_reminder_says_so() -> None:
    assert "纪检人员请您尽快提交：" in shown(say(owed(audience="")))


def test_a_superior_reads_who_has_not_handed_in() -> None:
    items = [
        owed(number, audience="superior", person_id=number, person_name=f"张{number}", unit_name="一公司")
        for number in range(10, 35)
    ]
    said = shown(say(*items, now=DUE + timedelta(days=3)))
    assert "您负责的以下观察员还没有提交：\n· 2026年第四季度《综合观察表》（已逾期 3 天）：张10（一公司）、" in said
    assert "张29（一公司） 等 25 人" in said
    assert "张30" not in said
    assert "现在填" not in said


def test_an_officer_s_digest_counts_by_unit() -> None:
    items = [
        owed(1, audience="officers", person_id=11, person_name="甲", unit_name="一公司"),
        owed(2, audience="officers", person_id=12, person_name="乙", unit_name="二公司"),
        owed(3, audience="officers", person_id=13, person_name="丙", unit_name="二公司"),
    ]
    said = shown(say(*items, now=DUE + timedelta(days=5)))
    assert (
        "【未交情况】2026年第四季度《综合观察表》（已逾期 5 天）：共 3 人\n· 二公司 2 人：乙、丙\n· 一公司 1 人：甲"
        in said
    )


def test_notices_stand_below_and_are_told() -> None:
    said = say(
        owed(),
        notice(3),
        holiday(4),
    )
    assert "\n——\n您提交的《综合观察表》（编号 GC26-0000003）已经通过" in shown(said)
    assert "元旦将至（1月1日至3日放假）。\n不收礼品。" in shown(said)
    assert said.notices == (3, 4)
    assert "停止提醒" not in shown(said)


def test_a_shortened_notice_is_not_told_whole() -> None:
    assert say(notice(3, comment="长" * 500)).notices == ()


def test_only_what_may_be_declined_says_how() -> None:
    assert shown(say(notice(3))).endswith("不想收到这类消息，可回复 停止提醒")
    returned = notice(3, NoticeKind.SHEET_RETURNED, refs=[])
    assert "停止提醒" not in shown(say(returned))


def test_whoever_declined_is_told_what_they_owe_and_nothing_else() -> None:
    owed_notices = [notice(1), notice(2, NoticeKind.SHEET_RETURNED), holiday(3)]
    delivery = claimed(reach=replace(REACH, declined=True), owed=(owed(),), notices=tuple(owed_notices))
    today = LOCAL.date()
    duties, notices = left_to_say(delivery, today)
    assert len(duties) == 1
    assert [each.kind for each in notices] == [NoticeKind.SHEET_RETURNED]
    assert len(left_to_say(replace(delivery, reach=REACH), today)[1]) == 3


def test_nobody_is_told_that_a_holiday_is_ahead_once_it_has_begun() -> None:
    delivery = claimed(notices=(notice(1), holiday(2)))
    assert len(left_to_say(delivery, date(2026, 12, 31))[1]) == 2
    assert [each.id for each in left_to_say(delivery, date(2027, 1, 1))[1]] == [1]


def test_what_does_not_fit_is_left_out_by_whole_lines() -> None:
    said = say(*(owed(number, title=f"第{number}号职能观察表") for number in range(60)), notice(3))
    (page,) = paginate(said.text)
    assert len(page.encode()) <= BYTES
    assert shown(said).endswith("其余请回复 我的任务")
    assert said.notices == ()
    lines = shown(said).split("\n")
    assert all(line.endswith("现在填") for line in lines if line.startswith("　"))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
ITEMS = st.builds(
    owed,
    st.integers(1, 10**6),
    audience=st.sampled_from(["observer", "", "superior", "officers"]),
    title=TEXTS.filter(str.strip),
    subject=TEXTS,
    person_id=st.integers(1, 40),
    person_name=TEXTS,
    unit_name=TEXTS,
)


@given(st.lists(ITEMS, max_size=60), st.lists(TEXTS, max_size=8))
def test_it_is_always_one_message(items: list[OwedItem], comments: list[str]) -> None:
    """Whatever names and titles are: at most 2048 bytes, no second page."""
    said = say(*items, *(notice(number, comment=comment) for number, comment in enumerate(comments, start=1)))
    pages = paginate(said.text)
    assert len(pages) == 1
    assert len(pages[0].encode()) <= BYTES


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        (DUE - timedelta(days=5), "还有 5 天"),
        (DUE - timedelta(days=1), "明天截止"),
        (DUE - timedelta(hours=1), "今天截止"),
        (DUE, "已过截止时间"),
        (DUE + timedelta(hours=7), "已逾期 1 天"),
    ],
)
def test_the_distance_of_a_day(now: datetime, seen: str) -> None:
    assert distance(DUE, now, SHANGHAI) == seen


def test_midnight_belongs_to_the_day_that_ends() -> None:
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert due_day(midnight, SHANGHAI) == "12月31日（周四）"
    assert distance(midnight, midnight - timedelta(minutes=1), SHANGHAI) == "今天截止"
    assert distance(midnight, midnight, SHANGHAI) == "已逾期 1 天"
    assert due_day(midnight - timedelta(minutes=1), SHANGHAI) == "12月31日（周四）"


def test_facts_of_a_duty() -> None:
    found = facts(claimed(), [owed(), owed(2, due_at=DUE - timedelta(days=9))], [], LOCAL)
    assert (found.what, found.state, found.count) == ("综合观察表等 2 份", OVERDUE, 2)
    found = facts(claimed(), [owed()], [notice()], LOCAL)
    assert (found.what, found.state, found.unit, found.name) == ("综合观察表 2026年第四季度", OWED, "二公司", "王建国")
    assert found.due == DUE
    assert found.due.tzinfo == SHANGHAI


def test_facts_of_others_and_of_notices() -> None:
    items = [owed(number, audience="officers", person_id=number) for number in range(3)]
    assert facts(claimed(), items, [], LOCAL).what == "3 人未交综合观察表"
    found = facts(claimed(), [], [notice(1), notice(2), notice(3, NoticeKind.DRAFT_LAPSING)], LOCAL)
    assert (found.what, found.state, found.count) == ("观察表已通过、草稿即将失效", NEWS, 3)


def test_every_kind_of_notice_has_facts() -> None:
    assert set(NOTICES) == set(NoticeKind)
    assert all(len(about) <= 10 for about in NOTICES.values())
    assert set(NoticeKind) > DECLINABLE


def test_a_period_repeats_the_year_only_where_it_is_another_one() -> None:
    first = date(2026, 12, 1)
    assert period(first, date(2026, 12, 5)) == "2026年12月1日 至 12月5日"
    assert period(first, date(2027, 1, 5)) == "2026年12月1日 至 2027年1月5日"
    assert period(first, first) == "2026年12月1日 一天"
    assert period(first, None) == "2026年12月1日 至 长期"
