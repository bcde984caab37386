"""Rules as snapshots."""

import json
from dataclasses import replace

import pytest

from handlers.rounds.rule import HOLIDAY_LADDER, PeriodKind, Rule, RuleKind, Shift, from_json, to_json
from storage.vocabulary import Level

QUARTERLY = Rule(7, "综合观察表", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, 1, "/1/", "0 18 L 3,6,9,12 *")


@pytest.mark.parametrize(
    "rule",
    [
        QUARTERLY,
        replace(QUARTERLY, period=PeriodKind.WEEK, of_previous=True, shift=Shift.LATER, version=3, active=False),
        Rule(8, "节前提醒", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER),
    ],
)
def test_a_snapshot_gives_the_same_rule_back(rule: Rule) -> None:
    snapshot = json.loads(json.dumps(to_json(rule)))
    again = from_json(snapshot)
    assert again == rule
    assert type(again.kind) is RuleKind
    assert type(again.ladder[0]) is type(rule.ladder[0])


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "weekly"},
        {"level": "secret"},
        {"ladder": [["open", -10]]},
        {"ladder": [["open", -10, "everybody", 9, 0]]},
        {"ladder": None},
        {"colour": "red"},
    ],
)
def test_a_broken_snapshot_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"snapshot|valid"):
        from_json({**to_json(QUARTERLY), **change})


def test_a_snapshot_without_its_kind_is_refused() -> None:
    snapshot = to_json(QUARTERLY)
    del snapshot["kind"]
    with pytest.raises(ValueError, match="kind"):
        from_json(snapshot)
