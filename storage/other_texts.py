"""Free texts of other units' sheets, for comparison: many by marks and sketches, few as they are."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, bindparam, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Sheet, SheetText, SheetTextMark, Unit, core
from storage.submission import NewText, question_of
from storage.tree import person_of
from storage.views import ComparedText, TextSketch

_TEXT, _MARK, _SHEET, _UNIT = core(SheetText), core(SheetTextMark), core(Sheet), core(Unit)
SHARED = 2
"""Marks that a candidate shares, where the text has so many: one is often chance, and 74 rows in 117 with it."""
_OTHERS: ColumnElement[bool] = and_(
    _TEXT.c.unit_id != bindparam("unit"), _TEXT.c.person_id != person_of(bindparam("contact"))
)
"""Not the unit's own, not the person's own; nothing at all for a contact that is bound to nobody."""
_COMPARED = (
    select(_TEXT.c.id, _TEXT.c.ref, _TEXT.c.text, _SHEET.c.number, _UNIT.c.name, _TEXT.c.submitted_at)
    .join(_SHEET, _SHEET.c.id == _TEXT.c.sheet_id)
    .join(_UNIT, _UNIT.c.id == _TEXT.c.unit_id)
    .where(_TEXT.c.id.in_(bindparam("wanted", expanding=True)), _OTHERS)
)


async def sketches(
    session: AsyncSession,
    contact: str,
    form_name: str,
    texts: Sequence[NewText],
    *,
    unit_id: int,
    since: datetime,
    ratio: float,
    limit: int,
) -> tuple[tuple[TextSketch, ...], ...]:
    """Candidates for each of the texts, by their marks; see Records.text_sketches."""
    if not texts:
        return ()
    given: dict[str, Any] = {"form": form_name, "unit": unit_id, "contact": contact, "since": since, "limit": limit}
    given["day"] = since.toordinal()
    for place, text in enumerate(texts):
        length = len(text.text)
        shortest, longest = int(length * ratio), int(length / ratio) + 1
        given |= {f"ref{place}": text.ref, f"question{place}": question_of(form_name, text.ref)}
        given |= {f"marks{place}": list(text.marks), f"shared{place}": min(SHARED, len(text.marks))}
        given |= {f"shortest{place}": shortest, f"longest{place}": longest}
    found: list[list[TextSketch]] = [[] for _ in texts]
    rows: Sequence[Any] = (await session.execute(_sketches(len(texts)), given)).all()
    for place, text_id, length, sketch in rows:
        found[place].append(TextSketch(text_id, length, sketch))
    return tuple(map(tuple, found))


async def compared(
    session: AsyncSession, contact: str, ids: Sequence[int], *, unit_id: int
) -> tuple[ComparedText, ...]:
    """The texts with these ids, in this order, as far as they are other units' and other people's."""
    if not ids:
        return ()
    given = {"wanted": list(ids), "unit": unit_id, "contact": contact}
    found = {row.id: row for row in (await session.execute(_COMPARED, given)).all()}
    rows = [found[wanted] for wanted in ids if wanted in found]
    return tuple(ComparedText(row.ref, row.text, row.number, row.name, row.submitted_at) for row in rows)


@cache
def _sketches(count: int) -> CompoundSelect[tuple[int, int, int, bytes]]:
    """One statement for so many texts, made once: what SQLAlchemy works out for it is remembered with it."""
    return union_all(*map(_alike, range(count)))


def _alike(place: int) -> Select[tuple[int, int, int, bytes]]:
    """Those with enough marks of this text, most first: found in the marks' index alone, and only then read."""
    shared = func.count().label("shared")
    alike = (
        select(_MARK.c.text_id, shared)
        .where(
            _MARK.c.mark.in_(bindparam(f"marks{place}", expanding=True)),
            _MARK.c.question == bindparam(f"question{place}"),
            _MARK.c.day >= bindparam("day"),
        )
        .group_by(_MARK.c.text_id)
        .having(shared >= bindparam(f"shared{place}"))
        .order_by(shared.desc(), _MARK.c.text_id.desc())
        .limit(bindparam("limit"))
        .subquery()
    )
    return (
        select(literal_column(str(place)).label("place"), _TEXT.c.id, _TEXT.c.length, _TEXT.c.sketch)
        .join(alike, alike.c.text_id == _TEXT.c.id)
        .where(
            _TEXT.c.form_name == bindparam("form"),
            _TEXT.c.ref == bindparam(f"ref{place}"),
            _TEXT.c.length.between(bindparam(f"shortest{place}"), bindparam(f"longest{place}")),
            _TEXT.c.submitted_at >= bindparam("since"),
            _OTHERS,
        )
    )
