"""Comparisons with a choice that the list does not have: the author is told, and may publish."""

import pytest

from handlers.catalog import BUILT_IN
from handlers.forms.workbook import compile_workbook

SHEET = """
| survey | type | name | label | relevant | constraint | calculation | default |
| | select_one yn | any | 有没有？ | | | | |
| | select_multiple kind | kinds | 哪几类？ | | {constraint} | | |
| | select_one yn or_other | open | 其他呢？ | | | | |
| | select_one mark | mark | 打几分？ | | | | |
| | text | what | 是什么？ | {relevant} | | | |
| | calculate | sum | | | | {calculation} | |
| choices | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 没有 |
| | kind | a | 车辆 |
| | kind | b | 食堂 |
| | mark | 01 | 一分 |
| | mark | 2 | 两分 |
| settings | form_title | form_id | 对象 |
| | 核对表 | comparing | 全体人员 |
"""


def told(**expressions: str) -> list[str]:
    """What the author is told about these expressions."""
    columns = {"relevant": "", "constraint": "", "calculation": "1", **expressions}
    return [str(notice) for notice in compile_workbook(SHEET.format(**columns)).notices]


@pytest.mark.parametrize(
    ("relevant", "name"),
    [
        ("${any} = 'yess'", "yess"),
        ("'yess' = ${any}", "yess"),
        ("${any} != 'yess'", "yess"),
        ("${any} = 'yes' and (${any} = 'yes' or ${any} = 'non')", "non"),
        ("selected(${kinds}, 'x')", "x"),
        ("not(selected(${kinds}, 'a')) and if(selected(${kinds}, 'c'), 1, 0) = 1", "c"),
        ("${kinds} = 'a c'", "c"),
        ("${mark} = 3", "3"),
        ("${any} = ‘yess’", "yess"),
    ],
)
def test_a_name_that_is_no_choice(relevant: str, name: str) -> None:
    (notice,) = told(relevant=relevant)
    assert "survey" in notice and "第 6 行" in notice
    assert f"“{name}”不是题目" in notice


def test_what_was_meant_is_said() -> None:
    (near,) = told(relevant="${any} = 'yess'")
    assert "是不是想写“yes”？" in near and "现有的选项值：yes、no。" in near
    (label,) = told(relevant="${any} = '没有'")
    assert "“没有”是选项文字，这里要写选项值“no”。" in label


def test_the_question_itself_and_calculations_too() -> None:
    (own,) = told(constraint="not(selected(., 'none')) or count-selected(.) = 1")
    assert "第 3 行" in own and "“none”不是题目“kinds”的选项值" in own
    (sum_of,) = told(calculation="if(${any} = 'ja', 1, 2)")
    assert "第 7 行" in sum_of


@pytest.mark.parametrize(
    "relevant",
    [
        "${any} = 'yes' or ${any} = ''",
        "selected(${kinds}, 'a') and ${kinds} = 'a b'",
        "${open} = 'anything'",
        "${mark} = 1 or ${mark} = '2'",
        "${any} = ${kinds}",
        "count-selected(${kinds}) = 7",
        "string-length(${any}) = 9",
    ],
)
def test_what_may_be_true_is_not_told(relevant: str) -> None:
    assert told(relevant=relevant) == []


@pytest.mark.parametrize("form", BUILT_IN, ids=[form.name for form in BUILT_IN])
def test_the_built_in_forms_compare_with_their_own_choices(form: object) -> None:
    path = next(each.path for each in BUILT_IN if each is form)
    assert [notice for notice in compile_workbook(path).notices if "选项值" in notice.message] == []
