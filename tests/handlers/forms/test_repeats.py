"""Repeats as people fill them: one more, one less, counted ones, nested ones, and what follows from their answers.

Long, for the cases share one small form and one way of asking.
"""

import json

import pytest

from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.spots import MAX_INSTANCES
from handlers.forms.views import FormState
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, YES_NO, form_of

RISKS = """
| survey |
| | type | name | label | required | relevant | calculation | constraint | 用途 |
| | text | unit | 单位 | | | | | |
| | begin_repeat | risk | 风险点 | | ${unit} != '无' | | | |
| | text | what | 什么风险 | yes | | | | 风险点 |
| | select_one lv | level | 风险等级 | | | | | 等级 |
| | integer | loss | 第${no}项可能损失（元） | | ${level} = 'high' | | . > 0 | 金额 |
| | calculate | no | | | | position(..) | | |
| | end_repeat | | | | | | | |
| | calculate | total | | | | sum(${loss}) | | |
| | calculate | many | | | | count(${risk}) | | |
| | text | remark | 共${many}项，${total}元，备注 | | | | | |
| choices |
| | list_name | name | label |
| | lv | high | 高 |
| | lv | low | 低 |
"""


@pytest.fixture(scope="module")
def risks() -> Form:
    return form_of(RISKS)


def said(form: Form, state: FormState, *values: str | None) -> FormState:
    """Answer one question after the other (None: skip), every state stored and restored in between."""
    for value in values:
        state = FormState.from_json(json.loads(json.dumps(state.to_json())))
        state = engine.skip(form, state) if value is None else engine.answer(form, state, value, NOW)
    return state


def asked(form: Form, state: FormState) -> tuple[str, str]:
    """The ref and the label of the question being asked."""
    found = engine.current(form, state)
    return ("", "") if found is None else (found.ref, found.label)


TWO = ("甲公司", "围标", "high", "100", "more", "吃请", "low", "done")


def test_an_open_repeat_begins_with_one_instance_and_asks_for_more(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), "甲公司", "围标", "low")
    question = engine.current(risks, state)
    assert question is not None
    assert (question.kind, question.ref) == (Kind.MORE, "/data/risk")
    assert question.label == "“风险点”已填 1 项，再加一项吗？"
    assert [choice.value for choice in question.choices] == ["more", "done"]
    assert question.instances == ("围标，低",)
    assert (question.number, question.total) == (3, 4)
    assert "/data/risk" not in engine.values(risks, state)
    assert [line.ref for line in engine.preview(risks, state)][-1] == "/data/remark"
    with pytest.raises(ValueError, match="再加一项"):
        engine.answer(risks, state, "maybe", NOW)


def test_more_leads_through_a_new_instance_and_back_to_the_question(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO)
    assert asked(risks, state) == ("/data/remark", "共2项，100元，备注")
    assert dict(state.counts) == {"/data/risk": 2}
    assert engine.values(risks, state)["/data/risk[2]/no"] == "2"
    question = engine.current(risks, engine.goto(risks, state, "/data/risk[2]/what"))
    assert question is not None
    assert (question.section, question.opens_section) == ("风险点（第 2 项）", True)


@pytest.mark.parametrize(("allowed", "same"), [("", ""), ("无", ""), ("同上", "张三"), ("无 同上", "张三")])
def test_the_text_of_the_instance_before_is_offered_only_where_the_workbook_allows_it(allowed: str, same: str) -> None:
    form = form_of(f"""
| survey |
| | type | name | label | 允许 |
| | begin_repeat | risk | 风险点 | |
| | text | owner | 责任人 | {allowed} |
| | select_one lv | level | 等级 | |
| | end_repeat | | | |
| choices |
| | list_name | name | label |
| | lv | high | 高 |
""")
    state = said(form, engine.begin(form, NOW), "张三", "high", "more")
    owner = engine.current(form, state)
    level = engine.current(form, said(form, state, "李四"))
    assert owner is not None and level is not None
    assert (owner.same, level.same) == (same, "high")
    first = engine.current(form, engine.goto(form, state, "/data/risk[1]/owner"))
    assert first is not None and first.same == ""


