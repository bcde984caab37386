"""Sketches rule out only what cannot be alike, and most of that."""

import random
from zlib import crc32

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.similarity import NEAR_COPY, bigrams, normalise, similarity
from nlp.sketches import BYTES, COMMON, MARKS, closest, marks, sketch
from tests.effort import takes_at_most
from tests.nlp.copied_pairs import PAIRS

TEXTS = st.text(st.sampled_from("廉洁谈话招标文件复核abc"), max_size=24)


def sketched(texts: list[str]) -> list[tuple[int, int, bytes]]:
    """As the records keep them."""
    return [(place, len(text), sketch(text)) for place, text in enumerate(texts)]


def likely(text: str, others: list[tuple[int, int, bytes]], threshold: float, most: int) -> list[int]:
    """The places of those that may be like the text."""
    return closest(len(text), sketch(text), others, threshold, most)


@settings(max_examples=60, database=None, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=8), st.sampled_from([0.3, NEAR_COPY, 1.0]))
def test_whatever_is_similar_is_kept(text: str, others: list[str], threshold: float) -> None:
    kept = likely(text, sketched(others), threshold, len(others))
    similar = {place for place, other in enumerate(others) if similarity(text, other) >= threshold}
    assert similar <= set(kept)
    assert len(kept) == len(set(kept))


def test_nothing_of_the_measured_pairs_is_lost_and_strangers_are_ruled_out() -> None:
    texts = [normalise(text) for pair in PAIRS for text in (pair.one, pair.other)]
    prints = sketched(texts)
    kept = similar = 0
    for text in texts:
        found = likely(text, prints, NEAR_COPY, len(texts))
        alike = {place for place, other in enumerate(texts) if similarity(text, other) >= NEAR_COPY}
        assert alike <= set(found)
        kept, similar = kept + len(found), similar + len(alike)
    assert kept <= 1.1 * similar


def test_a_text_exactly_at_the_threshold_is_kept() -> None:
    """0.56 × 100 / 2 is a little more than 28 in binary fractions."""
    one, other = "".join(map(chr, range(0x4E00, 0x4E33))), "".join(map(chr, range(0x4E16, 0x4E49)))
    assert similarity(one, other) == 0.56
    assert likely(one, sketched([other]), 0.56, 1) == [0]


def test_the_likeliest_come_first_and_only_so_many() -> None:
    text = normalise(PAIRS[0].one)
    others = [f"{text}另有说明两句话", text, f"{text}补", text]
    assert likely(text, sketched(others), NEAR_COPY, 3) == [1, 3, 2]
    assert likely("", sketched(["", text]), NEAR_COPY, 3) == likely(text, sketched([""]), NEAR_COPY, 3) == []


def test_a_sketch_is_the_same_in_every_process() -> None:
    """It is kept in the records for months; hash() would not do."""
    assert sketch("招") == (1 << 0x24C).to_bytes(BYTES, "big")
    assert sketch("") == bytes(BYTES)
    assert len(sketch("招标文件" * 500)) == BYTES


def test_long_texts_are_ruled_out_too() -> None:
    """Three hundred characters from the same stock of sentences."""
    chance = random.Random(5)
    stock = [normalise(pair.one) for pair in PAIRS]
    texts = ["".join(chance.sample(stock, 12)) for _ in range(60)]
    kept = likely(texts[0], sketched(texts), NEAR_COPY, len(texts))
    assert kept[0] == 0
    assert len(kept) < 10


def test_twelve_hundred_are_looked_at_in_time() -> None:
    """Well under a millisecond on a quiet core, a twentieth of comparing them at most."""
    chance = random.Random(3)
    texts = [normalise(one.one + other.other) for one in PAIRS for other in PAIRS]
    others, mine = chance.sample(texts, 200), chance.sample(texts, 6)
    prints = sketched(others)
    kept = [likely(text, prints, NEAR_COPY, 8) for text in mine]
    assert all(len(found) <= 8 for found in kept)
    assert takes_at_most(
        1 / 20,
        lambda: [likely(text, prints, NEAR_COPY, 8) for text in mine],
        lambda: [similarity(text, other) for text in mine for other in others],
    )
    assert all(bigrams(text) for text in mine)


def test_copies_share_marks_and_strangers_hardly() -> None:
    """Two marks at least: what the records ask for."""
    pairs = [(similarity(pair.one, pair.other), marked(pair.one) & marked(pair.other)) for pair in PAIRS]
    assert all(len(shared) >= 2 for score, shared in pairs if score >= NEAR_COPY)
    strangers = [len(marked(one.one) & marked(other.other)) for one in PAIRS for other in PAIRS if one is not other]
    assert sum(shared >= 2 for shared in strangers) < len(strangers) * 0.02


def marked(text: str) -> set[int]:
    """The marks of a text as it was typed."""
    return set(marks(normalise(text)))


def test_marks_are_few_fit_a_column_and_are_the_same_in_every_process() -> None:
    assert marks("") == ()
    assert marks("招标") == (crc32("招标".encode()) - (1 << 31),)
    for pair in PAIRS:
        made = marks(normalise(pair.one))
        assert len(set(made)) == len(made) <= MARKS
        assert all(-(1 << 31) <= mark < 1 << 31 for mark in made)


def test_set_phrases_become_marks_last() -> None:
    phrases = {mark for pair in COMMON for mark in marks(pair)}
    assert not phrases & marked("现向单位领导反映问题，门卫放外面的车进厂拉废铁")
    assert phrases & marked("现向单位领导反映问题")
    assert all(len(pair) == 2 for pair in COMMON)
