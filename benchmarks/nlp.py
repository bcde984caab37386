"""How well and how fast free text is classified: `python -m benchmarks.nlp [--labelled FILE…] [--folds 5]`.

Every figure on messages is of messages kept out of training: each fold of the development set is labelled by a model
trained on the messages written for training and the other folds. "all seen" is the shipped model on the same messages,
which it was trained on: the distance between the two is over-fitting. Baselines run on the same folds.
"""

import argparse
import gc
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from benchmarks import yardstick
from nlp.classification import Classification
from nlp.classifier import Classifier
from nlp.features import Reader
from nlp.labels import Discipline, Field, Intent, Severity
from nlp.lexicon.reading import built_in
from nlp.normalising import normalised
from nlp.training.evaluating import GOALS, Labels, confusion, figures, given, right
from nlp.training.examples import Example, development, read, written
from nlp.training.fitting import documents, fit

MICROSECONDS = {"p50": 250.0, "p99": 500.0}
"""DESIGN.md, Speed and memory: classify 60 characters."""
CHARACTERS = 60
RUNS = 4_000
WORST = 12
SVM_AT_LEAST = -0.4
"""Distance from the plane from which on the SVM peer gives a label: at 0 it hardly gives any."""
_ECHO = f"{yardstick.MICROSECONDS:.0f} µs where the goals were set"
_KEYWORDS = {
    Intent.SUGGESTION: ("建议", "希望", "能不能"),
    Intent.INQUIRY: ("请问", "吗", "怎么", "多少"),
    Intent.THANKS: ("谢谢", "感谢", "辛苦"),
    Intent.COMPLAINT: ("投诉", "我的", "不给"),
}
"""The obvious words that somebody would begin with."""
_ACTS = {
    Discipline.INTEGRITY: ("回扣", "红包", "公款", "公车", "贪污"),
    Discipline.WORK: ("失职", "弄虚作假", "形式主义", "睡觉"),
    Discipline.ORGANISATION: ("提拔", "三重一大", "打击报复"),
    Discipline.MASSES: ("态度", "刁难", "推诿"),
    Discipline.LIFE: ("赌博", "酒驾", "不正当"),
    Discipline.POLITICS: ("谣言", "串供", "迷信"),
}
_GRADES = {Severity.HIGH: ("贪污", "受贿", "万", "围标"), Severity.LOW: ("听说", "态度", "好像")}

console = Console(width=120)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, nargs="*", default=(), help="more messages that were never trained on")
    parser.add_argument("--folds", type=int, default=5)
    chosen = parser.parse_args()
    examples, folds = development(), chosen.folds
    wanted = [right(example) for example in examples]
    seen = Classifier.load()
    ours = _by_folds(examples, folds, _trained)
    rows = {
        "ours, kept out": ours,
        "ours, trained without any of them": _labels(_trained([]), examples),
        "ours, all seen (over-fitting)": _labels(seen.classify, examples),
        "TF-IDF + linear SVM, kept out": _by_folds(examples, folds, _svm),
        "keyword count": [_by_keywords(example.text) for example in examples],
        "majority": [Labels(Intent.REPORT, frozenset(), frozenset(), Severity.MEDIUM, False)] * len(examples),
    }
    _print_figures(f"{len(examples)} messages of the development set", {n: figures(wanted, f) for n, f in rows.items()})
    for path in chosen.labelled:
        others = read([path])
        found = figures([right(other) for other in others], _labels(seen.classify, others))
        _print_figures(f"{len(others)} messages of {path.name}", {"ours": found})
    _print_confusion("intent", [it.intent for it in wanted], [it.intent for it in ours], list(Intent))
    _print_confusion("severity", [it.severity for it in wanted], [it.severity for it in ours], list(Severity))
    _print_worst(examples)
    _print_speed(seen, examples)


Classify = Callable[[str], Labels]


def _labels(classify: Callable[[str], Labels | Classification], examples: Sequence[Example]) -> list[Labels]:
    found = [classify(example.text) for example in examples]
    return [each if isinstance(each, Labels) else given(each) for each in found]


def _by_folds(examples: Sequence[Example], folds: int, train: Callable[[Sequence[Example]], Classify]) -> list[Labels]:
    """Every example labelled by a model that has not seen its fold."""
    fold_of = list(range(len(examples)))
    random.Random(11).shuffle(fold_of)
    found: dict[int, Labels] = {}
    for fold in range(folds):
        kept_out = [place for place in range(len(examples)) if fold_of[place] % folds == fold]
        model = train([example for place, example in enumerate(examples) if fold_of[place] % folds != fold])
        found |= {place: model(examples[place].text) for place in kept_out}
        console.print(f"fold {fold + 1} of {folds}", style="dim")
    return [found[place] for place in range(len(examples))]


def _trained(examples: Sequence[Example]) -> Classify:
    """Ours, trained on the written messages and these."""
    together = [*written(), *examples]
    classifier = Classifier(built_in(), fit(documents([example.text for example in together]), together))
    return lambda text: given(classifier.classify(text))


