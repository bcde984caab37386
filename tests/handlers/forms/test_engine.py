"""How a form runs as a conversation: order, relevance, demands, going back and forth.

Long, for the cases share one small form and one way of asking.
"""

from datetime import timedelta

import pytest

from handlers.forms import engine
from handlers.forms.form import Choice, Form, Kind
from handlers.forms.views import FormState
from tests.handlers.forms.forms import NOW, asked_name, by_name, fill, form_of

PROJECT = """
| survey |
| |type|name|label|hint|required|required_message|relevant|constraint|constraint_message|calculation|default |
| | note | opening | 请如实填写 | | | | | | | | |
| | begin_group | basics | 一、基本情况 | | | | | | | | |
| | text | project | 项目名称 | 与合同一致 | yes | 项目名称不能空 | | | | | |
| | integer | amount | 合同金额（万元） | | yes | | | . > 0 and . <= 10000 | 金额应在 1 到 10000 之间 | | |
| | select_one yn | problem | ${project}有无问题？ | | yes | | | | | | |
| | end_group | | | | | | | | | | |
| | begin_group | details | 二、问题 | | | | ${problem} = 'yes' | | | | |
| | note | how | 项目“${project}”的金额为 ${amount} 万元，${problem}问题 | | | | | | | | |
| | text | what | 什么问题 | | yes | | | | | | |
| | text | cause | 原因 | | | | string-length(${what}) > 3 | | | | |
| | date | deadline | 整改期限 | | | | | . >= today() | 期限不能早于今天 | | |
| | end_group | | | | | | | | | | |
| | calculate | double | | | | | | | | ${amount} * 2 | |
| | calculate | size | | | | | | | | if(${double} > 100, '大', '小') | |
| |select_multiple parts|parts|涉及环节|||||not(selected(., 'none')) or count-selected(.) = 1|选了“无”就不能再选别的|||
| | text | remark | 备注 | | | | | | | | 无补充 |
| | note | closing | 规模：${size}。谢谢 | | | | | | | | |
| choices |
| | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 无 |
| | parts | bid | 招标 |
| | parts | pay | 付款 |
| | parts | none | 无 |
"""


@pytest.fixture(scope="module")
def project() -> Form:
    return form_of(PROJECT)


FULL = {"project": "一号线", "amount": "60", "problem": "yes", "what": "围标串标", "deadline": "2026-12-01"}


def test_the_first_question_comes_with_its_notes_and_section(project: Form) -> None:
    asked = engine.current(project, engine.begin(project, NOW))
    assert asked is not None
    assert (asked.label, asked.hint, asked.kind) == ("项目名称", "与合同一致", Kind.TEXT)
    assert asked.notes == ("请如实填写",)
    assert (asked.section, asked.opens_section) == ("一、基本情况", True)
    assert (asked.number, asked.total, asked.required) == (1, 5, True)


def test_total_and_section_follow_the_answers(project: Form) -> None:
    state = engine.begin(project, NOW)
    for value in ("一号线", "60", "yes"):
        state = engine.answer(project, state, value, NOW)
    asked = engine.current(project, state)
    assert asked is not None
    assert (asked.number, asked.total) == (4, 7)
    assert (asked.section, asked.opens_section) == ("二、问题", True)
    assert asked.notes == ("项目“一号线”的金额为 60 万元，有问题",)


def test_labels_carry_answers_and_choices_are_offered(project: Form) -> None:
    state = fill(project, {"project": "一号线", "amount": "60", "problem": "no"})
    asked = engine.current(project, engine.goto(project, state, 3))
    assert asked is not None
    assert asked.label == "一号线有无问题？"
    assert asked.choices == (Choice("yes", "有"), Choice("no", "无"))
    assert (asked.value, asked.value_text) == ("no", "无")
    assert not asked.opens_section


def test_the_end_has_a_preview_and_closing_notes(project: Form) -> None:
    state = fill(project, {**FULL, "parts": "bid pay"})
    assert state.at is None
    assert engine.current(project, state) is None
    assert engine.missing(project, state) == []
    lines = engine.preview(project, state)
    assert [(line.number, line.label, line.text) for line in lines[-3:]] == [
        (6, "整改期限", "2026-12-01"),
        (7, "涉及环节", "招标、付款"),
        (8, "备注", "无补充"),
    ]
    assert engine.closing_notes(project, state) == ("规模：大。谢谢",)
    assert by_name(project, state)["size"] == "大"


