"""How a contact is reached from its binding on: it has just written; what its last person declined is not theirs."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import reaching
from storage.models import BindingRequest, InviteCode, Reach
from storage.vocabulary import RequestState


async def begin_reach(session: AsyncSession, contact: str, person_id: int, wrote_at: datetime, now: datetime) -> None:
    """An officer just bound a contact that wrote at that time: its person is reached by it, and what waits for them is
    tried at once. To be called before the request is noted as confirmed.
    """
    declined = await _declined(session, contact)
    anew = bool(declined) and await _last_person(session, contact) != person_id
    await reaching.begin(session, contact, wrote_at, anew=anew)
    await reaching.resume(session, [contact], reaching.REACHABLE, now, now)


async def renew_reach(session: AsyncSession, contact: str, person_id: int, now: datetime) -> None:
    """The same for a contact that binds itself in this turn, before its code is noted as used: what it does now is
    written behind the turn (bot.reaches), and only what was known of it before is put right here.
    """
    declined = await _declined(session, contact)
    if declined is not None:
        anew = declined and await _last_person(session, contact) != person_id
        await reaching.begin(session, contact, now, anew=anew)


async def _declined(session: AsyncSession, contact: str) -> bool | None:
    """Whether reminders were declined (停止提醒) in this contact: in few, so that codes are searched for few. None:
    nothing is known of it.
    """
    declined = select(col(Reach.declined)).where(col(Reach.contact) == contact)
    return (await session.execute(declined)).scalar_one_or_none()


async def _last_person(session: AsyncSession, contact: str) -> int | None:
    """Whom a code or an officer's word bound this contact to last."""
    by_code: Any = select(col(InviteCode.person_id).label("person"), col(InviteCode.used_at).label("at"))
    by_word = select(col(BindingRequest.person_id), col(BindingRequest.decided_at)).where(
        col(BindingRequest.contact) == contact, col(BindingRequest.state) == RequestState.CONFIRMED
    )
    found = union_all(by_code.where(col(InviteCode.used_by) == contact), by_word).subquery()
    newest = select(found.c.person).order_by(found.c.at.desc()).limit(1)
    return (await session.execute(newest)).scalar_one_or_none()
