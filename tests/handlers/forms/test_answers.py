"""Answers as people type and tap them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms.answers import parse
from handlers.forms.canonical import check
from handlers.forms.form import Choice, Kind
from handlers.forms.views import Asked
from tests.handlers.forms.forms import TODAY


def asked(kind: Kind, *labels: str, label: str = "题目", names: str = "") -> Asked:
    """A question; choices are named a, b, c … unless `names` says otherwise."""
    named = names.split() or [chr(ord("a") + index % 26) * (1 + index // 26) for index in range(len(labels))]
    choices = tuple(Choice(value, text) for value, text in zip(named, labels, strict=True))
    return Asked("/data/q", kind, label, "", choices, True, 1, 1, "", False, (), "", "")


STATE = ("总体良好", "有薄弱环节", "有明显风险")
PARTS = ("招标采购", "工程建设", "资金管理", "施工、分包", "物资和车辆", "无")


@pytest.mark.parametrize(
    ("labels", "names", "said", "meant"),
    [
        (STATE, "", "1", "a"),
        (STATE, "", "２", "b"),
        (STATE, "", "③", "c"),
        (STATE, "", "第2项", "b"),
        (STATE, "", "选3", "c"),
        (STATE, "", "3.", "c"),
        (STATE, "", "(1)", "a"),
        (STATE, "", "B", "b"),
        (STATE, "", "选c", "c"),
        (STATE, "", "总体良好", "a"),
        (STATE, "", " 总体良好。", "a"),
        (STATE, "", "良好", "a"),
        (STATE, "", "明显", "c"),
        (("有", "无"), "yes no", "有", "yes"),
        (("有", "无"), "yes no", "没有", "no"),
        (("有", "无"), "yes no", "没有的", "no"),
        (("有", "无"), "yes no", "是的", "yes"),
        (("有", "无"), "yes no", "嗯", "yes"),
        (("有", "无"), "yes no", "Y", "yes"),
        (("属实", "不属实"), "", "不属实", "b"),
        (("是，已完成", "否，未完成"), "yes no", "没", "no"),
        (("5", "4", "3"), "", "5", "a"),
        (("5", "4", "3"), "", "3", "c"),
        (("高（需马上报告）", "中", "低"), "", "高", "a"),
        (("English", "Deutsch"), "en de", "english", "en"),
        (("English", "Deutsch"), "en de", "de", "de"),
    ],
)
def test_one_choice_in_many_ways(labels: tuple[str, ...], names: str, said: str, meant: str) -> None:
    assert parse(asked(Kind.SELECT_ONE, *labels, names=names), said, TODAY) == meant


@pytest.mark.parametrize(
    ("labels", "said", "says"),
    [
        (STATE, "4", "没有第 4 项，请回复 1 到 3"),
        (STATE, "0", "没有第 0 项"),
        (STATE, "有", "可能是指“有薄弱环节”、“有明显风险”"),
        (STATE, "不知道啊", "没有“不知道啊”"),
        (STATE, "1 2", "只能选一项"),
        (STATE, "1、3", "只能选一项"),
        (STATE, "。", "没有"),
        (STATE, "   ", "请用文字"),
        (("2人", "3人", "1人"), "2", "“3人”、“2人”"),
        (("同意", "不同意"), "意", "可能是指"),
        (("张三", "李四"), "有", "没有“有”"),
    ],
)
def test_what_is_not_one_choice_is_asked_again(labels: tuple[str, ...], said: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"[请选]") as refused:
        parse(asked(Kind.SELECT_ONE, *labels), said, TODAY)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", "a"),
        ("1 3 5", "a c e"),
        ("1、3、5", "a c e"),
        ("5，3；1", "a c e"),
        ("135", "a c e"),
        ("1-3", "a b c"),
        ("2到4", "b c d"),
        ("A和C", "a c"),
        ("ac", "a c"),
        ("招标采购和资金管理", "a c"),
        ("招标、资金", "a c"),
        ("资金跟工程", "b c"),
        ("施工、分包", "d"),
        ("施工、分包，物资和车辆", "d e"),
        ("招标采购，2", "a b"),
        ("物资和车辆", "e"),
        ("无", "f"),
        ("没有", "f"),
        ("1 1 1", "a"),
    ],
)
def test_several_choices_in_many_ways(said: str, meant: str) -> None:
    assert parse(asked(Kind.SELECT_MULTIPLE, *PARTS), said, TODAY) == meant


@pytest.mark.parametrize("said", ["1 9", "0-2", "3-1", "招标采购和吃饭", "一塌糊涂", "17", "ax"])
def test_several_choices_are_all_or_nothing(said: str) -> None:
    with pytest.raises(ValueError, match="请"):
        parse(asked(Kind.SELECT_MULTIPLE, *PARTS), said, TODAY)


def test_labels_inside_other_words_are_not_taken() -> None:
    question = asked(Kind.SELECT_MULTIPLE, "重要", "紧急")
    with pytest.raises(ValueError, match="没有“不”"):
        parse(question, "不重要", TODAY)


def test_long_lists_take_numbers_as_positions() -> None:
    question = asked(Kind.SELECT_MULTIPLE, *(f"岗位{chr(0x7532 + n)}" for n in range(30)))
    assert parse(question, "12", TODAY) == "l"
    assert parse(question, "1 12 30", TODAY) == "a l dd"


def test_a_question_without_choices_says_how_to_go_on() -> None:
    with pytest.raises(ValueError, match="跳过"):
        parse(asked(Kind.SELECT_ONE), "1", TODAY)


@pytest.mark.parametrize(
    ("kind", "label", "said", "meant"),
    [
        (Kind.TEXT, "", "  两行\n文字 ", "两行\n文字"),
        (Kind.TEXT, "", "a\x00b\ud800c", "abc"),
        (Kind.INTEGER, "", "三万五千", "35000"),
        (Kind.INTEGER, "", "12.0", "12"),
        (Kind.INTEGER, "", "-3", "-3"),
        (Kind.DECIMAL, "", "两万八", "28000"),
        (Kind.DECIMAL, "", "1.50", "1.5"),
        (Kind.DECIMAL, "", "100", "100"),
        (Kind.DECIMAL, "", "0.000001", "0.000001"),
        (Kind.DECIMAL, "金额（万元）", "35", "35"),
        (Kind.DECIMAL, "金额（万元）", "35万元", "35"),
        (Kind.DECIMAL, "金额（万元）", "1.2亿", "12000"),
        (Kind.INTEGER, "金额（万元）", "一千二百万", "1200"),
        (Kind.DATE, "", "昨天", "2026-11-20"),
        (Kind.DATE, "", "11月3号", "2026-11-03"),
    ],
)
def test_other_kinds(kind: Kind, label: str, said: str, meant: str) -> None:
    assert parse(asked(kind, label=label), said, TODAY) == meant


@pytest.mark.parametrize(
    ("kind", "label", "said", "says"),
    [
        (Kind.INTEGER, "", "1.5", "整数"),
        (Kind.INTEGER, "金额（万元）", "3万5千", "整数"),
        (Kind.INTEGER, "", "很多", "数字"),
        (Kind.DATE, "", "国庆期间", "具体哪一天"),
        (Kind.DATE, "", "以后", "日期"),
        (Kind.TEXT, "", "\x00", "请用文字"),
        (Kind.TEXT, "", "长" * 5_001, "太长"),
    ],
)
def test_other_kinds_say_what_is_wanted(kind: Kind, label: str, said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(asked(kind, label=label), said, TODAY)


labels = st.lists(
    st.text(st.sampled_from("有无是否高中低风险12345abc、，和 "), min_size=1, max_size=6), min_size=1, max_size=9
)
sayings = st.text(max_size=30) | st.text(
    st.sampled_from("有无是否高中低0123456789abc、，和 -到第项()（）"), max_size=12
)


@settings(max_examples=300)
@given(st.sampled_from([kind for kind in Kind if kind not in {Kind.NOTE, Kind.CALCULATE}]), labels, sayings, st.dates())
def test_any_text_is_canonical_or_asked_again(kind: Kind, shown: list[str], said: str, today: date) -> None:
    question = asked(kind, *shown)
    try:
        value = parse(question, said, today)
    except ValueError as error:
        assert any("\u4e00" <= character <= "\u9fff" for character in str(error))
        return
    check(kind, value)
    if kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
        known = [choice.value for choice in question.choices]
        assert [name for name in known if name in value.split()] == value.split()
        assert value.split()


@given(st.lists(st.integers(1, 20), min_size=1, max_size=20), st.sampled_from([" ", "、", "，", ",", "；", "和"]))
def test_any_choice_of_numbers_is_understood(numbers: list[int], between: str) -> None:
    question = asked(Kind.SELECT_MULTIPLE, *(f"选项{chr(0x7532 + n)}" for n in range(20)))
    said = between.join(map(str, numbers))
    wanted = " ".join(question.choices[number - 1].value for number in sorted(set(numbers)))
    assert parse(question, said, TODAY) == wanted
