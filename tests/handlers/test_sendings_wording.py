"""What 推送 says of a message that waits: why, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import planning
from handlers.chasing.sendings_wording import PATIENT, REASONS, story
from storage.duty_views import DeliveryLine
from storage.reaching import NEW_WAY, REACHABLE, TOUCHED, UNBOUND
from storage.vocabulary import DeliveryState

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""Half past nine in Shanghai."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
LINE = DeliveryLine(
    id=1,
    person_name="王建国",
    state=DeliveryState.PLANNED,
    way="",
    outcome="",
    next_at=NOW,
    timezone="Asia/Shanghai",
    bound=True,
    created_at=NOW,
    updated_at=NOW,
    duties=(),
    notices=(),
)


def result(line: DeliveryLine, now: datetime = NOW) -> str:
    """The line of the story that says what became of it."""
    text = "".join(part if isinstance(part, str) else part.label for part in story(line, (), now, SHANGHAI))
    return text.split("结果：", 1)[1].split("\n", 1)[0]


@pytest.mark.parametrize(
    ("outcome", "minutes", "told"),
    [
        ("", 0, "等待发送：排队中，很快就发"),
        ("-1", -1, "等待发送：排队中，很快就发"),
        ("unclear", 3, "等待发送：微信没有答复，11月20日 09:33 再试"),
        ("no_connection", 1, "等待发送：连不上微信，11月20日 09:31 再试"),
        ("held", 10, "等待发送：这种方式暂停了，11月20日 09:40 发"),
        ("reachable", 10, "等待发送：本人刚来过信，先不打扰，11月20日 09:40 发"),
        ("quota", 14 * 60 + 30, "等待发送：微信的额度用完了，夜里不发，11月21日 08:00 发"),
        ("quiet", 22 * 60 + 30, "等待发送：夜里不发，11月21日 08:00 发"),
        ("unclear", 11 * 60 + 31, "等待发送：微信没有答复，夜里不发，11月21日 08:00 再试"),
    ],
)
def test_why_and_until_when(outcome: str, minutes: int, told: str) -> None:
    waiting = replace(LINE, outcome=outcome, next_at=NOW + timedelta(minutes=minutes))
    assert result(waiting) == told


def test_what_waits_for_somebody_unbound_is_not_promised_soon() -> None:
    """It said 很快就发 of people whom nothing can reach."""
    assert result(replace(LINE, bound=False)) == "等待发送：未绑定微信，绑定以后才发得到"


def test_what_should_have_gone_in_the_evening_goes_in_the_morning() -> None:
    assert result(LINE, NOW + timedelta(hours=12)) == "等待发送：夜里不发，11月21日 08:00 发"


def test_the_clock_is_that_of_the_persons_unit() -> None:
    abroad = replace(LINE, timezone="Africa/Cairo")
    assert result(abroad) == "等待发送：夜里不发，11月20日 08:00（当地时间）发"
    same_clock = replace(LINE, timezone="Asia/Singapore", outcome="held", next_at=NOW + timedelta(minutes=10))
    assert result(same_clock) == "等待发送：这种方式暂停了，11月20日 09:40 发"


def test_every_reason_of_ours_is_worded() -> None:
    ours = {planning.NO_WAY, planning.HELD, planning.QUOTA, planning.QUIET, planning.NOTHING, planning.UNCLEAR}
    assert ours | {UNBOUND, REACHABLE, TOUCHED, NEW_WAY} <= set(REASONS)
    assert {planning.HELD, planning.QUOTA, planning.QUIET, REACHABLE, TOUCHED, NEW_WAY} == PATIENT
