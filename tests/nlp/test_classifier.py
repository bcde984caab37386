"""What the classifier makes of messages: in the words of people, with evidence, and never an error."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.classification import NEGATED, Classification, Source
from nlp.classifier import Classifier
from nlp.labels import Discipline, EightRules, Field, Intent, Severity
from nlp.lexicon_edits import LexiconEdit
from tests.effort import grows_in_step


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("建议食堂增加一个夜宵窗口，倒班的同事下班没饭吃", Intent.SUGGESTION),
        ("请问出差住宿标准是多少", Intent.INQUIRY),
        ("我的加班费三个月没发了，找谁都没人管", Intent.COMPLAINT),
        ("谢谢你们，问题都解决了", Intent.THANKS),
        ("采购部王科长收了供应商两万块钱现金", Intent.REPORT),
        ("本月走访三个班组，未发现违规违纪情况", Intent.REPORT),
        ("今天天气真好", Intent.OTHER),
    ],
)
def test_intents(text: str, intent: Intent, classifier: Classifier) -> None:
    assert classifier.classify(text).intent is intent


def test_a_report_with_its_labels_and_evidence(classifier: Classifier) -> None:
    text = "采购部王科长收了供应商两万块钱现金，招标的时候就让他家中标"
    found = classifier.classify(text)
    assert found.disciplines == (Discipline.INTEGRITY,)
    assert Field.BIDDING in found.fields
    assert found.severity is Severity.HIGH
    assert not found.negated
    labelled = {piece.label for piece in found.evidence}
    assert {"report", "廉洁纪律", "招标采购", "high"} <= labelled
    for piece in found.evidence:
        assert text[piece.start : piece.end] == piece.words
        assert piece.words in text
        assert piece.weight > 0


def test_labels_are_the_same_without_evidence(classifier: Classifier) -> None:
    text = "采购部王科长收了供应商两万块钱现金，招标的时候就让他家中标"
    found = classifier.classify(text)
    assert classifier.classify(text, evidence=False) == replace(found, evidence=())
    assert found.evidence


def test_evidence_is_in_the_persons_own_words(classifier: Classifier) -> None:
    found = classifier.classify("舉報採購員收回扣\u200b，公車私用！！！")
    shown = [piece.words for piece in found.evidence if piece.source is not Source.STATISTICS]
    assert any("公車私用" in words for words in shown)


@pytest.mark.parametrize(
    "text",
    [
        "抽查公车派车单三十份，未发现公车私用",
        "节日期间暗访三家酒店，没有看到公款吃喝",
        "网上传的收红包一事经核实不属实",
        "盘点账实相符，一切正常",
    ],
)
def test_nothing_found(text: str, classifier: Classifier) -> None:
    found = classifier.classify(text)
    assert found.intent is Intent.REPORT
    assert found.negated
    assert found.disciplines == ()
    assert found.severity is Severity.NONE


@pytest.mark.parametrize(
    "text",
    [
        "总体没有发现大问题，但是公车私用比较严重，周末接送孩子",
        "说没有公款吃喝是假的，每周都有一桌",
        "食堂的肉老是缺斤少两，反映几回了也没人管",
        "难道就没人看见他天天用公车接送老婆吗",
    ],
)
def test_something_found_for_all_the_negations(text: str, classifier: Classifier) -> None:
    found = classifier.classify(text)
    assert not found.negated
    assert found.intent in {Intent.REPORT, Intent.COMPLAINT}
    assert found.severity is not Severity.NONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "👍",
        "😀😀😀",
        "1",
        "......",
        "，，，。。。",
        "Hello, how are you today?",
        "for i in range(10): print(i)",
        "SELECT * FROM users WHERE id = 1;",
        "床前明月光，疑是地上霜",
        "今日菜单：红烧肉 清炒时蔬 番茄蛋汤",
        "国足三比零大胜对手取得开门红",
        "a" * 20_000,
        "哈" * 20_000,
        "\u200b" * 500,
        "\ud800",
    ],
)
def test_ordinary_text_is_other(text: str, classifier: Classifier) -> None:
    found = classifier.classify(text)
    assert found.intent is Intent.OTHER
    assert (found.disciplines, found.fields, found.severity) == ((), (), Severity.NONE)


@settings(max_examples=200, database=None, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from("公车私用未发现，但。吗 1万\n建议谢谢回扣"), max_size=60).map("".join)
)
def test_labels_agree_with_each_other_for_any_text(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)
    if found.intent not in {Intent.REPORT, Intent.COMPLAINT} or found.negated:
        assert (found.disciplines, found.severity, found.eight_rules) == ((), Severity.NONE, ())
    if found.negated:
        assert found.intent is Intent.REPORT
    assert 0 < found.certainty <= 1
    for piece in found.evidence:
        assert text[piece.start : piece.end] == piece.words
    assert Classification.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "text",
    ["采购部王科长收了供应商现金，周末公车私用，台账没有签字。" * 700, "说没" * 10_000, "1万" * 10_000, "天( " * 6_000],
)
def test_twenty_thousand_characters_take_four_times_as_long_as_five_thousand(text: str, classifier: Classifier) -> None:
    """Linear; benchmarks/nlp.py has the milliseconds."""
    assert grows_in_step(classifier.classify, text[:5_000], text[:20_000])


def test_categories_of_the_monthly_table(classifier: Classifier) -> None:
    found = classifier.classify("主任收了供应商送的购物卡和礼金，还公款吃喝")
    assert EightRules.GIFTS in found.eight_rules
    assert EightRules.DINNERS in found.eight_rules


def test_a_word_of_staff_decides_and_is_named(classifier: Classifier) -> None:
    text = "听说他们又去围猎场了"
    assert Field.RECEPTION not in classifier.classify(text).fields
    edited = classifier.edited(7, [LexiconEdit("围猎场", ("公务接待", "廉洁纪律"), 3)])
    found = edited.classify(text)
    assert Field.RECEPTION in found.fields
    assert found.lexicon == 7
    assert ("公务接待", "围猎场", Source.STAFF) in [
        (piece.label, piece.words, piece.source) for piece in found.evidence
    ]
    assert Field.RECEPTION not in classifier.classify(text).fields, "the classifier before is as it was"


def test_a_word_of_staff_denied_blames_nobody(classifier: Classifier) -> None:
    edited = classifier.edited(1, [LexiconEdit("围猎场", ("廉洁纪律",), 3)])
    assert edited.classify("未发现有人去围猎场").disciplines == ()


def test_a_word_taken_out_means_nothing(classifier: Classifier) -> None:
    text = "叉车叉车叉车"
    before = {piece.words for piece in classifier.classify("公车私用").evidence}
    edited = classifier.edited(1, [LexiconEdit("公车私用"), LexiconEdit("公车")])
    after = {piece.words for piece in edited.classify("公车私用").evidence if piece.source is Source.LEXICON}
    assert "公车私用" in before
    assert after.isdisjoint({"公车私用", "公车"})
    assert edited.classify(text).labels() == classifier.classify(text).labels()


def test_blank_words_of_staff_do_no_harm(classifier: Classifier) -> None:
    edited = classifier.edited(1, [LexiconEdit(" ", ("廉洁纪律",), 3), LexiconEdit("\u200b", ("廉洁纪律",), 3)])
    assert edited.classify("今天天气真好").intent is Intent.OTHER


def test_evidence_for_nothing_found_is_the_word_that_says_so(classifier: Classifier) -> None:
    found = classifier.classify("抽查公车派车单三十份，未发现公车私用")
    assert [piece.words for piece in found.evidence if piece.label == NEGATED] == ["未发现"]


@pytest.mark.parametrize("text", ["王经理受贿五十万", "我们单位有人贪污", "会计挪用公款", "建议查一查张科长索贿的事"])
def test_a_named_offence_may_always_be_a_report(text: str, classifier: Classifier) -> None:
    """Whatever is made of the rest: nothing of it may be kept as a suggestion."""
    assert classifier.classify(text).report >= 0.3


def test_an_offence_that_staff_named_makes_a_report(classifier: Classifier) -> None:
    edited = classifier.edited(1, [LexiconEdit("围猎场", ("廉洁纪律",), 3)])
    found = edited.classify("他们又去围猎场")
    assert (found.intent, found.disciplines) == (Intent.REPORT, (Discipline.INTEGRITY,))


def test_words_of_staff_change_nothing_for_others(classifier: Classifier) -> None:
    """A word that was only tried, or undone, must not move the boundaries of words: jieba's dictionary is shared."""
    text = "采购科长收受贿赂五万元"
    before = classifier.classify(text)
    edited = classifier.edited(1, [LexiconEdit("采购科", ("招标采购",), 3), LexiconEdit("受贿赂五", ("招标采购",), 3)])
    assert edited.classify("采购科的人都走了").evidence != ()
    assert classifier.classify(text) == before
    assert edited.edited(2, []).classify(text) == replace(before, lexicon=2)


@pytest.mark.parametrize(
    "label", ["合同管理", "投资融资", "群众纪律", "生活纪律", "high", "low", "inquiry", "complaint"]
)
def test_a_word_of_weight_three_decides_in_any_sentence(label: str, classifier: Classifier) -> None:
    edited = classifier.edited(
        1, [LexiconEdit("格桑花", (label, "廉洁纪律") if label in {"high", "low"} else (label,), 3)]
    )
    for text in (
        "建议把格桑花的事情办得再好一点，大家都盼着",
        "又是格桑花",
        "听说班组里的人天天都在讲格桑花",
        "谢谢，格桑花很好",
    ):
        labels = edited.classify(text).labels()
        given = {labels["intent"], labels["severity"], *labels["disciplines"], *labels["fields"]}
        blames = labels["intent"] in {"report", "complaint"}
        assert label in given or (label in _BLAMED and not blames) or labels["intent"] == "other", text


_BLAMED = {"群众纪律", "生活纪律", "high", "low"}
"""Labels of reports and complaints only."""
