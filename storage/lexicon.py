"""What staff change in the classifier's lexicon: edits and their undoing, append-only; the id is the version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import audit
from storage.models import LexiconEdit, Person
from storage.queries import Query
from storage.statements import insert_unless_there
from storage.text_views import LexiconEditView, LexiconState, LexiconWord
from storage.tree import holds
from storage.turns import TurnFacts
from storage.vocabulary import LexiconRefusal, Permission

_GREATEST_WEIGHT = 3
"""It decides alone."""


@dataclass(frozen=True, slots=True)
class LexiconEdited:
    """The lexicon is at `version` now. `before` and `after` are what staff wanted of the word (None: nothing, the
    built-in lexicon counts); `undoes` is the edit that was undone.
    """

    version: int
    word: str
    before: LexiconWord | None
    after: LexiconWord | None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class LexiconRefused:
    """Nothing was changed. `version` is the lexicon's now."""

    reason: LexiconRefusal
    version: int


@dataclass(frozen=True, slots=True)
class EditLexicon:
    """Say what a word means from now on. Returns LexiconEdited or LexiconRefused.

    `labels` are the classifier's label values, with `weight` 1–3; weight 0: the word means nothing. `expected_version`
    is the lexicon's version that the officer tried the edit on. Raises ValueError for an empty word, a weight outside
    0–3, or a weight without labels; the word is kept as given (normalise it first).
    """

    word: str
    labels: tuple[str, ...]
    weight: int
    expected_version: int
    note: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.word.strip():
            raise ValueError("an edit of the lexicon needs a word")
        if not 0 <= self.weight <= _GREATEST_WEIGHT:
            raise ValueError(f"the weight must be 0 to {_GREATEST_WEIGHT}")
        if self.weight and not self.labels:
            raise ValueError("a word with a weight needs a label")

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LexiconEdited | LexiconRefused:
        """See Command. The next version is taken by its row: of two officers at once, the second finds it taken."""
        version = await newest(session)
        if not await _may_edit(session, turn):
            return LexiconRefused(LexiconRefusal.NO_RIGHT, version)
        if version != self.expected_version:
            return LexiconRefused(LexiconRefusal.CHANGED, version)
        before = await _wanted(session, self.word)
        edit = {"word": self.word, "labels": list(self.labels), "weight": self.weight, "note": self.note}
        if not await _append(session, turn, version + 1, edit):
            return LexiconRefused(LexiconRefusal.CHANGED, await newest(session))
        detail = {"word": self.word, "labels": list(self.labels), "weight": self.weight}
        audit.note(session, "lexicon.edited", f"lexicon:{version + 1}", detail)
        return LexiconEdited(version + 1, self.word, before, LexiconWord(self.word, self.labels, self.weight))


