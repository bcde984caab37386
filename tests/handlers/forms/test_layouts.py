"""Layouts: what instances share is compiled once, texts are in one language, the order is that of the body."""

import pytest

from handlers.forms import engine, layouts
from handlers.forms.form import Form, FormError
from handlers.forms.workbook import compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, form_of

MIXED = """
| survey |
| | type | name | label | calculation | relevant |
| | text | a | 甲 | | |
| | begin_repeat | r | 组 | | |
| | text | x | 子 | | ${a} != '' |
| | text | y | 丑 | | ${x} != '' |
| | calculate | place | | position(..) | |
| | calculate | share | | ${place} div count(${r}) | |
| | end_repeat | | | | |
| | calculate | all | | count(${r}) | |
"""


@pytest.fixture(scope="module")
def mixed() -> Form:
    return form_of(MIXED)


def test_what_does_not_look_at_the_number_of_instances_is_compiled_once(mixed: Form) -> None:
    two, three = mixed.layout({"/data/r": 2}), mixed.layout({"/data/r": 3})
    assert two is mixed.layout({"/data/r": 2})
    for ref in ("/data/a", "/data/r[1]/x", "/data/r[2]/y", "/data/r[2]/place"):
        assert two.leaves[ref] is three.leaves[ref]
    rules = [{rule.ref: rule for rule in layout.rules} for layout in (two, three)]
    assert rules[0]["/data/r[1]/y"] is rules[1]["/data/r[1]/y"]
    assert rules[0]["/data/all"] is not rules[1]["/data/all"]
    assert rules[0]["/data/r[1]/share"] is not rules[1]["/data/r[1]/share"]


def test_a_form_without_repeats_has_one_layout() -> None:
    form = form_of("| survey |\n| | type | name | label |\n| | text | a | 甲 |\n")
    assert form.layout({}) is form.layout({"/data/nothing": 3}) is form.plain


def test_old_layouts_are_dropped_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "MAX_KEPT", 1_500)
    form = compile_form(compile_workbook(MIXED).xml)
    first = form.layout({"/data/r": 20})
    assert form.layout({"/data/r": 20}) is first
    for count in range(1, 41):
        assert len(form.layout({"/data/r": count}).repeats["/data/r"].instances) == count
    again = form.layout({"/data/r": 20})
    assert again is not first
    assert list(again.leaves) == list(first.leaves)


def test_the_first_instances_are_laid_out_before_anybody_needs_them() -> None:
    form = compile_form(compile_workbook(MIXED).xml)
    layouts.prepare(form)
    made: list[object] = []
    assert form.layouts is not None
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layouts.Layouts, "build", lambda self, counts: made.append(counts))
        ready = [form.layout({**form.plain.counts, "/data/r": count}) for count in range(1, layouts.AHEAD + 1)]
    assert made == []
    assert [len(layout.repeats["/data/r"].instances) for layout in ready] == [1, 2, 3, 4, 5]


def test_a_form_that_is_too_big_for_more_instances_is_prepared_as_far_as_it_goes() -> None:
    names = [f"q{number}" for number in range(1_200)]
    rows = "\n".join(f"| | text | {name} | 题 |" for name in names)
    form = form_of(f"""
| survey |
| | type | name | label |
| | begin_repeat | r | 组 |
{rows}
| | end_repeat | | |
""")
    layouts.prepare(form)
    assert len(form.layout({"/data/r": 2}).leaves) > 2 * len(names)


