"""The default rules are rules that an officer could have set."""

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from handlers.catalog import BUILT_IN
from handlers.rounds.checks import faults
from handlers.rounds.defaults import default_rules
from handlers.rounds.rule import Rule, RuleKind, from_json, to_json
from handlers.rounds.schedule import due_moments
from handlers.rounds.wording import worded
from handlers.rounds.workdays import WorkCalendar

RULES = default_rules(1, "/1/")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_default_rule_is_without_fault_and_can_be_told(rule: Rule) -> None:
    assert faults(rule, WorkCalendar()) == ()
    assert worded(rule).startswith(rule.name)
    assert from_json(to_json(rule)) == rule
    assert not rule.form or any((form.name, form.level) == (rule.form, rule.level) for form in BUILT_IN)


def test_their_next_due_days() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    until = datetime(2028, 1, 1, tzinfo=UTC)
    found = {
        rule.name: [moment.period.label for moment in islice(due_moments(rule, NOW, until, WorkCalendar(), zone), 2)]
        for rule in RULES
    }
    assert found["综合观察表"] == ["2026年第四季度", "2027年第一季度"]
    assert found["职能观察表"] == ["2026年11月", "2026年12月"]
    assert found["项目节点"] == []
    assert {rule.kind for rule in RULES} == set(RuleKind)