def test_what_is_not_relevant_is_an_empty_node_and_still_one() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant | calculation |
| | begin_repeat | r | 项 | | |
| | integer | n | 数 | | |
| | integer | more | 再问 | ${n} > 1 | |
| | end_repeat | | | | |
| | calculate | counts | | | concat(count(${more}), ' ', count-non-empty(${more}), ' ', sum(${more})) |
| | calculate | joined | | | join('-', ${more}) |
| | text | end | 完 | | |
""")
    state = said(form, engine.begin(form, NOW), "1", "more", "2", "7", "more", "3", "9", "done")
    values = engine.values(form, state)
    assert (values["/data/counts"], values["/data/joined"]) == ("3 2 16", "-7-9")


def test_back_stops_at_whether_there_are_more(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO)
    seen = []
    for _ in range(4):
        state = engine.back(risks, state)
        seen.append(state.at)
    assert seen == ["/data/risk", "/data/risk[2]/level", "/data/risk[2]/what", "/data/risk[1]/loss"]


def test_each_instance_has_its_own_conditions_and_labels(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO)
    state = said(risks, engine.goto(risks, state, "/data/risk[2]/level"), "high")
    assert asked(risks, state) == ("/data/risk[2]/loss", "第2项可能损失（元）")
    with pytest.raises(ValueError, match="不符合"):
        engine.answer(risks, state, "0", NOW)
    state = said(risks, state, "50")
    assert engine.values(risks, state)["/data/total"] == "150"


def test_an_instance_is_added_from_the_preview(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO, "好")
    assert state.at is None
    state = engine.add(risks, state, "/data/risk", NOW)
    assert asked(risks, state)[0] == "/data/risk[3]/what"
    state = said(risks, state, "拖延", None)
    assert asked(risks, state)[0] == "/data/risk"
    assert said(risks, state, "done").at is None


def test_a_removed_instance_makes_the_later_ones_move_up(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO, "好")
    state = engine.remove(risks, state, "/data/risk[1]", NOW)
    values = engine.values(risks, state)
    assert {ref: value for ref, value in values.items() if "risk" in ref} == {
        "/data/risk[1]/what": "吃请",
        "/data/risk[1]/level": "low",
        "/data/risk[1]/no": "1",
    }
    assert (values["/data/total"], values["/data/many"]) == ("0", "1")
    assert asked(risks, state)[0] == "/data/risk"
    state = engine.remove(risks, state, "/data/risk[1]", NOW)
    assert asked(risks, state) == ("/data/risk", "“风险点”要填一项吗？")
    assert engine.values(risks, state)["/data/many"] == "0"
    assert said(risks, state, "more").at == "/data/risk[1]/what"
    assert said(risks, state, "done").at is None


def test_removing_what_is_being_asked_goes_on_nearby_and_elsewhere_nothing_moves(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO[:5])
    assert state.at == "/data/risk[2]/what"
    assert engine.remove(risks, state, "/data/risk[2]", NOW).at == "/data/risk"
    assert engine.remove(risks, state, "/data/risk[1]", NOW).at == "/data/risk[1]/what"
    later = said(risks, engine.begin(risks, NOW), *TWO)
    assert engine.remove(risks, later, "/data/risk[1]", NOW).at == "/data/remark"


def test_previews_name_the_instances(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO)
    first, second = engine.instances(risks, state)
    assert (first.ref, first.repeat, first.label, first.number) == ("/data/risk[1]", "/data/risk", "风险点", 1)
    assert (first.summary, second.summary, second.open) == ("围标，高，100", "吃请，低", True)
    state = said(risks, engine.goto(risks, state, 1), "无")
    assert engine.instances(risks, state) == []


@pytest.mark.parametrize("ref", ["/data/risk[3]", "/data/risk", "/data", "/data/risk[1]/what", ""])
def test_only_instances_can_be_removed(risks: Form, ref: str) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO)
    with pytest.raises(ValueError, match="没有找到"):
        engine.remove(risks, state, ref, NOW)


def test_an_irrelevant_repeat_is_not_asked_and_starts_anew(risks: Form) -> None:
    state = said(risks, engine.begin(risks, NOW), *TWO, "好")
    state = said(risks, engine.goto(risks, state, 1), "无")
    assert state.at is None
    assert not any("risk" in ref for ref in state.answers)
    assert engine.values(risks, state)["/data/total"] == "0"
    with pytest.raises(ValueError, match="现在不需要"):
        engine.add(risks, state, "/data/risk", NOW)
    with pytest.raises(ValueError, match="现在不需要"):
        engine.goto(risks, state, "/data/risk")
    state = said(risks, engine.goto(risks, state, 1), "乙公司")
    assert asked(risks, state)[0] == "/data/risk[1]/what"
    assert dict(state.counts) == {"/data/risk": 1}


def test_findings_are_found_in_every_instance(risks: Form) -> None:
    first, second = engine.findings(risks, said(risks, engine.begin(risks, NOW), *TWO))
    assert (first.text, first.level, first.amount_fen, first.ref) == ("围标", "high", 10_000, "/data/risk[1]/what")
    assert (second.text, second.level, second.amount_fen, second.area) == ("吃请", "low", None, "风险点")


def test_a_repeat_is_full_at_some_point() -> None:
    form = form_of("""
