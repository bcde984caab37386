"""Choices by phrases, in dialect, in an order; what was mistyped."""

import pytest

from handlers.forms.choosing import Unclear, choose_one, choose_several, nearest
from handlers.forms.form import Choice
from handlers.forms.ranking import rank
from handlers.forms.yes_no import meaning


def choices(*labels: str, names: str = "") -> tuple[Choice, ...]:
    """Choices named a, b, c … unless `names` says otherwise."""
    named = names.split() or [chr(ord("a") + index) for index in range(len(labels))]
    return tuple(Choice(value, label) for value, label in zip(named, labels, strict=True))


HAVE = choices("有", "没有", names="y n")
IS = choices("是，已完成", "否，未完成", "不清楚")
STATE = choices("总体良好", "有薄弱环节", "有明显风险")
PARTS = choices("招标采购", "工程建设", "资金管理", "施工、分包", "物资和车辆", "以上都没有")


YES = "是 是的 是滴 有 有的 有啊 确实有 嗯 嗯呐 嗯嗯 对头 要得 没错 好嘞 可以的 Y √ 係 有嘅"
NO = (
    "没有 没 没得 冇 莫得 木有 冒得 无 暂无 没有吧 没有的 暂时没有 没有发现问题 未发现异常 没有，一切正常 "
    "唔系 不是 否 × 都没有"
)


@pytest.mark.parametrize("said", YES.split())
def test_yes_in_many_tongues(said: str) -> None:
    assert choose_one(HAVE, said) == "y"


@pytest.mark.parametrize("said", NO.split())
def test_no_in_many_tongues(said: str) -> None:
    assert choose_one(HAVE, said) == "n"


@pytest.mark.parametrize("said", ["不是没有", "没有不", "并非没有", "不是不是"])
def test_a_denial_of_a_denial_is_asked_back(said: str) -> None:
    with pytest.raises(Unclear, match="肯定还是否定"):
        choose_one(HAVE, said)


@pytest.mark.parametrize("said", ["不清楚", "看情况", "有没有", "没有但是有一次", "重要", "我"])
def test_what_is_neither_yes_nor_no_is_asked_back(said: str) -> None:
    with pytest.raises(Unclear):
        choose_one(HAVE, said)


def test_yes_and_no_by_the_beginning_of_a_label() -> None:
    assert choose_one(IS, "是的") == "a"
    assert choose_one(IS, "没有") == "b"
    assert choose_one(IS, "不清楚") == "c"


def test_one_letter_names_mean_yes_and_no_only_in_short_lists_of_both() -> None:
    assert choose_one(choices("党委书记", "纪委书记", "总经理", names="x y z"), "c") == "z"
    with pytest.raises(Unclear):
        choose_one(choices("党委书记", "纪委书记", "总经理", names="x y z"), "是")
    assert meaning("重要") is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1.总体良好", "a"),
        ("2、有薄弱环节", "b"),
        ("我觉得是总体良好吧", "a"),
        ("应该是有明显风险", "c"),
        ("总体良", "a"),
        ("二", "b"),
        ("第三项", "c"),
        ("选二", "b"),
        ("\u200b总体良好\u200f", "a"),
    ],
)
def test_one_choice_among_other_words(said: str, meant: str) -> None:
    assert choose_one(STATE, said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("全选", "a b c d e"),
        ("以上都是", "a b c d e"),
        ("全部都选了", "a b c d e"),
        ("都没有", "f"),
        ("以上都没有", "f"),
        ("没有", "f"),
        ("除了3都选", "a b d e"),
        ("除了 3 都选", "a b d e"),
        ("除了资金管理都有", "a b d e"),
        ("除1和2以外全选", "c d e"),
        ("3除外", "a b d e"),
        ("1.3.5", "a c e"),
        ("①③", "a c"),
        ("第一个和第三个", "a c"),
        ("1,3 5", "a c e"),
    ],
)
def test_several_choices_by_phrases(said: str, meant: str) -> None:
    assert choose_several(PARTS, said) == meant


def test_a_label_that_reads_like_a_phrase_is_that_choice() -> None:
    labels = choices("全部", "一部分", "都没有")
    assert choose_several(labels, "全部") == "a"
    assert choose_several(labels, "全选") == "a b"
    assert choose_several(labels, "都没有") == "c"