def _svm(examples: Sequence[Example]) -> Classify:
    """Character TF-IDF and linear SVMs, as anybody would begin; the best of 24 settings that were tried for fields."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    matrix = vectors.fit_transform([example.text for example in examples])
    single = {
        name: LinearSVC(class_weight="balanced").fit(matrix, [getattr(example, name) for example in examples])
        for name in ("intent", "severity", "negated")
    }
    many = {}
    for name in ("disciplines", "fields"):
        sets = MultiLabelBinarizer()
        labels = sets.fit_transform([getattr(example, name) for example in examples])
        many[name] = (OneVsRestClassifier(LinearSVC(class_weight="balanced")).fit(matrix, labels), sets)

    def classify(text: str) -> Labels:
        vector = vectors.transform([text])
        one = {name: model.predict(vector)[0] for name, model in single.items()}
        sets = {
            name: frozenset(binary.inverse_transform(model.decision_function(vector) > SVM_AT_LEAST)[0])
            for name, (model, binary) in many.items()
        }
        return Labels(
            Intent(one["intent"]), sets["disciplines"], sets["fields"], Severity(one["severity"]), bool(one["negated"])
        )

    return classify


def _by_keywords(text: str) -> Labels:
    """Counts of obvious words."""
    counted = {intent: sum(word in text for word in words) for intent, words in _KEYWORDS.items()}
    best = max(counted, key=lambda intent: counted[intent])
    grade = next((grade for grade, words in _GRADES.items() if any(word in text for word in words)), Severity.MEDIUM)
    return Labels(
        best if counted[best] else Intent.REPORT,
        frozenset(label for label, words in _ACTS.items() if any(word in text for word in words)),
        frozenset(label for label in Field if label.value[:2] in text or label.value[2:] in text),
        grade,
        any(word in text for word in ("未发现", "没有发现", "不存在")),
    )


def _print_figures(title: str, rows: dict[str, dict[str, tuple[float, float]]]) -> None:
    table = Table("micro / macro F1", *GOALS, title=title)
    for name, found in rows.items():
        table.add_row(name, *(f"{micro:.3f} / {macro:.3f}" for micro, macro in found.values()))
    table.add_row("goal", *(f"{micro:.2f} / {macro:.2f}" for micro, macro in GOALS.values()), style="bold")
    console.print(table)


def _print_confusion(title: str, wanted: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> None:
    table = Table("right ↓ given →", *labels, title=f"{title}, kept out")
    for label, counts in zip(labels, confusion(wanted, found, labels), strict=True):
        table.add_row(label, *map(str, counts))
    console.print(table)


def _print_worst(examples: Sequence[Example]) -> None:
    """Words of the lexicon that speak most often for a discipline or field that is not there."""
    reader = Reader(built_in())
    wrong: Counter[tuple[str, str]] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for example in examples:
        labels = {*example.disciplines, *example.fields}
        reading = reader.read(normalised(example.text).text)
        for clause in reading.clauses:
            for (start, end, meaning), _ in clause.hits:
                for label, _ in meaning.labels:
                    if label not in set(Severity):
                        said[reading.text[start:end], label] += 1
                        wrong[reading.text[start:end], label] += label not in labels
    table = Table("word", "speaks for", "wrongly", "in all", title="worst words of the lexicon")
    for (word, label), count in wrong.most_common(WORST):
        table.add_row(word, label, str(count), str(said[word, label]))
    console.print(table)


def _print_speed(classifier: Classifier, examples: Sequence[Example]) -> None:
    """One message after the other, in this process, on one core."""
    joined = "，".join(example.text for example in examples)
    chance = random.Random(3)
    texts = [joined[at : at + CHARACTERS] for at in (chance.randrange(len(joined) - CHARACTERS) for _ in range(RUNS))]
    gc.collect()
    gc.freeze()  # as the bot does (bot/serving.py): else the collector looks through all examples
    table = Table("what", "figure", "goal", title="speed and memory")
    for name, evidence in (("labels", False), ("labels and evidence", True)):
        took = []
        for text in texts:
            started = time.perf_counter()
            classifier.classify(text, evidence=evidence)
            took.append((time.perf_counter() - started) * 1e6)
        centiles = statistics.quantiles(took, n=100)
        for point, place in (("p50", 49), ("p99", 98)):
            goal = f"{MICROSECONDS[point]:.0f} µs"
            table.add_row(f"{name} of {CHARACTERS} characters, {point}", f"{centiles[place]:.0f} µs", goal)
    long_text = joined[:10_000]
    started = time.perf_counter()
    classifier.classify(long_text)
    long_ms = (time.perf_counter() - started) * 1e3
    loaded = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True).stdout.split()
    table.add_row("classify 10,000 characters, by 1,000", f"{long_ms / 10:.2f} ms", "5 ms")
    table.add_row("an AES echo of the bot on this machine now", f"{yardstick.echo():.0f} µs", _ECHO)
    table.add_row("weights, to load", f"{float(loaded[0]) * 1e3:.0f} ms", "100 ms")
    table.add_row("all with jieba's dictionary, to load", f"{float(loaded[1]):.2f} s", "")
    table.add_row("memory of all that", f"{float(loaded[2]):.0f} MB", "")
    console.print(table)


_LOAD = """
import time
import psutil
before = psutil.Process().memory_info().rss
started = time.perf_counter()
from nlp.linear import shipped
shipped()
weights = time.perf_counter() - started
from nlp.classifier import Classifier
Classifier.load().classify("一")
print(weights, time.perf_counter() - started, (psutil.Process().memory_info().rss - before) / 1e6)
"""

if __name__ == "__main__":
    main()
