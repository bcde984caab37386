"""The findings of a sheet as they are kept with its version: what they say, and their labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.labels import counting, keep_labels, new_columns, queried_columns
from storage.models import Finding, core
from storage.vocabulary import TextSource


@dataclass(frozen=True, slots=True)
class NewFinding:
    """One problem or risk that a sheet names. `amount_fen` is money in fen; `ref` the question it came from;
    `classification` and `classifier` as at RecordMessage.
    """

    text: str
    level: str = ""
    measure: str = ""
    owner: str = ""
    deadline: date | None = None
    amount_fen: int | None = None
    ref: str = ""
    area: str = ""
    classification: Mapping[str, Any] = field(default_factory=dict, repr=False)
    classifier: str = ""


_INSERT_FINDINGS = insert(core(Finding))
_LABELS = frozenset({"classification", "classifier"})
_SAID = tuple(part.name for part in fields(NewFinding) if part.name not in _LABELS)
_CORRECTED = ("correction", "corrected_at", "corrected_by")


async def keep_findings(session: AsyncSession, sheet_id: int, version: int, found: Sequence[NewFinding]) -> None:
    """Keep what one version of a sheet names, with places from 1."""
    if not found:
        return
    corrections = await _corrections(session, sheet_id, version - 1) if version > 1 else {}
    rows = [
        {
            "sheet_id": sheet_id,
            "version": version,
            "place": place,
            **{name: getattr(one, name) for name in _SAID},
            **new_columns(one.classification, one.classifier),
            **corrections.get(one.text, {}),
        }
        for place, one in enumerate(found, 1)
    ]
    await session.execute(_INSERT_FINDINGS, rows)
    if any(one.classification for one in found) or corrections:
        await _keep_labels(session, sheet_id, version)


async def _corrections(session: AsyncSession, sheet_id: int, version: int) -> dict[str, dict[str, Any]]:
    """What officers said of the findings of this version, by text: a finding that is handed in again keeps it."""
    query = select(col(Finding.text), *(col(getattr(Finding, name)) for name in _CORRECTED)).where(
        col(Finding.sheet_id) == sheet_id,
        col(Finding.version) == version,
        col(Finding.corrected_at).is_not(None),
    )
    return {
        row.text: {**{name: getattr(row, name) for name in _CORRECTED}, **queried_columns(row.correction)}
        for row in (await session.execute(query)).all()
    }


async def _keep_labels(session: AsyncSession, sheet_id: int, version: int) -> None:
    query = select(col(Finding.id), col(Finding.classification), col(Finding.correction)).where(
        col(Finding.sheet_id) == sheet_id, col(Finding.version) == version
    )
    rows = (await session.execute(query)).all()
    await keep_labels(session, TextSource.FINDING, [(row.id, counting(row)) for row in rows])
