"""Sketches rule out only what cannot be alike, and most of that."""

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.similarity import NEAR_COPY, bigrams, normalise, similarity
from nlp.sketches import BYTES, closest, sketch
from tests.nlp.copied_pairs import PAIRS

TEXTS = st.text(st.sampled_from("廉洁谈话招标文件复核abc"), max_size=24)


def sketched(texts: list[str]) -> list[tuple[int, int, bytes]]:
    """As the records keep them."""
    return [(place, len(text), sketch(text)) for place, text in enumerate(texts)]


@settings(max_examples=60, database=None, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=8), st.sampled_from([0.3, NEAR_COPY, 1.0]))
def test_whatever_is_similar_is_kept(text: str, others: list[str], threshold: float) -> None:
    kept = closest(text, sketched(others), threshold, len(others))
    similar = {place for place, other in enumerate(others) if similarity(text, other) >= threshold}
    assert similar <= set(kept)
    assert len(kept) == len(set(kept))


def test_nothing_of_the_measured_pairs_is_lost_and_strangers_are_ruled_out() -> None:
    texts = [normalise(text) for pair in PAIRS for text in (pair.one, pair.other)]
    prints = sketched(texts)
    kept = similar = 0
    for text in texts:
        found = closest(text, prints, NEAR_COPY, len(texts))
        alike = {place for place, other in enumerate(texts) if similarity(text, other) >= NEAR_COPY}
        assert alike <= set(found)
        kept, similar = kept + len(found), similar + len(alike)
    assert kept <= 1.1 * similar


def test_the_likeliest_come_first_and_only_so_many() -> None:
    text = normalise(PAIRS[0].one)
    others = [f"{text}另有说明两句话", text, f"{text}补", text]
    assert closest(text, sketched(others), NEAR_COPY, 3) == [1, 3, 2]
    assert closest("", sketched(["", text]), NEAR_COPY, 3) == closest(text, sketched([""]), NEAR_COPY, 3) == []


def test_a_sketch_is_the_same_in_every_process() -> None:
    """It is kept in the records for months; hash() would not do."""
    assert sketch("招") == (1 << 0x26E).to_bytes(BYTES, "big")
    assert sketch("") == bytes(BYTES)
    assert len(sketch("招标文件" * 500)) == BYTES


def test_long_texts_are_ruled_out_too() -> None:
    """Three hundred characters from the same stock of sentences."""
    chance = random.Random(5)
    stock = [normalise(pair.one) for pair in PAIRS]
    texts = ["".join(chance.sample(stock, 12)) for _ in range(60)]
    kept = closest(texts[0], sketched(texts), NEAR_COPY, len(texts))
    assert kept[0] == 0
    assert len(kept) < 10


def test_twelve_hundred_are_looked_at_in_time() -> None:
    """Well under a millisecond on a quiet core."""
    chance = random.Random(3)
    texts = [normalise(one.one + other.other) for one in PAIRS for other in PAIRS]
    prints, mine = sketched(chance.sample(texts, 200)), chance.sample(texts, 6)
    started = time.process_time()
    kept = [closest(text, prints, NEAR_COPY, 8) for text in mine]
    seconds = time.process_time() - started
    assert all(len(found) <= 8 for found in kept)
    assert seconds < 0.02, "twenty times what it takes, for slow machines"
    assert all(bigrams(text) for text in mine)