def test_a_wrong_answer_is_refused_with_the_authors_sentence_and_changes_nothing(project: Form) -> None:
    state = engine.answer(project, engine.begin(project, NOW), "一号线", NOW)
    with pytest.raises(ValueError, match="金额应在 1 到 10000 之间"):
        engine.answer(project, state, "0", NOW)
    assert "amount" not in str(state.answers)
    assert asked_name(state) == "amount"


@pytest.mark.parametrize("value", ["abc", "1.5", "１", "1e3", "", " 5", "9" * 16])
def test_only_canonical_integers_are_kept(project: Form, value: str) -> None:
    state = engine.answer(project, engine.begin(project, NOW), "一号线", NOW)
    with pytest.raises(ValueError, match="请"):
        engine.answer(project, state, value, NOW)


def test_other_kinds_are_checked_too(project: Form) -> None:
    state = fill(project, FULL)
    for name, value in [
        ("problem", "maybe"),
        ("parts", "bid bid"),
        ("parts", "bid  pay"),
        ("parts", "none bid"),
        ("deadline", "2026-13-01"),
        ("deadline", "20261201"),
        ("deadline", "2026-01-01"),
        ("remark", "a\x00b"),
        ("remark", "\ud800"),
        ("remark", "长" * 6_000),
    ]:
        ref = next(ref for ref in project.leaves if ref.endswith(f"/{name}"))
        there = engine.goto(project, state, ref)
        with pytest.raises(ValueError, match=r"[请选期]"):
            engine.answer(project, there, value, NOW)


def test_skip_is_for_optional_questions(project: Form) -> None:
    state = engine.begin(project, NOW)
    with pytest.raises(ValueError, match="项目名称不能空"):
        engine.skip(project, state)
    state = engine.answer(project, state, "一号线", NOW)
    with pytest.raises(ValueError, match="必须填写"):
        engine.skip(project, state)
    state = fill(project, {"project": "一号线", "amount": "60", "problem": "no"})
    assert state.at is None
    assert len(state.skipped) == 1


def test_skip_keeps_an_answer_that_is_there(project: Form) -> None:
    state = fill(project, FULL)
    state = engine.skip(project, engine.goto(project, state, 1))
    assert state.at is None
    assert by_name(project, state)["project"] == "一号线"


def test_an_optional_answer_can_be_taken_back(project: Form) -> None:
    state = fill(project, {**FULL, "parts": "bid"})
    state = engine.goto(project, state, "/data/parts")
    state = engine.answer(project, state, "", NOW)
    assert state.at is None
    assert by_name(project, state)["parts"] == ""


def test_back_goes_all_the_way_and_then_says_so(project: Form) -> None:
    state = fill(project, FULL)
    seen = []
    while True:
        try:
            state = engine.back(project, state)
        except ValueError as error:
            assert str(error) == "已经是第一题了。"
            break
        seen.append(asked_name(state))
    assert seen == ["remark", "parts", "deadline", "cause", "what", "problem", "amount", "project"]


def test_after_going_back_the_flow_returns_to_where_it_was(project: Form) -> None:
    state = engine.begin(project, NOW)
    for value in ("一号线", "60", "yes", "围标串标"):
        state = engine.answer(project, state, value, NOW)
    assert asked_name(state) == "cause"
    state = engine.back(project, engine.back(project, engine.back(project, state)))
    assert asked_name(state) == "amount"
    assert asked_name(engine.answer(project, state, "70", NOW)) == "cause"


def test_an_edit_at_the_end_asks_what_became_relevant_and_returns(project: Form) -> None:
    state = fill(project, {"project": "一号线", "amount": "60", "problem": "no"})
    state = engine.answer(project, engine.goto(project, state, 3), "yes", NOW)
    assert asked_name(state) == "what"
    state = engine.answer(project, state, "围标串标", NOW)
    assert asked_name(state) == "cause"
    state = engine.skip(project, state)
    assert asked_name(state) == "deadline"
    assert engine.skip(project, state).at is None


def test_what_becomes_irrelevant_is_cleared_and_asked_anew(project: Form) -> None:
    state = fill(project, {**FULL, "cause": "管理松"})
    state = engine.answer(project, engine.goto(project, state, 3), "no", NOW)
    assert state.at is None
    assert not any("details" in ref for ref in state.answers)
    assert "what" not in by_name(project, state)
    assert "围标" not in str(state.to_json())
    state = engine.answer(project, engine.goto(project, state, 3), "yes", NOW)
    assert asked_name(state) == "what"
    assert by_name(project, state)["what"] == ""


def test_clearing_goes_on_along_the_chain(project: Form) -> None:
    state = fill(project, {**FULL, "cause": "管理松"})
    state = engine.answer(project, engine.goto(project, state, "/data/details/what"), "少", NOW)
    assert "cause" not in by_name(project, state)


