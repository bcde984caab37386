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

from nlp.pieces import Codes, spelled

Floats = NDArray[np.float32]

WEIGHTS = "weights.npz"
_LOUDEST = 6
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
    """A stretch [start, end) of a normalised text, and what its pieces added to a score."""

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
    """The stretch of a normalised text that speaks loudest for a column: its loudest piece of two characters or three,
    and the loud ones around that; None when none speaks for it.
    """
    added = scores.values * scores.by_column[:, column]
    loudest = added.argsort()[: -_LOUDEST - 1 : -1]
    shares = (added.take(loudest) * weights.piece_scale[column]).tolist()
    found: Telling | None = None
    for code, share in zip(weights.pieces.take(scores.rows.take(loudest)).tolist(), shares, strict=True):
        if share <= 0:
            break
        piece = spelled(code)
        if found is None:
            place = text.find(piece) if len(piece) > 1 else -1
            found = None if place < 0 else Telling(place, place + len(piece), share)
        else:
            place = text.find(piece, max(found.start - len(piece), 0), found.end + len(piece))
            if place >= 0:
                end = max(found.end, place + len(piece))
                found = Telling(min(found.start, place), end, found.share + share)
    return found


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
