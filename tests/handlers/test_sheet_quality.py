"""What counts as thin or copied, and how the worst is chosen: the pure part of the check."""

from datetime import UTC, datetime
from random import Random

import pytest

from handlers.forms.purposes import Purpose
from handlers.sheet_check import UNCHANGED, Asking, to_ask
from handlers.sheet_quality import (
    CLOSEST,
    LEAST_COMPARED,
    MOST_COMPARED,
    Concern,
    FreeText,
    Reason,
    concerns,
    copies,
    length_ratio,
    likely_copies,
    template,
    to_compare,
    to_keep,
)
from handlers.sheet_quality_wording import follow_up
from nlp.similarity import NEAR_COPY, normalise
from storage.views import ComparedText, PastSheet, TextSketch
from storage.vocabulary import SheetState
from tests.effort import takes_at_most
from tests.nlp.copied_pairs import PAIRS

AT = datetime(2026, 8, 20, 4, tzinfo=UTC)
PROBLEM = "招标文件由一名经办人全程负责，评标前没有复核"
REF = "/data/problem"


def said(text: str, ref: str = REF, number: int = 4, **more: object) -> FreeText:
    """An answer to a required question with purpose finding, unless changed."""
    facts: dict[str, object] = {"required": True, "purpose": Purpose.FINDING, **more}
    return FreeText(ref, number, "主要的问题是什么？", text, **facts)  # type: ignore[arg-type]  # facts of a test


def before(**answers: str) -> PastSheet:
    """A sheet handed in before; ref /data/<name>."""
    kept = {f"/data/{name}": text for name, text in answers.items()}
    return PastSheet("GC26-0000179", "综合观察表", 1, SheetState.ACCEPTED, 1, AT, kept, (), {})


def elsewhere(text: str, ref: str = REF, number: str = "GC26-0000187") -> ComparedText:
    """A text of another unit, as the records keep it."""
    return ComparedText(ref, normalise(text), number, "清源集团 / 一公司", AT)


def found(*texts: FreeText, last: PastSheet | None = None, others: tuple[ComparedText, ...] = ()) -> list[Concern]:
    return list(concerns(texts, copies(texts, last=last, others=others, threshold=NEAR_COPY)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("无", Reason.NOTHING),
        ("总体良好。", Reason.NOTHING),
        ("同上", Reason.NOTHING),
        ("加强管理", Reason.SHORT),
        ("好好好好好好", Reason.NOTHING),
        ("啊啊啊啊啊啊", Reason.REPEATED),
        ("asdfghjkl", Reason.NOISE),
        ("主要的问题是什么", Reason.LABEL),
        (PROBLEM, None),
    ],
)
def test_thin_answers(text: str, reason: Reason | None) -> None:
    assert [concern.reason for concern in found(said(text))] == ([] if reason is None else [reason])


def test_the_workbook_says_how_long_an_answer_is_at_least() -> None:
    assert found(said("验收签字由人代签", least=12))[0].reason is Reason.SHORT
    assert not found(said("验收签字由人代签", least=8))
    assert found(said("代签", purpose=None, least=5))[0].reason is Reason.SHORT


def test_what_names_something_or_need_not_be_answered_may_be_short() -> None:
    """A person, a post, a telephone number; an optional remark; a question that allows 无."""
    for purpose in (Purpose.OWNER, Purpose.PROJECT, Purpose.UNIT, Purpose.AREA):
        assert not found(said("王强", purpose=purpose))
    assert not found(said("王强", purpose=None))
    assert not found(said("13800001234", purpose=None))
    assert not found(said("无", purpose=None, required=False))
    assert not found(said("没有", allows=frozenset({"none"})))
    assert found(said("没有", purpose=None))[0].reason is Reason.NOTHING


def test_a_copy_of_the_sheet_before_with_and_without_new_figures() -> None:
    text = "全季度开展廉洁谈话12人次，发现问题3个，均已整改"
    other_figures = "全季度开展廉洁谈话15人次，发现问题2个，均已整改"
    same, changed = found(said(text), last=before(problem=text)), found(said(other_figures), last=before(problem=text))
    assert [(c.reason, c.score, c.same_figures) for c in same + changed] == [
        (Reason.OWN_COPY, 1.0, True),
        (Reason.OWN_COPY, 1.0, False),
    ]
    assert same[0].sheet == "GC26-0000179"
    assert "只改了数字" in str(follow_up(changed[0]))
    assert "只改了数字" not in str(follow_up(same[0]))


def test_only_the_same_question_is_compared_whatever_its_instance() -> None:
    assert not found(said(PROBLEM), last=before(other=PROBLEM))
    repeated = said(PROBLEM, ref="/data/risks[1]/risk")
    assert found(repeated, last=before(**{"risks[3]/risk": PROBLEM}))[0].reason is Reason.OWN_COPY
    assert found(repeated, others=(elsewhere(PROBLEM, "/data/risks/risk"),))[0].reason is Reason.OTHER_COPY


def test_of_two_copies_the_closer_one_is_the_evidence() -> None:
    one = found(said(PROBLEM), last=before(problem=f"{PROBLEM}，已提醒"), others=(elsewhere(PROBLEM),))[0]
    assert (one.reason, one.sheet, one.unit) == (Reason.OTHER_COPY, "GC26-0000187", "清源集团 / 一公司")
    both = found(said(PROBLEM), last=before(problem=PROBLEM), others=(elsewhere(PROBLEM),))[0]
    assert (both.reason, both.unit) == (Reason.OWN_COPY, "")


