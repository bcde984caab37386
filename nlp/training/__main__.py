"""`python -m nlp.training` (`make weights`): makes nlp/weights.npz anew from the messages that ship here."""

import sys
from pathlib import Path

import nlp
from nlp.linear import WEIGHTS, pack
from nlp.training.examples import development, written
from nlp.training.fitting import documents, fit


def main() -> None:
    """Fit and write; the same messages give the same file."""
    examples = [*written(), *development()]
    weights = fit(documents([example.text for example in examples]), examples)
    target = Path(str(nlp.__path__[0])) / WEIGHTS
    target.write_bytes(pack(weights))
    known = f"{len(weights.pieces)} pieces, {len(weights.signals)} signals"
    sys.stdout.write(f"{len(examples)} messages: {known}, {target.stat().st_size / 1e6:.2f} MB\n")


main()
