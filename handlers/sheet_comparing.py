"""The comparison of a sheet with earlier ones: reads as little as it can, and not again a moment later."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import sheet_quality as quality
from handlers.base import Context, Json
from handlers.sheet_quality import Concern, FreeText
from storage.views import ComparedText, DraftView

RECENT = timedelta(days=200)
"""Other units' sheets that are compared: of this period and the one before, also where they are quarters."""
CANDIDATES = 100
"""Sketches that are looked at for one answer at most, those that share most marks with it: some forty among the 8,300
texts of a question (docs/decisions.md, 19)."""
AGAIN = timedelta(minutes=10)
"""So long the result holds for the same answers: whoever is asked about one and insists is not compared again."""


async def compare(
    texts: Sequence[FreeText], draft: DraftView, context: Context, *, nothing_new: bool
) -> tuple[Concern, ...]:
    """What of these answers is copied from the person's last sheet, or from other units' recent ones."""
    threshold, wanted = context.rules.copy_threshold, quality.to_compare(texts, nothing_new=nothing_new)
    if not wanted:
        return ()
    last = await context.records.last_sheet(draft.form_name, unit_id=draft.unit_id, but=draft.sheet_number or "")
    sketches = await context.records.text_sketches(
        draft.form_name,
        wanted,
        unit_id=draft.unit_id,
        since=context.now - RECENT,
        ratio=quality.length_ratio(threshold),
        limit=CANDIDATES,
    )
    likely = quality.likely_copies(wanted, sketches, threshold)
    others: tuple[ComparedText, ...] = ()
    if likely:
        others = await context.records.compared_texts(likely, unit_id=draft.unit_id)
    return quality.copies(texts, last=last, others=others, threshold=threshold, nothing_new=nothing_new)


def kept(texts: Sequence[FreeText], copies: Sequence[Concern], now: datetime) -> Json:
    """The result as small JSON for the conversation's memory."""
    found = [
        [
            copy.ref,
            copy.reason.value,
            copy.score,
            copy.same_figures,
            copy.sheet,
            copy.unit,
            copy.at and copy.at.isoformat(),
        ]
        for copy in copies
    ]
    return {"of": _digest(texts), "at": int(now.timestamp()), "found": found}


def recalled(memory: Json, texts: Sequence[FreeText], now: datetime) -> tuple[Concern, ...] | None:
    """The copies that `kept` was given; None when that was about other answers or too long ago, or cannot be read."""
    try:
        age = timedelta(seconds=int(now.timestamp()) - memory["at"])
        if memory["of"] != _digest(texts) or not timedelta() <= age <= AGAIN:
            return None
        by_ref = {text.ref: text for text in texts}
        return tuple(_recalled(by_ref, *found) for found in memory["found"])
    except (KeyError, TypeError, ValueError):
        return None


def _recalled(
    texts: Mapping[str, FreeText],
    ref: str,
    reason: str,
    score: float,
    same_figures: bool | None,
    sheet: str,
    unit: str,
    at: str | None,
) -> Concern:
    return replace(
        quality.concern(texts[ref], quality.Reason(reason)),
        score=score,
        same_figures=same_figures,
        sheet=sheet,
        unit=unit,
        at=datetime.fromisoformat(at) if at else None,
    )


def _digest(texts: Sequence[FreeText]) -> str:
    spelled = repr([(text.ref, text.text) for text in texts])
    return hashlib.blake2b(spelled.encode(), digest_size=8).hexdigest()