| survey |
| | type | name | label |
| | begin_repeat | r | 项 |
| | text | a | 甲 |
| | end_repeat | | |
""")
    state = engine.begin(form, NOW)
    for _ in range(MAX_INSTANCES - 1):
        state = engine.add(form, state, "/data/r", NOW)
    with pytest.raises(ValueError, match="不能再加"):
        engine.add(form, state, "/data/r", NOW)
    question = engine.current(form, engine.goto(form, state, "/data/r"))
    assert question is not None
    assert [choice.value for choice in question.choices] == ["done"]


COUNTED = """
| survey |
| | type | name | label | repeat_count | calculation | relevant | default |
| | integer | people | 几个人 | | | | |
| | begin_repeat | person | 人员 | ${people} | | | |
| | text | name | 姓名 | | | | |
| | integer | cars | ${name}有几辆车 | | | | |
| | begin_repeat | car | 车辆 | ${cars} | | | |
| | text | plate | 车牌 | | | | 京A |
| | end_repeat | | | | | | |
| | calculate | own | | | count-non-empty(${plate}) | | |
| | end_repeat | | | | | | |
| | calculate | all | | | sum(${own}) | | |
"""


def test_counted_repeats_have_as_many_instances_as_the_count_says() -> None:
    form = form_of(COUNTED)
    state = said(form, engine.begin(form, NOW), "2", "张三", "2", None, None, "李四", "0")
    assert state.at is None
    assert dict(state.counts) == {"/data/person": 2, "/data/person[1]/car": 2, "/data/person[2]/car": 0}
    assert engine.values(form, state)["/data/all"] == "2"
    assert engine.values(form, state)["/data/person[1]/car[2]/plate"] == "京A"
    with pytest.raises(ValueError, match="由前面的回答决定"):
        engine.remove(form, state, "/data/person[1]", NOW)
    with pytest.raises(ValueError, match="由前面的回答决定"):
        engine.add(form, state, "/data/person", NOW)


def test_a_count_that_shrinks_takes_the_last_ones_and_one_that_grows_brings_empty_ones() -> None:
    form = form_of(COUNTED)
    state = said(form, engine.begin(form, NOW), "2", "张三", "1", "京B", "李四", "1", "京C")
    state = said(form, engine.goto(form, state, "/data/people"), "1")
    assert dict(state.counts) == {"/data/person": 1, "/data/person[1]/car": 1}
    assert not any("李四" in value for value in state.answers.values())
    assert engine.values(form, state)["/data/all"] == "1"
    state = said(form, engine.goto(form, state, "/data/people"), "3")
    assert state.at == "/data/person[2]/name"
    assert engine.values(form, state)["/data/person[2]/name"] == ""


@pytest.mark.parametrize("count", ["0", "-5", None])
def test_what_is_no_number_of_instances_counts_as_none(count: str | None) -> None:
    form = form_of(COUNTED)
    state = said(form, engine.begin(form, NOW), count)
    assert state.at is None
    assert dict(state.counts) == {"/data/person": 0}


def test_too_many_instances_are_refused_with_the_answer() -> None:
    form = form_of(COUNTED)
    state = engine.begin(form, NOW)
    with pytest.raises(ValueError, match="最多填 100 项"):
        engine.answer(form, state, "101", NOW)
    state = said(form, state, "60", *[None, "100"])
    with pytest.raises(ValueError, match="一张表最多 5000 项"):
        for ref in [f"/data/person[{number}]/cars" for number in range(2, 61)]:
            state = engine.answer(form, engine.goto(form, state, ref), "100", NOW)
    assert len(form.layout(state.counts).leaves) <= 5_000


def test_a_form_that_would_begin_with_too_many_is_not_published() -> None:
    with pytest.raises(WorkbookError, match="最多填 100 项"):
        compile_workbook(COUNTED.replace("integer | people | 几个人 | | | |", "calculate | people | | | 500 | |"))


NESTED = """
| survey |
| | type | name | label | calculation | choice_filter | relevant |
| | begin_repeat | unit | 单位 | | | |
| | select_one area | area | 片区 | | | |
| | begin_repeat | site | 场站 | | | |
| | select_one place | place | 哪个场站 | | area = ${area} | |
| | text | note | ${place}的情况 | | | position(..) = 1 or ${place} = 'b1' |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | calculate | notes | | concat(${note}) | | |
| choices |
| | list_name | name | label | area |
| | area | a | 甲片区 | |
| | area | b | 乙片区 | |
| | place | a1 | 甲一站 | a |
| | place | a2 | 甲二站 | a |
| | place | b1 | 乙一站 | b |
"""


def test_nested_repeats_cascade_within_their_own_instance() -> None:
    form = form_of(NESTED)
    state = said(form, engine.begin(form, NOW), "a", "a1", "好", "more", "a2", "done", "more", "b")
    assert state.at == "/data/unit[2]/site[1]/place"
    question = engine.current(form, state)
    assert question is not None
    assert [choice.value for choice in question.choices] == ["b1"]
    assert question.section == "单位（第 2 项） · 场站（第 1 项）"
    state = said(form, state, "b1", "差", "done", "done")
    assert state.at is None
    assert engine.values(form, state)["/data/notes"] == "好差"
    state = said(form, engine.goto(form, state, "/data/unit[1]/area"), "b")
    assert state.at == "/data/unit[1]/site[1]/place"
    assert [ref for ref, value in engine.values(form, state).items() if ref.endswith("place") and not value] == [
        "/data/unit[1]/site[1]/place",
        "/data/unit[1]/site[2]/place",
    ]


def test_removing_around_nested_instances_takes_and_moves_them_too() -> None:
    form = form_of(NESTED)
    state = said(form, engine.begin(form, NOW), "a", "a1", "好", "more", "a2", "done", "more", "b", "b1", "差", "done")
    state = engine.remove(form, state, "/data/unit[1]", NOW)
    assert dict(state.counts) == {"/data/unit": 1, "/data/unit[1]/site": 1}
    assert engine.values(form, state) == {
        "/data/unit[1]/area": "b",
        "/data/unit[1]/site[1]/place": "b1",
        "/data/unit[1]/site[1]/note": "差",
        "/data/notes": "差",
    }


def test_the_instance_before_can_be_looked_at() -> None:
    form = form_of(
        """
