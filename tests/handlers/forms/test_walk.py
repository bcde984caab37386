"""Walks with answers given beforehand behave as ODK's own engine does."""

from typing import Any

import pytest

from handlers.forms.form import Form
from handlers.forms.walk import walk
from tests.handlers.forms.forms import NOW, form_of


@pytest.fixture(scope="module")
def form() -> Form:
    return form_of("""
| survey |
| | type | name | label | required | relevant | constraint | repeat_count | calculation |
| | integer | n | 数 | yes | | . < 5 | | |
| | select_one yn | any | 有？ | yes | | | | |
| | begin_repeat | item | 项 | | ${any} = 'yes' | | | |
| | text | what | 什么 | yes | | | | |
| | end_repeat | | | | | | | |
| | begin_repeat | more | 多 | | | | ${n} | |
| | text | x | 甲 | | | | | |
| | end_repeat | | | | | | | |
| | calculate | all | | | | | | concat(${what}) |
""")


def walked(form: Form, **case: Any) -> tuple[list[str], dict[str, str], list[str]]:
    found = walk(form, case, NOW)
    return [ref.removeprefix("/data/") for ref in found["asked"]], found["values"], found["errors"]


def test_answers_repeats_and_edits_are_followed(form: Form) -> None:
    asked, values, errors = walked(
        form,
        answers={"/data/n": 1, "/data/any": "yes", "/data/item[1]/what": "甲", "/data/item[2]/what": "乙"},
        repeats={"/data/item": 2},
        edits=[["/data/item[1]/what", "丙"], ["/data/item[3]/what", "丁"]],
    )
    assert asked == ["n", "any", "item[1]/what", "item[2]/what", "more[1]/x"]
    assert values["/data/all"] == "丙乙"
    assert errors == []


def test_what_odk_lets_pass_is_let_pass(form: Form) -> None:
    asked, values, errors = walked(form, answers={"/data/n": "7", "/data/any": "maybe"})
    assert asked == ["n", "any", *(f"more[{number}]/x" for number in range(1, 8))]
    assert (values["/data/n"], values["/data/any"]) == ("7", "")
    assert errors == []


def test_a_repeat_may_be_left_without_instances(form: Form) -> None:
    asked, values, _ = walked(form, answers={"/data/any": "yes"}, repeats={"/data/item": 0})
    assert asked == ["n", "any"]
    assert values == {"/data/n": "", "/data/any": "yes", "/data/all": ""}


def test_an_edit_may_clear_an_answer(form: Form) -> None:
    _, values, _ = walked(form, answers={"/data/n": "1"}, edits=[["/data/n", ""]])
    assert values["/data/n"] == ""
    assert "/data/more[1]/x" not in values


def test_what_cannot_be_done_is_told(form: Form) -> None:
    _, _, errors = walked(
        form,
        answers={"/data/nothing": "1", "/data/any": "yes"},
        repeats={"/data/item": 101},
        edits=[["/data/n", "101"], ["/data/nowhere", "1"]],
    )
    assert len(errors) == 4
    assert any("/data/item" in error and "不能再加" in error for error in errors)
    assert any("/data/n：" in error and "最多填 100 项" in error for error in errors)
    assert sum("没有这一题" in error for error in errors) == 2


@pytest.mark.parametrize("case", [{"answers": []}, {"repeats": {"a": "x"}}, {"edits": [1]}, {"edits": 3}])
def test_a_case_of_another_shape_is_refused(form: Form, case: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="答案文件应为"):
        walk(form, case, NOW)
