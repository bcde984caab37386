"""The weights: packed, unpacked, added up, explained."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.linear import Weights, pack, score, shipped, telling, unpack
from nlp.pieces import pieces, spelled


def code(piece: str) -> int:
    """The number of a piece."""
    return int(next(each for each in pieces(piece).tolist() if spelled(each) == piece))


def small() -> Weights:
    """Two columns, three pieces, one signal."""
    known = ["没", "回扣", "没有"]
    assert sorted(known, key=code) == known
    return Weights(
        columns=("intent report", "negated"),
        pieces=np.array([code(piece) for piece in known], np.int64),
        rarity=np.array([1.0, 2.0, 2.0], np.float32),
        piece_weights=np.array([[0, 10], [30, -10], [5, 20]], np.int8),
        piece_scale=np.array([0.1, 0.1], np.float32),
        signals={"l:廉洁纪律": 0},
        signal_weights=np.array([[1.5, 0.0]], np.float32),
        bias=np.array([-1.0, -0.5], np.float32),
    )


def test_a_score_is_the_sum_of_pieces_and_signals() -> None:
    found = np.array(sorted([code("回扣"), code("没"), code("无关")]), np.int64)
    scores = score(small(), found, {"l:廉洁纪律": 2.0, "unknown": 9.0})
    length = (2.0**2 + 1.0**2) ** 0.5
    assert scores.logits == pytest.approx([-1 + 2 / length * 3 + 2 * 1.5, -0.5 + (2 * -1 + 1) / length], abs=1e-5)


def test_nothing_known_leaves_the_bias() -> None:
    assert score(small(), pieces(""), {}).logits == pytest.approx([-1.0, -0.5])


def test_packed_weights_come_back_as_they_were() -> None:
    again, before = unpack(pack(small())), small()
    assert (again.columns, again.signals) == (before.columns, before.signals)
    for name in ("pieces", "rarity", "piece_weights", "piece_scale", "signal_weights", "bias"):
        assert np.array_equal(getattr(again, name), getattr(before, name))


@pytest.mark.parametrize("packed", [b"", b"nonsense", b"PK\x03\x04"])
def test_what_are_no_weights_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"no weights|pickle"):
        unpack(packed)


def test_an_opinion_is_shown_in_words_of_the_text() -> None:
    text = "听说没有回扣"
    scores = score(small(), pieces(text), {})
    told = telling(small(), scores, 0, text)
    assert told is not None
    assert text[told.start : told.end] == "回扣"
    assert telling(small(), score(small(), pieces("无"), {}), 0, text) is None


def test_shipped_weights_are_small() -> None:
    weights = shipped()
    assert len(pack(weights)) < 10_000_000
    assert weights.piece_weights.shape == (len(weights.pieces), len(weights.columns))
    assert (np.diff(weights.pieces) > 0).all(), "they are looked up by bisection"
    assert weights.piece_weights.flags["C_CONTIGUOUS"], "else reading a row touches as many cache lines as columns"


@settings(max_examples=100, database=None, deadline=None)
@given(st.text(st.characters(exclude_characters="\0"), max_size=80))
def test_pieces_are_the_stretches_of_the_text(text: str) -> None:
    plain = "^" + re.sub("[0-9]+", "0", text).replace(" ", "").replace("\n", "") + "$"
    stretches = {plain[at : at + length] for length in (1, 2, 3) for at in range(len(plain) - length + 1)}
    found = [spelled(each) for each in pieces(text).tolist()]
    assert len(found) == len(set(found))
    assert set(found) == stretches