def test_calculations_follow_an_edit(project: Form) -> None:
    state = fill(project, FULL)
    state = engine.answer(project, engine.goto(project, state, 2), "50", NOW)
    assert by_name(project, state)["double"] == "100"
    assert engine.closing_notes(project, state) == ("规模：小。谢谢",)


def test_a_default_is_shown_before_it_counts(project: Form) -> None:
    state = engine.begin(project, NOW)
    for value in ("一号线", "60", "no"):
        state = engine.answer(project, state, value, NOW)
    state = engine.skip(project, state)
    asked = engine.current(project, state)
    assert asked is not None
    assert (asked.ref, asked.value) == ("/data/remark", "无补充")
    state = engine.skip(project, state)
    assert state.at is None
    assert by_name(project, state)["remark"] == "无补充"


def test_goto_refuses_what_is_not_there(project: Form) -> None:
    state = fill(project, {"project": "一号线", "amount": "60", "problem": "no"})
    with pytest.raises(ValueError, match="没有第 6 题，现在一共有 5 题"):
        engine.goto(project, state, 6)
    with pytest.raises(ValueError, match="没有第 0 题"):
        engine.goto(project, state, 0)
    for ref in ("/data/details/what", "/data/opening", "/data/double", "/data/nothing"):
        with pytest.raises(ValueError, match="现在不需要填写"):
            engine.goto(project, state, ref)


def test_nothing_is_asked_at_the_end(project: Form) -> None:
    state = fill(project, FULL)
    with pytest.raises(LookupError):
        engine.answer(project, state, "x", NOW)
    with pytest.raises(LookupError):
        engine.skip(project, state)


def test_what_is_missing_is_listed_before_handing_in(project: Form) -> None:
    begun = engine.begin(project, NOW)
    gaps = engine.missing(project, begun)
    assert [(gap.number, gap.label, gap.message) for gap in gaps] == [
        (1, "项目名称", "项目名称不能空"),
        (2, "合同金额（万元）", "这一题必须填写，请填写后再继续。"),
        (3, "有无问题？", "这一题必须填写，请填写后再继续。"),
    ]


def test_an_answer_that_another_answer_made_wrong_is_missing() -> None:
    form = form_of("""
| survey |
| | type | name | label | constraint | constraint_message |
| | integer | total | 总数 | | |
| | integer | part | 其中 | . <= ${total} | 不能多于总数 ${total} |
""")
    state = fill(form, {"total": "10", "part": "8"})
    assert engine.missing(form, state) == []
    state = engine.answer(form, engine.goto(form, state, 1), "5", NOW)
    assert [(gap.number, gap.message) for gap in engine.missing(form, state)] == [(2, "不能多于总数 5")]


DAYS = """
| survey |
| | type | name | label | required | relevant | calculation | default |
| | date | due | 期限 | yes | | | |
| | text | why | 逾期原因 | yes | ${due} < today() | | |
| | date | filled | 填报日 | | | | today() |
| | calculate | left | | | | ${due} - today() | |
| | calculate | opened | | | | once(today()) | |
"""


def test_the_day_comes_from_outside_and_a_new_day_is_caught_up() -> None:
    form = form_of(DAYS)
    state = fill(form, {"due": "2026-11-22"})
    assert by_name(form, state) == {"due": "2026-11-22", "filled": "2026-11-21", "left": "1", "opened": "2026-11-21"}
    assert engine.refresh(form, state, NOW) is state
    later = engine.refresh(form, state, NOW + timedelta(days=2))
    assert by_name(form, later) == {
        "due": "2026-11-22",
        "why": "",
        "filled": "2026-11-21",
        "left": "-1",
        "opened": "2026-11-21",
    }
    assert [gap.label for gap in engine.missing(form, later)] == ["逾期原因"]
    edited = engine.answer(form, engine.goto(form, state, 1), "2026-11-22", NOW.replace(day=25))
    assert asked_name(edited) == "why"