@pytest.mark.parametrize("said", ["除了吃饭都选", "除了1-5都选", "1或2", "一三", "1 7", "，", "全选1"])
def test_phrases_that_leave_nothing_or_doubt_are_asked_back(said: str) -> None:
    with pytest.raises(ValueError, match="请"):
        choose_several(PARTS, said)


def test_what_was_mistyped_suggests_what_is_alike() -> None:
    units = choices("第一工程公司财务部", "第一工程公司物资部", "第二工程公司财务部", "海外事业部", "审计中心")
    assert [choice.label for choice in nearest(units, "第一公司财物部")][:2] == [
        "第一工程公司物资部",
        "第一工程公司财务部",
    ] or [choice.label for choice in nearest(units, "第一公司财物部")][:2] == [
        "第一工程公司财务部",
        "第一工程公司物资部",
    ]
    with pytest.raises(Unclear) as refused:
        choose_one(units, "海外事业步")
    assert refused.value.near[0].label == "海外事业部"
    assert nearest(units, "xyz") == []


def test_an_ambiguous_part_names_those_that_it_may_be() -> None:
    units = choices(*(f"第{number}项目部" for number in "一二三四五六七"))
    with pytest.raises(Unclear, match="“第五项目部” 等") as refused:
        choose_one(units, "项目部")
    assert len(refused.value.near) == 7


GOALS = choices("质量", "进度", "成本")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2 1 3", "b a c"),
        ("213", "b a c"),
        ("2、1、3", "b a c"),
        ("C A B", "c a b"),
        ("cab", "c a b"),
        ("质量>成本>进度", "a c b"),
        ("成本，然后质量，最后进度", "c a b"),
        ("2，质量，3", "b a c"),
        ("成本质量进度", "c a b"),
    ],
)
def test_an_order_in_many_ways(said: str, meant: str) -> None:
    assert rank(GOALS, said) == meant


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("21", "还差“成本”没有排"),
        ("质量", "还差“进度”、“成本”没有排"),
        ("2 1 1", "“质量”排了两次"),
        ("2113", "“质量”排了两次"),
        ("1 2 4", "没有第 4 项"),
        ("美观 1 2", "没有“美观”"),
        ("", "没有排"),
        ("1" * 501, "没看懂"),
    ],
)
def test_an_order_must_name_each_once(said: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as refused:
        rank(GOALS, said)
    assert "例如 2 1 3" in str(refused.value)


def test_what_is_told_back_is_what_was_typed() -> None:
    """Not its normal form, in one line, and cut where it is long."""
    with pytest.raises(Unclear, match="选项里没有“变更，增项！”"):
        choose_one(HAVE, "变更，增项！")
    with pytest.raises(Unclear, match="选项里没有“一二三四五六七八九十一二三四五六七八九十…”"):
        choose_one(HAVE, "一二三四五六七八九十" * 3)


LEVELS = choices("高（近半年发生过）", "中", "低")
RISKS = choices("无风险", "低风险", "高风险")


@pytest.mark.parametrize(
    ("listed", "said", "meant"),
    [
        (LEVELS, "中等", "b"),
        (LEVELS, "中等风险", "b"),
        (LEVELS, "最低", "c"),
        (LEVELS, "最高", "a"),
        (LEVELS, "比较低", "c"),
        (RISKS, "最低", "b"),
        (STATE, "有风险", "c"),
        (STATE, "存在薄弱环节", "b"),
        (choices("未发现问题", "发现问题或风险点"), "有风险", "b"),
    ],
)
def test_a_degree_or_a_thing_in_other_words(listed: tuple[Choice, ...], said: str, meant: str) -> None:
    assert choose_one(listed, said) == meant


@pytest.mark.parametrize(("listed", "said"), [(RISKS, "有风险"), (RISKS, "中等"), (LEVELS, "很大"), (STATE, "有问题")])
def test_other_words_that_may_mean_several_are_asked_back(listed: tuple[Choice, ...], said: str) -> None:
    with pytest.raises(Unclear):
        choose_one(listed, said)
