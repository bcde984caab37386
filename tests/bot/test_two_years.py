"""Two years of reminders, judged by an oracle that was written from DOMAIN.md, WECHAT.md and the decisions alone."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import Delivery, core
from storage.vocabulary import DeliveryState
from tests.bot.years.days import at
from tests.bot.years.facts import Play
from tests.bot.years.play import Outcome, differences, played

DOWN = (at(date(2026, 9, 14), 12), at(date(2026, 10, 5), 10))
"""Three weeks in which nobody is there: the third quarter opens and falls due, 中秋 passes, 国庆 begins."""
AUTUMN = Play(date(2026, 8, 24), date(2026, 11, 10), 60, 5, *DOWN)
LEAP_DAY = Play(date(2028, 2, 1), date(2028, 3, 10), 100, 29)
TWO_YEARS = Play(date(2026, 1, 1), date(2027, 12, 31), 500, 26, *DOWN)


@pytest.mark.parametrize("play", [AUTUMN, LEAP_DAY], ids=["autumn", "leap day"])
async def test_everybody_is_told_what_the_words_say(play: Play, tmp_path: Path) -> None:
    async with played(play, f"sqlite+aiosqlite:///{tmp_path / 'records.db'}", tmp_path) as outcome:
        await judge(outcome)
        assert len(outcome.sent) > 100


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("back_end", ["sqlite", "redis"])
async def test_two_years(back_end: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]) -> None:
    """On SQLite, and on PostgreSQL."""
    url = stores(back_end).get("database_url", f"sqlite+aiosqlite:///{tmp_path / 'records.db'}")
    async with played(TWO_YEARS, url, tmp_path) as outcome:
        await judge(outcome)
        ways = Counter(each.way for each in outcome.sent)
        steps = Counter(item.step for each in outcome.sent for item in each.told)
        assert min(ways["template"], ways["customer_service"], ways["subscribe_notice"]) > 200, ways
        assert min(steps[name] for name in ("open", "T-3", "T-0", "T+1", "T+3", "T+5")) > 500, steps
        assert len({name for each in outcome.sent for name in each.holidays}) == len("元春清五端中国"), "all seven"


async def judge(outcome: Outcome) -> None:
    """Nothing is missing, nothing twice, nothing else; one message at a time; nothing is left half-done."""
    found = differences(outcome)
    assert found == [], f"{len(found)} differences:\n" + "\n".join(line[:400] for line in found[:40])
    assert max(Counter((each.at, each.person) for each in outcome.sent).values()) == 1
    states = Counter(row.state for row in await outcome.rows(select(core(Delivery).c.state)))
    assert not states.keys() - {*_ENDS, DeliveryState.PARKED, DeliveryState.PLANNED}
    waiting = await outcome.rows(select(core(Delivery)).where(core(Delivery).c.state == DeliveryState.PLANNED))
    assert all(row.token is None for row in waiting), "what sleeps until the morning is in nobody's hands"


_ENDS = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.SUPERSEDED)
