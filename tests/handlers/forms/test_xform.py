"""Stored XForms: what the compiler takes from the XML, and that nothing but a FormError comes out of a damaged one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.form import FormError
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, YES_NO, form_of

XML = compile_workbook(f"""
| survey |
| | type | name | label | hint | required | relevant | constraint | choice_filter | default | 用途 |
| | begin_group | g | 组 | | | | | | | |
| | integer | n | 数 | 整数 | yes | | . > 0 | | 3 | |
| | select_one yn | ok | ${{n}}项有无问题 | | | ${{n}} > 1 | | name != ${{n}} | | |
| | text | what | 什么问题 | | | selected(${{ok}}, 'yes') | | | today() | 问题 |
| | end_group | | | | | | | | | |
{YES_NO}""").xml


def form_error(xml: str) -> FormError:
    with pytest.raises(FormError) as refused:
        compile_form(xml)
    return refused.value


def test_choices_written_inside_the_question_are_read() -> None:
    start, end = XML.index("<itemset"), XML.index("</itemset>") + len("</itemset>")
    inline = "<item><label>有</label><value>yes</value></item><item><value>no</value></item>"
    form = compile_form(XML[:start] + inline + XML[end:])
    state = engine.answer(form, engine.begin(form, NOW), "3", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert [(choice.value, choice.label) for choice in asked.choices] == [("yes", "有"), ("no", "no")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("instance('yn')/root/item[", "randomize(instance('yn')/root/item)[", "放在这里不成立"),
        ("instance('yn')/root/item[", "instance('other')/root/item[", "选项来源"),
        ("instance('yn')/root/item[", "instance('yn')/root/row[", "选项来源"),
        ('<label ref="label"/>', '<label ref="caption"/>', "选项来源"),
        ('type="int"', 'type="geoshape"', "geoshape"),
        ('qf:purpose="finding"', 'qf:purpose="nothing"', "不认识"),
        ("<instance>", "<instance><data/>", "不是有效的 XForm"),
    ],
)
def test_what_is_not_supported_is_named(old: str, new: str, says: str) -> None:
    assert old in XML
    assert says in str(form_error(XML.replace(old, new, 1)))


def test_an_empty_choice_list_is_named() -> None:
    start, end = XML.index("<root>"), XML.index("</root>")
    assert "“yn”没有选项" in str(form_error(XML[:start] + "<root>" + XML[end:]))


def test_several_filters_must_all_hold() -> None:
    form = compile_form(XML.replace("/root/item[", "/root/item[label != '无'][", 1))
    state = engine.answer(form, engine.begin(form, NOW), "3", NOW)
    asked = engine.current(form, state)
    assert asked is not None
    assert [choice.value for choice in asked.choices] == ["yes"]


@pytest.mark.parametrize("kind", ["select_one_from_file ../../etc/passwd.csv", "select_one_from_file towns.csv"])
def test_choices_outside_the_workbook_are_refused(kind: str) -> None:
    with pytest.raises(WorkbookError):
        compile_workbook(f"| survey |\n| | type | name | label |\n| | {kind} | a | 甲 |\n")


def test_a_column_that_a_choice_lacks_compares_as_nothing() -> None:
    form = form_of("""
| survey |
| | type | name | label | choice_filter |
| | text | unit | 单位 | |
| | select_one dept | dept | 部门 | unit = ${unit} |
| choices |
| | list_name | name | label | unit |
| | dept | a | 甲部 | x |
| | dept | b | 乙部 | |
""")
    for unit, shown in (("x", ["a"]), ("y", [])):
        asked = engine.current(form, engine.answer(form, engine.begin(form, NOW), unit, NOW))
        assert asked is not None
        assert [choice.value for choice in asked.choices] == shown
    asked = engine.current(form, engine.skip(form, engine.begin(form, NOW)))
    assert asked is not None
    assert asked.choices == ()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(XML)), st.integers(0, 60), st.text(max_size=20), st.integers(0, len(XML)))
def test_a_damaged_form_is_a_form_or_a_form_error(start: int, length: int, put: str, other: int) -> None:
    for damaged in (
        XML[:start] + put + XML[start + length :],
        XML[:start] + XML[other : other + length] + XML[start:],
        XML.replace(XML[start : start + 1 + length // 10], ""),
    ):
        try:
            form = compile_form(damaged)
        except FormError:
            continue
        state = engine.begin(form, NOW)
        engine.current(form, state)
        engine.preview(form, state)
        engine.findings(form, state)
