"""The risk self-check: the level that the six factors propose, and what the unit makes of it."""

import pytest

from handlers.forms import engine
from tests.handlers.catalog.walking import NOW, fill, form_of

FACTORS = ("职权重要程度", "自由裁量空间", "资金往来规模", "发生可能性", "隐蔽程度", "危害程度")
HIGH, MEDIUM, LOW = "高（需马上报告处置）", "中（需跟踪整改）", "低（提醒关注）"
SAID = {"排查出廉洁风险点了吗": "排查出", "风险点是什么": "一人掌握采购询价和定价", "责任人": "采购部部长张三"}
TABLE = [
    ("111111", 6, "low"),
    ("322222", 13, "low"),
    ("332222", 14, "medium"),
    ("444333", 21, "medium"),
    ("444433", 22, "high"),
    ("555551", 26, "high"),
    ("555555", 30, "high"),
    ("111414", 12, "high"),
    ("111115", 10, "medium"),
    ("111315", 12, "medium"),
    ("111513", 12, "low"),
]
"""Scores in the order of FACTORS, their sum, the level: thresholds 14 and 22; likelihood and harm from 4 on are high,
harm 5 is medium at least."""


@pytest.mark.parametrize(("scores", "total", "level"), TABLE)
def test_the_factors_propose_a_level(scores: str, total: int, level: str) -> None:
    walk = fill(form_of("risk_self_check"), {**SAID, **dict(zip(FACTORS, scores, strict=True))})
    proposed = next(asked for asked in walk.asked if "单位确定" in asked.label)
    assert proposed.value == level
    word = {"high": "高", "medium": "中", "low": "低"}[level]
    assert f"六项合计 {total} 分，建议等级：{word}。" in walk.notes


@pytest.mark.parametrize(
    ("level", "reason"), [(HIGH, False), (MEDIUM, True), (LOW, True)], ids=["as proposed", "lower", "lowest"]
)
def test_a_lower_level_than_proposed_needs_a_reason(level: str, reason: bool) -> None:
    walk = fill(form_of("risk_self_check"), {**SAID, "打几分": "5", "单位确定": level})
    assert walk.asks("为什么比建议的等级低") == reason


def test_a_higher_level_than_proposed_needs_none() -> None:
    walk = fill(form_of("risk_self_check"), {**SAID, "打几分": "1", "单位确定": HIGH})
    assert not walk.asks("为什么比建议的等级低")
    (found,) = walk.findings
    assert (found.text, found.level, found.owner) == ("一人掌握采购询价和定价", "high", "采购部部长张三")
    assert found.measure and found.area


def test_a_factor_that_is_corrected_proposes_anew_and_asks_for_the_reason() -> None:
    form = form_of("risk_self_check")
    walk = fill(form, {**SAID, "打几分": "3", "单位确定": MEDIUM})
    assert not walk.asks("为什么比建议的等级低")
    first = next(line.number for line in engine.preview(form, walk.state) if "职权重要程度" in line.label)
    state = walk.state
    for place in range(4):
        state = engine.answer(form, engine.goto(form, state, first + place), "5", NOW)
    asked = engine.current(form, state)
    assert asked is not None and "为什么比建议的等级低" in asked.label


def test_several_points_are_scored_each_for_itself() -> None:
    said = {**SAID, "危害程度": ["5", "1"], "打几分": "1", "风险点是什么": ["虚报加油费", "私拿劳保用品"]}
    walk = fill(form_of("risk_self_check"), said, instances=2)
    assert [asked.value for asked in walk.asked if "单位确定" in asked.label] == ["medium", "low"]
    assert [found.text for found in walk.findings] == ["虚报加油费", "私拿劳保用品"]
