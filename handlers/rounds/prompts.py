"""Holiday risk prompts (风险提示): what people in a field of business should mind, by holiday; the texts are data."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from handlers.rounds.workdays import HOLIDAY_NAMES
from nlp.labels import Field

GENERAL: Final = "通用"
ANY: Final = "*"
JOINT: Final = "、"
LONGEST_TEXT: Final = 120
"""Characters of one text; three of them fill a phone's screen."""
MOST_FIELDS: Final = 2
"""Texts beside the general one: who has more fields reads the first."""
HEAD: Final = "{holidays}廉洁提醒"
TAIL: Final = "发现苗头性问题，随时可以在这里告诉我们。祝您和家人节日安康！"
SOLEMN_TAIL: Final = "发现苗头性问题，随时可以在这里告诉我们。"
SOLEMN: Final = "清明"
"""A day of mourning: nobody is wished a happy one."""


class PromptError(Exception):
    """A line of a table that cannot be read; names the line."""


def prompt(holidays: Sequence[str], fields: Iterable[Field] = ()) -> str:
    """The prompt for the eve of a holiday (names of Holiday.names, two that fall together): a general text and those of
    the person's fields, the first MOST_FIELDS of them.
    """
    texts = [
        _text(holidays, GENERAL),
        *(_text(holidays, field) for field in tuple(dict.fromkeys(fields))[:MOST_FIELDS]),
    ]
    tail = SOLEMN_TAIL if SOLEMN in holidays else TAIL
    lines = texts if len(texts) == 1 else [f"{number}. {text}" for number, text in enumerate(texts, start=1)]
    return "\n".join([HEAD.format(holidays=JOINT.join(holidays)), *lines, tail])


def fields_of(unit: str, post: str = "") -> tuple[Field, ...]:
    """The fields of business that somebody probably works in, by the words in their post and in their unit's name: the
    post's first, and of each the longer words first. Empty when nothing is known.
    """
    guesses = field_guesses()
    found: list[Field] = []
    for name in (post, unit):
        words = sorted((word for word in guesses if word in name), key=lambda word: (-len(word), name.index(word)))
        found += [field for word in words for field in guesses[word]]
    return tuple(dict.fromkeys(found))


def _text(holidays: Sequence[str], field: str) -> str:
    """The text of the holidays together, of one of them, or of any holiday."""
    texts = prompt_texts()
    names = (JOINT.join(holidays), *holidays, ANY)
    return next(texts[name, field] for name in names if (name, field) in texts)


@cache
def prompt_texts() -> Mapping[tuple[str, str], str]:
    """The texts of prompts.tsv: see read_texts. Raises PromptError."""
    return read_texts(_table("prompts.tsv"))


@cache
def field_guesses() -> Mapping[str, tuple[Field, ...]]:
    """The words of field_guesses.tsv: see read_guesses. Raises PromptError."""
    return read_guesses(_table("field_guesses.tsv"))


def read_texts(table: str) -> Mapping[tuple[str, str], str]:
    """Texts by holiday (a name, two joined ones, or ANY) and field (or GENERAL). Raises PromptError."""
    texts: dict[tuple[str, str], str] = {}
    for line, (holiday, field, text) in _rows(table, 3):
        if holiday != ANY and not set(holiday.split(JOINT)) <= set(HOLIDAY_NAMES):
            raise PromptError(f"line {line}: no holiday {holiday!r}")
        if len(text) > LONGEST_TEXT:
            raise PromptError(f"line {line}: {len(text)} characters, at most {LONGEST_TEXT}")
        if (holiday, field) in texts:
            raise PromptError(f"line {line}: {holiday} {field} stands there twice")
        _check_fields([field], {GENERAL, *Field}, line)
        texts[holiday, field] = text
    return texts


def read_guesses(table: str) -> Mapping[str, tuple[Field, ...]]:
    """Words of posts and of names of units, and the fields that they speak of. Raises PromptError."""
    guesses: dict[str, tuple[Field, ...]] = {}
    for line, (word, fields) in _rows(table, 2):
        if word in guesses:
            raise PromptError(f"line {line}: {word} stands there twice")
        _check_fields(fields.split(";"), set(Field), line)
        guesses[word] = tuple(Field(field) for field in fields.split(";"))
    return guesses


def _check_fields(fields: Iterable[str], known: Collection[str], line: int) -> None:
    for field in fields:
        if field not in known:
            raise PromptError(f"line {line}: no field {field!r}")


def _table(name: str) -> str:
    return files("handlers.rounds").joinpath(name).read_text(encoding="utf-8")


def _rows(table: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of the lines of a table below its header."""
    for number, line in enumerate(table.splitlines()[1:], start=2):
        cells = line.split("\t")
        if len(cells) != columns or not all(cells):
            raise PromptError(f"line {number}: not {columns} columns")
        yield number, cells
