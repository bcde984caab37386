"""Microseconds of one step of a form, and seconds to publish a workbook: `python -m benchmarks.forms [--rounds 3]`.

A step is what a turn does with an answer: read it, recompute what depends on it, find and word the next question.
Everything runs in this process, on one core; rounds are interleaved, and figures are medians over all of them.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

import elementpath
from rich.console import Console
from rich.table import Table

from bot.workbooks import check_workbook_now
from handlers import question_wording
from handlers.base import text
from handlers.catalog import BUILT_IN
from handlers.forms import answers, engine
from handlers.forms.expressions.code import Env
from handlers.forms.form import Form, Kind
from handlers.forms.layouts import prepare
from handlers.forms.views import Asked, FormState
from handlers.forms.workbook import compile_workbook
from handlers.forms.xform import compile_form

NOW = datetime(2026, 11, 13, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MANY_QUESTIONS, MANY_RELEVANTS, LONG_WALK = 1_000, 300, 200
"""The generated form, and how many of its questions a round answers."""
PUBLISHED_QUESTIONS = 50
TURNS = 60
"""Steps of one walk at most, so that a form with a repeat ends."""
EXPRESSION = "/data/q1 = 'yes' and number(/data/q2) > 3"
EVALUATIONS = 2_000
GOALS = {"catalogue": 50.0, "generated": 5_000.0, "publish": 2.0}
"""DESIGN.md, Speed and memory: 0.05 ms, 5 ms; the issue of the forms: 2 s."""


@dataclass
class Measured:
    """One form of the table, with the microseconds of every step in all rounds."""

    name: str
    form: Form
    goal: float
    steps: int = 1_000
    """Steps of one walk at most."""
    micros: list[float] = field(default_factory=list)


def suitable(asked: Asked) -> list[str]:
    """What may be said to a question of this kind, the likeliest first; choices in turn, so that branches open."""
    if asked.kind is Kind.MORE:
        return [asked.choices[0 if len(asked.instances) < INSTANCES else 1].label]
    if asked.choices:
        first = asked.number % len(asked.choices)
        return [choice.label for choice in (*asked.choices[first:], *asked.choices[:first])]
    return [SAID.get(asked.kind, WORDS), *OTHERWISE]


WORDS = "招标文件由一名经办人全程负责，评标前没有复核"
OTHERWISE = ("今天", "10", "100", "王建国")
INSTANCES = 3
SAID: Mapping[Kind, str] = {
    Kind.INTEGER: "3",
    Kind.DECIMAL: "3.5",
    Kind.DATE: "昨天",
    Kind.TIME: "下午3点",
    Kind.DATETIME: "昨天下午3点",
    Kind.RANGE: "3",
    Kind.ACKNOWLEDGE: "已阅",
    Kind.GEOPOINT: "39.9,116.4",
    Kind.BARCODE: "A-1",
}
MEDIA = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})


def step(form: Form, state: FormState, asked: Asked, words: str) -> FormState:
    """Answer the question with `words`, and word the next one. Raises ValueError when they do not suit."""
    if asked.kind in MEDIA:
        moved = engine.answer(form, state, "photo.jpg", NOW)
    elif asked.kind is Kind.RANK:
        moved = engine.answer(form, state, " ".join(choice.value for choice in asked.choices), NOW)
    else:
        reading = answers.parse(asked, words, NOW)
        moved = engine.answer(form, state, reading.value, NOW, reading.said)
    following = engine.current(form, moved)
    if following is not None:
        text(*question_wording.question(following))
    return moved


def walk(measured: Measured) -> None:
    """One walk through a form; the time of every step is noted."""
    form, state = measured.form, engine.begin(measured.form, NOW)
    for _ in range(measured.steps):
        asked = engine.current(form, state)
        if asked is None:
            return
        for words in suitable(asked):
            began = time.perf_counter()
            try:
                state = step(form, state, asked, words)
            except ValueError:  # a constraint that these words do not meet
                continue
            measured.micros.append((time.perf_counter() - began) * 1e6)
            break
        else:
            raise LookupError(f"{measured.name}: nothing suits {asked.label}")


def generated(questions: int, relevants: int) -> str:
    """A workbook of so many questions, of which `relevants` show by an answer before them."""
    rows = ["| survey |", "| | type | name | label | relevant | required |"]
    for number in range(1, questions + 1):
        shown = ""
        if number > 1 and number * relevants // questions > (number - 1) * relevants // questions:
            shown = f"${{q{number - 1}}} != 'never' or ${{q1}} = 'yes'"
        kind = ("text", "integer", "select_one yn")[number % 3] if number > 1 else "select_one yn"
        rows.append(f"| | {kind} | q{number} | 第 {number} 个问题怎么样 | {shown} | yes |")
    rows += ["| choices |", "| | list_name | name | label |", "| | yn | no | 没有 |", "| | yn | yes | 有 |"]
    rows += ["| settings |", "| | form_id | form_title |", "| | generated | 很长的表 |"]
    return "\n".join(rows)


def peer() -> tuple[float, float]:
    """Microseconds of one evaluation of EXPRESSION: ours, and elementpath's on a tree with the same answers."""
    rows = (
        "| survey |\n| | type | name | label | relevant |\n| | select_one yn | q1 | 一 | |\n| | integer | q2 | 二 | |\n"
    )
    rows += "| | text | q3 | 三 | ${q1} = 'yes' and number(${q2}) > 3 |\n"
    rows += "| choices |\n| | list_name | name | label |\n| | yn | yes | 有 |"
    form = compile_form(compile_workbook(rows).xml)
    layout = form.layout({})
    [rule] = [rule for rule in layout.rules if rule.ref == "/data/q3"]
    env = Env({"/data/q1": "yes", "/data/q2": "12"}, NOW.date().isoformat())
    root = Element("data")
    SubElement(root, "q1").text, SubElement(root, "q2").text = "yes", "12"
    selector = elementpath.Selector(EXPRESSION)
    return _micros(lambda: rule.run(env)), _micros(lambda: selector.select(root))


