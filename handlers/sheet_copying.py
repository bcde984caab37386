"""复制上期: the last sheet's answers beside the questions, each taken over only when the person says so."""

import re
from typing import Final

from handlers import sheet_lists as lists
from handlers import sheet_past
from handlers import sheet_past_wording as wording
from handlers.base import Context, Outcome
from handlers.forms import engine
from handlers.forms.form import SELECTS
from handlers.forms.likeness import bare
from handlers.forms.purposes import Purpose
from handlers.forms.views import Asked
from handlers.sheet_memory import Desk
from handlers.sheet_moves import again, ask, move

_SAME: Final = re.compile(
    "(?:(?:还是|还|仍|仍然|就)?(?:跟|和|与|同|按|照|照着)?(?:上期|上次|上一期|上一次|上个?月|上季度?|以前|之前)?(?:的)?"
    "(?:一样|相同|不变|没变|没有变|没有?变化|无变化|照旧)|(?:同|沿用|按|照|照着)(?:上期|上次|上一期|上一次)|沿用|照旧)(?:[的了吧]*)"
)


async def start(desk: Desk, context: Context) -> Outcome:
    """复制上期: from here on each question shows what the last sheet answered."""
    past = await sheet_past.load(desk.form, desk.filling.draft, desk.filling.unit, context)
    if past is None:
        return ask(desk, wording.NO_LAST)
    desk = desk._replace(past=past, filling=desk.filling._replace(copying=past.number))
    return again(desk, wording.COPYING.format(day=sheet_past.day_of(past.submitted_at, context)))


async def take_over(desk: Desk, context: Context) -> Outcome:
    """沿用上期: what stands beside the question is its answer, if the form takes it today."""
    if desk.past is None:  # nothing was shown yet: never blindly
        return await start(desk, context)
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None:
        return ask(desk)
    offer = sheet_past.offer(desk.past, asked)
    if offer is None or not offer.value:
        return ask(desk, wording.NOTHING_THEN)
    try:
        state = engine.answer(desk.form, desk.filling.state, offer.value, desk.moment, said=offer.said)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    if _names_project(desk, asked):
        desk = await _recalling(desk, offer.value, context)
    return move(desk, asked, state, wording.taken(offer))


def is_same(desk: Desk, asked: Asked, said: str) -> bool:
    """Whether 一样 or 不变 means the old answer that stands under a choice question."""
    plain = bare(said)
    if desk.past is None or asked.kind not in SELECTS or asked.same or _SAME.fullmatch(plain) is None:
        return False
    offer = sheet_past.offer(desk.past, asked)
    return offer is not None and bool(offer.value) and not any(plain in choice.bare for choice in asked.choices)


async def about_project(desk: Desk, asked: Asked, said: str, context: Context) -> Desk:
    """The desk with the last sheet of the project, where the form reads it and the question names the project."""
    if not desk.form.last_reads or not _names_project(desk, asked):
        return desk
    try:
        reading = lists.read(asked, desk.filling.listing, said, desk.moment)
    except ValueError:
        return desk
    return await _recalling(desk, reading.value, context)


def _names_project(desk: Desk, asked: Asked) -> bool:
    return desk.form.layout(desk.filling.state.counts).step(asked.ref).purpose is Purpose.PROJECT


async def _recalling(desk: Desk, project: str, context: Context) -> Desk:
    """The desk with what the project's last sheet says, for the expressions of the form that read it."""
    if not desk.form.last_reads or not project:
        return desk
    unit, but = desk.filling.unit, ""
    if not unit:
        draft = await context.records.draft(desk.filling.draft)
        if draft is None:
            return desk
        unit, but = draft.unit_id, draft.sheet_number or ""
    sheet = await context.records.last_project_sheet(desk.form.name, project, unit_id=unit, but=but)
    return desk._replace(last=sheet_past.answers_of(sheet))
