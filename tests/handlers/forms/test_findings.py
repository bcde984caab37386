"""Findings come from the purposes of a workbook, whatever its questions are called."""

from datetime import date

import pytest

from handlers.forms import engine
from handlers.forms.findings import says_nothing
from handlers.forms.form import Form
from handlers.forms.views import FoundFinding
from tests.handlers.forms.forms import fill, form_of

OTHER_NAMES = """
| survey |
| | type | name | label | relevant | 用途 |
| | begin_group | p | 政治建设 | | |
| | text | x1 | 有什么薄弱环节 | | finding |
| | select_one lv | x2 | 风险大小 | | 风险等级 |
| | text | x3 | 怎么防 | | 防控措施 |
| | text | x4 | 谁负责 | | owner |
| | date | x5 | 何时完成 | | 完成时限 |
| | decimal | x6 | 涉及金额（元） | | amount |
| | end_group | | | | |
| | begin_group | k | 重点工作 | | |
| | text | y0 | 业务领域 | | 领域 |
| | text | y1 | 有什么问题 | | 问题 |
| | decimal | y2 | 涉及金额（万元） | | 金额（万元） |
| | begin_group | inner | | | |
| | text | y3 | 已采取的措施 | | measure |
| | text | y4 | 拟采取的措施 | | measure |
| | end_group | | | | |
| | end_group | | | | |
| | text | z1 | 其他负责人 | | owner |
| choices |
| | list_name | name | label |
| | lv | high | 高 |
| | lv | low | 低 |
"""


@pytest.fixture(scope="module")
def sheet() -> Form:
    return form_of(OTHER_NAMES)


def found(form: Form, answers: dict[str, str]) -> tuple[FoundFinding, ...]:
    return engine.findings(form, fill(form, answers))


def test_everything_beside_a_finding_in_its_group_belongs_to_it(sheet: Form) -> None:
    answers = {
        "x1": " 集体决策走过场 ",
        "x2": "high",
        "x3": "开展警示教育",
        "x4": "王建国",
        "x5": "2026-12-31",
        "x6": "1234.565",
        "z1": "别人",
    }
    assert found(sheet, answers) == (
        FoundFinding(
            text="集体决策走过场",
            level="high",
            measure="开展警示教育",
            owner="王建国",
            deadline=date(2026, 12, 31),
            amount_fen=123_457,
            ref="/data/p/x1",
            area="政治建设",
        ),
    )


def test_two_groups_give_two_findings_and_groups_inside_count(sheet: Form) -> None:
    answers = {"x1": "甲", "y0": "招标采购", "y1": "乙", "y2": "3.5", "y3": "约谈", "y4": "公开招标"}
    first, second = found(sheet, answers)
    assert (first.text, first.measure, first.amount_fen) == ("甲", "", None)
    assert second == FoundFinding("乙", "", "约谈；公开招标", "", None, 3_500_000, "/data/k/y1", "招标采购")


@pytest.mark.parametrize(
    "text", ["", "无", "无。", " 没有 ", "暂未发现问题", "无新情况！", "NONE", "N/A", "（无）", "/"]
)
def test_nothing_to_name_gives_no_finding(sheet: Form, text: str) -> None:
    assert says_nothing(text)
    assert found(sheet, {"x1": text.strip() or "无", "x2": "high"}) == ()


@pytest.mark.parametrize("text", ["无证采购", "没有公示就付款", "正常经费被挪用", "无人值守"])
def test_a_text_that_only_begins_like_nothing_is_a_finding(sheet: Form, text: str) -> None:
    assert [finding.text for finding in found(sheet, {"x1": text})] == [text]


def test_nothing_new_silences_the_findings_of_its_group() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant | 用途 |
| | begin_group | a | 甲 | | |
| | select_one yn | none | 是否没有新情况 | | 无新情况 |
| | text | what | 什么情况 | | 问题 |
| | end_group | | | | |
| | begin_group | b | 乙 | | |
| | text | other | 什么情况 | | 问题 |
| | end_group | | | | |
""")
    texts = [finding.text for finding in found(form, {"none": "yes", "what": "旧事", "other": "新事"})]
    assert texts == ["新事"]
    texts = [finding.text for finding in found(form, {"none": "no", "what": "旧事", "other": "新事"})]
    assert texts == ["旧事", "新事"]


def test_several_findings_in_one_group_take_what_follows_them() -> None:
    form = form_of("""
| survey |
| | type | name | label | 用途 |
| | text | lead | 总负责人 | owner |
| | text | f1 | 问题一 | finding |
| | text | m1 | 措施一 | measure |
| | text | f2 | 问题二 | finding |
| | text | m2 | 措施二 | measure |
""")
    first, second = found(form, {"lead": "张三", "f1": "甲", "m1": "一", "f2": "乙", "m2": "二"})
    assert (first.owner, first.measure) == ("张三", "一")
    assert (second.owner, second.measure) == ("", "二")


def test_chosen_findings_read_as_their_labels_and_irrelevant_ones_are_silent() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant | 用途 |
| | select_one yn | any | 有无问题 | | |
| | select_multiple risks | r | 哪些风险 | ${any} = 'yes' | 风险点 |
| choices |
| | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 无 |
| | risks | a | 履职不当 |
| | risks | b | 以权谋私 |
""")
    state = fill(form, {"any": "yes", "r": "b a"})
    assert [finding.text for finding in engine.findings(form, state)] == ["以权谋私、履职不当"]
    assert found(form, {"any": "no"}) == ()


def test_a_calculated_level_counts_too() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation | 用途 |
| | text | f | 风险 | | 问题 |
| | integer | score | 分 | | |
| | calculate | level | | if(${score} >= 15, 'high', 'low') | 等级 |
""")
    assert [finding.level for finding in found(form, {"f": "甲", "score": "16"})] == ["high"]
