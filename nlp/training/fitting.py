"""Fits the linear model: one logistic regression on pieces of text, one on the lexicon's signals, added up."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from nlp import tokens
from nlp.features import LARGE_SUM, Reader, signals
from nlp.labels import Discipline, Field, Intent, Severity
from nlp.lexicon.reading import built_in
from nlp.linear import Floats, Weights
from nlp.normalising import normalised
from nlp.pieces import pieces
from nlp.training.examples import Example

LEAST_PIECE: Final = 3
"""Messages that a piece of text must occur in."""
LEAST_SIGNAL: Final = 3
PIECE_STRICTNESS: Final = 16.0
"""C of the logistic regression on pieces; from 4 to 16 the figures on messages kept out of training hardly differ."""
SIGNAL_STRICTNESS: Final = 0.2
SIGNAL_SHARE: Final[Mapping[str, float]] = {
    "intent": 0.3,
    "negated": 0.2,
    "severity": 0.5,
    "disciplines": 0.5,
    "fields": 0.5,
}
"""How much the lexicon's opinion counts beside that of the pieces; chosen on messages kept out of training."""
_STEPS: Final = 400
_LARGEST: Final = 127
_SMALL: Final = 1e-9


class Document(NamedTuple):
    """A text as the model sees it."""

    pieces: tuple[int, ...]
    signals: Mapping[str, float]


class Target(NamedTuple):
    """One thing to learn: its columns, and which of them an example belongs to."""

    name: str
    columns: tuple[str, ...]
    of: Callable[[Example], Sequence[bool]]
    exclusive: bool
    """Exactly one column is right."""


TARGETS: Final = (
    Target("intent", tuple(f"intent {it}" for it in Intent), lambda it: [it.intent is each for each in Intent], True),
    Target("negated", ("negated",), lambda it: [it.negated], False),
    Target(
        "severity",
        tuple(f"severity {it}" for it in Severity),
        lambda it: [it.severity is each for each in Severity],
        True,
    ),
    Target(
        "disciplines",
        tuple(f"disciplines {it}" for it in Discipline),
        lambda it: [each in it.disciplines for each in Discipline],
        False,
    ),
    Target("fields", tuple(f"fields {it}" for it in Field), lambda it: [each in it.fields for each in Field], False),
)


def documents(texts: Sequence[str]) -> list[Document]:
    """The texts as the model sees them, by the built-in lexicon."""
    lexicon = built_in()
    tokens.load(lexicon.words)
    reader = Reader(lexicon)
    plain = [normalised(text).text for text in texts]
    return [Document(tuple(pieces(text).tolist()), signals(reader.read(text))) for text in plain]


def fit(found: Sequence[Document], examples: Sequence[Example]) -> Weights:
    """The weights that these examples teach; `found` are their texts, in the same order.

    On one core: these matrices are sparse, and threads only get in each other's way.
    """
    with threadpool_limits(1):
        return _fit(found, examples)


def _fit(found: Sequence[Document], examples: Sequence[Example]) -> Weights:
    frequency = Counter(piece for document in found for piece in document.pieces)
    known = sorted(piece for piece, count in frequency.items() if count >= LEAST_PIECE)
    rarity = np.asarray([log((1 + len(found)) / (1 + frequency[piece])) + 1 for piece in known], np.float32)
    rows = {piece: row for row, piece in enumerate(known)}
    named = Counter(name for document in found for name in document.signals)
    of_signals = {name: row for row, name in enumerate(sorted(n for n, c in named.items() if c >= LEAST_SIGNAL))}
    by_piece = _piece_matrix(found, rows, rarity)
    by_signal = _signal_matrix(found, of_signals)
    without_sums = by_signal.copy()
    without_sums[:, of_signals.get(LARGE_SUM, 0)] *= float(LARGE_SUM not in of_signals)
    without_sums.eliminate_zeros()
    piece_columns, signal_columns, biases = [], [], []
    for target in TARGETS:
        wanted = np.asarray([target.of(example) for example in examples])
        share = SIGNAL_SHARE[target.name]
        signals_seen = by_signal if target.name == "severity" else without_sums
        of_pieces, first = _opinion(by_piece, wanted, PIECE_STRICTNESS, exclusive=target.exclusive)
        of_signal, second = _opinion(signals_seen, wanted, SIGNAL_STRICTNESS, exclusive=target.exclusive)
        piece_columns.append(of_pieces)
        signal_columns.append(share * of_signal)
        biases.append(first + share * second)
    whole = np.concatenate(piece_columns).T
    scale = np.maximum(np.abs(whole).max(axis=0), _SMALL) / _LARGEST
    return Weights(
        columns=tuple(column for target in TARGETS for column in target.columns),
        pieces=np.asarray(known, np.int64),
        rarity=rarity,
        piece_weights=np.ascontiguousarray(np.rint(whole / scale), np.int8),
        piece_scale=scale.astype(np.float32),
        signals=of_signals,
        signal_weights=np.ascontiguousarray(np.concatenate(signal_columns).T, np.float32),
        bias=np.concatenate(biases).astype(np.float32),
    )


def _opinion(matrix: Any, wanted: Any, strictness: float, *, exclusive: bool) -> tuple[Any, Any]:
    """Weights by column and row, and the bias of each column."""

    def fitted(labels: Any) -> LogisticRegression:
        model = LogisticRegression(C=strictness, max_iter=_STEPS, class_weight="balanced")
        return model.fit(matrix, labels)

    if exclusive:
        model = fitted(wanted.argmax(axis=1))
        return model.coef_, model.intercept_
    models = [fitted(wanted[:, column]) for column in range(wanted.shape[1])]
    return np.concatenate([model.coef_ for model in models]), np.concatenate([model.intercept_ for model in models])


def _piece_matrix(found: Sequence[Document], rows: Mapping[int, int], rarity: Floats) -> Any:
    """As nlp.linear.score values pieces: rarities, of length 1 as a vector."""
    lines, columns, values = [], [], []
    for line, document in enumerate(found):
        known = [rows[piece] for piece in document.pieces if piece in rows]
        length = float(np.sqrt(np.square(rarity[known]).sum())) or 1.0
        lines += [line] * len(known)
        columns += known
        values += (rarity[known] / length).tolist()
    return csr_matrix((values, (lines, columns)), shape=(len(found), len(rows)))


def _signal_matrix(found: Sequence[Document], rows: Mapping[str, int]) -> Any:
    filled = [
        (line, rows[name], value)
        for line, document in enumerate(found)
        for name, value in document.signals.items()
        if name in rows
    ]
    lines, columns, values = zip(*filled, strict=True)
    return csr_matrix((values, (lines, columns)), shape=(len(found), len(rows)))
