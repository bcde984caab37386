"""Templates: QF_TEMPLATES is checked when it is read, and every value fits its field whatever is to be said."""

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.templates import FITTING, About, Fact, Template, TemplateKind, cut, filled, kind_of, read_templates
from handlers.deliveries.facts import NEWS, OVERDUE, OWED, Facts
from simulator.checks.template import VALUES

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 31, 18, tzinfo=SHANGHAI)
EVERY = Template(
    "T",
    TemplateKind.TEMPLATE,
    {f"{kind}{number}": fact for kind, all_of in FITTING.items() for number, fact in enumerate(sorted(all_of))},
)


def wish(**changed: Any) -> Facts:
    """What is to be said."""
    plain = {
        "what": "综合观察表",
        "due": NOW,
        "unit": "二公司",
        "name": "王建国",
        "state": OWED,
        "count": 1,
        "note": "请填",
    }
    return Facts(**{**plain, **changed})


@given(
    st.text(),
    st.text(),
    st.text(),
    st.text(),
    st.sampled_from([OWED, OVERDUE, NEWS]),
    st.integers(0, 10**9),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001 - gets its zone below
)
def test_every_value_fits_its_field(
    what: str, unit: str, name: str, note: str, state: str, count: int, due: datetime
) -> None:
    """By the patterns of the simulator, which stand for WeChat's 47003."""
    said = wish(what=what, unit=unit, name=name, note=note, state=state, count=count, due=due.replace(tzinfo=SHANGHAI))
    for key, field in filled(EVERY, said).items():
        pattern, words = VALUES[kind_of(key)]
        assert re.fullmatch(pattern, field["value"]), (key, field, words)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("综合观察表", "综合观察表"),
        ("2026年第四季度综合观察表（二公司及所属各单位）", "2026年第四季度综合观察表…"),
        ("观察表已通过、草稿即将失效、有人联系不上、表单有更新", "观察表已通过、草稿即将失效…"),
        ("一\n二\t三\u200b四", "一 二 三 四"),
        ("甲" * 19 + "👨‍👩‍👧", "甲" * 19 + "…"),
        ("", ""),
    ],
)
def test_a_long_text_is_cut_where_something_ends(text: str, seen: str) -> None:
    assert cut(text, 20) == seen
    assert len(seen) <= 20


def test_the_fields_of_a_reminder() -> None:
    template = Template(
        "T",
        TemplateKind.TEMPLATE,
        {"thing1": Fact.WHAT, "time2": Fact.DUE, "phrase3": Fact.STATE, "name4": Fact.NAME, "date5": Fact.DUE},
    )
    assert filled(template, wish()) == {
        "thing1": {"value": "综合观察表"},
        "time2": {"value": "2026年12月31日 18:00"},
        "phrase3": {"value": "待提交"},
        "name4": {"value": "王建国"},
        "date5": {"value": "2026年12月31日"},
    }


def test_settings_are_read() -> None:
    one = {"id": "A", "fields": {"thing1": "what"}}
    two = {"id": "B", "kind": "subscribe", "fields": {"time2": "due"}}
    found = read_templates(json.dumps({"reminder": [one, two], "notice": one}))
    assert [template.id for template in found[About.REMINDER]] == ["A", "B"]
    assert found[About.REMINDER][1].kind is TemplateKind.SUBSCRIBE
    assert found[About.NOTICE][0].fields == {"thing1": Fact.WHAT}
    assert read_templates("") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        pytest.param("[" * 100_000, "is no JSON", id="nested"),
        ("[]", "must look like"),
        ('{"greeting": {"id": "A", "fields": {"thing1": "what"}}}', "knows reminder, notice"),
        ('{"notice": {"fields": {"thing1": "what"}}}', "needs an id"),
        ('{"notice": {"id": "A"}}', "needs fields"),
        ('{"notice": {"id": "A", "kind": "sms", "fields": {"thing1": "what"}}}', "kind is one of"),
        ('{"notice": {"id": "A", "fields": {"first": "what"}}}', "field first"),
        ('{"notice": {"id": "A", "fields": {"time1": "what"}}}', "field time1 takes due, not what"),
        ('{"notice": {"id": "A", "fields": {"thing1": "weather"}}}', "not weather"),
        ('{"notice": {"id": "A", "fields": {"thing1": ["what"]}}}', "field thing1 takes"),
        ('{"notice": {"id": "A", "fields": {"thing1": {}}}}', "field thing1 takes"),
    ],
)
def test_wrong_settings_are_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_templates(text)
