"""Labelled messages: those that ship with the project, and files of the same shape from elsewhere."""

import json
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from nlp.labels import Discipline, Field, Intent, Severity


class Example(NamedTuple):
    """A message with its labels, by the conventions of docs/labels.md."""

    text: str
    intent: Intent
    disciplines: frozenset[Discipline]
    fields: frozenset[Field]
    severity: Severity
    negated: bool


def written() -> list[Example]:
    """The messages under messages/: written for training, by authors who had not seen those of `development`."""
    return _all("messages")


def development() -> list[Example]:
    """The messages under development/: labelled by somebody else, what figures are measured on."""
    return _all("development")


def _all(folder: str) -> list[Example]:
    entries = files("nlp.training").joinpath(folder).iterdir()
    return read(sorted((entry for entry in entries if entry.name.endswith(".jsonl")), key=lambda entry: entry.name))


def read(paths: Iterable[Path | Traversable]) -> list[Example]:
    """The messages of JSON lines. Raises ValueError that names file and line."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(_example(json.loads(line)))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}:{number}: {error}") from error
    return found


def _example(row: dict[str, object]) -> Example:
    disciplines, fields = row["disciplines"], row["fields"]
    if not isinstance(disciplines, list) or not isinstance(fields, list):
        raise ValueError("disciplines and fields must be lists")
    return Example(
        text=str(row["text"]),
        intent=Intent(str(row["intent"])),
        disciplines=frozenset(map(Discipline, disciplines)),
        fields=frozenset(map(Field, fields)),
        severity=Severity(str(row["severity"])),
        negated=bool(row["negated"]),
    )
