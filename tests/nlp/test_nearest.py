"""The nearest text is found as if every pair were compared, only faster."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.nearest import Nearest, nearest
from nlp.similarity import NEAR_COPY, Likeness, Profile, bigrams, likeness, normalise, profile, similarity
from tests.nlp.copied_pairs import PAIRS

TEXTS = st.text(st.sampled_from("廉洁谈话招标文件复核"), max_size=24)


@settings(max_examples=60, database=None, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=8), st.sampled_from([0.3, NEAR_COPY, 1.0]))
def test_nothing_is_ruled_out_wrongly(text: str, others: list[str], threshold: float) -> None:
    """The shortcut never changes the result."""
    scores = [similarity(text, other) for other in others]
    best = max(scores, default=0.0)
    expected = Nearest(scores.index(best), best) if best >= threshold and best > 0 else None
    assert nearest(text, others, threshold) == expected


def test_a_copy_is_found_among_five_hundred_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six answers against 500 candidates: 15 ms on a quiet core, for few pairs are really compared."""
    chance = random.Random(3)
    texts = [normalise(one.one + other.other) for one in PAIRS for other in PAIRS]
    others = chance.sample(texts, 500)
    mine = chance.sample(others, 6)
    compared: list[Profile] = []

    def counting(one: Profile, other: Profile) -> Likeness:
        compared.append(other)
        return likeness(one, other)

    monkeypatch.setattr("nlp.nearest.likeness", counting)
    found = [nearest(text, others, NEAR_COPY) for text in mine]
    assert [match.score for match in found if match] == [1.0] * 6
    assert all(others[match.place] == text for match, text in zip(found, mine, strict=True) if match)
    assert 6 <= len(compared) <= 6 * 500 / 20


def test_what_is_stored_compares_like_what_was_typed() -> None:
    """Normalising once more changes nothing: the records keep normalised texts."""
    for pair in PAIRS:
        stored = normalise(pair.one)
        assert normalise(stored) == stored
        assert bigrams(stored) == profile(pair.one).bigrams
