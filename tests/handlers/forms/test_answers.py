"""Answers as people type and tap them."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms import answers
from handlers.forms.canonical import check
from handlers.forms.form import Choice, Kind
from handlers.forms.views import Asked
from tests.handlers.forms.forms import NOW


def parse(question: Asked, said: str, now: datetime = NOW) -> str:
    """The canonical value of an answer."""
    return answers.parse(question, said, now).value


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
    assert parse(asked(Kind.SELECT_ONE, *labels, names=names), said) == meant


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
        parse(asked(Kind.SELECT_ONE, *labels), said)
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
    assert parse(asked(Kind.SELECT_MULTIPLE, *PARTS), said) == meant


@pytest.mark.parametrize("said", ["1 9", "0-2", "3-1", "招标采购和吃饭", "一塌糊涂", "17", "ax"])
def test_several_choices_are_all_or_nothing(said: str) -> None:
    with pytest.raises(ValueError, match="请"):
        parse(asked(Kind.SELECT_MULTIPLE, *PARTS), said)


def test_labels_inside_other_words_are_not_taken() -> None:
    question = asked(Kind.SELECT_MULTIPLE, "重要", "紧急")
    with pytest.raises(ValueError, match="没有“不”"):
        parse(question, "不重要")


def test_long_lists_take_numbers_as_positions() -> None:
    question = asked(Kind.SELECT_MULTIPLE, *(f"岗位{chr(0x7532 + n)}" for n in range(30)))
    assert parse(question, "12") == "l"
    assert parse(question, "1 12 30") == "a l dd"


def test_a_question_without_choices_says_how_to_go_on() -> None:
    with pytest.raises(ValueError, match="跳过"):
        parse(asked(Kind.SELECT_ONE), "1")


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
    assert parse(asked(kind, label=label), said) == meant


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
        parse(asked(kind, label=label), said)


def reading(kind: Kind, said: str, label: str = "", *, required: bool = True, **more: Any) -> answers.Reading:
    """An answer to a question with this label."""
    question = asked(kind, *more.pop("labels", ()), label=label)._replace(required=required, **more)
    return answers.parse(question, said, NOW)


@pytest.mark.parametrize(
    ("label", "said", "value", "kept", "echo"),
    [
        ("次数", "12", "12", "", ""),
        ("次数", "１２", "12", "", ""),
        ("次数", "十二次", "12", "", ""),
        ("次数", "120次", "120", "", ""),
        ("金额（万元）", "1.2w", "1.2", "", "记为 1.2 万元（1.2w）"),
        ("次数", "三百五", "350", "", "记为 350（三百五）"),
        ("次数", "一个半", "1.5", "", "记为 1.5（一个半）"),
        ("人数", "二十多人", "20", "二十多人", "记为 20（二十多人）"),
        ("金额（元）", "6000余万元", "60000000", "6000余万元", "记为 60,000,000 元（6000余万元）"),
        ("金额（元）", "3500", "3500", "", "记为 3,500 元"),
        ("金额（元）", "3500元", "3500", "", "记为 3,500 元"),
        ("金额（元）", "三块五", "3.5", "", "记为 3.5 元（三块五）"),
        ("金额（万元）", "35", "35", "", "记为 35 万元"),
        ("金额（万元）", "35万", "35", "", "记为 35 万元（35万）"),
        ("金额（万元）", "35万元", "35", "", "记为 35 万元"),
        ("金额（万元）", "3500元", "0.35", "", "记为 0.35 万元（3500元）"),
        ("金额（万元）", "近百万", "100", "近百万", "记为 100 万元（近百万）"),
        ("金额（亿元）", "3500万", "0.35", "", "记为 0.35 亿元（3500万）"),
        ("5万元以上的采购有几笔", "3", "3", "", ""),
        ("完成率是百分之几", "五成", "50", "", "记为 50%（五成）"),
        ("完成率是百分之几", "30%", "30", "", "记为 30%"),
        ("完成率是百分之几", "30", "30", "", ""),
        ("几次", "没有", "0", "", "记为 0（没有）"),
        ("几次", "零", "0", "", "记为 0（零）"),
    ],
)
def test_numbers_are_told_back(label: str, said: str, value: str, kept: str, echo: str) -> None:
    assert reading(Kind.DECIMAL, said, label) == (value, kept, echo)


def test_a_share_is_only_taken_where_one_is_asked_for() -> None:
    with pytest.raises(ValueError, match="不是百分比"):
        reading(Kind.DECIMAL, "30%", "几次")


@pytest.mark.parametrize(
    ("kind", "said", "value", "kept", "echo"),
    [
        (Kind.DATE, "上周五下午", "2026-11-13", "", "记为 2026-11-13（周五）"),
        (Kind.DATE, "2026-11-13", "2026-11-13", "", "记为 2026-11-13（周五）"),
        (Kind.DATE, "12月20日前", "2026-12-20", "12月20日前", "记为 2026-12-20（周日，12月20日前）"),
        (Kind.TIME, "下午三点半", "15:30:00.000+08:00", "", "记为 15:30"),
        (Kind.TIME, "下午三点左右", "15:00:00.000+08:00", "下午三点左右", "记为 15:00（下午三点左右）"),
        (Kind.DATETIME, "昨天下午3点", "2026-11-20T15:00:00.000+08:00", "", "记为 2026-11-20（周五） 15:00"),
        (Kind.GEOPOINT, "39.9，116.4", "39.9 116.4 0 0", "", "记为 北纬 39.9°，东经 116.4°"),
        (Kind.GEOPOINT, "33.9S 151.2E", "-33.9 151.2 0 0", "", "记为 南纬 33.9°，东经 151.2°"),
        (Kind.BARCODE, " 69012\u200b34 ", "6901234", "", ""),
        (Kind.ACKNOWLEDGE, "知道了", "OK", "", ""),
        (Kind.ACKNOWLEDGE, "好嘞", "OK", "", ""),
        (Kind.ACKNOWLEDGE, "👌", "OK", "", ""),
    ],
)
def test_days_times_places_and_confirmations(kind: Kind, said: str, value: str, kept: str, echo: str) -> None:
    assert reading(kind, said) == (value, kept, echo)


def test_a_question_about_a_plan_looks_further_ahead() -> None:
    assert reading(Kind.DATE, "3月5日", "哪天发现的？").value == "2026-03-05"
    assert reading(Kind.DATE, "3月5日", "哪天整改到位？").value == "2027-03-05"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("11", "1 到 10 之间"),
        ("0", "1 到 10 之间"),
        ("2", "间隔为 3 的数，例如 4"),
        ("3-5", "一个数字"),
        ("甲", "数字"),
    ],
)
def test_a_range_takes_only_what_is_on_its_scale(said: str, says: str) -> None:
    question = asked(Kind.RANGE)._replace(start=Decimal(1), end=Decimal(10), step=Decimal(3))
    assert parse(question, "七") == "7"
    with pytest.raises(ValueError, match=says):
        parse(question, said)


@pytest.mark.parametrize(
    ("kind", "said", "says"),
    [
        (Kind.ACKNOWLEDGE, "不同意", "知道了"),
        (Kind.ACKNOWLEDGE, "没看", "知道了"),
        (Kind.BARCODE, "一\n二", "一行"),
        (Kind.BARCODE, "9" * 501, "一行"),
        (Kind.IMAGE, "照片见附件", "照片发过来"),
        (Kind.AUDIO, "录好了", "发语音"),
        (Kind.VIDEO, "视频", "视频发过来"),
        (Kind.FILE, "文件", "上传"),
        (Kind.GEOPOINT, "北京", "位置"),
        (Kind.TEXT, "\u200b\u200f", "请用文字"),
    ],
)
def test_every_kind_says_what_it_wants(kind: Kind, said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        reading(kind, said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", "more"),
        ("再加一项", "more"),
        ("还有", "more"),
        ("要", "more"),
        ("2", "done"),
        ("不加了", "done"),
        ("没有了", "done"),
        ("不", "done"),
    ],
)
def test_whether_there_is_one_more(said: str, meant: str) -> None:
    question = asked(Kind.MORE, "再加一项", "不加了", names="more done")
    assert parse(question, said) == meant
    with pytest.raises(ValueError, match="“填一项”或“没有”"):
        parse(question, "随便")
    question = question._replace(instances=("甲",))
    with pytest.raises(ValueError, match="“再加一项”或“没有了”"):
        parse(question, "随便")


@pytest.mark.parametrize("said", ["同上", "同上。", "一样", "跟上面一样", "同上一项"])
def test_the_same_as_above(said: str) -> None:
    assert reading(Kind.TEXT, said, same="张三") == ("张三", "", "与上一项相同：张三")
    assert reading(Kind.DATE, said, same="2026-11-13").value == "2026-11-13"
    choice = reading(Kind.SELECT_ONE, said, same="b", labels=("高", "低"))
    assert choice == ("b", "", "与上一项相同：低")


def test_the_same_as_nothing() -> None:
    with pytest.raises(ValueError, match="上面还没有"):
        reading(Kind.TEXT, "同上", allows=frozenset({"same"}))
    assert reading(Kind.TEXT, "同上").value == "同上"
    assert reading(Kind.SELECT_ONE, "一样", same="b", labels=("一样", "不一样")).value == "a"


@pytest.mark.parametrize(
    "kind", [Kind.DATE, Kind.INTEGER, Kind.RANGE, Kind.SELECT_ONE, Kind.IMAGE, Kind.GEOPOINT, Kind.TIME]
)
def test_nothing_leaves_an_optional_question_empty(kind: Kind) -> None:
    assert reading(kind, "没有", required=False, labels=("高", "低")) == ("", "", answers.LEFT_EMPTY)


def test_nothing_is_an_answer_where_it_is_offered_or_allowed() -> None:
    assert reading(Kind.SELECT_ONE, "没有", required=False, labels=("有", "无")).value == "b"
    assert reading(Kind.TEXT, "暂无", allows=frozenset({"none"})).value == answers.NONE
    assert reading(Kind.TEXT, "暂无").value == "暂无"
    with pytest.raises(ValueError, match="日期"):
        reading(Kind.DATE, "没有")


TAKES_ANY_TEXT = {Kind.NOTE, Kind.CALCULATE, Kind.TEXT, Kind.BARCODE}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in TAKES_ANY_TEXT])
@pytest.mark.parametrize(
    "said",
    ["长" * 5_000, "1 " * 2_500, "🙂" * 50, "\u202e١٢٣", "1e5", "∞", "一" * 400, "、" * 300, "((((", "除了" * 99],
)
def test_hostile_texts_are_answered_with_a_sentence(kind: Kind, said: str) -> None:
    with pytest.raises(ValueError, match=r"[。？]"):
        parse(asked(kind, "高", "中", "低"), said)


labels = st.lists(
    st.text(st.sampled_from("有无是否高中低风险12345abc、，和 "), min_size=1, max_size=6), min_size=1, max_size=9
)
sayings = st.text(max_size=30) | st.text(
    st.sampled_from("有无是否高中低0123456789abc、，和 -到第项()（）"), max_size=12
)


@settings(max_examples=150)
@given(st.sampled_from([kind for kind in Kind if kind not in {Kind.NOTE, Kind.CALCULATE}]), labels, sayings, st.dates())
def test_any_text_is_canonical_or_asked_again(kind: Kind, shown: list[str], said: str, today: date) -> None:
    question = asked(kind, *shown)
    try:
        value = parse(question, said, datetime.combine(today, time(9, 30), NOW.tzinfo))
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
    assert parse(question, said) == wanted
