"""Every built-in form can be walked to its end on any way, asks nothing twice, and never asks too much."""

from random import Random

import pytest

from handlers.catalog import BUILT_IN, BuiltIn
from handlers.forms import engine
from handlers.forms.views import FormState
from tests.handlers.catalog.walking import NOW, Walk, fill, form_of, wander

EVERY_FORM = pytest.mark.parametrize("form", BUILT_IN, ids=lambda form: form.name)
WALKS = 12
MOST_WALKS = 1_000
MOST_QUESTIONS = 40
"""On the longest sensible way."""
LATER = {"basics_state", "carrying", "carried_text", "left_text"}
WITHOUT_LEVEL = {"daily"}
"""Employees tell what they saw; how grave it is, the office weighs."""


def _refs(walk: Walk) -> list[str]:
    return [asked.ref for asked in walk.asked]


@EVERY_FORM
def test_any_way_leads_to_the_end(form: BuiltIn) -> None:
    compiled = form_of(form.name)
    for seed in range(WALKS):
        walk = wander(compiled, Random(f"{form.name} {seed}"))
        assert engine.missing(compiled, walk.state) == []
        assert len(set(_refs(walk))) == len(walk.asked), f"asked twice with seed {seed}"
        assert len(engine.preview(compiled, walk.state)) == len(walk.asked)
        assert FormState.from_json(walk.state.to_json()) == walk.state
        for asked in walk.asked:
            assert "${" not in asked.label and asked.section, asked.ref
        for note in walk.notes:
            assert "${" not in note and "NaN" not in note, note
        for finding in walk.findings:
            assert finding.level in ({""} if form.name in WITHOUT_LEVEL else {"high", "medium", "low"})


@EVERY_FORM
def test_random_walks_reach_every_question(form: BuiltIn) -> None:
    """But for what only a last sheet brings up: tests/handlers/catalog/test_project.py."""
    compiled = form_of(form.name)
    unreached = {question.ref for question in compiled.questions if question.ref.rpartition("/")[2] not in LATER}
    for seed in range(MOST_WALKS):
        if not unreached:
            return
        unreached -= {asked.ref for asked in wander(compiled, Random(f"{form.name} {seed}")).asked}
    raise AssertionError(unreached)


SHORT = [
    ("functional", {"看到苗头性": "没有看到"}, 2),
    ("risk_self_check", {"排查出廉洁风险点了吗": "没有排查出"}, 4),
    (
        "project",
        {
            "这次排查出廉洁风险了吗": "没有排查出",
            "因为什么": "运行中发生变更",
            "变更了什么": "工期",
            "办了审批": "已按规定审批",
        },
        12,
    ),
    ("daily", {"哪一类": "意见建议"}, 3),
    ("integrity_commitment", {"属于哪一类": "一般岗位", "需要申报": "没有"}, 10),
    ("risk_briefing", {"还有疑问吗": "都清楚了"}, 13),
    ("warning_handling", {"是否属实": "不属实"}, 10),
    ("talk_record", {"哪一种谈话": "日常廉洁谈话", "需要回访": "不需要"}, 13),
    ("rectification", {"整改完成了吗": "已经完成"}, 12),
    ("site_check", {"哪些方面": "食堂"}, 9),
    ("annual_survey", {"哪些现象": "没有见到", "您愿意反映吗": "愿意"}, 13),
]


@pytest.mark.parametrize(("name", "said", "most"), SHORT, ids=[name for name, _, _ in SHORT])
def test_who_has_nothing_to_report_is_soon_through(name: str, said: dict[str, str], most: int) -> None:
    walk = fill(form_of(name), said)
    assert len(walk.asked) <= most, walk.labels
    assert walk.findings == ()


FULL = [
    (
        "functional",
        {
            "看到苗头性": "看到了",
            "在哪些方面": "政治纪律、组织纪律、廉洁纪律、群众纪律、工作纪律、生活纪律",
            "已经做了什么": "督促整改",
        },
        1,
    ),
    (
        "project",
        {
            "因为什么": "新项目启动前",
            "程序已经完成": "法务审核",
            "亲属或利益": "有，还没有回避",
            "排查出廉洁风险了吗": "排查出",
        },
        3,
    ),
    ("project", {"因为什么": "发生突发风险", "排查出廉洁风险了吗": "排查出"}, 3),
    (
        "project",
        {
            "因为什么": "运行中发生变更",
            "变更了什么": "合同金额",
            "办了审批": "还没有办",
            "排查出廉洁风险了吗": "排查出",
        },
        3,
    ),
    ("risk_self_check", {"排查出廉洁风险点了吗": "排查出", "打几分": "5", "确定为哪个等级": "低（提醒关注）"}, 2),
    ("integrity_commitment", {"属于哪一类": "领导干部", "需要申报": "有"}, 3),
    ("warning_handling", {"是否属实": "属实", "进行到哪一步": "正在处置"}, 1),
    ("talk_record", {"哪一种谈话": "诫勉谈话", "需要回访": "需要"}, 1),
    ("rectification", {"整改完成了吗": "部分完成"}, 2),
    (
        "site_check",
        {
            "哪些方面": "食堂、车辆、物资、节日值班",
            "检查结果": ["不符合", *["符合"] * 5, "不符合", *["符合"] * 6, "不符合"],
        },
        1,
    ),
    ("annual_survey", {"哪些现象": "违规吃喝、公车私用", "您愿意反映吗": "不愿意"}, 1),
    (
        "comprehensive",
        {"总体情况怎么样": "有明显风险", "是否发现以下苗头": "履职不当、以权谋私", "有无新情况": "有新情况"},
        1,
    ),
]


@pytest.mark.parametrize(("name", "said", "instances"), FULL)
def test_nobody_is_asked_more_than_forty_questions(name: str, said: dict[str, str], instances: int) -> None:
    walk = fill(form_of(name), said, instances=instances)
    assert len(walk.asked) <= MOST_QUESTIONS, len(walk.asked)
    assert bool(walk.findings) == (name not in {"integrity_commitment", "annual_survey"})
    assert all(finding.level for finding in walk.findings)
    assert all(finding.measure for finding in walk.findings) or name == "comprehensive"


def test_walks_start_at_the_first_question() -> None:
    for form in BUILT_IN:
        compiled = form_of(form.name)
        asked = engine.current(compiled, engine.begin(compiled, NOW))
        assert asked is not None and asked.number == 1 and asked.opens_section
