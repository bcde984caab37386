"""The classified texts as operators' programs see them: found outdated, classified anew, exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit, text_queries
from storage.connections import Connections
from storage.labels import labels_of, queried_columns, replace_labels
from storage.lexicon import state
from storage.models import Finding, Message, core
from storage.text_views import LabelCorrectionView, LexiconState
from storage.vocabulary import TextSource


@dataclass(frozen=True, slots=True)
class OutdatedText:
    """A text that no officer corrected, whose labels an older lexicon or another classifier made."""

    source: TextSource
    id: int
    version: int
    """Of its labels."""
    text: str = field(repr=False)
    area: str = field(default="", repr=False)
    """What stood beside a finding, and was classified with it; a message has none."""


@dataclass(frozen=True, slots=True)
class NewLabels:
    """What an outdated text is found to be now: Classification.to_json()."""

    text: OutdatedText
    classification: Mapping[str, Any] = field(repr=False)


class TextWork:
    """What is done to classified texts outside turns; every method raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def lexicon(self) -> LexiconState:
        """The staff's edits as they count now."""
        return await self._connections.bounded(self._lexicon())

    async def _lexicon(self) -> LexiconState:
        async with self._connections.reading() as session:
            return await state(session)

    async def count_outdated(self, *, lexicon: int, classifier: str) -> int:
        """How many texts `outdated` would give in all."""
        return await self._connections.bounded(self._count_outdated(lexicon, classifier))

    async def _count_outdated(self, lexicon: int, classifier: str) -> int:
        total = 0
        async with self._connections.reading() as session:
            for model in _MODELS.values():
                query = select(func.count()).select_from(model).where(*_outdated(model, lexicon, classifier))
                total += (await session.execute(query)).scalar_one()
        return total

    async def outdated(
        self, source: TextSource, *, lexicon: int, classifier: str, after: int = 0, limit: int = 200
    ) -> tuple[OutdatedText, ...]:
        """Up to `limit` texts of one source with an id greater than `after`, in the order of their ids, made with a
        lexicon older than `lexicon` or another classifier than `classifier`.

        What `reclassify` wrote is not outdated any more: a run that was interrupted begins again at 0.
        """
        model = _MODELS[source]
        area = col(Finding.area) if model is Finding else literal("")
        query = (
            select(col(model.id), col(model.labels_version), col(model.text), area.label("area"))
            .where(col(model.id) > after, *_outdated(model, lexicon, classifier))
            .order_by(col(model.id))
            .limit(limit)
        )
        rows = await self._connections.bounded(self._rows(query))
        return tuple(OutdatedText(source, row.id, row.labels_version, row.text, row.area) for row in rows)

    async def _rows(self, query: Any) -> Sequence[Any]:
        async with self._connections.reading() as session:
            rows: Sequence[Any] = (await session.execute(query)).all()
            return rows

    async def reclassify(
        self, found: Sequence[NewLabels], *, lexicon: int, classifier: str, actor: str, now: datetime
    ) -> int:
        """Write new labels in one transaction; returns how many. Texts whose labels changed since they were read
        (an officer's correction, another run) are left alone. `now` is aware.
        """
        made_with = {"lexicon": lexicon, "classifier": classifier}
        return await self._connections.bounded(self._reclassify(found, made_with, actor, now))

    async def _reclassify(
        self, found: Sequence[NewLabels], made_with: Mapping[str, Any], actor: str, now: datetime
    ) -> int:
        async with self._connections.writing() as session:
            written = 0
            for source in _MODELS:
                written += await _write(session, source, [new for new in found if new.text.source is source], made_with)
            if written:
                audit.note(session, "labels.renewed", f"lexicon:{made_with['lexicon']}", {"texts": written})
            await audit.write_noted(session, actor, now)
        return written

    async def corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[LabelCorrectionView, ...]:
        """The newest correction of each text, with an id greater than `after`, the oldest first: training examples, of
        all units.
        """
        return await self._connections.bounded(self._corrections(after, limit))

    async def _corrections(self, after: int, limit: int) -> tuple[LabelCorrectionView, ...]:
        async with self._connections.reading() as session:
            return await text_queries.corrections(session, None, after, limit)


_MODELS: Mapping[TextSource, type[Message] | type[Finding]] = {
    TextSource.MESSAGE: Message,
    TextSource.FINDING: Finding,
}


def _outdated(model: type[Message] | type[Finding], lexicon: int, classifier: str) -> tuple[ColumnElement[bool], ...]:
    older = or_(col(model.lexicon) < lexicon, col(model.classifier) != classifier)
    return (older, col(model.corrected_at).is_(None))


async def _write(
    session: AsyncSession, source: TextSource, found: Sequence[NewLabels], made_with: Mapping[str, Any]
) -> int:
    """Those whose labels are as they were read, locked in the order of their ids."""
    table = core(_MODELS[source])
    versions = select(table.c.id, table.c.labels_version).where(table.c.id.in_([new.text.id for new in found]))
    locked = versions.where(table.c.corrected_at.is_(None)).order_by(table.c.id).with_for_update(key_share=True)
    standing = {row.id: row.labels_version for row in (await session.execute(locked)).all()}
    written = [new for new in found if standing.get(new.text.id) == new.text.version]
    if not written:
        return 0
    labels = [(new.text.id, labels_of(new.classification)) for new in written]
    rows = [
        {
            "of": new.text.id,
            "labels_version": new.text.version + 1,
            "classification": dict(new.classification),
            **queried_columns(said),
            **made_with,
        }
        for new, (_, said) in zip(written, labels, strict=True)
    ]
    # `of` is the id: bound under a name that no column has, or the statement would set it
    await session.execute(update(table).where(table.c.id == bindparam("of")), rows)
    await replace_labels(session, source, labels)
    return len(written)
