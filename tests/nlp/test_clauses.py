"""What holds in a clause: told, denied, or to be prevented."""

import pytest

from nlp import tokens
from nlp.clauses import MISSING, Scope, clauses
from nlp.lexicon.reading import built_in
from nlp.matching import Matcher
from nlp.normalising import normalised


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    tokens.load(built_in().words)
    return Matcher(built_in().words)


def scope_of(word: str, text: str, matcher: Matcher) -> Scope:
    """How the word is meant in the text."""
    plain = normalised(text).text
    scopes = [
        scope
        for clause in clauses(plain, matcher.find(plain).hits)
        for hit, scope in clause.hits
        if plain[hit.start : hit.end] == word and hit.meaning.labels
    ]
    assert len(scopes) == 1, f"{word} stands {len(scopes)} times in {plain}"
    return scopes[0]


@pytest.mark.parametrize(
    ("text", "word", "scope"),
    [
        ("他收了回扣", "回扣", Scope.TOLD),
        ("未发现吃回扣的情况", "吃回扣", Scope.DENIED),
        ("没有发现公车私用", "公车私用", Scope.DENIED),
        ("公款吃喝的情况没有", "公款吃喝", Scope.DENIED),
        ("所谓吃回扣纯属谣传", "吃回扣", Scope.DENIED),
        ("没有发现吃喝，但是公车私用严重", "公车私用", Scope.TOLD),
        ("说没有问题是假的，公车私用天天有", "公车私用", Scope.TOLD),
        ("难道没有公车私用", "公车私用", Scope.TOLD),
        ("不是没有公车私用", "公车私用", Scope.TOLD),
        ("建议严禁公车私用", "公车私用", Scope.PREVENTED),
        ("如果有公车私用怎么处理", "公车私用", Scope.PREVENTED),
        ("没发现吃请 公车私用倒是不少", "公车私用", Scope.TOLD),
        ("没有招标就围标", "围标", Scope.TOLD),
        ("吃回扣的钱签字都没有", "吃回扣", Scope.TOLD),
        ("没有发现吃回扣没有公示", "吃回扣", Scope.DENIED),
    ],
)
def test_scope(text: str, word: str, scope: Scope, matcher: Matcher) -> None:
    assert scope_of(word, text, matcher) is scope


def test_a_negation_inside_an_act_negates_nothing(matcher: Matcher) -> None:
    plain = "设备坏了没人管"
    (clause,) = clauses(plain, matcher.find(plain).hits)
    assert "negation" not in clause.cues
    assert any(hit.meaning.labels for hit, scope in clause.hits if scope is Scope.TOLD)


@pytest.mark.parametrize(
    "said",
    [
        *("没有公开", "没有公布", "没有进行公示", "从来没有公布过", "未经审批", "没有经过任何审批就开工", "没有招标"),
        *(
            "没有正规发票",
            "手续都没有",
            "发票没有",
            "招标也没有",
            "一直没有给说法",
            "没有向职工公布",
            "未签合同",
            "没开会研究过",
        ),
        *("无任何手续", "没有集体研究", "没签字报销", "没有发票和合同", "没有公示就说该公示的都有"),
    ],
)
def test_what_ought_to_be_there_is_missing(said: str, matcher: Matcher) -> None:
    plain = normalised(said).text
    (clause,) = clauses(plain, matcher.find(plain).hits)
    missing = MISSING in clause.cues or any(hit.meaning.labels for hit, scope in clause.hits if scope is Scope.TOLD)
    assert missing
    assert "negation" not in clause.cues


@pytest.mark.parametrize(
    "said",
    [
        *(
            "没有发现未公示的情况",
            "没有公示期内的异议",
            "没有审批不严的问题",
            "没有发票造假",
            "没有招标项目",
            "不存在没有公示的情况",
        ),
        *(
            "未发现公示问题",
            "没有手续不全的",
            "有没有公示",
            "没有合同纠纷",
            "没有签字造假的现象",
            "公示没有问题",
            "查无凭证造假",
        ),
    ],
)
def test_a_denial_that_names_a_fault_of_it_stays_one(said: str, matcher: Matcher) -> None:
    plain = normalised(said).text
    (clause,) = clauses(plain, matcher.find(plain).hits)
    assert MISSING not in clause.cues


def test_clauses_cover_the_text(matcher: Matcher) -> None:
    plain = "查了三次,没问题。真的吗?食堂 太贵了!\n最后一行"
    spans = [(clause.start, clause.end) for clause in clauses(plain, matcher.find(plain).hits)]
    assert spans[0][0] == 0
    assert "".join(plain[start:end] for start, end in spans) == plain
    assert clauses("", []) == []
    assert clauses(",,,。", matcher.find(",,,。").hits) == []


def test_a_match_across_words_is_refused(matcher: Matcher) -> None:
    """车 in 风车, 合同 in 联合同志."""
    for text, word in (("联合同志们一起", "合同"), ("人事就这样", "人事")):
        found = [text[hit.start : hit.end] for hit in matcher.find(text).hits]
        assert word not in found or text.index(word) == 0
