"""Copies are told from texts that only look alike, and answers that say nothing from short ones that do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.similarity import NEAR_COPY, Thin, bigrams, likeness, normalise, profile, says_nothing, similarity, thin
from tests.nlp.copied_pairs import PAIRS

TEXTS = st.text(st.sampled_from("廉洁谈话招标文件复核项目部12 3.5，。！ＡａB\n"), max_size=60)


def measured(threshold: float) -> tuple[float, float]:
    """Precision and recall of `threshold` on the table."""
    found = [pair for pair in PAIRS if similarity(pair.one, pair.other) >= threshold]
    right = sum(pair.copied for pair in found)
    return right / len(found), right / sum(pair.copied for pair in PAIRS)


def test_the_threshold_separates_copies_from_the_rest() -> None:
    """What the docstring of NEAR_COPY claims; the numbers are shown with `pytest -s`."""
    for threshold in (0.54, 0.56, 0.58, NEAR_COPY, 0.62):
        precision, recall = measured(threshold)
        print(f"threshold {threshold}: precision {precision:.3f}, recall {recall:.3f}, {len(PAIRS)} pairs")  # noqa: T201 - the measurement is the point
        assert precision >= 0.9
        assert recall >= 0.9


def test_the_threshold_is_not_at_the_edge() -> None:
    """Well below it the measure takes strangers for copies, well above it lets copies pass."""
    assert measured(0.45)[0] < measured(NEAR_COPY)[0]
    assert measured(0.75)[1] < measured(NEAR_COPY)[1]


def test_only_other_figures_are_a_copy_and_are_seen() -> None:
    """The same words with other numbers and dates are as alike as can be; the profile tells the difference."""
    one = profile("11月3日抽查单据18份，合格率87.5%，涉及1.2万元。")
    other = profile("2026年12月05日抽查单据21份，合格率90%，涉及9600元。")
    found = likeness(one, profile("11月3日抽查单据18份，合格率87.5%，涉及1.2万元"))
    assert (found.score, found.same_figures) == (1.0, True)
    found = likeness(one, other)
    assert found.score >= NEAR_COPY
    assert not found.same_figures
    assert one.figures == ("11", "3", "18", "87.5%", "1.2万")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("二〇二六年十一月三日，抽查", "0抽查"),
        ("2026-11-13 9:30 到场", "00到场"),
        ("ＡＢＣ　公司（第１２号）", "abc公司第0"),
        ("一起统一，十分重视", "一起统一十分重视"),
        ("三名职工、12人次、共3,500.5元", "0名职工0人次共0元"),
        ("！？…—", ""),
        ("", ""),
    ],
)
def test_what_is_compared(text: str, normal: str) -> None:
    """Width, case, punctuation and blanks go, figures become one character."""
    assert normalise(text) == normal


def test_repeated_pairs_count_as_often_as_they_occur() -> None:
    """好好好好 is not the same as 好好."""
    assert similarity("好好好好", "好好") == pytest.approx(0.5)
    assert bigrams("好") == {"好"}
    assert similarity("", "") == similarity("好", "") == 0.0


@settings(max_examples=60, database=None, deadline=None)
@given(TEXTS, TEXTS)
def test_similarity_is_a_symmetric_share(one: str, other: str) -> None:
    """0…1, symmetric, 1 with itself, blind to punctuation and to the case."""
    score = similarity(one, other)
    assert 0.0 <= score <= 1.0
    assert score == similarity(other, one) == likeness(profile(one), profile(other)).score
    if normalise(one):
        assert similarity(one, one + "。") == similarity(one.upper(), one) == 1.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("无", Thin.NOTHING),
        ("无。", Thin.NOTHING),
        ("暂无", Thin.NOTHING),
        ("同上", Thin.NOTHING),
        ("同上期", Thin.NOTHING),
        ("良好", Thin.NOTHING),
        ("总体情况良好，一切正常", Thin.NOTHING),
        ("目前没有发现问题", Thin.NOTHING),
        ("各项工作正常开展，无异常情况", Thin.NOTHING),
        ("与上期一样，没有变化", Thin.NOTHING),
        ("ＯＫ", Thin.NOTHING),
        ("好好好好好好好", Thin.NOTHING),
        ("哈哈哈哈哈哈", Thin.REPEATED),
        ("安全安全安全安全", Thin.REPEATED),
        ("加强管理加强管理加强管理", Thin.REPEATED),
        ("1111111", Thin.REPEATED),
        ("asdfghjk", Thin.NOISE),
        ("qwer1234", Thin.NOISE),
        ("fghjkl;", Thin.NOISE),
        ("20261113", Thin.NOISE),
        ("阿斯顿发阿斯顿发生", Thin.NOISE),
        ("。。。。。。", Thin.NOISE),
        ("xkcdvbnt", Thin.NOISE),
        ("   ", Thin.SHORT),
        ("", Thin.SHORT),
        ("有拖延", Thin.SHORT),
        ("加强管理", Thin.SHORT),
    ],
)
def test_an_answer_that_says_nothing_is_thin(text: str, reason: Thin) -> None:
    """Each for its own reason."""
    assert thin(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "仓库钥匙由外包保管",
        "食堂承包商刚刚更换",
        "ERP系统账号多人共用",
        "无人机巡检合同未招标",
        "良好的作风需要监督来保证",
        "三号塔吊司机无证",
        "See the contract of the crane rental",
    ],
)
def test_a_short_answer_with_content_is_enough(text: str) -> None:
    """Few words may say much."""
    assert thin(text) is None
    assert not says_nothing(text)


def test_the_question_is_no_answer_and_its_own_least_counts() -> None:
    """A copied label is noticed, an answer that quotes part of it is not; `least` is the question's own number."""
    label = "您所联系的单位在项目投资方面的总体情况如何？"
    assert thin("您所联系的单位在项目投资方面的总体情况", label=label) is Thin.LABEL
    assert thin("项目投资方面，二期管网的招标文件没有复核。", label=label) is None
    assert thin("食堂承包商刚刚更换", least=20) is Thin.SHORT
    assert thin("食堂承包商刚刚更换", least=9) is None


def test_sheets_without_news_are_known() -> None:
    """What says nothing new is nobody's copy."""
    assert says_nothing("本月无新情况。")
    assert says_nothing("  ")
    assert not says_nothing("无证上岗")


@settings(max_examples=60, database=None, deadline=None)
@given(st.text(max_size=80), st.integers(0, 30))
def test_any_text_is_judged(text: str, least: int) -> None:
    """Whatever somebody types, there is a verdict; and never a complaint about length for long content."""
    assert thin(text, least) in {None, *Thin}
