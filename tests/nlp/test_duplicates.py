"""The index finds what a comparison with every text finds, and is small and fast enough to live in a process."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.duplicates import Duplicates
from nlp.similarity import NEAR_COPY, similarity
from tests.effort import grows_in_step
from tests.nlp.copied_pairs import PAIRS
from tests.nlp.same_matters import MATTERS

TEXTS = st.text(st.sampled_from("廉洁谈话招12，"), max_size=24)
THRESHOLDS = st.one_of(st.sampled_from([0.3, 0.5, NEAR_COPY, 2 / 3, 1.0]), st.floats(0.01, 1.0))
EVERYTHING = 10_000


def scanned(text: str, others: dict[int, str], threshold: float) -> list[tuple[int, float]]:
    """What the index must find: every text is compared, in the order of adding."""
    scores = [(key, similarity(text, other)) for key, other in others.items()]
    return sorted((found for found in scores if found[1] >= threshold), key=lambda found: -found[1])


def indexed(texts: Sequence[str], few: int = 20) -> Duplicates[int]:
    """The texts under their places."""
    found: Duplicates[int] = Duplicates(few=few)
    for place, text in enumerate(texts):
        found.add(place, text)
    return found


@settings(max_examples=200, database=None, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=30), THRESHOLDS, st.sampled_from([0, 2, 20]))
def test_it_finds_what_a_full_scan_finds(text: str, others: list[str], threshold: float, few: int) -> None:
    """Also where most bigrams count as common, so that they are looked up for candidates only."""
    assert indexed(others, few).near(text, threshold, EVERYTHING) == scanned(text, dict(enumerate(others)), threshold)


@settings(max_examples=100, database=None, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "tidy"]), st.integers(0, 5), TEXTS), max_size=30), TEXTS)
def test_adding_replacing_removing_and_tidying_keep_it_exact(steps: list[tuple[str, int, str]], text: str) -> None:
    index, kept = Duplicates[int](few=1), dict[int, str]()
    for step, key, said in steps:
        if step == "add":
            kept.pop(key, None)  # what is added again comes last
            kept[key] = said
            index.add(key, said)
        elif step == "tidy":
            index.tidy()
        elif key in kept:
            del kept[key]
            index.remove(key)
        assert len(index) == len(kept) and all(key in index for key in kept)
        assert index.near(text, 0.3, EVERYTHING) == scanned(text, kept, 0.3)


def test_every_copy_of_the_measured_pairs_is_found_as_by_the_measure() -> None:
    texts = [text for pair in PAIRS for text in (pair.one, pair.other)]
    for few in (2, 20):
        index = indexed(texts, few)
        for text in texts:
            assert index.near(text, NEAR_COPY, EVERYTHING) == scanned(text, dict(enumerate(texts)), NEAR_COPY)


def test_the_most_similar_come_first_and_only_so_many() -> None:
    text = PAIRS[0].one
    index = indexed([f"{text}另有说明两句话", text, f"{text}补", text])
    assert [key for key, _ in index.near(text, NEAR_COPY, 3)] == [1, 3, 2]
    assert index.near(text, NEAR_COPY, 0) == []


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.01, float("nan")])
def test_a_threshold_that_means_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="similarity"):
        indexed([]).near("廉洁", threshold, 1)


def test_what_is_not_there_cannot_be_removed() -> None:
    index = indexed(["廉洁谈话"])
    index.remove(0)
    with pytest.raises(KeyError):
        index.remove(0)
    assert 0 not in index and index.near("廉洁谈话", NEAR_COPY, 1) == []


@pytest.mark.parametrize("text", ["", "。！", "字", "😀", "\x00", "a" * 20_000, "招标文件复核" * 3_000, "\ud800"])
def test_hostile_texts_are_kept_and_looked_up(text: str) -> None:
    """Empty ones are like nothing, not even each other."""
    index = indexed([text, "招标文件由一人编制", text])
    expected = [(0, 1.0), (2, 1.0)] if similarity(text, text) else []
    assert index.near(text, NEAR_COPY, EVERYTHING) == expected
    assert {key for key, _ in index.related(text)} <= {0, 1, 2}
    index.tidy()
    assert index.near(text, NEAR_COPY, EVERYTHING) == expected


def test_a_text_of_twenty_thousand_characters_among_short_ones() -> None:
    """Bigrams of so many characters take 10 ms on a quiet core; the look-up adds little."""
    chance = random.Random(1)
    long = "".join(map(chr, chance.choices(range(0x4E00, 0x9000), k=20_000)))
    index = indexed([*(pair.one for pair in PAIRS), long[:15_000], long[:8_000]])
    assert [key for key, _ in index.near(long, NEAR_COPY, 5)] == [len(PAIRS)]
    assert [key for key, _ in index.near(long[:8_000], NEAR_COPY, 5)] == [len(PAIRS) + 1, len(PAIRS)]


def test_ten_thousand_equal_texts() -> None:
    text = PAIRS[1].one
    index = indexed([text] * 10_000 + [pair.other for pair in PAIRS])
    assert index.near(text, NEAR_COPY, 5) == [(place, 1.0) for place in range(5)]
    assert len(index.near(text, NEAR_COPY, 20_000)) == 10_001, "and the one that was copied from it"
    fewer = indexed([text] * 2_500)
    assert grows_in_step(lambda one: one.near(text, NEAR_COPY, 5), fewer, index)
    assert grows_in_step(lambda one: one.near(text, NEAR_COPY, 20_000), fewer, index)


def test_matters_in_other_words_are_suggested_above_strangers() -> None:
    """Nearly all are first among these few; benchmarks/duplicates.py says how many among 100,000."""
    strangers = [text for pair in PAIRS for text in (pair.one, pair.other)]
    index = indexed([*(matter.other for matter in MATTERS), *strangers])
    first = [index.related(matter.one, 0.05, 1) for matter in MATTERS]
    assert sum(found[:1] != [] and found[0][0] == place for place, found in enumerate(first)) >= 27
    assert not any(index.near(matter.one, NEAR_COPY, 1) for matter in MATTERS), "no copies: near is silent"


def test_set_phrases_make_no_matter() -> None:
    """What every report says is common, however much of a short report it is."""
    framed = [f"尊敬的纪委领导：现向您反映如下问题，{pair.one}，请领导核实处理" for pair in PAIRS]
    index = indexed(framed)
    found = index.related("尊敬的纪委领导：现向您反映如下问题，门卫放车拉废铁，请领导核实处理")
    assert not found
    assert index.related("尊敬的纪委领导：现向您反映如下问题，请领导核实处理") == []
    assert index.related("") == indexed([]).related("废铁") == []
