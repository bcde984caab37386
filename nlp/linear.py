"""The linear model behind the classifier: two opinions, the lexicon's and that of pieces of text, added up.

Its weights are made by nlp/training and shipped as one file; every score is a sum, so that it can be explained.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nlp.pieces import LONGER, Codes, spelled

Floats = NDArray[np.float32]

WEIGHTS = "weights.npz"
_TRIES = 3
"""Pieces that are looked at to explain a score."""


class Weights(NamedTuple):
    """A trained model. A score is `bias + Σ value × weight` for each column, the logarithm of its odds."""

    columns: tuple[str, ...]
    """One a label: "intent report", "fields 招标采购"."""
    pieces: Codes
    """The pieces of text that it knows, in order (nlp.pieces)."""
    rarity: Floats
    """Of each piece: inverse document frequency in training."""
    piece_weights: NDArray[np.int8]
    """By piece and column, in units of `piece_scale`; row after row, for a message touches a hundred of them."""
    piece_scale: Floats
    """By column."""
    signals: Mapping[str, int]
    """Signal of nlp.features -> its row of `signal_weights`."""
    signal_weights: Floats
    bias: Floats


_TEXTS = ("columns", "signals")
_ARRAYS = ("pieces", "rarity", "piece_weights", "piece_scale", "signal_weights", "bias")


class Scores(NamedTuple):
    """What the model says of one text, and what it needs to explain it."""

    logits: Floats
    """By column."""
    rows: NDArray[np.intp]
    """Of the pieces of the text that the model knows."""
    values: Floats
    """Their values: rarities, of length 1 as a vector."""
    by_column: Floats
    """Their rows of `piece_weights`."""


class Telling(NamedTuple):
    """A piece of a normalised text at [start, end), and what it added to a score."""

    start: int
    end: int
    share: float


def score(weights: Weights, found: Codes, signals: Mapping[str, float]) -> Scores:
    """The scores of a text with these pieces (nlp.pieces) and signals (nlp.features)."""
    places = weights.pieces.searchsorted(found)
    rows = places[weights.pieces.take(places, mode="clip") == found]
    values = weights.rarity.take(rows)
    length = float(values @ values) ** 0.5 or 1.0
    by_column = weights.piece_weights.take(rows, axis=0).astype(np.float32)
    logits = weights.bias + (values @ by_column) * (weights.piece_scale / length)
    number = weights.signals.get
    named = [(row, value) for name, value in signals.items() if (row := number(name)) is not None]
    if named:
        of_signals, strengths = zip(*named, strict=True)
        logits += np.array(strengths, np.float32) @ weights.signal_weights.take(of_signals, axis=0)
    return Scores(logits, rows, values / length, by_column)


def telling(weights: Weights, scores: Scores, column: int, text: str) -> Telling | None:
    """The piece of two characters or three of a normalised text that speaks loudest for a column; None when none does.

    Few steps, for each of them is slow next to what it does: a fifth of a classification was here.
    """
    first = scores.rows.searchsorted(weights.pieces.searchsorted(LONGER))
    added = scores.values[first:] * scores.by_column[first:, column]
    for _ in range(min(_TRIES, len(added))):
        at = int(added.argmax())
        share = float(added[at])
        if share <= 0:
            break
        start, end = _place(spelled(int(weights.pieces[scores.rows[first + at]])), text)
        if start < end:
            return Telling(start, end, share * float(weights.piece_scale[column]))
        added[at] = 0
    return None


def _place(piece: str, text: str) -> tuple[int, int]:
    """Where a piece first stands in a text, without the marks of its ends; an empty range: with figures or over a
    blank, or the marks alone.
    """
    bare = piece.strip("^$")
    start = max(len(text) - len(bare), 0) if piece[-1] == "$" else 0 if piece[0] == "^" else text.find(bare)
    return (start, start + len(bare)) if start >= 0 and text.startswith(bare, start) else (0, 0)


def pack(weights: Weights) -> bytes:
    """The weights as the file that `unpack` reads."""
    buffer = BytesIO()
    texts = {name: _joined(getattr(weights, name)) for name in _TEXTS}
    np.savez_compressed(buffer, allow_pickle=False, **texts, **{name: getattr(weights, name) for name in _ARRAYS})
    return buffer.getvalue()


def unpack(packed: bytes) -> Weights:
    """Weights from a file's bytes. Raises ValueError for anything else; nothing is unpickled."""
    try:
        with np.load(BytesIO(packed), allow_pickle=False) as kept:
            columns, signals = (_split(kept[name]) for name in _TEXTS)
            arrays = {name: kept[name] for name in _ARRAYS}
    except (BadZipFile, EOFError, KeyError, OSError) as error:
        raise ValueError(f"no weights: {error}") from error
    numbered = {text: row for row, text in enumerate(signals)}
    return Weights(columns=tuple(columns), signals=numbered, **arrays)


@cache
def shipped() -> Weights:
    """The weights that the product ships with; some 30 ms, once a process."""
    return unpack(files("nlp").joinpath(WEIGHTS).read_bytes())


def _joined(texts: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _split(joined: NDArray[np.uint8]) -> Sequence[str]:
    return joined.tobytes().decode().split("\n")