def test_short_answers_and_names_are_not_compared() -> None:
    short = "加强学习教育"
    assert len(normalise(short)) < LEAST_COMPARED
    assert not found(said(short), last=before(problem=short))
    project = "清源一期供水管网改造工程项目"
    assert not found(said(project, purpose=Purpose.PROJECT), last=before(problem=project))
    assert not to_keep([said(short), said(project, purpose=Purpose.PROJECT)])


def test_the_worst_comes_first() -> None:
    texts = (
        said("加强管理", number=1, ref="/data/a"),
        said("良好", number=2, ref="/data/b"),
        said(f"{PROBLEM}，已提醒", number=3, ref="/data/c"),
        said(PROBLEM, number=4),
        said("asdfghjkl", number=5, ref="/data/d"),
    )
    order = [concern.number for concern in found(*texts, last=before(c=PROBLEM, problem=PROBLEM))]
    assert order == [5, 4, 3, 2, 1]


def test_a_sheet_that_says_nothing_new_is_neither_compared_nor_blamed_for_saying_so() -> None:
    texts = (said("无", number=1, ref="/data/a"), said(PROBLEM), said("asdfghjkl", number=5, ref="/data/d"))
    past = before(problem=PROBLEM)
    assert not copies(texts, last=past, others=(), threshold=NEAR_COPY, nothing_new=True)
    assert not to_compare(texts, nothing_new=True)
    assert [concern.reason for concern in concerns(texts, (), nothing_new=True)] == [Reason.NOISE]


def test_an_observer_reads_nothing_of_the_other_unit() -> None:
    copy = found(said(PROBLEM), others=(elsewhere(PROBLEM),))[0]
    assert copy.evidence()["unit"] == "清源集团 / 一公司"
    shown = str(follow_up(copy))
    assert "一公司" not in shown
    assert "GC26" not in shown


def test_the_work_is_bounded() -> None:
    """A hundred instances of a repeat and hundreds of candidates: only the longest answers are compared."""
    chance = Random(5)
    stock = [one.one + other.other for one in PAIRS for other in PAIRS]
    texts = [said(chance.choice(stock), ref=f"/data/risks[{n}]/risk", number=n) for n in range(1, 101)]
    others = tuple(elsewhere(text, "/data/risks/risk") for text in chance.sample(stock, 200))
    assert len(found(*texts, others=others)) <= MOST_COMPARED
    longest = sorted(texts, key=lambda text: -len(text.compared))[:MOST_COMPARED]
    assert takes_at_most(2, lambda: found(*texts, others=others), lambda: found(*longest, others=others))
    assert len(to_compare(texts)) == MOST_COMPARED


def test_copies_are_found_by_their_sketches() -> None:
    """Of two hundred candidates the copies are read and few others, whatever the answers."""
    chance = Random(5)
    stock = [one.one + other.other for one in PAIRS for other in PAIRS]
    kept = to_keep([said(text) for text in chance.sample(stock, 200)])
    texts = to_compare([said(stock[0], ref="/data/risks[1]/risk"), said(PROBLEM, ref="/data/risks[2]/risk")])
    assert [text.ref for text in texts] == ["/data/risks/risk"] * 2
    candidates = [TextSketch(7, len(texts[0].text), texts[0].sketch)]
    candidates += [TextSketch(100 + place, len(text.text), text.sketch) for place, text in enumerate(kept)]
    likely = likely_copies(texts, [candidates, candidates[1:]], NEAR_COPY)
    assert likely[0] == 7
    assert len(likely) <= CLOSEST
    assert likely_copies(texts, [candidates[:1]] * 2, 0.1) == (7,)


def test_the_length_ratio_lets_every_copy_through() -> None:
    """Two texts as alike as the threshold differ in length by no more than the ratio."""
    ratio = length_ratio(NEAR_COPY)
    for pair in PAIRS:
        one, other = sorted((len(normalise(pair.one)) - 1, len(normalise(pair.other)) - 1))
        if found(said(pair.one), last=before(problem=pair.other)):
            assert one >= ratio * other
    assert [text.ref for text in to_compare([said("良好", ref="/data/b"), said(PROBLEM)])] == [REF]
    assert template("/data/a[12]/b[1]/c") == "/data/a/b/c"


def test_follow_ups_are_counted_and_bounded() -> None:
    one, two = found(said("良好", ref="/data/a", number=1), said("良好", ref="/data/b", number=2))
    asking = Asking("draft")
    assert to_ask(asking, [one, two], None) is one
    assert to_ask(asking, [one, two], {two.ref}) is two
    asking = asking.asked(one.ref, one.text)
    assert to_ask(asking, [one, two], None) is one
    asking = asking.asked(one.ref, one.text)
    assert to_ask(asking, [one, two], None) is None, "asked twice about the same words: the person insists"
    assert to_ask(asking, [two], None) is two
    asking = asking.asked(two.ref, two.text)
    assert to_ask(asking, [two], None) is None, "three follow-ups are enough"
    assert not asking.may_ask(UNCHANGED, 1)
