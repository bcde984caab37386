"""What officers type, told apart: names, levels, units and days as people say them; and what is no command at all."""

from datetime import date

import pytest

from handlers import words
from handlers.keeping import hearing, typed
from handlers.keeping.typed import Parts, Tail
from storage.vocabulary import Level

TODAY = date(2026, 11, 20)
"""A Friday."""
DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("李四 职能 二公司", Parts("李四", "二公司", Level.FUNCTIONAL)),
        ("李四 职能层 二公司", Parts("李四", "二公司", Level.FUNCTIONAL)),
        ("李四 职能 二公司 自 12月1日", Parts("李四", "二公司", Level.FUNCTIONAL, Tail(DECEMBER, True))),
        ("李四 职能 二公司 12月1日起", Parts("李四", "二公司", Level.FUNCTIONAL, Tail(DECEMBER, True))),
        ("李四 职能 二公司，自2026-12-01起", Parts("李四", "二公司", Level.FUNCTIONAL, Tail(DECEMBER, True))),
        (
            "李四 为 二公司城东场站 职能观察员，从12月1号开始",
            Parts("李四", "二公司城东场站", Level.FUNCTIONAL, Tail(DECEMBER, True)),
        ),
        ("李四 二公司综合观察员", Parts("李四", "二公司", Level.COMPREHENSIVE)),
        (
            "12 综合层级 清源集团 / 二公司 20261201",
            Parts("12", "清源集团二公司", Level.COMPREHENSIVE, Tail(DECEMBER, False)),
        ),
        ("李四 项目 项目部", Parts("李四", "项目部", Level.PROJECT)),
        ("李四", Parts("李四", "")),
        ("李四 职能 12月31日", Parts("李四", "", Level.FUNCTIONAL, Tail(date(2026, 12, 31), False))),
        ("李四 到 三公司 下周一", Parts("李四", "三公司", None, Tail(date(2026, 11, 23), False))),
        ("李四 三公司 明天", Parts("李四", "三公司", None, Tail(date(2026, 11, 21), False))),
        ("李四 日常 二公司 自 十二月一日 起", Parts("李四", "二公司", Level.DAILY, Tail(DECEMBER, True))),
    ],
)
def test_parts(said: str, meant: Parts) -> None:
    assert typed.parts(words.normal(said), TODAY) == meant


def test_a_day_that_does_not_exist_is_said() -> None:
    with pytest.raises(ValueError, match="没有2026年11月31日这一天"):
        typed.parts("李四 职能 二公司 自 2026-11-31", TODAY)


@pytest.mark.parametrize(
    ("said", "starts", "ends"),
    [
        ("12月1日到12月5日", "2026-12-01", "2026-12-05"),
        ("12月1日 至 12月5日", "2026-12-01", "2026-12-05"),
        ("12月1日至5日", "2026-12-01", "2026-12-05"),
        ("12月1日-5日", "2026-12-01", "2026-12-05"),
        ("12月1号—12月5号", "2026-12-01", "2026-12-05"),
        ("2026-12-01 至 2026-12-05", "2026-12-01", "2026-12-05"),
        ("12月28日到1月3日", "2026-12-28", "2027-01-03"),
        ("明天到下周五", "2026-11-21", "2026-11-27"),
        ("今天", "2026-11-20", "2026-11-20"),
        ("12月1日 3天", "2026-12-01", "2026-12-03"),
        ("12月1日起3天", "2026-12-01", "2026-12-03"),
        ("12月1日 至 5", "2026-12-01", "2026-12-05"),
    ],
)
def test_spans(said: str, starts: str, ends: str) -> None:
    assert typed.span(said, TODAY) == (date.fromisoformat(starts), date.fromisoformat(ends))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("2026-12-05 至 2026-12-01", "早于"),
        ("2026-12-01 至 2027-12-05", "超过一年"),
        ("12月1日到5日到9日", "从哪天到哪天"),
        ("国庆", "具体哪一天"),
    ],
)
def test_what_is_no_span(said: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        typed.span(said, TODAY)


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        (hearing.appoint, "聘任 程序 不合规 没有人管"),
        (hearing.appoint, "聘任"),
        (hearing.appoint, "聘任制度什么时候改"),
        (hearing.dismiss, "解聘"),
        (hearing.dismiss, "解聘老员工不合理"),
        (hearing.move, "调动 频繁"),
        (hearing.move, "调动的事情，我想问一下。为什么没有通知？"),
        (hearing.take_leave, "请假 制度 不合理"),
        (hearing.take_leave, "请假条谁批"),
        (hearing.stand_in, "代填 是怎么回事"),
        (hearing.look, "人员 配置不合理。建议增加两个保安"),
        (hearing.look, "人员太少"),
        (hearing.look, "人员 " + "多" * 30),
    ],
)
def test_ordinary_sentences_are_no_commands(behind: object, said: str) -> None:
    assert callable(behind)
    assert behind(said) is None


@pytest.mark.parametrize("said", ["人员", "人员 李四", "人员：李四", " 人员 二公司 2 ", "“人员 李四”"])
def test_spellings_of_a_command(said: str) -> None:
    assert hearing.look(said) is not None


@pytest.mark.parametrize("day", ["1900-01-01", "2025-11-01", "2033年1月1日", "2099-12-31"])
def test_a_day_too_far_away_is_a_slip_of_the_year(day: str) -> None:
    """A transfer of 1900 would move the person and leave the appointment running."""
    with pytest.raises(ValueError, match="离今天太远"):
        typed.parts(f"李四 二公司 自 {day}", TODAY)
    with pytest.raises(ValueError, match="离今天太远"):
        typed.span(f"{day} 至 {day}", TODAY)
    with pytest.raises(ValueError, match="离今天太远"):
        typed.span(day, TODAY)
