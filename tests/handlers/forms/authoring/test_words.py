"""What authors may write: Chinese sheets, headers and types, full-width characters, other languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.authoring import normalising
from handlers.forms.authoring.aliases import (
    CHOICES_HEADERS,
    LISTED_TYPES,
    SETTINGS_HEADERS,
    SURVEY_HEADERS,
    TYPES_IN_CHINESE,
)
from handlers.forms.authoring.book import Book, Sheet
from handlers.forms.authoring.naming import name_everything
from handlers.forms.purposes import Purpose
from handlers.forms.workbook import compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, fill

CHINESE = """
| 问卷 | 题型 | 选项 | 名称 | 题目 | 必填 | 显示条件 | 限制 | 校验提示 | 用途 | 允许 | 最少字数 |
| | 说明 | | | 请如实填写 | | | | | | | |
| | 开始分组 | | g | 一、情况 | | | | | | | |
| | 单选题 | 等级 | level | 等级？ | 是 | | | | 风险等级 | | |
| | 多选（种类） | | kinds | 种类？ | √ | ${level}＝“高” | | | | | |
| | 填空 | | ｗｈａｔ | 什么？ | 否 | （${ level } ！= ‘低’） | string-length(.)≥2 | 太短 | 问题 | 同上、无 | 10字 |
| | 结束分组 | | | | | | | | | | |
| | 整数 | | n | 几次？ | 必填 | selected(＄｛kinds｝，'甲') or 1＝1 | . ＞＝ 0 | | | | |
| | 隐藏 | | h | | | | | | | | |
| 选项 | 列表名 | 选项值 | 选项文字 |
| | 等级 | 高 | 高 |
| | 等级 | 低 | 低 |
| | 种类 | 甲 | 甲类 |
| | 种类 | 乙 | 乙类 |
| 设置 | 标题 | 表单编号 | 版本号 | 观察层级 | 填报对象 |
| | 中文表 | zh | 1 | 日常 | 全体人员 |
"""


def test_a_workbook_wholly_in_chinese_runs() -> None:
    """Sheets, headers, types, lists, yes and no, and full-width characters in names and conditions."""
    compiled = compile_workbook(CHINESE)
    assert (compiled.name, compiled.title, compiled.level, compiled.audience) == ("zh", "中文表", "daily", "everyone")
    form = compile_form(compiled.xml)
    state = engine.begin(form, NOW)
    state = engine.answer(form, state, "低", NOW)
    assert state.at == "/data/n"
    state = fill(form, {"level": "高", "kinds": "甲", "what": "拆分招标", "n": "0"})
    assert state.answers["/data/g/what"] == "拆分招标"
    question = form.leaves["/data/g/what"]
    assert (question.allows, question.least, question.purpose) == (frozenset({"same", "none"}), 10, Purpose.FINDING)
    with pytest.raises(ValueError, match="太短"):
        engine.answer(form, engine.goto(form, state, "/data/g/what"), "短", NOW)


@pytest.mark.parametrize(
    ("sheet", "table"), [("survey", SURVEY_HEADERS), ("choices", CHOICES_HEADERS), ("settings", SETTINGS_HEADERS)]
)
def test_every_word_for_a_header_is_understood(sheet: str, table: dict[str, tuple[str, ...]]) -> None:
    for header, words in table.items():
        for word in (*words, f" {words[0]}* ", f"{words[0]}："):
            book = Book({"survey": Sheet("问卷", {"type": "type"}), sheet: Sheet(sheet, {word: word}, [{word: "x"}])})
            name_everything(book)
            assert header in {*book.sheets[sheet].headers, "qf:list"}, word


def test_every_word_for_a_type_is_understood() -> None:
    for kind, words in TYPES_IN_CHINESE.items():
        for word in words:
            book = Book({"survey": Sheet("问卷", {"type": "类型"}, [{"type": word}, {"type": f"{word}　组"}])})
            name_everything(book)
            first, second = (cells["type"] for cells in book.sheets["survey"].rows)
            assert first == kind
            assert (second == f"{kind} 组") is (kind in LISTED_TYPES)


def test_the_list_may_stand_in_its_own_column_or_behind_the_type() -> None:
    rows = [{"type": "单选 或其他", "选项": "组"}, {"type": "单选：组 或其他"}, {"type": "select_one", "选项": "组"}]
    book = Book({"survey": Sheet("问卷", {"type": "类型", "选项": "选项"}, rows)})
    assert not name_everything(book)
    found = [cells["type"] for cells in book.sheets["survey"].rows]
    assert found == ["select_one 组 or_other", "select_one 组 or_other", "select_one 组"]


def test_choices_written_into_the_list_column_are_explained() -> None:
    book = Book({"survey": Sheet("问卷", {"type": "类型", "选项": "选项"}, [{"type": "单选", "选项": "高、中、低"}])})
    (fault,) = name_everything(book)
    assert (fault.row, fault.column) == (2, "选项")
    assert "高、中、低 逐行写进去" in fault.message


def test_labels_in_other_languages_keep_their_headers() -> None:
    form = compile_form(
        compile_workbook("""
| 问卷 | 类型 | 名称 | 题目 | 题目::English (en) |
| | 文本 | a | 什么？ | What? |
""").xml
    )
    asked = engine.current(form, engine.begin(form, NOW))
    assert asked is not None
    assert asked.label == "什么？"


def test_single_colons_still_divide_languages_beside_our_columns() -> None:
    """pyxform reads `label:English` only where no header has two colons, and ours have."""
    compiled = compile_workbook("""
| survey | type | name | label:English | 用途 |
| | text | a | What? | 问题 |
""")
    assert "<label>What?</label>" in compiled.xml or "<value>What?</value>" in compiled.xml


def test_other_answers_are_asked_for_in_chinese() -> None:
    xml = compile_workbook("""
| 问卷 | 类型 | 名称 | 题目 |
| | 单选 yn 或其他 | a | 有吗？ |
| 选项 | 选项组 | 选项值 | 选项文字 |
| | yn | yes | 有 |
""").xml
    form = compile_form(xml)
    assert "Specify" not in xml
    assert [option.label.fixed for option in form.leaves["/data/a"].options.values()] == ["有", "其他"]
    wording = form.leaves["/data/a_other"].label
    assert wording is not None
    assert wording.fixed == "请说明“其他”是什么。"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("（${ａ}＝１）", "(${a}=1)"),
        ("${a} = “是（否）”", "${a} = '是（否）'"),
        ("${a} ≥ 1 and ${b} ≠ '“x”'", "${a} >= 1 and ${b} != '“x”'"),
        ("if(${a}＞1，“多”、‘少’)", "if(${a}>1,'多','少')"),
        ("＄｛a｝÷２", "${a} div 2"),
        ('${a} = "是”', '${a} = "是"'),
        ("${a} = “it's”", '${a} = "it\'s"'),
        ("${ a }　＋ 1", "${a} + 1"),
        ("'没有配对", "'没有配对"),
    ],
)
def test_full_width_expressions_become_half_width_outside_of_literals(written: str, read: str) -> None:
    assert normalising.expression(written) == read


@settings(max_examples=60, database=None, deadline=None)
@given(st.text(alphabet="a1 ＝（），$＄{｛}｝名≥。、\n", max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    """Quotation marks that do not pair are left out: what they enclose is anybody's guess."""
    once = normalising.expression(text)
    assert normalising.expression(once) == once