| survey |
| | type | name | label | calculation |
| | begin_repeat | day | 日 | |
| | integer | paid | 付款 | |
| | calculate | before | | coalesce(indexed-repeat(${paid}, ${day}, position(..) - 1), 0) |
| | calculate | change | | ${paid} - ${before} |
| | end_repeat | | | |
| | calculate | last | | ${day}[position() = last()]/paid |
""".replace("${day}[position() = last()]/paid", "indexed-repeat(${paid}, ${day}, count(${day}))")
    )
    state = said(form, engine.begin(form, NOW), "5", "more", "8", "more", "6", "done")
    values = engine.values(form, state)
    assert [values[f"/data/day[{number}]/change"] for number in (1, 2, 3)] == ["5", "3", "-2"]
    assert values["/data/last"] == "6"
    values = engine.values(form, engine.remove(form, state, "/data/day[2]", NOW))
    assert [values[f"/data/day[{number}]/change"] for number in (1, 2)] == ["5", "1"]
    assert values["/data/last"] == "6"


def test_defaults_are_set_in_every_new_instance() -> None:
    form = form_of("""
| survey |
| | type | name | label | default |
| | text | chief | 负责人 | |
| | begin_repeat | r | 事项 | |
| | text | owner | 责任人 | ${chief} |
| | date | day | 日期 | today() |
| | integer | n | 数量 | 3 |
| | end_repeat | | | |
""")
    state = said(form, engine.begin(form, NOW), "王建国", "本人", None, None, "more")
    assert {ref: value for ref, value in state.answers.items() if "[2]" in ref} == {
        "/data/r[2]/owner": "王建国",
        "/data/r[2]/day": "2026-11-21",
        "/data/r[2]/n": "3",
    }
    later = engine.answer(form, said(form, state, None, None, None), "more", NOW.replace(day=25))
    assert later.answers["/data/r[3]/day"] == "2026-11-25"
    assert later.answers["/data/r[1]/day"] == "2026-11-21"


def test_a_choice_can_be_an_answer_of_a_repeat() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation |
| | begin_repeat | member | 成员 | |
| | text | name | 姓名 | |
| | end_repeat | | | |
| | select_one ${name} | head | 谁负责 | |
| | note | told | 由${head}负责 | |
| | text | end | 完 | |
""")
    state = said(form, engine.begin(form, NOW), "张 三", "more", "李四", "more", None, "done")
    question = engine.current(form, state)
    assert question is not None
    assert [choice.label for choice in question.choices] == ["张 三", "李四"]
    with pytest.raises(ValueError, match="选项里没有"):
        engine.answer(form, state, "王五", NOW)
    state = said(form, state, "张 三")
    question = engine.current(form, state)
    assert question is not None
    assert question.notes == ("由张 三负责",)
    state = engine.remove(form, state, "/data/member[1]", NOW)
    assert engine.values(form, state)["/data/head"] == ""


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (
            "| | calculate | a | | sum(${b}) | |\n| | begin_repeat | r | 组 | | |\n| | calculate | b | | ${a} + 1 | |",
            "a",
        ),
        ("| | begin_repeat | r | 组 | | count(${r}) + 1 |\n| | text | b | 乙 | | |", "r"),
        ("| | begin_repeat | r | 组 | | sum(${b}) |\n| | integer | b | 乙 | | |", "r"),
    ],
)
def test_circles_through_instances_are_refused_when_published(rows: str, names: str) -> None:
    head = "| survey |\n| | type | name | label | calculation | repeat_count |\n"
    with pytest.raises(WorkbookError, match="互相依赖") as refused:
        compile_workbook(f"{head}{rows}\n| | end_repeat | | | | |\n{YES_NO}")
    assert names in str(refused.value)