def _micros(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(EVALUATIONS):
        call()
    return (time.perf_counter() - began) / EVALUATIONS * 1e6


def published(folder: Path, rounds: int) -> list[float]:
    """Seconds that checking and compiling a workbook takes as an author waits for it: process and limits included."""
    file = folder / "workbook.md"
    file.write_text(generated(PUBLISHED_QUESTIONS, 15), encoding="utf-8")
    found: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        check_workbook_now(file)
        found.append(time.perf_counter() - began)
    return found


def forms() -> Iterator[Measured]:
    """The catalogue and the generated form."""
    for built_in in BUILT_IN:
        form = compile_form(compile_workbook(built_in.path).xml)
        prepare(form)
        yield Measured(form.title, form, GOALS["catalogue"], TURNS)
    compiled = compile_workbook(generated(MANY_QUESTIONS, MANY_RELEVANTS))
    yield Measured(f"generated, {MANY_QUESTIONS} questions", compile_form(compiled.xml), GOALS["generated"], LONG_WALK)


def main() -> None:
    """Run all rounds and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    console = Console()
    table = Table("form", "steps", "median µs", "p99 µs", "goal µs", "met", title="One step of a form")
    measured = list(forms())
    for _ in range(rounds):
        for one in measured:
            walk(one)
    for one in measured:
        median = statistics.median(one.micros)
        p99 = statistics.quantiles(one.micros, n=100)[98]
        met = "yes" if median <= one.goal else "NO"
        table.add_row(one.name, str(len(one.micros)), f"{median:.1f}", f"{p99:.1f}", f"{one.goal:.0f}", met)
    console.print(table)
    pairs = [peer() for _ in range(rounds)]
    ours, theirs = (statistics.median(figures) for figures in zip(*pairs, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        seconds = statistics.median(published(Path(folder), rounds))
    table = Table("what", "figure", "goal", "met", title="Expressions and publishing")
    table.add_row("one relevant, ours", f"{ours:.2f} µs", "", "")
    table.add_row("one relevant, elementpath", f"{theirs:.2f} µs ({theirs / ours:.0f}×)", "", "")
    met = "yes" if seconds <= GOALS["publish"] else "NO"
    table.add_row(f"publish {PUBLISHED_QUESTIONS} questions, sandboxed", f"{seconds:.2f} s", "2 s", met)
    console.print(table)


if __name__ == "__main__":
    main()