@dataclass(frozen=True, slots=True)
class UndoLexiconEdit:
    """Take an edit back, or (`version` None) the newest that was not undone: what staff wanted of its word before
    counts again. Returns LexiconEdited or LexiconRefused.

    Edits of the same word made later stay. An undoing cannot be undone: make the edit again.
    """

    version: int | None = None
    note: str = field(default="", repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LexiconEdited | LexiconRefused:
        """See Command."""
        version = await newest(session)
        if not await _may_edit(session, turn):
            return LexiconRefused(LexiconRefusal.NO_RIGHT, version)
        undone = await self._to_undo(session)
        if undone is None:
            return LexiconRefused(LexiconRefusal.NOTHING, version)
        before = await _wanted(session, undone.word)
        undoing = {"word": undone.word, "labels": undone.labels, "weight": undone.weight, "note": self.note}
        if not await _append(session, turn, version + 1, {**undoing, "undoes": undone.id}):
            return LexiconRefused(LexiconRefusal.CHANGED, await newest(session))
        audit.note(session, "lexicon.undone", f"lexicon:{version + 1}", {"word": undone.word, "undoes": undone.id})
        after = await _wanted(session, undone.word)
        return LexiconEdited(version + 1, undone.word, before, after, undone.id)

    async def _to_undo(self, session: AsyncSession) -> Any:
        query = _standing_edits().order_by(col(LexiconEdit.id).desc()).limit(1)
        if self.version is not None:
            query = query.where(col(LexiconEdit.id) == self.version)
        return (await session.execute(query)).one_or_none()


async def newest(session: AsyncSession) -> int:
    """The version of the lexicon, 0 when staff never edited it."""
    return (await session.execute(_NEWEST)).scalar_one()


async def state(session: AsyncSession) -> LexiconState:
    """What staff want of the lexicon. Rows are only appended: what is read after the version, but not beyond it, is
    one state.
    """
    version = await newest(session)
    rows = (await session.execute(_standing_edits(version).order_by(col(LexiconEdit.id)))).all()
    words: dict[str, LexiconWord] = {}
    for row in rows:
        words.pop(row.word, None)  # the order is that of the newest edits
        words[row.word] = _word(row)
    return LexiconState(version, tuple(words.values()))


async def history(session: AsyncSession, contact: str, limit: int) -> tuple[LexiconEditView, ...]:
    """Edits and their undoings, the newest first, for officers who correct labels anywhere."""
    undoing = aliased(LexiconEdit)
    query: Query = (
        select(
            col(LexiconEdit.id),
            col(LexiconEdit.word),
            col(LexiconEdit.labels),
            col(LexiconEdit.weight),
            col(LexiconEdit.note),
            col(LexiconEdit.at),
            col(LexiconEdit.undoes),
            col(undoing.id).label("undone_by"),
            col(Person.name),
        )
        .join(Person, col(Person.id) == col(LexiconEdit.person_id))
        .outerjoin(undoing, col(undoing.undoes) == col(LexiconEdit.id))
        .where(holds(Permission.CORRECT_LABELS, contact))
        .order_by(col(LexiconEdit.id).desc())
        .limit(limit)
    )
    return tuple(
        LexiconEditView(
            version=row.id,
            word=row.word,
            labels=tuple(row.labels),
            weight=row.weight,
            note=row.note,
            officer_name=row.name,
            at=row.at,
            undoes=row.undoes,
            undone_by=row.undone_by,
        )
        for row in (await session.execute(query)).all()
    )


_NEWEST = select(func.coalesce(func.max(col(LexiconEdit.id)), 0))


def _standing_edits(version: int | None = None) -> Query:
    """Edits that no undoing (up to a version) took back."""
    undoing = aliased(LexiconEdit)
    undone = select(col(undoing.id)).where(col(undoing.undoes) == col(LexiconEdit.id))
    edits = select(col(LexiconEdit.id), col(LexiconEdit.word), col(LexiconEdit.labels), col(LexiconEdit.weight))
    edits = edits.where(col(LexiconEdit.undoes).is_(None))
    if version is not None:
        edits = edits.where(col(LexiconEdit.id) <= version)
        undone = undone.where(col(undoing.id) <= version)
    return edits.where(~exists(undone.correlate(LexiconEdit)))


async def _wanted(session: AsyncSession, word: str) -> LexiconWord | None:
    query = _standing_edits().where(col(LexiconEdit.word) == word).order_by(col(LexiconEdit.id).desc()).limit(1)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _word(row)


def _word(row: Any) -> LexiconWord:
    return LexiconWord(row.word, tuple(row.labels), row.weight)


async def _may_edit(session: AsyncSession, turn: TurnFacts) -> bool:
    return bool((await session.execute(select(holds(Permission.EDIT_LEXICON, turn.contact)))).scalar_one())


async def _append(session: AsyncSession, turn: TurnFacts, version: int, edit: Mapping[str, Any]) -> bool:
    """Whether the row was written: no other transaction took this version or undid the same edit."""
    row = {"undoes": None, **edit, "id": version, "person_id": turn.person_id, "at": turn.now}
    return await insert_unless_there(session, LexiconEdit, **row) is not None
