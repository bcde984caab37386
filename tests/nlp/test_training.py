"""Training: what it learns, what it reaches on messages kept out, and that the shipped weights are its own."""

from pathlib import Path

import pytest

from nlp.classifier import Classifier
from nlp.labels import Intent, Severity
from nlp.lexicon.reading import built_in
from nlp.linear import Weights, shipped
from nlp.training.evaluating import GOALS, figures, given, right
from nlp.training.examples import Example, development, read, written
from nlp.training.fitting import documents, fit


def trained(examples: list[Example]) -> Weights:
    return fit(documents([example.text for example in examples]), examples)


def test_the_messages_follow_the_conventions() -> None:
    """docs/labels.md: what a report, a complaint, anything else may be labelled."""
    for example in (*written(), *development()):
        blames = example.intent in {Intent.REPORT, Intent.COMPLAINT} and not example.negated
        assert blames or (not example.disciplines and example.severity is Severity.NONE), example.text
        if example.negated:
            assert example.intent is Intent.REPORT, example.text
        if blames:
            assert example.severity is not Severity.NONE, example.text
        assert example.text.strip() or example.intent is Intent.OTHER


def test_what_was_written_for_training_has_none_of_the_development_set() -> None:
    assert {example.text for example in written()}.isdisjoint(example.text for example in development())


def test_a_handful_of_examples_is_learned() -> None:
    examples = [example for example in written()[::10] if example.intent in {Intent.REPORT, Intent.THANKS}][:200]
    examples += [example for example in development() if example.intent is not Intent.REPORT]
    classifier = Classifier(built_in(), trained(examples))
    wrong = [example.text for example in examples if classifier.classify(example.text).intent is not example.intent]
    assert len(wrong) < 0.05 * len(examples)


@pytest.mark.parametrize("line", ["[]", "{}", '{"text": "x"}', '{"text": "x", "intent": "none"}', "nonsense"])
def test_a_line_that_is_no_example_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"more\.jsonl:1"):
        read([file])


@pytest.mark.long
@pytest.mark.timeout(600)
def test_messages_kept_out_of_training_are_labelled_well_enough() -> None:
    """Trained on what was written for it alone; the development set was labelled by somebody else."""
    classifier = Classifier(built_in(), trained(written()))
    kept_out = development()
    found = figures([right(it) for it in kept_out], [given(classifier.classify(it.text)) for it in kept_out])
    for name, (micro, macro) in GOALS.items():
        assert found[name] >= (micro, macro), f"{name}: {found[name]}"
        assert found[name][1] >= macro, f"{name}: {found[name]}"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_shipped_weights_are_what_training_makes() -> None:
    """Whoever changes lexicon, features or messages runs `make weights`."""
    anew, kept = trained([*written(), *development()]), shipped()
    assert (anew.columns, anew.signals) == (kept.columns, kept.signals)
    assert anew.pieces.tolist() == kept.pieces.tolist()
    ours, theirs = Classifier(built_in(), kept), Classifier(built_in(), anew)
    texts = [example.text for example in (*written()[::5], *development())]
    same = sum(ours.classify(text).labels() == theirs.classify(text).labels() for text in texts)
    assert same >= 0.99 * len(texts)
