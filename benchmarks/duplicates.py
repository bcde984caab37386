"""Copies among 100,000 texts: ours and other ways of finding them, in one table: `python -m benchmarks.duplicates`.

Every way is asked for the same texts, half of them edited copies of stored ones. Figures are CPU time of the process,
all threads, so that what else runs on the machine counts little. What the index finds is taken for the truth where the
full scan, which is asked for a few texts only, finds the same.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from benchmarks.stored_texts import queries, stock
from handlers.sheet_comparing import CANDIDATES
from handlers.sheet_quality import CLOSEST, length_ratio
from nlp.duplicates import Duplicates
from nlp.similarity import NEAR_COPY, normalise, similarity
from nlp.sketches import BYTES, closest, marks, sketch
from storage import other_texts
from storage.models import SheetText, SheetTextMark, core
from storage.submission import NewText, question_of
from storage.upgrade import upgrade
from tests.nlp.same_matters import MATTERS

SCANNED = 6
"""Texts that the full scan is asked for: it takes seconds for each."""
QUESTIONS = 12
"""Forms times questions that the stored texts answer: a sheet is compared with answers to the same question."""
GOAL_MS = 5.0
NEAREST = 100
_HALF = """SELECT * FROM (SELECT id, length, sketch FROM sheet_texts WHERE form_name = :form AND ref = :ref
AND length {} AND submitted_at >= :since AND unit_id != 1 AND person_id != 1 ORDER BY length {} LIMIT :most)"""
BY_LENGTH = text(
    f"{_HALF.format('BETWEEN :shortest AND :length', 'DESC')} UNION ALL "
    f"{_HALF.format('> :length AND length <= :longest', 'ASC')}"
)
INDEX_BY_LENGTH = text(
    "CREATE INDEX by_length ON sheet_texts (form_name, ref, length, submitted_at, unit_id, person_id, sketch)"
)
"""How the records were asked before they had marks: the NEAREST in length each way."""
FORM, NOW = "benchmark", datetime(2026, 11, 13, 2, 0, tzinfo=UTC)


@dataclass
class Way:
    """One way of finding copies: how long each query took (ms), and how many of those with a copy found one."""

    name: str
    build: float = 0.0
    """CPU seconds for all texts."""
    megabytes: float = 0.0
    millis: list[float] = field(default_factory=list)
    found: int = 0
    due: int = 0

    def note(self, began: float, found: set[int], truth: set[int]) -> None:
        """A query that began then (time.process_time) found these; all copies are `truth`."""
        self.millis.append((time.process_time() - began) * 1e3)
        self.due += bool(truth)
        self.found += bool(truth & found)


def resident() -> float:
    """Megabytes of this process now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def build_index(texts: Sequence[str], way: Way) -> Duplicates[int]:
    """Ours."""
    before, began = resident(), time.process_time()
    index: Duplicates[int] = Duplicates()
    for key, said in enumerate(texts):
        index.add(key, said)
    way.build, way.megabytes = time.process_time() - began, resident() - before
    return index


def scan(said: str, texts: Sequence[str]) -> set[int]:
    """Every text compared."""
    return {key for key, other in enumerate(texts) if similarity(said, other) >= NEAR_COPY}