def test_an_old_state_without_numbers_of_instances_has_one_of_each(risks: Form) -> None:
    kept = engine.begin(risks, NOW).to_json()
    del kept["counts"]
    state = said(risks, FormState.from_json(kept), "甲公司")
    assert state.at == "/data/risk[1]/what"


def test_a_repeat_without_a_label_or_a_template_still_runs() -> None:
    xml = compile_workbook(RISKS).xml
    start, end = xml.index('<risk jr:template="">'), xml.index("</risk>") + len("</risk>")
    form = compile_form((xml[:start] + xml[end:]).replace("<label>风险点</label>", "", 1))
    state = said(form, engine.begin(form, NOW), "甲公司", "围标", "low")
    question = engine.current(form, state)
    assert question is not None
    assert question.label == "已填 1 项，再加一项吗？"
    question = engine.current(form, said(form, state, "more"))
    assert question is not None
    assert question.section == "第 2 项"


def test_a_condition_on_the_instance_itself_gates_the_instance_and_not_whether_there_are_more() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant |
| | text | a | 甲 | |
| | begin_repeat | r | 组 | position(.) < 3 and ${a} != '' |
| | text | x | 子 | |
| | end_repeat | | | |
""")
    state = said(form, engine.begin(form, NOW), "有", "1", "more", "2", "more")
    assert asked(form, state)[0] == "/data/r"
    assert "/data/r[3]/x" not in engine.values(form, state)
    assert [found.number for found in engine.instances(form, state)] == [1, 2]
    state = engine.remove(form, state, "/data/r[1]", NOW)
    assert asked(form, state)[0] in {"/data/r[2]/x", "/data/r"}
    assert engine.values(form, state) == {"/data/a": "有", "/data/r[1]/x": "2", "/data/r[2]/x": ""}