def test_a_layout_that_cannot_be_made_is_a_sentence_and_leaves_no_trace() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation |
| | begin_repeat | r | 组 | |
| | integer | x | 子 | |
| | calculate | y | | if(position(..) = 3, 1, 0) + coalesce(/data/r[position() = 3]/y, 0) |
| | end_repeat | | | |
""")
    state = engine.add(form, engine.begin(form, NOW), "/data/r", NOW)
    for _ in range(2):
        with pytest.raises(ValueError, match="互相依赖"):
            engine.add(form, state, "/data/r", NOW)
    assert engine.values(form, state)["/data/r[2]/y"] == "0"


TRANSLATED_HEADERS = (
    "type",
    "name",
    "label::English (en)",
    "label::中文 (zh)",
    "hint::English (en)",
    "guidance_hint::中文 (zh)",
    "constraint",
    "constraint_message::English (en)",
)
TRANSLATED = f"""
| survey |
| | {" | ".join(TRANSLATED_HEADERS)} |
| | integer | a | How many | 多少 | whole number | 请写整数 | . < 5 | too many |
| | select_one l | b | Which of ${{a}} | | | | | |
| choices |
| | list_name | name | label::English (en) | label::中文 (zh) |
| | l | x | red | 红 |
| | l | y | blue | |
| settings |
| | default_language |
| | English (en) |
"""


def test_missing_translations_fall_back_to_the_default_language() -> None:
    form = form_of(TRANSLATED)
    state = engine.begin(form, NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert (asked.label, asked.hint, asked.guidance) == ("多少", "whole number", "请写整数")
    with pytest.raises(ValueError, match="too many"):
        engine.answer(form, state, "9", NOW)
    asked = engine.current(form, engine.answer(form, state, "3", NOW))
    assert asked is not None
    assert asked.label == "Which of 3"
    assert [choice.label for choice in asked.choices] == ["红", "blue"]


def test_answers_stand_in_every_text() -> None:
    form = form_of("""
| survey |
| | type | name | label | hint | guidance_hint | constraint | constraint_message | required | required_message |
| | text | who | 谁 | | | | | | |
| | integer | n | ${who}的数 | 不超过${who}的 | 详见${who} | . < 5 | ${who}太多了 | yes | ${who}没有填 |
| | select_one l | pick | 选 | | | | | | |
| choices |
| | list_name | name | label |
| | l | x | ${who}本人 |
| | l | y | 别人 |
""")
    state = engine.answer(form, engine.begin(form, NOW), "张三", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert (asked.label, asked.hint, asked.guidance) == ("张三的数", "不超过张三的", "详见张三")
    with pytest.raises(ValueError, match="张三太多了"):
        engine.answer(form, state, "7", NOW)
    with pytest.raises(ValueError, match="张三没有填"):
        engine.skip(form, state)
    state = engine.answer(form, engine.answer(form, state, "3", NOW), "x", NOW)
    assert [line.text for line in engine.preview(form, state)] == ["张三", "3", "张三本人"]


def test_the_body_decides_on_the_order() -> None:
    xml = compile_workbook("| survey |\n| | type | name | label |\n| | text | a | 甲 |\n| | text | b | 乙 |\n").xml
    body = xml.index("<h:body")
    first, second = xml.index("<input", body), xml.index("<input", xml.index("<input", body) + 1)
    end = xml.index("</h:body>")
    form = compile_form(xml[:first] + xml[second:end] + xml[first:second] + xml[end:])
    assert [step.ref for step in form.steps] == ["/data/b", "/data/a"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('urn:qingfeng:form:1">', 'urn:qingfeng:form:1">', ""),
        ('<data id="data"', '<data qf:audience="all" id="data"', "对象“all”不认识"),
        ('<data id="data"', '<data qf:level="x" id="data"', "层级“x”不认识"),
    ],
)
def test_settings_that_are_not_known_are_refused(old: str, new: str, says: str) -> None:
    xml = compile_workbook("| survey |\n| | type | name | label |\n| | text | a | 甲 |\n").xml
    assert old in xml
    if not says:
        assert compile_form(xml.replace(old, new, 1)).audience == ""
        return
    with pytest.raises(FormError, match=says):
        compile_form(xml.replace(old, new, 1))


def test_the_audience_is_read() -> None:
    form = form_of("""
| survey |
| | type | name | label |
| | text | a | 甲 |
| settings |
| | form_id | 对象 |
| | x | 全体人员 |
""")
    assert form.audience == "everyone"