class SketchScan:
    """The sketches of all texts as one array; those that may be copies are compared."""

    def __init__(self, texts: Sequence[str], way: Way) -> None:
        before, began = resident(), time.process_time()
        made = b"".join(sketch(normalise(said)) for said in texts)
        self._texts, self._sketches = texts, np.frombuffer(made, dtype=np.uint64).reshape(len(texts), BYTES // 8)
        self._sizes = np.array([max(len(normalise(said)) - 1, 0) for said in texts])
        way.build, way.megabytes = time.process_time() - began, resident() - before

    def find(self, said: str) -> set[int]:
        """The keys of the copies."""
        normal = normalise(said)
        mine = np.frombuffer(sketch(normal), dtype=np.uint64)
        common = np.bitwise_count(self._sketches & mine).sum(axis=1, dtype=np.uint16)
        size = len(normal) - 1
        most = common + size - int(np.bitwise_count(mine).sum())
        likely = np.flatnonzero(2 * most >= NEAR_COPY * (size + self._sizes))
        return {key for key in likely.tolist() if similarity(said, self._texts[key]) >= NEAR_COPY}


def rows_of(texts: Sequence[str], chance: random.Random) -> Iterator[dict[str, object]]:
    """The texts as answers to QUESTIONS questions."""
    for key, said in enumerate(texts, 1):
        normal = normalise(said)
        yield {
            "id": key,
            "sheet_id": key,
            "form_name": FORM,
            "ref": f"/{chance.randrange(QUESTIONS)}",
            "text": normal,
            "length": len(normal),
            "sketch": sketch(normal),
            "unit_id": 2,
            "person_id": 2,
            "submitted_at": NOW,
        }


async def fill(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> None:
    """The records with these texts, of another unit and person than the asking one; nothing else is needed."""
    await connection.execute(text("PRAGMA foreign_keys = OFF"))
    await connection.execute(text("INSERT INTO persons (id, name, unit_id, generation) VALUES (1, '问', 1, 1)"))
    await connection.execute(text("INSERT INTO contacts VALUES ('c', 'o', 1, '2026-01-01', NULL)"))
    await connection.execute(insert(core(SheetText)), rows)
    day = NOW.toordinal()
    for row in rows:
        question, of = question_of(FORM, str(row["ref"])), row["id"]
        made = [{"mark": mark, "question": question, "day": day, "text_id": of} for mark in marks(str(row["text"]))]
        if made:
            await connection.execute(insert(core(SheetTextMark)), made)


async def ask_records(
    texts: Sequence[str], asked: Sequence[str], near: Sequence[set[int]], by_marks: Way, by_length: Way
) -> None:
    """The way of a sheet's check: candidates by stored marks, then their sketches; within one question of QUESTIONS.
    And as it was done before there were marks.
    """
    rows = list(rows_of(texts, random.Random(3)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.db"
        upgrade(f"sqlite+aiosqlite:///{file}")
        engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
        before, began = file.stat().st_size, time.process_time()
        async with engine.begin() as connection:
            await fill(connection, rows)
        by_marks.build, by_marks.megabytes = time.process_time() - began, (file.stat().st_size - before) / 1e6
        async with AsyncSession(engine) as session:
            for way, find in ((by_marks, find_by_marks), (by_length, find_by_length)):
                if way is by_length:  # not before: SQLite would take it for the other way too
                    await session.execute(INDEX_BY_LENGTH)
                for said, copies in zip(asked, near, strict=True):
                    ref = str(rows[min(copies)]["ref"]) if copies else "/0"
                    truth = {key for key in copies if rows[key]["ref"] == ref}
                    began = time.process_time()
                    way.note(began, await find(session, said, ref), truth)
        await engine.dispose()


async def find_by_length(session: AsyncSession, said: str, ref: str) -> set[int]:
    """The keys of the texts that the check would have read before there were marks."""
    normal = normalise(said)
    length, ratio = len(normal), length_ratio(NEAR_COPY)
    given = {"form": FORM, "ref": ref, "length": length, "since": "2026-01-01", "most": NEAREST}
    given |= {"shortest": int(length * ratio), "longest": int(length / ratio) + 1}
    found = [(row.id, row.length, row.sketch) for row in (await session.execute(BY_LENGTH, given)).all()]
    return {key - 1 for key in closest(length, sketch(normal), found, NEAR_COPY, CLOSEST)}


async def find_by_marks(session: AsyncSession, said: str, ref: str) -> set[int]:
    """The keys of the texts that the check would read."""
    normal = normalise(said)
    wanted = NewText(ref, normal, sketch(normal), marks(normal))
    (found,) = await other_texts.sketches(
        session, "c", FORM, [wanted], unit_id=1, since=NOW, ratio=length_ratio(NEAR_COPY), limit=CANDIDATES
    )
    return {key - 1 for key in closest(len(normal), wanted.sketch, found, NEAR_COPY, CLOSEST)}


_OTHER = -1
"""From here on down are the keys of texts that are no answers of sheets."""


def related(index: Duplicates[int]) -> tuple[int, int]:
    """Of the matters told in other words: how many are the first, and among the first three, of all texts."""
    for place, matter in enumerate(MATTERS):
        index.add(_OTHER - place, matter.other)
    found = [[key for key, _ in index.related(matter.one, 0.05, 3)] for matter in MATTERS]
    places = [_OTHER - place for place in range(len(MATTERS))]
    first = sum(keys[:1] == [place] for keys, place in zip(found, places, strict=True))
    return first, sum(place in keys for keys, place in zip(found, places, strict=True))


def row(way: Way) -> list[str]:
    """A row of the table."""
    median, p99 = statistics.median(way.millis), statistics.quantiles(way.millis, n=100, method="inclusive")[98]
    return [
        *(way.name, str(len(way.millis)), f"{median:.2f}", f"{p99:.2f}", f"{way.found / max(way.due, 1):.3f}"),
        *(f"{way.build:.1f}", f"{way.megabytes:.0f}", "yes" if p99 <= GOAL_MS else "NO"),
    ]


def compare(way: Way, find: Callable[[str], set[int]], asked: Sequence[str], near: Sequence[set[int]]) -> None:
    """Ask another exact way; raises AssertionError where the index found something else."""
    for said, truth in zip(asked, near, strict=True):
        began = time.process_time()
        found = find(said)
        way.note(began, found, truth)
        if found != truth:
            raise AssertionError(f"the index and the {way.name} differ: {said}")


async def measure(texts: Sequence[str], asked: Sequence[str]) -> tuple[list[Way], tuple[int, int]]:
    """All ways, and what `related` finds."""
    ours, sketching, scanning = Way("index (ours)"), Way("sketch scan (numpy)"), Way("full scan")
    by_marks, by_length = Way("records, by marks"), Way("records, by length")
    index = build_index(texts, ours)
    near: list[set[int]] = []
    for said in asked:
        began = time.process_time()
        found = {key for key, _ in index.near(said, NEAR_COPY, len(texts))}
        ours.note(began, found, found)
        near.append(found)
    compare(scanning, lambda said: scan(said, texts), asked[:SCANNED], near[:SCANNED])
    sketches = SketchScan(texts, sketching)
    compare(sketching, sketches.find, asked, near)
    await ask_records(texts, asked, near, by_marks, by_length)
    return [ours, sketching, scanning, by_marks, by_length], related(index)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=400)
    given = parser.parse_args()
    texts = stock(given.texts)
    ways, (first, among) = asyncio.run(measure(texts, list(queries(texts, given.queries))))
    title = f"Copies (similarity ≥ {NEAR_COPY}) among {given.texts} texts; goal {GOAL_MS:.0f} ms"
    table = Table("way", "queries", "median ms", "p99 ms", "recall", "build s", "MB", "p99 met", title=title)
    for way in ways:
        table.add_row(*row(way))
    console = Console(width=100)
    console.print(table)
    console.print(f"In other words: of {len(MATTERS)} matters {first} come first, {among} among the first three.")


if __name__ == "__main__":
    main()
