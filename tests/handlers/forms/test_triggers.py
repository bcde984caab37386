"""What another answer sets off (the trigger column), and what comes from the last sheet (`${last-saved#…}`)."""

import pytest

from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from tests.handlers.forms.forms import NOW, fill, form_of

TRIGGERED = """
| survey |
| | type | name | label | trigger | calculation | relevant | default |
| | integer | price | 单价 | | | | 5 |
| | integer | number | 数量 | | | | |
| | integer | offer | 报价 | ${price} | ${price} * coalesce(${number}, 1) | | |
| | calculate | changed | | ${price} | now() | | |
| | calculate | times | | ${offer} | coalesce(${times}, 0) + 1 | | |
| | text | why | 为何改价 | ${number} | '' | ${price} > 5 | |
"""


@pytest.fixture(scope="module")
def offer() -> Form:
    return form_of(TRIGGERED)


def value(form: Form, state: FormState, name: str) -> str:
    return engine.values(form, state).get(f"/data/{name}", "")


def test_a_default_sets_nothing_off(offer: Form) -> None:
    state = engine.begin(offer, NOW)
    assert (value(offer, state, "price"), value(offer, state, "offer"), value(offer, state, "changed")) == ("5", "", "")


def test_a_change_sets_values_once_and_what_they_set_off_in_turn(offer: Form) -> None:
    state = engine.answer(offer, engine.begin(offer, NOW), "7", NOW)
    assert value(offer, state, "offer") == "7"
    assert value(offer, state, "changed") == "2026-11-21T10:30:00.000+08:00"
    assert value(offer, state, "times") == "1"
    state = engine.answer(offer, state, "3", NOW)
    assert value(offer, state, "offer") == "7", "what the expression reads sets nothing off"
    state = engine.answer(offer, state, "20", NOW)
    assert (value(offer, state, "offer"), value(offer, state, "times")) == ("20", "2")


def test_the_same_answer_again_sets_nothing_off(offer: Form) -> None:
    state = engine.answer(offer, engine.begin(offer, NOW), "7", NOW)
    state = engine.answer(offer, state, "3", NOW)
    state = engine.answer(offer, state, "20", NOW)
    state = engine.answer(offer, engine.goto(offer, state, "/data/price"), "7", NOW.replace(hour=12))
    assert (value(offer, state, "offer"), value(offer, state, "times")) == ("20", "2")
    assert value(offer, state, "changed") == "2026-11-21T10:30:00.000+08:00"


def test_a_value_that_was_set_is_shown_before_it_counts(offer: Form) -> None:
    state = engine.answer(offer, engine.begin(offer, NOW), "7", NOW)
    state = engine.answer(offer, state, "3", NOW)
    question = engine.current(offer, state)
    assert question is not None
    assert (question.ref, question.value) == ("/data/offer", "7")


def test_a_trigger_can_clear_an_answer(offer: Form) -> None:
    state = fill(offer, {"price": "7", "number": "1", "offer": "9", "why": "涨价"})
    assert value(offer, state, "why") == "涨价"
    state = engine.answer(offer, engine.goto(offer, state, "/data/number"), "2", NOW)
    assert value(offer, state, "why") == ""


def test_two_questions_that_set_each_other_come_to_rest() -> None:
    form = form_of("""
| survey |
| | type | name | label | trigger | calculation |
| | integer | a | 甲 | ${b} | ${b} + 1 |
| | integer | b | 乙 | ${a} | ${a} + 1 |
""")
    state = engine.answer(form, engine.begin(form, NOW), "1", NOW)
    assert (value(form, state, "a"), value(form, state, "b")) == ("3", "2")


def test_a_trigger_works_within_its_own_instance_and_from_outside_on_all() -> None:
    form = form_of("""
| survey |
| | type | name | label | trigger | calculation |
| | text | all | 统一说明 | | |
| | begin_repeat | r | 项 | | |
| | integer | n | 数 | | |
| | integer | twice | 两倍 | ${n} | ${n} * 2 |
| | text | note | 说明 | ${all} | ${all} |
| | end_repeat | | | | |
| | text | end | 完 | | |
""")
    state = engine.skip(form, engine.begin(form, NOW))
    for answer in ("1", None, "甲", "more", "5", None, "乙", "done"):
        state = engine.skip(form, state) if answer is None else engine.answer(form, state, answer, NOW)
    values = engine.values(form, state)
    assert [values[f"/data/r[{number}]/twice"] for number in (1, 2)] == ["2", "10"]
    state = engine.answer(form, engine.goto(form, state, "/data/r[1]/n"), "4", NOW)
    values = engine.values(form, state)
    assert [values[f"/data/r[{number}]/twice"] for number in (1, 2)] == ["8", "10"]
    state = engine.answer(form, engine.goto(form, state, "/data/all"), "同样", NOW)
    values = engine.values(form, state)
    assert [values[f"/data/r[{number}]/note"] for number in (1, 2)] == ["同样", "同样"]