def test_a_question_that_a_new_day_makes_irrelevant_gives_way() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant |
| | text | early | 提前说明 | today() < date('2026-12-01') |
| | text | always | 说明 | |
""")
    state = engine.begin(form, NOW)
    assert asked_name(state) == "early"
    assert asked_name(engine.refresh(form, state, NOW.replace(month=12, day=1))) == "always"


CASCADE = """
| survey |
| | type | name | label | required | choice_filter |
| | select_one unit | unit | 单位 | yes | |
| | select_one dept | dept | 部门 | yes | unit = ${unit} |
| | select_multiple post | posts | 岗位 | yes | dept = ${dept} and unit = ${unit} |
| choices |
| | list_name | name | label | unit | dept |
| | unit | a | 甲公司 | | |
| | unit | b | 乙公司 | | |
| | unit | c | 丙公司 | | |
| | dept | a1 | 甲一部 | a | |
| | dept | a2 | 甲二部 | a | |
| | dept | b1 | 乙一部 | b | |
| | post | p1 | 出纳 | a | a1 |
| | post | p2 | 会计 | a | a1 |
| | post | p3 | 采购 | b | b1 |
"""


def test_choices_are_filtered_and_a_filtered_choice_is_cleared_down_the_cascade() -> None:
    form = form_of(CASCADE)
    state = fill(form, {"unit": "a", "dept": "a1", "posts": "p1 p2"})
    asked = engine.current(form, engine.goto(form, state, 2))
    assert asked is not None
    assert [choice.label for choice in asked.choices] == ["甲一部", "甲二部"]
    state = engine.answer(form, engine.goto(form, state, 1), "b", NOW)
    assert by_name(form, state) == {"unit": "b", "dept": "", "posts": ""}
    assert asked_name(state) == "dept"
    with pytest.raises(ValueError, match="选项里没有这一项"):
        engine.answer(form, state, "a1", NOW)


def test_a_required_question_without_any_choice_can_be_passed() -> None:
    form = form_of(CASCADE)
    state = engine.answer(form, engine.begin(form, NOW), "c", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert (asked.choices, asked.required) == ((), False)
    state = engine.skip(form, engine.skip(form, state))
    assert state.at is None
    assert engine.missing(form, state) == []
    state = engine.answer(form, engine.goto(form, state, 1), "a", NOW)
    assert asked_name(state) == "dept"


def test_a_default_comes_back_when_its_question_does() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant | default | calculation |
| | select_one yn | more | 有补充？ | | | |
| | integer | count | 几项 | ${more} = 'yes' | 3 | |
| | calculate | twice | | ${more} = 'yes' | | ${count} * 2 |
""")
    state = engine.begin(form, NOW)
    assert by_name(form, state) == {"more": ""}
    state = engine.answer(form, state, "yes", NOW)
    assert by_name(form, state) == {"more": "yes", "count": "3", "twice": "6"}
    state = engine.answer(form, state, "5", NOW)
    assert by_name(form, state)["twice"] == "10"
    state = engine.answer(form, engine.goto(form, state, 1), "no", NOW)
    assert by_name(form, state) == {"more": "no"}
    state = engine.answer(form, engine.goto(form, state, 1), "yes", NOW)
    assert by_name(form, state)["count"] == "3"
    assert asked_name(state) == "count"


def test_a_label_can_name_a_choice_and_notes_show_read_only_answers() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation | read_only |
| | select_one yn | ok | 有无？ | | |
| | calculate | word | | jr:choice-name(${ok}, '${ok}') | |
| | text | fixed | 结论 | concat(${word}, '问题') | yes |
| | text | last | ${word}的说明 | | |
""")
    state = engine.answer(form, engine.begin(form, NOW), "yes", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert asked.label == "有的说明"
    assert asked.notes == ("结论：有问题",)


def test_a_question_with_a_calculation_is_asked_with_its_value() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation |
| | integer | a | 甲 | |
| | integer | b | 合计 | ${a} + 1 |
""")
    state = engine.answer(form, engine.begin(form, NOW), "4", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert (asked.ref, asked.value) == ("/data/b", "5")


def test_deeply_nested_groups_all_must_hold_and_all_are_headings() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant |
| | integer | n | 数 | |
| | begin_group | outer | 外 | ${n} > 1 |
| | begin_group | unnamed | | ${n} > 2 |
| | begin_group | inner | 内 | ${n} > 3 |
| | text | deep | 深 | ${n} > 4 |
| | end_group | | | |
| | end_group | | | |
| | end_group | | | |
""")
    for number in range(6):
        state = engine.answer(form, engine.begin(form, NOW), str(number), NOW)
        assert (asked_name(state) == "deep") == (number > 4)
    asked = engine.current(form, state)
    assert asked is not None
    assert asked.section == "外 · 内"


def test_a_state_that_is_no_state_is_refused() -> None:
    states: list[dict[str, object]] = [
        {},
        {"answers": {}},
        {"answers": [], "at": None, "skipped": 1, "preset": [], "off": [], "day": "x"},
    ]
    for kept in states:
        with pytest.raises((KeyError, TypeError, ValueError)):
            FormState.from_json(kept)
