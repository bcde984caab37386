"""The project sheet: its four occasions, and how it takes up the last sheet of the same project."""

from collections.abc import Mapping

import pytest

from handlers.forms import engine
from tests.handlers.catalog.walking import Said, Walk, fill, form_of

PROJECT = "二期供水管网工程"
BASICS: Said = {"项目名称": PROJECT, "总金额是多少": "3200", "合作单位是谁": "华东建设公司"}
RISKS: Said = {
    **BASICS,
    "因为什么": "新项目启动前",
    "排查出廉洁风险了吗": "排查出",
    "哪个领域": ["招标采购", "合同管理"],
    "主要廉洁风险是什么": ["评标专家与投标人串通", "变更签证事后补办"],
    "风险的等级": ["高（需马上报告处置）", "低（提醒关注）"],
    "打算怎么防控": ["评标前 纪检抽签复核", "签证当日会签"],
    "由谁负责落实": ["李工", "王工"],
    "哪天前落实": ["2026-12-20", "2027-01-15"],
}
OCCASIONS = {
    "新项目启动前": "哪些程序已经完成",
    "运行中发生变更": "变更了什么",
    "项目准备退出": "什么方式退出",
    "发生突发风险": "发生了什么",
}


def last_of(walk: Walk) -> Mapping[str, str]:
    """What the next sheet of the project finds of this one, as far as the form asks for it."""
    values = engine.values(walk.form, walk.state)
    reads = walk.form.last_reads
    assert reads
    return {ref: value for ref, value in values.items() if ref in reads and value}


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_it_asks_only_about_the_occasion(occasion: str) -> None:
    walk = fill(form_of("project"), {**BASICS, "因为什么": occasion})
    for other, part in OCCASIONS.items():
        assert walk.asks(part) == (other == occasion)


def test_risks_become_findings_with_all_that_belongs_to_them() -> None:
    walk = fill(form_of("project"), RISKS, instances=2)
    first, second = walk.findings
    assert (first.text, first.level, first.area) == ("评标专家与投标人串通", "high", "招标采购")
    assert (first.measure, first.owner, str(first.deadline)) == ("评标前 纪检抽签复核", "李工", "2026-12-20")
    assert (second.text, second.level, second.owner) == ("变更签证事后补办", "low", "王工")
    assert first.amount_fen is None


def test_a_sudden_risk_is_a_finding_by_itself() -> None:
    said = {
        **BASICS,
        "因为什么": "发生突发风险",
        "发生了什么": "了解到监理与施工方私下结算",
        "造成多少万元": "35.5",
        "由谁负责处置": "赵工",
        "除刚才这件事以外": "没有排查出",
    }
    walk = fill(form_of("project"), said)
    (found,) = walk.findings
    assert (found.text, found.amount_fen, found.owner) == ("了解到监理与施工方私下结算", 35_500_000, "赵工")
    assert found.measure


def test_a_new_project_without_risks_gives_the_reason() -> None:
    said = {**BASICS, "因为什么": "新项目启动前", "排查出廉洁风险了吗": "没有排查出"}
    assert fill(form_of("project"), said).asks("为什么判断没有廉洁风险")
    assert not fill(form_of("project"), {**said, "因为什么": "运行中发生变更"}).asks("为什么判断没有廉洁风险")


def test_the_first_sheet_of_a_project_says_nothing_about_a_last_one() -> None:
    walk = fill(form_of("project"), RISKS, instances=2)
    assert not walk.asks("落实得怎么样") and not walk.asks("与上次相比")
    assert not any("上次" in note for note in walk.notes)


def test_the_next_sheet_shows_the_last_measures_and_asks_about_each() -> None:
    form = form_of("project")
    last = last_of(fill(form, RISKS, instances=2))
    said = {
        "因为什么": "运行中发生变更",
        "项目名称": PROJECT,
        "与上次相比": "没有变化",
        "落实得怎么样": ["已经落实", "没有落实"],
        "排查出廉洁风险了吗": "没有排查出",
    }
    walk = fill(form, said, last=last)
    assert "上次（2026-11-20）填的是：总金额 3200 万元，合作单位“华东建设公司”。" in walk.notes
    assert "上次第 1 条措施：评标前，纪检抽签复核" in walk.notes
    assert "上次第 2 条措施：签证当日会签" in walk.notes
    assert not walk.asks("总金额是多少") and not walk.asks("合作单位是谁")
    assert walk.asks("做了什么？效果") and walk.asks("没有落实的原因")
    assert walk.labels.count("这条措施落实得怎么样？") == 2


def test_what_was_not_carried_out_comes_up_again() -> None:
    form = form_of("project")
    first = fill(form, RISKS, instances=2)
    said = {
        "因为什么": "运行中发生变更",
        "项目名称": PROJECT,
        "与上次相比": "没有变化",
        "落实得怎么样": ["已经落实", "正在落实"],
        "排查出廉洁风险了吗": "排查出",
        "打算怎么防控": "付款前双人核对",
    }
    second = fill(form, said, last=last_of(first))
    third = fill(form, {**said, "落实得怎么样": "已经落实"}, last=last_of(second))
    shown = [note for note in third.notes if note.startswith("上次第")]
    assert shown == ["上次第 1 条措施：签证当日会签", "上次第 2 条措施：付款前双人核对"]
    assert any("总金额 3200 万元" in note for note in third.notes)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("二期供水管网工程（北区）", False),
        ("２期供水管网工程", False),
        ("二期 供水管网工程", True),
        ("“二期供水管网工程”。", True),
        ("《二期供水\u200b管网工程》", True),
    ],
)
def test_another_project_does_not_see_the_last_sheet(name: str, same: bool) -> None:
    form = form_of("project")
    last = last_of(fill(form, RISKS, instances=2))
    walk = fill(form, {**BASICS, "因为什么": "项目准备退出", "项目名称": name}, last=last)
    assert walk.asks("落实得怎么样") == same
    assert walk.asks("与上次相比") == same