def test_a_trigger_inside_sets_what_stands_outside_and_deeper() -> None:
    """pyxform writes the answers that are mentioned as they are seen from the question that sets it off."""
    form = form_of("""
| survey |
| | type | name | label | trigger | calculation |
| | begin_repeat | r | 项 | | |
| | integer | n | 数 | | |
| | begin_group | g | 组 | | |
| | text | deep | 组里的 | ${n} | concat('第', ${n}) |
| | end_group | | | | |
| | end_repeat | | | | |
| | text | latest | 最近的数 | ${n} | concat('刚填了', ${n}) |
""")
    state = engine.answer(form, engine.begin(form, NOW), "5", NOW)
    for answer in (None, "more", "7"):
        state = engine.skip(form, state) if answer is None else engine.answer(form, state, answer, NOW)
    values = engine.values(form, state)
    assert values["/data/latest"] == "刚填了7"
    assert [values[f"/data/r[{number}]/g/deep"] for number in (1, 2)] == ["第5", "第7"]
    state = engine.answer(form, engine.goto(form, state, "/data/r[1]/n"), "6", NOW)
    assert engine.values(form, state)["/data/latest"] == "刚填了6"


LAST = """
| survey |
| | type | name | label | default | relevant | calculation |
| | text | project | 项目 | | | |
| | text | measure | 上次的措施是：${last-saved#measure}。本次措施 | | | |
| | text | owner | 责任人 | ${last-saved#owner} | | |
| | text | late | 为何未完成 | | ${last-saved#measure} != '' | |
| | calculate | before | | | | ${last-saved#project} |
| | text | free | 其他 | | | |
"""
SHEET = {"/data/project": "一号线", "/data/measure": "公开招标", "/data/owner": "张三", "/data/free": "无关"}


def test_a_form_says_what_it_reads_of_the_last_sheet() -> None:
    form = form_of(LAST)
    assert form.last_reads == {"/data/measure", "/data/owner", "/data/project"}
    assert form_of(TRIGGERED).last_reads == frozenset()


def test_a_form_can_begin_with_the_last_sheet() -> None:
    form = form_of(LAST)
    state = engine.begin(form, NOW, SHEET)
    assert state.last == {ref: text for ref, text in SHEET.items() if ref != "/data/free"}
    assert value(form, state, "before") == "一号线"
    assert value(form, state, "owner") == "张三"
    question = engine.current(form, engine.goto(form, state, 2))
    assert question is not None
    assert question.label == "上次的措施是：公开招标。本次措施"
    assert FormState.from_json(state.to_json()) == state


def test_the_last_sheet_may_come_later_and_change() -> None:
    form = form_of(LAST)
    state = engine.answer(form, engine.begin(form, NOW), "一号线", NOW)
    assert [line.ref for line in engine.preview(form, state)] == [
        "/data/project",
        "/data/measure",
        "/data/owner",
        "/data/free",
    ]
    state = engine.recall(form, state, SHEET, NOW)
    assert state.at == "/data/measure"
    assert value(form, state, "owner") == "张三"
    assert "/data/late" in engine.values(form, state)
    other = engine.recall(form, state, {**SHEET, "/data/owner": "李四"}, NOW)
    assert value(form, other, "owner") == "李四"
    none = engine.recall(form, other, {}, NOW)
    assert (value(form, none, "owner"), "/data/late" in engine.values(form, none)) == ("", False)


def test_an_answer_of_the_person_is_not_replaced_by_the_last_sheet() -> None:
    form = form_of(LAST)
    state = fill(form, {"project": "一号线", "measure": "约谈", "owner": "王五"})
    state = engine.recall(form, state, SHEET, NOW)
    assert value(form, state, "owner") == "王五"
    skipped = fill(form, {"project": "一号线"})
    assert value(form, engine.recall(form, skipped, SHEET, NOW), "owner") == ""


def test_what_is_asked_may_become_irrelevant_with_the_last_sheet() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant |
| | text | fresh | 新项目概况 | ${last-saved#fresh} = '' |
| | text | other | 其他 | |
""")
    state = engine.begin(form, NOW)
    assert state.at == "/data/fresh"
    assert engine.recall(form, state, {"/data/fresh": "有"}, NOW).at == "/data/other"
